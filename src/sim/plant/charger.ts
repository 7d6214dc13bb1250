// A battery charger: constant current up to a voltage, then constant voltage until the current has died away.
// The circuit asks how much it would give; whether it listens to the device's permission and limit is its own affair.

import { assert } from "../../base/assert.ts";

export type ChargerConfig = {
  readonly plugged: boolean;
  readonly voltage_V: number;
  readonly current_A: number;
  readonly rise_A_per_s: number;
  /** Below this current for tail_s at its voltage the charger is done; 0: it floats for ever. */
  readonly tail_A: number;
  readonly tail_s: number;
  /** A finished charger starts again below this port voltage; 0: only after unplugging. */
  readonly restart_V: number;
  readonly obeysPermission: boolean;
  readonly obeysLimits: boolean;
  /** It puts its voltage on an unconnected port; otherwise it waits for at least minimum_V of a battery. */
  readonly wakesDeadBus: boolean;
  readonly minimum_V: number;
  /** It tells the device over its bus when it comes and goes. */
  readonly announces: boolean;
};

/** What the device grants chargers and loads; the runner hands it on after each tick. */
export type Permissions = { allowCharging: boolean; chargeLimit_A: number; dischargeLimit_A: number };

export type ChargerFaults = { ignoresLimits: number; ignoresPermission: number; runaway: number };

export type Charger = {
  config: ChargerConfig;
  /** Current it would give at present into a low enough voltage, A. */
  ready_A: number;
  set_V: number;
  finished: number;
  tail_us: number;
  wasAllowed: number;
  announced: number;
};

/** Nothing at the charge port. */
export const NO_CHARGER: ChargerConfig = {
  plugged: false,
  voltage_V: 57.6,
  current_A: 0,
  rise_A_per_s: 50,
  tail_A: 0,
  tail_s: 0,
  restart_V: 0,
  obeysPermission: true,
  obeysLimits: true,
  wakesDeadBus: true,
  minimum_V: 0,
  announces: false,
};

/** A plugged charger with sensible manners: 1 s tail at a twentieth of its current. */
export const charger = (voltage_V: number, current_A: number, changes: Partial<ChargerConfig> = {}): ChargerConfig => ({
  ...NO_CHARGER,
  plugged: true,
  voltage_V,
  current_A,
  rise_A_per_s: Math.max(1, current_A),
  tail_A: current_A / 20,
  tail_s: 60,
  announces: true,
  ...changes,
});

export const createCharger = (config: ChargerConfig): Charger => ({
  config,
  ready_A: 0,
  set_V: config.voltage_V,
  finished: 0,
  tail_us: 0,
  wasAllowed: 0,
  announced: 0,
});

/** Decide what the charger offers during the next stretch of time: ready_A up to set_V. */
export function prepareCharger(
  charger: Charger,
  permissions: Permissions,
  faults: ChargerFaults,
  port_V: number,
  dt_us: number,
): void {
  const config = charger.config;
  const factor = faults.runaway > 0 ? faults.runaway : 1;
  const allowed = permissions.allowCharging || !config.obeysPermission || faults.ignoresPermission === 1 || factor > 1;
  if (allowed && charger.wasAllowed === 0) charger.finished = 0;
  charger.wasAllowed = allowed ? 1 : 0;
  if (charger.finished === 1 && port_V < config.restart_V) charger.finished = 0;
  charger.set_V = config.voltage_V * factor;
  const batteryThere = config.wakesDeadBus || port_V >= config.minimum_V;
  if (!config.plugged || !allowed || !batteryThere || charger.finished === 1) {
    charger.ready_A = 0;
    return;
  }
  let target_A = config.current_A * factor;
  const limit_A = permissions.chargeLimit_A > 0 ? permissions.chargeLimit_A : 0;
  if (config.obeysLimits && faults.ignoresLimits === 0 && factor <= 1 && limit_A < target_A) target_A = limit_A;
  const risen_A = charger.ready_A + config.rise_A_per_s * dt_us * 1e-6;
  charger.ready_A = risen_A < target_A ? risen_A : target_A;
}

/** After the current is known: count the tail of the constant-voltage stage. */
export function settleCharger(charger: Charger, current_A: number, dt_us: number): void {
  assert(current_A >= 0, "a charger does not draw from the pack");
  const config = charger.config;
  const tailing = config.tail_A > 0 && charger.ready_A > config.tail_A && current_A > 0 && current_A < config.tail_A;
  charger.tail_us = tailing ? charger.tail_us + dt_us : 0;
  if (charger.tail_us > config.tail_s * 1e6) {
    charger.finished = 1;
    charger.ready_A = 0;
  }
}

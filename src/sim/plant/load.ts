// What hangs on the discharge bus: a constant current or power, a resistor, a table over time, a house with an inverter
// and solar panels, or a vehicle. Drawn current is positive here; a negative one feeds the pack.

import { interpolate } from "../../base/interpolate.ts";
import { createRandom, type Random } from "../../base/random.ts";
import type { Permissions } from "./charger.ts";
import { createDrive, type Drive, drivePower } from "./drive.ts";
import { createHouse, type House, housePower_W } from "./house.ts";

type Manners = {
  /** Stops below this bus voltage, starts startDelay_ms after the bus is 5 % above it. */
  readonly cutoff_V: number;
  readonly startDelay_ms: number;
  readonly obeysLimits: boolean;
};

export type LoadConfig =
  | { readonly kind: "none" }
  | ({ readonly kind: "current"; readonly current_A: number } & Manners)
  | ({ readonly kind: "power"; readonly power_W: number } & Manners)
  | { readonly kind: "resistor"; readonly resistance_Ohm: number }
  | ({
      readonly kind: "profile";
      readonly time_s: readonly number[];
      readonly current_A: readonly number[];
      readonly repeat: boolean;
      /** Feeds back only up to this bus voltage. */
      readonly charge_V: number;
    } & Manners)
  | ({
      readonly kind: "inverter";
      readonly solar_W: number;
      readonly house_W: number;
      readonly evening_W: number;
      /** Time of day at the start of the run, hours. */
      readonly start_h: number;
      readonly maximum_A: number;
      readonly charge_V: number;
    } & Manners)
  | ({
      readonly kind: "drive";
      readonly peak_A: number;
      /** Part of the braking power that returns, 0..1. */
      readonly regeneration: number;
      readonly charge_V: number;
    } & Manners);

export type Load = {
  config: LoadConfig;
  running: number;
  waited_us: number;
  elapsed_us: number;
  /** For the circuit: a constant current, a conductance beside it, and the voltage up to which it feeds. */
  current_A: number;
  conductance_S: number;
  charge_V: number;
  drive: Drive;
  house: House;
  random: Random;
};

export const NO_LOAD: LoadConfig = { kind: "none" };

/** Defaults of the manners: no cut-off, half a second until it starts, and it keeps to the device's limits. */
export const MANNERS: Manners = { cutoff_V: 0, startDelay_ms: 500, obeysLimits: true };

export const createLoad = (config: LoadConfig, seed: number): Load => ({
  config,
  running: 0,
  waited_us: 0,
  elapsed_us: 0,
  current_A: 0,
  conductance_S: 0,
  charge_V: 0,
  drive: createDrive(),
  house: createHouse(config.kind === "inverter" ? config.start_h : 0),
  random: createRandom(seed),
});

/** Decide what the load takes during the next stretch of time at a bus voltage. */
export function prepareLoad(load: Load, link_V: number, permissions: Permissions, dt_us: number): void {
  const config = load.config;
  load.current_A = 0;
  load.conductance_S = 0;
  load.charge_V = 0;
  if (config.kind === "none") return;
  if (config.kind === "resistor") {
    load.conductance_S = 1 / config.resistance_Ohm;
    return;
  }
  startOrStop(load, config, link_V, dt_us);
  if (load.running === 0) return;
  load.elapsed_us += dt_us;
  let wish_A = wish(load, link_V, dt_us);
  if (config.obeysLimits) wish_A = withinLimits(wish_A, permissions);
  load.current_A = wish_A;
}

function startOrStop(load: Load, manners: Manners, link_V: number, dt_us: number): void {
  if (load.running === 1) {
    if (link_V < manners.cutoff_V || link_V < 1) {
      load.running = 0;
      load.waited_us = 0;
    }
    return;
  }
  const enough = link_V > 1 && link_V >= manners.cutoff_V * 1.05;
  load.waited_us = enough ? load.waited_us + dt_us : 0;
  if (enough && load.waited_us > manners.startDelay_ms * 1000) load.running = 1;
}

function wish(load: Load, link_V: number, dt_us: number): number {
  const config = load.config;
  switch (config.kind) {
    case "none":
    case "resistor":
      return 0;
    case "current":
      return config.current_A;
    case "power":
      return config.power_W / link_V;
    case "profile":
      load.charge_V = config.charge_V;
      return profile_A(config.time_s, config.current_A, config.repeat, load.elapsed_us * 1e-6);
    case "inverter": {
      load.charge_V = config.charge_V;
      const power_W = housePower_W(load.house, config, load.random, dt_us);
      const current_A = power_W / link_V;
      return Math.max(-config.maximum_A, Math.min(config.maximum_A, current_A));
    }
    case "drive":
      load.charge_V = config.charge_V;
      return config.peak_A * drivePower(load.drive, config.regeneration, load.random, dt_us);
  }
}

function profile_A(time_s: readonly number[], current_A: readonly number[], repeat: boolean, now_s: number): number {
  const end_s = time_s[time_s.length - 1] ?? 0;
  if (now_s > end_s && !repeat) return 0;
  return interpolate(time_s, current_A, repeat && end_s > 0 ? now_s % end_s : now_s);
}

function withinLimits(wish_A: number, permissions: Permissions): number {
  if (wish_A >= 0) return Math.min(wish_A, Math.max(0, permissions.dischargeLimit_A));
  return permissions.allowCharging ? Math.max(wish_A, -Math.max(0, permissions.chargeLimit_A)) : 0;
}

// What a person or a program wants to know of the device at a glance: read from the device's state after a tick, copied.
// The live view draws it, a status line says the main of it, --json prints it.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS, type ContactorName, FEEDBACK_FAULTS } from "../core/decide/decided.ts";
import { LIMIT_REASONS } from "../core/estimate/estimated.ts";
import { THERMISTOR_STATES } from "../core/measure/measured.ts";
import { explain } from "../core/protect/explanation.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { Settings } from "../model/settings.ts";

export type Limit = { readonly limit_A: number; readonly reason: string };
export type ActiveError = { readonly name: FaultName; readonly sentence: string };

/** `feedback`: what its auxiliary contact says is wrong, "none" while all is well. */
export type ContactorDetail = {
  readonly name: ContactorName;
  readonly closed: boolean;
  readonly phase: string;
  readonly feedback: string;
};

export type Status = {
  readonly time_s: number;
  readonly mode: string;
  readonly soc: number;
  readonly socBound: number;
  readonly soh: number;
  readonly battery_V: number;
  readonly current_A: number;
  readonly power_W: number;
  /** Whether voltage and current of the pack are believed; the power is where both are. */
  readonly believed: { readonly battery: boolean; readonly current: boolean };
  readonly remaining_Ah: number;
  readonly timeToEmpty_s: number;
  readonly timeToFull_s: number;
  readonly cells_V: readonly number[];
  /** Whether each voltage is believed. */
  readonly cellValid: readonly boolean[];
  readonly cellSoc: readonly number[];
  readonly balancing: readonly boolean[];
  /** One for each believed thermistor. */
  readonly temperatures_degC: readonly number[];
  /** Believed position of each contactor there is. */
  readonly contactors: Readonly<Partial<Record<ContactorName, boolean>>>;
  readonly contactorDetails: readonly ContactorDetail[];
  readonly limits: { readonly charge: Limit; readonly discharge: Limit };
  readonly errors: readonly ActiveError[];
  readonly indications: readonly ActiveError[];
};

/** The present state; before the first measurement values are 0 and `socBound` is 1. */
export function readStatus(bms: Bms): Status {
  const { measure, estimate, decide, settings } = bms;
  const cells = settings.battery.cells;
  return {
    time_s: bms.time_us / 1e6,
    mode: decide.mode,
    soc: estimate.soc,
    socBound: estimate.socBound,
    soh: estimate.soh,
    battery_V: measure.battery_V,
    current_A: measure.current_A,
    power_W: measure.battery_V * measure.current_A,
    believed: { battery: measure.batteryValid === 1, current: measure.currentValid === 1 },
    remaining_Ah: estimate.remaining_Ah,
    timeToEmpty_s: estimate.timeToEmpty_s,
    timeToFull_s: estimate.timeToFull_s,
    cells_V: Array.from(measure.cells_V.subarray(0, cells)),
    cellValid: Array.from(measure.cellValid.subarray(0, cells), (valid) => valid === 1),
    cellSoc: Array.from(estimate.cellSoc.subarray(0, cells)),
    balancing: Array.from(bms.commands.balance.subarray(0, cells), (on) => on === 1),
    temperatures_degC: believedTemperatures(bms),
    contactors: positions(bms),
    contactorDetails: details(bms),
    limits: {
      charge: { limit_A: estimate.chargeLimit_A, reason: LIMIT_REASONS[estimate.chargeLimitReason] ?? "unknown" },
      discharge: {
        limit_A: estimate.dischargeLimit_A,
        reason: LIMIT_REASONS[estimate.dischargeLimitReason] ?? "unknown",
      },
    },
    errors: active(bms, "error"),
    indications: active(bms, "indication"),
  };
}

const GOOD = THERMISTOR_STATES.indexOf("good");

function believedTemperatures({ measure }: Bms): number[] {
  return Array.from(measure.temperatures_degC).filter((_, i) => measure.thermistorState[i] === GOOD);
}

/** The contactors the settings know of. */
export function contactorsOf(settings: Settings): readonly ContactorName[] {
  const separate = !settings.common.enable;
  const there: Readonly<Record<ContactorName, boolean>> = {
    main: settings.main.enable,
    precharge: settings.precharge.enable,
    charge: separate && settings.charge.enable,
    discharge: separate && settings.discharge.enable,
    common: !separate,
  };
  return CONTACTORS.filter((name) => there[name]);
}

function positions({ settings, decide }: Bms): Partial<Record<ContactorName, boolean>> {
  return Object.fromEntries(contactorsOf(settings).map((name) => [name, decide.contactors[name].closed === 1]));
}

function details({ settings, decide }: Bms): ContactorDetail[] {
  return contactorsOf(settings).map((name) => {
    const { closed, phase, feedbackFault } = decide.contactors[name];
    return { name, closed: closed === 1, phase, feedback: FEEDBACK_FAULTS[feedbackFault] ?? "unknown" };
  });
}

function active(bms: Bms, level: "error" | "indication"): ActiveError[] {
  return FAULT_NAMES.filter((name) => bms.protect.active[name] === 1 && FAULT_ROWS[name].level === level).map(
    (name) => ({
      name,
      sentence: explain(name, bms.protect.faults[name]),
    }),
  );
}

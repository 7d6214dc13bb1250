// The device on one screen. `step` is the BMS: sensors and requests in, commands out. It reads no clock, no port and no
// random number. Initial state, settings, sensors and requests reproduce a device bit for bit.

import { assert } from "../base/assert.ts";
import type { Answer } from "../model/asking.ts";
import type { Settings } from "../model/settings.ts";
import { acceptRequests } from "./accept.ts";
import { type Commands, createCommands } from "./commands.ts";
import { decide } from "./decide/decide.ts";
import { createDecided, type Decided } from "./decide/decided.ts";
import { createEquipment, type Equipment } from "./equipment.ts";
import { estimate } from "./estimate/estimate.ts";
import { createEstimated, type Estimated } from "./estimate/estimated.ts";
import { measure } from "./measure/measure.ts";
import { createMeasured, type Measured } from "./measure/measured.ts";
import { makePlan, type Plan } from "./plan.ts";
import { makeProbes, type Probes } from "./probes.ts";
import { protect } from "./protect/protect.ts";
import { createProtection, type Protection } from "./protect/protection.ts";
import type { Request } from "./requests.ts";
import type { Sensors } from "./sensors.ts";

export type Bms = {
  /** Settings in force, and what follows from them for the tick; both change only together, between two ticks. */
  settings: Settings;
  plan: Plan;
  /** Where each protection finds its value; not part of the saved state. */
  probes: Probes;
  /** Time since this start. */
  time_us: number;
  stateLost: number;
  measure: Measured;
  estimate: Estimated;
  protect: Protection;
  decide: Decided;
  /** What partners report of themselves. */
  equipment: Equipment;
  commands: Commands;
  /** Answers to the requests of the last tick, in their order. */
  answers: Answer[];
};

/** A device that has just got its supply. The settings must be valid (model/validation.ts). */
export function createBms(settings: Settings): Bms {
  const bms = {
    settings,
    plan: makePlan(settings),
    time_us: 0,
    stateLost: 0,
    measure: createMeasured(),
    estimate: createEstimated(),
    protect: createProtection(),
    decide: createDecided(),
    equipment: createEquipment(),
    commands: createCommands(),
    answers: [],
  } as Omit<Bms, "probes"> as Bms;
  bms.probes = makeProbes(bms); // they point into the state
  return bms;
}

/**
 * One tick, usually 10 ms.
 * @param dt_us time since the last tick, 1 us to 1 s; the loop splits longer gaps
 * @returns what the board shall do, the same record each time
 */
export function step(bms: Bms, sensors: Sensors, requests: readonly Request[], dt_us: number): Commands {
  assert(Number.isInteger(dt_us) && dt_us > 0 && dt_us <= 1_000_000, "a tick lasts 1 us to 1 s");
  bms.time_us += dt_us;
  acceptRequests(bms, requests); //  people and partners  -> settings, overrides, commands
  measure(bms, sensors, dt_us); //   volts at the headers -> cells, temperatures, current, and what to believe
  estimate(bms, dt_us); //           history              -> charge, health, limits
  protect(bms, dt_us); //            limits               -> faults
  return decide(bms, dt_us); //      all of that          -> contactors, balancing, heat
}

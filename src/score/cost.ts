// What the estimators cost: microseconds per cell and sample. The device's figure is that of its stage "estimate" in ticks
// with new voltages; the clock comes in from outside, and of many blocks a quick one counts, because a shared machine only ever slows.

import { acceptRequests } from "../core/accept.ts";
import type { step } from "../core/bms.ts";
import { decide } from "../core/decide/decide.ts";
import { estimate } from "../core/estimate/estimate.ts";
import { measure } from "../core/measure/measure.ts";
import { protect } from "../core/protect/protect.ts";
import { advanceRecorded } from "../sim/recorded/recorded-run.ts";
import { createDeviceRun, type DeviceTask } from "./device-track.ts";

/** A clock in microseconds, from anywhere. */
export type Clock_us = () => number;

export type StepMeter = { readonly blocks_us: number[]; sum_us: number; ticks: number };

const BLOCK = 100;

/** The device's tick, stage by stage, with the stage "estimate" timed where voltages are new. */
export function meteredStep(meter: StepMeter, clock_us: Clock_us): typeof step {
  return (bms, sensors, requests, dt_us) => {
    bms.time_us += dt_us;
    acceptRequests(bms, requests);
    measure(bms, sensors, dt_us);
    const began_us = clock_us();
    estimate(bms, dt_us);
    if (bms.measure.fresh === 1) note(meter, clock_us() - began_us);
    protect(bms, dt_us);
    return decide(bms, dt_us);
  };
}

function note(meter: StepMeter, took_us: number): void {
  meter.sum_us += took_us;
  if (++meter.ticks < BLOCK) return;
  meter.blocks_us.push(meter.sum_us / BLOCK);
  meter.sum_us = 0;
  meter.ticks = 0;
}

/** Of one cell and sample, over the first `ticks` ticks of a recording; null where these are too few. */
export function deviceCost_us(task: DeviceTask, ticks: number, clock_us: Clock_us): number | null {
  const meter: StepMeter = { blocks_us: [], sum_us: 0, ticks: 0 };
  const run = createDeviceRun(task, meteredStep(meter, clock_us));
  for (let i = 0; i < ticks && advanceRecorded(run); i++);
  const quick_us = lowerQuarter(meter.blocks_us);
  return quick_us === null ? null : quick_us / task.settings.battery.cells;
}

/** Of one sample of work that handles `samples` of them at once: the best of seven runs. */
export function sampleCost_us(work: () => void, samples: number, clock_us: Clock_us): number {
  let best_us = Infinity;
  for (let i = 0; i < 7; i++) {
    const began_us = clock_us();
    work();
    best_us = Math.min(best_us, clock_us() - began_us);
  }
  return best_us / samples;
}

/** A block that others on the machine have not held up. */
function lowerQuarter(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 2] ?? null;
}

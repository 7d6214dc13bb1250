// Samples of charge, limits, current and cells of a device that is played (track.ts), so often at most: what a comparison
// and a drawing of two tracks need.

import type { Bms } from "../core/bms.ts";

/** Columns of samples; `time_us` is the log time at the end of each. Extremes are those since the sample before, NaN
 * where nothing was believed. */
export type Samples = {
  time_us: number[];
  soc: number[];
  bound: number[];
  minCell_V: number[];
  maxCell_V: number[];
  minCurrent_A: number[];
  maxCurrent_A: number[];
  chargeLimit_A: number[];
  dischargeLimit_A: number[];
  /** 1 while the limit is under the maximum of the settings. */
  chargeLimited: number[];
  dischargeLimited: number[];
};

export type Sampler = {
  readonly samples: Samples;
  readonly period_us: number;
  /** Log time of the next sample. */
  due_us: number;
  least_A: number;
  most_A: number;
  least_V: number;
  most_V: number;
};

/** @param period_us samples so often at most */
export const createSampler = (period_us: number): Sampler => ({
  samples: {
    time_us: [],
    soc: [],
    bound: [],
    minCell_V: [],
    maxCell_V: [],
    minCurrent_A: [],
    maxCurrent_A: [],
    chargeLimit_A: [],
    dischargeLimit_A: [],
    chargeLimited: [],
    dischargeLimited: [],
  },
  period_us,
  due_us: 0,
  least_A: Infinity,
  most_A: -Infinity,
  least_V: Infinity,
  most_V: -Infinity,
});

/** Looks at the device after a tick that ended at this log time; takes a sample when one is due. */
export function sampleTick(sampler: Sampler, bms: Bms, time_us: number): void {
  const { measure } = bms;
  if (measure.currentValid === 1) {
    if (measure.current_A < sampler.least_A) sampler.least_A = measure.current_A;
    if (measure.current_A > sampler.most_A) sampler.most_A = measure.current_A;
  }
  if (measure.someCellValid === 1) {
    if (measure.minCell_V < sampler.least_V) sampler.least_V = measure.minCell_V;
    if (measure.maxCell_V > sampler.most_V) sampler.most_V = measure.maxCell_V;
  }
  if (time_us >= sampler.due_us) sample(sampler, bms, time_us);
}

/** NaN where nothing has been believed since the sample before. */
const seen = (extreme: number): number => (Number.isFinite(extreme) ? extreme : Number.NaN);

function sample(sampler: Sampler, { estimate }: Bms, time_us: number): void {
  const { samples, period_us } = sampler;
  sampler.due_us = (Math.floor(time_us / period_us) + 1) * period_us;
  samples.time_us.push(time_us);
  samples.soc.push(estimate.started === 1 ? estimate.soc : Number.NaN);
  samples.bound.push(estimate.socBound);
  samples.minCell_V.push(seen(sampler.least_V));
  samples.maxCell_V.push(seen(sampler.most_V));
  samples.minCurrent_A.push(seen(sampler.least_A));
  samples.maxCurrent_A.push(seen(sampler.most_A));
  samples.chargeLimit_A.push(estimate.chargeLimit_A);
  samples.dischargeLimit_A.push(estimate.dischargeLimit_A);
  samples.chargeLimited.push(estimate.chargeLimit_A < estimate.maximumCharge_A ? 1 : 0);
  samples.dischargeLimited.push(estimate.dischargeLimit_A < estimate.maximumDischarge_A ? 1 : 0);
  sampler.least_A = Infinity;
  sampler.most_A = -Infinity;
  sampler.least_V = Infinity;
  sampler.most_V = -Infinity;
}

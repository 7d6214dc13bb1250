// What a what-if draws: charge, cells, current and limits of the recorded device and of the altered one over the same times, and
// when each contactor was commanded closed.

import { CONTACTORS, type ContactorName } from "../../core/decide/decided.ts";
import { BIT } from "../../replay/commands.ts";
import type { Track } from "../../replay/track.ts";
import type { Samples } from "../../replay/track-samples.ts";

type Values = readonly (number | null)[];

export type Side = {
  readonly soc: Values;
  readonly minCell_V: Values;
  readonly maxCell_V: Values;
  readonly minCurrent_A: Values;
  readonly maxCurrent_A: Values;
  readonly chargeLimit_A: Values;
  readonly dischargeLimit_A: Values;
};

/** Times of log in microseconds. A contactor's times stand in pairs: closed from, to. */
export type WhatIfSeries = {
  readonly time_us: readonly number[];
  readonly baseline: Side;
  readonly whatIf: Side;
  readonly contactors: readonly {
    readonly name: ContactorName;
    readonly baseline: readonly number[];
    readonly whatIf: readonly number[];
  }[];
  readonly cellLimits_V: readonly { readonly baseline: number; readonly whatIf: number }[];
};

const POINTS = 1500;
const DIGITS = 6;

/** Two tracks over the same inputs line up sample by sample. */
export function whatIfSeries(baseline: Track, whatIf: Track): WhatIfSeries {
  const count = Math.min(baseline.samples.time_us.length, whatIf.samples.time_us.length);
  const group = Math.max(1, Math.ceil(count / POINTS));
  const ends = Array.from({ length: Math.ceil(count / group) }, (_, i) => Math.min(count, (i + 1) * group));
  return {
    time_us: ends.map((end) => baseline.samples.time_us[end - 1]!),
    baseline: sideOf(baseline.samples, ends, group),
    whatIf: sideOf(whatIf.samples, ends, group),
    contactors: CONTACTORS.map((name) => ({
      name,
      baseline: closedTimes(baseline, BIT[name]),
      whatIf: closedTimes(whatIf, BIT[name]),
    })).filter((each) => each.baseline.length + each.whatIf.length > 0),
    cellLimits_V: (["overvoltage", "undervoltage"] as const).flatMap((name) =>
      baseline.settings === undefined || whatIf.settings === undefined
        ? []
        : [
            {
              baseline: baseline.settings.protections[name].limit_V,
              whatIf: whatIf.settings.protections[name].limit_V,
            },
          ],
    ),
  };
}

const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
const least = (values: readonly number[]): number => Math.min(...values.filter((value) => !Number.isNaN(value)));
const most = (values: readonly number[]): number => Math.max(...values.filter((value) => !Number.isNaN(value)));

function sideOf(samples: Samples, ends: readonly number[], group: number): Side {
  const column = (values: readonly number[], pick: (part: readonly number[]) => number): Values =>
    ends.map((end) => {
      const value = pick(values.slice(Math.max(0, end - group), end));
      return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
    });
  return {
    soc: column(samples.soc, last),
    minCell_V: column(samples.minCell_V, least),
    maxCell_V: column(samples.maxCell_V, most),
    minCurrent_A: column(samples.minCurrent_A, least),
    maxCurrent_A: column(samples.maxCurrent_A, most),
    chargeLimit_A: column(samples.chargeLimit_A, last),
    dischargeLimit_A: column(samples.dischargeLimit_A, (part) => -last(part)),
  };
}

function closedTimes({ switches, last_us }: Track, bit: number): number[] {
  const { time_us, word } = switches;
  const times: number[] = [];
  let isClosed = false;
  for (let i = 0; i < time_us.length; i++) {
    const closes = (word[i]! & bit) !== 0;
    if (closes !== isClosed) times.push(time_us[i]!);
    isClosed = closes;
  }
  return isClosed ? [...times, last_us] : times;
}

// Two tracks over the same inputs, one with the recorded settings and one with altered ones, laid side by side: trips that
// appear, vanish, move or stay, differences of charge and limits, and from when on the answer is only a guess (trust.ts).

import { CONTACTORS } from "../core/decide/decided.ts";
import { SECRET, SECRET_SETTINGS } from "../model/secrets.ts";
import { type SettingDifference, settingDifferences } from "./altered-settings.ts";
import { BIT } from "./commands.ts";
import { type ComparedTrip, compareTrips } from "./compared-trips.ts";
import type { Track } from "./track.ts";
import type { Remark } from "./track-requests.ts";
import type { Samples } from "./track-samples.ts";
import { type Distrust, distrust } from "./trust.ts";

/** What if minus recorded. */
export type SocDifference = {
  /** The largest one with its sign, 0..1, and its log time. */
  readonly max: number;
  readonly max_us: number;
  readonly end: number;
  /** Of its amount, over the time in which both had an estimate. */
  readonly mean: number;
};

export type LimitDifference = {
  readonly max_A: number;
  readonly max_us: number;
  readonly mean_A: number;
  /** Time in which the limit was under the maximum of the settings, s. */
  readonly limited_s: Both;
};

/** A quantity of both devices. */
export type Both = { readonly baseline: number; readonly whatIf: number };

export type Duty = {
  readonly name: string;
  /** How often it was switched on, and for how long in all. */
  readonly switchings: Both;
  readonly on_s: Both;
};

export type WhatIf = {
  readonly first_us: number;
  readonly last_us: number;
  readonly played_s: number;
  readonly ticks: number;
  readonly settings: readonly SettingDifference[];
  readonly trips: readonly ComparedTrip[];
  readonly soc: SocDifference;
  readonly limits: { readonly charge: LimitDifference; readonly discharge: LimitDifference };
  readonly duties: readonly Duty[];
  /** All first times, earliest first. */
  readonly distrust: readonly Distrust[];
  /** The earliest hard one; Infinity: none. */
  readonly hard_us: number;
  /** From when on the recorded current was kept from the open contactors of the altered device, log time; -1: never. */
  readonly stilled_us: number;
  /** Recorded requests that the recorded device took and the altered one refused. */
  readonly refused: readonly Remark[];
  /** Recorded changes of an altered setting: the altered value was kept. */
  readonly withstood: readonly Remark[];
  /** Where both devices begin anew from the recording, behind the first. */
  readonly restarts_us: readonly number[];
  readonly lost: readonly Remark[];
};

/** Lays the tracks of one recording side by side. */
export function compareTracks(baseline: Track, whatIf: Track): WhatIf {
  const doubts = distrust(baseline, whatIf);
  const hard_us = doubts.find(({ weight }) => weight === "hard")?.at_us ?? Infinity;
  const takenBefore = new Set(baseline.refused.map(({ request }) => request));
  return {
    first_us: baseline.first_us,
    last_us: baseline.last_us,
    played_s: baseline.played_us / 1e6,
    ticks: baseline.ticks,
    settings:
      baseline.settings === undefined || whatIf.settings === undefined
        ? []
        : settingDifferences(baseline.settings, whatIf.settings).map(withoutSecret),
    trips: compareTrips(baseline, whatIf, hard_us),
    soc: socDifference(baseline.samples, whatIf.samples),
    limits: {
      charge: limitDifference(baseline.samples, whatIf.samples, "chargeLimit_A", "chargeLimited"),
      discharge: limitDifference(baseline.samples, whatIf.samples, "dischargeLimit_A", "dischargeLimited"),
    },
    duties: DUTIES.map((name) => duty(name, baseline, whatIf)).filter(isAtWork),
    distrust: doubts,
    hard_us,
    stilled_us: whatIf.stilled_us,
    refused: whatIf.refused.filter(({ request }) => !takenBefore.has(request)),
    withstood: whatIf.withstood,
    restarts_us: baseline.starts_us.slice(1),
    lost: baseline.lost,
  };
}

/** A password is told to be another, and not which: what is found out is printed, drawn and handed on. */
const withoutSecret = (difference: SettingDifference): SettingDifference =>
  SECRET_SETTINGS.includes(difference.name) ? { ...difference, recorded: SECRET, whatIf: SECRET } : difference;

/** How long each sample stands for, s; nothing behind a sleep or a gap. */
function* spans({ time_us }: Samples): Generator<readonly [index: number, seconds: number]> {
  const usual_us = time_us.length > 2 ? medianStep(time_us) : 1;
  for (let i = 0; i < time_us.length; i++) {
    const step_us = i === 0 ? usual_us : time_us[i] - time_us[i - 1];
    yield [i, Math.min(step_us, 2 * usual_us) / 1e6];
  }
}

function medianStep(time_us: readonly number[]): number {
  const steps: number[] = [];
  const stride = Math.max(1, Math.floor(time_us.length / 999));
  for (let i = 1; i < time_us.length; i += stride) steps.push(time_us[i] - time_us[i - 1]);
  return steps.sort((a, b) => a - b)[steps.length >> 1];
}

function socDifference(a: Samples, b: Samples): SocDifference {
  let [max, max_us, end, sum, weight] = [0, a.time_us[0] ?? 0, 0, 0, 0];
  for (const [i, seconds] of spans(a)) {
    const difference = b.soc[i] - a.soc[i];
    if (!Number.isFinite(difference)) continue;
    end = difference;
    sum += Math.abs(difference) * seconds;
    weight += seconds;
    if (Math.abs(difference) <= Math.abs(max)) continue;
    max = difference;
    max_us = a.time_us[i];
  }
  return { max, max_us, end, mean: weight > 0 ? sum / weight : 0 };
}

function limitDifference(
  a: Samples,
  b: Samples,
  limit: "chargeLimit_A" | "dischargeLimit_A",
  limited: "chargeLimited" | "dischargeLimited",
): LimitDifference {
  let [max_A, max_us, sum, weight, limitedA_s, limitedB_s] = [0, a.time_us[0] ?? 0, 0, 0, 0, 0];
  for (const [i, seconds] of spans(a)) {
    const difference_A = b[limit][i] - a[limit][i];
    sum += Math.abs(difference_A) * seconds;
    weight += seconds;
    limitedA_s += a[limited][i] * seconds;
    limitedB_s += b[limited][i] * seconds;
    if (Math.abs(difference_A) <= Math.abs(max_A)) continue;
    max_A = difference_A;
    max_us = a.time_us[i];
  }
  const mean_A = weight > 0 ? sum / weight : 0;
  return { max_A, max_us, mean_A, limited_s: { baseline: toMilli(limitedA_s), whatIf: toMilli(limitedB_s) } };
}

const toMilli = (value: number): number => Math.round(value * 1000) / 1000;

const DUTIES = [...CONTACTORS, "balancing", "heater", "cooler"] as const;

function duty(name: (typeof DUTIES)[number], baseline: Track, whatIf: Track): Duty {
  const a = workOf(baseline, BIT[name]);
  const b = workOf(whatIf, BIT[name]);
  return {
    name,
    switchings: { baseline: a.switchings, whatIf: b.switchings },
    on_s: { baseline: a.on_s, whatIf: b.on_s },
  };
}

const isAtWork = ({ on_s, switchings }: Duty): boolean =>
  on_s.baseline + on_s.whatIf + switchings.baseline + switchings.whatIf > 0;

/** What stood at the last tick before a gap is taken to have stood through it; a sleeper has all switched off. */
function workOf({ switches, last_us }: Track, bit: number): { switchings: number; on_s: number } {
  const { time_us, word } = switches;
  let [switchings, on_us, before] = [0, 0, -1];
  for (let i = 0; i < time_us.length; i++) {
    const on = (word[i] & bit) !== 0 ? 1 : 0;
    if (on === 1) on_us += (time_us[i + 1] ?? last_us) - time_us[i];
    if (on === 1 && before === 0) switchings++;
    before = on;
  }
  return { switchings, on_s: on_us / 1e6 };
}

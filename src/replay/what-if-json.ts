// What a what-if found, as an object for programs (docs/json.md). The page for a person: cli/what-if-report.ts.

import { isoTime } from "../base/calendar.ts";
import { type ComparedTrip, openedNames } from "./compared-trips.ts";
import type { LimitDifference, WhatIf } from "./what-if.ts";

/** The object of --json; times in seconds since `from`. */
export function whatIfJson(result: WhatIf, realtimeFactor: number): object {
  const s = (us: number): number => Math.round(us - result.first_us) / 1e6;
  const { soc, limits, hard_us, distrust } = result;
  const limitJson = ({ max_A, max_us, mean_A, limited_s }: LimitDifference): object => ({
    max_A,
    max_s: s(max_us),
    mean_A,
    limited_s,
  });
  return {
    from: isoTime(result.first_us),
    seconds: result.played_s,
    settings: result.settings,
    trips: result.trips.filter(({ consequence }) => !consequence).map((trip) => tripJson(trip, s)),
    consequences: result.trips.filter(({ consequence }) => consequence).map((trip) => tripJson(trip, s)),
    soc: { max: soc.max, max_s: s(soc.max_us), end: soc.end, mean: soc.mean },
    limits: { charge: limitJson(limits.charge), discharge: limitJson(limits.discharge) },
    switched: result.duties,
    trust: {
      ...(hard_us === Number.POSITIVE_INFINITY ? {} : { hard_s: s(hard_us) }),
      ...(result.stilled_us < 0 ? {} : { zeroCurrent_s: s(result.stilled_us) }),
      weak: distrust.filter(({ weight }) => weight === "weak").map(({ kind, at_us }) => ({ kind, at_s: s(at_us) })),
    },
    refused: result.refused.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    kept: result.withstood.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    restarts_s: result.restarts_us.map(s),
    lost: result.lost.map(({ at_us, text }) => ({ at_s: s(at_us), text })),
    realtimeFactor,
  };
}

const tripJson = (
  { name, level, kind, baseline, whatIf, trusted }: ComparedTrip,
  s: (us: number) => number,
): object => ({
  name,
  level,
  kind,
  ...(baseline === undefined
    ? {}
    : { baseline_s: s(baseline.at_us), baselineValue: baseline.value, baselineOpened: openedNames(baseline.opened) }),
  ...(whatIf === undefined
    ? {}
    : { whatIf_s: s(whatIf.at_us), whatIfValue: whatIf.value, whatIfOpened: openedNames(whatIf.opened) }),
  trusted,
  sentence: (whatIf ?? baseline)!.sentence,
});

// The trips of the recorded device and of the altered one, pair by pair: what appears, vanishes, moves or stays, what it
// opened either way, and what only tells that the recorded inputs are those of a device with closed contactors.

import type { ContactorName } from "../core/decide/decided.ts";
import type { FaultName } from "../model/faults.ts";
import { BIT, type Switches } from "./commands.ts";
import type { Track } from "./track.ts";
import { matchTrips, type Trip, type TripPair } from "./trips.ts";

export type ComparedTrip = {
  readonly name: FaultName;
  readonly level: "error" | "indication";
  readonly kind: "appears" | "vanishes" | "moves" | "stays";
  readonly baseline?: Trip;
  readonly whatIf?: Trip;
  /** False from the hard limit of trust on: the inputs would have been others by then. */
  readonly trusted: boolean;
  /** True where a recorded current accuses contactors that are open in the altered device alone: no trip of either. */
  readonly consequence: boolean;
};

/** Pairs of trips in the order of time. @param hard_us the hard limit of trust, log time */
export const compareTrips = (baseline: Track, whatIf: Track, hard_us: number): ComparedTrip[] =>
  matchTrips(baseline.trips, whatIf.trips).map((pair) => {
    const judged = judge(pair, hard_us);
    return { ...judged, consequence: isConsequence(judged, baseline.switches, whatIf.switches) };
  });

function judge({ name, baseline, whatIf }: TripPair, hard_us: number): Omit<ComparedTrip, "consequence"> {
  const { level } = (baseline ?? whatIf)!;
  if (baseline === undefined)
    return { name, level, kind: "appears", whatIf: whatIf!, trusted: whatIf!.at_us <= hard_us };
  if (whatIf === undefined) return { name, level, kind: "vanishes", baseline, trusted: baseline.at_us <= hard_us };
  const kind = baseline.at_us === whatIf.at_us ? "stays" : "moves";
  return { name, level, kind, baseline, whatIf, trusted: whatIf.at_us <= hard_us };
}

/** What accuses a current or a contact of being there although a contactor is open. */
const ACCUSES: readonly FaultName[] = [
  "stuckContactor",
  "unallowableCharging",
  "chargeFeedback",
  "dischargeFeedback",
  "prechargeFeedback",
  "commonFeedback",
  "mainFeedback",
];

const CONTACTOR_BITS = BIT.charge | BIT.discharge | BIT.precharge | BIT.common | BIT.main;

/** With one path open and another closed the recorded current cannot be told apart: it may be that of the open one. */
function isConsequence(
  { name, kind, whatIf, trusted }: Omit<ComparedTrip, "consequence">,
  recorded: Switches,
  altered: Switches,
): boolean {
  if (kind !== "appears" || trusted || !ACCUSES.includes(name)) return false;
  const openOnlyHere = wordAt(recorded, whatIf!.began_us) & ~wordAt(altered, whatIf!.began_us);
  return (openOnlyHere & CONTACTOR_BITS) !== 0;
}

/** The commands as they stood at a time; 0 before the first. */
function wordAt({ time_us, word }: Switches, at_us: number): number {
  let index = -1;
  while (index + 1 < time_us.length && time_us[index + 1] <= at_us) index++;
  return word[index] ?? 0;
}

/** Whether a trip that both devices make opens other contactors in the altered one. */
export const opensOther = ({ baseline, whatIf }: ComparedTrip): boolean =>
  baseline !== undefined && whatIf !== undefined && baseline.opened !== whatIf.opened;

/** Contactors of `opened` of a trip by name. */
export const openedNames = (opened: number): ContactorName[] =>
  (["charge", "discharge", "common", "main"] as const).filter((_, bit) => (opened >> bit) & 1);

// Trips of a device, and how those of two devices that were given the same inputs belong together: under each name in
// their order, so that the times differ as little as they can.

import type { Bms } from "../core/bms.ts";
import { explain } from "../core/protect/explanation.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";

export type Trip = {
  readonly name: FaultName;
  readonly level: "error" | "indication";
  /** Log time of the tick in which it tripped, and of the one in which its condition began, microseconds. */
  readonly at_us: number;
  readonly began_us: number;
  readonly value: number;
  readonly limit: number;
  /** Index from 0 of the cell or sensor; -1: names none. */
  readonly element: number;
  /** Contactors closed at the trip that it opens: bit 0 charge, 1 discharge, 2 common, 3 main. */
  readonly opened: number;
  readonly sentence: string;
  /** Log time at which it cleared; -1: not within the recording. */
  cleared_us: number;
};

/** Looks on at a device and takes down what trips and clears. */
export type TripWatch = {
  readonly trips: Trip[];
  readonly counts: Float64Array;
  readonly last: Map<FaultName, Trip>;
  sequence: number;
};

export const createTripWatch = (): TripWatch => ({
  trips: [],
  counts: new Float64Array(FAULT_NAMES.length),
  last: new Map(),
  sequence: 0,
});

/** A device begins, or begins anew: what it has behind it does not count. */
export function watchFrom(watch: TripWatch, bms: Bms): void {
  watch.sequence = bms.protect.sequence;
  watch.last.clear();
  for (let i = 0; i < FAULT_NAMES.length; i++) watch.counts[i] = bms.protect.faults[FAULT_NAMES[i]].trips;
}

/** After each tick. @param time_us log time of the tick */
export function watchTrips(watch: TripWatch, bms: Bms, time_us: number): void {
  if (bms.protect.sequence === watch.sequence) return;
  watch.sequence = bms.protect.sequence;
  for (let i = 0; i < FAULT_NAMES.length; i++) look(watch, bms, i, time_us);
}

function look(watch: TripWatch, bms: Bms, index: number, time_us: number): void {
  const name = FAULT_NAMES[index];
  const state = bms.protect.faults[name];
  const before = watch.last.get(name);
  if (before !== undefined && before.cleared_us < 0 && state.active === 0) before.cleared_us = time_us;
  if (state.trips > watch.counts[index]) {
    const trip = tripOf(bms, name, time_us);
    watch.trips.push(trip);
    watch.last.set(name, trip);
  }
  watch.counts[index] = state.trips;
}

/** The trip that a protection has just made. */
export function tripOf(bms: Bms, name: FaultName, time_us: number): Trip {
  const state = bms.protect.faults[name];
  return {
    name,
    level: FAULT_ROWS[name].level,
    at_us: time_us,
    began_us: time_us - (bms.time_us - state.began_us),
    value: state.value,
    limit: state.limit,
    element: state.element,
    opened: state.opened,
    sentence: explain(name, state),
    cleared_us: -1,
  };
}

export type TripPair = { readonly name: FaultName; readonly baseline?: Trip; readonly whatIf?: Trip };

/** Pairs of trips, and those without a partner, in the order of time. */
export function matchTrips(baseline: readonly Trip[], whatIf: readonly Trip[]): TripPair[] {
  const names = new Set([...baseline, ...whatIf].map(({ name }) => name));
  const pairs = [...names].flatMap((name) =>
    matchOne(
      name,
      baseline.filter((trip) => trip.name === name),
      whatIf.filter((trip) => trip.name === name),
    ),
  );
  return pairs.sort((a, b) => timeOf(a) - timeOf(b));
}

const timeOf = ({ baseline, whatIf }: TripPair): number =>
  Math.min(baseline?.at_us ?? Infinity, whatIf?.at_us ?? Infinity);

function matchOne(name: FaultName, baseline: readonly Trip[], whatIf: readonly Trip[]): TripPair[] {
  const partner =
    baseline.length <= whatIf.length ? nearest(baseline, whatIf) : inverse(nearest(whatIf, baseline), baseline.length);
  const taken = new Set(partner);
  return [
    ...baseline.map((trip, i) =>
      partner[i] < 0 ? { name, baseline: trip } : { name, baseline: trip, whatIf: whatIf[partner[i]] },
    ),
    ...whatIf.filter((_, i) => !taken.has(i)).map((trip) => ({ name, whatIf: trip })),
  ];
}

const inverse = (partner: readonly number[], length: number): number[] => {
  const back = new Array<number>(length).fill(-1);
  partner.forEach((to, from) => {
    back[to] = from;
  });
  return back;
};

/** More pairs of one name than this are not weighed against each other: in their order, first with first. */
const MOST_WEIGHED = 4_000_000;

/** For each of the fewer ones its partner among the more, in order, with the least sum of time differences. */
function nearest(fewer: readonly Trip[], more: readonly Trip[]): number[] {
  const [rows, columns] = [fewer.length, more.length];
  if (rows === columns || rows * columns > MOST_WEIGHED) return fewer.map((_, i) => i);
  const width = columns + 1;
  const cost = new Float64Array((rows + 1) * width);
  for (let i = 1; i <= rows; i++) {
    cost.fill(Infinity, i * width, i * width + i);
    for (let k = i; k <= columns; k++) {
      const paired = cost[(i - 1) * width + k - 1] + Math.abs(fewer[i - 1].at_us - more[k - 1].at_us);
      cost[i * width + k] = Math.min(paired, cost[i * width + k - 1]);
    }
  }
  const partner = new Array<number>(rows).fill(-1);
  for (let i = rows, k = columns; i > 0; k--) {
    if (cost[i * width + k] === cost[i * width + k - 1]) continue;
    partner[--i] = k - 1;
  }
  return partner;
}

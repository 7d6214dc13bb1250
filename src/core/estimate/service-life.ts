// What the battery record (docs/battery-record.md) remembers of the battery's whole life beyond the plain counters: times in
// classes, what was measured of capacity, resistance, efficiency and self-discharge, and where a measurement stands that
// is under way. All of it survives a power cycle, and no command or setting takes anything back.

import { SELF_DISCHARGE_WINDOWS, SOC_CLASSES, TEMPERATURE_CLASSES } from "../../model/life-classes.ts";

export type ServiceLife = {
  // Times in classes (model/life-classes.ts).
  temperature_s: Float64Array;
  soc_s: Float64Array;
  /** Charging current flowed above the highest, or below the lowest, charging temperature. */
  chargingHot_s: number;
  chargingCold_s: number;
  /** Charge in and out, over twice the nominal capacity that was set at the time. */
  fullCycles: number;
  /** Throughput up to which `fullCycles` has been counted. */
  counted_Ah: number;
  // What was last measured; commands that reset the estimates do not reset this.
  /** Capacity at the last discharge from full until empty; 0: not yet. */
  capacity_Ah: number;
  /** Sum over the cells, at 25 degC and half charge; 0: not yet measured on each of them. */
  resistance_Ohm: number;
  // Round trips from full to full (round-trip.ts).
  roundTrips: number;
  roundTrip: number;
  roundTripBound: number;
  firstRoundTrip: number;
  /** 1 while a round trip is under way, and what the counters said at its beginning. */
  trip: number;
  trip_s: number;
  tripIn_Ah: number;
  tripOut_Ah: number;
  tripIn_Wh: number;
  tripOut_Wh: number;
  tripBalanced_Wh: number;
  /** 1 from a full battery until it has clearly left this state. */
  full: number;
  // Self-discharge from long rests (self-discharge.ts).
  /** How many measurements the arrays hold; 0: none yet. The first one ever stays first. */
  windows: number;
  windowRate: Float64Array; // part of the capacity per month
  windowBound: Float64Array;
  windowAt_s: Float64Array; // operating time at its end
  /** Sums over the pairs of readings of the measurement under way. */
  lossSum: number;
  squareSum: number;
  spanSum: number;
  /** Rests whose voltage told nothing, for the flat part of the rest voltage. */
  flatRest_s: number;
  // The rest under way: how long, the time since its last reading, and 1 once it has one.
  rest_s: number;
  restAge_s: number;
  restBegun: number;
  /** 1 from a start after a long time without supply until the first reading, or until a contactor closes. */
  restDue: number;
  /** 1 while there is a first reading of a pair: mean of the cells, and the branch of the rest voltage they were on. */
  restRead: number;
  restFirst_V: number;
  restFirst_degC: number;
  restFirstBranch: number;
  /** What the counters said at the first reading, and the time since: with supply, of that connected, without supply. */
  restIn_Ah: number;
  restOut_Ah: number;
  restBalanced_Wh: number;
  restOn_s: number;
  restFlow_s: number;
  restOff_s: number;
  /** The last reading, and the times up to it. */
  rest_V: number;
  rest_degC: number;
  restReadOn_s: number;
  restReadOff_s: number;
};

export const createServiceLife = (): ServiceLife => ({
  temperature_s: new Float64Array(TEMPERATURE_CLASSES),
  soc_s: new Float64Array(SOC_CLASSES),
  chargingHot_s: 0,
  chargingCold_s: 0,
  fullCycles: 0,
  counted_Ah: 0,
  capacity_Ah: 0,
  resistance_Ohm: 0,
  roundTrips: 0,
  roundTrip: 0,
  roundTripBound: 1,
  firstRoundTrip: 0,
  trip: 0,
  trip_s: 0,
  tripIn_Ah: 0,
  tripOut_Ah: 0,
  tripIn_Wh: 0,
  tripOut_Wh: 0,
  tripBalanced_Wh: 0,
  full: 0,
  windows: 0,
  windowRate: new Float64Array(SELF_DISCHARGE_WINDOWS),
  windowBound: new Float64Array(SELF_DISCHARGE_WINDOWS),
  windowAt_s: new Float64Array(SELF_DISCHARGE_WINDOWS),
  lossSum: 0,
  squareSum: 0,
  spanSum: 0,
  flatRest_s: 0,
  rest_s: 0,
  restAge_s: 0,
  restBegun: 0,
  restDue: 0,
  restRead: 0,
  restFirst_V: 0,
  restFirst_degC: 0,
  restFirstBranch: 0,
  restIn_Ah: 0,
  restOut_Ah: 0,
  restBalanced_Wh: 0,
  restOn_s: 0,
  restFlow_s: 0,
  restOff_s: 0,
  rest_V: 0,
  rest_degC: 0,
  restReadOn_s: 0,
  restReadOff_s: 0,
});

/** Fields that survive a power cycle, by their path inside the stage: all of them. */
export const LIFE_KEPT: readonly string[] = Object.keys(createServiceLife()).map((name) => `life.${name}`);

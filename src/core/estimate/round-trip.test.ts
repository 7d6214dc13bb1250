// The round-trip efficiency, by hand: between two full batteries 80 Ah came out at 50 V and 82 Ah went in at 54 V.
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { followRoundTrip } from "./round-trip.ts";

const HOUR_s = 3600;

function bench(overrides: Overrides = {}): Bms {
  const bms = makeBench(
    makeSettings("NMC", 14, 100, {
      "socEstimation.coulombicEfficiency": 0.99,
      "cellModel.selfDischargePerMonth": 0,
      "cellModel.currentOffset_A": 0.1,
      "wires.boardCurrent_A": 0,
      ...overrides,
    }),
  );
  bms.estimate.started = 1;
  bms.estimate.countedFromFull = 1;
  return bms;
}

/** The battery is full by its voltage; then it is not. */
function fill(bms: Bms): void {
  bms.estimate.internalSoc = 1;
  bms.estimate.observer.anchor[3] = 1;
  followRoundTrip(bms, 1);
}

function empty(bms: Bms, out_Ah: number, out_V: number, hours: number): void {
  bms.estimate.internalSoc = 0.2;
  bms.estimate.observer.anchor.fill(0);
  bms.estimate.lifetimeDischarged_Ah += out_Ah;
  bms.estimate.lifetimeDelivered_Wh += out_Ah * out_V;
  followRoundTrip(bms, hours * HOUR_s);
}

function charge(bms: Bms, in_Ah: number, in_V: number): void {
  bms.estimate.lifetimeCharged_Ah += in_Ah;
  bms.estimate.lifetimeReceived_Wh += in_Ah * in_V;
}

function trip(bms: Bms, out_Ah = 80, out_V = 50, in_Ah = 82, in_V = 54, hours = 10): void {
  fill(bms);
  empty(bms, out_Ah, out_V, hours);
  charge(bms, in_Ah, in_V);
  fill(bms);
}

test("is none until a full cycle has been seen, and then the voltages' ratio times the charges' ratio", () => {
  const bms = bench();
  fill(bms);
  expect(bms.estimate.life.roundTrips).toBe(0);
  trip(bms);
  // Counted: 80/82 = 0.97561. Its doubt: offset 0.1 A x 10 h x 1.97561 / 82 Ah = 0.024093; the ends 1 Ah / 82 Ah = 0.012195,
  // twice: sqrt(0.024093^2 + 2 x 0.012195^2) = 0.029625, weight 1139.4. The chemistry's 0.99 +- 0.01 has weight 10000.
  // (0.97561 x 1139.4 + 0.99 x 10000) / 11139.4 = 0.988528; x 50/54 = 0.915304.
  expect(bms.estimate.life.roundTrip).toBeCloseTo(0.915304, 5);
  // 1.96 x 50/54 x sqrt(1/11139.4 + 0.988528^2 x 0.003^2) = 0.018018.
  expect(bms.estimate.life.roundTripBound).toBeCloseTo(0.018018, 5);
  expect(bms.estimate.life.roundTrips).toBe(1);
});

test("the count decides where the sensor is good and the chemistry is only presumed", () => {
  const bms = bench({ "cellModel.currentOffset_A": 0, "battery.capacity_Ah": 100 });
  trip(bms, 8000, 50, 8800, 50, 1); // many cycles in parts: the ends weigh nothing
  expect(bms.estimate.life.roundTrip).toBeCloseTo(8000 / 8800, 3);
});

test("the first one stays beside the last one", () => {
  const bms = bench();
  trip(bms);
  const first = bms.estimate.life.roundTrip;
  trip(bms, 80, 48);
  expect(bms.estimate.life.firstRoundTrip).toBe(first);
  expect(bms.estimate.life.roundTrip).toBeCloseTo((first * 48) / 50, 3);
  expect(bms.estimate.life.roundTrips).toBe(2);
});

test.each([
  ["79.9 % of the capacity came out", (bms: Bms) => trip(bms, 79.9), 0],
  ["80 % came out", (bms: Bms) => trip(bms, 80), 1],
  ["it took 30 days and a second", (bms: Bms) => trip(bms, 80, 50, 82, 54, 720 + 1 / 3600), 0],
  ["it took 30 days less two seconds", (bms: Bms) => trip(bms, 80, 50, 82, 54, 720 - 2 / 3600), 1],
  ["far more came out than went in", (bms: Bms) => trip(bms, 80, 50, 20, 30), 0],
])("when %s", (_, play, trips) => {
  const bms = bench();
  play(bms);
  expect(bms.estimate.life.roundTrips).toBe(trips);
});

test("a count that was interrupted, or a full battery by count alone, makes no round trip", () => {
  const bms = bench();
  fill(bms);
  empty(bms, 80, 50, 5);
  bms.estimate.countedFromFull = 0;
  followRoundTrip(bms, 1);
  bms.estimate.countedFromFull = 1;
  charge(bms, 82, 54);
  fill(bms);
  expect(bms.estimate.life.roundTrips).toBe(0);
  empty(bms, 80, 50, 5);
  charge(bms, 82, 54);
  bms.estimate.internalSoc = 1;
  followRoundTrip(bms, 1);
  expect(bms.estimate.life.roundTrips).toBe(0);
});

test("what balancing burnt after the charge belongs to the next round trip, as a loss", () => {
  const quiet = bench();
  trip(quiet);
  trip(quiet);
  const burning = bench();
  trip(burning);
  burning.estimate.lifetimeBalanced_Wh += 100;
  trip(burning);
  expect(burning.estimate.life.roundTrip).toBeLessThan(quiet.estimate.life.roundTrip - 0.015);
});

// One cell of eight is odd, and the device has to say in what way: less capacity, more resistance, another state of charge, or a
// leak. The cells are the world's, with other tables and other pairs than the device's model (tests/estimator/cell.ts).
import { describe, expect, test, vi } from "vitest";
import {
  CELL_COUNT,
  charge,
  cycle,
  driveDown,
  makeString,
  ODD_CELL,
  type Odd,
  rest,
  type TestString,
} from "../../../tests/estimator/string.ts";
import { spreadThroughOff } from "./cell-spread.ts";
import { judgeCells, VERDICTS } from "./cell-verdict.ts";

// Weeks of use in each test: minutes on a machine that others use too.
vi.setConfig({ testTimeout: 120_000 });

/** Two days of use: from well filled down, and up again; LFP has to reach its ends, between them its voltage is flat. */
const used = (model: "LFP" | "NMC", odd: Odd): TestString => {
  const string = makeString(model, 0.88, odd);
  if (model === "NMC") cycle(string, 2, 0.2, 0.92);
  else cycle(string, 2, 0.06, 0.99);
  return string;
};

const wordsOf = ({ bms }: TestString): string[] =>
  Array.from({ length: CELL_COUNT }, (_, cell) => VERDICTS[bms.estimate.health.verdict[cell]]);
const onlyOdd = (word: string): string[] =>
  Array.from({ length: CELL_COUNT }, (_, cell) => (cell === ODD_CELL ? word : "like the others"));

describe.each(["NMC", "LFP"] as const)("%s", (model) => {
  test.each<[string, Odd, string]>([
    ["nothing", {}, "like the others"],
    ["6 % less capacity", { capacity: -0.06 }, "low capacity"],
    ["3 % less capacity", { capacity: -0.03 }, "low capacity"],
    ["1 % less capacity", { capacity: -0.01 }, "like the others"],
    ["40 % more resistance", { resistance: 0.4 }, "high resistance"],
    ["8 % more resistance", { resistance: 0.08 }, "like the others"],
    ["5 % less charge", { soc: -0.05 }, "charged less than the others"],
    ["5 % more charge", { soc: 0.05 }, "charged more than the others"],
    ["1 % less charge", { soc: -0.01 }, "like the others"],
  ])("a cell with %s is named so, and no other cell is named", (_words, odd, verdict) => {
    expect(wordsOf(used(model, odd))).toEqual(onlyOdd(verdict));
  });

  test("a capacity that is 6 % less is stated as that within its bound, and not as imbalance", () => {
    const { health } = used(model, { capacity: -0.06 }).bms.estimate;
    expect(Math.abs(health.capacityDeviation[ODD_CELL] + 0.06)).toBeLessThan(health.capacityDeviationBound[ODD_CELL]);
    expect(health.capacityDeviationBound[ODD_CELL]).toBeLessThan(0.02);
    expect(Math.abs(health.imbalance[ODD_CELL])).toBeLessThan(0.02);
  });

  test.each([
    [0.02, "leaks"],
    [0.005, "like the others"],
  ])("a leak of %f of the capacity a month, after four weeks: %s", (leak, verdict) => {
    const string = makeString(model, 0.8, { leak });
    for (let day = 0; day < 28; day++) {
      if (day % 7 === 0) cycle(string, 1, 0.4, model === "NMC" ? 0.85 : 0.99);
      rest(string, 22);
    }
    const { health } = string.bms.estimate;
    expect(wordsOf(string)).toEqual(onlyOdd(verdict));
    expect(Math.abs(health.leak[ODD_CELL] - leak)).toBeLessThan(0.003);
    expect(health.selfDischarge[ODD_CELL] - health.selfDischarge[0]).toBeCloseTo(
      health.leak[ODD_CELL] - health.leak[0],
      9,
    );
  });
});

test("a cell that starts with 5 % less charge is the weakest; the time to balance is what the resistor needs for 5 Ah", () => {
  const string = makeString("NMC", 0.88, { soc: -0.05 });
  rest(string, 1);
  const { health } = string.bms.estimate;
  expect(health.weakestCell).toBe(ODD_CELL);
  const { full_V, balance_Ohm } = string.bms.plan.estimate;
  const hours = (0.05 * 100) / (full_V / balance_Ohm);
  expect(health.balancingTime_s / 3600).toBeGreaterThan(0.9 * hours);
  expect(health.balancingTime_s / 3600).toBeLessThan(1.1 * hours);
});

test("what the balancing resistor took is no leak", () => {
  const string = makeString("NMC", 0.85, { leak: 0.05 }); // the resistor, as the cell feels it
  const bled_Ah = (0.05 * 100) / 720;
  for (let hour = 0; hour < 28 * 24; hour++) {
    if (hour % 96 === 0) {
      driveDown(string, 0.4);
      charge(string, 0.85);
    }
    rest(string, 1);
    string.bms.estimate.cellBled_Ah[ODD_CELL] += bled_Ah;
  }
  const { health } = string.bms.estimate;
  expect(Math.abs(health.leak[ODD_CELL])).toBeLessThan(0.005);
  expect(VERDICTS[health.verdict[ODD_CELL]]).toBe("charged less than the others");
});

test("time without supply counts for a leak where it is known", () => {
  const { health } = makeString("NMC", 0.5).bms.estimate;
  spreadThroughOff(health, 3600);
  expect(health.spread_s).toBe(3600);
  spreadThroughOff(health, -1);
  expect(health.spread_s).toBe(3600);
});

test.each([
  ["25 mV under the others for an hour", -0.025, 0.001, 3600, "voltage apart"],
  ["25 mV over the others for an hour", 0.025, 0.001, 3600, "voltage apart"],
  ["14 mV under the others", -0.014, 0.001, 3600, "like the others"],
  ["25 mV under the others for less than an hour", -0.025, 0.001, 3599, "like the others"],
  ["25 mV under others that differ by 7 mV themselves", -0.025, 0.007, 3600, "like the others"],
])("a cell %s that nothing else explains: %s", (_words, apart_V, usual_V, seconds, verdict) => {
  const string = makeString("LFP", 0.6);
  const { health } = string.bms.estimate;
  for (let cell = 0; cell < CELL_COUNT; cell++) health.apart_V[cell] = cell % 2 === 0 ? usual_V : -usual_V;
  health.apart_V[ODD_CELL] = apart_V;
  health.apart_s = seconds;
  judgeCells(string.bms);
  expect(wordsOf(string)).toEqual(onlyOdd(verdict));
});

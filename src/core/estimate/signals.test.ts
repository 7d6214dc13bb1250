// Every row of the stage's signals leads to a value, and every word of a code stands where the code says.
import { expect, test } from "vitest";
import { makeBench, makeSettings } from "../../../tests/estimator/bench.ts";
import type { SignalRow } from "../../model/rows.ts";
import { ESTIMATE_SIGNALS } from "../../model/signals-estimate.ts";
import { ESTIMATE_KEPT } from "./estimate.ts";
import { BATTERY_STATES, CORRECTIONS, LIMIT, LIMIT_REASONS, REASON, STATE } from "./estimated.ts";

type Node = { readonly [key: string]: unknown };
const at = (root: unknown, path: string): unknown => path.split(".").reduce((node, key) => (node as Node)?.[key], root);
const ROWS = Object.entries(ESTIMATE_SIGNALS) as readonly (readonly [string, SignalRow])[];

const LENGTHS = {
  cell: 18,
  thermistor: 6,
  output: 4,
  input: 6,
  inputSignal: 22,
  point: 22,
  "temperature class": 8,
  "charge class": 10,
  measurement: 12,
  horizon: 4,
} as const;

test.each(ROWS)("%s comes from a value of the state, of the kind it says", (_name, row) => {
  const bms = makeBench(makeSettings("LFP", 16, 100));
  const value = at(bms, row.from);
  if (row.per !== undefined) expect((value as Float64Array).length).toBe(LENGTHS[row.per]);
  else expect(typeof value).toBe("number");
  for (const path of row.validFrom ?? []) expect(typeof at(bms, path)).toBe("number");
});

test("codes and words agree", () => {
  expect(ESTIMATE_SIGNALS.correctionReason.codes).toEqual(CORRECTIONS);
  expect(ESTIMATE_SIGNALS.chargeLimitReason.codes).toEqual(LIMIT_REASONS);
  expect(ESTIMATE_SIGNALS.dischargeLimitReason.codes).toEqual(LIMIT_REASONS);
  expect(ESTIMATE_SIGNALS.batteryState.codes).toEqual(BATTERY_STATES);
  expect(Object.values(REASON)).toEqual([...CORRECTIONS.keys()]);
  expect(Object.values(LIMIT)).toEqual([...LIMIT_REASONS.keys()]);
  expect(Object.values(STATE)).toEqual([...BATTERY_STATES.keys()]);
});

test("every kept field exists and holds numbers", () => {
  const { estimate } = makeBench(makeSettings("LFP", 16, 100));
  for (const path of ESTIMATE_KEPT) {
    const value = at(estimate, path);
    expect(typeof value === "number" || ArrayBuffer.isView(value), path).toBe(true);
  }
  expect(new Set(ESTIMATE_KEPT).size).toBe(ESTIMATE_KEPT.length);
});

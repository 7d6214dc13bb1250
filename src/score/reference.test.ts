// Promises of the truth: it says what the tester counted, from the start and over the capacity that are really known.

import { describe, expect, test } from "vitest";
import { drivenRecording } from "../../tests/estimator/cell-recording.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { referenceOf, rowAt } from "./reference.ts";

function settingsOf(capacity_Ah: number): Settings {
  const changed = changeSettings(createSettings(), {
    "battery.chemistry": "NMC",
    "battery.capacity_Ah": capacity_Ah,
    "battery.cells": 6,
  });
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  return changed.settings;
}

const settings = settingsOf(3);
const fromFull = drivenRecording("NMC", 3, 1, 0.4, 2);

describe("the state of charge at the first row", () => {
  test("is full when the cell rests like a full one", () => {
    expect(referenceOf(fromFull, settings, 3, {})!.soc[0]).toBe(1);
  });

  test("is full where a heavy load had already been flowing", () => {
    const begun = drivenRecording("NMC", 3, 1, 0.4, 2);
    const loaded = { ...begun, voltage_V: begun.voltage_V.slice(), current_A: begun.current_A.slice() };
    loaded.current_A[0] = -6; // 2C over 12 mOhm and the pairs
    loaded.voltage_V[0] = 3.95;
    expect(referenceOf(loaded, settings, 3, {})!.soc[0]).toBe(1);
    loaded.current_A[0] = -0.3;
    expect(referenceOf(loaded, settings, 3, {})!.soc[0]).toBeLessThan(0.85);
  });

  test("is as given, whatever the voltage", () => {
    expect(referenceOf(fromFull, settings, 3, { start: 0.7 })!.soc[0]).toBe(0.7);
  });

  test("follows from the end of a charge that came to its end", () => {
    const up = backwards(fromFull);
    const found = referenceOf(up, settings, 3, {})!;
    expect(found.how).toContain("ends full");
    expect(found.soc.at(-1)).toBeCloseTo(1, 9);
    expect(found.soc[0]).toBeCloseTo(0.4, 2);
  });
});

describe("the capacity", () => {
  test("is the cell's, and the truth counts over it", () => {
    const found = referenceOf(fromFull, settings, 3, {})!;
    expect(found.capacity_Ah).toBe(3);
    expect(found.soc.at(-1)).toBeCloseTo(0.4, 2);
  });

  test("is told by the test that empties the cell afterwards", () => {
    const found = referenceOf(fromFull, settings, 3, { emptiedBy_Ah: -1.3 })!;
    expect(found.capacity_Ah).toBeCloseTo(1.8 + 1.3, 2);
  });

  test("of a recording that plainly shows a smaller cell is its own", () => {
    const smaller = drivenRecording("NMC", 2, 1, 0.005, 2);
    const found = referenceOf(smaller, settings, 3, {})!;
    expect(found.capacity_Ah).toBeCloseTo(2, 1);
    expect(found.how).toContain("another cell");
  });

  test("of a recording that stops early at a low voltage under load stays the cell's", () => {
    const stopped = drivenRecording("NMC", 3, 1, 0.3, 2);
    const voltage_V = stopped.voltage_V.map((value, i) => (i > 3000 && i % 400 === 0 ? 2.6 : value)); // deep dips, then recovery
    expect(referenceOf({ ...stopped, voltage_V }, settings, 3, {})!.capacity_Ah).toBe(3);
  });

  test("is unknown where neither cell nor recording tell it", () => {
    expect(referenceOf(fromFull, settings, undefined, {})).toBeUndefined();
  });
});

test("a recording that states its own reference is believed", () => {
  const reference = fromFull.charge_Ah.map((moved_Ah) => 0.8 + moved_Ah / 2.5);
  const found = referenceOf({ ...fromFull, reference }, settings, 3, {})!;
  expect(found.soc).toBe(reference);
  expect(found.capacity_Ah).toBeCloseTo(2.5, 9);
});

test("the row of a state of charge is the first at or below it", () => {
  const found = referenceOf(fromFull, settings, 3, {})!;
  const row = rowAt(found, 0.6)!;
  expect(found.soc[row]).toBeLessThanOrEqual(0.6);
  expect(found.soc[row - 1]).toBeGreaterThan(0.6);
  expect(rowAt(found, 0.1)).toBeUndefined();
});

/** The recording from its end to its start, with the current turned round and almost none at the last row. */
function backwards(recording: Recording): Recording {
  const turn = (column: Float64Array): Float64Array => column.slice().reverse();
  const last = recording.time_s.at(-1)!;
  return {
    ...recording,
    time_s: turn(recording.time_s).map((time_s) => last - time_s),
    voltage_V: turn(recording.voltage_V),
    current_A: turn(recording.current_A).map((value) => -value),
    charge_Ah: turn(recording.charge_Ah),
    mean_A: turn(recording.mean_A).map((value) => -value),
  };
}

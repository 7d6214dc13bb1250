// Every row of the tables leads to a value of the device's state, and a snapshot is a copy of numbers.

import { expect, test } from "vitest";
import { FAULT_NAMES, FAULT_ROWS } from "../model/faults.ts";
import { INTERNAL_SIGNALS } from "../model/internal-signals.ts";
import { createSettings } from "../model/settings.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { createBms } from "./bms.ts";
import { createFlags, FLAG_PATHS, readFlags } from "./decide/flags.ts";
import { numberAt, resolve } from "./path.ts";
import { createJudged, JUDGED_PATHS, readJudged } from "./protect/judged.ts";
import { createSnapshotReader, takeSnapshot } from "./snapshot.ts";

test("every signal, validity flag, fault and internal signal resolves", () => {
  const bms = createBms(createSettings());
  const paths = [
    ...SIGNAL_NAMES.flatMap((name) => [SIGNALS[name]?.from, ...(SIGNALS[name]?.validFrom ?? [])]),
    ...FAULT_NAMES.flatMap((name) => [FAULT_ROWS[name].of, FAULT_ROWS[name].validIf, FAULT_ROWS[name].element]),
    ...Object.values(INTERNAL_SIGNALS).map((row) => row.from),
  ].filter((path) => path !== undefined);
  expect(() => paths.map((path) => resolve(bms, path))).not.toThrow();
});

test("arrays have one value for each cell, thermistor, output or input; others are single numbers", () => {
  const lengths = {
    cell: [18, 19],
    thermistor: [6],
    output: [4],
    input: [4],
    inputSignal: [22],
    point: [22],
    "temperature class": [8],
    "charge class": [10],
    horizon: [4],
    measurement: [12],
  };
  const snapshot = takeSnapshot(createSnapshotReader(createBms(createSettings())));
  for (const name of SIGNAL_NAMES) {
    const { per } = SIGNALS[name]!;
    const value = snapshot[name]!;
    if (per === undefined) expect([name, typeof value, Number.isNaN(value)]).toEqual([name, "number", false]);
    else expect(lengths[per], name).toContain((value as readonly number[]).length);
  }
});

test("a code signal has a word for every value it can take", () => {
  for (const name of SIGNAL_NAMES) {
    const row = SIGNALS[name]!;
    if (row.type === "code") expect([name, (row.codes?.length ?? 0) > 1]).toEqual([name, true]);
  }
});

test("a snapshot does not change with the device", () => {
  const bms = createBms(createSettings());
  const reader = createSnapshotReader(bms);
  const before = takeSnapshot(reader);
  bms.measure.cells_V[0] = 3.3;
  bms.measure.current_A = 5;
  expect(takeSnapshot(reader)).not.toEqual(before);
  expect(numberAt(resolve(bms, "measure.current_A"))).toBe(5);
});

test.each([
  ["what fault rows judge", JUDGED_PATHS, createJudged, readJudged],
  ["what is given out as a flag", FLAG_PATHS, createFlags, readFlags],
])("%s: each value read by name is the one at its path", (_, paths, create, read) => {
  const bms = createBms(createSettings());
  const readings = create(bms);
  for (const [i, path] of paths.entries()) {
    const { holder, key } = resolve(bms, path);
    const before = holder[key];
    (holder as Record<string, unknown>)[key] = 201;
    expect([path, read(bms, readings)[i]]).toEqual([path, 201]);
    (holder as Record<string, unknown>)[key] = before;
  }
});

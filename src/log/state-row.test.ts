// Rows of the log: valid JSON of every signal, near enough to it, and nearly the same text where nearly nothing changed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { digitsOf, resolutionOf } from "./resolution.ts";
import { createStateRows, type Signals, stateMessage, stateRow, VOLATILE } from "./state-row.ts";

const COUNTS: Readonly<Record<string, number>> = { cell: 18, thermistor: 6 };

/** Every signal with one value, lists of their length. */
const signalsOf = (value: number): Signals =>
  Object.fromEntries(
    SIGNAL_NAMES.map((name) => {
      const { per } = SIGNALS[name]!;
      return [name, per === undefined ? value : new Array<number>(COUNTS[per] ?? 4).fill(value)];
    }),
  );

const written = (value: number, name: string, rows = createStateRows(18)) =>
  JSON.parse(stateRow(rows, { [name]: value }))[name];

test("every signal is in the row, by its name, as a plain number or a list of numbers", () => {
  const row = JSON.parse(stateRow(createStateRows(18), signalsOf(1)));
  expect(Object.keys(row).sort()).toEqual([...SIGNAL_NAMES].sort());
  expect(row.cells_V).toEqual(new Array(18).fill(1));
  expect(row.current_A).toBe(1);
});

test.each([
  [18, 18],
  [6, 6],
  [0, undefined],
])("of %d cells as many are written", (cells, length) => {
  const row = JSON.parse(stateRow(createStateRows(cells), signalsOf(1)));
  expect(row.cells_V?.length).toBe(length);
  expect(row.temperatures_degC.length).toBe(6);
});

test.each([
  ["cells are kept to the millivolt", "minCell_V", 3.30449, 3.304],
  ["and rounded to the nearer one", "minCell_V", 3.30451, 3.305],
  ["current to ten milliampere", "current_A", -35.646, -35.65],
  ["temperature to a tenth of a degree", "board_degC", -0.04, 0],
  ["counts as they are", "cycles", 123_456_789, 123_456_789],
  ["ages to the minute", "uptime_s", 89, 60],
])("%s", (_, name, value, expected) => {
  expect(written(value, name)).toBeCloseTo(expected, 9);
});

test("-1 for no time to go stays -1, however coarse the step", () => {
  const rows = createStateRows(18);
  expect([-1, 10, -1, 200].map((value) => written(value, "timeToEmpty_s", rows))).toEqual([-1, 0, -1, 180]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%d is null", (value) => {
  expect(written(value, "current_A")).toBeNull();
  expect(JSON.parse(stateRow(createStateRows(2), { cells_V: [3, value] })).cells_V).toEqual([3, null]);
});

test("a number follows null, and null a number", () => {
  const rows = createStateRows(18);
  const values = [1, Number.NaN, Number.NaN, 1, Number.POSITIVE_INFINITY, 2];
  expect(values.map((value) => written(value, "current_A", rows))).toEqual([1, null, null, 1, null, 2]);
});

describe("a value that moves", () => {
  const rows = createStateRows(18);
  test.each([
    [3.3, 3.3],
    [3.30074, 3.3], // within three quarters of a step: stays
    [3.30076, 3.301],
    [3.3003, 3.301],
    [3.3002, 3.3],
  ])("at %d V is written as %d", (value, expected) => {
    expect(written(value, "minCell_V", rows)).toBe(expected);
  });

  test("is never further from what is written than three quarters of a step", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1500, max: 1500, noNaN: true }), { minLength: 1 }), (values) => {
        const own = createStateRows(18);
        for (const value of values)
          expect(Math.abs(written(value, "current_A", own) - value)).toBeLessThanOrEqual(0.0075 + 1e-9);
      }),
    );
  });
});

test("rows keep their length and their places while numbers change", () => {
  const rows = createStateRows(18);
  const first = stateRow(rows, { ...signalsOf(1), current_A: -123.45 });
  const second = stateRow(rows, { ...signalsOf(1), current_A: 7 });
  expect(second.length).toBe(first.length);
  const differing = [...first].filter((letter, i) => letter !== second[i]).length;
  expect(differing).toBeLessThanOrEqual(7);
});

test("a row says the same whether it was changed in place or written anew", () => {
  const numbers = fc.array(fc.double({ min: -9999, max: 9999 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 20 }), (list) => {
      const rows = createStateRows(18);
      for (const [current_A = 0, first_V = 0, second_V = 0] of list) {
        const signals = { current_A, cells_V: [first_V, second_V], mode: 3 };
        const { data } = stateMessage(rows, signals, 1);
        const row = JSON.parse(new TextDecoder().decode(data));
        expect(Object.keys(row)).toEqual(["current_A", "cells_V", "mode"]);
        near(row.current_A, current_A, 0.01);
        near(row.cells_V[0], first_V, 0.001);
        near(row.cells_V[1], second_V, 0.001);
      }
    }),
  );
});

function near(written: number | null, value: number, step: number): void {
  if (Number.isNaN(value)) expect(written).toBeNull();
  else expect(Math.abs(written! - value)).toBeLessThanOrEqual(0.75 * step + 1e-9);
}

test("a message keeps its bytes when the next row is made", () => {
  const rows = createStateRows(0);
  const first = stateMessage(rows, { current_A: 1 }, 1);
  stateMessage(rows, { current_A: 2 }, 2);
  expect(new TextDecoder().decode(first.data)).toBe('{"current_A":1.00}');
});

test("steps are what the tables say, and their digits show every multiple", () => {
  expect(SIGNAL_NAMES.filter((name) => SIGNALS[name]!.type === "real" && resolutionOf(name) <= 0)).toEqual([]);
  expect([0.001, 0.01, 1, 60, 1e-5, 0.05, 0.002, 1e6, 0].map(digitsOf)).toEqual([3, 2, 0, 0, 5, 2, 3, 0, 0]);
});

test("the fast signals are signals", () => {
  expect(VOLATILE.filter((name) => !(name in SIGNALS))).toEqual([]);
  expect(new Set(VOLATILE).size).toBe(VOLATILE.length);
});

// Rows for people: what the device did not believe, and how they count. Numbers of the headers: the vendor's manual.
import { expect, test } from "vitest";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { believedRow } from "./believed-row.ts";

test("cells and thermistors are numbered as on the headers, wires keep their number, and none is nothing", () => {
  expect(believedRow({ minCell: 6, someCellValid: 1, chargeLimitCell: -1, cellLostIndex: 0 })).toMatchObject({
    minCell: 7,
    chargeLimitCell: null,
    cellLostIndex: 1,
  });
  expect(believedRow({ openWireIndex: 18 })).toEqual({ openWireIndex: 18 });
  expect(believedRow({ openWireIndex: 0 })).toEqual({ openWireIndex: 0 });
  expect(believedRow({ openWireIndex: -1 })).toEqual({ openWireIndex: null });
  expect(believedRow({ minTemperatureIndex: 5, temperatureValid: 1 })).toMatchObject({ minTemperatureIndex: 6 });
  expect(believedRow({ cellThermistor: [0, 2], temperatureValid: 1 })).toMatchObject({ cellThermistor: [1, 3] });
});

test("a cell that is not believed is nothing, the others stay, whatever is said of all of them", () => {
  const row = { cells_V: [3.3, 3.31, 3.32], cellValid: [1, 0, 1], cellsValid: 0 };
  expect(believedRow(row)).toEqual({ ...row, cells_V: [3.3, null, 3.32] });
});

test("thermistors that are open, shorted or not fitted have no temperature", () => {
  const row = { temperatures_degC: [25, 12, 25], thermistorPresent: [1, 0, 0], temperatureValid: 1 };
  expect(believedRow(row)["temperatures_degC"]).toEqual([25, null, null]);
});

test("before the first measurement there are no values", () => {
  const row = { someCellValid: 0, minCell_V: 0, minCell: 0, batteryValid: 0, battery_V: 0, socStarted: 0, soc: 0.5 };
  expect(believedRow(row)).toMatchObject({ minCell_V: null, minCell: null, battery_V: null, soc: null });
  expect(believedRow({ minEverCell_V: 9, timeToEmpty_s: -1 })).toEqual({ minEverCell_V: null, timeToEmpty_s: null });
});

test("numbers of a log whose program had no such flag stay", () => {
  const row = { battery_V: 52.1, cells_V: [3.3], soc: 0.5 };
  expect(believedRow(row)).toEqual(row);
});

test("every flag that vouches for a signal is a signal itself, so that a log can tell", () => {
  const paths = new Set(SIGNAL_NAMES.map((name) => SIGNALS[name]!.from));
  const vouchers = SIGNAL_NAMES.flatMap((name) => [...(SIGNALS[name]!.validFrom ?? []), SIGNALS[name]!.validEach]);
  expect(vouchers.filter((path) => path !== undefined && !paths.has(path))).toEqual([]);
});

test("every signal that is called an index says of what", () => {
  const indexes = SIGNAL_NAMES.filter((name) => /^Index of/.test(SIGNALS[name]!.help));
  expect(indexes.filter((name) => SIGNALS[name]!.counts === undefined)).toEqual([]);
  expect(indexes.length).toBeGreaterThan(9);
});

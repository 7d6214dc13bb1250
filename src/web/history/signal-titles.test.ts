// Signals in words.

import { expect, test } from "vitest";
import { SIGNAL_NAMES, SIGNALS } from "../../model/signals.ts";
import { signalTitle, unitTitle } from "./signal-titles.ts";

test.each([
  ["cells_V[3]", "Cell 4"],
  ["temperatures_degC[0]", "Temperature 1"],
  ["cellLoss[1]", "Cell loss 2"],
  ["chargeLimit_A", "Charge limit"],
  ["maxCell_V", "Highest cell"],
  ["soc", "State of charge"],
  ["socBound", "SOC bound"],
])("%s is %s", (name, title) => {
  expect(signalTitle(name)).toBe(title);
});

test("a fault has the title of its row, its trips too", () => {
  expect(signalTitle("fault.overvoltage.trips")).toBe(`${signalTitle("fault.overvoltage")}: trips`);
  expect(signalTitle("fault.overvoltage")).not.toContain("fault");
});

test("no title shows how a name is written", () => {
  expect(SIGNAL_NAMES.map(signalTitle).filter((title) => /_|^[a-z]|\[|^$/.test(title))).toEqual([]);
});

test("every unit of a signal has a heading", () => {
  for (const name of SIGNAL_NAMES) expect(unitTitle(SIGNALS[name]!.unit)).toMatch(/^[A-Z]/);
});

// The ends: full and empty by voltage, after they have lasted, and not before.
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, setTemperature } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { CORRECTIONS } from "./estimated.ts";

function bench(): Bms {
  const bms = makeBench(makeSettings("LFP", 6, 100)); // full at 3.5 V under 5 A, empty at 2.6 V
  setCells(bms, 3.33);
  run(bms, 3);
  return bms;
}
const reason = (bms: Bms): string => CORRECTIONS[bms.estimate.correctionReason[0]];

test.each([
  [3.499, 4.9, false],
  [3.5, 4.9, true],
  [3.5, 5.1, false],
  [3.55, 0, true],
  [3.55, -0.6, false], // discharging
])("a cell at %f V with %f A is full: %s", (cell_V, current_A, full) => {
  const bms = bench();
  setCells(bms, cell_V);
  setCurrent(bms, current_A);
  run(bms, 8);
  expect(reason(bms) === "full").toBe(full);
  if (full) expect(bms.estimate.soc).toBe(1);
});

test("full has to last for seconds", () => {
  const bms = bench();
  setCells(bms, 3.5);
  setCurrent(bms, 1);
  run(bms, 4);
  expect(reason(bms)).not.toBe("full");
  run(bms, 4);
  expect(reason(bms)).toBe("full");
});

test("full says how far the voltage lets it be from full", () => {
  const bms = bench();
  setCells(bms, 3.5);
  setCurrent(bms, 1);
  run(bms, 8);
  expect(bms.estimate.cellSocBound[0]).toBeGreaterThan(0.01); // 3.5 V is 99 % by the table
  expect(bms.estimate.cellSocBound[0]).toBeLessThan(0.1);
});

test("a cell under load is empty by the voltage without its drop", () => {
  const bms = bench();
  const drop_V = 20 * bms.settings.battery.resistance_Ohm * (1 + 0.75 + 2.6) * 1.4; // at worst
  setCells(bms, 2.61);
  setCurrent(bms, -20);
  run(bms, 20);
  expect(reason(bms)).not.toBe("empty");
  setCells(bms, 2.55 - drop_V);
  run(bms, 20);
  expect(reason(bms)).toBe("empty");
  expect(bms.estimate.soc).toBe(0);
});

test("a cell that is charged is not empty", () => {
  const bms = bench();
  setCells(bms, 2.5);
  setCurrent(bms, 5);
  run(bms, 20);
  expect(reason(bms)).not.toBe("empty");
});

test("one cell that is not believed is neither full nor empty", () => {
  const bms = bench();
  bms.measure.cellValid[0] = 0;
  setCells(bms, 3.55);
  setCurrent(bms, 1);
  run(bms, 8);
  expect(reason(bms)).toBe("start from rest voltage");
  expect(CORRECTIONS[bms.estimate.correctionReason[1]]).toBe("full");
});

test("what the cold keeps back is not gone: there no cell is called empty by its voltage", () => {
  const bms = bench();
  setTemperature(bms, -10); // a fifth of the capacity does not come out
  setCells(bms, 2.3);
  setCurrent(bms, -1);
  run(bms, 30);
  expect(reason(bms)).not.toBe("empty");
});

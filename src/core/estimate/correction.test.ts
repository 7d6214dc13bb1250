// When the rest voltage may correct, and what a power cycle does to the figures.
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides, run, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { ESTIMATE_KEPT, resetParameters } from "./estimate.ts";
import { CORRECTIONS } from "./estimated.ts";
import { planEstimate } from "./plan.ts";
import { takeUp } from "./power-up.ts";
import { surfaceAt } from "./surface.ts";

const DAY_s = 86_400;
// Rest voltages of the LFP table at 25 degC: 10 % 3.1834 V, 15 % 3.2186 V, 50 % 3.3081 V, 98.5 % 3.4409 V.
const lfp = (overrides: Overrides = {}): Bms =>
  makeBench(
    makeSettings("LFP", 6, 100, {
      "socEstimation.method": "simplified",
      "battery.relaxTimeDischarge_s": 600,
      "battery.relaxTimeCharge_s": 600,
      ...overrides,
    }),
  );
const reason = (bms: Bms, cell = 0): string => CORRECTIONS[bms.estimate.correctionReason[cell]];

/** Brings kept values into a new device, as a power cycle does. */
function powerCycle(old: Bms, off_s: number): Bms {
  const bms = makeBench(old.settings);
  for (const path of ESTIMATE_KEPT) {
    const parts = path.split(".");
    const key = parts.pop() ?? "";
    const from = parts.reduce((holder, part) => holder[part], old.estimate as never as Record<string, never>);
    const to = parts.reduce((holder, part) => holder[part], bms.estimate as never as Record<string, never>) as Record<
      string,
      unknown
    >;
    const value = from[key] as unknown;
    if (ArrayBuffer.isView(value)) (to[key] as Float64Array).set(value as Float64Array);
    else to[key] = value;
  }
  takeUp(bms, off_s);
  return bms;
}

/** A battery that knows its charge well: counted from full. */
function counted(soc: number, overrides: Overrides = {}): Bms {
  const bms = lfp(overrides);
  setCells(bms, 3.55);
  setCurrent(bms, 1);
  run(bms, 20);
  setCells(bms, 3.3);
  setCurrent(bms, -100);
  run(bms, (1 - soc) * 3600);
  setCurrent(bms, 0);
  run(bms, 1);
  return bms;
}

test("relaxed outside the plateau, the rest voltage takes over", () => {
  const bms = counted(0.2);
  setCells(bms, 3.1834 - 0.02); // 10 % on the discharge branch
  run(bms, 620);
  expect(bms.estimate.cellSoc[0]).toBeCloseTo(0.1, 1);
  expect(reason(bms)).toBe("rest");
  expect(bms.estimate.correction[0]).toBeLessThan(-0.07);
});

test("relaxed on the plateau, the rest voltage leaves a good count alone", () => {
  const bms = counted(0.6);
  const before = bms.estimate.cellSoc[0];
  setCells(bms, 3.29);
  run(bms, 620);
  expect(bms.estimate.cellSoc[0]).toBeCloseTo(before, 3);
  expect(reason(bms)).toBe("full");
});

test("on the plateau it corrects where both cannot be true at once", () => {
  const bms = counted(0.8);
  setCells(bms, 3.0); // under 5 %
  run(bms, 620);
  expect(bms.estimate.cellSoc[0]).toBeLessThan(0.08);
});

test("before the relax time is over nothing is corrected", () => {
  const bms = counted(0.2);
  setCells(bms, 3.1834 - 0.02);
  run(bms, 590);
  expect(reason(bms)).toBe("full");
});

test("after a short time off the count goes on, a little less sure", () => {
  const before = counted(0.6);
  const bms = powerCycle(before, 3600);
  expect(bms.estimate.started).toBe(1);
  expect(bms.estimate.soc).toBeCloseTo(before.estimate.soc, 3);
  expect(reason(bms)).toBe("restored");
  expect(bms.estimate.cellSocBound[0]).toBeGreaterThanOrEqual(before.estimate.cellSocBound[0]);
  setCells(bms, 3.3);
  run(bms, 5);
  expect(bms.estimate.soc).toBeCloseTo(before.estimate.soc, 3);
});

test("a month off costs what the cell loses by itself, and the bound grows by as much", () => {
  const before = counted(0.6, { "socCorrection.enable": false, "cellModel.selfDischargePerMonth": 0.03 });
  const bms = powerCycle(before, 30 * DAY_s);
  expect(before.estimate.cellSoc[0] - bms.estimate.cellSoc[0]).toBeCloseTo(0.03, 6);
  expect(bms.estimate.cellSocBound[0] - before.estimate.cellSocBound[0]).toBeCloseTo(0.03, 3);
});

test.each([
  [DAY_s - 1, "restored"],
  [DAY_s, "long shutdown"],
  [-1, "long shutdown"], // not known: taken for long
])("off for %i s with a shutdown period of a day: %s", (off_s, why) => {
  const bms = powerCycle(counted(0.2), off_s);
  setCells(bms, 3.1834 - 0.02);
  run(bms, 5);
  expect(reason(bms)).toBe(why);
  if (why === "long shutdown") expect(bms.estimate.cellSoc[0]).toBeCloseTo(0.1, 1);
});

test("after a long shutdown nothing is corrected while a current flows, and all at the first rest", () => {
  const bms = powerCycle(counted(0.2), 2 * DAY_s);
  setCells(bms, 3.1);
  setCurrent(bms, -50);
  run(bms, 30);
  expect(reason(bms)).toBe("restored");
  setCurrent(bms, 0);
  setCells(bms, 3.16);
  run(bms, 2);
  expect(reason(bms)).toBe("long shutdown");
});

test("switched off, the correction after a long shutdown does not happen", () => {
  const bms = powerCycle(counted(0.2, { "socCorrection.enable": false }), 2 * DAY_s);
  setCells(bms, 3.1834 - 0.02);
  run(bms, 5);
  expect(reason(bms)).toBe("restored");
});

test("kept values that the voltage contradicts are not used: it is another battery", () => {
  const bms = powerCycle(counted(0.8), 60);
  setCells(bms, 2.95);
  run(bms, 5);
  expect(reason(bms)).toBe("start from rest voltage");
  expect(bms.estimate.soc).toBeLessThan(0.06);
});

test("kept values without sense are not used", () => {
  const before = counted(0.6);
  before.estimate.cellSoc[2] = Number.NaN;
  const bms = powerCycle(before, 60);
  expect(bms.estimate.started).toBe(0);
  setCells(bms, 3.3);
  run(bms, 5);
  expect(bms.estimate.started).toBe(1);
  expect(reason(bms, 2)).toBe("start from rest voltage");
});

test("a week without correction: the next minute of rest outside the plateau corrects", () => {
  const bms = counted(0.2, { "battery.relaxTimeDischarge_s": 86_400 });
  setCells(bms, 3.222);
  bms.estimate.correctionAge_s.fill(7 * DAY_s - 30, 0, 6);
  run(bms, 28);
  expect(reason(bms)).toBe("full");
  bms.estimate.correctionAge_s.fill(7 * DAY_s, 0, 6);
  run(bms, 60);
  expect(reason(bms)).toBe("rest");
  expect(bms.estimate.correctionAge_s[0]).toBeLessThan(60);
});

test("the command takes charge from the voltage, capacity and resistance from the settings", () => {
  const bms = counted(0.2);
  bms.estimate.cellCapacity_Ah.fill(80, 0, 6);
  bms.estimate.cellResistance_Ohm.fill(0.01, 0, 6);
  setCells(bms, 3.1834 - 0.02);
  run(bms, 500); // nearly all of the load before has faded
  resetParameters(bms);
  expect(reason(bms)).toBe("reset by command");
  expect(bms.estimate.cellSoc[0]).toBeCloseTo(0.1, 1);
  expect(bms.estimate.cellCapacity_Ah[0]).toBe(100);
  expect(bms.estimate.cellResistance_Ohm[0]).toBe(bms.settings.battery.resistance_Ohm);
});

test("a hundred restarts over the same voltage make nobody more certain than one", () => {
  let bms = makeBench(makeSettings("NMC", 6, 100));
  setCells(bms, 3.746);
  run(bms, 7200); // what may have flowed before the first look has faded
  const bound = bms.estimate.cellSocBound[0];
  for (let i = 0; i < 100; i++) {
    bms = powerCycle(bms, 60);
    setCells(bms, 3.746);
    run(bms, 20);
  }
  expect(bms.estimate.cellSocBound[0]).toBeGreaterThan(0.9 * bound);
});

/** A device that wakes with that bound of half its charge, over the rest voltage of 70 %. */
function woken(bound: number, chemistry: "NMC" | "LFP" = "NMC"): Bms {
  const before = makeBench(makeSettings(chemistry, 6, 100));
  setCells(before, 3.746);
  run(before, 60);
  before.estimate.cellSoc.fill(0.5, 0, 6);
  before.estimate.cellSocBound.fill(bound, 0, 6);
  before.estimate.observer.remembered.fill(0);
  const bms = powerCycle(before, 60);
  setCells(bms, surfaceAt(planEstimate(before.settings).ocv_V, 0.7, 25));
  run(bms, 2);
  return bms;
}

test.each([
  [0.14, false],
  [0.16, true],
])("a charge kept to ±%f takes the voltage in at the first rest after a restart: %s", (bound, takes) => {
  expect(reason(woken(bound)) === "rest").toBe(takes);
});

test("a charge kept to ±20 % goes nearly all the way to what the voltage says, and the same voltage is no news after that", () => {
  const bms = woken(0.2);
  const { cellSoc, cellSocBound } = bms.estimate;
  const [soc] = cellSoc;
  const [bound] = cellSocBound;
  expect(soc).toBeGreaterThan(0.65);
  expect(soc).toBeLessThan(0.7);
  run(bms, 600);
  expect(Math.abs(cellSoc[0] - soc)).toBeLessThan(0.01);
  expect(cellSocBound[0]).toBeGreaterThan(0.6 * bound); // what had flowed before the restart fades
});

test("on a plateau a hundred restarts leave a vague count where it was, and no less sure", () => {
  let bms = woken(0.2, "LFP");
  const { cellSoc, cellSocBound } = bms.estimate;
  const [soc] = cellSoc;
  const [bound] = cellSocBound;
  expect(soc).toBeCloseTo(0.5, 1);
  for (let i = 0; i < 100; i++) {
    bms = powerCycle(bms, 60);
    setCells(bms, surfaceAt(bms.plan.estimate.ocv_V, 0.7, 25));
    run(bms, 2);
  }
  expect(Math.abs(bms.estimate.cellSoc[0] - soc)).toBeLessThan(0.05);
  expect(bms.estimate.cellSocBound[0]).toBeLessThan(1.1 * bound);
});

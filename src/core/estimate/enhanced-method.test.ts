// The observer against cells it knows nothing about: other tables, three pairs, another hysteresis (tests/estimator/cell.ts).
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import { makeCell, type TestCell } from "../../../tests/estimator/cell.ts";
import { type Coverage, createCoverage, jumping, second } from "../../../tests/estimator/field.ts";
import { createRandom, gaussian, uniform } from "../../base/random.ts";
import type { Bms } from "../bms.ts";
import { BLOCK, cutCharge, SS } from "./covariance.ts";
import { CORRECTIONS } from "./estimated.ts";
import { planEstimate } from "./plan.ts";
import { surfaceAt } from "./surface.ts";

const CELLS = 6;
const NONE = { gain: 1, offset_A: 0, noise_V: 0 };

/** Every cell's charge is taken to be known, independent of the errors beside it. */
function believe(bms: Bms, soc: number, deviation: number): void {
  bms.estimate.cellSoc.fill(soc, 0, CELLS);
  for (let cell = 0; cell < CELLS; cell++)
    cutCharge(bms.estimate.observer.covariance, cell * BLOCK, deviation * deviation);
}

/** A device that believes `believed` of cells that hold `true`. */
function mistaken(
  model: "LFP" | "NMC",
  truth: number,
  believed: number,
  bound: number,
): { bms: Bms; cells: TestCell[] } {
  const bms = makeBench(makeSettings(model, CELLS, 100));
  const cells = Array.from({ length: CELLS }, () => makeCell(model, 100, bms.settings.battery.resistance_Ohm, truth));
  const random = createRandom(1);
  for (let i = 0; i < 5; i++) second(bms, cells, 0, NONE, random, createCoverage());
  believe(bms, believed, bound / 1.96);
  return { bms, cells };
}

test.each([0.2, 0.4, 0.6, 0.8])(
  "from 20 %% wrong the filter finds %f of an NMC cell within ten minutes of driving",
  (truth) => {
    for (const wrong of [-0.2, 0.2]) {
      const { bms, cells } = mistaken("NMC", truth, Math.min(1, truth + wrong), 0.25);
      const random = createRandom(3);
      const load = jumping(-20, 30, random);
      for (let i = 0; i < 600; i++) second(bms, cells, load(), NONE, random, createCoverage());
      expect(Math.abs(bms.estimate.cellSoc[0] - cells[0].soc)).toBeLessThan(0.03);
      expect(CORRECTIONS[bms.estimate.correctionReason[0]]).toBe("filter");
    }
  },
);

test("even a certain but wrong figure is given up, because the voltage keeps contradicting it", () => {
  const { bms, cells } = mistaken("NMC", 0.4, 0.8, 0.01);
  const random = createRandom(4);
  const load = jumping(-20, 30, random);
  for (let i = 0; i < 900; i++) second(bms, cells, load(), NONE, random, createCoverage());
  expect(Math.abs(bms.estimate.cellSoc[0] - cells[0].soc)).toBeLessThan(0.04);
});

test("a voltage that creeps at rest after an unknown load does not carry an unsure estimate along the plateau for ever", () => {
  const bms = makeBench(makeSettings("LFP", CELLS, 100));
  const ocv_V = (soc: number): number => surfaceAt(bms.plan.estimate.ocv_V, soc, 25);
  setCells(bms, ocv_V(0.3));
  run(bms, 2);
  for (let i = 0; i < 90; i++) {
    setCells(bms, ocv_V(0.3) + 0.025 * (1 - Math.exp(-i / 20)));
    run(bms, 10);
  }
  expect(Math.abs(bms.estimate.cellSoc[0] - 0.3)).toBeLessThan(0.2); // 25 mV are 40 % on the plateau
  expect(Math.abs(bms.estimate.observer.modelError_V[0])).toBeLessThan(0.02);
});

test("a full cell that rests above its table is full, and the model's error takes the rest", () => {
  const settings = makeSettings("NMC", CELLS, 100, { "socEstimation.fullVoltage_V": 4.3 }); // no anchor
  const bms = makeBench(settings);
  setCells(bms, surfaceAt(planEstimate(settings).ocv_V, 1, 25) + 0.012);
  run(bms, 600);
  expect(bms.estimate.cellSoc[0]).toBeCloseTo(1, 2);
  expect(bms.estimate.observer.modelError_V[0]).toBeGreaterThan(0.008);
  expect(bms.estimate.observer.modelError_V[0]).toBeLessThan(0.02);
});

test.each([-0.01, 0.01])(
  "on the plateau of an LFP cell a lasting error of %f V moves a good figure by less than 1 %%",
  (error_V) => {
    const bms = makeBench(makeSettings("LFP", CELLS, 100));
    setCells(bms, 3.3081); // rest voltage of half charge
    run(bms, 2);
    believe(bms, 0.5, 0.015);
    setCells(bms, 3.3081 + error_V);
    run(bms, 4 * 3600);
    expect(Math.abs(bms.estimate.cellSoc[0] - 0.5)).toBeLessThan(0.01);
  },
);

test("four hours of the same voltage make nobody more certain than one", () => {
  const bms = makeBench(makeSettings("NMC", CELLS, 100));
  setCells(bms, 3.746);
  run(bms, 3600);
  const bound = bms.estimate.cellSocBound[0];
  run(bms, 3 * 3600);
  expect(bms.estimate.cellSocBound[0]).toBeGreaterThan(0.95 * bound);
});

test("single wild readings are thrown away", () => {
  const { bms, cells } = mistaken("NMC", 0.5, 0.5, 0.03);
  const random = createRandom(6);
  const load = jumping(-20, 10, random);
  for (let i = 0; i < 900; i++) {
    second(bms, cells, load(), NONE, random, createCoverage());
    if (i % 10 !== 0) continue;
    setCells(bms, uniform(random) < 0.5 ? 5 : 0);
    run(bms, 0.6); // each cell has a turn with it; the real ones have not moved
    expect(bms.estimate.cellSoc.every((soc) => soc >= 0 && soc <= 1)).toBe(true);
  }
  // The thrown-away readings took 54 s in which the device counted current and the cells stood still: 0.3 %.
  expect(Math.abs(bms.estimate.cellSoc[0] - cells[0].soc)).toBeLessThan(0.02);
});

test("a cell that is not believed is counted on, without its voltage", () => {
  const { bms, cells } = mistaken("NMC", 0.7, 0.7, 0.03);
  bms.measure.cellValid[3] = 0;
  const random = createRandom(7);
  for (let i = 0; i < 600; i++) {
    second(bms, cells, -30, NONE, random, createCoverage());
    bms.measure.cells_V[3] = 0;
  }
  expect(Math.abs(bms.estimate.cellSoc[3] - cells[3].soc)).toBeLessThan(0.01);
});

/** Two turns down and up with rests between, by a sensor with 1 % gain error, C/300 offset and 2 mV noise. */
function field(model: "LFP" | "NMC", method: string, seed: number): Coverage {
  const random = createRandom(seed);
  const bms = makeBench(makeSettings(model, CELLS, 100, { "socEstimation.method": method }));
  const start = 0.3 + 0.6 * uniform(random);
  const resistance_Ohm = bms.settings.battery.resistance_Ohm;
  const cells = Array.from({ length: CELLS }, () =>
    makeCell(
      model,
      100 + gaussian(random),
      resistance_Ohm * (1 + 0.1 * gaussian(random)),
      start + 0.005 * gaussian(random),
    ),
  );
  const sign = seed % 2 === 0 ? 1 : -1;
  const sensing = { gain: 1 + 0.01 * sign, offset_A: sign / 3, noise_V: 0.002 };
  const coverage = createCoverage();
  for (let i = 0; i < 60; i++) second(bms, cells, 0, sensing, random, coverage);
  const load = jumping(-30, 30, random);
  const charger = jumping(20, 3, random);
  let charging = false;
  for (let i = 0; i < 5 * 3600; i++) {
    if (cells.some(({ soc }) => soc < 0.05)) charging = true;
    if (cells.some(({ soc }) => soc > 0.985)) charging = false;
    const resting = i % 7200 > 6600;
    second(bms, cells, resting ? 0 : charging ? charger() : load(), sensing, random, coverage);
  }
  return coverage;
}

test.each([
  ["LFP", "enhanced"],
  ["NMC", "enhanced"],
  ["LFP", "simplified"],
  ["NMC", "simplified"],
  ["LFP", "voltage"],
  ["NMC", "voltage"],
] as const)(
  "the truth of %s cells lies inside the stated bound of method %s at least 95 %% of the time (seeds 1 to 4)",
  (model, method) => {
    const runs = [1, 2, 3, 4].map((seed) => field(model, method, seed));
    const sum = (key: "inside" | "count"): number => runs.reduce((total, run) => total + run[key], 0);
    expect(sum("inside") / sum("count")).toBeGreaterThanOrEqual(0.95);
  },
  60_000,
);

test("while driving, an NMC battery is within 3 % of the truth, whatever the sensor", () => {
  const { square, count } = field("NMC", "enhanced", 5);
  expect(Math.sqrt(square / count)).toBeLessThan(0.03);
});

test("the same inputs give the same bits", () => {
  const drive = (): Bms => {
    const bms = makeBench(makeSettings("LFP", CELLS, 100));
    for (let i = 0; i < 300; i++) {
      setCells(bms, 3.2 + (i % 7) / 100);
      setCurrent(bms, ((i * 37) % 100) - 50);
      run(bms, 0.3);
    }
    return bms;
  };
  expect(drive().estimate).toEqual(drive().estimate);
});

/** A cell that drops three times as much when it is full as at 80 %: under 1C its voltage is the same, at rest it is not. */
const FULLER_DROPS_MORE = {
  "socEstimation.ocv": { x: [0, 1], y: [25], z: [3, 4] },
  "socEstimation.hysteresis_V": { x: [0], y: [0] },
  "battery.resistance_Ohm": 0.001,
  "cellModel.fastRatio": 0,
  "cellModel.slowRatio": 0,
  "cellModel.diffusionLag_h": { x: [25], y: [0] },
  "cellModel.exchangeRate": { x: [25], y: [1000] },
  "cellModel.resistanceRatio": { x: [0, 0.8, 1], y: [25], z: [1, 1, 3] },
};

test("where the drop grows with the charge as the rest voltage does, a load tells nothing, and a rest all", () => {
  const bms = makeBench(makeSettings("NMC", CELLS, 100, FULLER_DROPS_MORE));
  setCells(bms, 3.9);
  run(bms, 3);
  believe(bms, 0.9, 0.08);
  setCurrent(bms, -100);
  setCells(bms, 3.7); // of a cell that holds 90 % (3.9 V, 2 mOhm), and as well of any other from 80 % on
  run(bms, 30);
  const loaded = bms.estimate.observer.covariance[SS];
  expect(Math.sqrt(loaded)).toBeGreaterThan(0.07);
  setCurrent(bms, 0);
  setCells(bms, 3.9);
  run(bms, 30);
  expect(Math.sqrt(bms.estimate.observer.covariance[SS])).toBeLessThan(0.04);
});

test("a single step of the current moves the resistance that is shown, and not what the filter expects", () => {
  const bms = makeBench(makeSettings("NMC", CELLS, 100));
  setCells(bms, 3.746);
  run(bms, 4000); // relaxed
  const before_Ohm = bms.estimate.cellResistance_Ohm[0];
  setCurrent(bms, -50);
  setCells(bms, 3.746 - 3 * 50 * before_Ohm);
  run(bms, 5);
  expect(bms.estimate.cellResistance_Ohm[0]).toBeGreaterThan(1.5 * before_Ohm);
  expect(bms.estimate.observer.model_Ohm[0] / before_Ohm).toBeCloseTo(1, 2);
});

/** In the cold the surface of an electrode is behind by 8 % at 1C, for a quarter of an hour after. */
const SLOW_SURFACE = { "cellModel.diffusionLag_h": { x: [25], y: [0.08] }, "cellModel.diffusionTime_s": 900 };

test("who joins in a pause of a load that goes on holds the truth inside the bound soon, and finds it within an hour", () => {
  const bms = makeBench(makeSettings("NMC", CELLS, 100, { ...FULLER_DROPS_MORE, ...SLOW_SURFACE }));
  let soc = 0.75;
  for (let at_s = 0; at_s < 2400; at_s++) {
    const current_A = at_s % 60 < 10 ? 0 : -80;
    soc += current_A / 360_000;
    setCurrent(bms, current_A);
    setCells(bms, 3 + soc - (0.08 * 80 * 50) / 60 / 100 + 0.001 * current_A); // behind by its mean of 5 %
    run(bms, 1);
    if (at_s > 300) expect(Math.abs(bms.estimate.cellSoc[0] - soc)).toBeLessThan(bms.estimate.cellSocBound[0]);
  }
  expect(Math.abs(bms.estimate.cellSoc[0] - soc)).toBeLessThan(0.02);
});

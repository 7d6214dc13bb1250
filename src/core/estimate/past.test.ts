// What a device believes of the time before its first look: most of all in the cold, where a load leaves its mark for an hour.
import { describe, expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, setTemperature } from "../../../tests/estimator/bench.ts";
import { createRandom, gaussian } from "../../base/random.ts";
import type { Bms } from "../bms.ts";
import { surfaceAt } from "./surface.ts";

const CELLS = 6;
const COLD_degC = -20;

/** Diffusion of an 18650 of NCA. */
const DIFFUSION = { "cellModel.diffusionLag_h": { x: [-20, 25], y: [0.9, 0.03] }, "cellModel.diffusionTime_s": 1500 };

/** A pack of NCA cells of 3 Ah in the cold that a device sees for the first time, at rest at that charge's rest voltage. */
function firstLook(soc: number): Bms {
  const bms = makeBench(makeSettings("NCA", CELLS, 3, DIFFUSION));
  setTemperature(bms, COLD_degC);
  setCells(bms, surfaceAt(bms.plan.estimate.ocv_V, soc, COLD_degC));
  run(bms, 2);
  return bms;
}

describe("a cold pack at a device's first look", () => {
  test.each([1, 0.7, 0.4])(
    "that rests at %f of its charge is said to hold that for as long as it rests, whatever a current sensor of 50 A hisses (seed 3)",
    (soc) => {
      const bms = firstLook(soc);
      const random = createRandom(3);
      for (let i = 0; i < 600; i++) {
        setCurrent(bms, 0.05 * gaussian(random));
        run(bms, 0.1);
        expect(Math.abs(bms.estimate.cellSoc[0] - soc)).toBeLessThan(0.02);
      }
      expect(bms.estimate.cellSocBound[0]).toBeGreaterThan(0.2);
    },
  );

  test("and full cannot have been discharged just before: it is surer than one half full", () => {
    const [full, half] = [firstLook(1), firstLook(0.5)];
    for (const bms of [full, half]) run(bms, 10);
    expect(full.estimate.observer.lagDoubt).toBeLessThan(0.6 * half.estimate.observer.lagDoubt);
    expect(full.estimate.cellSocBound[0]).toBeLessThan(half.estimate.cellSocBound[0]);
  });

  test.each([
    [1, -0.03],
    [0.95, -0.08],
    [0.5, -0.53],
  ])(
    "and at %f is never thought to have been ahead of its surface by more than what is left to full, and 3 %%",
    (soc, least) => {
      const bms = firstLook(soc);
      setCurrent(bms, -3);
      let lowest = 0;
      for (let i = 0; i < 600; i++) {
        run(bms, 1);
        lowest = Math.min(lowest, bms.estimate.observer.pastLag);
      }
      expect(lowest).toBeGreaterThanOrEqual(least - 0.01);
      if (least < -0.2) expect(lowest).toBeLessThan(-0.1); // the guess itself goes on
    },
  );

  test("that rests on for hours is surer of the same charge, as what was before has passed", () => {
    const bms = firstLook(0.6);
    const [first] = bms.estimate.cellSocBound;
    run(bms, 4 * 3600);
    expect(bms.estimate.cellSoc[0]).toBeCloseTo(0.6, 2);
    expect(bms.estimate.cellSocBound[0]).toBeLessThan(0.5 * first);
  });
});

// Promises of identification in the cold, where one recording of use at each temperature has to do: a lag that follows one law, and
// rest voltages that do not take up what that recording's load drops, so that a heavier load is followed too.

import { describe, expect, test } from "vitest";
import { CAPACITY_Ah, down, rest_V, trials, up, use } from "../../tests/rigs/made-cell.ts";
import { CHEMISTRIES } from "../model/chemistries.ts";
import { createHats, followStates } from "./cell-curves.ts";
import { identify } from "./identify.ts";
import { modelled_V, OCV_NODES } from "./linear-fit.ts";
import { stretchesOf } from "./stretches.ts";

/** 50 kJ/mol, 0.01 h at 25 degC. */
const lag_h = (degC: number): number => 0.01 * Math.exp((50_000 / 8.314) * (1 / (273.15 + degC) - 1 / 298.15));
const cold = (degC: number) => ({ degC, lag_h: lag_h(degC) });

describe("a cell that was used once at each of three temperatures", { timeout: 120_000 }, () => {
  const recordings = trials(down, up, use(1, cold(25)), use(2, cold(5)), use(3, cold(-10)));
  const found = identify(recordings, CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
  if (!found.ok) throw new Error(found.reason);
  const { shape, curves, ground, used } = found.cell;

  test("its lag follows the law of Arrhenius, and within a factor of two in the cold", () => {
    const energies = [0, 1].map((i) => {
      const inverse = (k: number): number => 1 / (273.15 + ground.nodes[k]);
      return Math.log(shape.diffusionLag_h[i] / shape.diffusionLag_h[i + 1]) / (inverse(i) - inverse(i + 1));
    });
    expect(energies[0]).toBeCloseTo(energies[1], 6);
    expect(shape.diffusionLag_h[0] / lag_h(-10)).toBeGreaterThan(0.5);
    expect(shape.diffusionLag_h[0] / lag_h(-10)).toBeLessThan(2);
  });

  test("its rest voltage in the cold is that of 25 °C within 8 mV", () => {
    OCV_NODES.forEach((soc, i) => {
      if (soc > 0.3 && soc < 0.9) expect(Math.abs(curves.rest_V[i] - rest_V(soc)), `${soc}`).toBeLessThan(0.008);
    });
  });

  test("a load twice as heavy as the one it was solved from is followed within 10 mV on the mean", () => {
    const [heavy] = trials(use(4, cold(-10), 2));
    const states = followStates(heavy, shape, ground.nodes, CAPACITY_Ah);
    const hats = createHats();
    let sum = 0,
      rows = 0;
    heavy.soc.forEach((soc, i) => {
      if (soc < 0.3) return;
      sum += heavy.voltage_V[i] - modelled_V(heavy, states, curves, ground, i, hats);
      rows++;
    });
    expect(rows).toBeGreaterThan(500);
    expect(Math.abs(sum / rows)).toBeLessThan(0.01);
  });

  test("a recording alone at its temperature is judged by halves, each with the other in the solution", () => {
    const beside = trials(use(5, { ...cold(-10), degC: -7 }));
    const pulses = beside.map((trial) => ({ ...trial, kind: "pulses" as const }));
    const lone = used.filter(({ mean_degC, kind }) => mean_degC < 0 && kind === "drive");
    const stretches = stretchesOf([...lone, ...pulses], found.cell, 0.02);
    const moved = 1 - lone[0].soc.reduce((least, soc) => Math.min(least, soc), 1);
    expect(stretches).toHaveLength(Math.floor(moved / 0.1));
  });
});

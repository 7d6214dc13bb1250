// Promises of identification: from recordings of a cell whose parameters are known it finds them, and it says what the
// recordings do not carry instead of making it up.

import { describe, expect, test } from "vitest";
import { createRandom, uniform } from "../base/random.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { monotone } from "./cell-record.ts";
import { middleOf } from "./ground.ts";
import { identify } from "./identify.ts";
import { OCV_NODES, RESISTANCE_NODES } from "./linear-fit.ts";
import { addRow, createEquations, solve } from "./normal-equations.ts";
import { searchOne } from "./search.ts";
import { capacityOf, type Trial, trialOf } from "./trial.ts";

const CAPACITY_Ah = 3;
const OHMIC_Ohm = 0.02;
const FAST = { ohm: 0.01, time_s: 6 };
const SLOW = { ohm: 0.015, time_s: 120 };
const GAP_V = 0.015;
const rest_V = (soc: number): number => 3.2 + 0.8 * soc + 0.1 * Math.sin(6 * soc);

type Step = { readonly current_A: number; readonly seconds: number; readonly rows: number };

/** A cell with a straight resistance, two pairs and a hysteresis of known size, logged as a tester does. */
function recorded(from: number, steps: readonly Step[], branch: 1 | -1, degC = 25): Recording {
  const rows: number[][] = [[0, rest_V(from) + branch * GAP_V, 0, 0]];
  let soc = from,
    fast_A = 0,
    slow_A = 0,
    side: number = branch,
    time_s = 0;
  for (const { current_A, seconds, rows: count } of steps)
    for (let i = 0; i < count; i++) {
      const step_s = seconds / count;
      const moved = (current_A * step_s) / 3600 / CAPACITY_Ah;
      soc += moved;
      side = Math.max(-1, Math.min(1, side + moved / 0.05));
      fast_A += (current_A - fast_A) * (1 - Math.exp(-step_s / FAST.time_s));
      slow_A += (current_A - slow_A) * (1 - Math.exp(-step_s / SLOW.time_s));
      time_s += step_s;
      const voltage_V = rest_V(soc) + side * GAP_V + OHMIC_Ohm * current_A + FAST.ohm * fast_A + SLOW.ohm * slow_A;
      rows.push([time_s, voltage_V, current_A, (soc - from) * CAPACITY_Ah]);
    }
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i]);
  return {
    time_s: column(0),
    voltage_V: column(1),
    current_A: column(2),
    temperature_degC: new Float64Array(rows.length).fill(degC),
    charge_Ah: column(3),
    mean_A: column(2),
    reference: new Float64Array(0),
  };
}

const down = recorded(1, [{ current_A: -0.15, seconds: 20 * 3600, rows: 1200 }], 1);
const up = recorded(0, [{ current_A: 0.15, seconds: 20 * 3600, rows: 1200 }], -1);
function use(seed: number): Recording {
  const random = createRandom(seed);
  const steps: Step[] = Array.from({ length: 500 }, () => {
    const seconds = 2 + Math.floor(18 * uniform(random));
    return { current_A: -7 + 10 * uniform(random), seconds, rows: seconds };
  });
  return recorded(1, steps, 1);
}
const source = (name: string, recording: Recording) => ({ name, recording, emptiedBy_Ah: undefined });
const trials = (...recordings: readonly Recording[]): readonly Trial[] =>
  recordings.flatMap((recording, i) => trialOf(source(`${i}`, recording), CAPACITY_Ah) ?? []);

describe("a cell whose parameters are known", () => {
  const found = identify(trials(down, up, use(1)), CAPACITY_Ah, () => {});
  if (!found.ok) throw new Error(found.reason);
  const { curves, shape } = found.cell;
  const at = (values: Float64Array, soc: number): number => values[RESISTANCE_NODES.indexOf(soc)];

  test("capacity is that of the sweep", () => {
    expect(capacityOf([source("down", down), source("up", up)])?.capacity_Ah).toBeCloseTo(CAPACITY_Ah, 6);
  });

  test("the ohmic resistance comes within 5 %, its whole with the pairs within 5 %", () => {
    for (const soc of [0.5, 0.7, 0.85]) {
      const whole = at(curves.ohmic_Ohm, soc) + at(curves.fast_Ohm, soc) + at(curves.slow_Ohm, soc);
      expect(at(curves.ohmic_Ohm, soc) / OHMIC_Ohm).toBeGreaterThan(0.95);
      expect(at(curves.ohmic_Ohm, soc) / OHMIC_Ohm).toBeLessThan(1.05);
      expect(whole / (OHMIC_Ohm + FAST.ohm + SLOW.ohm)).toBeGreaterThan(0.95);
      expect(whole / (OHMIC_Ohm + FAST.ohm + SLOW.ohm)).toBeLessThan(1.05);
    }
  });

  test("the time constants come within a quarter", () => {
    expect(Math.abs(Math.log(shape.fastTime_s / FAST.time_s))).toBeLessThan(Math.log(1.25));
    expect(Math.abs(Math.log(shape.slowTime_s / SLOW.time_s))).toBeLessThan(Math.log(1.25));
  });

  test("the rest voltage comes within 2 mV in the middle, the gap within 3 mV", () => {
    OCV_NODES.forEach((soc, i) => {
      if (soc > 0.3 && soc < 0.9) expect(Math.abs(curves.rest_V[i] - rest_V(soc))).toBeLessThan(0.002);
    });
    expect(Math.abs(curves.hysteresis_V[6] - GAP_V)).toBeLessThan(0.003);
  });

  test("a straight cell stays straight where it was used", () => {
    expect(shape.exchangeRate[0]).toBeGreaterThan(5);
    expect(found.cell.missing).toEqual([]);
  });
});

describe("what the recordings do not carry", () => {
  test("without a load there is no resistance", () => {
    const found = identify(trials(down, up), CAPACITY_Ah, () => {});
    expect(found).toMatchObject({ ok: false, reason: expect.stringContaining("resistance: there is no recording") });
  });

  test("without a slow sweep there is no rest voltage", () => {
    const found = identify(trials(use(1)), CAPACITY_Ah, () => {});
    expect(found).toMatchObject({ ok: false, reason: expect.stringContaining("rest voltage: there is no slow sweep") });
  });

  test("without a way back there is no hysteresis, and it is said", () => {
    const found = identify(trials(down, use(1)), CAPACITY_Ah, () => {});
    expect(found.ok && found.cell.missing[0]).toContain("hysteresis: no slow sweep back");
  });

  test("a way back that ends elsewhere does not count", () => {
    const broken = recorded(
      1,
      [
        { current_A: -0.15, seconds: 20 * 3600, rows: 1200 },
        { current_A: 0.15, seconds: 16 * 3600, rows: 960 },
      ],
      1,
    );
    const found = identify(trials(broken, use(1)), CAPACITY_Ah, () => {});
    expect(found.ok && found.cell.missing[0]).toContain("hysteresis");
  });

  test("a recording that moves less than a third of the capacity is none", () => {
    expect(trials(recorded(1, [{ current_A: -3, seconds: 1050, rows: 1050 }], 1))).toEqual([]);
  });
});

describe("the arithmetic", () => {
  test("normal equations solve a small system exactly, and leave untouched unknowns at zero", () => {
    const equations = createEquations(3);
    addRow(equations, Int32Array.of(0, 1), Float64Array.of(1, 1), 2, 5, 1);
    addRow(equations, Int32Array.of(0, 1), Float64Array.of(1, -1), 2, 1, 7);
    const found = solve(equations);
    expect(found[0]).toBeCloseTo(3, 9);
    expect(found[1]).toBeCloseTo(2, 9);
    expect(found[2]).toBeCloseTo(0, 9);
  });

  test("neighbours in the wrong order become their mean", () => {
    expect(monotone([1, 3, 2, 5, 4, 4])).toEqual([1, 2.5, 2.5, 13 / 3, 13 / 3, 13 / 3]);
  });

  test("the search finds the bottom within 3 %, and stays inside its bounds", () => {
    const bottom = (at: number) => (value: number) => Math.log(value / at) ** 2 + 1;
    expect(searchOne(5, 1, 100, 2, bottom(37)).value / 37).toBeCloseTo(1, 1);
    expect(searchOne(5, 1, 20, 2, bottom(37)).value).toBeLessThanOrEqual(20);
  });
});

describe("the middle of two branches", () => {
  const nan = Number.NaN;
  const branches = (down_V: number[], up_V: number[]) => ({
    degC: 25,
    down_V: OCV_NODES.map((_, i) => down_V[Math.min(i, down_V.length - 1)]),
    up_V: OCV_NODES.map((_, i) => up_V[Math.min(i, up_V.length - 1)]),
  });

  test("lies half way where both are known", () => {
    expect(middleOf(branches([3.2], [3.3]))[0]).toBeCloseTo(3.25, 12);
  });

  test("keeps its distance where one has ended, so that no step appears", () => {
    const up = OCV_NODES.map((soc) => (soc > 0.9 ? nan : 3.3 + 0.1 * soc));
    const down = OCV_NODES.map((soc) => 3.2 + 0.1 * soc);
    const middle = middleOf({ degC: 25, down_V: down, up_V: up });
    OCV_NODES.forEach((soc, i) => {
      expect(middle[i]).toBeCloseTo(3.25 + 0.1 * soc, 9);
    });
  });
});

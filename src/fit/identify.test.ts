// Promises of identification: from recordings of a cell whose parameters are known it finds them, and it says what the
// recordings do not carry instead of making it up.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CAPACITY_Ah,
  down,
  FAST,
  GAP_V,
  OHMIC_Ohm,
  recorded,
  rest_V,
  SLOW,
  source,
  trials,
  up,
  use,
} from "../../tests/rigs/made-cell.ts";
import { interpolate } from "../base/interpolate.ts";
import { CHEMISTRIES } from "../model/chemistries.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { monotone } from "./cell-record.ts";
import { middleOf } from "./ground.ts";
import { identifiedColumns } from "./identified-columns.ts";
import { identify } from "./identify.ts";
import { leftoversOf } from "./leftover.ts";
import { OCV_NODES, RESISTANCE_NODES } from "./linear-fit.ts";
import { addRow, createEquations, solve } from "./normal-equations.ts";
import { searchOne } from "./search.ts";
import { lasting_V } from "./stretches.ts";
import { capacityOf } from "./trial.ts";

describe("a cell whose parameters are known", () => {
  const found = identify(trials(down, up, use(1)), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
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
    const found = identify(trials(down, up), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
    expect(found).toMatchObject({ ok: false, reason: expect.stringContaining("resistance: there is no recording") });
  });

  test("without a slow sweep there is no rest voltage", () => {
    const found = identify(trials(use(1)), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
    expect(found).toMatchObject({ ok: false, reason: expect.stringContaining("rest voltage: there is no slow sweep") });
  });

  test("without a way back there is no hysteresis, and it is said", () => {
    const found = identify(trials(down, use(1)), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
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
    const found = identify(trials(broken, use(1)), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
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

describe("what a device will assume", () => {
  test("without a way back the rest voltage is solved with the chemistry's hysteresis in place, not twice", () => {
    const found = identify(trials(down, use(1)), CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
    if (!found.ok) throw new Error(found.reason);
    const { x, y } = CHEMISTRIES.NMC.hysteresis_V;
    OCV_NODES.forEach((soc, i) => {
      const discharged_V = found.cell.curves.rest_V[i] - interpolate(x, y, soc);
      if (soc > 0.3 && soc < 0.9) expect(Math.abs(discharged_V - (rest_V(soc) - GAP_V))).toBeLessThan(0.003);
    });
  });
});

describe("what a model misses for long", () => {
  const stretch = (missed_V: number, explained_V = 0) => ({
    degC: 25,
    missed_V,
    explained_V2: explained_V * explained_V,
  });

  test("is its root mean square where nothing else explains it", () => {
    expect(lasting_V([stretch(0.02), stretch(-0.02), stretch(0.02)])).toBeCloseTo(0.02, 6);
  });

  test("is not that of a stretch on a steep curve, which explains it", () => {
    expect(lasting_V([stretch(0.005), stretch(-0.005), stretch(0.2, 0.2)])).toBeLessThan(0.006);
  });

  test("is never less than what a sensor may be off", () => {
    expect(lasting_V([stretch(0), stretch(0.001)])).toBe(0.003);
  });
});

/** A cell is identified anew: seconds, and longer beside other tests. */
const SLOW_TEST = { timeout: 120_000 };

describe("how far an identified cell may be off", () => {
  const columns = (...recordings: readonly Recording[]) => {
    const all = trials(...recordings);
    const found = identify(all, CAPACITY_Ah, () => {}, CHEMISTRIES.NMC);
    if (!found.ok) throw new Error(found.reason);
    return identifiedColumns(all, found.cell, leftoversOf(found.cell.used, found.cell), []);
  };
  /** The same with a voltage that swings by a share of the drop of late. */
  function swinging(recording: Recording, share: number): Recording {
    let late_A2 = 0;
    const voltage_V = recording.voltage_V.map((value, i) => {
      const square = recording.current_A[i] ** 2 - late_A2;
      const step_s = i === 0 ? 0 : recording.time_s[i] - recording.time_s[i - 1];
      late_A2 += square * (1 - Math.exp(-step_s / (square > 0 ? 120 : 1800)));
      const drop_V = (OHMIC_Ohm + FAST.ohm + SLOW.ohm) * Math.sqrt(late_A2);
      return value + share * Math.SQRT2 * Math.sin(recording.time_s[i] / 37) * drop_V;
    });
    return { ...recording, voltage_V };
  }

  test(
    "every column a shipped cell has is written where the recordings carry it; heat needs a cell that warms",
    SLOW_TEST,
    () => {
      const written = new Set([
        "title",
        "chemistry",
        "capacity_Ah",
        "source",
        "plain",
        "heat_J_per_KAh",
        "cooling_W_per_KAh",
      ]);
      for (const name of Object.keys(columns(down, up, use(1), use(2)))) written.add(name);
      const files = globSync(join(import.meta.dirname, "../model/cells/*.yaml"));
      expect(files.length).toBeGreaterThan(2);
      for (const file of files)
        for (const [, name] of readFileSync(file, "utf8").matchAll(/^(\w+):/gm)) expect(written, file).toContain(name);
    },
  );

  let known: ReturnType<typeof columns> | undefined;
  const ofTwoThatSwing = (): ReturnType<typeof columns> =>
    (known ??= columns(down, up, swinging(use(1), 0.06), swinging(use(2), 0.06)));

  test(
    "the share of the drop that is missed under load is found within a quarter; a device counts it twice",
    SLOW_TEST,
    () => {
      const { loadError } = ofTwoThatSwing();
      expect(Math.SQRT2 * loadError!).toBeGreaterThan(0.045);
      expect(Math.SQRT2 * loadError!).toBeLessThan(0.075);
    },
  );

  test("a load that the model follows leaves the least share", SLOW_TEST, () => {
    expect(columns(down, up, use(1), use(2)).loadError).toBe(0.02);
  });

  test(
    "one recording of use alone cannot tell what lasts: all that is missed is stated, and the axis is the chemistry's",
    SLOW_TEST,
    () => {
      const alone = columns(down, up, swinging(use(1), 0.06));
      const both = ofTwoThatSwing();
      expect(alone).not.toHaveProperty("axisError");
      expect(both.axisError).toBe(0.005);
      expect(alone.voltageError_V).toBeGreaterThan(2 * both.voltageError_V!);
    },
  );
});

// Cells: charge and energy are kept, voltages are those of the published curves, abuse shows.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { DEFAULT_WORLD, type PackConfig } from "../world-config.ts";
import { type Cells, moveCharge, refreshParameters, rest_V } from "./cell.ts";
import { CELL_MODELS, type CellModelName } from "./cell-models.ts";
import { createPack } from "./pack.ts";

const NAMES = Object.keys(CELL_MODELS) as CellModelName[];
const OFF = new Uint8Array(18);
const NONE = new Float64Array(18);

function pack(changes: Partial<PackConfig>): Cells {
  const spread = { capacity: 0, resistance: 0, soc: 0, selfDischarge: 0 };
  return createPack({ ...DEFAULT_WORLD.pack, cells: 6, spread, ...changes }, createRandom(1));
}

const flow = (current_A: number) => ({
  mean_A: current_A,
  square_A2: current_A * current_A,
  now_A: current_A,
  balance_S: 0,
});

function run(cells: Cells, current_A: number, duration_s: number, dt_s = 1): number {
  let energy_J = 0;
  for (let t = 0; t < duration_s; t += dt_s) {
    const before_V = cells.inner_V[0]! + cells.r0_Ohm[0]! * current_A;
    moveCharge(cells, flow(current_A), OFF, dt_s * 1e6);
    energy_J += 0.5 * (before_V + cells.inner_V[0]! + cells.r0_Ohm[0]! * current_A) * current_A * dt_s;
    refreshParameters(cells, NONE, NONE, OFF);
  }
  return energy_J;
}

describe("conservation", () => {
  const profile = fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 200 })), {
    minLength: 1,
    maxLength: 12,
  });

  test("the charge of a cell changes by exactly what flowed, less its self-discharge", () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), profile, (model, parts) => {
        const cells = pack({ model, startSoc: 0.5 });
        let moved_Ah = 0;
        let lost_Ah = 0;
        for (const [current_A, seconds] of parts) {
          for (let t = 0; t < seconds; t++) {
            moveCharge(cells, flow(current_A), OFF, 1_000_000);
            moved_Ah += current_A / 3600;
            lost_Ah += cells.selfDischarge_A[0]! / 3600;
          }
        }
        const gained_Ah = (cells.soc[0]! - 0.5) * cells.capacity25_Ah[0]!;
        expect(gained_Ah).toBeCloseTo(moved_Ah - lost_Ah, 9);
      }),
      { numRuns: 40 },
    );
  });

  test("energy put in less energy taken out over a closed cycle is the heat of the cell", () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.integer({ min: 5, max: 100 }), (model, current_A) => {
        const cells = pack({ model, startSoc: 0.4 });
        cells.selfDischargeFactor.fill(0);
        const seconds = Math.round((0.3 * 100 * 3600) / current_A);
        let net_J = run(cells, current_A, seconds);
        net_J += run(cells, -current_A, seconds);
        net_J += run(cells, 0, 3600, 10);
        expect(cells.soc[0]).toBeCloseTo(0.4, 6);
        const heat_J = cells.totalHeat_J / cells.count;
        expect(Math.abs(net_J / heat_J - 1)).toBeLessThan(0.02);
      }),
      { numRuns: 20 },
    );
  });

  test("a leak takes what Ohm's law says and the cell pays it in heat", () => {
    const cells = pack({ startSoc: 0.5 });
    cells.selfDischargeFactor.fill(0);
    refreshParameters(cells, new Float64Array(18).fill(1 / 3), NONE, OFF);
    for (let t = 0; t < 3600; t++) moveCharge(cells, flow(0), OFF, 1_000_000);
    const lost_Ah = (0.5 - cells.soc[0]!) * cells.capacity25_Ah[0]!;
    expect(lost_Ah).toBeCloseTo(cells.terminal_V[0]! / 3, 2);
    expect(cells.heat_J[0]! / 3600).toBeCloseTo(cells.terminal_V[0]! ** 2 / 3, 1);
  });
});

describe("voltages", () => {
  test("LFP rests 20 to 55 mV apart on its plateau after charging and after discharging", () => {
    const up = pack({ startSoc: 0.3 });
    run(up, 50, 1440);
    run(up, 0, 7200, 10);
    const down = pack({ startSoc: 0.7 });
    run(down, -50, 1440);
    run(down, 0, 7200, 10);
    expect(up.soc[0]).toBeCloseTo(0.5, 3);
    expect(down.soc[0]).toBeCloseTo(0.5, 3);
    const gap_V = rest_V(up, 0) - rest_V(down, 0);
    expect(gap_V).toBeGreaterThan(0.02);
    expect(gap_V).toBeLessThan(0.055);
  });

  test("a short reversal of current crosses only a part of the gap", () => {
    const cells = pack({ startSoc: 0.3 });
    run(cells, 50, 1440);
    const up_V = rest_V(cells, 0);
    run(cells, -50, 36); // half a percent
    const turned_V = rest_V(cells, 0);
    expect(up_V - turned_V).toBeGreaterThan(0.003);
    expect(up_V - turned_V).toBeLessThan(0.03);
  });

  test.each([
    ["LFP", 3.3, 0.05],
    ["NMC", 3.74, 0.05],
    ["NCA", 3.69, 0.05],
    ["LCO", 3.745, 0.02],
    ["LMO", 3.909, 0.02],
    ["LTO", 2.217, 0.02],
  ] as const)("%s rests near %f V at half charge", (model, volts, tolerance) => {
    expect(Math.abs(rest_V(pack({ model, startSoc: 0.5 }), 0) - volts)).toBeLessThan(tolerance);
  });

  // One-second steps of an A123 26650 of 2.3 Ah, milliohms.
  test.each([
    [-25, 125.8],
    [-5, 28.9],
    [25, 9.7],
    [45, 7.5],
  ])("an LFP cell of 2.3 Ah at %f degC has %f mOhm", (temperature_degC, milliohm) => {
    const cells = pack({ capacity_Ah: 2.3, temperature_degC });
    expect(Math.abs((cells.r0_Ohm[0]! * 1000) / milliohm - 1)).toBeLessThan(0.02);
  });

  // LG 18650HG2 of 3 Ah: first sample and 9 s after a step at half charge, milliohms.
  test.each([
    [40, 10.1, 23],
    [25, 11.5, 27],
    [10, 18.1, 38],
    [0, 30.5, 53],
    [-10, 52.6, 85],
  ])("an NMC cell of 3 Ah at %f degC has %f mOhm at once and %f mOhm after 9 s", (temperature_degC, first, nine) => {
    const cells = pack({ model: "NMC", capacity_Ah: 3, temperature_degC });
    const before_V = cells.inner_V[0]!;
    moveCharge(cells, flow(-3), OFF, 1000);
    expect(Math.abs((before_V - cells.terminal_V[0]!) / 3 / (first / 1000) - 1)).toBeLessThan(0.1);
    run(cells, -3, 9, 0.1);
    expect(Math.abs((before_V - cells.terminal_V[0]!) / 3 / (nine / 1000) - 1)).toBeLessThan(0.3);
  });

  test.each(NAMES)("%s: charging beyond full drives the voltage beyond what harms the cell", (model) => {
    const cells = pack({ model, startSoc: 1 });
    run(cells, 50, 720); // ten percent too much
    expect(cells.terminal_V[0]).toBeGreaterThan(cells.model.maximum_V);
  });

  test.each(NAMES)("%s: discharging beyond empty drives the voltage below what harms the cell", (model) => {
    const cells = pack({ model, startSoc: 0 });
    run(cells, -50, 360);
    expect(cells.terminal_V[0]).toBeLessThan(cells.model.minimum_V);
  });

  test("a cold cell is empty earlier and has the rest back when warm", () => {
    const cold = pack({ model: "NMC", startSoc: 0.08, temperature_degC: -20 });
    const warm = pack({ model: "NMC", startSoc: 0.08, temperature_degC: 25 });
    expect(rest_V(cold, 0)).toBeLessThan(3);
    expect(rest_V(warm, 0)).toBeGreaterThan(3.2);
  });

  test("a reversed cell counts against the stack", () => {
    const cells = pack({ startSoc: 0.5 });
    const before_V = cells.stack_V;
    refreshParameters(cells, NONE, NONE, new Uint8Array(18).fill(1, 2, 3));
    moveCharge(cells, flow(0), OFF, 100_000);
    expect(cells.stack_V).toBeCloseTo((before_V * 4) / 6, 1);
  });
});

test("self-discharge doubles with ten kelvin and takes its share in a month", () => {
  const cells = pack({ model: "LFP", startSoc: 0.5, temperature_degC: 25 });
  run(cells, 0, 30 * 86_400, 600);
  expect(0.5 - cells.soc[0]!).toBeCloseTo(0.02, 3);
  const warm = pack({ model: "LFP", startSoc: 0.5, temperature_degC: 35 });
  run(warm, 0, 30 * 86_400, 600);
  expect(0.5 - warm.soc[0]!).toBeCloseTo(0.04, 3);
});

test("different steps of time lead to the same state", () => {
  const fine = pack({ model: "NMC" });
  const coarse = pack({ model: "NMC" });
  run(fine, -80, 600, 0.1);
  run(coarse, -80, 600, 1);
  expect(fine.soc[0]).toBeCloseTo(coarse.soc[0]!, 9);
  expect(fine.terminal_V[0]).toBeCloseTo(coarse.terminal_V[0]!, 3);
});

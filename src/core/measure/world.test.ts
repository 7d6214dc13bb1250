// The stage in the modelled world, where the raw values come from cells, wires and sensors with their own errors: what it
// says of each fault that the headers can show, and that it doubts nothing while all is well.
import { describe, expect, test } from "vitest";
import { createSettings } from "../../model/settings.ts";
import { readFault, type WorldFaultRequest } from "../../sim/fault-catalogue.ts";
import { MANNERS } from "../../sim/plant/load.ts";
import { applyFault, createWorld, setLoad, stepWorld } from "../../sim/world.ts";
import { DEFAULT_WORLD, type WorldConfig } from "../../sim/world-config.ts";
import { type Bms, createBms, step } from "../bms.ts";
import type { Sensors } from "../sensors.ts";
import type { Measured } from "./measured.ts";

const THERMISTORS: WorldConfig["thermistors"] = [1, 5, 9, 13, 0, 0].map((cell) =>
  cell > 0 ? { at: "cell", cell } : { at: "none" },
);
const DRIVE = { ...MANNERS, kind: "drive", peak_A: 145, regeneration: 0.4, charge_V: 58, obeysLimits: false } as const;

function createRig(seed: number, change: Partial<WorldConfig> = {}) {
  const world = createWorld({ ...DEFAULT_WORLD, thermistors: THERMISTORS, ...change }, seed);
  const bms: Bms = createBms(createSettings());
  const spoil = { sensors: (_sensors: Sensors): void => {} };
  const run = (seconds: number, watch: (measured: Measured) => void = () => {}): void => {
    for (let i = 0; i < seconds * 100; i++) {
      stepWorld(world, bms.commands, 10_000);
      spoil.sensors(world.sensors);
      step(bms, world.sensors, world.requests.splice(0), 10_000);
      watch(bms.measure);
    }
  };
  const fail = (request: WorldFaultRequest): void => {
    const fault = readFault(request);
    if ("problem" in fault) throw new Error(fault.problem);
    applyFault(world, fault);
  };
  return { world, bms, measured: bms.measure, run, fail, spoil };
}

test("a sound pack is ready within a second and never doubted through five minutes of driving (seed 1)", () => {
  const { world, measured, run } = createRig(1);
  run(1);
  expect(measured.ready).toBe(1);
  let doubts = 0;
  let worst_A = 0;
  setLoad(world, DRIVE);
  run(300, ({ notReady, current_A }) => {
    if (notReady !== 0) doubts++;
    worst_A = Math.max(worst_A, Math.abs(current_A - world.circuit.current_A));
  });
  expect(doubts).toBe(0);
  expect(worst_A).toBeLessThan(3); // 1 % of 200 A with noise and drift of the sensor
});

test.each([0, 1, 8, 15, 16])("open wire C%i is found within a period of 5 s and a conversion (seed 3)", (wire) => {
  const { measured, run, fail } = createRig(3);
  run(2);
  fail({ kind: "senseWireOpen", wire });
  run(5.3);
  expect([measured.openWire, measured.openWireIndex, measured.cellsFound, measured.wiringFault]).toEqual([
    1,
    wire,
    16,
    0,
  ]);
});

test.each<[WorldFaultRequest, Partial<Measured>]>([
  [
    { kind: "cellReversed", cell: 4 },
    { wiringFault: 1, wiringCell: 3, cellCountWrong: 0, ready: 0 },
  ],
  [
    { kind: "senseWiresSwapped", wire: 6 },
    { wiringFault: 2, wiringCell: 6, openWire: 0, ready: 0 },
  ],
  [
    { kind: "thermistorOpen", thermistor: 2 },
    { thermistorFault: 1, thermistorFaultIndex: 1, ready: 1 },
  ],
  [
    { kind: "thermistorShort", thermistor: 3 },
    { thermistorFault: 2, thermistorFaultIndex: 2, ready: 1 },
  ],
  [{ kind: "hallReferenceLost" }, { currentFault: 2, currentValid: 0, ready: 0 }],
  [{ kind: "hallSupplyLost" }, { currentFault: 3, currentValid: 0, ready: 0 }],
  [
    { kind: "hallRailed", high: 1 },
    { currentFault: 1, currentValid: 0, ready: 0 },
  ],
  [
    { kind: "hallRailed", high: 0 },
    { currentFault: 1, currentValid: 0, ready: 0 },
  ],
  [{ kind: "frontEndStalled" }, { cellMonitorOnline: 0, cellsValid: 0, ready: 0 }],
  [
    { kind: "cellReadingOffset", cell: 9, offset_V: 3 },
    { cellsValid: 0, ready: 0 },
  ],
])("%o (seed 2)", (fault, says) => {
  const { measured, run, fail } = createRig(2);
  run(2);
  fail(fault);
  run(3);
  expect(measured).toMatchObject(says);
});

test("a sensor that freezes while driving is found once the load has changed for 30 s (seed 4)", () => {
  const { world, measured, run, fail } = createRig(4);
  run(2);
  setLoad(world, DRIVE);
  run(20);
  fail({ kind: "hallFrozen" });
  run(300);
  expect([measured.currentFault, measured.currentValid]).toEqual([4, 0]);
});

test("a short circuit beyond the range of the sensor reads as the end of the range from the first tick (seed 5)", () => {
  const { measured, run, fail } = createRig(5);
  run(10);
  fail({ kind: "loadShort", resistance_Ohm: 0.03 });
  run(0.03);
  expect([measured.currentValid, measured.dischargeCurrent_A > 590]).toEqual([1, true]);
});

describe("a front end that saturates", () => {
  test.each([6.5535, Number.POSITIVE_INFINITY])(
    "at %f V on every input trips overvoltage once its delay of 1 s is over, and opens (seed 6)",
    (cell_V) => {
      const { bms, run, spoil } = createRig(6);
      run(10);
      expect(bms.decide.contactors.discharge.on).toBe(1);
      spoil.sensors = ({ cells_V, pullUp_V, pullDown_V }) => {
        for (const values of [cells_V, pullUp_V, pullDown_V]) values.fill(cell_V, 0, 16);
      };
      run(1.15); // and the conversion that first shows it
      expect(bms.protect.active.overvoltage).toBe(1);
      run(1);
      const { charge, discharge } = bms.decide.contactors;
      expect([charge.on, discharge.on]).toEqual([0, 0]);
    },
  );

  test("on one input leaves the others under their protections, and opens by itself (seed 6)", () => {
    const { bms, run, spoil } = createRig(6);
    run(10);
    spoil.sensors = ({ cells_V }) => {
      cells_V[7] = 6.4;
    };
    run(3);
    const { charge, discharge } = bms.decide.contactors;
    expect([charge.on, discharge.on, bms.measure.cellLostIndex]).toEqual([0, 0, 7]);
    spoil.sensors = ({ cells_V }) => {
      cells_V[7] = 6.4;
      cells_V[2] = 1.5;
    };
    run(5);
    expect(bms.protect.active.undervoltage).toBe(1);
  });
});

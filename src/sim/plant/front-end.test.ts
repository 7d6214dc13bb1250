// Cell readings and the open-wire test, by the rules of the LTC6813 data sheet.
import { describe, expect, test } from "vitest";
import { createCommands } from "../../core/commands.ts";
import type { Sensors } from "../../core/sensors.ts";
import { applyFault, clearFault, createWorld, stepWorld, type World } from "../world.ts";
import { type Changes, type WorldConfig, worldConfig } from "../world-config.ts";

const make = (cells: number, changes: Changes<WorldConfig> = {}): World =>
  createWorld(worldConfig({ ...changes, pack: { cells, ...changes.pack } }), 3);

function run(world: World, duration_s: number, changes: { test?: number; balance?: number } = {}): void {
  const commands = createCommands();
  commands.openWireTest = changes.test ?? 0;
  if (changes.balance !== undefined) commands.balance[changes.balance - 1] = 1;
  for (let t = 0; t < duration_s * 10; t++) stepWorld(world, commands, 100_000);
}

/** The data sheet's rule: PU(n+1) - PD(n+1) below -400 mV: Cn open; PU(1) = 0: C0 open; PD(N) = 0: CN open. */
function openWires(sensors: Sensors, cells: number): number[] {
  const found: number[] = [];
  if (sensors.pullUp_V[0] === 0) found.push(0);
  for (let n = 1; n < cells; n++) if (sensors.pullUp_V[n]! - sensors.pullDown_V[n]! < -0.4) found.push(n);
  if (sensors.pullDown_V[cells - 1] === 0) found.push(cells);
  return found;
}

describe("open-wire test", () => {
  const rows = [6, 7, 12, 17, 18].flatMap((cells) =>
    Array.from({ length: cells + 1 }, (_, wire) => [cells, wire] as const),
  );
  test.each(rows)("of %i cells, open C%i is named and no other", (cells, wire) => {
    const world = make(cells);
    applyFault(world, { kind: "senseWireOpen", wire });
    run(world, 1, { test: 1 });
    expect(openWires(world.sensors, cells)).toEqual([wire]);
  });

  test.each([6, 12, 18])("of %i cells with sound wires none is named and both readings are the cells", (cells) => {
    const world = make(cells);
    run(world, 1, { test: 1 });
    expect(openWires(world.sensors, cells)).toEqual([]);
    for (let k = 0; k < cells; k++) expect(world.sensors.pullUp_V[k]).toBeCloseTo(world.truth.cells_V[k]!, 2);
  });

  test("counts only when asked for", () => {
    const world = make(6);
    run(world, 1);
    expect([world.sensors.cellSequence, world.sensors.openWireSequence]).toEqual([10, 0]);
    run(world, 1, { test: 1 });
    expect([world.sensors.cellSequence, world.sensors.openWireSequence]).toEqual([20, 10]);
  });
});

describe("readings", () => {
  test("are the cells within the errors of the board, in steps of 100 uV, and 0 at tied inputs", () => {
    const world = make(14);
    run(world, 0.1);
    for (let k = 0; k < 14; k++) {
      expect(Math.abs(world.sensors.cells_V[k]! - world.truth.cells_V[k]!)).toBeLessThan(0.006);
      const steps = world.sensors.cells_V[k]! / 0.0001;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
    }
    for (let k = 14; k < 18; k++) expect(Math.abs(world.sensors.cells_V[k]!)).toBeLessThan(0.004);
  });

  test("an open wire makes its two neighbours wander apart while their sum stays", () => {
    const world = make(8, { board: { cellNoise_V: 0, cellOffset_V: 0, cellGain: 0 } });
    run(world, 1);
    applyFault(world, { kind: "senseWireOpen", wire: 3 });
    run(world, 30);
    const { cells_V } = world.sensors;
    expect(cells_V[2]! - world.truth.cells_V[2]!).toBeGreaterThan(0.05);
    expect(cells_V[2]! + cells_V[3]!).toBeCloseTo(world.truth.cells_V[2]! + world.truth.cells_V[3]!, 3);
    clearFault(world, "senseWireOpen", 3);
    run(world, 0.1);
    expect(cells_V[2]).toBeCloseTo(world.truth.cells_V[2]!, 3);
  });

  test("balancing beside an open wire pulls the reading of that cell to nothing", () => {
    const world = make(8);
    applyFault(world, { kind: "senseWireOpen", wire: 3 });
    run(world, 1, { balance: 3 });
    expect(Math.abs(world.sensors.cells_V[2]!)).toBeLessThan(0.01);
    expect(world.sensors.cells_V[3]).toBeGreaterThan(6);
  });

  test("swapped wires double one reading, reverse the next and double the third", () => {
    const world = make(8);
    applyFault(world, { kind: "senseWiresSwapped", wire: 3 });
    run(world, 0.1);
    const one = world.truth.cells_V[0]!;
    const [third, fourth, fifth] = [2, 3, 4].map((k) => world.sensors.cells_V[k]! / one);
    expect(third).toBeCloseTo(6.5 / one, 1); // 2 cells, cut at the end of the range
    expect(fourth).toBeCloseTo(-1, 1);
    expect(fifth).toBeCloseTo(6.5 / one, 1);
  });

  test("a reversed cell reads negative", () => {
    const world = make(8);
    applyFault(world, { kind: "cellReversed", cell: 5 });
    run(world, 0.2);
    expect(world.sensors.cells_V[4]).toBeLessThan(-3);
  });

  test("a board fed through the cell wires reads the first and last cell low by its current times the wire", () => {
    const exact = { cellNoise_V: 0, cellOffset_V: 0, cellGain: 0, resolution_V: 0 };
    const wiring = { boardFedBy: "X8", firstWire_Ohm: 0.5, lastWire_Ohm: 1 } as const;
    const world = make(16, { wiring, board: exact });
    run(world, 0.1);
    const own_A = 1.44 / world.truth.pack_V;
    expect(world.truth.cells_V[0]! - world.sensors.cells_V[0]!).toBeCloseTo(own_A * 0.5, 4);
    expect(world.truth.cells_V[15]! - world.sensors.cells_V[15]!).toBeCloseTo(own_A, 4);
  });

  test("a stalled front end counts no conversions while the cells live on", () => {
    const world = make(8);
    run(world, 1);
    applyFault(world, { kind: "frontEndStalled" });
    run(world, 1);
    expect(world.sensors.cellSequence).toBe(10);
    clearFault(world, "frontEndStalled");
    run(world, 0.1);
    expect(world.sensors.cellSequence).toBe(11);
  });
});

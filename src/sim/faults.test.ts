// The fault catalogue: each row changes what the board can measure or what happens, and is gone when cleared.
import { describe, expect, test } from "vitest";
import { createCommands } from "../core/commands.ts";
import { FAULT_CATALOGUE, readFault, type WorldFault, type WorldFaultKind } from "./fault-catalogue.ts";
import { charger } from "./plant/charger.ts";
import { MANNERS } from "./plant/load.ts";
import { applyFault, clearFault, createWorld, elementOf, setPermissions, stepWorld, type World } from "./world.ts";
import { DEFAULT_WORLD, worldConfig } from "./world-config.ts";

const KINDS = Object.keys(FAULT_CATALOGUE) as WorldFaultKind[];
/** Damage that outlives its cause. */
const LASTING: readonly WorldFaultKind[] = ["cellCapacityLoss"];

function fault(kind: WorldFaultKind, parameters: { [name: string]: number } = {}): WorldFault {
  const result = readFault({ kind, ...parameters });
  if ("problem" in result) throw new Error(result.problem);
  return result;
}

/** Charging with 60 A behind a limit of 40 A, drawing 20 A; then precharging; then everything open. */
function live(world: World): string {
  const commands = createCommands();
  const seen: unknown[] = [];
  const step = (on: readonly number[], ticks: number, allowCharging: boolean): void => {
    commands.outputs.fill(0);
    for (const output of on) commands.outputs[output] = 1;
    setPermissions(world, { allowCharging, chargeLimit_A: 40, dischargeLimit_A: 100 });
    commands.openWireTest = 1;
    for (let k = 0; k < ticks; k++) stepWorld(world, commands, 10_000);
    const { sensors, truth } = world;
    seen.push(
      [...sensors.cells_V],
      [...sensors.thermistors_V],
      sensors.hall_V,
      sensors.hallReference_V,
      sensors.hallSupply_V,
    );
    seen.push([...sensors.feedback], [...sensors.inputs], sensors.button, sensors.supply_V, sensors.cellSequence);
    seen.push(truth.current_A, truth.link_V, truth.heater_W, truth.ambient_degC, [...truth.capacity_Ah]);
  };
  step([1, 3], 60, false);
  step([0, 1, 2, 3], 150, true);
  step([0, 2, 3], 30, false);
  step([], 30, false);
  return JSON.stringify(seen);
}

const make = (): World => {
  const inputs = ["none", "none", "insulationFault", "fuseBlown"] as const;
  const load = { kind: "current", current_A: 20, ...MANNERS, cutoff_V: 40 } as const;
  return createWorld(
    worldConfig({ charger: charger(57.6, 60), load, inputs, thermistors: Array(6).fill({ at: "cell", cell: 1 }) }),
    5,
  );
};

const UNTOUCHED = live(make());

describe("each fault", () => {
  test.each(KINDS)("%s shows", (kind) => {
    const world = make();
    applyFault(world, fault(kind));
    expect(world.activeFaults.length).toBe(1);
    expect(live(world)).not.toBe(UNTOUCHED);
  });

  test.each(KINDS.filter((kind) => !LASTING.includes(kind)))("%s is gone when cleared", (kind) => {
    const world = make();
    applyFault(world, fault(kind));
    clearFault(world, kind);
    expect(world.activeFaults).toEqual([]);
    expect(live(world)).toBe(UNTOUCHED);
  });

  test.each(KINDS)("%s has a title, a help and parameters with a default inside their range", (kind) => {
    const row = FAULT_CATALOGUE[kind];
    expect(row.title.length > 5 && row.help.endsWith(".")).toBe(true);
    for (const { min, max, default: value, help } of Object.values(row.parameters)) {
      expect(value >= min && value <= max && help.length > 5).toBe(true);
    }
    expect(elementOf(fault(kind)) >= 0).toBe(row.element !== "none");
  });
});

describe("reading a fault from names and numbers", () => {
  test.each([
    [{ kind: "nothing" }, 'unknown fault "nothing"'],
    [{ kind: "cellLeak", cell: 19 }, "cellLeak: cell is a number from 1 to 18 count"],
    [{ kind: "cellLeak", resistance_Ohm: "low" }, "cellLeak: resistance_Ohm is a number from 0.0005 to 100000 Ohm"],
    [{ kind: "hallFrozen", cell: 1 }, 'hallFrozen has no parameter "cell"'],
    [{ kind: "toString" }, 'unknown fault "toString"'],
  ])("%j is refused", (request, problem) => {
    expect(readFault(request)).toEqual({ problem });
  });

  test("what is not given takes its default", () => {
    expect(readFault({ kind: "cellLeak", cell: 4 })).toEqual({ kind: "cellLeak", cell: 4, resistance_Ohm: 1 });
  });
});

describe("in particular", () => {
  const run = (world: World, seconds: number, on: readonly number[] = []): void => {
    const commands = createCommands();
    for (const output of on) commands.outputs[output] = 1;
    for (let k = 0; k < seconds * 100; k++) stepWorld(world, commands, 10_000);
  };

  test("two elements of one kind are faulty side by side and cleared apart", () => {
    const world = make();
    applyFault(world, fault("thermistorOpen", { thermistor: 1 }));
    applyFault(world, fault("thermistorOpen", { thermistor: 2 }));
    clearFault(world, "thermistorOpen", 1);
    run(world, 0.2);
    expect(world.sensors.thermistors_V[0]).toBeLessThan(3);
    expect(world.sensors.thermistors_V[1]).toBeCloseTo(5, 1);
  });

  test("a shorted thermistor reads nothing", () => {
    const world = make();
    applyFault(world, fault("thermistorShort", { thermistor: 3 }));
    run(world, 0.2);
    expect(world.sensors.thermistors_V[2]).toBeLessThan(0.005);
  });

  test("an internal short of 1 mOhm empties and heats its cell within minutes", () => {
    const world = createWorld(worldConfig({}), 1);
    applyFault(world, fault("cellLeak", { cell: 3, resistance_Ohm: 0.001 }));
    run(world, 180);
    expect(world.truth.soc[2]).toBeLessThan(0.1);
    expect(world.truth.temperature_degC[2]).toBeGreaterThan(60);
    expect(world.truth.soc[3]).toBeGreaterThan(0.45);
  });

  test("a brown-out lets the contactors fall off and stops the front end", () => {
    const world = make();
    run(world, 0.5, [3]);
    applyFault(world, fault("supplyBrownOut", { supply_V: 6 }));
    const sequence = world.sensors.cellSequence;
    run(world, 0.5, [3]);
    expect([world.truth.contacts[3], world.sensors.cellSequence, world.truth.powered]).toEqual([0, sequence, 0]);
    expect(world.sensors.supply_V).toBeCloseTo(6, 1);
  });

  test("a fault of a cell the pack does not have changes nothing that conducts", () => {
    const world = createWorld(worldConfig({ pack: { cells: 8 } }), 1);
    applyFault(world, fault("cellLeak", { cell: 18, resistance_Ohm: 0.001 }));
    run(world, 10);
    expect(Math.min(...world.truth.soc.subarray(0, 8))).toBeGreaterThan(0.47);
    expect(DEFAULT_WORLD.pack.cells).toBe(16);
  });
});

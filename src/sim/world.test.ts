// The whole world: repeatable, the same in fine and coarse steps, and alive where the board sleeps.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCommands } from "../core/commands.ts";
import { FAULT_CATALOGUE, readFault, type WorldFault, type WorldFaultKind } from "./fault-catalogue.ts";
import { charger } from "./plant/charger.ts";
import { MANNERS } from "./plant/load.ts";
import { ABUSE } from "./truth.ts";
import {
  applyFault,
  clearFault,
  createWorld,
  pressButton,
  setAmbient,
  setCharger,
  setInput,
  setLoad,
  setPermissions,
  stepWorld,
  type World,
} from "./world.ts";
import { type Changes, checkWorld, DEFAULT_WORLD, type WorldConfig, worldConfig } from "./world-config.ts";

const make = (changes: Changes<WorldConfig>, seed = 1): World => createWorld(worldConfig(changes), seed);

function run(world: World, on: readonly number[], duration_s: number, dt_us: number, balance = 0): void {
  const commands = createCommands();
  for (const output of on) commands.outputs[output] = 1;
  commands.balance.fill(balance);
  for (let t = 0; t < duration_s * 1e6; t += dt_us) stepWorld(world, commands, dt_us);
}

const state = (world: World): string =>
  JSON.stringify([world.sensors, world.truth, world.cells, world.circuit, world.random]);

const KINDS = Object.keys(FAULT_CATALOGUE) as WorldFaultKind[];
const DRIVE = { kind: "drive", peak_A: 150, regeneration: 0.5, charge_V: 58, ...MANNERS, cutoff_V: 40 } as const;

describe("repeatable", () => {
  test("the same config and seed give the same bits", () => {
    const worlds = [make({ load: DRIVE }), make({ load: DRIVE })];
    for (const world of worlds) run(world, [2, 3], 600, 10_000);
    expect(state(worlds[0]!)).toBe(state(worlds[1]!));
  });

  test("another seed gives other cells and another drive", () => {
    const one = make({ load: DRIVE }, 1);
    const two = make({ load: DRIVE }, 2);
    run(one, [2, 3], 60, 10_000);
    run(two, [2, 3], 60, 10_000);
    expect(one.truth.capacity_Ah[0]).not.toBe(two.truth.capacity_Ah[0]);
    expect(one.truth.current_A).not.toBe(two.truth.current_A);
  });

  test("steps of 10 ms and of 100 ms tell the same story of a charge", () => {
    const worlds = [10_000, 100_000].map((dt_us) => {
      const world = make({ pack: { startSoc: 0.6 }, charger: charger(57.6, 60) });
      setPermissions(world, { allowCharging: true, chargeLimit_A: 100, dischargeLimit_A: 0 });
      run(world, [0, 3], 600, dt_us);
      return world.truth;
    });
    expect(worlds[0]!.packSoc).toBeCloseTo(worlds[1]!.packSoc, 4);
    expect(worlds[0]!.pack_V).toBeCloseTo(worlds[1]!.pack_V, 2);
    expect(worlds[0]!.charged_Wh / worlds[1]!.charged_Wh).toBeCloseTo(1, 3);
  });
});

describe("cells that differ", () => {
  test("spread follows the standard deviations asked for", () => {
    const capacities: number[] = [];
    for (let seed = 1; seed <= 60; seed++) capacities.push(...make({ pack: { cells: 18 } }, seed).truth.capacity_Ah);
    const mean = capacities.reduce((sum, value) => sum + value, 0) / capacities.length;
    const deviation = Math.sqrt(capacities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / capacities.length);
    expect(mean / 100).toBeCloseTo(1, 2);
    expect(deviation / 100).toBeGreaterThan(0.008);
    expect(deviation / 100).toBeLessThan(0.012);
  });

  test("an override makes one cell what it says, and the weakest cell bounds the pack", () => {
    const still = { capacity: 0, resistance: 0, soc: 0, selfDischarge: 0 };
    const overrides = [{ cell: 7, capacityFactor: 0.8, soc: 0.5 }];
    const world = make({ pack: { startSoc: 0.5, spread: still, overrides } });
    expect(world.truth.capacity_Ah[6]).toBeCloseTo(80, 9);
    expect(world.truth.packCapacity_Ah).toBeCloseTo(80, 9);
    const uneven = make({ pack: { startSoc: 0.5, spread: still, overrides: [{ cell: 2, soc: 0.4 }] } });
    expect(uneven.truth.packCapacity_Ah).toBeCloseTo(90, 9);
    expect(uneven.truth.packSoc).toBeCloseTo(40 / 90, 9);
  });

  test("a pack with a given state of health has that capacity and a higher resistance", () => {
    const still = { capacity: 0, resistance: 0, soc: 0, selfDischarge: 0 };
    const old = make({ pack: { spread: still, age: { soh: 0.8 } } });
    const young = make({ pack: { spread: still } });
    expect(old.truth.soh).toBeCloseTo(0.8, 9);
    expect(old.truth.resistance25_Ohm[0]! / young.truth.resistance25_Ohm[0]!).toBeCloseTo(1.4, 6);
  });
});

describe("board", () => {
  test("cells are converted every 100 ms, current is there every tick", () => {
    const world = make({});
    run(world, [], 0.09, 10_000);
    expect([world.sensors.cellSequence, world.sensors.hall_V > 2]).toEqual([0, true]);
    run(world, [], 0.01, 10_000);
    expect(world.sensors.cellSequence).toBe(1);
  });

  test("a balancing resistor takes 220 mA of a cell at 4.2 V, less its pauses", () => {
    const world = make({ pack: { model: "NMC", startSoc: 1 }, board: { balancePause: 0 } });
    run(world, [], 0.2, 100_000, 1);
    const cell_V = world.truth.cells_V[0]!;
    expect(world.truth.balancing_A[0]! / cell_V).toBeCloseTo(0.22 / 4.2, 4);
  });

  test("balancing warms the heat sink and drains only the cells it is switched on for", () => {
    const world = make({ pack: { startSoc: 0.9 }, thermistors: Array(6).fill({ at: "heatSink" }) });
    const commands = createCommands();
    for (let k = 0; k < 8; k++) commands.balance[k] = 1;
    const before = [...world.truth.soc];
    for (let t = 0; t < 36_000; t++) stepWorld(world, commands, 100_000);
    expect((before[0]! - world.truth.soc[0]!) * world.truth.capacity_Ah[0]!).toBeCloseTo(0.158 + 0.031, 1);
    expect(before[8]! - world.truth.soc[8]!).toBeLessThan(0.0005);
    expect(world.sensors.heatSink_degC).toBeGreaterThan(30);
    expect(world.truth.balanced_Wh).toBeGreaterThan(3.5);
  });

  test("in standby it draws 0.2 mA at 48 V instead of 30 mA, switches nothing and converts nothing", () => {
    const world = make({ pack: { cells: 15, startSoc: 0.3 } });
    run(world, [3], 1, 10_000);
    expect(world.truth.boardCurrent_A * world.truth.pack_V - 2 / 0.85).toBeCloseTo(1.44, 2);
    const sequence = world.sensors.cellSequence;
    const asleep = createCommands();
    asleep.power = 0;
    asleep.outputs[3] = 1;
    for (let t = 0; t < 100; t++) stepWorld(world, asleep, 10_000);
    expect(world.truth.boardCurrent_A * 48).toBeCloseTo(0.0096, 3);
    expect([world.truth.contacts[3], world.sensors.cellSequence]).toEqual([0, sequence]);
    pressButton(world, 50_000);
    stepWorld(world, asleep, 10_000);
    expect(world.sensors.button).toBe(1);
  });

  test("the button is pressed for as long as it was held", () => {
    const world = make({});
    pressButton(world, 30_000);
    const seen = [1, 2, 3, 4].map(() => {
      stepWorld(world, createCommands(), 10_000);
      return world.sensors.button;
    });
    expect(seen).toEqual([1, 1, 0, 0]);
  });

  test("inputs follow hands, charger and fuse by their roles", () => {
    const world = make({
      inputs: ["chargerPlugged", "fuseBlown", "insulationFault", "none"],
      charger: charger(57.6, 10),
    });
    setInput(world, 4, true);
    run(world, [], 0.1, 10_000);
    expect([...world.sensors.inputs]).toEqual([1, 0, 0, 1]);
  });
});

describe("partners", () => {
  test("a charger announces itself when it is plugged and again when it goes", () => {
    const world = make({ charger: charger(57.6, 10) });
    expect(world.requests).toEqual([{ kind: "charger", online: true }]);
    setCharger(world, { ...world.config.charger, current_A: 20 });
    expect(world.requests.length).toBe(1);
    setCharger(world, { ...world.config.charger, plugged: false });
    expect(world.requests[1]).toEqual({ kind: "charger", online: false });
  });
});

describe("heat", () => {
  test("a pack left alone takes the temperature of its surroundings", () => {
    const world = make({ pack: { temperature_degC: 40 } });
    setAmbient(world, 10);
    run(world, [], 12 * 3600, 1_000_000);
    for (let k = 0; k < 16; k++) expect(world.truth.temperature_degC[k]).toBeLessThan(13);
  });

  test("a 1C discharge warms the middle of the pack more than its ends", () => {
    const world = make({ pack: { startSoc: 0.95 }, load: { kind: "current", current_A: 100, ...MANNERS } });
    setPermissions(world, { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 200 });
    run(world, [2, 3], 2400, 100_000);
    const { temperature_degC } = world.truth;
    expect(temperature_degC[8]).toBeGreaterThan(temperature_degC[0]!);
    expect(temperature_degC[8]).toBeGreaterThan(25.8);
    expect(temperature_degC[8]).toBeLessThan(45);
  });

  test("the heater warms a cold pack by its energy over the heat of the cells", () => {
    const outputs = DEFAULT_WORLD.outputs.map((output, k) => ({
      ...output,
      role: k === 0 ? ("heater" as const) : output.role,
    }));
    const world = make({ outputs, pack: { temperature_degC: 0 }, ambient_degC: 0 });
    run(world, [0], 600, 100_000);
    expect(world.truth.temperature_degC[8]).toBeCloseTo((200 * 600) / (16 * 2000), 0);
  });
});

describe("age", () => {
  test("LFP loses about its first-year part in a year at rest at 25 degC and half charge", () => {
    const world = make({ pack: { startSoc: 0.5 }, board: { working_W: 0 } });
    const before = world.truth.capacity_Ah[0]!;
    run(world, [], 365.25 * 86_400, 500e6);
    expect(1 - world.truth.capacity_Ah[0]! / before).toBeGreaterThan(0.013);
    expect(1 - world.truth.capacity_Ah[0]! / before).toBeLessThan(0.025);
  });

  test("a working board empties a forgotten pack, and deep discharge costs it capacity", () => {
    const world = make({ pack: { startSoc: 0.05 } });
    run(world, [], 30 * 86_400, 20e6);
    expect(world.truth.minSoc).toBeLessThan(0);
    expect(world.truth.abuse[0]! & ABUSE.overdischarged).toBe(ABUSE.overdischarged);
    expect(world.truth.soh).toBeLessThan(0.95);
  });

  test.each([
    ["LFP", 4000],
    ["NMC", 1500],
    ["LTO", 15_000],
  ] as const)("%s has about four fifths of its capacity after %i cycles", (model, cycles) => {
    const still = { capacity: 0, resistance: 0, soc: 0, selfDischarge: 0 };
    const world = make({ pack: { model, spread: still, age: { cycles } } });
    expect(world.truth.soh).toBeCloseTo(0.8, 1);
  });
});

describe("soundness", () => {
  const event = fc.record({
    kind: fc.constantFrom(...KINDS),
    outputs: fc.integer({ min: 0, max: 15 }),
    power: fc.constantFrom(1, 1, 1, 0),
    load_A: fc.integer({ min: -300, max: 300 }),
    clear: fc.boolean(),
    seconds: fc.integer({ min: 1, max: 60 }),
    dt_us: fc.constantFrom(1000, 10_000, 100_000, 1_000_000),
  });

  test("whatever is broken and switched, nothing becomes infinite or unknown", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 12 }), fc.integer(), (events, seed) => {
        const world = make({ pack: { capacity_Ah: 10 }, charger: charger(57.6, 20) }, seed);
        setPermissions(world, { allowCharging: true, chargeLimit_A: 100, dischargeLimit_A: 500 });
        const commands = createCommands();
        for (const { kind, outputs, power, load_A, clear, seconds, dt_us } of events) {
          if (clear) clearFault(world, kind);
          else applyFault(world, readFault({ kind }) as WorldFault);
          const load = { kind: "profile", time_s: [0, 1], current_A: [load_A, load_A], repeat: true } as const;
          setLoad(world, { ...load, charge_V: 60, ...MANNERS });
          for (let k = 0; k < 4; k++) commands.outputs[k] = (outputs >> k) & 1;
          commands.power = power;
          for (let k = 0; k < Math.min(200, (seconds * 1e6) / dt_us); k++) stepWorld(world, commands, dt_us);
        }
        expect(numbersOf(world).filter((value) => !Number.isFinite(value))).toEqual([]);
        expect(Math.min(...world.truth.temperature_degC)).toBeGreaterThan(-100);
        expect(world.truth.link_V).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 150 },
    );
  });
});

/** Every number of the world, however deep. */
function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  return Object.values(value).flatMap(numbersOf);
}

test("what a person may get wrong in a world is told in sentences", () => {
  expect(checkWorld(DEFAULT_WORLD)).toEqual([]);
  const wrong = worldConfig({ pack: { cells: 5, startSoc: 2 }, precharge_Ohm: 0, inputs: [] });
  expect(checkWorld(wrong).length).toBeGreaterThanOrEqual(4);
});

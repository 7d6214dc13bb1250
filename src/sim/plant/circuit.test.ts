// Main circuit: precharge against RC theory, both port arrangements, chargers, short circuits, conservation.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCommands } from "../../core/commands.ts";
import { applyFault, clearFault, createWorld, setLoad, setPermissions, stepWorld, type World } from "../world.ts";
import { type Changes, DEFAULT_WORLD, type WorldConfig, worldConfig } from "../world-config.ts";
import { charger } from "./charger.ts";
import { type LoadConfig, MANNERS } from "./load.ts";

const CHARGE = 0;
const PRECHARGE = 1;
const DISCHARGE = 2;
const MAIN = 3;

const still = { capacity: 0, resistance: 0, soc: 0, selfDischarge: 0 };
const make = (changes: Changes<WorldConfig>): World =>
  createWorld(worldConfig({ ...changes, pack: { spread: still, ...changes.pack } }), 7);

function run(world: World, on: readonly number[], duration_s: number, dt_us = 10_000): void {
  const commands = createCommands();
  for (const output of on) commands.outputs[output] = 1;
  for (let t = 0; t < duration_s * 1e6; t += dt_us) stepWorld(world, commands, dt_us);
}

const allow = (world: World): void =>
  setPermissions(world, { allowCharging: true, chargeLimit_A: 500, dischargeLimit_A: 500 });

describe("precharge", () => {
  test.each([
    [10_000, 50],
    [100_000, 50],
    [10_000, 10],
    [1000, 220],
  ])("in steps of %i us through %i Ohm the link follows 1 - exp(-t/RC) within 1 %", (dt_us, precharge_Ohm) => {
    const outputs = DEFAULT_WORLD.outputs.map((output) => ({ ...output, bounce_ms: 0 }));
    const world = make({ precharge_Ohm, link_F: 0.01, bleeder_Ohm: 0, outputs });
    run(world, [MAIN], 0.1, dt_us); // main closes first
    const tau_s = precharge_Ohm * 0.01;
    const start_us = world.time_us;
    const commands = createCommands();
    commands.outputs[MAIN] = 1;
    commands.outputs[PRECHARGE] = 1;
    while (world.time_us < start_us + 3 * tau_s * 1e6) {
      stepWorld(world, commands, dt_us);
      const elapsed_s = (world.time_us - start_us) * 1e-6 - 0.02; // after the contact's 20 ms
      if (elapsed_s <= 0) continue;
      const theory_V = world.truth.pack_V * (1 - Math.exp(-elapsed_s / tau_s));
      expect(Math.abs(world.truth.link_V - theory_V)).toBeLessThan(0.01 * world.truth.pack_V);
    }
  });

  test("the resistor takes half the energy of the source, as much as the capacitor holds", () => {
    const world = make({ precharge_Ohm: 50, link_F: 0.01, bleeder_Ohm: 0 });
    run(world, [MAIN, PRECHARGE], 6);
    const stored_J = 0.5 * 0.01 * world.truth.link_V ** 2;
    expect(Math.abs(world.truth.prechargeEnergy_J / stored_J - 1)).toBeLessThan(0.01);
  });

  test("closing onto a precharged link draws little, onto an empty one thousands of amperes", () => {
    const gentle = make({ link_F: 0.01 });
    run(gentle, [MAIN, PRECHARGE], 5);
    run(gentle, [MAIN, PRECHARGE, DISCHARGE], 0.1);
    expect(gentle.truth.inrush_A).toBeLessThan(100);
    const rude = make({ link_F: 0.01 });
    run(rude, [MAIN, DISCHARGE], 0.1);
    expect(rude.truth.inrush_A).toBeGreaterThan(2000);
  });

  test("the inrush welds a contactor that cannot bear it", () => {
    const outputs = DEFAULT_WORLD.outputs.map((output) => ({ ...output, weld_A: 1000 }));
    const world = make({ outputs });
    run(world, [MAIN], 0.1);
    run(world, [MAIN, DISCHARGE], 0.1);
    run(world, [], 0.1);
    expect([...world.truth.contacts]).toEqual([0, 0, 1, 1]);
    clearFault(world, "contactorWelded");
    run(world, [], 0.1);
    expect([...world.truth.contacts]).toEqual([0, 0, 0, 0]);
  });

  test("a shorted link never rises and a broken resistor never lifts it", () => {
    const shorted = make({});
    applyFault(shorted, { kind: "linkShorted", resistance_Ohm: 0.001 });
    run(shorted, [MAIN, PRECHARGE], 3);
    expect(shorted.truth.link_V).toBeLessThan(0.01);
    const broken = make({});
    applyFault(broken, { kind: "prechargeResistorOpen" });
    run(broken, [MAIN, PRECHARGE], 3);
    expect(broken.truth.link_V).toBe(0);
  });

  test("an idle link empties through its bleeder with their product as time constant", () => {
    const world = make({ link_F: 0.01, bleeder_Ohm: 1000 });
    run(world, [MAIN, PRECHARGE], 5);
    run(world, [], 0.1);
    const before_V = world.truth.link_V;
    run(world, [], 10);
    expect(world.truth.link_V / before_V).toBeCloseTo(Math.exp(-1), 3);
  });
});

describe("load", () => {
  const loads: readonly (readonly [string, LoadConfig, number])[] = [
    ["a constant current", { kind: "current", current_A: 50, ...MANNERS }, -50],
    ["a resistor", { kind: "resistor", resistance_Ohm: 1 }, -52.5],
    ["a constant power", { kind: "power", power_W: 2620, ...MANNERS }, -50],
  ];
  test.each(loads)("%s draws what it says", (_, load, current_A) => {
    const world = make({ pack: { startSoc: 0.5 } });
    run(world, [MAIN, PRECHARGE], 2);
    run(world, [MAIN, DISCHARGE], 1);
    setLoad(world, load);
    allow(world);
    run(world, [MAIN, DISCHARGE], 2);
    expect(Math.abs(world.truth.current_A / current_A - 1)).toBeLessThan(0.02);
  });

  test("no current flows when any contactor of its way is open", () => {
    for (const closed of [[], [MAIN], [DISCHARGE], [MAIN, CHARGE]]) {
      const world = make({ load: { kind: "resistor", resistance_Ohm: 1 } });
      run(world, closed, 1);
      expect(world.truth.current_A).toBe(0);
    }
  });

  test("a load that keeps to the limits takes no more than the device allows", () => {
    const world = make({ load: { kind: "current", current_A: 80, ...MANNERS } });
    run(world, [MAIN, DISCHARGE], 0.2);
    setPermissions(world, { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 30 });
    run(world, [MAIN, DISCHARGE], 2);
    expect(world.truth.current_A).toBeCloseTo(-30, 1);
  });

  test("a short circuit blows the fuse within 100 ms and the current ends", () => {
    const world = make({});
    run(world, [MAIN, DISCHARGE], 0.2);
    applyFault(world, { kind: "loadShort", resistance_Ohm: 0.005 });
    run(world, [MAIN, DISCHARGE], 0.01);
    expect(world.truth.current_A).toBeLessThan(-2000);
    run(world, [MAIN, DISCHARGE], 0.09);
    expect([world.truth.fuseBlown, world.truth.current_A]).toEqual([1, 0]);
    clearFault(world, "loadShort");
    clearFault(world, "fuseBlown");
    run(world, [MAIN, DISCHARGE], 0.1);
    expect(world.truth.fuseBlown).toBe(0);
  });
});

describe("charger", () => {
  test("charges with constant current, then at constant voltage, and ends full with a small current", () => {
    const world = make({ pack: { startSoc: 0.8 }, charger: charger(57.6, 50, { tail_A: 2, tail_s: 30 }) });
    allow(world);
    run(world, [MAIN, CHARGE], 60, 100_000);
    expect(world.truth.current_A).toBeCloseTo(50, 6);
    run(world, [MAIN, CHARGE], 3600, 100_000);
    expect(world.truth.chargerPort_V).toBeLessThanOrEqual(57.6 + 1e-6);
    expect(world.truth.packSoc).toBeGreaterThan(0.99);
    expect([world.truth.current_A, world.charger.finished]).toEqual([0, 1]);
    expect(world.truth.pack_V / 16).toBeGreaterThan(3.5);
  });

  test("in the constant-voltage stage the port is held at the set voltage", () => {
    const world = make({ pack: { startSoc: 0.98 }, charger: charger(57.6, 50, { tail_A: 0 }) });
    allow(world);
    run(world, [MAIN, CHARGE], 600, 100_000);
    expect(world.truth.chargerPort_V).toBeCloseTo(57.6, 6);
    expect(world.truth.current_A).toBeGreaterThan(0);
    expect(world.truth.current_A).toBeLessThan(50);
  });

  test("waits for permission unless it ignores it, keeps to limits unless it ignores them", () => {
    const world = make({ charger: charger(57.6, 50) });
    run(world, [MAIN, CHARGE], 2);
    expect(world.truth.current_A).toBe(0);
    setPermissions(world, { allowCharging: true, chargeLimit_A: 20, dischargeLimit_A: 0 });
    run(world, [MAIN, CHARGE], 2);
    expect(world.truth.current_A).toBeCloseTo(20, 6);
    applyFault(world, { kind: "chargerIgnoresLimits" });
    run(world, [MAIN, CHARGE], 2);
    expect(world.truth.current_A).toBeCloseTo(50, 6);
    setPermissions(world, { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 0 });
    run(world, [MAIN, CHARGE], 0.1);
    expect(world.truth.current_A).toBe(0);
    applyFault(world, { kind: "chargerIgnoresPermission" });
    run(world, [MAIN, CHARGE], 2);
    expect(world.truth.current_A).toBeCloseTo(50, 6);
  });

  test("out of control it gives more than it was set to", () => {
    const world = make({ charger: charger(57.6, 50) });
    applyFault(world, { kind: "chargerRunaway", factor: 1.5 });
    run(world, [MAIN, CHARGE], 5);
    expect(world.truth.current_A).toBeCloseTo(75, 6);
  });

  test("charger and load run side by side on their own ports", () => {
    const load: LoadConfig = { kind: "current", current_A: 30, ...MANNERS };
    const world = make({ charger: charger(57.6, 50), load });
    allow(world);
    run(world, [MAIN, CHARGE, DISCHARGE], 5);
    expect(world.truth.current_A).toBeCloseTo(20, 1);
  });
});

describe("shared bus behind a common contactor", () => {
  const shared = DEFAULT_WORLD.outputs.map((output, k) => ({
    ...output,
    role: (["common", "precharge", "none", "main"] as const)[k]!,
  }));

  test("charges and discharges through the one contactor", () => {
    const world = make({ outputs: shared, charger: charger(57.6, 50) });
    allow(world);
    run(world, [0, MAIN], 5);
    expect(world.truth.current_A).toBeCloseTo(50, 1);
    setLoad(world, { kind: "current", current_A: 80, ...MANNERS });
    run(world, [0, MAIN], 5);
    expect(world.truth.current_A).toBeCloseTo(-30, 1);
    run(world, [MAIN], 1);
    expect(world.truth.current_A).toBe(0);
  });

  test("an open contactor leaves the bus at the charger's voltage, not above", () => {
    const world = make({ outputs: shared, charger: charger(57.6, 50) });
    allow(world);
    run(world, [MAIN], 5);
    expect(world.truth.link_V).toBeCloseTo(57.6, 6);
  });
});

describe("conservation", () => {
  const event = fc.tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.integer({ min: -200, max: 200 }),
    fc.integer({ min: 1, max: 30 }),
  );

  test("what the terminals count is what the cells gained, whatever is switched", () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(10_000, 100_000),
        (events, dt_us) => {
          const world = make({ pack: { startSoc: 0.5, capacity_Ah: 20 } });
          world.cells.selfDischargeFactor.fill(0);
          world.cells.selfDischarge_A.fill(0);
          allow(world);
          let own_As = 0;
          for (const [mask, current_A, tenths] of events) {
            const profile = {
              kind: "profile",
              time_s: [0, 1],
              current_A: [current_A, current_A],
              repeat: true,
              charge_V: 60,
            } as const;
            setLoad(world, { ...profile, ...MANNERS, startDelay_ms: 0 });
            const commands = createCommands();
            for (let k = 0; k < 4; k++) commands.outputs[k] = (mask >> k) & 1;
            for (let t = 0; t < tenths * 100_000; t += dt_us) {
              stepWorld(world, commands, dt_us);
              own_As += world.truth.boardCurrent_A * dt_us * 1e-6;
            }
          }
          const gained_As = (world.cells.soc[0]! - 0.5) * world.cells.capacity25_Ah[0]! * 3600;
          const counted_As = (world.truth.charged_Ah - world.truth.discharged_Ah) * 3600 - own_As;
          expect(Math.abs(gained_As - counted_As)).toBeLessThan(1e-6 * (1 + Math.abs(counted_As)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("energy into a pack and out again differs by the heat of its cells", () => {
    const world = make({
      pack: { startSoc: 0.3, capacity_Ah: 20, linkage_Ohm: 0 },
      charger: charger(60, 20, { tail_A: 0 }),
      board: { working_W: 0 },
      outputs: DEFAULT_WORLD.outputs.map((output) => ({ ...output, coil_W: 0 })),
    });
    world.cells.selfDischargeFactor.fill(0);
    world.thermal.heat_J_per_K = 1e9; // at constant temperature
    allow(world);
    run(world, [MAIN, CHARGE], 1440, 100_000);
    setLoad(world, { kind: "current", current_A: 20, ...MANNERS, startDelay_ms: 0 });
    const until_Ah = world.truth.charged_Ah;
    const commands = createCommands();
    commands.outputs[MAIN] = 1;
    commands.outputs[DISCHARGE] = 1;
    while (world.truth.discharged_Ah < until_Ah) stepWorld(world, commands, 100_000);
    run(world, [], 3600, 100_000);
    const lost_Wh = world.truth.charged_Wh - world.truth.discharged_Wh;
    expect(Math.abs(world.truth.cellHeat_Wh / lost_Wh - 1)).toBeLessThan(0.02);
  });
});

test("a welded contactor keeps conducting with its feedback closed, a stuck one never does", () => {
  const world = make({ load: { kind: "resistor", resistance_Ohm: 1 } });
  run(world, [MAIN, DISCHARGE], 0.2);
  applyFault(world, { kind: "contactorWelded", output: 3 });
  run(world, [MAIN], 0.2);
  expect(world.truth.current_A).toBeLessThan(-40);
  expect(world.sensors.feedback[DISCHARGE]).toBe(1);
  const other = make({ load: { kind: "resistor", resistance_Ohm: 1 } });
  applyFault(other, { kind: "contactorStuckOpen", output: 3 });
  run(other, [MAIN, DISCHARGE], 0.2);
  expect([other.truth.current_A, other.sensors.feedback[DISCHARGE]]).toEqual([0, 0]);
});

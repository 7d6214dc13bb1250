// Contactors of the whole device on the modelled board: start, standby, wake and restart; welds, stuck contactors, broken
// feedback wires and a precharge path that cannot work.
import { describe, expect, test } from "vitest";
import { type Bms, createBms, step } from "../src/core/bms.ts";
import { FEEDBACK_FAULTS } from "../src/core/decide/decided.ts";
import { requestMode } from "../src/core/decide/requested.ts";
import { INPUT_SIGNALS } from "../src/model/input-signals.ts";
import { createSettings } from "../src/model/settings.ts";
import type { WorldFault } from "../src/sim/fault-catalogue.ts";
import { applyFault, clearFault, createWorld, setLoad, stepWorld, type World } from "../src/sim/world.ts";
import { worldConfig } from "../src/sim/world-config.ts";

const TICK_us = 10_000;

type Device = { readonly bms: Bms; readonly world: World };

const create = (): Device => ({
  bms: createBms(createSettings()),
  world: createWorld(worldConfig({ pack: { startSoc: 0.5 } }), 1),
});

function run({ bms, world }: Device, time_s: number): void {
  for (let i = 0; i < time_s * 100; i++) {
    stepWorld(world, bms.commands, TICK_us);
    step(bms, world.sensors, world.requests, TICK_us);
    world.requests.length = 0;
  }
}

const closed = ({ world }: Device): number[] => [...world.truth.contacts];
const ALL_CLOSED = [1, 0, 1, 1]; // charging, precharging, discharging, main
const ALL_OPEN = [0, 0, 0, 0];

test("a device with its supply closes its contactors within two seconds, having precharged the link", () => {
  const device = create();
  run(device, 2);
  expect(device.bms.decide.mode).toBe("running");
  expect(closed(device)).toEqual(ALL_CLOSED);
  expect(device.world.truth.inrush_A).toBeLessThan(20);
});

test("in standby the board is dark, and no protection mistakes that for a fault", () => {
  const device = create();
  run(device, 3);
  requestMode(device.bms, "powerDown");
  run(device, 60);
  expect([device.bms.decide.mode, device.world.board.powered]).toEqual(["standby", 0]);
  expect(closed(device)).toEqual(ALL_OPEN);
  expect([device.bms.protect.anyError, device.bms.protect.faults.cellMonitor.trips]).toEqual([0, 0]);
});

test("waking takes the zero of the current sensor anew before a contactor closes", () => {
  const device = create();
  run(device, 3);
  requestMode(device.bms, "powerDown");
  run(device, 60);
  device.bms.measure.zero_V = 0.01;
  requestMode(device.bms, "powerUp");
  run(device, 0.1);
  expect([device.bms.decide.mode, device.bms.measure.calibrated]).toEqual(["starting", 0]);
  run(device, 3);
  expect(device.bms.measure.zero_V).toBeLessThan(0.009);
  expect(closed(device)).toEqual(ALL_CLOSED);
});

test("a restart opens the contactors and releases a locked error whose cause has gone", () => {
  const device = create();
  applyFault(device.world, { kind: "contactorStuckOpen", output: 3 });
  run(device, 60);
  clearFault(device.world, "contactorStuckOpen", 3);
  run(device, 60);
  expect(device.bms.protect.active.dischargeFeedback).toBe(1); // its row locks it
  expect(closed(device)).toEqual(ALL_OPEN);
  requestMode(device.bms, "restart");
  run(device, 5);
  expect(device.bms.protect.active.dischargeFeedback).toBe(0);
  expect(closed(device)).toEqual(ALL_CLOSED);
});

test("a load that feeds back before the charging contactor has closed does not keep it from closing", () => {
  const device = create();
  device.bms.measure.overrides[INPUT_SIGNALS.inhibitCharging.number] = 1;
  run(device, 5);
  const feeds = { kind: "profile", time_s: [0, 1000], current_A: [-15, -15], charge_V: 58, repeat: false } as const;
  setLoad(device.world, { ...feeds, cutoff_V: 0, startDelay_ms: 0, obeysLimits: false });
  run(device, 2);
  expect(closed(device)).toEqual([0, 0, 1, 1]);
  expect(device.bms.measure.current_A).toBeGreaterThan(10);
  device.bms.measure.overrides[INPUT_SIGNALS.inhibitCharging.number] = 2;
  run(device, 5);
  expect([device.bms.protect.anyError, closed(device)]).toEqual([0, ALL_CLOSED]);
});

describe("contactors that do not follow", () => {
  const broken = (fault: WorldFault, at_s: number, then: (device: Device) => void = () => {}): Device => {
    const device = create();
    run(device, at_s);
    applyFault(device.world, fault);
    then(device);
    run(device, 60);
    return device;
  };
  const named = ({ bms }: Device, name: "chargeFeedback" | "dischargeFeedback" | "mainFeedback"): string => {
    const state = bms.protect.faults[name];
    return bms.protect.active[name] === 0 ? "none" : FEEDBACK_FAULTS[state.value];
  };

  test("a welded discharging contactor is named, and the main contactor frees the load from the battery", () => {
    const device = broken({ kind: "contactorWelded", output: 3 }, 5, ({ bms }) => requestMode(bms, "powerDown"));
    requestMode(device.bms, "powerUp");
    run(device, 30);
    expect(named(device, "dischargeFeedback")).toBe("welded");
    expect(closed(device)).toEqual([0, 0, 1, 0]);
  });

  test("a discharging contactor that does not close is stuck open", () => {
    const device = broken({ kind: "contactorStuckOpen", output: 3 }, 0);
    expect([named(device, "dischargeFeedback"), device.bms.decide.contactors.discharge.switchings]).toEqual([
      "stuck open",
      1,
    ]);
    expect(closed(device)).toEqual(ALL_OPEN);
  });

  test("a main contactor that does not close lets no other close", () => {
    const device = broken({ kind: "contactorStuckOpen", output: 4 }, 0);
    expect(named(device, "mainFeedback")).toBe("stuck open");
    expect(closed(device)).toEqual(ALL_OPEN);
  });

  test("a feedback wire that breaks while the load draws current is told from a contactor that opened", () => {
    const device = create();
    setLoad(device.world, { kind: "current", current_A: 30, cutoff_V: 40, startDelay_ms: 500, obeysLimits: false });
    run(device, 10);
    expect(device.bms.measure.current_A).toBeLessThan(-25);
    applyFault(device.world, { kind: "feedbackBroken", output: 3 });
    run(device, 0.3);
    expect(named(device, "dischargeFeedback")).toBe("broken feedback wire");
    run(device, 1);
    expect(closed(device)).toEqual(ALL_OPEN);
  });
});

describe("a precharge path that cannot work", () => {
  test.each<readonly [WorldFault, readonly number[]]>([
    [{ kind: "linkShorted", resistance_Ohm: 0.1 }, [1, 3]],
    [{ kind: "prechargeResistorOpen" }, [2]],
    [{ kind: "contactorStuckOpen", output: 2 }, []],
  ])("%o: the discharging contactor never closes, code of %j", (fault, codes) => {
    const device = create();
    applyFault(device.world, fault);
    run(device, 60);
    expect(device.bms.decide.contactors.discharge.switchings).toBe(0);
    expect(device.world.truth.inrush_A).toBeLessThan(20);
    const { active, faults } = device.bms.protect;
    if (codes.length === 0) expect(active.prechargeFeedback).toBe(1);
    else expect([active.precharge, codes.includes(faults.precharge.value)]).toEqual([1, true]);
  });
});

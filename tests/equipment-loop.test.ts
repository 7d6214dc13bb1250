// A device, its pack and its partners, closed over the bus: nobody obeys anything but frames, and the partners are written by
// the makers' documents, apart from what speaks to them.

import { describe, expect, test } from "vitest";
import { createElconCharger, ELCON } from "../src/sim/partners/elcon-charger.ts";
import { createHybridInverter, HYBRID } from "../src/sim/partners/hybrid-inverter.ts";
import { createLoop, draw, run, until, untilSlowly } from "./rigs/equipment-loop.ts";

const CHARGED = {
  "j1939Charger.enable": true,
  "charge.algorithm": "onChargerConnected",
  "equipment.chargerExpected": true,
};
const PACK = { pack: { capacity_Ah: 40, startSoc: 0.2 } };

describe("an Elcon charger", () => {
  test("charges from 20 % to full, is stopped, stays stopped, and is started again when there is room", {
    timeout: 60_000,
  }, () => {
    const charger = createElconCharger();
    const loop = createLoop(CHARGED, PACK, [charger]);
    const { bms, world } = loop;
    expect(until(loop, () => world.circuit.current_A > 1, 60)).toBeLessThan(30);
    run(loop, 60);
    expect(world.circuit.current_A).toBeCloseTo(20, 0); // half the capacity, the core's limit
    expect(untilSlowly(loop, () => bms.decide.allowCharging === 0, 3 * 3600)).toBeLessThan(3 * 3600);
    expect(Math.min(...world.truth.soc.slice(0, 16))).toBeGreaterThan(0.95);
    run(loop, 2);
    expect(world.circuit.current_A).toBeLessThan(0.1);
    expect(bms.protect.errorCount).toBe(0);
    run(loop, 600);
    expect([bms.protect.faults.overvoltage.trips, bms.protect.faults.unallowableCharging.trips]).toEqual([0, 0]);
    draw(loop, 20);
    expect(untilSlowly(loop, () => bms.decide.readyToCharge === 1, 3600)).toBeLessThan(3600);
    draw(loop, 0);
    expect(until(loop, () => world.circuit.current_A > 1, 120)).toBeLessThan(60);
  });

  test("whose plug is pulled is an error within its time-out, and goes on when it is back", () => {
    const charger = createElconCharger();
    const loop = createLoop(CHARGED, PACK, [charger]);
    const { bms, world } = loop;
    run(loop, 60);
    expect(world.circuit.current_A).toBeGreaterThan(10);
    charger.plug(false);
    const lost_s = until(loop, () => bms.protect.active.chargerOffline === 1, 20);
    expect(lost_s).toBeGreaterThan(3.9);
    expect(lost_s).toBeLessThanOrEqual(5.2);
    expect([bms.measure.chargerOnline, bms.measure.signals[1], bms.decide.allowCharging]).toEqual([0, 0, 0]);
    run(loop, 5);
    expect(bms.decide.contactors.charge.phase).toBe("open");
    run(loop, 60);
    charger.plug(true);
    expect(until(loop, () => bms.protect.active.chargerOffline === 0, 20)).toBeLessThan(5);
    expect(until(loop, () => world.circuit.current_A > 10, 60)).toBeLessThan(30);
    expect(bms.protect.faults.chargerOffline.trips).toBe(1);
  });

  test("with a fault of its own stops charging until it is gone", () => {
    const charger = createElconCharger();
    const loop = createLoop(CHARGED, PACK, [charger]);
    const { bms, world } = loop;
    run(loop, 60);
    charger.breakWith(2);
    expect(until(loop, () => bms.protect.active.chargerFault === 1, 20)).toBeLessThan(3);
    run(loop, 5);
    expect(bms.decide.allowCharging).toBe(0);
    charger.breakWith(0);
    expect(until(loop, () => world.circuit.current_A > 10, 120)).toBeLessThan(60);
  });

  test("that ignores the stop is cut off by the contactor", () => {
    const charger = createElconCharger({ ...ELCON, vices: { ...ELCON.vices, ignoresStop: true } });
    const loop = createLoop(CHARGED, { pack: { capacity_Ah: 40, startSoc: 0.97 } }, [charger]);
    const { bms, world } = loop;
    expect(
      until(loop, () => bms.protect.active.unallowableCharging === 1 || bms.protect.active.overvoltage === 1, 3 * 3600),
    ).toBeLessThan(3 * 3600);
    run(loop, 5);
    expect(bms.decide.contactors.charge.phase).toBe("open");
    expect(world.circuit.current_A).toBeLessThan(0.1);
  });
});

describe("a hybrid inverter", () => {
  const HYBRIDS = { "inverter.profile": "pylontech", "can.bitRate": "500", "equipment.partnerExpected": true };

  /** Charges and draws as the bus allows; its source and its load are those of the plant. */
  function inverterLoop(
    settings: Record<string, string | boolean | number>,
    soc: number,
    silent: { is: boolean },
    turn_s = HYBRID.turn_s,
  ) {
    const inverter = createHybridInverter({ ...HYBRID, turn_s });
    const mutable = {
      ...inverter,
      live: (now_us: number, v: number, a: number) => inverter.live(now_us, v, a).filter(() => !silent.is),
    };
    const load = { kind: "current", current_A: 40, cutoff_V: 0, startDelay_ms: 0, obeysLimits: true } as const;
    return createLoop({ ...HYBRIDS, ...settings }, { pack: { capacity_Ah: 100, startSoc: soc }, load }, [mutable]);
  }

  test("follows the limits: sun and load within them, and nothing without its word", () => {
    const silent = { is: true };
    const loop = inverterLoop({}, 0.5, silent);
    const { bms, world } = loop;
    run(loop, 30);
    expect(bms.protect.active.equipmentOffline).toBe(1);
    expect(Math.abs(world.circuit.current_A)).toBeLessThan(0.5);
    silent.is = false;
    expect(until(loop, () => world.circuit.current_A > 20, 300)).toBeLessThan(300);
    expect(until(loop, () => world.circuit.current_A < -30, 300)).toBeLessThan(300);
    expect(bms.protect.active.equipmentOffline).toBe(0);
    silent.is = true;
    until(loop, () => bms.protect.active.equipmentOffline === 1, 30);
    run(loop, 5);
    expect(Math.abs(world.circuit.current_A)).toBeLessThan(0.5);
  });

  test("that falls silent is an error within 10 s and its time-out, and comes back", () => {
    const silent = { is: false };
    const loop = inverterLoop({}, 0.5, silent);
    const { bms } = loop;
    run(loop, 60);
    expect(bms.protect.active.equipmentOffline).toBe(0);
    silent.is = true;
    const lost_s = until(loop, () => bms.protect.active.equipmentOffline === 1, 30);
    expect(lost_s).toBeGreaterThan(8.9);
    expect(lost_s).toBeLessThanOrEqual(10.2);
    silent.is = false;
    expect(until(loop, () => bms.protect.active.equipmentOffline === 0, 30)).toBeLessThan(5);
  });

  test("stops charging by itself when the battery is full, without any error", () => {
    const silent = { is: false };
    const loop = inverterLoop({}, 0.93, silent, 1e6);
    const { bms, world } = loop;
    expect(until(loop, () => world.circuit.current_A > 20, 300)).toBeLessThan(300);
    const full = (): boolean => bms.decide.readyToCharge === 0;
    expect(untilSlowly(loop, full, 4 * 3600)).toBeLessThan(4 * 3600);
    expect(Math.min(...world.truth.soc.slice(0, 16))).toBeGreaterThan(0.95);
    run(loop, 120);
    expect([bms.protect.faults.overvoltage.trips, bms.protect.faults.unallowableCharging.trips]).toEqual([0, 0]);
    expect(bms.protect.faults.chargeCurrentLimit.trips).toBe(0);
  });
});

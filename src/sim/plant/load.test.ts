// Loads: what they take over time, when they start and stop, and whether they listen.
import { describe, expect, test } from "vitest";
import { createLoad, type Load, type LoadConfig, MANNERS, prepareLoad } from "./load.ts";

const FREE = { allowCharging: true, chargeLimit_A: 1000, dischargeLimit_A: 1000 };

/** Currents each step at a bus voltage. */
function currents(load: Load, steps: number, dt_us: number, link_V = 50, permissions = FREE): number[] {
  return Array.from({ length: steps }, () => {
    prepareLoad(load, link_V, permissions, dt_us);
    return load.current_A;
  });
}

const eager = { ...MANNERS, startDelay_ms: 0 };
const drive: LoadConfig = { kind: "drive", peak_A: 200, regeneration: 0.6, charge_V: 58, ...eager };
const house: LoadConfig = {
  kind: "inverter",
  solar_W: 5000,
  house_W: 300,
  evening_W: 1500,
  start_h: 0,
  maximum_A: 100,
  charge_V: 57,
  ...eager,
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("starting and stopping", () => {
  const load: LoadConfig = { kind: "current", current_A: 10, cutoff_V: 40, startDelay_ms: 500, obeysLimits: true };

  test("it starts half a second after the bus is five percent above its cut-off", () => {
    const waiting = createLoad(load, 1);
    expect(Math.max(...currents(waiting, 100, 100_000, 41.9))).toBe(0);
    expect(currents(waiting, 6, 100_000, 42)).toEqual([0, 0, 0, 0, 0, 10]);
  });

  test("it stops below its cut-off and not at it", () => {
    const running = createLoad(load, 1);
    currents(running, 10, 100_000);
    expect(currents(running, 1, 100_000, 40)).toEqual([10]);
    expect(currents(running, 1, 100_000, 39.99)).toEqual([0]);
    expect(currents(running, 1, 100_000, 41)).toEqual([0]);
  });
});

describe("profile", () => {
  const table = { kind: "profile", time_s: [0, 10, 20], current_A: [0, 100, -50], charge_V: 58, ...eager } as const;

  test("runs once between its points and ends", () => {
    const load = createLoad({ ...table, repeat: false }, 1);
    const seen = currents(load, 26, 1_000_000);
    expect([seen[4], seen[9], seen[19], seen[24]]).toEqual([50, 100, -50, 0]);
  });

  test("or over and over", () => {
    const seen = currents(createLoad({ ...table, repeat: true }, 1), 50, 1_000_000);
    expect([seen[4], seen[24], seen[44]]).toEqual([50, 50, 50]);
  });
});

describe("vehicle", () => {
  test("an hour in town has peaks, pauses and braking within its bounds", () => {
    const seen = currents(createLoad(drive, 3), 36_000, 100_000);
    expect(Math.max(...seen)).toBeGreaterThan(120);
    expect(Math.max(...seen)).toBeLessThanOrEqual(200);
    expect(Math.min(...seen)).toBeLessThan(-40);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-120);
    expect(mean(seen)).toBeGreaterThan(2);
    expect(mean(seen)).toBeLessThan(60);
  });

  test("the seed chooses the drive", () => {
    const [one, again, other] = [3, 3, 4].map((seed) => currents(createLoad(drive, seed), 1000, 100_000));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });
});

describe("house with solar panels", () => {
  test("feeds around noon and draws at night, within the inverter's current", () => {
    const seen = currents(createLoad(house, 1), 24 * 360, 10_000_000);
    const hour = (from: number, to: number): number => mean(seen.slice(from * 360, to * 360));
    expect(hour(11, 15)).toBeLessThan(-20);
    expect(hour(0, 4)).toBeGreaterThan(4);
    expect(hour(19, 21)).toBeGreaterThan(hour(0, 4));
    expect(Math.max(...seen.map(Math.abs))).toBeLessThanOrEqual(100);
  });

  test("feeds nothing while charging is not allowed and no more than the limit otherwise", () => {
    const noon: LoadConfig = { ...house, start_h: 12 };
    const forbidden = { allowCharging: false, chargeLimit_A: 100, dischargeLimit_A: 100 };
    expect(Math.min(...currents(createLoad(noon, 1), 100, 1_000_000, 50, forbidden))).toBeGreaterThanOrEqual(0);
    const limited = { allowCharging: true, chargeLimit_A: 15, dischargeLimit_A: 100 };
    expect(Math.min(...currents(createLoad(noon, 1), 100, 1_000_000, 50, limited))).toBeGreaterThanOrEqual(-15);
  });
});

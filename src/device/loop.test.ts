// The loop on a clock that the test moves: what it does at each deadline, and how it ends.
import { expect, test } from "vitest";
import { type Clock, startLoop } from "../virtual/loop.ts";

/** A clock on which callbacks fire late by given times, each tick costing some time of its own. */
function fakeClock(late_us: (n: number) => number) {
  let now_us = 0;
  let next: { time_us: number; act: () => void } | undefined;
  const clock: Clock = {
    now_us: () => now_us,
    at: (time_us, act) => {
      next = { time_us, act };
    },
  };
  return {
    clock,
    spend: (us: number) => {
      now_us += us;
    },
    /** Fires the next callbacks; false when none is waiting. */
    fire: (times: number): boolean => {
      for (let n = 0; n < times; n++) {
        if (next === undefined) return false;
        const { time_us, act } = next;
        next = undefined;
        now_us = Math.max(now_us, time_us + late_us(n));
        act();
      }
      return next !== undefined;
    },
  };
}

const fail = (error: unknown): never => {
  throw error;
};

test("a hundred punctual deadlines are a hundred ticks of ten milliseconds", () => {
  const { clock, fire } = fakeClock(() => 0);
  const ticks: number[] = [];
  startLoop(clock, 10_000, 1, (dt_us) => ticks.push(dt_us) > 0, fail);
  fire(100);
  expect(ticks).toEqual(Array(100).fill(10_000));
});

test("a timer that fires early waits for its deadline", () => {
  const { clock, fire } = fakeClock((n) => (n === 0 ? -400 : 0));
  const ticks: number[] = [];
  startLoop(clock, 10_000, 1, (dt_us) => ticks.push(dt_us) > 0, fail);
  fire(2);
  expect(ticks).toEqual([10_000]);
});

test("a stall of 350 ms is passed in four steps, counted once, and the deadlines stay in their raster", () => {
  const { clock, fire } = fakeClock((n) => (n === 1 ? 340_000 : 0));
  const ticks: number[] = [];
  const loop = startLoop(clock, 10_000, 1, (dt_us) => ticks.push(dt_us) > 0, fail);
  fire(3);
  expect(ticks).toEqual([10_000, 87_500, 87_500, 87_500, 87_500, 10_000]);
  expect(loop.pace).toMatchObject({ overruns: 1, gaps: 1, lost_us: 0, deadline_us: 380_000 });
});

test("a tick that returns false is the last", () => {
  const { clock, fire } = fakeClock(() => 0);
  let ticks = 0;
  startLoop(clock, 10_000, 1, () => ++ticks < 3, fail);
  expect(fire(10)).toBe(false);
  expect(ticks).toBe(3);
});

test("what a tick throws is told once and nothing ticks afterwards", () => {
  const { clock, fire } = fakeClock(() => 0);
  const errors: unknown[] = [];
  const broken = new Error("broken");
  startLoop(
    clock,
    10_000,
    1,
    () => fail(broken),
    (error) => errors.push(error),
  );
  expect(fire(5)).toBe(false);
  expect(errors).toEqual([broken]);
});

test("at a speed beyond the machine a batch ends after its time, so that keys and signals are heard", () => {
  const { clock, fire, spend } = fakeClock(() => 0);
  let ticks = 0;
  const tick = (): boolean => {
    ticks++;
    spend(50);
    return true;
  };
  const loop = startLoop(clock, 10_000, 100_000, tick, fail);
  fire(1);
  expect(clock.now_us()).toBeLessThan(10_000 + 50_000);
  expect(loop.pace.overruns).toBe(1);
  expect(ticks).toBeGreaterThan(700);
});

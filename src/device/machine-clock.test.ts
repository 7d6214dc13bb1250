// How far the wall clock is believed, and which jumps of it are steps.
import { describe, expect, test } from "vitest";
import { createClockWatch, stepOfClock } from "../virtual/wall-clock.ts";
import { createWallClock } from "./machine-clock.ts";

describe("the quality of the clock", () => {
  test.each([
    [Date.UTC(2024, 11, 31, 23, 59, 59), true, "unset"],
    [Date.UTC(1970, 0, 1), false, "unset"],
    [Date.UTC(2025, 0, 1), true, "synchronised"],
    [Date.UTC(2026, 5, 1), false, "free-running"],
  ])("at %d ms with a time server that has set it: %s", (wall_ms, isSynchronised, quality) => {
    const clock = createWallClock(
      () => wall_ms,
      () => isSynchronised,
    );
    expect([clock.wall_ms(), clock.quality()]).toEqual([wall_ms, quality]);
  });

  test("of this machine is one of the three", () => {
    const clock = createWallClock();
    expect(["synchronised", "free-running"]).toContain(clock.quality());
    expect(clock.wall_ms()).toBeGreaterThan(Date.UTC(2025, 0, 1));
  });
});

describe("a step of the clock", () => {
  const WALL_ms = 1_700_000_000_000;
  test.each([
    ["both go on together", 10_000, 10_000_000, 0],
    ["exactly a second ahead", 11_000, 10_000_000, 0],
    ["just over a second ahead", 11_001, 10_000_000, 1.001],
    ["just over a second back", 8999, 10_000_000, -1.001],
    ["an hour back", -3_600_000, 0, -3600],
    ["set after it was unset", 1.7e12, 1_000_000, 1.7e9 - 1],
  ])("%s", (_, wall_ms, steady_us, step_s) => {
    const watch = createClockWatch();
    expect(stepOfClock(watch, WALL_ms, 5_000_000)).toBe(0); // the first look knows no other
    expect(stepOfClock(watch, WALL_ms + wall_ms, 5_000_000 + steady_us)).toBeCloseTo(step_s, 6);
    expect(stepOfClock(watch, WALL_ms + wall_ms + 10, 5_000_000 + steady_us + 10_000)).toBe(0); // told once
  });

  test("is no slow drift, however far it goes", () => {
    const watch = createClockWatch();
    let told = 0;
    for (let second = 0; second < 100; second++)
      if (stepOfClock(watch, WALL_ms + second * 1500, second * 1e6) !== 0) told++;
    expect(told).toBe(0);
  });
});

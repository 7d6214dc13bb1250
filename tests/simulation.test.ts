// Two hundred packs, each made from a fixed seed, each with a few minutes of ordinary and extraordinary life. Invariants are
// checked in every tick. A finding names its seed: `bms` and a test can play it again at will.
// SIM_SEEDS="17 4711" plays only these, SIM_FROM and SIM_COUNT another stretch of seeds.

import { describe, expect, test } from "vitest";
import { advance, createRun } from "../src/sim/scenario/run.ts";
import { createWatch, lookAt } from "./invariants.ts";
import { randomScenario } from "./random-pack.ts";

const FROM = Number(process.env["SIM_FROM"] ?? 1);
const COUNT = Number(process.env["SIM_COUNT"] ?? 200);
const CHOSEN = process.env["SIM_SEEDS"]?.split(/[ ,]+/).map(Number);
const SEEDS = CHOSEN ?? Array.from({ length: COUNT }, (_, i) => FROM + i);

const total = { bounded_us: 0, scored_us: 0, trips: 0, ticks: 0 };

describe("whatever happens to a pack, the device keeps its promises", () => {
  test.each(SEEDS)("seed %d", (seed) => {
    const run = createRun({ scenario: randomScenario(seed) });
    const watch = createWatch();
    for (let going = true; going; ) {
      const before_us = run.time_us;
      going = advance(run);
      lookAt(watch, run, run.time_us - before_us);
    }
    total.bounded_us += watch.boundedTime_us;
    total.scored_us += watch.scoredTime_us;
    total.trips += run.score.trips.length;
    total.ticks += run.ticks;
    expect(watch.findings, `seed ${seed}`).toEqual([]);
  });
});

test.skipIf(CHOSEN !== undefined)(
  "over all seeds the true state of charge is inside the stated bound at least 95 % of the time",
  () => {
    expect(total.scored_us).toBeGreaterThan(SEEDS.length * 60e6 * 0.5);
    expect(total.bounded_us / total.scored_us).toBeGreaterThanOrEqual(0.95);
  },
);

test.skipIf(CHOSEN !== undefined)("the seeds really make things happen", () => {
  expect(total.trips).toBeGreaterThan(SEEDS.length / 2);
});

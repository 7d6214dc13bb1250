// Jobs over a real recording: played again it is identical, and under another limit its trip is gone.

import { describe, expect, test } from "vitest";
import { overchargedPack, PACK_BEGAN_us, packLog } from "../../../tests/pack-logs.ts";
import { runJob } from "./job.ts";
import type { WhatIfSeries } from "./what-if-series.ts";

const pack = overchargedPack(700);
const log = packLog(pack.log);
const stretch = { from_us: PACK_BEGAN_us, to_us: PACK_BEGAN_us + 700e6 };

type Told = Readonly<Record<string, unknown>> & {
  readonly trips: readonly { readonly name: string; readonly kind: string; readonly baseline_s?: number }[];
  readonly series: WhatIfSeries;
};

function run(ask: Omit<Parameters<typeof runJob>[1], "from_us" | "to_us">) {
  const parts: number[] = [];
  const came = runJob([log], { ...stretch, ...ask }, { onProgress: (part) => parts.push(part), elapsed_s: () => 2 });
  return { came, parts };
}

test("a recording played again is identical, and its progress only grows", () => {
  const { came, parts } = run({ kind: "replay" });
  expect(came).toMatchObject({ ok: true, answer: { identical: true, gaps: 0 } });
  expect(parts).toEqual([...parts].sort((a, b) => a - b));
  expect(parts.at(-1)).toBeGreaterThan(0.95);
});

describe("under a limit that no cell reaches", () => {
  const { came, parts } = run({ kind: "what-if", changes: { "protections.overvoltage.limit_V": 3.75 } });
  const told = (came.ok ? came.answer : {}) as Told;

  test("the trip vanishes, from when on the answer is a guess", () => {
    const trip = told.trips.find(({ name }) => name === "overvoltage")!;
    expect(trip).toMatchObject({ kind: "vanishes" });
    expect((told["trust"] as { hard_s: number }).hard_s).toBeGreaterThanOrEqual(trip.baseline_s!);
    expect(parts.at(-1)).toBeGreaterThan(0.95);
  });

  test("the charging contactor stays closed where it had opened", () => {
    const charge = told.series.contactors.find(({ name }) => name === "charge")!;
    const sum = (times: readonly number[]): number =>
      times.reduce((total, time, i) => total + (i % 2 === 0 ? -time : time), 0);
    expect(sum(charge.whatIf)).toBeGreaterThan(sum(charge.baseline));
    expect(charge.baseline.length % 2).toBe(0);
  });

  test("both sides have a value for each of the times", () => {
    const { time_us, baseline, whatIf, cellLimits_V } = told.series;
    expect(time_us.length).toBeGreaterThan(600);
    for (const side of [baseline, whatIf])
      for (const column of Object.values(side)) expect(column).toHaveLength(time_us.length);
    expect(cellLimits_V[0]).toEqual({ baseline: 3.6, whatIf: 3.75 });
  });
});

test.each([
  ["a setting that is none", { "protections.nonsense.limit_V": 1 }, "protections.nonsense.limit_V"],
  ["a value out of range", { "protections.overvoltage.limit_V": 99 }, "protections.overvoltage.limit_V"],
])("%s is refused with its name", (_, changes, setting) => {
  const { came } = run({ kind: "what-if", changes });
  expect(came).toMatchObject({ ok: false, problem: { kind: "refused", violations: [{ setting }] } });
});

test("a time of which the log has nothing is said so", () => {
  const came = runJob([log], { kind: "replay", from_us: 0, to_us: 1 }, { onProgress: () => {}, elapsed_s: () => 1 });
  expect(came).toMatchObject({ ok: false, problem: { kind: "unknown" } });
});

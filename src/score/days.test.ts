// Days put together of recordings: the truth begins and ends full, and time and rows go on.

import { expect, test } from "vitest";
import type { Recording } from "../sim/recorded/recording.ts";
import { dayOf, daysOf } from "./days.ts";

const NONE = new Float64Array(0);

/** A row a minute, whose tester has counted to these. */
const counted = (from_s: number, charge_Ah: readonly number[]): Recording => ({
  time_s: Float64Array.from(charge_Ah, (_, i) => from_s + 60 * i),
  voltage_V: Float64Array.from(charge_Ah, () => 3.3),
  current_A: Float64Array.from(charge_Ah, () => 0),
  temperature_degC: NONE,
  charge_Ah: Float64Array.from(charge_Ah),
  mean_A: NONE,
  reference: NONE,
});

// A cell of 10 Ah: down by 8 Ah, by 1 Ah more, and up by 9.4 Ah: the tester counts 0.4 Ah too much.
const day = dayOf([counted(0, [0, -4, -8]), counted(500, [3, 2]), counted(0, [0, 5, 9.4])], 10);

test("a day begins full and ends full, and what the tester counts too much stands where it ended empty", () => {
  expect([...day.soc].map((soc) => Number(soc.toFixed(6)))).toEqual([1, 0.6, 0.2, 0.2, 0.1, 0.06, 0.56, 1]);
});

test("its parts follow each other a second apart, whatever their clocks", () => {
  expect([...day.recording.time_s]).toEqual([0, 60, 120, 121, 181, 182, 242, 302]);
  expect(day.recording.voltage_V).toHaveLength(8);
  expect(day.recording.temperature_degC).toHaveLength(0);
});

test("the same day again and again goes on in time, with the same truth", () => {
  const { recording, soc } = daysOf(day, 3);
  expect([...soc.subarray(16)]).toEqual([...day.soc]);
  expect(recording.time_s[16]).toBe(2 * 303);
  for (let i = 1; i < recording.time_s.length; i++)
    expect(recording.time_s[i]! - recording.time_s[i - 1]!).toBeGreaterThan(0);
});

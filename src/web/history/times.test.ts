// Times to and from fields and words.

import { expect, test } from "vitest";
import { fieldTime_us, spanText, timeText } from "./times.ts";

test.each([
  [3600, 1_000_000],
  [60, 100_000],
  [0.01, 1000], // a tick long
])("what a field shows of %d s is what it gives back, to %d us", (length_s, step_us) => {
  const time_us = 1_780_272_005_000_000 + 7 * step_us;
  expect(fieldTime_us(timeText(time_us, 1e6 * length_s))).toBe(time_us);
  expect(fieldTime_us(timeText(time_us + step_us - 1, 1e6 * length_s))).toBe(time_us);
});

test.each([
  ["2026-06-01 07:05:09", "2026-06-01 07:05:09"],
  ["2026-06-01 7:05", "2026-06-01 07:05:00"],
  ["2026-06-01T23:59:59", "2026-06-01 23:59:59"],
  [" 2026-6-1 ", "2026-06-01 00:00:00"],
])("%j is taken as %s", (typed, shown) => {
  expect(timeText(fieldTime_us(typed)!, 3600e6)).toBe(shown);
});

test("parts of a second can be typed", () => {
  expect(fieldTime_us("2026-06-01 00:00:05.25")! - fieldTime_us("2026-06-01 00:00:05")!).toBe(250_000);
});

test.each([
  [700, /^2026-06-01 \d\d:\d\d:05$/],
  [60, /^2026-06-01 \d\d:\d\d:05\.2$/],
  [10, /^2026-06-01 \d\d:\d\d:05\.250$/],
])("over %d s a time is as fine as it shows", (length_s, form) => {
  expect(timeText(fieldTime_us("2026-06-01 22:00:05.25")!, 1e6 * length_s)).toMatch(form);
});

test.each(["", "yesterday", "2026-13-01 00:00:00", "2026-02-30", "2026-06-01 24:00", "2026-06-01 10:60", "29/11/2026"])(
  "%j is no time",
  (text) => {
    expect(fieldTime_us(text)).toBeUndefined();
  },
);

test.each([
  [10_000, "0.010 s"],
  [-1_240_000, "\u22121.240 s"],
  [59_900_000, "59.9 s"],
  [200e6, "3 min 20 s"],
  [7500e6, "2 h 05 min"],
  [4.2 * 86_400e6, "4.2 d"],
])("%d us are %s", (time_us, text) => {
  expect(spanText(time_us)).toBe(text);
});

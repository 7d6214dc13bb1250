// Durations as people write them.

import { expect, test } from "vitest";
import { durationText, parseDuration_s } from "./duration.ts";
import { editDistance, nearestName } from "./nearest.ts";

test.each([
  ["2h 30m", 9000],
  ["2h30m", 9000],
  ["200 ms", 0.2],
  ["10 s", 10],
  ["1.5 h", 5400],
  ["90 min", 5400],
  ["3 d", 259_200],
  ["365d", 31_536_000],
  ["0 s", 0],
  ["1h 1s", 3601],
])("%s is %d s", (text, seconds) => {
  expect(parseDuration_s(text)).toBeCloseTo(seconds, 9);
});

test.each(["", "10", "s", "-1 s", "10 parsecs", "1 h x", "1e3 s", "11 years", "4000 d"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration_s(text)).toBeUndefined();
  },
);

test.each([
  [0.25, "250 ms"],
  [9.5, "9.50 s"],
  [59.9, "59.9 s"],
  [60, "1 min 00 s"],
  [3599.7, "1 h 00 min"],
  [9000, "2 h 30 min"],
  [172_800, "2 d 00 h"],
  [-2, "-2.00 s"],
])("%d s reads %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test("the nearest name forgives a third of its letters and no more", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(nearestName("hallFrozn", ["hallFrozen", "hallGain"])).toBe("hallFrozen");
  expect(nearestName("zebra", ["hallFrozen", "hallGain"])).toBeUndefined();
});

// Numbers as people read them.
import { describe, expect, test } from "vitest";
import { clock, dayAndTime, duration, number, quantity, signed, timeText } from "./format.ts";

describe("numbers", () => {
  test.each([
    [3.3104, 3, "3.310"],
    [-31.94, 1, "−31.9"],
    [-0.04, 1, "0.0"],
    [undefined, 1, "–"],
    [Number.NaN, 1, "–"],
    [Number.POSITIVE_INFINITY, 0, "–"],
  ])("%s with %d decimals is %s", (value, decimals, text) => expect(number(value, decimals)).toBe(text));

  test.each([
    [12.34, "+12.3"],
    [-12.34, "−12.3"],
    [0.04, "0.0"],
    [0, "0.0"],
  ])("%s with its direction is %s", (value, text) => expect(signed(value, 1)).toBe(text));

  test.each([
    [0.614, "ratio", 1, "61.4\u202f%"],
    [25.04, "degC", 1, "25.0\u202f°C"],
    [7, "count", 0, "7"],
    [undefined, "V", 3, "–"],
  ] as const)("%s in %s is printed with its unit", (value, unit, decimals, text) =>
    expect(quantity(value, unit, decimals)).toBe(text),
  );

  test.each([
    [0, "0\u202fs"],
    [89.4, "89\u202fs"],
    [90, "2\u202fmin"],
    [5399, "1\u202fh 30\u202fmin"],
    [6720, "1\u202fh 52\u202fmin"],
    [172_800, "2\u202fd"],
    [undefined, "–"],
  ])("%s seconds are %s", (time_s, text) => expect(duration(time_s)).toBe(text));
});

describe("times", () => {
  const at = (...parts: [number, number, number, number, number, number, number?]) => new Date(...parts).getTime();
  const evening = at(2026, 10, 29, 23, 29, 17);

  test.each([
    [at(2026, 10, 29, 0, 5, 9), "00:05:09"], // no 24:05, no AM
    [at(2026, 10, 29, 23, 29, 17), "23:29:17"],
    [at(2026, 10, 28, 23, 59, 59), "2026-11-28 23:59:59"],
    [at(2025, 10, 29, 23, 29, 17), "2025-11-29 23:29:17"], // the same day of another year
  ])("%d is told on that evening as %s", (time_ms, text) => expect(clock(time_ms, evening)).toBe(text));

  test("digits of the second are cut and never rounded up to a second that does not exist", () => {
    expect(timeText(at(2026, 0, 2, 3, 4, 59, 999), 2)).toBe("03:04:59.99");
    expect(timeText(at(2026, 0, 2, 3, 4, 5, 6), 3)).toBe("03:04:05.006");
  });

  test("with the day, single figures have two places", () =>
    expect(dayAndTime(at(2026, 0, 2, 3, 4, 5))).toBe("2026-01-02 03:04:05"));
});

// Wall time against the language's own calendar, and against dates everybody knows.
import fc from "fast-check";
import { expect, test } from "vitest";
import { civilTime, isoTime } from "./calendar.ts";

test.each([
  [0, "1970-01-01T00:00:00.000Z"],
  [951_782_399_999_999, "2000-02-28T23:59:59.999Z"],
  [951_782_400_000_000, "2000-02-29T00:00:00.000Z"], // divisible by 400: a leap year
  [4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"], // divisible by 100: none; the day after 28 February
  [1_436_509_052_249_713, "2015-07-10T06:17:32.249Z"],
  [-1000, "1969-12-31T23:59:59.999Z"],
])("%i us is %s", (time_us, text) => expect(isoTime(time_us)).toBe(text));

test("every instant of four centuries reads as in the language's own calendar", () => {
  const last_ms = Date.UTC(2199, 11, 31, 23, 59, 59, 999);
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1800, 0, 1), max: last_ms }),
      fc.integer({ min: 0, max: 999 }),
      (time_ms, micro) => {
        expect(isoTime(time_ms * 1000 + micro)).toBe(new Date(time_ms).toISOString());
        expect(civilTime(time_ms * 1000 + micro).micro % 1000).toBe(micro);
      },
    ),
  );
});

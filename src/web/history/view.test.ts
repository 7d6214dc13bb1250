// Zooming keeps what is under the pointer, moving keeps the length, and nothing gets shorter than a tick.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthOf, meets, moved, readFor, viewOf, zoomed } from "./view.ts";

const time = fc.double({ min: 1e15, max: 2e15, noNaN: true });
const view = fc
  .tuple(time, fc.double({ min: 2e4, max: 1e14, noNaN: true }))
  .map(([from, length]) => viewOf(from, from + length));

describe("zooming", () => {
  test("about a place leaves it where it is, to a microsecond", () => {
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (before, part, factor) => {
          const at_us = before.from_us + part * lengthOf(before);
          const after = zoomed(before, at_us, factor);
          expect(Math.abs(after.from_us + part * lengthOf(after) - at_us)).toBeLessThan(3);
        },
      ),
    );
  });

  test.each([
    [1e-9, 10_000], // a tick
    [1e12, 40 * 365.25 * 86_400e6],
  ])("by %d ends at %d us", (factor, length_us) => {
    const from = viewOf(1.7e15, 1.7e15 + 1e6);
    expect(Math.abs(lengthOf(zoomed(from, 1.7e15, factor)) - length_us)).toBeLessThan(2);
  });
});

test("moving keeps the length and goes no further back than 1970", () => {
  fc.assert(
    fc.property(view, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (before, part) => {
      const after = moved(before, part);
      expect(after.from_us).toBeGreaterThanOrEqual(0);
      expect(Math.abs(lengthOf(after) - lengthOf(before))).toBeLessThan(2);
    }),
  );
});

test("a view drawn backwards is the same, and what is read reaches half of it further on either side", () => {
  expect(viewOf(9e15, 8e15)).toEqual(viewOf(8e15, 9e15));
  expect(readFor({ from_us: 1000e6, to_us: 1010e6 })).toEqual({ from_us: 995e6, to_us: 1015e6 });
});

test.each([
  [50_000, 90_000, true],
  [99_999, 150_000, true], // its first tick is the other's last
  [100_000, 150_000, false],
  [0, 20_000, false],
])("a time from %d to %d has any in common with one from 20000 to 100000: %s", (from_us, to_us, expected) => {
  const other = { from_us: 20_000, to_us: 100_000 };
  expect([meets({ from_us, to_us }, other), meets(other, { from_us, to_us })]).toEqual([expected, expected]);
});

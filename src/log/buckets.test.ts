// What is next to a stretch of time: the nearest on either side at its own time, never further than asked, never what is not believed.

import { describe, expect, test } from "vitest";
import { addAt, createBuckets, pointsOf } from "./buckets.ts";

function points(reach_us: number, values: readonly (readonly [time_us: number, value: number])[]) {
  const buckets = createBuckets(1000, 2000, 10, reach_us);
  for (const [time_us, value] of values) addAt(buckets, time_us, value, value);
  const { time_us, min, max } = pointsOf(buckets);
  expect([...min]).toEqual([...max]);
  return [...time_us].map((at_us, i) => [at_us, min[i]]);
}

describe("a stretch from 1000 us to before 2000 us", () => {
  test("with a reach has the nearest on either side, whatever the order they come in", () => {
    const values = [
      [700, 1],
      [990, 2],
      [850, 3],
      [2300, 4],
      [2000, 5],
      [2100, 6],
    ] as const;
    const nearest = [
      [990, 2],
      [2000, 5],
    ];
    expect(points(400, values)).toEqual(nearest);
    expect(points(400, values.toReversed())).toEqual(nearest);
    expect(points(0, values)).toEqual([]);
  });

  test.each([
    [599, 2400, []],
    [600, 2399, [600, 2399]],
  ])("reaches 400 us to before %d us and behind %d us: %j", (before_us, after_us, found) => {
    const shown = points(400, [
      [before_us, 1],
      [after_us, 1],
    ]);
    expect(shown.map(([time_us]) => time_us)).toEqual(found);
  });

  test("has points of its own between them", () => {
    const shown = points(400, [
      [900, 1],
      [1050, 2],
      [2010, 3],
    ]);
    expect(shown.map(([, value]) => value)).toEqual([1, 2, 3]);
  });

  test("has no neighbour behind a nearer one that is not believed", () => {
    const shown = points(400, [
      [900, 1],
      [990, Number.NaN],
      [2010, 3],
    ]);
    expect(shown).toEqual([[2010, 3]]);
  });
});

// Promises of the figures: each is the one its name has in published comparisons, and nothing unknown is counted as good.

import { describe, expect, test } from "vitest";
import { type Track, tally, together } from "./tally.ts";

const track = (soc: readonly number[], bound: readonly number[] = soc.map(() => Number.NaN)): Track => ({
  soc: Float64Array.from(soc),
  bound: Float64Array.from(bound),
});
const column = (values: readonly number[]): Float64Array => Float64Array.from(values);

describe("the figures of a track", () => {
  test("root mean square, mean and bias over the samples", () => {
    const found = tally(track([0.53, 0.46]), column([0.5, 0.5]), column([0, 1]));
    expect(found.rmse).toBeCloseTo(Math.sqrt((0.03 * 0.03 + 0.04 * 0.04) / 2), 12);
    expect(found.mae).toBeCloseTo(0.035, 12);
    expect(found.bias).toBeCloseTo(-0.005, 12);
  });

  test("the largest error counts only after ten minutes", () => {
    const at = (time_s: number) => tally(track([0.9, 0.52]), column([0.5, 0.5]), column([0, time_s])).max10;
    expect(at(600)).toBeNull();
    expect(at(601)).toBeCloseTo(0.02, 12);
  });

  test.each([
    [0.0499, 0],
    [0.0501, 7],
  ])("an error of %d at 7 s of 20 s has settled under five percent at %d s", (error, settled_s) => {
    const found = tally(track([0.5, 0.5 + error, 0.5]), column([0.5, 0.5, 0.5]), column([0, 7, 20]));
    expect(found.settle5_s).toBe(settled_s);
  });

  test("who is beyond at the last sample never settled", () => {
    expect(tally(track([0.5, 0.56]), column([0.5, 0.5]), column([0, 9])).settle5_s).toBeNull();
  });

  test("inside is the share of samples whose error the bound held, at both edges", () => {
    const found = tally(track([0.75, 0.7501], [0.25, 0.25]), column([0.5, 0.5]), column([0, 1]));
    expect(found.inside).toBe(0.5);
    expect(found.halfWidth).toBe(0.25);
  });

  test("an estimator without a bound has no share inside", () => {
    expect(tally(track([0.5, 0.5]), column([0.5, 0.5]), column([0, 1]))).toMatchObject({
      inside: null,
      halfWidth: null,
    });
  });

  test("time without an estimate is no error, but the estimate had not settled", () => {
    const found = tally(track([Number.NaN, 0.5]), column([0.5, 0.5]), column([3, 8]));
    expect(found).toMatchObject({ rmse: 0, samples: 1, settle5_s: 0, settle3_s: 0 });
    const late = tally(track([0.5, Number.NaN, 0.5]), column([0.5, 0.5, 0.5]), column([0, 4, 8]));
    expect(late.settle3_s).toBe(4);
  });
});

test("recordings together weigh by their samples, and the worst maximum counts", () => {
  const short = tally(track([0.6, 0.6]), column([0.5, 0.5]), column([0, 700]));
  const long = tally(track([0.5, 0.5, 0.5, 0.5]), column([0.5, 0.5, 0.5, 0.5]), column([0, 1, 2, 700]));
  const both = together([short, long]);
  expect(both.rmse).toBeCloseTo(Math.sqrt((2 * 0.01) / 6), 12);
  expect(both.max10).toBeCloseTo(0.1, 12);
  expect(both.settle5_s).toBeNull();
  expect(both.samples).toBe(6);
});

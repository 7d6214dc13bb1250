// Which trips of two devices belong together.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FaultName } from "../model/faults.ts";
import { matchTrips, type Trip } from "./trips.ts";

const trip = (name: FaultName, at_us: number): Trip => ({
  name,
  level: "error",
  at_us,
  began_us: at_us,
  value: 0,
  limit: 0,
  element: -1,
  opened: 0,
  sentence: "",
  cleared_us: -1,
});
const of = (name: FaultName, times: readonly number[]): Trip[] => times.map((at_us) => trip(name, at_us));
const pairs = (a: readonly Trip[], b: readonly Trip[]): unknown[] =>
  matchTrips(a, b).map(({ name, baseline, whatIf }) => [name, baseline?.at_us ?? "-", whatIf?.at_us ?? "-"]);

describe("trips of one name", () => {
  test.each([
    ["none", [], [], []],
    ["one that vanishes", [5], [], [[5, "-"]]],
    ["one that appears", [], [5], [["-", 5]]],
    ["one that moves", [5], [9], [[5, 9]]],
    [
      "the nearest of several",
      [50],
      [10, 48, 90],
      [
        ["-", 10],
        [50, 48],
        ["-", 90],
      ],
    ],
    [
      "the one left over",
      [10, 50, 90],
      [12, 88],
      [
        [10, 12],
        [50, "-"],
        [90, 88],
      ],
    ],
    [
      "in their order, though another pairing is nearer for one",
      [10, 20],
      [19, 21],
      [
        [10, 19],
        [20, 21],
      ],
    ],
  ] as const)("%s", (_, a, b, expected) => {
    expect(pairs(of("overvoltage", a), of("overvoltage", b))).toEqual(expected.map((pair) => ["overvoltage", ...pair]));
  });
});

test("names are never mixed, and the pairs stand in the order of time", () => {
  const a = [trip("overvoltage", 5), trip("undervoltage", 3)];
  const b = [trip("overvoltage", 4), trip("shortCircuit", 1)];
  expect(pairs(a, b)).toEqual([
    ["shortCircuit", "-", 1],
    ["undervoltage", 3, "-"],
    ["overvoltage", 5, 4],
  ]);
});

/** The least sum of differences over every way to leave out of the longer list, in order. */
function leastSum(fewer: readonly number[], more: readonly number[]): number {
  if (fewer.length === 0) return 0;
  if (fewer.length > more.length) return Infinity;
  const [first, ...rest] = fewer;
  const [head, ...tail] = more;
  return Math.min(Math.abs(first! - head!) + leastSum(rest, tail), leastSum(fewer, tail));
}

test("as many pairs as can be, with the least sum of differences, and every trip once", () => {
  const times = fc.uniqueArray(fc.nat(200), { maxLength: 6 }).map((list) => list.sort((x, y) => x - y));
  fc.assert(
    fc.property(times, times, (x, y) => {
      const found = matchTrips(of("overvoltage", x), of("overvoltage", y));
      const both = found.filter(({ baseline, whatIf }) => baseline !== undefined && whatIf !== undefined);
      expect(both).toHaveLength(Math.min(x.length, y.length));
      const sum = both.reduce((total, pair) => total + Math.abs(pair.baseline!.at_us - pair.whatIf!.at_us), 0);
      expect(sum).toBe(x.length <= y.length ? leastSum(x, y) : leastSum(y, x));
      expect(found.flatMap(({ baseline }) => baseline?.at_us ?? []).sort((p, q) => p - q)).toEqual(x);
      expect(found.flatMap(({ whatIf }) => whatIf?.at_us ?? []).sort((p, q) => p - q)).toEqual(y);
    }),
  );
});

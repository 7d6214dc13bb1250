// The ground under everything: numbers from standards and from the language's own functions, laws as properties.

import { crc32 as zlib } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assert, unreachable } from "./assert.ts";
import { crc32 } from "./crc.ts";
import { exp, ln } from "./exponential.ts";
import { interpolate, interpolateGrid } from "./interpolate.ts";
import { between, createRandom, gaussian, nextUint32, uniform } from "./random.ts";

describe("assert", () => {
  test("stops with its message, and only when the condition does not hold", () => {
    expect(() => assert(false, "cells are 6 to 18")).toThrow("cells are 6 to 18");
    expect(() => assert(true, "never")).not.toThrow();
    expect(() => unreachable("x" as never)).toThrow("unreachable: x");
  });
});

describe("crc32", () => {
  test("gives the check value of the catalogue for 123456789", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  test("agrees with zlib's for any length, and goes on where it stopped", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, n) => {
        const cut = n % (bytes.length + 1);
        expect(crc32(bytes)).toBe(zlib(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlib(bytes));
      }),
    );
  });

  test("tells every single flipped bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), (bytes, n) => {
        const flipped = bytes.slice();
        flipped[(n >> 3) % bytes.length]! ^= 1 << (n & 7);
        expect(crc32(flipped)).not.toBe(crc32(bytes));
      }),
    );
  });
});

describe("exp and ln", () => {
  const close = (ours: number, theirs: number): void => {
    expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(theirs), 1e-3));
  };

  test("agree with the engine's to 1e-13 relative", () => {
    fc.assert(fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (x) => close(exp(x), Math.exp(x))));
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) => close(ln(x), Math.log(x))));
  });

  test("keep their bounds", () => {
    expect([exp(0), exp(-1e9), ln(1)]).toEqual([1, 0, 0]);
    expect(Number.isFinite(exp(1e9))).toBe(true);
  });
});

describe("interpolation", () => {
  const axis = fc
    .uniqueArray(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 12 })
    .map((list) => [...list].sort((a, b) => a - b));

  test("meets every point of the table and stays between its neighbours", () => {
    fc.assert(
      fc.property(axis, fc.double({ min: -2e3, max: 2e3, noNaN: true }), (xs, x) => {
        const ys = xs.map((value) => value * 3 + 1);
        xs.forEach((value, i) => {
          expect(interpolate(xs, ys, value)).toBeCloseTo(ys[i]!, 8);
        });
        const y = interpolate(xs, ys, x);
        expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-9);
        expect(y).toBeLessThanOrEqual(Math.max(...ys) + 1e-9);
      }),
    );
  });

  test("holds the ends outside the axis, and a single point everywhere", () => {
    expect([
      interpolate([1, 2], [10, 20], -5),
      interpolate([1, 2], [10, 20], 1.25),
      interpolate([1, 2], [10, 20], 9),
      interpolate([1], [7], 3),
    ]).toEqual([10, 12.5, 20, 7]);
  });

  test("on a grid is linear along both axes", () => {
    const z = [0, 10, 100, 110]; // z = 10 x + 100 y
    expect(interpolateGrid([0, 1], [0, 1], z, 0.5, 0.25)).toBe(30);
    expect(interpolateGrid([0, 1], [0, 1], z, -1, 9)).toBe(100);
    expect(interpolateGrid([0, 1], [25], [3, 5], 0.5, 99)).toBe(4);
    expect(interpolateGrid([0.5], [0, 1], [3, 5], 0.1, 0.5)).toBe(4);
  });
});

describe("chance", () => {
  test("is the same for the same seed and differs for another", () => {
    const list = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => nextUint32(random));
    };
    expect(list(1)).toEqual(list(1));
    expect(list(1)).not.toEqual(list(2));
  });

  test("is uniform in its bounds, and near normal with mean 0 and deviation 1 (seed 5)", () => {
    const random = createRandom(5);
    const draws = Array.from({ length: 40_000 }, () => gaussian(random));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.02);
    for (let i = 0; i < 1000; i++) {
      expect(uniform(random)).toBeLessThan(1);
      const x = between(random, -2, 3);
      expect(x >= -2 && x < 3).toBe(true);
    }
  });
});

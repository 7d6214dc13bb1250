// The covariance of a cell against the laws of the Kalman filter.
import { expect, test } from "vitest";
import {
  BB,
  BLOCK,
  CC,
  createCovariance,
  createGains,
  growBlock,
  reach,
  retie,
  SB,
  SC,
  SS,
  SV,
  shrink,
  VV,
} from "./covariance.ts";

const STEADY = { errorStays: 1, errorVariance_V2: 0, dropStays: 1, dropVariance: 0 };

test("counting half the capacity with a tenth of doubt in it makes a twentieth of doubt, and ties both", () => {
  const p = createCovariance();
  p[CC] = 0.01;
  growBlock(p, 0, 0.5, 0, STEADY);
  expect(Math.sqrt(p[SS])).toBeCloseTo(0.05, 9);
  expect(p[SC] / Math.sqrt(p[SS] * p[CC])).toBeCloseTo(1, 9);
});

test("there and back again leaves no doubt of the count, but that of the sensor's zero", () => {
  const p = createCovariance();
  p[CC] = 0.01;
  p[BB] = 0.04;
  growBlock(p, 0, 0.5, 0.01, STEADY);
  growBlock(p, 0, -0.5, 0.01, STEADY);
  expect(Math.sqrt(p[SS])).toBeCloseTo(0.02 * 0.2, 9);
  expect(p[SB]).toBeLessThan(0);
});

test("a reading that sees charge and model alike shares its news by their doubts", () => {
  const p = createCovariance();
  const gains = createGains();
  p[BLOCK + SS] = 0.03;
  p[BLOCK + VV] = 0.01;
  const whole = reach(p, BLOCK, 1, 1, 0, gains) + 0.01;
  expect(whole).toBeCloseTo(0.05, 12);
  shrink(p, BLOCK, whole, gains);
  expect([gains.charge, gains.error]).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.2, 12)]);
  expect([p[BLOCK + SS], p[BLOCK + VV], p[BLOCK + SV]].map((value) => Number(value.toFixed(12)))).toEqual([
    0.012, 0.008, -0.006,
  ]);
});

test("what the model misses tends to its own size, and forgets the charge it was tied to", () => {
  const p = createCovariance();
  p[SS] = 0.01;
  p[VV] = 0.0004;
  p[SV] = -0.002;
  for (let i = 0; i < 100; i++) growBlock(p, 0, 0, 0, { ...STEADY, errorStays: 0.9, errorVariance_V2: 0.0001 });
  expect(p[VV]).toBeCloseTo(0.0001, 9);
  expect(Math.abs(p[SV])).toBeLessThan(1e-6);
});

test("a zero that others know better takes along what hangs on it, and leaves what does not", () => {
  const p = createCovariance();
  const gains = createGains();
  p[SS] = 0.0001; // of itself, before three hours of a zero in doubt
  p[BB] = 0.04;
  growBlock(p, 0, 0, 0.03, STEADY);
  expect(p[SS]).toBeCloseTo(0.0001 + 0.03 * 0.03 * 0.04, 12);
  retie(p, 0, 0.01, gains);
  expect([p[SS], p[BB], gains.charge].map((value) => Number(value.toFixed(12)))).toEqual([0.000109, 0.01, -0.03]);
  retie(p, 0, 0.04, gains);
  expect([p[SS], p[SB]].map((value) => Number(value.toFixed(12)))).toEqual([0.000136, -0.0012]);
});

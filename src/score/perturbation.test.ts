// Promises of the perturbations: the sizes of the published protocol, both signs, and combinations that push one way.

import { describe, expect, test } from "vitest";
import { PERTURBATIONS, type Perturbation, perturbationsOf, sensorErrors, toldStart } from "./perturbation.ts";

const named = (name: string): Perturbation => PERTURBATIONS.find((row) => row.name === name)!;

test.each([
  ["offset+", 3, { currentOffset_A: 0.03 }],
  ["offset-", 3, { currentOffset_A: -0.03 }],
  ["gain+", 3, { currentGain: 0.01 }],
  ["gain-", 3, { currentGain: -0.01 }],
  ["noise", 3, { cellNoise_V: 0.002 }],
  ["voltage+", 3, { cellOffset_V: 0.003 }],
  ["voltage-", 3, { cellOffset_V: -0.003 }],
  ["temperature+", 3, { temperatureOffset_K: 2 }],
  ["temperature-", 3, { temperatureOffset_K: -2 }],
])("%s of a cell of %f Ah is %o and nothing else", (name, capacity_Ah, wanted) => {
  const none = { currentOffset_A: 0, currentGain: 0, cellOffset_V: 0, cellNoise_V: 0, temperatureOffset_K: 0 };
  const found = sensorErrors(named(name), capacity_Ah);
  for (const [key, value] of Object.entries({ ...none, ...wanted }))
    expect(found[key as keyof typeof found]).toBeCloseTo(value, 12);
});

describe("the start", () => {
  test("is told right with 2 %, wrong by 20 % with 20 %, or not at all", () => {
    expect(toldStart(named("none"), 0.7)).toEqual({ soc: 0.7, bound: 0.02 });
    expect(toldStart(named("start-"), 0.7)).toEqual({ soc: expect.closeTo(0.5, 12), bound: 0.2 });
    expect(toldStart(named("start+"), 0.7)).toEqual({ soc: expect.closeTo(0.9, 12), bound: 0.2 });
    expect(toldStart(named("unknown"), 0.7)).toBeUndefined();
  });

  test("never lies beyond full or empty", () => {
    expect(toldStart(named("start+"), 0.95)?.soc).toBe(1);
    expect(toldStart(named("start-"), 0.1)?.soc).toBe(0);
  });
});

test("all together has every error at full size, and the signs of each half agree", () => {
  for (const [name, sign] of [
    ["all-", -1],
    ["all+", 1],
    ["all-unknown", -1],
    ["all+unknown", 1],
  ] as const) {
    const row = named(name);
    expect(row).toMatchObject({ noise_V: 0.002, sampled: true });
    expect(row.offset_C).toBeCloseTo(sign * 0.01, 12);
    expect(row.gain).toBeCloseTo(-sign * 0.01, 12);
    expect(row.offset_V).toBeCloseTo(sign * 0.003, 12);
    expect(row.offset_K).toBeCloseTo(-sign * 2, 12);
    expect(row.capacity).toBeCloseTo(1 + sign * 0.1, 12);
  }
});

describe("a list", () => {
  const names = (...words: string[]) => perturbationsOf(words)?.map(({ name }) => name);
  test("of one error means both its signs", () => expect(names("offset")).toEqual(["offset-", "offset+"]));
  test("keeps the order of the table and names each once", () =>
    expect(names("gain+", "none", "gain")).toEqual(["none", "gain-", "gain+"]));
  test("of all means every row", () => expect(names("all")).toHaveLength(PERTURBATIONS.length));
  test("with a word nobody knows means nothing", () => expect(names("none", "gian")).toBeUndefined());
});

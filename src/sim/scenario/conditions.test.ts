// Promises of the condition language: what it reads, what it refuses and how it tells, and how "for" watches the time.

import { describe, expect, test } from "vitest";
import { createBms } from "../../core/bms.ts";
import { createSettings } from "../../model/settings.ts";
import { createTruth } from "../truth.ts";
import { createTimers, holds, parseCondition } from "./conditions.ts";
import { createVocabulary, type Scene } from "./vocabulary.ts";

const NAMES = createVocabulary();

function scene(time_us = 0): Scene & { time_us: number } {
  const truth = createTruth(16);
  for (let k = 0; k < 16; k++) truth.cells_V[k] = 3.3 + k * 0.01;
  truth.packSoc = 0.42;
  const bms = createBms(createSettings());
  bms.estimate.soc = 0.4;
  bms.decide.mode = "running";
  return { truth, bms, time_us, soc: 0.42 };
}

function ask(text: string, at: Scene = scene()): boolean {
  const parsed = parseCondition(text, NAMES);
  if (!parsed.ok) throw new Error(parsed.problem);
  return holds(parsed.condition, createTimers(parsed.condition), at);
}

describe("what a condition means", () => {
  test.each([
    ["device.soc < 50 %", true],
    ["device.soc < 40 %", false],
    ["device.soc <= 40 %", true],
    ["device.estimate.soc == 0.4", true],
    ["truth.packSoc - device.soc > 1 %", true],
    ["abs(device.soc - truth.packSoc) < 1 %", false],
    ["truth.cells_V[1] == 3.3", true],
    ["truth.cells_V[16] > 3.449", true],
    ["max(truth.cells_V) > 3.449 and max(truth.cells_V) < 3.451", true],
    ["truth.maxCell_V - truth.minCell_V < 0.151", true],
    ["mean(truth.cells_V) > 3.37", true],
    ["device.mode == running", true],
    ["device.mode != standby", true],
    ["not device.mode == standby", true],
    ["trip.overvoltage or truth.packSoc > 40 %", true],
    ["trip.overvoltage and truth.packSoc > 40 %", false],
    ["not trip.overvoltage", true],
    ["1 > 2 and 1 > 2 or 2 > 1", true],
    ["1 > 2 and (1 > 2 or 2 > 1)", false],
    ["time < 1h 30m", true],
    ["truth.current_A > -1", true],
    ["device.contactorsOpen", true],
  ])("%s is %s", (text, expected) => {
    expect(ask(text)).toBe(expected);
  });
});

describe("what is refused, and how", () => {
  test.each([
    ["device.sco < 1", 'there is no "device.sco"; did you mean "device.soc"?'],
    ["truth.maxCel_V > 3", 'did you mean "truth.maxCell_V"?'],
    ["device.soc <", "expected a name or a number, found the end at column 13"],
    ["device.soc < 1 for", 'a duration such as "10 s"'],
    ["device.soc ~ 1", 'cannot read "~ 1"'],
    ["(device.soc < 1", 'expected ")"'],
    ["device.mode > 3", "words and numbers do not compare"],
    ["truth.cells_V > 3", "take one element, min() or max() of a list"],
    ["truth.cells_V[0] > 3", "count from 1"],
    ["truth.cells_V", "a comparison"],
    ["device.soc < 1 2", '"and", "or", a comparison or the end'],
    ["trip.overvoltag", 'did you mean "trip.overvoltage"?'],
  ])("%s", (text, problem) => {
    const parsed = parseCondition(text, NAMES);
    expect(parsed.ok ? "" : parsed.problem).toContain(problem);
  });
});

test('"for" holds from the instant its duration is full, and starts anew after a break', () => {
  const parsed = parseCondition("truth.packSoc > 40 % for 10 s", NAMES);
  if (!parsed.ok) throw new Error(parsed.problem);
  const timers = createTimers(parsed.condition);
  const at = scene();
  const seen = (time_s: number, soc: number): boolean => {
    at.time_us = time_s * 1e6;
    at.truth.packSoc = soc;
    return holds(parsed.condition, timers, at);
  };
  expect(seen(0, 0.5)).toBe(false);
  expect(seen(9.99, 0.5)).toBe(false);
  expect(seen(10, 0.5)).toBe(true);
  expect(seen(11, 0.3)).toBe(false);
  expect(seen(12, 0.5)).toBe(false);
  expect(seen(21.99, 0.5)).toBe(false);
  expect(seen(22, 0.5)).toBe(true);
});

test('"not ... for" denies that it lasted', () => {
  expect(ask("not truth.packSoc > 40 % for 10 s")).toBe(true);
});

test("short forms exist wherever only one stage has the name", () => {
  expect(NAMES.get("device.soc")).toEqual(NAMES.get("device.estimate.soc"));
  expect(NAMES.get("device.current_A")).toEqual(NAMES.get("device.measure.current_A"));
  expect(NAMES.has("device.contactors.discharge.closed")).toBe(true);
});

// Settings files: what reads well, and that each kind of mistake is told with its name and its line.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHEMISTRY_NAMES } from "../model/chemistries.ts";
import { createSettings, getSetting, SETTING_LIST, type SettingValue } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { namesToPrint, parseSettings, settingsYaml } from "./settings-text.ts";

const good = (text: string) => {
  const read = parseSettings(text);
  if (!read.ok) throw new Error(JSON.stringify(read.violations));
  return read.settings;
};
const wrong = (text: string): readonly string[] => {
  const read = parseSettings(text);
  return read.ok ? [] : read.violations.map(({ setting, reason, line }) => `${line} ${setting}: ${reason}`);
};

test("nested and dotted names mean the same", () => {
  const nested = good("battery:\n  cells: 12\nprotections:\n  overvoltage:\n    limit_V: 3.7\n");
  const dotted = good("battery.cells: 12\nprotections.overvoltage.limit_V: 3.7\n");
  expect(nested).toEqual(dotted);
  expect(nested.battery.cells).toBe(12);
});

test("a chemistry fills what depends on it, and what stands beside it stands above it", () => {
  const settings = good(
    "battery: {chemistry: NMC, cells: 14, capacity_Ah: 50}\nprotections.overvoltage.limit_V: 4.23\n",
  );
  expect(settings.protections.overvoltage.limit_V).toBe(4.23);
  expect(settings.protections.undervoltage.limit_V).toBeGreaterThan(2.6); // no LFP cell's limit
  expect(settings.chargeMap.maximum_A).toBe(25);
});

test("an empty file is the default device, and JSON is as good as YAML", () => {
  expect(good("")).toEqual(createSettings());
  expect(good('{"battery": {"cells": 8}}').battery.cells).toBe(8);
});

test("a choice that looks like a number needs no quotes, and anchors may be used", () => {
  const settings = good("can: {bitRate: 500}\ncharge: &slow {startDelay_ms: 2000}\ndischarge: *slow\n");
  expect(settings.can.bitRate).toBe("500");
  expect(settings.discharge.startDelay_ms).toBe(2000);
});

test("on top of complete settings only what the file names changes", () => {
  const base = good("battery: {chemistry: NMC, cells: 14, capacity_Ah: 50}\n");
  const read = parseSettings("balancing.enable: false\n", base);
  expect(read).toEqual({ ok: true, settings: { ...base, balancing: { ...base.balancing, enable: false } } });
});

test("curves and grids are given as their axes and values", () => {
  const settings = good("chargeMap:\n  voltageFactor: {x: [3.4, 3.5], y: [1, 0]}\n");
  expect(settings.chargeMap.voltageFactor).toEqual({ x: [3.4, 3.5], y: [1, 0] });
});

describe("a mistake is told with its line:", () => {
  test.each([
    ["a value outside its range", "battery:\n  cells: 19\n", /^2 battery\.cells: must be 6 to 18, is 19$/],
    ["a part of a cell", "battery:\n\n  cells: 7.5\n", /^3 battery\.cells: must be a whole number$/],
    ["text for a number", "battery.capacity_Ah: plenty\n", /^1 battery\.capacity_Ah: must be a number$/],
    ["nothing for a number", "battery:\n  capacity_Ah:\n", /^2 battery\.capacity_Ah: must be a number$/],
    ["not a number", "battery.capacity_Ah: .nan\n", /^1 battery\.capacity_Ah: must be a number$/],
    [
      "a yes that YAML 1.2 does not know",
      "charge:\n  precharge: yes\n",
      /^2 charge\.precharge: must be true or false$/,
    ],
    ["an unknown choice", "battery:\n  chemistry: NiMH\n", /^2 battery\.chemistry: must be one of custom, LFP, /],
    [
      "a name with a slip",
      "battery:\n  cels: 12\n",
      /^2 battery\.cels: there is no such setting; did you mean "battery\.cells"\?$/,
    ],
    ["a group with a slip", "batery:\n  cells: 12\n", /^2 batery\.cells: .*did you mean "battery\.cells"/],
    ["a value where a group is", "battery: 12\n", /^1 battery: there is no such setting/],
    ["a list instead of a record", "- battery\n", /^1 : must be a record of settings$/],
    [
      "a curve that goes back",
      "chargeMap.voltageFactor: {x: [3.5, 3.4], y: [1, 0]}\n",
      /^1 chargeMap\.voltageFactor: x must ascend$/,
    ],
    [
      "a curve with too few values",
      "chargeMap:\n  voltageFactor:\n    x: [3.4, 3.5]\n    y: [1]\n",
      /^2 chargeMap\.voltageFactor: must have 2 values$/,
    ],
    [
      "a limit on the wrong side of its tolerance",
      "protections:\n  overvoltage: {limit_V: 3.4}\n",
      /protections\.overvoltage/,
    ],
    [
      "a setting twice",
      "battery:\n  cells: 12\nbattery.cells: 13\n",
      /^3 battery\.cells: is given twice, first in line 2$/,
    ],
    ["a key twice", "battery:\n  cells: 12\n  cells: 13\n", /^3 : Map keys must be unique$/],
    ["broken YAML", "battery: {cells: 12\nmain: ]\n", /^2 : /],
  ])("%s", (_, text, told) => expect(wrong(text)[0]).toMatch(told));
});

test("every mistake is told at once, in the order of the lines", () => {
  const told = wrong(
    "battery:\n  cells: 12\n  capacity_Ah: -1\nmain.mode: sometimes\nfan: true\nfeedback.delay_ms: 1\n",
  );
  expect(told.map((line) => line.split(":")[0])).toEqual([
    "3 battery.capacity_Ah",
    "4 main.mode",
    "5 fan",
    "6 feedback.delay_ms",
  ]);
});

test("what contradicts each other is told beside what is out of range", () => {
  const told = wrong("battery.resistance_Ohm: 7\nbalancing:\n  startDeviation_V: 0.01\n  stopDeviation_V: 0.02\n");
  expect(told).toHaveLength(2);
  expect(told[1]).toMatch(/^4 balancing\.stopDeviation_V: must be below/);
});

test("a bomb of aliases is refused, not exploded", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ...Array.from("bcdefgh", (name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[i]}`).join(",")}]`),
  ];
  expect(wrong(bomb.join("\n")).length).toBeGreaterThan(0);
});

test.each(CHEMISTRY_NAMES.flatMap((name) => [false, true].map((changedOnly) => [name, changedOnly] as const)))(
  "what is printed of %s (only changes: %s) reads as the same settings",
  (chemistry, changedOnly) => {
    const changes: Record<string, SettingValue> = {
      "battery.chemistry": chemistry,
      "battery.cells": 14,
      "battery.capacity_Ah": 60,
      "user.address": "a: b # c",
    };
    const changed = changeSettings(createSettings(), changes);
    if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
    const text = settingsYaml(changed.settings, namesToPrint(changed.settings, changedOnly));
    expect(good(text)).toEqual(changed.settings);
    expect(text.includes("\t")).toBe(false);
  },
);

test("no text breaks the reader: it answers with settings or violations", () => {
  const names = SETTING_LIST.map(({ name }) => name);
  const line = fc.tuple(fc.constantFrom(...names), fc.oneof(fc.json(), fc.string(), fc.double().map(String)));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.string(), (lines, tail) => {
      const read = parseSettings(`${lines.map(([name, value]) => `${name}: ${value}`).join("\n")}\n${tail}`);
      if (!read.ok) expect(read.violations.length).toBeGreaterThan(0);
      else for (const name of names) expect(getSetting(read.settings, name)).toBeDefined();
    }),
    { numRuns: 300 },
  );
});

test("a cell file is asked of whoever can read one, and told with its line where nobody can", () => {
  const read = parseSettings("battery: {cells: 8}\ncell: mine\n");
  expect(read.ok ? [] : read.violations).toEqual([
    { setting: "cell", line: 2, reason: "a cell file can only be read by the command line" },
  ]);
});

// What counts as default: as shipped for chemistry, cells and capacity, and what these give for all that follows them.

import { expect, test } from "vitest";
import { defaultAbove, FOUNDATIONS, presetBelow } from "./preset-below.ts";
import { createSettings, getSetting, type SettingValue } from "./settings.ts";
import { changeSettings } from "./validation.ts";

function defaultsOf(changes: Readonly<Record<string, SettingValue>>) {
  const changed = changeSettings(createSettings(), changes);
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const below = presetBelow(changed.settings);
  return (name: string): SettingValue => defaultAbove(below, name);
}

test("the default of chemistry, cells and capacity is the shipped one, whatever they are set to", () => {
  const usual = defaultsOf({ "battery.cells": 12, "battery.capacity_Ah": 280, "battery.chemistry": "NMC" });
  expect(FOUNDATIONS.map(usual)).toEqual(["LFP", 16, 100]);
});

test("what follows the chemistry has the default that the chosen one gives", () => {
  const usual = defaultsOf({ "battery.chemistry": "NMC" });
  expect(usual("battery.chargeVoltage_V")).toBeGreaterThan(4);
  expect(getSetting(createSettings(), "battery.chargeVoltage_V")).toBeLessThan(3.7);
});

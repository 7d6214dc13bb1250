// Settings as a whole: ranges at both edges, cross-checks with numbers, presets, and that a refused set changes nothing.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHEMISTRY_NAMES } from "./chemistries.ts";
import { CROSS_CHECKS } from "./cross-checks.ts";
import type { NumberRow } from "./rows.ts";
import { copySettings, createSettings, getSetting, putSetting, SETTING_BY_NAME, SETTING_LIST, type SettingValue } from "./settings.ts";
import { judgeValue } from "./values.ts";
import { changeSettings, validateSettings } from "./validation.ts";

const change = (changes: Record<string, SettingValue>) => changeSettings(createSettings(), changes);
const reasons = (changes: Record<string, SettingValue>): string[] => {
  const changed = change(changes);
  return changed.ok ? [] : changed.violations.map((violation) => `${violation.setting}: ${violation.reason}`);
};

describe("settings", () => {
  test("the defaults are valid", () => {
    expect(validateSettings(createSettings())).toEqual([]);
  });

  test("every name is unique, and every number's default lies in its range", () => {
    expect(SETTING_BY_NAME.size).toBe(SETTING_LIST.length);
    for (const { name, row } of SETTING_LIST) expect([name, judgeValue(row, row.default)]).toEqual([name, undefined]);
  });

  test("the defaults are those of 16 LFP cells of 100 Ah", () => {
    const preset = change({ "battery.chemistry": "LFP" });
    expect(preset.ok).toBe(true);
    if (!preset.ok) return;
    const differing = SETTING_LIST.filter(({ name }) => getSetting(preset.settings, name) !== getSetting(createSettings(), name)).map(({ name }) => [name, getSetting(createSettings(), name), getSetting(preset.settings, name)]);
    expect(differing).toEqual([]);
  });

  test("every number is accepted at both ends of its range and refused beyond", () => {
    for (const { name, row } of SETTING_LIST) {
      if (row.kind !== "number" && row.kind !== "integer") continue;
      const numberRow: NumberRow = row;
      const step = row.kind === "integer" ? 1 : Math.max(1e-6, Math.abs(numberRow.max) * 1e-9);
      expect([name, judgeValue(row, numberRow.min), judgeValue(row, numberRow.max)]).toEqual([name, undefined, undefined]);
      expect([name, judgeValue(row, numberRow.min - step), judgeValue(row, numberRow.max + step)]).not.toContain(undefined);
    }
  });

  test.each([
    ["battery.cells", 5], ["battery.cells", 19], ["battery.cells", 7.5], ["battery.cells", "16"], ["battery.cells", Number.NaN],
    ["battery.capacity_Ah", 0.5], ["battery.capacity_Ah", 10_001], ["battery.chemistry", "lead"], ["charge.enable", 1],
    ["user.serialNumber", "x".repeat(33)], ["chargeMap.voltageFactor", { x: [3, 2], y: [0, 1] }], ["chargeMap.voltageFactor", { x: [2, 3], y: [0] }],
    ["chargeMap.voltageFactor", null as unknown as SettingValue], ["socEstimation.ocv", { x: [0, 1], y: [25], z: [2.5] }], ["no.such", 1],
  ] as [string, SettingValue][])("%s = %j is refused with its name", (name, value) => {
    const found = reasons({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
  });

  test("a near miss names the setting that was meant", () => {
    expect(reasons({ "pack.capacity_Ah": 5 })[0]).toContain("did you mean battery.capacity_Ah?");
  });
});

describe("presets", () => {
  test.each(CHEMISTRY_NAMES.flatMap((name) => [1, 3, 50, 280, 1000, 10_000].map((size) => [name, size] as const)))("%s of %d Ah is valid in every number of cells that stays under 80 V", (chemistry, capacity_Ah) => {
    for (let cells = 6; cells <= 18; cells++) {
      const changed = change({ "battery.chemistry": chemistry, "battery.cells": cells, "battery.capacity_Ah": capacity_Ah });
      const tooHigh = !changed.ok && changed.violations.every((violation) => violation.setting === "battery.cells");
      expect([cells, changed.ok || tooHigh, changed.ok ? [] : changed.violations]).toEqual([cells, true, changed.ok ? [] : changed.violations]);
    }
  });

  test("a preset gives the trips of its chemistry", () => {
    const nmc = change({ "battery.chemistry": "NMC", "battery.cells": 14, "battery.capacity_Ah": 50 });
    expect(nmc.ok && [nmc.settings.protections.overvoltage.limit_V, nmc.settings.protections.lowTemperatureCharge.limit_degC]).toEqual([4.25, 0]);
  });

  test("what a person sets beside the chemistry stands above the preset", () => {
    const changed = change({ "battery.chemistry": "NMC", "battery.cells": 14, "protections.overvoltage.limit_V": 4.24 });
    expect(changed.ok && changed.settings.protections.overvoltage.limit_V).toBe(4.24);
  });

  test("another capacity moves along what stands at its preset, and leaves what a person has set", () => {
    const own = change({ "chargeMap.rate_A_per_s": 7 });
    expect(own.ok).toBe(true);
    if (!own.ok) return;
    const small = changeSettings(own.settings, { "battery.capacity_Ah": 200 });
    expect(small.ok && [small.settings.chargeMap.maximum_A, small.settings.battery.resistance_Ohm, small.settings.chargeMap.rate_A_per_s]).toEqual([100, 0.000095, 7]);
    expect(small.ok ? "" : small.violations.map(({ setting }) => setting)).toEqual("");
  });

  test("another number of cells moves the battery's voltages along", () => {
    const eight = change({ "battery.cells": 8 });
    expect(eight.ok && [eight.settings.powerDown.minimum_V, eight.settings.dischargingAux.maximumBattery_V]).toEqual([20, 30]);
  });

  test("custom fills nothing", () => {
    const changed = change({ "battery.chemistry": "custom" });
    expect(changed.ok && changed.settings.protections.overvoltage.limit_V).toBe(3.75);
  });

  test("a sensor type fills nominal current, sensitivity and range", () => {
    const changed = change({ "currentSensor.type": "HTFS 800-P" });
    expect(changed.ok && [changed.settings.currentSensor.nominal_A, changed.settings.currentSensor.sensitivity_V, changed.settings.currentSensor.range_A]).toEqual([800, 1.25, 1200]);
  });
});

describe("cross-checks", () => {
  test("a tier moved above several others is held against all of them at once, not against one after the other", () => {
    const changed = change({ "protections.undervoltage.limit_V": 3.7, "protections.undervoltage.tolerant_V": 3.72 });
    expect(changed.ok ? [] : changed.violations.filter(({ reason }) => reason.includes("undervoltage.limit_V")).map(({ setting }) => setting)).toEqual([
      "battery.dischargeVoltage_V",
      "dischargingStatus.setReady_V",
      "battery.chargeVoltage_V",
      "protections.voltageTooHigh.limit_V",
    ]);
  });

  test.each([
    ["a full pack over 80 V", { "battery.chemistry": "NMC", "protections.overvoltage.limit_V": 4.5, "battery.cells": 18 }, "battery.cells"],
    ["a release above its limit", { "protections.overvoltage.tolerant_V": 3.8 }, "protections.overvoltage.tolerant_V"],
    ["a release equal to its limit", { "protections.overvoltage.tolerant_V": 3.75 }, "protections.overvoltage.tolerant_V"],
    ["a lower release under its limit", { "protections.undervoltage.tolerant_V": 2.4 }, "protections.undervoltage.tolerant_V"],
    ["an indication above the trip", { "protections.voltageTooHigh.limit_V": 3.8 }, "protections.overvoltage.limit_V"],
    ["a limit at the end of the sensor, which it could not tell", { "protections.shortCircuit.limit_A": 600 }, "protections.shortCircuit.limit_A"],
    ["other numbers than the data sheet of a listed sensor", { "currentSensor.range_A": 900 }, "currentSensor.range_A"],
    ["a custom sensor that could not show its range", { "currentSensor.type": "custom", "currentSensor.range_A": 721 }, "currentSensor.range_A"],
    ["an overvoltage limit beyond what the chemistry bears", { "protections.overvoltage.limit_V": 3.81 }, "protections.overvoltage.limit_V"],
    ["an undervoltage limit under what the chemistry bears", { "protections.undervoltage.limit_V": 1.99 }, "protections.undervoltage.limit_V"],
    ["an overvoltage that opens nothing", { "protections.overvoltage.opensCharge": false }, "protections.overvoltage.opensCharge"],
    ["an overvoltage that waits an hour", { "protections.overvoltage.setDelay_ms": 60_001 }, "protections.overvoltage.setDelay_ms"],
    ["a battery too low to feed the board", { "battery.chemistry": "LTO", "battery.cells": 6 }, "battery.cells"],
    ["a charging pulse too short to be seen", { "precharge.capacitance_F": 0.0019 }, "precharge.resistor_Ohm"],
    ["a heater on no output", { "heater.enable": true, "outputs.assignment3": "none" }, "heater.enable"],
    ["charging told only above a tenth of the capacity", { "chargingStatus.present_A": 10.1 }, "chargingStatus.present_A"],
    ["a short circuit slower than overcurrent", { "protections.shortCircuit.setDelay_ms": 2001 }, "protections.shortCircuit.setDelay_ms"],
    ["a sensor too coarse for the capacity", { "battery.chemistry": "custom", "battery.capacity_Ah": 5 }, "currentSensor.nominal_A"],
    ["precharge shorter than five time constants", { "precharge.time_ms": 249 }, "precharge.time_ms"],
    ["a precharge threshold over the first current", { "precharge.threshold_A": 5 }, "precharge.threshold_A"],
    ["a resistor that cannot take one precharge", { "precharge.energyLimit_J": 8 }, "precharge.energyLimit_J"],
    ["a contactor on an inverted output", { "mosfets.inversion3": true }, "mosfets.inversion3"],
    ["no output for the discharging contactor", { "mosfets.assignment3": "none" }, "discharge.enable"],
    ["one signal on two outputs", { "mosfets.assignment4": "charging" }, "mosfets.assignment4"],
    ["one signal on two inputs", { "inputs.assignment1": "interlock", "inputs.assignment2": "interlock" }, "inputs.assignment2"],
    ["heater against cooler", { "heater.enable": true, "cooler.enable": true, "heater.tolerant_degC": 39 }, "heater.tolerant_degC"],
    ["no thermistor on the cells", { "thermistors.use1": "none", "thermistors.use2": "none", "thermistors.use3": "none", "thermistors.use4": "none" }, "thermistors.use1"],
    ["a map by contactor temperature without a sensor", { "chargeMap.byContactor": true }, "chargeMap.byContactor"],
    ["an OCV table that falls", { "socEstimation.ocv": { x: [0, 0.5, 1], y: [25], z: [3, 3.4, 3.3] } }, "socEstimation.ocv"],
    ["parity with two stop bits", { "rs485.parity": "even", "rs485.stopBits": "2" }, "rs485.stopBits"],
  ] as [string, Record<string, SettingValue>, string][])("%s is refused", (_title, changes, setting) => {
    expect(reasons(changes).map((reason) => reason.split(":")[0])).toContain(setting);
  });

  test.each([
    ["precharge of exactly five time constants", { "precharge.time_ms": 250 }],
    ["a short circuit limit just under the end of the sensor", { "protections.shortCircuit.limit_A": 599.9 }],
    ["a pack of exactly 80 V", { "battery.chemistry": "custom", "battery.cells": 16, "protections.overvoltage.limit_V": 5 }],
  ] as [string, Record<string, SettingValue>][])("%s is accepted", (_title, changes) => {
    expect(reasons(changes)).toEqual([]);
  });

  test("every violation of a set is given, not only the first", () => {
    expect(reasons({ "protections.overvoltage.tolerant_V": 3.8, "rs485.parity": "odd", "rs485.stopBits": "2" })).toHaveLength(2);
    expect(reasons({ "battery.cells": 99, "charge.enable": 3, "no.such": 1 })).toHaveLength(3);
  });

  test("each check names an existing setting", () => {
    for (const check of CROSS_CHECKS) expect(SETTING_BY_NAME.has(check.setting), check.setting).toBe(true);
  });
});

describe("applied whole or not at all", () => {
  const anyChange = fc.constantFrom(...SETTING_LIST).chain(({ name }) => fc.tuple(fc.constant(name), fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.string(), fc.constant(SETTING_BY_NAME.get(name)!.row.default as SettingValue))));

  test("any set of changes either yields valid settings or leaves the old ones untouched", () => {
    fc.assert(fc.property(fc.array(anyChange, { maxLength: 5 }), (pairs) => {
      const before = createSettings();
      const reference = copySettings(before);
      const changed = changeSettings(before, Object.fromEntries(pairs));
      expect(before).toEqual(reference);
      if (changed.ok) expect(validateSettings(changed.settings)).toEqual([]);
      else expect(changed.violations.length).toBeGreaterThan(0);
    }), { numRuns: 300 });
  });

  test("a value written by name is read back by name", () => {
    const settings = createSettings();
    for (const { name, row } of SETTING_LIST) {
      putSetting(settings, name, row.default);
      expect(getSetting(settings, name)).toBe(row.default);
    }
  });
});

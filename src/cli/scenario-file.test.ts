// Scenario files: every problem is told with its line and what is allowed; every shipped file reads.

import { describe, expect, test } from "vitest";
import { listScenarios } from "../device/shipped-scenarios.ts";
import { loadScenario, readScenarioText, shippedScenarios } from "./scenario-file.ts";
import { UsageError } from "./usage-error.ts";

const HEAD = "name: x\nhours: 1\n";

function problemOf(text: string): string {
  try {
    readScenarioText(text, "s.yaml");
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
}

describe("a problem is told with file, line, key and what is allowed", () => {
  test.each([
    ["hours: 1\n", "s.yaml:1: name: must be a text"],
    ["name: x\nhours: -1\n", "s.yaml:2: hours: must be a number from 0.0001 to 43830, is -1"],
    ["name: x\nhours: long\n", 's.yaml:2: hours: must be a number from 0.0001 to 43830, is "long"'],
    [`${HEAD}tick_ms: 5000\n`, "s.yaml:3: tick_ms: must be a whole number from 1 to 1000, is 5000"],
    [`${HEAD}evnts: []\n`, 's.yaml:3: evnts: is unknown here; did you mean "events"?'],
    [`${HEAD}world:\n  pack:\n    cels: 16\n`, 's.yaml:5: world.pack.cels: is unknown here; did you mean "cells"?'],
    [
      `${HEAD}world:\n  pack:\n    cells: 22\n`,
      "s.yaml:5: world.pack.cells: must be a whole number from 6 to 18, is 22",
    ],
    [`${HEAD}world:\n  pack: { model: LEAD }\n`, "s.yaml:4: world.pack.model: must be one of the known words"],
    [
      `${HEAD}world:\n  load:\n    kind: power\n    power_W: much\n`,
      's.yaml:6: world.load.power_W: must be a number, is "much"',
    ],
    [`${HEAD}world:\n  load:\n    kind: power\n`, "s.yaml:4: world.load: needs power_W for kind power"],
    [`${HEAD}world:\n  load: { kind: powr }\n`, 's.yaml:4: world.load.kind: must be one of the known words, is "powr"'],
    [
      `${HEAD}world:\n  charger: { voltage_V: 50 }\n`,
      's.yaml:4: world.charger: must have voltage_V and current_A, or be "none"',
    ],
    [`${HEAD}world:\n  thermistors: [cell 1, cell 99]\n`, 's.yaml:4: world.thermistors[2]: must be "cell 1"'],
    [
      `${HEAD}settings:\n  protections:\n    overvoltage:\n      limit_V: 9\n`,
      "s.yaml:6: settings.protections.overvoltage.limit_V: must be 1.5 to 5 V, is 9",
    ],
    [`${HEAD}settings:\n  battery.cels: 7\n`, "s.yaml:4: settings.battery.cels: there is no such setting"],
    [`${HEAD}ambient: hot\n`, 's.yaml:3: ambient: must be a number from -60 to 90, is "hot"'],
    [`${HEAD}ambient: { time_h: [0, 2, 1], degC: [1, 2, 3] }\n`, "s.yaml:3: ambient.time_h: must ascend"],
    [
      `${HEAD}events:\n  - at: 10\n    do: { load: none }\n`,
      's.yaml:4: events[1].at: must be a duration such as "10 s" or "2h 30m"',
    ],
    [
      `${HEAD}events:\n  - { do: { load: none } }\n`,
      's.yaml:4: events[1]: must have either "at" (a time) or "when" (a condition)',
    ],
    [
      `${HEAD}events:\n  - at: 1 s\n    do: { fault: hallFrozn }\n`,
      's.yaml:5: events[1].do.fault: unknown fault "hallFrozn"; did you mean "hallFrozen"?',
    ],
    [
      `${HEAD}events:\n  - at: 1 s\n    do: { fault: { kind: cellLeak, cell: 40 } }\n`,
      "s.yaml:5: events[1].do.fault: cellLeak: cell is a number from 1 to 18",
    ],
    [`${HEAD}events:\n  - at: 1 s\n    do: { explode: true }\n`, "s.yaml:5: events[1].do.explode: is unknown here"],
    [
      `${HEAD}events:\n  - when: device.sok < 1\n    do: { load: none }\n`,
      's.yaml:4: events[1].when: there is no "device.sok"; did you mean "device.soc"?',
    ],
    [
      `${HEAD}expectations:\n  - trip: overvoltge\n`,
      's.yaml:4: expectations[1].trip: must be one of the known words, is "overvoltge"; did you mean "overvoltage"?',
    ],
    [
      `${HEAD}expectations:\n  - { within: 2 parsecs of trip overvoltage, condition: trip.overvoltage }\n`,
      "s.yaml:4: expectations[1].within: must be like",
    ],
    [`${HEAD}expectations:\n  - { hope: yes }\n`, "s.yaml:4: expectations[1].hope: is unknown here"],
    [`${HEAD}world: [1\n`, "s.yaml:"],
    [`${HEAD}hours: 2\n`, "s.yaml:3: Map keys must be unique"],
  ])("%j", (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });
});

test("several problems are told in the order of the file", () => {
  const message = problemOf("name: x\nhours: 0\nseed: -1\nworld: { link_F: x }\n");
  expect(message.match(/s\.yaml:\d+/g)).toEqual(["s.yaml:2", "s.yaml:3", "s.yaml:4"]);
});

test("an unknown scenario names the shipped ones", () => {
  expect(() => loadScenario("nonsense")).toThrow(/there is no scenario "nonsense".*daily-solar/);
});

test("at least twelve scenarios are shipped, each with a description and expectations, named like its file", () => {
  const names = shippedScenarios();
  expect(names.length).toBeGreaterThanOrEqual(12);
  for (const name of names) {
    const scenario = loadScenario(name);
    expect(scenario.name).toBe(name);
    expect(scenario.description).not.toBe("");
    expect(scenario.expectations.length).toBeGreaterThanOrEqual(2);
  }
});

test("settings nested and dotted mean the same, and stand above what an installer would set", () => {
  const nested = readScenarioText(`${HEAD}settings: { protections: { overvoltage: { limit_V: 3.7 } } }\n`, "s.yaml");
  const dotted = readScenarioText(`${HEAD}settings: { protections.overvoltage.limit_V: 3.7 }\n`, "s.yaml");
  expect(nested.settings).toEqual(dotted.settings);
  expect(nested.settings.protections.overvoltage.limit_V).toBe(3.7);
});

test("without settings the device is set for the pack and its wiring", () => {
  const { settings } = readScenarioText(
    `${HEAD}world: { pack: { model: NMC, cells: 10, capacity_Ah: 40 }, outputs: [common, precharge, heater, none] }\n`,
    "s.yaml",
  );
  expect(settings.battery).toMatchObject({ chemistry: "NMC", cells: 10, capacity_Ah: 40 });
  expect(settings.mosfets).toMatchObject({
    assignment1: "common",
    assignment2: "precharging",
    assignment3: "heater",
    assignment4: "none",
  });
  expect(settings.common.enable).toBe(true);
  expect(settings.charge.enable || settings.discharge.enable || settings.main.enable).toBe(false);
});

test("the running device lists each shipped scenario as its file has it, off its head alone", () => {
  const told = shippedScenarios().map((name) => {
    const { description, duration_s } = loadScenario(name);
    return { name, description, duration_s };
  });
  expect(listScenarios()).toEqual(told);
});

// What is broken on the modelled board is found at the pins it is wired to, and nothing else is.
import { describe, expect, test } from "vitest";
import { copyImage, createImageReader } from "../core/signal-image.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { pinUses } from "../model/pin-uses.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { IMAGE_SIZE } from "../model/signal-image.ts";
import { readFault } from "../sim/fault-catalogue.ts";
import { applyFault } from "../sim/world.ts";
import { benchWorld } from "../virtual/bench.ts";
import { createDevice, plainScenario, tickDevice } from "../virtual/device.ts";
import { type Finding, lookAt, wireStates, wiringFindings } from "./wiring-findings.ts";

type Fault = Parameters<typeof readFault>[0];

function findingsAfter(
  faults: readonly Fault[],
  seconds: number,
  change: (settings: Settings) => void = () => {},
): Finding[] {
  const settings = createSettings();
  change(settings);
  const device = createDevice(plainScenario(benchWorld(settings), settings), settings, 7);
  const run = (s: number): void => {
    for (let tick = 0; tick < s * 50; tick++) tickDevice(device, 20_000);
  };
  run(15);
  for (const fault of faults) {
    const read = readFault(fault);
    if ("problem" in read) throw new Error(read.problem);
    applyFault(device.world, read);
  }
  run(seconds);
  const image = new Float64Array(IMAGE_SIZE);
  copyImage(createImageReader(device.bms), image);
  const { faults: states, active } = device.bms.protect;
  const errors = FAULT_NAMES.filter((name) => active[name] === 1).map((name) => ({ name, value: states[name].value }));
  return [...wiringFindings(lookAt(image), settings, pinUses(settings, settings.battery.cells), errors)];
}
const brief = (findings: readonly Finding[]) => findings.map(({ kind, element, pins }) => [kind, element, pins]);

describe("seed 7: what is wrong with the wires", () => {
  test("nothing on a board that is wired as the settings say", () => {
    expect(findingsAfter([], 5)).toEqual([]);
  });

  test.each([
    [1, "X8.12"],
    [7, "X8.15"],
    [15, "X8.19"],
  ])("open wire C%i is found at %s", (wire, pin) => {
    const found = brief(findingsAfter([{ kind: "senseWireOpen", wire }], 15));
    expect(found[0]).toEqual(["openWire", wire, [pin]]);
    expect(found.filter(([kind]) => kind === "openWire")).toHaveLength(1);
  });

  test("two open wires apart are both found", () => {
    const found = findingsAfter(
      [
        { kind: "senseWireOpen", wire: 4 },
        { kind: "senseWireOpen", wire: 11 },
      ],
      15,
    );
    expect(found.filter(({ kind }) => kind === "openWire").map(({ element }) => element)).toEqual([4, 11]);
  });

  test.each([
    ["a reversed cell", { kind: "cellReversed", cell: 5 }, ["reversedCell", 5, ["X8.3", "X8.14"]]],
    ["swapped wires", { kind: "senseWiresSwapped", wire: 3 }, ["swappedWires", 3, ["X8.13", "X8.3"]]],
    ["an open thermistor", { kind: "thermistorOpen", thermistor: 2 }, ["thermistorOpen", 2, ["X6.8", "X6.2"]]],
    ["a shorted thermistor", { kind: "thermistorShort", thermistor: 3 }, ["thermistorShorted", 3, ["X6.9", "X6.3"]]],
    ["a lost reference", { kind: "hallReferenceLost" }, ["currentSensor", 2, ["X7.4"]]],
    [
      "a contactor that is stuck",
      { kind: "contactorStuckOpen", output: 3 },
      ["contactorStuckOpen", 3, ["X1.16", "X1.6", "X1.15", "X1.7"]],
    ],
  ])("%s is found at its pins", (_, fault, expected) => {
    expect(brief(findingsAfter([fault], 20))).toContainEqual(expected);
  });

  test("a welded contactor is found at its pins as soon as it has to open", () => {
    const faults = [
      { kind: "contactorWelded", output: 3 },
      { kind: "thermistorOpen", thermistor: 1 },
    ];
    expect(brief(findingsAfter(faults, 20))).toContainEqual(["contactorWelded", 3, ["X1.16", "X1.6", "X1.15", "X1.7"]]);
  });

  test("fewer cells than are set: the inputs without a cell are named", () => {
    const settings = createSettings();
    settings.battery.cells = 15;
    const device = createDevice(plainScenario(benchWorld(settings), settings), createSettings(), 7);
    for (let tick = 0; tick < 2000; tick++) tickDevice(device, 10_000);
    const image = new Float64Array(IMAGE_SIZE);
    copyImage(createImageReader(device.bms), image);
    const found = wiringFindings(lookAt(image), createSettings(), pinUses(createSettings(), 16), []);
    expect(brief(found)).toContainEqual(["cellMissing", 16, ["X8.19", "X8.9"]]);
  });
});

describe("which wires are open, from what the device says of wires and cells", () => {
  const look = (first: number, connected: readonly number[]) => ({
    raw: (_: string, cell = 0) => connected[cell]!,
    value: () => (first < 0 ? undefined : first),
  });
  test.each([
    ["none", -1, [1, 1, 1, 1], "good good good good good"],
    ["C2 alone", 2, [1, 0, 0, 1], "good good open good good"],
    ["C0, the first", 0, [0, 1, 1, 1], "open good good good good"],
    ["C1 and C4, the last", 1, [0, 0, 1, 0], "good open good good open"],
    ["C1 and C2: nothing else explains cell 3", 1, [0, 0, 0, 1], "good open open good good"],
    ["C1, and what nobody can tell above", 1, [0, 0, 0, 0], "good open suspected suspected suspected"],
  ] as const)("%s", (_, first, connected, expected) => {
    expect(wireStates(look(first, connected), 4).join(" ")).toBe(expected);
  });
});

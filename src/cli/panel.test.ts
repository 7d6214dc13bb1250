// The live view as text: fits every terminal, says what matters, and keys are understood.
import { describe, expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { FAULT_CATALOGUE } from "../sim/fault-catalogue.ts";
import { applyFault } from "../sim/world.ts";
import { benchWorld } from "../virtual/bench.ts";
import { createDevice, plainScenario, tickDevice } from "../virtual/device.ts";
import { createJournal, noteChanges } from "../virtual/journal.ts";
import { readStatus } from "../virtual/status.ts";
import { bar, clip, createStyle, pad, wantsColours, widthOf } from "./ansi.ts";
import { clearAll, createFaultMenu, FAULT_MENU_KEYS, faultMenuLines, pressFaultKey } from "./fault-menu.ts";
import { keysOf } from "./keys.ts";
import { clock, duration, panelLines, type View } from "./panel.ts";

const COLOURED = createStyle(true);
const PLAIN = createStyle(false);

/** A device of some cells after some seconds, with a broken sense wire from the third second on. */
function deviceAfter(time_s: number, cells: number) {
  const changed = changeSettings(createSettings(), { "battery.chemistry": "LFP", "battery.cells": cells });
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const settings = changed.settings;
  const device = createDevice(plainScenario(benchWorld(settings), settings), settings, 1);
  const journal = createJournal();
  for (let tick = 0; tick < time_s * 100; tick++) {
    if (tick === 300) applyFault(device.world, { kind: "senseWireOpen", wire: 3 });
    tickDevice(device, 10_000);
    noteChanges(journal, device.bms, device.run.time_us / 1e6);
  }
  return { device, journal };
}

function viewAfter(time_s: number, cells = 16): View {
  const { device, journal } = deviceAfter(time_s, cells);
  return {
    status: readStatus(device.bms),
    settings: device.bms.settings,
    time_s,
    speed: 60,
    reached: 12,
    overruns: 3,
    asleep: false,
    load: "house",
    charger: "unplugged",
    modelFaults: ["Open sense wire (wire 3)"],
    trueSoc: 0.62,
    events: journal.events,
    place: "./data",
  };
}

describe("the panel", () => {
  const views = [viewAfter(0, 6), viewAfter(2.5), viewAfter(10), viewAfter(2.5, 18)];
  const sizes = [
    [80, 24],
    [110, 40],
    [200, 60],
    [60, 14],
    [40, 10],
  ] as const;
  test.each(sizes)("fills %d columns and %d rows and never more", (width, height) => {
    for (const view of views) {
      const lines = (room: number) => Array.from({ length: room }, () => "x".repeat(300));
      for (const menu of [undefined, { lines, keys: "y".repeat(300) }]) {
        const lines = panelLines(view, width, height, COLOURED, menu);
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  test("on 80 by 24 every cell, contactor, limit with its reason and an event are there", () => {
    const text = panelLines(viewAfter(2.5, 18), 80, 24, PLAIN).join("\n");
    for (let cell = 1; cell <= 18; cell++) expect(text).toMatch(new RegExp(` ${cell} 3\\.\\d{4} `));
    for (const word of [
      "charge ●",
      "discharge ●",
      "precharge ○",
      "main ●",
      "rate of change",
      "Temperatures",
      "No errors",
      "discharging contactor closed",
    ]) {
      expect(text).toContain(word);
    }
  });

  test("an error stands with its sentence, and cells that are not believed are marked", () => {
    const text = panelLines(viewAfter(10), 110, 40, PLAIN).join("\n");
    expect(text).toContain("● Sense wire C3 is open; opened charging contactor and discharging contactor.");
    expect(text).toContain("? not believed");
    expect(text).toContain("broken: Open sense wire (wire 3)");
    expect(text).toMatch(/×60 \(reaches ×12\)\s+3 overruns/);
  });

  test.each([
    [{ battery: false, current: true }, / 5\d\.\d\d V \? {3}[^?]* A {3}[^?]* W \?/],
    [{ battery: true, current: false }, / 5\d\.\d\d V {3}[^?]* A \? {3}[^?]* W \?/],
    [{ battery: true, current: true }, / 5\d\.\d\d V {3}[^?]* A {3}[^?]* W {2}/],
  ])("of voltage, current and power those that are not believed are marked: %j", (believed, shown) => {
    const view = viewAfter(2.5);
    const text = panelLines({ ...view, status: { ...view.status, believed } }, 110, 40, PLAIN).join("\n");
    expect(text).toMatch(shown);
  });

  test("without colours there is not a single escape code", () => {
    expect(panelLines(viewAfter(2.5), 110, 40, PLAIN).join("")).not.toContain("\x1b");
  });
});

test.each([
  [0, "00:00:00"],
  [3661.9, "01:01:01"],
  [90_061, "1 d 01:01:01"],
])("%d s are shown as %s", (time_s, shown) => expect(clock(time_s)).toBe(shown));

test.each([
  [59, "59 s"],
  [60, "1 min"],
  [3600, "1 h 0 min"],
  [99 * 3600, "more than 4 days"],
])("%d s to go are %s", (time_s, shown) => expect(duration(time_s)).toBe(shown));

describe("text on a terminal", () => {
  test("is cut by what is seen, not by its codes", () => {
    const red = COLOURED.red("abcdefgh");
    expect(widthOf(clip(red, 5))).toBe(5);
    expect(clip(red, 8)).toBe(red);
    expect(pad(COLOURED.bold("ab"), 4)).toBe("\x1b[1mab\x1b[22m  ");
  });

  test.each([
    [0, ""],
    [0.5, "████"],
    [1 / 64, "▏"],
    [1, "████████"],
    [1.7, "████████"],
    [-1, ""],
  ])("a bar of %d in eight columns is %s", (fraction, shown) => expect(bar(fraction, 8)).toBe(shown));

  test.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ TERM: "dumb" }, false],
  ])("%j wants colours: %s", (environment, wanted) => expect(wantsColours(environment)).toBe(wanted));
});

test.each([
  ["q", ["q"]],
  ["\x1b[A\x1b[B+", ["up", "down", "+"]],
  ["\x1b", ["escape"]],
  ["\x1bOA", ["up"]],
  ["\x03\r", ["ctrl-c", "enter"]],
  ["\x1b[15~x", ["x"]],
  ["\x01\x7f", []],
])("%j are the keys %j", (chunk, keys) => expect(keysOf(chunk)).toEqual(keys));

describe("the fault menu", () => {
  test("breaks with enter what it shows, repairs it with enter again, and x repairs all", () => {
    const { world } = deviceAfter(0.1, 16).device;
    const menu = createFaultMenu();
    expect(pressFaultKey(menu, "enter", world, 5)).toBe("broke: Open sense wire (wire 3)");
    expect(world.activeFaults).toEqual([{ kind: "senseWireOpen", wire: 3 }]);
    expect(faultMenuLines(menu, world, 80, 12, PLAIN).join("\n")).toContain("(now 3)");
    pressFaultKey(menu, "right", world, 5);
    expect(pressFaultKey(menu, "enter", world, 5)).toBe("broke: Open sense wire (wire 4)");
    pressFaultKey(menu, "left", world, 5);
    expect(pressFaultKey(menu, "enter", world, 5)).toBe("repaired: Open sense wire (wire 3)");
    expect(pressFaultKey(menu, "x", world, 5)).toBe("repaired everything (1)");
    expect(clearAll(world)).toBe("");
  });

  test("every row can be broken and repaired at both ends of its elements", () => {
    const { world } = deviceAfter(0.1, 6).device;
    const menu = createFaultMenu();
    for (let row = 0; row < 100; row++) pressFaultKey(menu, "up", world, 5);
    for (let row = 0; row < 60; row++) {
      for (const way of ["left", "right"]) {
        for (let step = 0; step < 20; step++) pressFaultKey(menu, way, world, 5);
        expect(pressFaultKey(menu, "enter", world, 5)).toMatch(/^(broke|repaired): /);
      }
      pressFaultKey(menu, "down", world, 5);
    }
    clearAll(world);
    expect(world.activeFaults).toEqual([]);
  });

  test("fits 80 columns with every word of help, whichever row is chosen", () => {
    const { world } = deviceAfter(0.1, 18).device;
    const menu = createFaultMenu();
    for (const [at, { help }] of Object.values(FAULT_CATALOGUE).entries()) {
      menu.at = at;
      for (const height of [6, 12, 30]) {
        const lines = faultMenuLines(menu, world, 80, height, PLAIN);
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
        expect(lines.map((line) => line.trim()).join(" ")).toContain(help);
      }
    }
  });

  test("while it is open the line of keys tells its keys, and no others", () => {
    const { world } = deviceAfter(0.1, 16).device;
    const lines = (room: number): string[] => faultMenuLines(createFaultMenu(), world, 80, room, PLAIN);
    const shown = panelLines(viewAfter(2.5), 80, 24, PLAIN, { lines, keys: FAULT_MENU_KEYS });
    expect(shown.at(-1)).toBe(` ${FAULT_MENU_KEYS}`);
    expect(shown.join("\n")).not.toMatch(/q quit|c charger/);
  });

  test("a letter jumps to the next title that begins with it, escape closes", () => {
    const { world } = deviceAfter(0.1, 16).device;
    const menu = createFaultMenu();
    menu.open = true;
    pressFaultKey(menu, "w", world, 5);
    expect(pressFaultKey(menu, "enter", world, 5)).toMatch(/^broke: W/);
    pressFaultKey(menu, "escape", world, 5);
    expect(menu.open).toBe(false);
  });
});

test("where the monitor is, and the code for its first owner, stand whole in 80 columns; without a monitor nothing does", () => {
  const view = viewAfter(2.5);
  const monitor = { urls: ["http://127.0.0.1:8080"], code: "BHMG-JYX9" };
  const lineOf = (shown: View) => panelLines(shown, 80, 24, PLAIN).find((line) => line.includes("monitor"));
  expect(lineOf({ ...view, monitor })).toBe(" monitor http://127.0.0.1:8080   first owner's code BHMG-JYX9");
  expect(lineOf({ ...view, monitor: { ...monitor, code: undefined } })).toBe(" monitor http://127.0.0.1:8080");
  expect(lineOf(view)).toBeUndefined();
});

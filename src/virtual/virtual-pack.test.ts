// A device without a disk: what it writes down stays in memory, in order and within bounds.
import { beforeAll, describe, expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { readFault } from "../sim/fault-catalogue.ts";
import { applyFault } from "../sim/world.ts";
import { benchWorld } from "./bench.ts";
import { ask, plainScenario } from "./device.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "./virtual-pack.ts";

const BEGAN_ms = Date.UTC(2026, 0, 1);

function start(): VirtualPack {
  const settings = createSettings();
  const scenario = plainScenario(benchWorld(settings), settings);
  return createVirtualPack({ scenario, settings, seed: 7, program: "test", began_ms: BEGAN_ms });
}

function run(pack: VirtualPack, time_s: number): void {
  for (let tick = 0; tick < time_s * 100; tick++) tickPack(pack, 10_000);
}

describe("a virtual pack", () => {
  let pack: VirtualPack;

  beforeAll(() => {
    pack = start();
    run(pack, 5);
    const fault = readFault({ kind: "thermistorOpen", thermistor: 2 });
    if ("problem" in fault) throw new Error(fault.problem);
    applyFault(pack.device.world, fault);
    run(pack, 15);
  });

  test("numbers its entries from 1 without a gap, with the wall time of the model", () => {
    expect(pack.entries.map(({ sequence }) => sequence)).toEqual(pack.entries.map((_, i) => i + 1));
    expect(pack.entries[0]).toMatchObject({ code: "started", wall_ms: BEGAN_ms });
    for (const { wall_ms, uptime_s } of pack.entries) expect(wall_ms).toBeCloseTo(BEGAN_ms + 1000 * uptime_s, 6);
  });

  test("closes its contactors, trips on the broken thermistor, and says so", () => {
    const texts = pack.entries.map(({ text }) => text);
    expect(texts).toContain("discharging contactor closed");
    expect(texts.some((text) => text.startsWith("Temperature sensor 2 is open"))).toBe(true);
  });

  test("keeps the seconds around the trip under the number of its entry", () => {
    const trip = pack.entries.find(({ code }) => code === "tripped");
    expect(pack.frames.get(trip?.sequence ?? 0)?.length).toBeGreaterThan(1000);
  });

  test("keeps the rows, events and recorder blocks that a log on a disk would have", () => {
    const topics = new Set(pack.log.map(({ topic }) => topic));
    expect([...topics].sort()).toEqual(["/events", "/recorder/frame", "/recorder/inputs", "/recorder/start", "/state"]);
    expect(pack.logSize_bytes).toBe(pack.log.reduce((sum, { data }) => sum + data.length, 0));
  });

  test("keeps changed settings as a revision with who changed what", () => {
    ask(pack.device, { kind: "set", changes: { "protections.overvoltage.limit_V": 3.7 } }, undefined, "anna");
    run(pack, 0.1);
    const [{ revision }] = pack.revisions.slice(-1);
    expect(revision).toMatchObject({ actor: "anna", changes: [{ name: "protections.overvoltage.limit_V", to: 3.7 }] });
    expect(pack.entries.at(-1)?.code).toBe("settingsChanged");
  });

  test("notes what was refused, and makes no revision of it", () => {
    const before = pack.revisions.length;
    ask(pack.device, { kind: "set", changes: { "battery.cells": 99 } }, undefined, "anna");
    run(pack, 0.1);
    expect(pack.revisions.length).toBe(before);
    expect(pack.entries.at(-1)).toMatchObject({ code: "requestRefused", actor: "anna" });
  });
});

test("two packs of one seed write down the same, bit for bit", () => {
  const [a, b] = [start(), start()];
  run(a, 3);
  run(b, 3);
  expect(a.entries).toEqual(b.entries);
  expect(a.log).toEqual(b.log);
});

// The virtual device of a page, at a clock that the test moves: it ticks, tells, answers, begins anew in a scenario, and stops with
// open contactors after a mistake.

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { IMAGE_PLACES } from "../../model/signal-image.ts";
import type { Clock } from "../../virtual/loop.ts";
import type { FromWorker, VirtualStart } from "./messages.ts";
import { createShelf } from "./scenarios.ts";
import { VirtualHost } from "./virtual-host.ts";

const FOLDER = join(import.meta.dirname, "../../sim/scenarios");
const START: VirtualStart = { name: "try", scenario: "bench", seed: 1, changes: {}, speed: 1 };

type Kind = FromWorker["kind"];
type Of<K extends Kind> = Extract<FromWorker, { kind: K }>;

/** A clock that stands until it is moved, from deadline to deadline. */
function createHandClock(): Clock & { readonly pass: (time_s: number) => void } {
  let now_us = 0;
  let due: { at_us: number; act: () => void }[] = [];
  return {
    now_us: () => now_us,
    at: (at_us, act) => void due.push({ at_us, act }),
    pass: (time_s) => {
      const end_us = now_us + time_s * 1e6;
      for (;;) {
        const [next] = due.sort((a, b) => a.at_us - b.at_us);
        if (next === undefined || next.at_us > end_us) break;
        due = due.slice(1);
        now_us = Math.max(now_us, next.at_us);
        next.act();
      }
      now_us = end_us;
    },
  };
}

async function rig(start: Partial<VirtualStart> = {}) {
  const clock = createHandClock();
  const told: FromWorker[] = [];
  const files = new Map(
    globSync("*.yaml", { cwd: FOLDER })
      .sort()
      .map((file) => [basename(file, ".yaml"), parse(readFileSync(join(FOLDER, file), "utf8")) as unknown]),
  );
  const shelf = createShelf(async () => files);
  const host = new VirtualHost({
    clock,
    wall_ms: () => 1_700_000_000_000,
    shelf,
    post: (message) => told.push(message),
  });
  await host.take({ kind: "start", start: { ...START, ...start } });
  const all = <K extends Kind>(kind: K): Of<K>[] => told.filter((each): each is Of<K> => each.kind === kind);
  let last = 0;
  /** Asks, and lets a tick pass in which it is answered. */
  const ask = async (name: Parameters<typeof call>[0], input: unknown) => {
    const id = ++last;
    await call(name, input, id);
    clock.pass(0.02);
    return all("reply").find((each) => each.id === id)!.reply;
  };
  const call = (
    name: Extract<Parameters<VirtualHost["take"]>[0], { kind: "call" }>["name"],
    input: unknown,
    id: number,
  ) => host.take({ kind: "call", id, name, input });
  return { clock, told, host, all, ask, latest: <K extends Kind>(kind: K): Of<K> => all(kind).at(-1)! };
}

test("ten seconds of the clock are ten of the device, told as often as was wished and no oftener", async () => {
  const { clock, host, all, latest } = await rig();
  await host.take({ kind: "want", wish: { rate_Hz: 5, bus: false, world: true } });
  clock.pass(10);
  expect(host.pack?.device.run.time_us).toBeCloseTo(10e6, -5);
  expect(all("image").length).toBeGreaterThanOrEqual(49);
  expect(all("image").length).toBeLessThanOrEqual(51);
  expect(latest("device").told).toMatchObject({ mode: "running", cells: 16, setup: "try" });
  expect(latest("image").image[IMAGE_PLACES.get("battery_V")!.at]).toBeGreaterThan(45);
});

test("a pack in the background is told of once a second and ticks as before", async () => {
  const { clock, host, all } = await rig();
  await host.take({ kind: "want", wish: { rate_Hz: 1, bus: false, world: false } });
  clock.pass(20);
  expect(host.pack?.device.run.ticks).toBeGreaterThan(1900);
  expect(all("image").length).toBeLessThanOrEqual(21);
  expect(all("device").length).toBeLessThanOrEqual(21);
});

test("frames of the bus are told by name to who wishes them, each once, and to nobody else", async () => {
  const { clock, host, all, ask } = await rig();
  clock.pass(3);
  expect(all("bus")).toEqual([]);
  await host.take({ kind: "want", wish: { rate_Hz: 10, bus: true, world: false } });
  clock.pass(5);
  const frames = all("bus").flatMap((told) => told.frames);
  expect(frames.map(({ number }) => number)).toEqual(frames.map((_, i) => i + 1));
  expect(new Set(frames.map(({ name }) => name))).toEqual(
    new Set([
      ...[
        "heartbeat of node 32",
        "heartbeat of node 1",
        "SYNC",
        "SDO to node 32",
        "SDO from node 32",
        "TPDO 1",
        "TPDO 2",
      ],
      ...["read input registers 0x8000 × 6", "read input registers 0x8190 × 4", "read input registers 0x80B0 × 8"],
    ]),
  );
  const heard = await ask("bus", { after: frames.length - 2 });
  expect(heard).toMatchObject({ ok: true, answer: { last: expect.any(Number) } });
  await host.take({ kind: "want", wish: { rate_Hz: 10, bus: false, world: false } });
  clock.pass(15);
  const before = all("bus").length;
  clock.pass(5);
  expect(all("bus").length).toBe(before);
});

test("the wished speed is the device's, and the reached one is told", async () => {
  const { clock, ask, latest } = await rig();
  expect(await ask("setWorld", { speed: 100 })).toMatchObject({ ok: true });
  clock.pass(5);
  expect(latest("world").told).toMatchObject({ speed: 100 });
  expect(latest("world").told.reachedSpeed).toBeGreaterThan(95);
  expect(latest("world").told.reachedSpeed).toBeLessThan(105);
});

test("at the highest speed an hour passes in a second, in steps that a core takes", async () => {
  const { clock, host, latest } = await rig({ speed: 3600 });
  clock.pass(0.3);
  const { run } = host.pack!.device;
  expect(run.time_us).toBeGreaterThan(900e6);
  expect(run.ticks).toBeLessThan(3000);
  expect(latest("device").told.errors).toEqual([]);
});

test("settings that differ from the defaults make another pack, and those that cannot be say why", async () => {
  const { clock, latest } = await rig({ changes: { "battery.cells": 8, "battery.chemistry": "NMC" } });
  clock.pass(1);
  expect(latest("device").told).toMatchObject({ cells: 8, chemistry: "NMC" });
  const wrong = await rig({ changes: { "battery.cells": 99 } });
  expect(wrong.latest("failed").message).toMatch(/battery\.cells/);
});

test("a scenario begins anew with its world, its settings and what it demands", async () => {
  const { clock, host, ask, latest } = await rig();
  clock.pass(2);
  expect(await ask("startScenario", { name: "no-such" })).toMatchObject({ ok: false });
  expect(await ask("startScenario", { name: "thermistor-falls-off" })).toMatchObject({ ok: true });
  await host.take({ kind: "want", wish: { rate_Hz: 10, bus: false, world: true } });
  clock.pass(2);
  expect(latest("world").told).toMatchObject({ scenario: "thermistor-falls-off", scenarioDuration_s: 720 });
  expect(latest("world").told.scenarioTime_s).toBeLessThan(3);
  expect(latest("world").told.expectations.map(({ verdict }) => verdict)).toEqual(["open", "open", "open", "open"]);
  await ask("setWorld", { speed: 60 });
  clock.pass(13);
  const { expectations } = latest("world").told;
  expect(expectations.map(({ verdict }) => verdict)).toEqual(["passed", "passed", "passed", "passed"]);
});

test.each([
  ["setWorld", { speed: -1 }],
  ["setWorld", { speed: "fast" }],
  ["command", { command: "explode" }],
  ["override", { signal: "button", value: 7 }],
] as const)("what does not fit %s is refused and stops nothing: %j", async (name, input) => {
  const { ask, all } = await rig();
  expect(await ask(name, input)).toMatchObject({ ok: false, problem: { kind: "invalid" } });
  expect(all("failed")).toEqual([]);
});

test("a mistake of ours stops the device: contactors count as open, the page is told why, and a new start begins anew", async () => {
  const { clock, host, told, all, ask, latest } = await rig();
  clock.pass(10);
  expect(latest("device").told.contactors.some(({ closed }) => closed)).toBe(true);
  Object.defineProperty(host.pack!.device.world, "ambient_degC", {
    get: () => 20,
    set: () => {
      throw new Error("the model is broken");
    },
  });
  expect(await ask("setWorld", { ambient_degC: 5 })).toMatchObject({
    ok: false,
    problem: { kind: "failed", detail: "the model is broken" },
  });
  expect(latest("failed").message).toBe("the model is broken");
  expect(latest("device").told).toMatchObject({ mode: "stopped", isAwake: false });
  expect(latest("device").told.contactors.every(({ closed }) => !closed)).toBe(true);
  const count = told.length;
  clock.pass(10);
  expect(told.length).toBe(count); // nothing ticks any more
  expect(await ask("device", {})).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
  await host.take({ kind: "start", start: START });
  clock.pass(1);
  expect(all("device").at(-1)?.told.isAwake).toBe(true);
});

test("a tick that throws stops it too", async () => {
  const { clock, host, latest } = await rig();
  clock.pass(1);
  Object.defineProperty(host.pack!.device.run, "awake", {
    get: () => {
      throw new Error("the core is broken");
    },
  });
  clock.pass(1);
  expect(latest("failed").message).toBe("the core is broken");
});

test("of two starts the later one runs alone", async () => {
  const { clock, host, latest, all } = await rig();
  const first = host.take({ kind: "start", start: { ...START, name: "first" } });
  const second = host.take({ kind: "start", start: { ...START, name: "second" } });
  await Promise.all([first, second]);
  clock.pass(1);
  expect(latest("device").told.setup).toBe("second");
  expect(all("device").some(({ told }) => told.setup === "first")).toBe(false);
});

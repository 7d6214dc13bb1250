// A whole session on a clock that the test moves: what is kept and when, what a mistake of ours leaves behind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { START_ms, sessionOptions } from "../../tests/rigs/session.ts";
import { createSettings } from "../model/settings.ts";
import { ask } from "../virtual/device.ts";
import { type Outcome, Session, type SessionOptions } from "./session.ts";
import { peek } from "./store.ts";
import { readHistory } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-session-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

async function play(
  folder: string,
  more: Partial<SessionOptions> = {},
): Promise<{ session: Session; outcome: Outcome }> {
  const session = await Session.open(sessionOptions(folder, more));
  session.start();
  return { session, outcome: await session.done };
}

test("a session ends after its duration with open contactors and a saved state", async () => {
  const folder = newFolder();
  const { session, outcome } = await play(folder, { duration_s: 4 });
  expect(outcome).toEqual({ kind: "stopped", open: true, saved: true });
  expect(session.journal.events.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      "main contactor closed",
      "discharging contactor closed",
      "discharging contactor opened",
      "main contactor opened",
    ]),
  );
  expect(peek(folder, "default")?.saved?.saved_ms).toBeGreaterThan(START_ms + 4000);
});

test("counters and charge go on where they were, of the device and of the pack", async () => {
  const folder = newFolder();
  const first = await play(folder, { duration_s: 60 });
  const second = await Session.open(sessionOptions(folder, { wall_ms: () => START_ms + 62_000 }));
  expect(second.resumed).toBe(true);
  expect(second.device.bms.estimate.lifetimeDischarged_Ah).toBe(
    first.session.device.bms.estimate.lifetimeDischarged_Ah,
  );
  expect(second.device.bms.estimate.lifetimeDischarged_Ah).toBeGreaterThan(0.3);
  const [before, after] = [first.session, second].map(({ device }) => device.world.cells.soc);
  expect(Math.abs((after?.[0] ?? 0) - (before?.[0] ?? 1))).toBeLessThan(0.0001);
  second.start();
  second.stop();
  await second.done;
});

test("a month in the cupboard costs the pack its self-discharge", async () => {
  const folder = newFolder();
  const { session } = await play(folder, { duration_s: 2 });
  const month_ms = 30 * 86_400_000;
  const later = await Session.open(sessionOptions(folder, { wall_ms: () => START_ms + month_ms }));
  const lost = (session.device.world.cells.soc[0] ?? 0) - (later.device.world.cells.soc[0] ?? 0);
  expect(lost).toBeGreaterThan(0.005);
  expect(lost).toBeLessThan(0.2);
  later.start();
  later.stop();
  await later.done;
});

test("a battery whose settings are changed keeps its counters; its charge is estimated anew", async () => {
  const folder = newFolder();
  const before = await play(folder, { duration_s: 60 });
  const changes = { "battery.capacity_Ah": 90 };
  const { session } = await play(folder, { duration_s: 1, changes });
  expect(session.remarks).toEqual([
    "the modelled pack is made otherwise than last time: its charge is estimated anew, counters go on",
  ]);
  const { operating_s, lifetimeDelivered_Wh } = before.session.device.bms.estimate;
  expect(session.device.bms.estimate.operating_s).toBeGreaterThanOrEqual(operating_s);
  expect(session.device.bms.estimate.lifetimeDelivered_Wh).toBeGreaterThanOrEqual(lifetimeDelivered_Wh);
});

test("another battery does not take over the charge of the last one, and says so", async () => {
  const folder = newFolder();
  await play(folder, { duration_s: 1 });
  const other = await play(folder, { duration_s: 1, seed: 2 });
  expect(other.session.resumed).toBe(false);
  expect(other.session.remarks).toEqual(["this is another battery than last time: charge and counters start anew"]);
});

test("the state is saved each second, and no more often than the card is to be written", async () => {
  for (const [sync_s, least, most] of [
    [1, 18, 21],
    [10, 2, 8], // each switching of a contactor at the start is saved too
  ] as const) {
    const base = createSettings();
    base.sdCard.sync_s = sync_s;
    const session = await Session.open(sessionOptions(newFolder(), { base, duration_s: 20 }));
    let saves = 0;
    const { store } = session.writing;
    const save = store.save.bind(store);
    store.save = (saved) => {
      saves++;
      return save(saved);
    };
    session.start();
    await session.done;
    expect(saves).toBeGreaterThanOrEqual(least);
    expect(saves).toBeLessThanOrEqual(most);
  }
});

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a changed setting is kept at once", async () => {
  const folder = newFolder();
  const session = await Session.open(sessionOptions(folder));
  session.start();
  const answer = await new Promise((resolve) =>
    ask(session.device, { kind: "set", changes: { "protections.overvoltage.limit_V": 3.7 } }, resolve),
  );
  expect(answer).toEqual({ ok: true });
  const changes = await waitFor(() => {
    const kept = peek(folder, "default")?.changes ?? {};
    return Object.keys(kept).length > 0 ? kept : undefined;
  });
  expect(changes).toEqual({ "protections.overvoltage.limit_V": 3.7 });
  const [revision] = readHistory(folder, "default");
  expect(revision?.changes).toEqual([{ name: "protections.overvoltage.limit_V", from: 3.75, to: 3.7 }]);
  session.stop();
  await session.done;
});

test("our own mistake opens the contactors and leaves the last good state on disk", async () => {
  const folder = newFolder();
  await play(folder, { duration_s: 3 });
  const good = peek(folder, "default")?.saved;
  const session = await Session.open(sessionOptions(folder));
  session.start();
  while (session.device.world.truth.contacts.every((closed) => closed === 0))
    await new Promise((resolve) => setImmediate(resolve));
  Object.assign(session.device.bms, { plan: undefined });
  const outcome = await session.done;
  expect(outcome).toMatchObject({ kind: "failed", open: true });
  expect(session.device.world.truth.contacts.every((closed) => closed === 0)).toBe(true);
  expect(peek(folder, "default")?.saved).toEqual(good);
});

test("a welded contactor is told at the end, within a bounded time", async () => {
  const session = await Session.open(sessionOptions(newFolder(), { duration_s: 5 }));
  session.start();
  while (session.device.world.truth.contacts[0] === 0) await new Promise((resolve) => setImmediate(resolve));
  const { applyFault } = await import("../sim/world.ts");
  applyFault(session.device.world, { kind: "contactorWelded", output: 1 });
  expect(await session.done).toEqual({ kind: "stopped", open: false, saved: true });
});

test("kept settings that no longer fit are refused with their name", async () => {
  const folder = newFolder();
  await play(folder, { duration_s: 0.1, changes: { "battery.noSuchRow": 1 } as never }).catch(() => {});
  await expect(Session.open(sessionOptions(folder, { changes: { "battery.cells": 99 } }))).rejects.toThrow(
    /battery\.cells must be 6 to 18.*--settings/,
  );
});

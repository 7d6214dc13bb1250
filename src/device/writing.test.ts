// What is written down beside the ticks: a mistake in it never opens contactors and never stays untold, and what was not
// written is tried again.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openBytes } from "../../tests/rigs/open-bytes.ts";
import { START_ms, sessionOptions, until } from "../../tests/rigs/session.ts";
import { readMessages } from "../log/log-file.ts";
import type { LogMessage, TopicName } from "../log/topics.ts";
import { unpackFrame } from "../replay/freeze-frame.ts";
import { applyFault, pressButton } from "../sim/world.ts";
import { ask } from "../virtual/device.ts";
import { logFolderOf } from "./log-names.ts";
import { Session } from "./session.ts";
import { peek } from "./store.ts";
import { readFrame, readJournal } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-writing-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

async function begun(folder: string, duration_s: number): Promise<Session> {
  const session = await Session.open(sessionOptions(folder, { duration_s }));
  session.start();
  await until(() => session.device.bms.decide.contactors.discharge.closed === 1);
  return session;
}

const time_s = (session: Session): number => session.device.run.time_us / 1e6;

function read(folder: string, topic: TopicName): LogMessage[] {
  return readdirSync(logFolderOf(folder))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(logFolderOf(folder), name));
      const log = openBytes(bytes);
      return "problem" in log ? [] : [...readMessages(log, [topic])];
    });
}

test("a mistake in the recorder leaves the contactors closed, sets the log's indication and is told once", async () => {
  const folder = newFolder();
  const session = await begun(folder, 12);
  const { recorder } = session.writing;
  Object.defineProperty(recorder, "time_us", { get: () => { throw new Error("a slip"); } }); // biome-ignore format: one line
  await until(() => time_s(session) > 8);
  const { bms } = session.device;
  expect(bms.decide.contactors.discharge.closed).toBe(1);
  expect(bms.protect.active.logging).toBe(1);
  expect(await session.done).toMatchObject({ kind: "stopped", open: true, saved: true });
  const told = readJournal(folder, { code: "failed" });
  expect(told.map(({ text, severity }) => [severity, text])).toEqual([
    ["critical", "internal error in the recorder: a slip; it stops until the next start, protection goes on"],
  ]);
});

test("a mistake in the device itself opens the contactors, and the journal names it", async () => {
  const folder = newFolder();
  const session = await begun(folder, 1e9);
  Object.defineProperty(session.device.bms.decide, "mode", { get: () => { throw new Error("a slip"); } }); // biome-ignore format: one line
  expect(await session.done).toMatchObject({ kind: "failed", open: true });
  expect(readJournal(folder).at(-1)).toMatchObject({
    code: "failed",
    text: "internal error: a slip; contactors opened",
  });
  const next = await Session.open(sessionOptions(folder, { duration_s: 1 }));
  next.start();
  await next.done;
  expect(readJournal(folder, { code: "killed" })).toEqual([]);
});

test("a trip after which the device falls asleep has the seconds before it in its frame", async () => {
  const folder = newFolder();
  const session = await begun(folder, 40);
  await until(() => time_s(session) > 20);
  const { world, bms } = session.device;
  applyFault(world, { kind: "thermistorOpen", thermistor: 1 });
  await until(() => bms.protect.active.thermistor === 1);
  pressButton(world, (bms.settings.powerDown.buttonOff_ms + 200) * 1000);
  await until(() => session.device.run.awake === 0);
  pressButton(world, 300_000);
  await session.done;
  const [trip] = readJournal(folder, { code: "tripped" });
  const frame = unpackFrame(readFrame(folder, trip!.sequence)!)!;
  expect(frame.parts[0]!.end_us / 1e6).toBeLessThan(trip!.uptime_s - 10);
  expect(frame.parts.at(-1)!.end_us / 1e6).toBeGreaterThanOrEqual(trip!.uptime_s);
});

test("settings that could not be written are tried again until they are kept", async () => {
  const folder = newFolder();
  const session = await begun(folder, 30);
  const { store } = session.writing;
  const keep = store.keep.bind(store);
  let refusals = 2;
  store.keep = (...all) => (refusals-- > 0 ? Promise.resolve(0) : keep(...all));
  ask(session.device, { kind: "set", changes: { "user.address": "shed" } }, undefined, "anna");
  await session.done;
  expect(refusals).toBeLessThan(0);
  expect(peek(folder, "default")?.changes).toMatchObject({ "user.address": "shed" });
});

test("a shorter period of the log takes effect at once", async () => {
  const folder = newFolder();
  const session = await begun(folder, 20);
  const asked = (period_s: number): void =>
    ask(session.device, { kind: "set", changes: { "sdCard.period_s": period_s } }, undefined, "anna");
  asked(3600);
  await until(() => time_s(session) > 10);
  asked(1);
  await session.done;
  const rows = read(folder, "/state").map(({ time_us }) => time_us / 1e6 - START_ms / 1000);
  expect(rows.filter((second) => second > 10).length).toBeGreaterThanOrEqual(9);
  expect(rows.filter((second) => second > 4 && second < 10)).toEqual([]);
});

test("what a scenario changes and commands stands in the journal too, as the scenario's doing", async () => {
  const folder = newFolder();
  const session = await begun(folder, 10);
  session.device.run.requests.push({ kind: "set", changes: { "user.address": "shed" } });
  ask(session.device, { kind: "command", command: "resetCounters" }, undefined, "anna");
  await session.done;
  const told = readJournal(folder).filter(({ code }) => code === "settingsChanged" || code === "commandGiven");
  expect(told.map(({ actor, code }) => [actor, code])).toEqual([
    ["scenario", "settingsChanged"],
    ["anna", "commandGiven"],
    ["command line", "commandGiven"], // the power down at the end
  ]);
});

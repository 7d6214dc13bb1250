// A running device is killed (SIGKILL) again and again at random moments, while settings, contactors, journal and log are
// on the move: each time it starts again with everything it had acknowledged. The long form kills 300 times.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { createRandom, type Random, uniform } from "../../src/base/random.ts";
import { DISK } from "../../src/device/log-files.ts";
import { logFolderOf } from "../../src/device/log-names.ts";
import { LogWriter } from "../../src/device/log-writer.ts";
import { readJournal, verifyJournal } from "../../src/device/store-reader.ts";
import { readMessages } from "../../src/log/log-file.ts";
import { TOPIC_NAMES } from "../../src/log/topics.ts";
import { createSettings } from "../../src/model/settings.ts";
import { segmentsOf } from "../../src/replay/recording.ts";
import { replay } from "../../src/replay/replay.ts";
import { openBytes } from "../rigs/open-bytes.ts";
import { thorough } from "../thorough.ts";
import { type Acknowledged, type Found, losses, nothingMore } from "./witness.ts";

const KILLS = thorough(300, 30);
const SEED = 20261123;
/** Folders worked on at the same time. */
const LANES = 2;
/** A start takes about half of this; and a life tells some hundred lines a second. */
const STARTING_ms = 1000;
const MOST_LINES = 150;
const VICTIM = join(import.meta.dirname, "victim.ts");

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-kill-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

/** What a life told: nothing where it was killed before it had taken up what was left, and so before it asked for anything. */
type Life = {
  readonly found: Found | undefined;
  readonly said: Acknowledged["acknowledged"] | undefined;
  readonly errors: string;
};

/** When the kill comes: so long after the process began, or after so many lines of what it acknowledged. */
type Death = { readonly after_ms: number } | { readonly lines: number };

async function live(folder: string, death: Death): Promise<Life> {
  const child = spawn(process.execPath, [VICTIM, folder], { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr!.on("data", (chunk) => (errors += String(chunk)));
  let found: Found | undefined;
  let said: Acknowledged | undefined;
  let lines = 0;
  const ended = new Promise((resolve) => child.once("close", resolve));
  if ("after_ms" in death) killLater(child, death.after_ms);
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    if (!line.endsWith("}}")) return; // cut off by the kill
    const told = JSON.parse(line) as Found | Acknowledged;
    if ("acknowledged" in told) said = told;
    else found = told;
    if ("lines" in death && ++lines > death.lines) child.kill("SIGKILL");
  });
  await ended;
  if (found === undefined && "lines" in death) throw new Error(`the device did not start: ${errors}`);
  return { found, said: said?.acknowledged, errors };
}

/** Real time: a power cut keeps no clock of ours. */
const killLater = (child: ChildProcess, after_ms: number): void =>
  void setTimeout(() => child.kill("SIGKILL"), after_ms);

/** One in four dies while it starts, whatever it is at; the others by what they have got done, on a fast machine or a slow one. */
const deathOf = (random: Random): Death =>
  uniform(random) < 0.25
    ? { after_ms: uniform(random) * STARTING_ms }
    : { lines: Math.floor(uniform(random) * MOST_LINES) };

async function killAgainAndAgain(folder: string, times: number, seed: number): Promise<string[]> {
  const random = createRandom(seed);
  const lost: string[] = [];
  const logged_us: number[] = [];
  let before: { readonly found: Found; readonly said: Acknowledged["acknowledged"] } | undefined;
  for (let i = 0; i < times; i++) {
    const { found, said, errors } = await live(folder, deathOf(random));
    if (errors !== "") lost.push(`kill ${i}: ${errors}`);
    if (found === undefined) continue;
    if (before !== undefined)
      lost.push(...losses(before.found, before.said, found).map((line) => `kill ${i}: ${line}`));
    if (said !== undefined) logged_us.push(said.log_us);
    before = { found, said: said ?? nothingMore(found) };
  }
  finishLog(folder);
  return [...lost, ...lostOfLog(folder, logged_us)];
}

/** What the next start does with the files of the last one. */
function finishLog(folder: string): void {
  const { sdCard } = createSettings();
  const identity = {
    serialNumber: "",
    manufacturer: "",
    program: "",
    pack: "",
    setup: "",
    began_us: 0,
    clock: "",
    speed: 1,
  };
  const beginning = { identity, settings: "{}" };
  const writer = new LogWriter({
    folder: logFolderOf(folder),
    files: DISK,
    limits: sdCard,
    beginning,
    now_ms: () => 0,
  });
  writer.open();
  writer.close();
}

/** The newest record that each life said to be on the medium is in one of the files. */
function lostOfLog(folder: string, logged_us: readonly number[]): string[] {
  const there = new Set<number>();
  for (const log of readLogs(folder)) for (const { time_us } of readMessages(log, TOPIC_NAMES)) there.add(time_us);
  return logged_us.filter((time_us) => time_us > 0 && !there.has(time_us)).map((time_us) => `the record of ${time_us}`);
}

function readLogs(folder: string) {
  return readdirSync(logFolderOf(folder))
    .filter((name) => name.endsWith(".mcap"))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(logFolderOf(folder), name));
      const log = openBytes(bytes);
      if ("problem" in log) throw new Error(`${name}: ${log.problem}`);
      return log;
    });
}

test(`a device killed ${KILLS} times at random moments (seed ${SEED}) loses nothing it had acknowledged`, async () => {
  const folders = Array.from({ length: LANES }, (_, lane) => join(ROOT, `lane-${lane}`));
  const times = Math.ceil(KILLS / LANES);
  const lost = await Promise.all(folders.map((folder, lane) => killAgainAndAgain(folder, times, SEED + lane)));
  expect(lost.flat()).toEqual([]);
  for (const folder of folders) {
    expect(verifyJournal(folder)).toMatchObject({ whole: true });
    const codes = readJournal(folder).map(({ code }) => code);
    expect(codes.filter((code) => code === "started")).toHaveLength(
      codes.filter((code) => code === "killed").length + 1,
    );
    expect(codes.filter((code) => code === "contactorClosed").length).toBeGreaterThan(times / 4);
    const logs = readLogs(folder);
    expect(logs.every(({ isFinished, damage }) => isFinished && damage === undefined)).toBe(true);
    for (const log of logs) {
      const recorded = [...readMessages(log, ["/recorder/start", "/recorder/inputs"])];
      if (recorded.length > 1)
        expect(replay(segmentsOf(recorded))).toMatchObject({ identical: true, unused: 0, gaps: 0 });
    }
  }
}, 1_500_000);

// The server's answers out of a real data folder: while the device writes it, while it is down, with jobs in threads of their own.

import { appendFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { deviceLog } from "../../../tests/device-logs.ts";
import { newFolder } from "../../../tests/log-folders.ts";
import { chunksOf, overchargedPack, PACK_BEGAN_us, writePackFolder } from "../../../tests/pack-logs.ts";
import { Store } from "../../device/store.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import { createDataOperations, type DataOperations, type DataOptions } from "./data-operations.ts";
import { Jobs } from "./jobs.ts";

const pack = overchargedPack(700);
const VIEWER = { actor: "viewer", role: "viewer" } as const;
const OWNER = { actor: "owner", role: "owner" } as const;
const stretch = { from_us: PACK_BEGAN_us, to_us: PACK_BEGAN_us + 700e6 };
const open: DataOperations[] = [];

function operations(folder: string, jobs?: Jobs, more: DataOptions = {}): DataOperations {
  const made = createDataOperations(folder, { ...more, ...(jobs && { jobs }) });
  open.push(made);
  return made;
}
afterAll(() => Promise.all(open.map((each) => each.close())));

function packFolder(tail_us?: number): string {
  const folder = newFolder();
  writePackFolder(folder, pack, tail_us);
  return folder;
}

async function answered<T>(reply: Promise<{ ok: true; answer: T } | { ok: false; problem: unknown }>): Promise<T> {
  const came = await reply;
  if (!came.ok) throw new Error(JSON.stringify(came.problem));
  return came.answer;
}

/** Until the job has ended; each look is an answer of the server. */
async function ended(data: DataOperations, id: string) {
  for (;;) {
    const job = await answered(data.ask("job", { id }, VIEWER));
    if (job.state !== "running" && job.state !== "waiting") return job;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const [LOG, OTHER] = ["2026-06-01T00-00-00Z.mcap", "2026-05-01T00-00-00Z.mcap"] as const;
type LogTold = AnswerTo<"logs">["logs"][number];
type DamageTold = readonly [name: string, isChecked: boolean, damage: LogTold["damage"]];

async function damageIn(data: DataOperations, input: Input<"logs">): Promise<readonly DamageTold[]> {
  const { logs } = await answered(data.ask("logs", input, VIEWER));
  return logs.map(({ name, isChecked, damage }) => [name, isChecked, damage]);
}

describe("a folder of a device", () => {
  test("tells its logs, its journal and the trip's explanation", async () => {
    const data = operations(packFolder());
    const { logs } = await answered(data.ask("logs", {}, VIEWER));
    expect(logs).toMatchObject([{ name: "2026-06-01T00-00-00Z.mcap", isFinished: true, hasRecorder: true }]);
    const { entries } = await answered(data.ask("journal", { code: "tripped" }, VIEWER));
    const trip = entries.find(({ subject }) => subject === "overvoltage")!;
    expect(trip.hasFrame).toBe(true);
    const told = await answered(data.ask("explanation", { sequence: trip.sequence }, VIEWER));
    expect(told).toMatchObject({ source: "freeze-frame", fault: "overvoltage", limit: 3.6 });
  });

  test("tells which of its logs is damaged once every byte was looked at, from where on, and until when the rest is whole", async () => {
    const folder = packFolder();
    const path = join(folder, "log", LOG);
    const whole = readFileSync(path);
    const data = operations(folder);
    expect(await damageIn(data, { check: true })).toEqual([[LOG, true, null]]);
    const altered = Buffer.from(whole);
    altered[Math.floor(whole.length / 4)]! ^= 0xff;
    writeFileSync(path, altered);
    expect(await damageIn(data, {})).toEqual([[LOG, false, null]]);
    const [[, isChecked, damage]] = (await damageIn(data, { check: true })) as [DamageTold];
    expect([isChecked, damage]).toMatchObject([true, { lost: 1, isAltered: true, between: null }]);
    expect(damage!.lostFrom_us).toBe(PACK_BEGAN_us + 10_000); // its first tick
    expect(damage!.whole_us).toBeGreaterThan(PACK_BEGAN_us + 600e6);
    expect(await damageIn(data, {})).toEqual([[LOG, true, damage]]);
    writeFileSync(path, whole);
    expect(await damageIn(data, { check: true })).toEqual([[LOG, true, null]]);
  });

  test("tells at once of a log that was cut off without its tail, and of a file that is none", async () => {
    const folder = packFolder();
    const whole = readFileSync(join(folder, "log", LOG));
    writeFileSync(join(folder, "log", LOG), whole.subarray(0, Math.floor(0.8 * whole.length)));
    writeFileSync(join(folder, "log", OTHER), new Uint8Array(1000).fill(7));
    const data = operations(folder);
    const [none, cut] = (await damageIn(data, {})) as [DamageTold, DamageTold];
    expect(none).toMatchObject([OTHER, true, { chunks: 0, whole_us: 0, between: { offset: 0, lostBytes: 1000 } }]);
    expect(none[2]!.between!.reason).toBe("not a log file");
    expect(cut).toMatchObject([LOG, false, { isAltered: true, hasEnd: false, lost: 0 }]);
    expect(cut[2]!.between!.lostBytes).toBeGreaterThan(0);
    expect(cut[2]!.whole_us).toBeGreaterThan(PACK_BEGAN_us);
  });

  test("that is being written is not damaged, whatever waits in its tail", async () => {
    const data = operations(packFolder(PACK_BEGAN_us + 650e6));
    expect(await damageIn(data, { check: true })).toEqual([[LOG, true, null]]);
  });

  test("that is not there yet is empty, and no error", async () => {
    const data = operations(join(newFolder(), "none"));
    expect(await answered(data.ask("logs", {}, VIEWER))).toEqual({ logs: [] });
    expect(await answered(data.ask("journal", {}, VIEWER))).toEqual({ entries: [] });
    expect(await answered(data.ask("revisions", {}, VIEWER))).toEqual({ revisions: [] });
    const ask = { ...stretch, signals: "soc", points: 10 };
    expect(await answered(data.ask("history", ask, VIEWER))).toMatchObject({ series: [{ name: "soc", min: [] }] });
  });

  test("whose journal cannot be read says so, and goes on", async () => {
    const folder = packFolder();
    writeFileSync(
      join(folder, "journal.sqlite"),
      "no database at all, but long enough to look like a file of one".repeat(99),
    );
    const data = operations(folder);
    expect(await data.ask("journal", {}, VIEWER)).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
    expect(await data.ask("revisions", {}, VIEWER)).toMatchObject({ ok: true });
  });
});

test("a mistake of our own is no trouble of the folder: it says so, and is reported with its stack", async () => {
  const reports: string[] = [];
  const mistake = (where: string, error: unknown): void => void reports.push(`${where}: ${(error as Error).stack}`);
  const data = operations(packFolder(), undefined, { mistake });
  const reply = await data.ask("no such question" as "logs", {}, VIEWER);
  expect(reply).toMatchObject({
    ok: false,
    problem: { kind: "failed", detail: expect.stringMatching(/^an internal/) },
  });
  expect(reports).toEqual([expect.stringMatching(/^the answer to no such question: TypeError[\s\S]*answers\.ts/)]);
  expect(await data.ask("logs", {}, VIEWER)).toMatchObject({ ok: true });
});

test("the history of the settings is that of the world that the device runs", async () => {
  const folder = packFolder();
  const store = Store.open(folder);
  store.keep("default", { "battery.capacity_Ah": 90 });
  for (const capacity_Ah of [50, 60]) store.keep("scenario winter-night", { "battery.capacity_Ah": capacity_Ah });
  store.close();
  let setup = "default";
  const data = operations(folder, undefined, { setup: async () => setup });
  expect((await answered(data.ask("revisions", {}, VIEWER))).revisions).toHaveLength(1);
  setup = "scenario winter-night";
  expect((await answered(data.ask("revisions", {}, VIEWER))).revisions).toHaveLength(2);
  const { values } = await answered(data.ask("revision", { revision: 1 }, VIEWER));
  expect(values).toMatchObject({ "battery.capacity_Ah": 50 });
});

describe("a log that is being written", () => {
  const ask = { ...stretch, signals: "maxCell_V", points: 1000, grain: "fine" } as const;

  test("is shown up to what waits in its tail, and further when the device has written more", async () => {
    const finished = operations(packFolder());
    const whole = await answered(finished.ask("history", ask, VIEWER));
    const folder = packFolder(650e6);
    const growing = operations(folder);
    expect(await answered(growing.ask("history", ask, VIEWER))).toEqual(whole);
    const tail = join(folder, "log/2026-06-01T00-00-00Z.tail");
    const bytes = readFileSync(tail);
    writeFileSync(tail, bytes.subarray(0, bytes.length >> 1));
    const before = await answered(growing.ask("history", ask, VIEWER));
    expect(before.series[0]!.min.length).toBeLessThan(whole.series[0]!.min.length);
    appendFileSync(tail, bytes.subarray(bytes.length >> 1));
    expect(await answered(growing.ask("history", ask, VIEWER))).toEqual(whole);
  });

  test("and is then finished, or removed, is shown as it is", async () => {
    const folder = packFolder(650e6);
    const data = operations(folder);
    const path = join(folder, "log/2026-06-01T00-00-00Z.mcap");
    expect((await answered(data.ask("logs", {}, VIEWER))).logs).toMatchObject([{ isFinished: false }]);
    writeFileSync(path, deviceLog({ chunks: chunksOf(pack.log) }).log);
    unlinkSync(join(folder, "log/2026-06-01T00-00-00Z.tail"));
    expect((await answered(data.ask("logs", {}, VIEWER))).logs).toMatchObject([{ isFinished: true }]);
    unlinkSync(path);
    expect(await answered(data.ask("logs", {}, VIEWER))).toEqual({ logs: [] });
  });
});

test("an answer that nobody waits for any more is given up at once", async () => {
  const data = operations(packFolder());
  const gone = new AbortController();
  const reply = data.ask("history", { ...stretch, signals: "soc", points: 9, grain: "fine" }, VIEWER, gone.signal);
  gone.abort();
  expect(await reply).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
  expect(await data.ask("logs", {}, VIEWER)).toMatchObject({ ok: true });
});

describe("jobs", () => {
  const ask = { kind: "what-if", ...stretch, changes: { "protections.overvoltage.limit_V": 3.75 } } as const;

  test("play in a thread, and tell what came of it as bms replay --json does", async () => {
    const data = operations(packFolder());
    const job = await answered(data.ask("startJob", ask, VIEWER));
    expect(job).toMatchObject({ kind: "what-if", state: "running" });
    const done = await ended(data, job.id);
    expect(done).toMatchObject({ state: "done", progress: 1 });
    const { trips } = done.result as { trips: { name: string; kind: string }[] };
    expect(trips.find(({ name }) => name === "overvoltage")).toMatchObject({ kind: "vanishes" });
  });

  test("that cannot be done say why, setting by setting", async () => {
    const data = operations(packFolder());
    const bad = { ...ask, changes: { "protections.overvoltage.limit_V": 99 } };
    const job = await answered(data.ask("startJob", bad, VIEWER));
    expect(await ended(data, job.id)).toMatchObject({
      ...{ state: "failed", reason: "the settings do not go together" },
      violations: [{ setting: "protections.overvoltage.limit_V" }],
    });
  });

  test("wait when two are running, and one more of the same asker is refused", async () => {
    const data = operations(packFolder());
    const states: string[] = [];
    for (let i = 0; i < 4; i++) states.push((await answered(data.ask("startJob", ask, VIEWER))).state);
    expect(states).toEqual(["running", "running", "waiting", "waiting"]);
    expect(await data.ask("startJob", ask, VIEWER)).toMatchObject({ ok: false, problem: { kind: "tooMany" } });
    expect(await data.ask("startJob", ask, OWNER)).toMatchObject({ ok: true });
  });

  test("are stopped at once, make room for the next, and belong to their asker and the owner", async () => {
    const data = operations(packFolder());
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await answered(data.ask("startJob", ask, VIEWER))).id);
    const stranger = { actor: "stranger", role: "operator" } as const;
    expect(await data.ask("cancelJob", { id: ids[0]! }, stranger)).toMatchObject({ problem: { kind: "unknown" } });
    expect(await answered(data.ask("cancelJob", { id: ids[0]! }, OWNER))).toMatchObject({ state: "cancelled" });
    expect(await answered(data.ask("job", { id: ids[2]! }, VIEWER))).toMatchObject({ state: "running" });
    expect(await data.ask("job", { id: "nonsense" }, VIEWER)).toMatchObject({ problem: { kind: "unknown" } });
  });

  test("are forgotten after their time", async () => {
    let now_ms = 0;
    const folder = packFolder();
    const data = operations(folder, new Jobs(folder, () => now_ms));
    const { id } = await answered(data.ask("startJob", ask, VIEWER));
    await answered(data.ask("cancelJob", { id }, VIEWER));
    now_ms = 599_000;
    expect(await data.ask("job", { id }, VIEWER)).toMatchObject({ ok: true });
    now_ms = 601_000;
    expect(await data.ask("job", { id }, VIEWER)).toMatchObject({ ok: false });
  });
});

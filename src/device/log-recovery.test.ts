// A cut of power at any moment of writing a log: what was acknowledged is there after the next start, once, in order, in
// files that are whole. The cuts are laid out from the effects of a recorded run (tests/rigs/medium.ts).
import { McapIndexedReader } from "@mcap/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  block,
  createRun,
  FOLDER,
  keyframe,
  type LogRun,
  MIDNIGHT_us,
  message,
  pass,
  readLogs,
  row,
  START_us,
  texts,
} from "../../tests/rigs/log-run.ts";
import { bytesOf, type Effect, failure, layOut, type Medium } from "../../tests/rigs/medium.ts";
import { THOROUGH } from "../../tests/thorough.ts";
import { decompress } from "./log-compression.ts";

type Acknowledged = { readonly effects: number; readonly count: number };

/** A run with every kind of effect: syncs, chunks, urgent records, a new file, an end. How many records each moment acknowledged. */
function recordRun(refused: ReadonlySet<number> = new Set()): Recorded {
  const run = createRun();
  let operations = 0;
  run.medium.before = () => {
    if (refused.has(operations++)) throw failure("EIO");
  };
  const said: string[] = [];
  const acknowledged: Acknowledged[] = [{ effects: 0, count: 0 }];
  const midnight = (MIDNIGHT_us - START_us) / 1e6;
  const seconds = [0, 1, 150, 599, 601, 602, midnight - 1, midnight, midnight + 1, midnight + 602, midnight + 603];
  for (const second of seconds) {
    const records = [row(second, `row ${second}`)];
    // Without refusals: after one the recorder would have to begin anew.
    if (refused.size === 0) records.push(block(second));
    if (refused.size === 0 && (second === 0 || second === midnight)) records.unshift(keyframe(second));
    if (second === 150) records.push(message("/events", START_us + second * 1e6, "trip"));
    run.writer.write(records, second === 150);
    const isSafe = (): boolean => run.writer.acknowledged_us >= START_us + second * 1e6;
    said.push(...texts(records, "/recorder/start", "/state", "/recorder/inputs", "/events"));
    if (second === 150 && isSafe()) acknowledged.push({ effects: run.medium.effects.length, count: said.length });
    pass(run, refused.size > 0 ? 6 : 1);
    if (isSafe()) acknowledged.push({ effects: run.medium.effects.length, count: said.length });
  }
  run.writer.close();
  acknowledged.push({ effects: run.medium.effects.length, count: said.length });
  return { run, said, acknowledged };
}

type Recorded = { readonly run: LogRun; readonly said: string[]; readonly acknowledged: Acknowledged[] };
const RECORDED = recordRun();

/** What the next start makes of it: all records of all files, which must be finished and whole. */
function recovered(medium: Medium): string[] {
  const next = createRun({}, medium);
  expect(next.remarks).toEqual([]);
  expect(next.reports.at(-1)).toMatchObject({ state: 1, trouble: 0 });
  const logs = readLogs(medium);
  for (const { log, problems } of logs) {
    expect(problems).toEqual([]);
    expect(log?.isFinished).toBe(true);
  }
  expect([...medium.content.keys()].filter((path) => !path.endsWith(".mcap"))).toEqual([]);
  return logs.flatMap(({ messages }) => texts(messages, "/recorder/start", "/state", "/recorder/inputs", "/events"));
}

/** Of one stream the order is kept; a file has the plain ones first, chunk by chunk. */
const sorted = (list: readonly string[]): string[] => [...list].sort();

function judge(medium: Medium, cutAfter: number, { said, acknowledged }: Recorded = RECORDED): void {
  const found = recovered(medium);
  const safe = acknowledged.findLast(({ effects }) => effects <= cutAfter)!.count;
  expect(new Set(found).size).toBe(found.length); // nothing twice
  expect(sorted(found.filter((text) => said.indexOf(text) < safe))).toEqual(sorted(said.slice(0, safe)));
  const rows = found.filter((text) => text.startsWith("row"));
  expect(rows).toEqual(said.filter((text) => text.startsWith("row")).slice(0, rows.length));
}

test("the recorded run is whole when it is not cut", () => {
  expect(RECORDED.run.medium.effects.filter(({ kind }) => kind === "truncate").length).toBeGreaterThan(3);
  expect(sorted(recovered(layOut(RECORDED.run.medium.effects)))).toEqual(sorted(RECORDED.said));
});

test("after a cut behind any effect everything acknowledged is there, nothing twice", () => {
  const { effects } = RECORDED.run.medium;
  for (let count = 0; count <= effects.length; count++) judge(layOut(effects.slice(0, count)), count);
});

test("the same holds while the writer comes back from a refusal of the medium", () => {
  for (let step = 20; step < 90; step += 3) {
    const recorded = recordRun(new Set([step, step + 2]));
    const { effects } = recorded.run.medium;
    for (let count = 0; count <= effects.length; count += 2) judge(layOut(effects.slice(0, count)), count, recorded);
  }
}, 60_000);

test("after a cut within a write everything acknowledged is there, nothing twice", () => {
  const { effects } = RECORDED.run.medium;
  let cuts = 0;
  for (const [count, effect] of effects.entries()) {
    if (effect.kind !== "write") continue;
    for (let bytes = 1; bytes < effect.bytes.length; bytes += stepAt(bytes, effect.bytes.length)) {
      judge(layOut([...effects.slice(0, count), { ...effect, bytes: effect.bytes.slice(0, bytes) }]), count);
      cuts++;
    }
  }
  expect(cuts).toBeGreaterThan(200);
}, 900_000);

/** The long form takes every byte; else close together where records begin and end, wide in the middle, at odd distances. */
const stepAt = (bytes: number, length: number): number =>
  THOROUGH ? 1 : length < 300 || bytes < 40 || bytes > length - 40 ? 7 : 997;

test("what was not synced may be missing, torn or there: everything acknowledged is there all the same", () => {
  const { effects } = RECORDED.run.medium;
  fc.assert(
    fc.property(
      fc.nat(effects.length),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (count, luck) => judge(layOut(afterCut(effects.slice(0, count), luck)), count),
    ),
    { numRuns: 150 },
  );
});

/** Of what was not synced a part reaches the medium: names made or removed or not, each write from none to all of its bytes. */
function afterCut(effects: readonly Effect[], luck: readonly number[]): Effect[] {
  const folderSynced = effects.findLastIndex(({ kind }) => kind === "syncFolder");
  const nameless = effects.flatMap((effect, i) =>
    effect.kind === "create" && i > folderSynced && luck[i % luck.length]! < 0.4 ? [effect.path] : [],
  );
  return effects.flatMap((effect, i): Effect[] => {
    if (nameless.includes(effect.path)) return [];
    const isSafe = effects.slice(i).some(({ kind, path }) => kind === "sync" && path === effect.path);
    const chance = luck[i % luck.length]!;
    if (effect.kind === "remove") return i > folderSynced && chance < 0.5 ? [] : [effect];
    if (isSafe || (effect.kind !== "write" && effect.kind !== "truncate")) return [effect];
    if (effect.kind === "truncate") return chance < 0.5 ? [] : [effect];
    return [{ ...effect, bytes: effect.bytes.slice(0, Math.round(effect.bytes.length * Math.min(1, chance * 1.5))) }];
  });
}

test("a cut while the next start completes the file costs nothing either", () => {
  const { effects } = RECORDED.run.medium;
  const half = effects.slice(0, Math.floor(effects.length * 0.8));
  const medium = layOut(half);
  createRun({}, medium);
  const completion = medium.effects;
  expect(completion.map(({ kind }) => kind)).toEqual(["truncate", "write", "sync", "remove", "syncFolder"]);
  for (const [count, effect] of completion.entries()) {
    const lengths =
      effect.kind === "write" ? Array.from({ length: Math.ceil(effect.bytes.length / 397) }, (_, i) => i * 397) : [0];
    for (const length of lengths) {
      const part: Effect[] = effect.kind === "write" ? [{ ...effect, bytes: effect.bytes.slice(0, length) }] : [];
      judge(layOut([...half, ...completion.slice(0, count), ...part]), half.length);
    }
  }
});

test("a completed file opens in the format's own reader, every message in it", async () => {
  const { effects } = RECORDED.run.medium;
  const medium = layOut(effects.slice(0, Math.floor(effects.length * 0.8)));
  createRun({}, medium);
  const { name, messages } = readLogs(medium)[0]!;
  const bytes = bytesOf(medium, `${FOLDER}/${name}.mcap`);
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (offset, length) => bytes.slice(Number(offset), Number(offset + length)),
    },
    decompressHandlers: { zstd: (packed, size) => decompress(packed, Number(size)) },
  });
  let count = 0;
  for await (const _ of reader.readMessages()) count++;
  expect(count).toBe(messages.length);
  expect(reader.statistics?.messageCount).toBe(BigInt(messages.length));
});

test("a file that has lost its beginning is kept under another name, and told", () => {
  const { effects } = RECORDED.run.medium;
  const medium = layOut(effects.slice(0, 20));
  const path = [...medium.content.keys()].find((each) => each.endsWith(".mcap"))!;
  medium.content.get(path)!.bytes.fill(0, 0, 2000);
  const next = createRun({}, medium);
  expect(next.remarks).toEqual([
    expect.stringMatching(/^2026-11-23T05-10-00Z\.mcap: .*kept as 2026-11-23T05-10-00Z\.mcap\.damaged$/),
  ]);
  expect([...medium.content.keys()].sort()).toEqual([
    `${FOLDER}/2026-11-23T05-10-00Z.mcap.damaged`,
    `${FOLDER}/2026-11-23T05-10-00Z.tail.damaged`,
  ]);
});

test("a chunk damaged in the middle of an unfinished file is told with its bytes; the rest is completed", () => {
  const { effects } = RECORDED.run.medium;
  const chunk = effects.findIndex(({ kind }) => kind === "truncate");
  const medium = layOut(effects.slice(0, effects.findIndex(({ kind }, i) => i > chunk && kind === "truncate") + 2));
  const path = [...medium.content.keys()].find((each) => each.endsWith(".mcap"))!;
  const first = effects
    .slice(0, chunk)
    .findLast((each): each is Effect & { kind: "write" } => each.kind === "write" && each.path === path)!;
  medium.content.get(path)!.bytes.fill(0, first.offset, first.offset + 20);
  const next = createRun({}, medium);
  expect(next.remarks).toEqual([expect.stringContaining("bytes are lost")]);
  expect(readLogs(medium)[0]?.log?.isFinished).toBe(true);
});

test("a file that cannot be read is told and left for the next start; the log goes on in a new one", () => {
  const { effects } = RECORDED.run.medium;
  const medium = layOut(effects.slice(0, 20));
  medium.before = (operation, path) => {
    if (operation === "read" && path.includes("05-10-00Z.mcap")) throw failure("EIO"); // a bad sector
  };
  const next = createRun({}, medium);
  next.writer.write([row(100, "new")], true);
  expect(next.reports.at(-1)).toMatchObject({ state: 1, trouble: 0 });
  expect(next.remarks).toEqual(["2026-11-23T05-10-00Z.mcap: cannot be finished (EIO)"]);
  expect(next.writer.acknowledged_us).toBe(START_us + 100e6);
});

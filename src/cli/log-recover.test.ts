// bms log recover: all that can be read is saved, and no damage makes a tool fail.
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { McapIndexedReader } from "@mcap/core";
import { describe, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { deviceLog, gap, stateRows, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import { FIRST, flip, newFolder, SECOND, twoLogs, verified } from "../../tests/log-folders.ts";
import { createRandom, uniform } from "../base/random.ts";
import { decompress } from "../device/log-compression.ts";

/** Messages of each topic, as another program reads the file. */
async function readElsewhere(path: string): Promise<Record<string, number>> {
  const bytes = readFileSync(path);
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)),
    },
    decompressHandlers: { zstd: (packed, size) => decompress(packed, Number(size)) },
  });
  const counts: Record<string, number> = {};
  for await (const { channelId } of reader.readMessages()) {
    const topic = reader.channelsById.get(channelId)!.topic;
    counts[topic] = (counts[topic] ?? 0) + 1;
  }
  return counts;
}

describe("bms log recover", () => {
  test("an unfinished log and its tail become a finished file that another program reads", async () => {
    const folder = twoLogs();
    const { status, stdout } = await bms("log", "recover", join(folder, `${SECOND}.mcap`), "--json");
    expect(status).toBe(0);
    const output = join(folder, `${SECOND}-recovered.mcap`);
    expect(JSON.parse(stdout)).toMatchObject({
      output,
      messages: 112,
      fromTail: 11,
      lostBytes: 0,
      problems: [],
      duration_s: 109,
    });
    expect(await readElsewhere(output)).toEqual({ "/settings": 1, "/state": 110, "/events": 1 });
    expect((await verified(output)).files[0]?.state).toBe("whole");
    // What was made of a log does not count among the logs of the folder.
    expect(JSON.parse((await bms("log", "info", folder, "--json")).stdout).files).toHaveLength(2);
  });

  test("of a log that was cut at any of many places, every whole chunk is saved and the loss is told", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10), stateRows(10, 20)] });
    const whole = readFileSync(path);
    const first = deviceLog({ chunks: [], tail: [] }).log.length;
    let last = 0;
    for (let cut = first; cut < whole.length; cut += Math.floor(whole.length / 40)) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const { status, stdout } = await bms("log", "recover", path, "-o", join(folder, "saved.mcap"), "--json");
      expect(status).toBe(0);
      const { messages } = JSON.parse(stdout);
      expect([1, 11, 21, 31]).toContain(messages);
      expect(messages).toBeGreaterThanOrEqual(last);
      last = messages;
      expect((await verified(join(folder, "saved.mcap"))).files[0]).toMatchObject({ state: "whole", messages });
    }
    expect(last).toBe(31);
  });

  test("a damaged chunk costs itself, and a torn tail what came after the tear", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10)], tail: stateRows(10, 20) });
    flip(path, readFileSync(path).length - 400);
    const tail = join(folder, `${FIRST}.tail`);
    truncateSync(tail, readFileSync(tail).length - 3);
    const { stdout } = await bms("log", "recover", path);
    expect(stdout).toMatch(/20 messages, 9 of them from its tail/);
    expect(stdout).toMatch(/chunk at byte \d+: /);
    expect(stdout).toMatch(/the tail is torn: its last \d+ bytes cannot be used/);
    // The loss still shows in what was saved, by the numbers of the messages.
    const [saved] = (await verified(join(folder, `${FIRST}-recovered.mcap`))).files;
    expect(saved).toMatchObject({ state: "broken", messages: 20, missing: 10 });
  });

  test("the damaged file itself is not written over, nor is a place used that cannot be", async () => {
    const folder = twoLogs();
    const path = join(folder, `${SECOND}.mcap`);
    expect((await bms("log", "recover", path, "-o", path)).stderr).toMatch(/must be another file than the damaged one/);
    expect((await bms("log", "recover", path, "-o", "/nowhere/x.mcap")).stderr).toMatch(
      /^bms: cannot write \/nowhere\/x\.mcap: ENOENT.*\n$/,
    );
  });
});

test("whatever bytes are changed, added or lost, no tool fails, and what is recovered is whole but for what is missing", {
  timeout: 30_000,
}, async () => {
  const folder = newFolder();
  const path = writeDeviceLog(folder, FIRST, {
    chunks: [stateRows(4), [trip(4), gap(5)]],
    tail: [...stateRows(3, 6), trip(9)],
  });
  const tail = join(folder, `${FIRST}.tail`);
  const originals = [path, tail].map((name) => [name, readFileSync(name)] as const);
  const random = createRandom(20_261_123);
  const upTo = (count: number): number => Math.floor(uniform(random) * count);
  for (let round = 0; round < 40; round++) {
    for (const [name, bytes] of originals) writeFileSync(name, mutated(bytes, upTo));
    const output = join(folder, "saved.mcap");
    const commands = [
      ["info"],
      ["verify"],
      ["recover", "-o", output],
      ["export", "--format", "jsonl", "-o", folder],
      ["tail"],
    ];
    for (const [command, ...options] of commands) {
      const { status, stderr } = await bms("log", command!, path, ...options);
      expect({ round, command, stderr, fails: status === 70 }).toEqual({ round, command, stderr, fails: false });
      if (command !== "recover" || status !== 0) continue;
      const { problems } = (await verified(output)).files[0]!;
      expect(problems.filter((problem) => !/: \d+ messages missing before /.test(problem))).toEqual([]);
    }
  }
});

/** Bytes with some of them changed, filled, left out, put in or cut off. */
function mutated(bytes: Uint8Array, upTo: (count: number) => number): Uint8Array {
  const at = upTo(bytes.length);
  const kinds = [
    () => bytes.slice(0, at),
    () => bytes.map((byte, i) => (i === at ? byte ^ (1 + upTo(255)) : byte)),
    () => new Uint8Array(bytes).fill(upTo(256), at, at + upTo(60)),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + upTo(300))]),
    () => Buffer.concat([bytes.subarray(0, at), new Uint8Array(upTo(300)).fill(upTo(256)), bytes.subarray(at)]),
    () => bytes,
  ];
  return kinds[upTo(kinds.length)]!();
}

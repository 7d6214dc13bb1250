// Files of ours, read by those who did not write them: the readers of the MCAP project.

import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { McapIndexedReader, McapStreamReader, type McapTypes } from "@mcap/core";
import { describe, expect, test } from "vitest";
import { BEGAN_us, IDENTITY, joined, rowAt, wholeLog } from "../../tests/fixed-logs.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { SIGNAL_NAMES } from "../model/signals.ts";
import { attach, beginLog, chunkOf, endLog } from "./container.ts";
import { type LogMessage, TOPIC_NAMES } from "./topics.ts";

const decompressHandlers = { zstd: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) };

const readable = (bytes: Uint8Array) => ({
  size: () => Promise.resolve(BigInt(bytes.length)),
  read: (offset: bigint, size: bigint) => Promise.resolve(bytes.slice(Number(offset), Number(offset + size))),
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function streamed(bytes: Uint8Array): McapTypes.TypedMcapRecord[] {
  const reader = new McapStreamReader({ decompressHandlers, validateCrcs: true });
  reader.append(bytes);
  const records: McapTypes.TypedMcapRecord[] = [];
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) records.push(record);
  expect(reader.done()).toBe(true);
  return records;
}

describe("a finished file", () => {
  test("is read by the indexed reader: every message once, in order of time, with its number", async () => {
    const reader = await McapIndexedReader.Initialize({ readable: readable(wholeLog()), decompressHandlers });
    const rows = await all(reader.readMessages({ topics: ["/state"] }));
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(rows.map(({ logTime }) => logTime)).toEqual(rows.map((_, i) => BigInt(BEGAN_us + i * 1_000_000) * 1000n));
    expect(JSON.parse(new TextDecoder().decode(rows[7]!.data))).toEqual({ current_A: 7 });
    const blocks = await all(reader.readMessages({ topics: ["/recorder/inputs"] }));
    expect(blocks.map(({ data }) => [...data])).toEqual([
      [0, 1, 2],
      [1, 1, 2],
    ]);
  });

  test("says who wrote it, and counts what it holds", async () => {
    const reader = await McapIndexedReader.Initialize({ readable: readable(wholeLog()), decompressHandlers });
    expect(reader.header.profile).toBe("bms-mini");
    const [metadata] = await all(reader.readMetadata({ name: "bms" }));
    expect(metadata?.metadata.get("serialNumber")).toBe("BM-000123");
    expect(reader.statistics).toMatchObject({ messageCount: 23n, chunkCount: 4, attachmentCount: 2, metadataCount: 1 });
    const [attachment] = await all(reader.readAttachments());
    expect(attachment).toMatchObject({ name: "note", mediaType: "text/plain" });
    expect([...reader.channelsById.values()].map(({ topic }) => topic)).toEqual(TOPIC_NAMES);
  });

  test("describes every signal with one plain type, as viewers want it", async () => {
    const reader = await McapIndexedReader.Initialize({ readable: readable(wholeLog()) });
    const state = [...reader.channelsById.values()].find(({ topic }) => topic === "/state")!;
    const schema = reader.schemasById.get(state.schemaId)!;
    expect(schema.encoding).toBe("jsonschema");
    const { type, properties } = JSON.parse(new TextDecoder().decode(schema.data));
    expect(type).toBe("object");
    expect(Object.keys(properties)).toEqual(SIGNAL_NAMES);
    for (const property of Object.values<{ type: string; items?: { type: string } }>(properties)) {
      expect(property.type).toMatch(/^(number|integer|array)$/);
      if (property.type === "array") expect(property.items?.type).toMatch(/^(number|integer)$/);
    }
    expect(properties.cells_V.items).toMatchObject({ unit: "V", multipleOf: 0.001 });
  });

  test("is read from front to back too, and all its checksums are right", () => {
    const records = streamed(wholeLog());
    expect(records.filter(({ type }) => type === "Message")).toHaveLength(23);
    expect(records.filter(({ type }) => type === "Schema").length).toBeGreaterThanOrEqual(10);
    const end = records.find((record) => record.type === "DataEnd");
    expect(end?.dataSectionCrc).not.toBe(0);
  });

  test("begins with all settings", () => {
    const first = streamed(wholeLog()).find((record) => record.type === "Message");
    expect(new TextDecoder().decode(first?.data)).toBe('{"battery":{"cells":18}}');
  });
});

describe("a chunk", () => {
  test("is stored as it is where packing does not make it smaller", () => {
    const { file, bytes } = beginLog(IDENTITY, "{}");
    const chunk = chunkOf(file, [rowAt(0)], (data) => joined([data, data]));
    const records = streamed(joined([bytes, chunk, endLog(file)]));
    expect(records.filter(({ type }) => type === "ChunkIndex")).toMatchObject([
      { compression: "" },
      { compression: "" },
    ]);
  });

  test("never holds messages of both streams", () => {
    const { file } = beginLog(IDENTITY, "{}");
    const block: LogMessage = { topic: "/recorder/inputs", time_us: BEGAN_us, data: encodeUtf8("x") };
    expect(() => chunkOf(file, [rowAt(0), block])).toThrow("one stream");
    expect(() => chunkOf(file, [])).toThrow("has messages");
  });

  test("may hold messages whose time went back, as when the clock was set", async () => {
    const { file, bytes } = beginLog(IDENTITY, "{}");
    const chunk = chunkOf(file, [rowAt(5), rowAt(2), rowAt(3)], (data) => new Uint8Array(zstdCompressSync(data)));
    const log = joined([bytes, chunk, attach(file, "a", "b/c", 0, 1, encodeUtf8("x")), endLog(file)]);
    const reader = await McapIndexedReader.Initialize({ readable: readable(log), decompressHandlers });
    const rows = await all(reader.readMessages({ topics: ["/state"] }));
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 0]);
  });
});

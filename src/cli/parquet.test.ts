// Parquet files of log rows, read back by another program (hyparquet).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, expect, test } from "vitest";
import { columnsOf, type LogRow } from "../log/table.ts";
import { ParquetFile } from "./parquet.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-parquet-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const START_us = 1_436_509_052_249_713;

const row = (i: number): LogRow => ({
  battery_V: i % 7 === 3 ? null : 52.8 + (i % 100) / 1000,
  cells_V: [3.3, 3.301 + i / 1e6],
  minCell: i % 2,
  mode: i < 50 ? 2 : 3,
  ready: i % 2,
});

async function written(name: string, count: number) {
  const path = join(FOLDER, name);
  const file = ParquetFile.open(path, columnsOf(row(0)), { serialNumber: "BMS-0001" });
  for (let i = 0; i < count; i++) file.add(START_us + i * 1_000_000, row(i));
  file.close();
  expect(file.rows).toBe(count);
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return { buffer, metadata: parquetMetadata(buffer) };
}

test("every value comes back with its type, row by row and group by group", async () => {
  const { buffer, metadata } = await written("rows.parquet", 10_000);
  expect([Number(metadata.num_rows), metadata.row_groups.length]).toEqual([10_000, 3]);
  const back = await parquetReadObjects({ file: buffer });
  for (const i of [0, 3, 49, 50, 4095, 4096, 9999]) {
    expect(back[i], `row ${i}`).toEqual({
      time: new Date(Math.floor((START_us + i * 1_000_000) / 1000)),
      battery_V: row(i)["battery_V"],
      "cells_V.cell1": 3.3,
      "cells_V.cell2": 3.301 + i / 1e6,
      minCell: BigInt(i % 2),
      mode: i < 50 ? "starting" : "running",
      ready: i % 2 === 1,
    });
  }
});

test("the schema tells time in UTC microseconds, doubles, whole numbers, flags and words; words and steady values are dictionaries", async () => {
  const { metadata } = await written("schema.parquet", 1000);
  expect(
    metadata.schema.slice(1).map(({ name, type, converted_type }) => [name, type, converted_type].join(" ").trim()),
  ).toEqual([
    "time INT64 TIMESTAMP_MICROS",
    "battery_V DOUBLE",
    "ready BOOLEAN",
    "cells_V.cell1 DOUBLE",
    "cells_V.cell2 DOUBLE",
    "minCell INT64",
    "mode BYTE_ARRAY UTF8",
  ]);
  const encodings = metadata.row_groups[0]?.columns.map(({ meta_data }) => meta_data?.encodings.join());
  expect(encodings?.[6]).toContain("RLE_DICTIONARY");
  expect(encodings?.[3]).toContain("RLE_DICTIONARY");
});

test("the file tells whose it is and the units of its columns", async () => {
  const { metadata } = await written("notes.parquet", 1);
  const notes = Object.fromEntries(metadata.key_value_metadata?.map(({ key, value }) => [key, value]) ?? []);
  expect(notes["serialNumber"]).toBe("BMS-0001");
  expect(JSON.parse(notes["units"] ?? "")).toMatchObject({ battery_V: "V", "cells_V.cell2": "V", mode: "" });
});

test("a log without a row is a table without a row", async () => {
  const { buffer, metadata } = await written("empty.parquet", 0);
  expect(Number(metadata.num_rows)).toBe(0);
  expect(await parquetReadObjects({ file: buffer })).toEqual([]);
});

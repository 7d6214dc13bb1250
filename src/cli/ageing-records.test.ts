// Promises of reading a cell's life: one record for each charge and discharge, the capacity of its cycle, and the time since.

import { expect, test } from "vitest";
import { ageingRecords } from "./ageing-records.ts";
import { type MeasuredTable, parseTable } from "./measured-table.ts";

type Row = readonly [cycle: number, kind: string, start_h: number, time_s: number, ah: number, voltage_V?: number];

const HEAD = "cycle,type,start_h,time_s,voltage_v,current_a,temperature_c,ah";
const tableOf = (rows: readonly Row[]): MeasuredTable => {
  const lines = rows.map(([cycle, kind, start_h, time_s, ah, voltage_V = 3.7]) =>
    [cycle, kind, start_h, time_s, voltage_V, kind === "d" ? -2 : 1.5, 25, ah].join(","),
  );
  return parseTable(`# a cell's life\n${HEAD}\n${lines.join("\n")}\n`, "life.csv");
};

/** 12 rows, a minute apart, that move so much charge. */
const record = (cycle: number, kind: string, start_h: number, moved_Ah: number): readonly Row[] =>
  Array.from({ length: 12 }, (_, i) => [cycle, kind, start_h, i * 60, (moved_Ah * i) / 11] as const);

test("a cycle's capacity is what its discharge gave", () => {
  const found = ageingRecords(tableOf([...record(1, "c", 0, 1.2), ...record(1, "d", 2, -1.8)]));
  expect(found.map(({ measured_Ah }) => measured_Ah)).toEqual([1.8, 1.8]);
});

test("where only charges were recorded, it is what the charge took", () => {
  const found = ageingRecords(tableOf([...record(1, "c", 0, 1.9), ...record(2, "c", 9, 1.7)]));
  expect(found.map(({ cycle, measured_Ah }) => [cycle, measured_Ah])).toEqual([
    [1, 1.9],
    [2, 1.7],
  ]);
});

test("the time since is from the end of one to the beginning of the next", () => {
  const found = ageingRecords(tableOf([...record(1, "c", 0, 1.9), ...record(1, "d", 1, -1.8)]));
  expect(found[0]!.since_s).toBeUndefined();
  expect(found[1]!.since_s).toBe(3600 - 660);
});

test("rows that go back in time and values no sensor shows are left out", () => {
  const rows = [...record(1, "d", 0, -1.8)];
  rows.splice(6, 0, [1, "d", 0, 60, -0.2], [1, "d", 0, 330, -0.9, 8.39]);
  expect(ageingRecords(tableOf(rows))[0]!.recording.time_s).toHaveLength(12);
});

test("a record of nine rows says nothing, one of ten is taken", () => {
  expect(ageingRecords(tableOf(record(1, "d", 0, -1.8).slice(0, 9)))).toEqual([]);
  expect(ageingRecords(tableOf(record(1, "d", 0, -1.8).slice(0, 10)))).toHaveLength(1);
});

test("empty cells are no numbers, short rows neither, and a table without rows is refused", () => {
  const { columns } = parseTable("a,b\n1,\n2\n3,4\n", "x.csv");
  expect(columns.map((column) => [...column])).toEqual([
    [1, 2, 3],
    [Number.NaN, Number.NaN, 4],
  ]);
  expect(() => parseTable("a,b\n", "x.csv")).toThrow("x.csv has no rows of data");
});

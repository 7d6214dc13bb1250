// Extremes of chunks: what the rows say is what the summary says, through both of its codes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BEGAN_us, IDENTITY, joined, opened, rowAt, zstd } from "../../tests/fixed-logs.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { beginLog, chunkOf, endLog } from "./container.ts";
import { readAttachment } from "./log-file.ts";
import { createStateRows, stateMessage } from "./state-row.ts";
import { type SummaryColumn, type SummaryEntry, summarise } from "./summary.ts";
import { extremesOf, packEntry, packSummary, unpackEntry } from "./summary-code.ts";
import type { LogMessage } from "./topics.ts";

const row = (i: number, values: object): LogMessage => ({
  topic: "/state",
  time_us: BEGAN_us + i * 1_000_000,
  data: encodeUtf8(JSON.stringify(values)),
});

const COLUMNS: readonly SummaryColumn[] = [
  ["current_A", 0, 0.01],
  ["cells_V", 2, 0.001],
  ["mode", 0, 0],
];

test("a chunk's extremes are those of its rows, in steps; null has none", () => {
  const summary = summarise([
    row(0, { current_A: -1.25, cells_V: [3.301, null], mode: 3 }),
    row(1, { current_A: 7.5, cells_V: [3.299, null], mode: 3 }),
    { topic: "/events", time_us: BEGAN_us + 9e6, data: encodeUtf8("{}") },
  ])!;
  expect(summary.columns).toEqual(COLUMNS);
  expect(summary.entry.from_us).toBe(BEGAN_us);
  expect(summary.entry.to_us).toBe(BEGAN_us + 1_000_000);
  expect([...summary.entry.min]).toEqual([-125, 3299, Number.NaN, 3]);
  expect([...summary.entry.max]).toEqual([750, 3301, Number.NaN, 3]);
  expect(summarise([])).toBeUndefined();
  expect(summarise([{ topic: "/state", time_us: 0, data: encodeUtf8("no JSON") }])).toBeUndefined();
});

test("of rows as the device writes them, every change is seen", () => {
  const values = fc.double({ min: -2000, max: 2000 });
  const snapshots = fc.array(fc.tuple(values, values, values, fc.nat(9), fc.boolean()), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(snapshots, (list) => {
      const rows = createStateRows(2);
      const messages = list.map(([current_A, first_V, second_V, mode, isShort], i) =>
        stateMessage(rows, { current_A, mode, cells_V: isShort ? [first_V] : [first_V, second_V] }, BEGAN_us + i),
      );
      const read = messages.map(({ data }) => JSON.parse(new TextDecoder().decode(data)));
      const { columns, entry } = summarise(messages)!;
      expect(columns.map(([name]) => name)).toEqual(["current_A", "cells_V", "mode"]);
      const width = columns[1]![1];
      const numbers = [(row: Row) => row.current_A, ...[0, 1].slice(0, width).map((k) => (row: Row) => row.cells_V[k])];
      for (const [i, pick] of [...numbers, (row: Row) => row.mode].entries()) {
        const seen = read.map(pick).filter((value) => typeof value === "number");
        const step = i === 0 ? 0.01 : i === numbers.length ? 1 : 0.001;
        expect(entry.min[i]).toBe(seen.length === 0 ? Number.NaN : Math.round(Math.min(...seen) / step));
        expect(entry.max[i]).toBe(seen.length === 0 ? Number.NaN : Math.round(Math.max(...seen) / step));
      }
    }),
  );
});
type Row = { readonly current_A: number | null; readonly cells_V: readonly (number | null)[]; readonly mode: number };

const number = fc.oneof(fc.constant(undefined), fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat({ max: 1e6 })));
const entries = fc
  .array(fc.array(number, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .map((list) =>
    list.map(
      (numbers, i): SummaryEntry => ({
        from_us: BEGAN_us + i * 600_000_000,
        to_us: BEGAN_us + i * 600_000_000 + 599_000_000,
        min: Float64Array.from(numbers, (pair) => pair?.[0] ?? Number.NaN),
        max: Float64Array.from(numbers, (pair) => (pair === undefined ? Number.NaN : pair[0] + pair[1])),
      }),
    ),
  );

describe("any extremes", () => {
  test("come back from the record behind their chunk", () => {
    fc.assert(
      fc.property(entries, (list) => {
        for (const entry of list) {
          expect(unpackEntry(packEntry(entry), 4, entry.from_us, entry.to_us)).toEqual(entry);
        }
      }),
    );
  });

  test("come back signal by signal from the attachment", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const bytes = packSummary(COLUMNS, list);
        const second = extremesOf(bytes, "cells_V", 1)!;
        expect([...second.min]).toEqual(list.map(({ min }) => Number((min[2]! * 0.001).toPrecision(12))));
        expect([...extremesOf(bytes, "mode", 0)!.max]).toEqual(list.map(({ max }) => max[3]));
        expect([...second.from_us]).toEqual(list.map(({ from_us }) => from_us));
        expect([...second.to_us]).toEqual(list.map(({ to_us }) => to_us));
        expect(extremesOf(bytes, "cells_V", 2)).toBeUndefined();
        expect(extremesOf(bytes, "soc", 0)).toBeUndefined();
      }),
    );
  });
});

test("damaged bytes are answered, and never trusted with memory", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void extremesOf(bytes, "current_A", 0)));
  const good = packSummary(COLUMNS, [summarise([row(0, { current_A: 1, cells_V: [3, 3], mode: 1 })])!.entry]);
  for (let bit = 0; bit < good.length * 8; bit++) {
    const damaged = good.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    extremesOf(damaged, "cells_V", 1);
  }
  for (let cut = 0; cut < good.length; cut++) extremesOf(good.subarray(0, cut), "mode", 0);
});

test("a finished file has the extremes of all its chunks in one attachment", () => {
  const { file, bytes } = beginLog(IDENTITY, "{}", zstd);
  const chunks = [0, 10, 20].map((from) => chunkOf(file, [rowAt(from), rowAt(from + 9)], zstd));
  const log = opened(joined([bytes, ...chunks, endLog(file)]));
  const { min, max } = extremesOf(readAttachment(log, "summary")!, "current_A", 0)!;
  expect([[...min], [...max]]).toEqual([
    [0, 10, 20],
    [9, 19, 29],
  ]);
});

// Charts of one signal: never a value that was not there, never one missed, from rows and from extremes alike.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BEGAN_us, IDENTITY, joined, opened, zstd } from "../../tests/fixed-logs.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { beginLog, chunkOf, endLog } from "./container.ts";
import type { LogFile } from "./log-file.ts";
import { decimate } from "./query.ts";
import { createValueReader, valueIn } from "./row-value.ts";
import type { LogMessage } from "./topics.ts";

const S = 1_000_000;
const at = (second: number): number => BEGAN_us + second * S;
const row = (second: number, current_A: number | null): LogMessage => ({
  topic: "/state",
  time_us: at(second),
  data: encodeUtf8(JSON.stringify({ current_A, cells_V: [3 + second / 1000, 4], soc: 0.5 })),
});

/** Seconds from..to, one row each, in chunks of `size` rows; the value is a saw tooth with one needle. */
const valueAt = (second: number): number => (second === 7777 ? -400 : (second % 100) / 10);
function parts(from: number, to: number, size = 600): { chunks: Uint8Array[]; end: Uint8Array } {
  const { file, bytes } = beginLog({ ...IDENTITY, began_us: at(from) }, "{}", zstd);
  const chunks = [bytes];
  for (let first = from; first < to; first += size) {
    const seconds = Array.from({ length: Math.min(size, to - first) }, (_, i) => first + i);
    chunks.push(
      chunkOf(
        file,
        seconds.map((second) => row(second, valueAt(second))),
        zstd,
      ),
    );
  }
  return { chunks, end: endLog(file) };
}
const finished = (from: number, to: number): LogFile => {
  const { chunks, end } = parts(from, to);
  return opened(joined([...chunks, end]));
};
const unfinished = (from: number, to: number): LogFile => opened(joined(parts(from, to).chunks));

const extreme = (list: Float64Array, pick: (...values: number[]) => number): number => pick(...list);

describe("a short time", () => {
  const log = finished(0, 3000);

  test("is drawn row by row when there are enough points", () => {
    const chart = decimate([log], "current_A", at(10), at(20), 10)!;
    expect([...chart.min]).toEqual([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]);
    expect([...chart.max]).toEqual([...chart.min]);
    expect(chart.time_us[0]).toBe(at(10.5));
  });

  test("has its begin and not its end, and nothing outside", () => {
    expect([...decimate([log], "current_A", at(10), at(11), 1)!.min]).toEqual([1]);
    expect(decimate([log], "current_A", at(3000), at(4000), 5)!.min).toHaveLength(0);
    expect(decimate([log], "current_A", at(-100), at(0), 5)!.min).toHaveLength(0);
  });

  test("keeps least and largest where points are few", () => {
    const chart = decimate([log], "current_A", at(0), at(3000), 3)!;
    expect([[...chart.min], [...chart.max]]).toEqual([
      [0, 0, 0],
      [9.9, 9.9, 9.9],
    ]);
  });
});

describe("a long time", () => {
  // 120 000 rows: more than are read one by one. The second log has no end yet.
  const logs = [finished(0, 60_000), unfinished(60_000, 120_000)];

  test("is drawn from the chunks' extremes, finished or not, and no needle is lost", () => {
    const chart = decimate(logs, "current_A", at(0), at(120_000), 20)!;
    expect(chart.min).toHaveLength(20);
    expect(extreme(chart.min, Math.min)).toBe(-400);
    expect(chart.min.indexOf(-400)).toBe(1);
    expect([...chart.max]).toEqual(new Array(20).fill(9.9));
  });

  test("takes one cell of many", () => {
    const chart = decimate(logs, "cells_V[0]", at(0), at(120_000), 10)!;
    expect(chart.max.at(-1)).toBeCloseTo(3 + 119.999, 6);
    expect([...decimate(logs, "cells_V[1]", at(0), at(120_000), 1)!.min]).toEqual([4]);
  });

  test("takes nothing from outside of it, though its ends are within chunks", () => {
    const chart = decimate(logs, "cells_V[0]", at(123), at(119_321), 4)!;
    expect(chart.min[0]).toBeCloseTo(3.123, 6);
    expect(chart.max.at(-1)).toBeCloseTo(3 + 119.32, 6);
  });
});

test.each(["nonsense", "current_A[0]", "cells_V", "cells_V[x]", "cells_V[0]x", "", "toString"])(
  "%j is no signal",
  (signal) => {
    expect(decimate([finished(0, 10)], signal, at(0), at(10), 5)).toBeUndefined();
  },
);

test("the same rows drawn through extremes never reach beyond them", () => {
  const values = fc.array(
    fc.double({ min: -100, max: 100, noNaN: true }).map((x) => Math.round(x * 100) / 100 + 0),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 7 }), (list, points) => {
      const { file, bytes } = beginLog(IDENTITY, "{}");
      const chunk = chunkOf(
        file,
        list.map((value, i) => row(i, value)),
      );
      const chart = decimate([opened(joined([bytes, chunk]))], "current_A", at(0), at(list.length), points)!;
      expect(extreme(chart.min, Math.min)).toBe(Math.min(...list));
      expect(extreme(chart.max, Math.max)).toBe(Math.max(...list));
    }),
    { numRuns: 50 },
  );
});

describe("one number of a row", () => {
  const bytes = encodeUtf8('{"current_A": -35.65,"cells_V":[3.3, 3.301,null],"averageCurrent_A":1e-5,"mode":2}');

  test.each([
    ["current_A", -1, -35.65],
    ["cells_V", 0, 3.3],
    ["cells_V", 1, 3.301],
    ["cells_V", 2, Number.NaN],
    ["cells_V", 3, Number.NaN],
    ["averageCurrent_A", -1, 1e-5],
    ["mode", -1, 2],
    ["mode", 0, Number.NaN],
    ["soc", -1, Number.NaN],
  ])("%s %d is %d", (name, place, value) => {
    const reader = createValueReader(name, place);
    expect([valueIn(reader, bytes), valueIn(reader, bytes)]).toEqual([value, value]);
  });

  test("is found again where another row has it elsewhere", () => {
    const reader = createValueReader("mode", -1);
    expect([bytes, encodeUtf8('{"mode":3}'), bytes, encodeUtf8("")].map((each) => valueIn(reader, each))).toEqual([
      2,
      3,
      2,
      Number.NaN,
    ]);
  });

  test("of anything never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: -1, max: 3 }), (any, place) => {
        valueIn(createValueReader("a", place), any);
      }),
    );
  });
});

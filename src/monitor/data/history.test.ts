// History from a real recording: what is drawn at once is never outside of what is there, and ten milliseconds can be seen.

import { describe, expect, test } from "vitest";
import { overchargedPack, PACK_BEGAN_us, packLog } from "../../../tests/pack-logs.ts";
import { addAt, createBuckets, pointsOf } from "../../log/buckets.ts";
import type { NamedLog } from "../../log/chunk-columns.ts";
import { rowOf } from "../../log/table.ts";
import { memoryLog } from "../../log/tailed-log.ts";
import { tellStory } from "../../replay/story.ts";
import type { Input } from "../schemas.ts";
import { createHistoryCache, type HistoryCache, historySteps } from "./history.ts";

const S = 1_000_000;
const at = (second: number): number => PACK_BEGAN_us + second * S;
const pack = overchargedPack(1300);
const log = packLog(pack.log);

type Ask = Omit<Input<"history">, "signals"> & { readonly signals?: string };

function history(cache: HistoryCache, logs: readonly NamedLog[], ask: Ask) {
  const steps = historySteps(cache, logs, { signals: "maxCell_V,current_A,cells_V[4]", ...ask });
  let count = 0;
  for (;;) {
    const { done, value } = steps.next();
    count++;
    if (done !== true) continue;
    if (!value.ok) throw new Error(value.problem.detail);
    return { ...value.answer, steps: count };
  }
}

const drawn = (ask: Ask, logs: readonly NamedLog[] = [log]) => history(createHistoryCache(), logs, ask);

/** The same by reading every row as JSON. */
function byHand(name: string, from_us: number, to_us: number, points: number) {
  const buckets = createBuckets(from_us, to_us, points);
  for (const { topic, time_us, data } of pack.log) {
    const value = topic === "/state" ? (rowOf(data)?.[name] as number) : Number.NaN;
    addAt(buckets, time_us, value, value);
  }
  const { time_us, min, max } = pointsOf(buckets);
  return { name, time_us: [...time_us], min: [...min], max: [...max] };
}

describe("minutes out of rows", () => {
  const ask = { from_us: at(100), to_us: at(1200), points: 1000, grain: "fine" } as const;

  test("are the rows, signal by signal", () => {
    const { series, detail } = drawn(ask);
    expect(detail).toBe("rows");
    expect(series[0]).toEqual(byHand("maxCell_V", at(100), at(1200), 1000));
    expect(series[1]).toEqual(byHand("current_A", at(100), at(1200), 1000));
    expect(series[2]!.name).toBe("cells_V[4]");
  });

  test("come in steps of one chunk, and the second time from memory", () => {
    let reads = 0;
    const watched = packLog(pack.log, () => reads++);
    const cache = createHistoryCache();
    expect(history(cache, [watched], ask).steps).toBeGreaterThan(2);
    reads = 0;
    const { series } = history(cache, [watched], { ...ask, from_us: at(200) });
    expect(reads).toBe(0);
    expect(series[0]).toEqual(byHand("maxCell_V", at(200), at(1200), 1000));
  });

  test.each([
    [
      "an hour at most, of which no grain was said, are rows although much must be read for them",
      undefined,
      240,
      "rows",
    ],
    ["the same at once and coarse are what is at hand", "quick", 240, "extremes"],
    ["more than an hour, of which no grain was said, are what is at hand", undefined, 3601, "extremes"],
  ] as const)("of %s", (_, grain, length_s, detail) => {
    const again = Array.from({ length: 6 }, (__, i) => ({ ...log, name: `${i}` }));
    const stretch = { from_us: at(300), to_us: at(300 + length_s), points: length_s };
    const told = drawn({ ...stretch, ...(grain === undefined ? {} : { grain }) }, again);
    expect([told.detail, told.isFine]).toEqual([detail, detail === "rows"]);
    if (detail === "rows") expect(told.series[1]).toEqual(byHand("current_A", at(300), at(540), 240));
  });

  test("are the same of a log that is still being written", () => {
    const growing = { ...memoryLog(pack.log, log.log.identity), name: "memory" };
    expect(drawn(ask, [growing]).series).toEqual(drawn(ask).series);
  });
});

test("at once and coarse, a stretch lies within what is there, and says that there is more", () => {
  const day = Array.from({ length: 12 }, (_, i) =>
    packLog(pack.log.map((message) => ({ ...message, time_us: message.time_us + i * 1300 * S }))),
  ).map((each, i) => ({ ...each, name: `${i}` }));
  const ask = { from_us: at(0), to_us: at(12 * 1300), points: 500 };
  const [quick, fine] = [drawn(ask, day), drawn({ ...ask, grain: "fine" }, day)];
  expect([quick.isFine, quick.detail]).toEqual([false, "extremes"]);
  expect([fine.isFine, fine.detail]).toEqual([true, "rows"]);
  const extreme = (list: readonly number[], pick: (...values: number[]) => number): number => pick(...list);
  for (const i of [0, 1, 2]) {
    expect(extreme(quick.series[i]!.min, Math.min)).toBeGreaterThanOrEqual(
      extreme(fine.series[i]!.min, Math.min) - 1e-9,
    );
    expect(extreme(quick.series[i]!.max, Math.max)).toBeLessThanOrEqual(extreme(fine.series[i]!.max, Math.max) + 1e-9);
    expect(quick.series[i]!.min.length).toBeGreaterThan(200);
  }
  expect(extreme(fine.series[0]!.min, Math.min)).toBeGreaterThan(3);
});

describe("seconds out of every tick", () => {
  const ask = { from_us: at(300), to_us: at(310), points: 1000, grain: "fine" } as const;
  const truth: { at_us: number; maxCell_V: number }[] = [];
  tellStory(pack.log, (bms, at_us) => {
    if (at_us >= at(300) && at_us < at(310)) truth.push({ at_us, maxCell_V: bms.measure.maxCell_V });
  });

  test("show each of a thousand ticks as the device had it", () => {
    const { series, detail, isFine } = drawn(ask);
    expect([detail, isFine]).toEqual(["ticks", true]);
    expect(series[0]!.max).toEqual(truth.map(({ maxCell_V }) => maxCell_V));
    expect(series[0]!.time_us).toHaveLength(1000);
  });

  test.each([
    [300.003, 300.013, 3], // one tick inside, one on either side
    [300.0001, 300.0099, 2], // none inside
  ])("of %d s to %d s come with the nearest on either side: %d in all", (from_s, to_s, count) => {
    const { series, detail } = drawn({ ...ask, from_us: at(from_s), to_us: at(to_s), reach_us: 20 * S });
    const ticks = truth.slice(0, count);
    expect(detail).toBe("ticks");
    expect(series[0]!.max).toEqual(ticks.map(({ maxCell_V }) => maxCell_V));
    expect([series[0]!.time_us[0], series[0]!.time_us.at(-1)]).toEqual([ticks[0]!.at_us, ticks.at(-1)!.at_us]);
  });

  test("are at hand for whoever moves about at ten milliseconds a screen", () => {
    const cache = createHistoryCache();
    const screen = (from_s: number) => ({
      from_us: at(from_s),
      to_us: at(from_s + 0.02),
      points: 1000,
      reach_us: 20 * S,
    });
    history(cache, [log], { ...screen(300), grain: "fine" });
    for (const from_s of [300.02, 310, 330, 290, 265])
      expect(history(cache, [log], screen(from_s))).toMatchObject({ detail: "ticks", isFine: true });
  });

  test("are not waited for at once, and are at hand once they were played", () => {
    const cache = createHistoryCache();
    const quick = history(cache, [log], { ...ask, grain: "quick" });
    expect([quick.detail, quick.isFine]).toEqual(["rows", false]);
    history(cache, [log], ask);
    const moved = history(cache, [log], { from_us: at(304), to_us: at(314), points: 1000 });
    expect([moved.detail, moved.isFine]).toEqual(["ticks", true]);
  });

  test("that were not recorded are rows, and it says that there is no more", () => {
    const rows = packLog(pack.log.filter(({ topic }) => !topic.startsWith("/recorder")));
    const { series, detail, isFine } = drawn(ask, [rows]);
    expect([detail, isFine]).toEqual(["rows", true]);
    expect(series[0]).toEqual(byHand("maxCell_V", at(300), at(310), 1000));
  });

  test("that were not recorded come with the nearest row on either side, no further than asked, of a file and of a tail", () => {
    const plain = pack.log.filter(({ topic }) => !topic.startsWith("/recorder"));
    const rows = plain.filter(({ topic }) => topic === "/state").map(({ time_us }) => time_us);
    const [one_us, other_us] = [rows[300]!, rows[301]!];
    const between = { ...ask, from_us: one_us + 0.4 * S, to_us: one_us + 0.41 * S };
    for (const each of [packLog(plain), { ...memoryLog(plain, log.log.identity), name: "memory" }]) {
      const { series } = drawn({ ...between, reach_us: 20 * S }, [each]);
      expect(series.map(({ time_us }) => time_us)).toEqual(new Array(3).fill([one_us, other_us]));
      expect(drawn({ ...between, reach_us: 0.3 * S }, [each]).series[0]!.time_us).toEqual([]);
      expect(drawn(between, [each]).series[0]!.time_us).toEqual([]);
    }
  });
});

test.each([
  ["nonsense", { from_us: 0, to_us: 1, points: 1 }],
  ["cells_V", { from_us: 0, to_us: 1, points: 1 }],
  ["soc", { from_us: 5, to_us: 5, points: 1 }],
  [Array.from({ length: 25 }, (_, i) => `cells_V[${i % 18}]${i}`).join(), { from_us: 0, to_us: 1, points: 1 }],
])("%j in that time is refused", (signals, ask) => {
  const { value } = historySteps(createHistoryCache(), [log], { ...ask, signals }).next();
  expect(value).toMatchObject({ ok: false, problem: { kind: "invalid" } });
});

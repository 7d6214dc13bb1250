// Signals over any time for a plot: years out of the chunks' extremes, days out of rows, minutes out of every tick, which the core
// computes again from the flight recorder. At once, and coarse where it must be; or thoroughly, in steps.

import { addAt, type createBuckets, type Decimated, pointsOf } from "../../log/buckets.ts";
import { type ChartCache, createChartCache, type NamedLog, type SignalPlace } from "../../log/chunk-columns.ts";
import { type ChartAsk, chartSteps, parseSignal } from "../../log/query.ts";
import { type Reply, refuse } from "../problem.ts";
import type { AnswerTo, Input } from "../schemas.ts";
import { createTickCache, keptTicks, type TickCache, type Ticks, tickSteps } from "./ticks.ts";

export type HistoryCache = { readonly charts: ChartCache; readonly ticks: TickCache };

export const createHistoryCache = (limit_bytes?: number): HistoryCache => ({
  charts: createChartCache(limit_bytes),
  ticks: createTickCache(),
});

/** Rows are a second apart as a rule: where a point stands for less, ticks show more. */
const FINER_THAN_us = 500_000;
/** Nobody waits for more than this to be played in every tick. */
const LONGEST_us = 600_000_000;
const MOST_SIGNALS = 24;
/** Who says no grain gets the rows of so long a time: at most eight chunks, read one by one. Ticks are played only for whoever asks. */
const ROWS_READ_us = 3_600_000_000;

export type HistoryReply = Reply<AnswerTo<"history">>;

/** The answer in steps, each short enough that others can be served in between. */
export function* historySteps(
  cache: HistoryCache,
  logs: readonly NamedLog[],
  { from_us, to_us, points, signals: text, grain, reach_us = 0 }: Input<"history">,
): Generator<undefined, HistoryReply> {
  const fine = grain === "fine";
  const isThorough = fine || (grain === undefined && to_us - from_us <= ROWS_READ_us);
  const names = [...new Set(text.split(",").filter((name) => name !== ""))];
  const signals = names.map(parseSignal).filter((place) => place !== undefined);
  const unknown = names.find((name) => parseSignal(name) === undefined);
  if (unknown !== undefined) return refuse("invalid", `there is no signal "${unknown}"`);
  if (names.length > MOST_SIGNALS) return refuse("invalid", `at most ${MOST_SIGNALS} signals at once`);
  if (!(from_us < to_us)) return refuse("invalid", "the time must begin before it ends");
  const width_us = (to_us - from_us) / points;
  const showsTicks = width_us < FINER_THAN_us && to_us - from_us <= LONGEST_us && signals.length > 0;
  const wide = { from_us: from_us - reach_us, to_us: to_us + reach_us };
  const ticks = showsTicks ? yield* ticksFor(cache, logs, wide, signals, fine) : undefined;
  const ask: ChartAsk = { signals, from_us, to_us, points, reach_us, isThorough };
  const { buckets, isFine } = yield* chartSteps(cache.charts, logs, ticks === undefined ? ask : besides(ask, ticks));
  if (ticks !== undefined) addTicks(ask, ticks, buckets);
  return {
    ok: true,
    answer: {
      series: names.map((name, i) => seriesOf(name, pointsOf(buckets[i]!))),
      detail: ticks !== undefined ? "ticks" : isFine && width_us < ROWS_SHOW_us ? "rows" : "extremes",
      isFine: isFine && (fine || !showsTicks || ticks !== undefined),
    },
  };
}

/** Chunks are ten minutes long. */
const ROWS_SHOW_us = 600_000_000;

function* ticksFor(
  cache: HistoryCache,
  logs: readonly NamedLog[],
  stretch: { readonly from_us: number; readonly to_us: number },
  signals: readonly SignalPlace[],
  fine: boolean,
): Generator<undefined, Ticks | undefined> {
  return fine ? yield* tickSteps(cache.ticks, logs, stretch, signals) : keptTicks(cache.ticks, logs, stretch, signals);
}

/** A row is left out where a tick lies within this of it: it is that tick, rounded. */
const NEAR_us = 50_000;

function besides(ask: ChartAsk, { time_us }: Ticks): ChartAsk {
  let at = 0;
  const except = (row_us: number): boolean => {
    if (at >= time_us.length || time_us[at]! > row_us) at = 0;
    while (at < time_us.length && time_us[at]! < row_us - NEAR_us) at++;
    return at < time_us.length && Math.abs(time_us[at]! - row_us) <= NEAR_us;
  };
  return { ...ask, except };
}

function addTicks(
  { signals }: ChartAsk,
  { time_us, values }: Ticks,
  buckets: readonly ReturnType<typeof createBuckets>[],
) {
  signals.forEach(({ signal }, s) => {
    const column = values.get(signal)!;
    for (let i = 0; i < time_us.length; i++) addAt(buckets[s]!, time_us[i]!, column[i]!, column[i]!);
  });
}

const seriesOf = (name: string, { time_us, min, max }: Decimated) => ({
  name,
  time_us: Array.from(time_us),
  min: Array.from(min),
  max: Array.from(max),
});

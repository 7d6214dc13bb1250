// Signals in every tick of a short time: the core runs again on what the flight recorder holds, from the last recorded start on,
// which may lie half an hour back. What was played is kept, so that whoever moves about in those minutes does not wait again.

import { type Bms, step } from "../../core/bms.ts";
import { type Place, resolve } from "../../core/path.ts";
import type { SignalPlace } from "../../log/chunk-columns.ts";
import { spanOf, type TailedLog } from "../../log/tailed-log.ts";
import { BELIEFS } from "../../model/signal-image.ts";
import { SIGNALS } from "../../model/signals.ts";
import { nextTick, requestsNow } from "../../replay/input-player.ts";
import { createPassage, type Passage, type Piece, piecesOf } from "../../replay/passage.ts";
import { recordedMessages, type Stretch } from "../../replay/recorded-messages.ts";
import { startBms } from "../../replay/start.ts";

/** Numbers tick by tick; a time without ticks is one for which nothing was recorded. */
export type Ticks = Stretch & { readonly time_us: Float64Array; readonly values: ReadonlyMap<string, Float64Array> };

/** What was played lately, the newest last. */
export type TickCache = { kept: Ticks[] };

export const createTickCache = (): TickCache => ({ kept: [] });

const KEPT = 4;
/** Steps are of so many recorded blocks, of about a second each. */
const BLOCKS = 40;

/** Ticks of a stretch; undefined where nothing is recorded of it. */
export function* tickSteps(
  cache: TickCache,
  logs: readonly TailedLog[],
  stretch: Stretch,
  signals: readonly SignalPlace[],
): Generator<undefined, Ticks | undefined> {
  const last_us = lastOf(logs);
  const kept = keptTicks(cache, logs, stretch, signals);
  if (kept !== undefined) return kept;
  const wide = widened(stretch, last_us);
  const playing = createPlaying(wide, signals);
  let blocks = 0;
  for (const piece of piecesOf(playing.passage, recordedMessages(logs, wide))) {
    play(playing, piece);
    if (++blocks % BLOCKS === 0) yield undefined;
  }
  if (playing.time_us.length === 0) return undefined;
  const ticks = ticksOf(playing);
  cache.kept = [...cache.kept.slice(1 - KEPT), ticks];
  return ticks;
}

/** Ticks that were played already, as far as the logs reach now. */
export function keptTicks(
  { kept }: TickCache,
  logs: readonly TailedLog[],
  { from_us, to_us }: Stretch,
  signals: readonly SignalPlace[],
): Ticks | undefined {
  const end_us = Math.min(to_us, lastOf(logs));
  return kept.find(
    (ticks) =>
      ticks.from_us <= from_us && ticks.to_us >= end_us && signals.every(({ signal }) => ticks.values.has(signal)),
  );
}

const lastOf = (logs: readonly TailedLog[]): number =>
  logs.reduce((last, log) => Math.max(last, spanOf(log).last_us), 0);

/** With as much on either side, for whoever looks there next. */
function widened({ from_us, to_us }: Stretch, last_us: number): Stretch {
  const length_us = to_us - from_us;
  return { from_us: from_us - length_us, to_us: Math.min(last_us, to_us + length_us) };
}

type Playing = {
  readonly stretch: Stretch;
  readonly signals: readonly SignalPlace[];
  readonly passage: Passage;
  readonly time_us: number[];
  readonly values: readonly number[][];
  bms: Bms | undefined;
  places: readonly BelievedPlace[];
};

/** Where a number lives, and the flags that vouch for it. */
type BelievedPlace = {
  readonly value: Place;
  readonly flags: readonly Place[];
  readonly ofEach: boolean;
  readonly none: number;
};

const createPlaying = (stretch: Stretch, signals: readonly SignalPlace[]): Playing => ({
  ...{ stretch, signals },
  passage: createPassage(),
  time_us: [],
  values: signals.map(() => []),
  bms: undefined,
  places: [],
});

function play(playing: Playing, piece: Piece): void {
  if (piece.kind === "lost") playing.bms = undefined;
  else if (piece.kind === "block") playBlock(playing, piece.ticks, piece.shift_us);
  else {
    const started = startBms(piece.start);
    playing.bms = started.ok ? started.bms : undefined;
    const { bms } = playing;
    if (bms !== undefined) playing.places = playing.signals.map(({ name }) => placeOf(bms, name));
  }
}

function playBlock(
  { bms, passage, stretch, time_us, values, signals, places }: Playing,
  ticks: number,
  shift_us: number,
): void {
  if (bms === undefined) return;
  for (let tick = 0; tick < ticks; tick++) {
    const dt_us = nextTick(passage.player, passage.sensors);
    step(bms, passage.sensors, requestsNow(passage.player), dt_us);
    const at_us = bms.time_us + shift_us;
    if (at_us < stretch.from_us || at_us >= stretch.to_us) continue;
    time_us.push(at_us);
    for (let s = 0; s < places.length; s++) values[s]!.push(believed(places[s]!, signals[s]!.place));
  }
}

function placeOf(bms: Bms, name: string): BelievedPlace {
  const { from, validFrom = [], validEach } = SIGNALS[name]!;
  const paths = validEach === undefined ? validFrom : [validEach];
  return {
    value: resolve(bms, from),
    flags: paths.map((path) => resolve(bms, path)),
    ofEach: validEach !== undefined,
    none: BELIEFS.get(name)!.none,
  };
}

/** NaN where it was not believed, or stood for none. */
function believed({ value, flags, ofEach, none }: BelievedPlace, element: number): number {
  for (let i = 0; i < flags.length; i++) if (numberIn(flags[i]!, ofEach ? element : 0) === 0) return Number.NaN;
  const number = numberIn(value, element);
  return number === none ? Number.NaN : number;
}

function numberIn({ holder, key }: Place, element: number): number {
  const value = holder[key];
  if (value instanceof Float64Array || value instanceof Uint8Array) return value[element] ?? Number.NaN;
  return Number(value);
}

const ticksOf = ({ stretch, signals, time_us, values }: Playing): Ticks => ({
  ...stretch,
  time_us: Float64Array.from(time_us),
  values: new Map(signals.map(({ signal }, s) => [signal, Float64Array.from(values[s]!)])),
});

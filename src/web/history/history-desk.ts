// What the history page knows: where it reads from, what is chosen, which time is shown, and what has come of it.

import { createEffect, createSignal, on, onCleanup, untrack } from "solid-js";
import type { AnswerTo } from "../../monitor/schemas.ts";
import type { Monitor } from "../state/monitor.ts";
import { NO_GAP_us, type Series } from "./chart-data.ts";
import { createLoading, type HistoryAnswer } from "./loading.ts";
import { extentOf, type Past } from "./past.ts";
import { createPlace } from "./place.ts";
import { PRESETS } from "./signal-list.ts";
import { lengthOf, meets, readFor, type View, viewOf } from "./view.ts";

type Chart = { readonly answer: HistoryAnswer; readonly width_us: number };

export type HistoryDesk = ReturnType<typeof createHistoryDesk>;

const FIRST_us = 3_600_000_000;
/** A device that has just begun is shown with room for what comes. */
const YOUNG_us = 60_000_000;
const EVENTS_MS = 250;
const FOLLOW_ms = 2000;
/** A point for each pixel of a usual screen, and as many on either side together. */
const POINTS = 2000;

export function createHistoryDesk(past: () => Past, monitor: Monitor) {
  const place = createPlace();
  const { view, setView, follows, setFollows, change, back } = place;
  const [extent, setExtent] = createSignal<View>();
  const [chosen, choose] = createSignal<readonly string[]>(PRESETS.charge());
  const [chart, setChart] = createSignal<Chart>();
  const [events, setEvents] = createSignal<AnswerTo<"events">>();
  const [isBusy, setBusy] = createSignal(false);
  const [isRead, setRead] = createSignal(false);
  const [problem, setProblem] = createSignal("");
  const [cursors, setCursors] = createSignal<readonly (number | undefined)[]>([undefined, undefined]);
  const loading = createLoading({
    ask: (input, signal) => past().ask("history", input, signal),
    show: (answer, { from_us, to_us, points }) => {
      setChart({ answer, width_us: (to_us - from_us) / points });
      setProblem("");
    },
    failed: (error) => setProblem(String((error as Error).message)),
    busy: setBusy,
    later: (act, delay_ms) => window.setTimeout(act, delay_ms),
    forget: (timer) => clearTimeout(timer),
  });
  const begin = async (): Promise<void> => {
    setChart(undefined);
    setRead(false);
    place.begin();
    const from = past();
    const found = await extentOf(from).catch(() => undefined);
    if (from !== past()) return;
    setExtent(found);
    setRead(true);
    const kept = place.chosen();
    if (found === undefined || (kept !== undefined && meets(kept, found))) return;
    const first = firstView(from.kind, found);
    setFollows(first.follows);
    setView(first.view);
  };
  createEffect(on(past, () => void begin()));
  createEffect(
    on([view, chosen], ([shown, names]) => {
      if (shown === undefined || names.length === 0) return;
      loading.want({ ...readFor(shown), signals: names.join(","), points: POINTS, reach_us: NO_GAP_us });
    }),
  );
  loadEvents(past, view, setEvents);
  followDevice(monitor, { past, view, follows, setView });
  onCleanup(loading.stop);
  const answer = (): HistoryAnswer | undefined => chart()?.answer;
  return {
    ...{ past, view, extent, chosen, choose, answer, events, isBusy, problem },
    ...{ follows, setFollows, cursors, change, back },
    /** Whether it is known what there is. */
    isRead,
    /** How long a time each point stands for. */
    width_us: (): number => chart()?.width_us ?? 0,
    /** Signals in the order in which they were chosen; without points where nothing has come yet. */
    series: (): readonly Series[] =>
      chosen().map((name) => answer()?.series.find((each) => each.name === name) ?? noSeries(name)),
    all: async (): Promise<void> => {
      const found = await extentOf(past()).catch(() => undefined);
      setExtent(found);
      if (found !== undefined) change(found);
    },
    setCursor: (number: number, at_us: number): void => {
      setCursors(cursors().map((each, i) => (i === number ? Math.round(at_us) : each)));
    },
    clearCursors: (): void => void setCursors([undefined, undefined]),
  };
}

const noSeries = (name: string): Series => ({ name, time_us: [], min: [], max: [] });

/** Of a device its last hour, which it is followed in while it is young; of files all of them. */
function firstView(kind: Past["kind"], found: View): { readonly view: View; readonly follows: boolean } {
  if (kind === "files") return { view: found, follows: false };
  const length_us = Math.min(FIRST_us, Math.max(YOUNG_us, lengthOf(found)));
  return { view: viewOf(found.to_us - length_us, found.to_us), follows: lengthOf(found) < FIRST_us };
}

function loadEvents(past: () => Past, view: () => View | undefined, show: (told: AnswerTo<"events">) => void): void {
  let asked = new AbortController();
  let timer = 0;
  createEffect(
    on([past, view], ([from, shown]) => {
      asked.abort();
      clearTimeout(timer);
      if (shown === undefined) return;
      const mine = new AbortController();
      asked = mine;
      timer = window.setTimeout(() => {
        from.ask("events", { ...readFor(shown), limit: 500 }, mine.signal).then(
          (told) => {
            if (!mine.signal.aborted) show(told);
          },
          () => {},
        );
      }, EVENTS_MS);
    }),
  );
  onCleanup(() => {
    asked.abort();
    clearTimeout(timer);
  });
}

type Following = {
  readonly past: () => Past;
  readonly view: () => View | undefined;
  readonly follows: () => boolean;
  readonly setView: (view: View) => void;
};

/** The view moves on with the device's own time: at once, then every two seconds. */
function followDevice(monitor: Monitor, { past, view, follows, setView }: Following): void {
  const follow = (): void => {
    const shown = view();
    const now_us = monitor.frame()?.time_us;
    if (!follows() || past().kind !== "device" || shown === undefined || now_us === undefined) return;
    setView(viewOf(now_us - lengthOf(shown), now_us));
  };
  const timer = setInterval(follow, FOLLOW_ms);
  createEffect(on(follows, () => untrack(follow)));
  onCleanup(() => clearInterval(timer));
}

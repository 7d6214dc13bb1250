// What a link tells of its device, as Solid's signals, and the numbers of the last frame.

import { batch, createSignal } from "solid-js";
import { IMAGE_SIZE } from "../../model/signal-image.ts";
import type { ImageFrame } from "../../monitor/stream.ts";
import type { BusFrame, DeviceTold, EventTold, WorldTold } from "../../monitor/told.ts";
import type { Link, LinkState } from "../link/link.ts";
import {
  createRecent,
  keepRecent,
  prependRecent,
  RECENT_POINTS,
  RECENT_SIGNALS,
  RECENT_s,
  type Recent,
} from "./recent.ts";

const MOST_EVENTS = 500;
/** Every fifth frame of ten a second: less than half a second, because they do not come to the millisecond. */
const CALM_ms = 450;

export type BusListener = (frames: readonly BusFrame[], last: number) => void;
export type Heard = ReturnType<typeof createHeard>;

/** Nothing has been heard yet; `open` begins. The clock tells milliseconds. */
export function createHeard(link: Link, clock: () => number = Date.now) {
  const image = new Float64Array(IMAGE_SIZE);
  const recent: Recent = createRecent();
  const busListeners = new Set<BusListener>();
  const [frame, setFrame] = createSignal<ImageFrame>();
  /** The last frame for what is read at leisure. */
  const [calmFrame, setCalmFrame] = createSignal<ImageFrame>();
  let heard_ms = 0;
  let calm_ms = 0;
  const [link_, setLink] = createSignal<{ readonly state: LinkState; readonly why: string }>(NOT_YET);
  const [device, setDevice] = createSignal<DeviceTold>();
  const [world, setWorld] = createSignal<WorldTold>();
  const [events, setEvents] = createSignal<readonly EventTold[]>([]);
  const take = (next: ImageFrame): void => {
    heard_ms = clock();
    const isCalm = Math.abs(heard_ms - calm_ms) >= CALM_ms; // also where somebody has put the clock back
    if (isCalm) calm_ms = heard_ms;
    batch(() => {
      if (isCalm) setCalmFrame(next);
      setFrame(next);
    });
  };
  const open = (): void =>
    link.open({
      state: (state, why = "") => setLink({ state, why }),
      image: (numbers, next) => {
        if (frame() === undefined) void fillRecent(link, recent, next.time_us);
        image.set(numbers);
        keepRecent(recent, image, next.time_us);
        take(next);
      },
      device: (told) => {
        const before = device();
        if (before !== undefined && before.started_us !== told.started_us) setEvents([]); // it began anew
        setDevice(told);
      },
      world: (told) => setWorld(told),
      events: (told) => setEvents((before) => [...before, ...told].slice(-MOST_EVENTS)),
      bus: (frames, last) => {
        for (const listener of busListeners) listener(frames, last);
      },
    });
  const told = { frame, calmFrame, heard_ms: () => heard_ms, link: link_, device, world, events };
  return { image, recent, busListeners, ...told, open };
}

const NOT_YET = { state: "connecting", why: "" } as const;

/** The plots begin with the rows that the log has, where there is one: what it knows only by chunks was at no time so. */
async function fillRecent(link: Link, recent: Recent, now_us: number): Promise<void> {
  if (!link.can("history")) return;
  const stretch = { from_us: Math.max(0, now_us - RECENT_s * 1e6), to_us: now_us, points: RECENT_POINTS };
  const input = { ...stretch, signals: RECENT_SIGNALS.join(","), grain: "fine" } as const;
  const answer = await link.call("history", input).catch(() => undefined);
  if (answer !== undefined && answer.detail !== "extremes") prependRecent(recent, answer.series);
}

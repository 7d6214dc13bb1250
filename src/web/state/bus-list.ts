// What the page of the buses keeps: the last frames, counts and rates of each identifier, and which of them pass the filter. Plain
// functions over plain data, so that the page stays a picture of them.

import type { BusFrame } from "../../monitor/told.ts";

/** Frames kept; older ones are only counted. */
export const KEPT = 5000;
/** A rate is the mean over so long. */
const RATE_us = 20_000_000;
/** Of frequent ones the mean over so many. */
const MOST_TIMES = 64;
/** Identifiers kept apart; a flood of others counts together. */
const MOST_IDS = 300;

export type IdCount = {
  readonly key: string;
  readonly bus: BusFrame["bus"];
  readonly id: string;
  readonly direction: BusFrame["direction"];
  name: string;
  text: string;
  count: number;
  last_us: number;
  /** Times of the last frames within RATE_us. */
  readonly times_us: number[];
};

export type BusList = { frames: BusFrame[]; readonly ids: Map<string, IdCount>; newest_us: number; count: number };

export const createBusList = (): BusList => ({ frames: [], ids: new Map(), newest_us: 0, count: 0 });

export function addFrames(list: BusList, frames: readonly BusFrame[]): void {
  list.frames.push(...frames);
  list.count += frames.length;
  if (list.frames.length > 2 * KEPT) list.frames = list.frames.slice(-KEPT);
  for (const frame of frames) countFrame(list, frame);
}

function countFrame(list: BusList, frame: BusFrame): void {
  const { bus, id, direction, name, text, time_us } = frame;
  list.newest_us = Math.max(list.newest_us, time_us);
  const wanted = bus === "can" ? `${bus} ${id} ${direction}` : `${bus} ${id} ${direction} ${name}`;
  const key = list.ids.has(wanted) || list.ids.size < MOST_IDS ? wanted : "…";
  let row = list.ids.get(key);
  if (row === undefined) {
    row = { key, bus, id: key === wanted ? id : key, direction, name, text, count: 0, last_us: 0, times_us: [] };
    list.ids.set(key, row);
  }
  row.count++;
  row.last_us = time_us;
  row.name = name;
  row.text = text;
  row.times_us.push(time_us);
  const isOld = (): boolean => row.times_us[0]! < time_us - RATE_us || row.times_us.length > MOST_TIMES;
  while (row.times_us.length > 1 && isOld()) row.times_us.shift();
}

/** Frames in a second: 0 for what has not come within the time of the mean; undefined while only one has come. */
export function rateOf({ times_us }: IdCount, newest_us: number): number | undefined {
  const [first, last] = [times_us[0]!, times_us.at(-1)!];
  if (newest_us - last > RATE_us) return 0;
  return times_us.length < 2 || last <= first ? undefined : (1e6 * (times_us.length - 1)) / (last - first);
}

export type BusFilter = {
  readonly text: string;
  readonly id: string;
  readonly bus: BusFrame["bus"] | "all";
  readonly direction: BusFrame["direction"] | "all";
};
export const ALL: BusFilter = { text: "", id: "", bus: "all", direction: "all" };

/** Letters count alike in both cases; an identifier is compared without leading zeros and "0x". */
export function passes(filter: BusFilter, frame: BusFrame): boolean {
  if (filter.bus !== "all" && frame.bus !== filter.bus) return false;
  if (filter.direction !== "all" && frame.direction !== filter.direction) return false;
  if (filter.id !== "" && bare(frame.id) !== bare(filter.id)) return false;
  const text = filter.text.trim().toLowerCase();
  return text === "" || `${frame.name} ${frame.text} ${frame.id} ${frame.data}`.toLowerCase().includes(text);
}

const bare = (id: string): string =>
  id
    .trim()
    .toLowerCase()
    .replace(/^0x/, "")
    .replace(/^0+(?=.)/, "");

/** The newest frames that pass, newest first. */
export function newestFitting(frames: readonly BusFrame[], filter: BusFilter, most: number): BusFrame[] {
  const found: BusFrame[] = [];
  for (let i = frames.length - 1; i >= 0 && found.length < most; i--)
    if (passes(filter, frames[i]!)) found.push(frames[i]!);
  return found;
}

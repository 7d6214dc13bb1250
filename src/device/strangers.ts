// What is refused to people and programs that are not logged in, wrong passwords included, joined so that nobody from outside can
// push trips and logins out of a journal or an audit: an address has a line in ten minutes for requests and one for wrong passwords, all of them together a few at once and
// then one in an hour. What has no line yet is counted and told with the next. The journal's hourly counters take as much room.

import { isoTime } from "../base/calendar.ts";
import type { Noted } from "./monitor-frames.ts";

export const JOIN_ms = 600_000;
/** One more line for all strangers after so long; `atOnce` of them may be saved up. */
export const LINE_ms = 3_600_000;
/** More addresses at a time are counted as one. */
export const MOST_ADDRESSES = 256;

const GUESSES: readonly string[] = ["logIn", "createOwner"];
const OTHERS = "others";

/** What is waiting to be told of an address, and when it may be. */
type Counted = {
  first: Noted | undefined;
  first_ms: number;
  last_ms: number;
  requests: number;
  guesses: number;
  due_ms: number;
};

export type Strangers = {
  readonly atOnce: number;
  readonly addresses: Map<string, Counted>;
  lines: number;
  refilled_ms: number;
};

export const createStrangers = (atOnce: number, now_ms: number): Strangers => ({
  ...{ atOnce, addresses: new Map(), lines: atOnce, refilled_ms: now_ms },
});

const NONE = { first: undefined, first_ms: 0, last_ms: 0, requests: 0, guesses: 0 };

/** A refusal to somebody who is not logged in. */
export const isStrangers = ({ actor, what, outcome }: Noted): boolean =>
  outcome !== "done" && (actor === "" || GUESSES.includes(what));

/** Counts a stranger's refusal; `dueLines` tells it. */
export function countRefusal({ addresses }: Strangers, noted: Noted, now_ms: number): void {
  const { address, what, count = 1 } = noted;
  const own = `${GUESSES.includes(what) ? "guesses of" : "requests of"} ${address}`;
  const key = addresses.has(own) || addresses.size < MOST_ADDRESSES ? own : OTHERS;
  const counted = addresses.get(key) ?? { ...NONE, due_ms: now_ms };
  if (counted.first === undefined) Object.assign(counted, { first: noted, first_ms: now_ms });
  counted.last_ms = now_ms;
  counted[GUESSES.includes(what) ? "guesses" : "requests"] += count;
  addresses.set(key, counted);
}

/** The lines that may be written now. */
export function dueLines(strangers: Strangers, now_ms: number): Noted[] {
  refill(strangers, now_ms);
  const due = [...strangers.addresses].filter(([key, counted]) => isDue(strangers, key, counted, now_ms));
  if (due.length === 0 || strangers.lines === 0) return [];
  const lines = due.length <= strangers.lines ? due.map(([, counted]) => lineOf([counted])) : [lineOf(due.map(last))];
  strangers.lines -= lines.length;
  for (const [, counted] of due) Object.assign(counted, { ...NONE, due_ms: now_ms + JOIN_ms });
  return lines;
}

/** What still waits, as one line, before the end. */
export function lastLines({ addresses }: Strangers): Noted[] {
  const waiting = [...addresses.values()].filter(({ first }) => first !== undefined);
  addresses.clear();
  return waiting.length === 0 ? [] : [lineOf(waiting)];
}

const last = ([, counted]: [string, Counted]): Counted => counted;

/** A clock that is set back keeps nobody quiet. An address with nothing to tell is forgotten when its time is over. */
function isDue({ addresses }: Strangers, key: string, { first, due_ms }: Counted, now_ms: number): boolean {
  const isOver = due_ms <= now_ms || due_ms - now_ms > JOIN_ms;
  if (isOver && first === undefined) addresses.delete(key);
  return isOver && first !== undefined;
}

function refill(strangers: Strangers, now_ms: number): void {
  if (now_ms < strangers.refilled_ms) strangers.refilled_ms = now_ms;
  const more = Math.floor((now_ms - strangers.refilled_ms) / LINE_ms);
  strangers.refilled_ms += more * LINE_ms;
  strangers.lines = Math.min(strangers.atOnce, strangers.lines + more);
}

/** From when to when several were refused, in words that go on after how many they were. */
export const spanWords = (first_ms: number, last_ms: number): string =>
  `, the first at ${isoTime(first_ms * 1000)}, the last at ${isoTime(last_ms * 1000)}`;

/** One refusal as it was; several as how many there were, and when. */
function lineOf(of: readonly Counted[]): Noted {
  const sum = (kind: "requests" | "guesses"): number => of.reduce((before, counted) => before + counted[kind], 0);
  const [requests, guesses] = [sum("requests"), sum("guesses")];
  const count = requests + guesses;
  const { first } = of[0]!;
  if (count === 1) return first!;
  const words = [
    ...many(requests, "request", "without a login"),
    ...many(guesses, "login", "with a wrong name or password"),
  ];
  const addresses = new Set(of.map((counted) => counted.first!.address)).size;
  const from = addresses === 1 ? "" : `, from ${addresses} addresses`;
  const span = spanWords(Math.min(...of.map(({ first_ms }) => first_ms)), Math.max(...of.map((each) => each.last_ms)));
  return {
    ...{ actor: "", address: addresses === 1 ? first!.address : "", what: requests > 0 ? "request" : "logIn" },
    ...{ outcome: "refused", text: `${words.join(" and ")} refused${from}${span}`, count },
  };
}

const many = (count: number, what: string, more: string): string[] =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? "" : "s"} ${more}`];

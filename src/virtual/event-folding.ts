// Folds what comes too often: a medium or port that comes and goes, a program on a bus that asks all the time. Of each kind so
// many are told in ten minutes; of the others the last when the ten minutes are over, with how many they were. So nobody on
// a bus can push what matters out of the journal. What protects, switches or changes settings is never folded. Times are the
// device's own, s.

import type { EventCode } from "../model/events.ts";
import type { Happening } from "./happenings.ts";

export const FOLD_s = 600;

/** What tells of the writing itself. */
const WRITING: readonly EventCode[] = ["logTrouble", "logResumed", "storeTrouble"];

/** So many of one code, and of one subject or actor, are told in ten minutes; of other codes all. */
const TOLD: Readonly<Partial<Record<EventCode, number>>> = {
  ...{ logTrouble: 1, logResumed: 1, storeTrouble: 1, busTrouble: 5 },
  ...{ overridden: 60, acknowledged: 60, requestRefused: 60, login: 60, loginRefused: 60 },
};

/** Of one code and subject, or actor. `told`: so many in these ten minutes. `last`: what was held back last, if anything. */
type Fold = { until_s: number; told: number; count: number; last: Happening | undefined };

export type EventFolding = {
  /** By code and subject or actor, in the order in which something was last held back. */
  readonly folds: Map<string, Fold>;
  /** When the next of those held back is due, s; MAX_SAFE_INTEGER while there is none. */
  due_s: number;
};

export const createFolding = (): EventFolding => ({ folds: new Map(), due_s: Number.MAX_SAFE_INTEGER });

/** Whether events of this code tell how the writing fares: they may wait, and must not wear the medium themselves. */
export const isAboutWriting = (code: EventCode): boolean => WRITING.includes(code);

/** True when the event is held back: it is counted, or comes with release(). */
export function holdBack(folding: EventFolding, time_s: number, what: Happening): boolean {
  const most = TOLD[what.code];
  if (most === undefined) return false;
  const key = `${what.code} ${what.actor === "" ? what.subject : what.actor}`;
  const fold = folding.folds.get(key);
  if (fold === undefined || (time_s >= fold.until_s && fold.last === undefined)) {
    folding.folds.set(key, { until_s: time_s + FOLD_s, told: 1, count: 0, last: undefined });
    return false;
  }
  if (fold.told < most) {
    fold.told++;
    return false;
  }
  fold.count++;
  fold.last = what;
  folding.folds.delete(key);
  folding.folds.set(key, fold);
  folding.due_s = Math.min(folding.due_s, fold.until_s);
  return true;
}

/** What was held back and is due by now, in the order in which it happened; each begins ten minutes anew. */
export function release(folding: EventFolding, time_s: number, isEnd = false): Happening[] {
  if (time_s < folding.due_s && !isEnd) return [];
  const due: Happening[] = [];
  folding.due_s = Number.MAX_SAFE_INTEGER;
  for (const fold of folding.folds.values()) {
    if (fold.last === undefined) continue;
    if (time_s < fold.until_s && !isEnd) folding.due_s = Math.min(folding.due_s, fold.until_s);
    else due.push(unfolded(fold, time_s));
  }
  return due;
}

/** `value`: how many events this one stands for, where they are more than it. */
function unfolded(fold: Fold, time_s: number): Happening {
  const { last, count } = fold;
  fold.until_s = time_s + FOLD_s;
  fold.told = 1;
  fold.count = 0;
  fold.last = undefined;
  if (count === 1) return last!;
  return { ...last!, value: count, text: `${last!.text} (the last of ${count} such events)` };
}

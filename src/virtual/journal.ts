// What happened, in the order in which it happened: modes, contactors, errors that came and went, what people did. The
// last events stay in memory for the live view; each also becomes a draft with its time, for whoever writes the journal
// to the disk (store-thread.ts) and into the log.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import { addVendorRecord, createVendorJournal, type VendorJournal } from "../log/vendor-journal.ts";
import type { EventDraft } from "../model/events.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { createFolding, type EventFolding, holdBack, release } from "./event-folding.ts";
import {
  balancingStarted,
  balancingStopped,
  cleared,
  clockStepped,
  contactorMoved,
  counters,
  type Happening,
  modeChanged,
  tripped,
} from "./happenings.ts";
import { type ClockWatch, createClockWatch, NO_CLOCK, stepOfClock, type WallClock } from "./wall-clock.ts";

export type EventKind = "fine" | "info" | "error";
export type Event = { readonly time_s: number; readonly kind: EventKind; readonly text: string };

export type Journal = {
  readonly clock: WallClock;
  readonly watch: ClockWatch;
  readonly folding: EventFolding;
  /** The vendor's view of the errors, for field buses. */
  readonly ring: VendorJournal;
  events: Event[];
  /** All events so far, also those no longer kept. */
  count: number;
  /** What is still to be written down: see takeDrafts. */
  drafts: EventDraft[];
  mode: string;
  closed: Uint8Array;
  active: Uint8Array;
  trips: Float64Array;
  sequence: number;
  balancing: number;
  /** Since when balancing rests; -1 while it does not. */
  resting_s: number;
  /** Time of the next entry of counters. */
  count_s: number;
};

const KEPT = 200;
/** Drafts kept while nobody takes them. */
const WAITING = 1000;
const COUNT_s = 3600;
/** A shorter rest does not end balancing: at the edge of its rule it comes and goes with each sample. */
const REST_s = 300;
const LOOK_us = 1_000_000;

/** `clock`: when things happened; without one the events are only shown. `ring`: errors of earlier runs. */
export const createJournal = (clock: WallClock = NO_CLOCK, ring = createVendorJournal()): Journal => ({
  clock,
  ring,
  watch: createClockWatch(),
  folding: createFolding(),
  events: [],
  count: 0,
  drafts: [],
  mode: "off",
  closed: new Uint8Array(CONTACTORS.length),
  active: new Uint8Array(FAULT_NAMES.length),
  trips: new Float64Array(FAULT_NAMES.length),
  sequence: 0,
  balancing: 0,
  resting_s: -1,
  count_s: COUNT_s,
});

/** Something to be shown but not to be written down. */
export function note(journal: Journal, time_s: number, kind: EventKind, text: string): void {
  journal.events.push({ time_s, kind, text });
  journal.count++;
  if (journal.events.length > KEPT) journal.events.shift();
}

/** Something to be written down, and to be shown; trouble of the writing itself not too often. `time_s`: since the start. */
export function enter(journal: Journal, time_s: number, what: Happening): void {
  if (holdBack(journal.folding, time_s, what)) return;
  if (what.code === "ended" || what.code === "failed") releaseFolded(journal, time_s, true);
  put(journal, time_s, what);
}

/** Enters what was held back and is due by now; at the end all of it. */
export function releaseFolded(journal: Journal, time_s: number, isEnd = false): void {
  for (const what of release(journal.folding, time_s, isEnd)) put(journal, time_s, what);
}

function put(journal: Journal, time_s: number, what: Happening): void {
  note(journal, time_s, kindOf(what), what.text);
  const { clock, drafts } = journal;
  const draft = { wall_ms: clock.wall_ms(), clock: clock.quality(), uptime_s: time_s, ...what };
  addVendorRecord(journal.ring, draft);
  drafts.push(draft);
  if (drafts.length > WAITING) drafts.shift();
}

function kindOf({ code, severity }: Happening): EventKind {
  if (code === "cleared" || code === "acknowledged") return "fine";
  return code === "indicated" || severity === "error" || severity === "critical" ? "error" : "info";
}

/** What happened since the last call, in order; whoever takes it writes it down. */
export function takeDrafts(journal: Journal): readonly EventDraft[] {
  if (journal.drafts.length === 0) return journal.drafts;
  const { drafts } = journal;
  journal.drafts = [];
  return drafts;
}

/** After each tick, with the session's own time: notes what changed since the last. Cheap while nothing does. */
export function noteChanges(journal: Journal, bms: Bms, time_s: number): void {
  if (bms.decide.mode !== journal.mode) noteMode(journal, bms, time_s);
  if (bms.protect.sequence !== journal.sequence) noteFaults(journal, bms, time_s);
  for (let i = 0; i < CONTACTORS.length; i++) {
    const closed = bms.decide.contactors[CONTACTORS[i]!].closed;
    if (closed !== journal.closed[i]) noteContactor(journal, i, closed, time_s);
  }
  if (bms.decide.balancing !== journal.balancing) noteBalancing(journal, bms, time_s);
  else journal.resting_s = -1;
  if (time_s >= journal.count_s) noteCounters(journal, bms, time_s);
  if (time_s >= journal.folding.due_s) releaseFolded(journal, time_s);
}

/** Looks at the wall clock, once a second of steady time at most; a step is an event. Returns the step, s; 0: none. */
export function noteClock(journal: Journal, steady_us: number, time_s: number): number {
  const { watch, clock } = journal;
  if (watch.steady_us >= 0 && steady_us - watch.steady_us < LOOK_us) return 0;
  const step_s = stepOfClock(watch, clock.wall_ms(), steady_us);
  if (step_s !== 0) enter(journal, time_s, clockStepped(step_s));
  return step_s;
}

function noteMode(journal: Journal, bms: Bms, time_s: number): void {
  journal.mode = bms.decide.mode;
  enter(journal, time_s, modeChanged(journal.mode));
}

function noteContactor(journal: Journal, index: number, closed: number, time_s: number): void {
  journal.closed[index] = closed;
  enter(journal, time_s, contactorMoved(CONTACTORS[index]!, closed === 1));
}

function noteBalancing(journal: Journal, bms: Bms, time_s: number): void {
  if (journal.balancing === 1) {
    if (journal.resting_s < 0) journal.resting_s = time_s;
    if (time_s - journal.resting_s < REST_s) return;
  }
  journal.balancing = bms.decide.balancing;
  enter(journal, time_s, journal.balancing === 1 ? balancingStarted(bms) : balancingStopped(REST_s));
}

function noteCounters(journal: Journal, bms: Bms, time_s: number): void {
  journal.count_s = COUNT_s * (Math.floor(time_s / COUNT_s) + 1);
  enter(journal, time_s, counters(bms));
}

/** A locked error that is released and trips again in the same tick has cleared and come back. */
function noteFaults(journal: Journal, bms: Bms, time_s: number): void {
  journal.sequence = bms.protect.sequence;
  FAULT_NAMES.forEach((name, i) => {
    const active = bms.protect.active[name];
    const { trips } = bms.protect.faults[name];
    const wasActive = journal.active[i] === 1;
    const isNew = active === 1 && (!wasActive || trips > journal.trips[i]!);
    if (wasActive && (active === 0 || isNew)) enter(journal, time_s, cleared(name));
    if (isNew) enter(journal, time_s, tripped(bms, name));
    journal.active[i] = active;
    journal.trips[i] = trips;
  });
}

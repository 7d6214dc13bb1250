// What happened, in the order in which it happened, for a person: modes, contactors, errors that came and went, and what
// people did. Kept in memory only, the last of them; the log on disk is another matter.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS, type ContactorName } from "../core/decide/decided.ts";
import { explain } from "../core/protect/explanation.ts";
import { FAULT_NAMES, FAULT_ROWS } from "../model/faults.ts";

export type EventKind = "fine" | "info" | "error";
export type Event = { readonly time_s: number; readonly kind: EventKind; readonly text: string };

export type Journal = {
  events: Event[];
  /** All events so far, also those no longer kept. */
  count: number;
  mode: string;
  closed: Uint8Array;
  active: Uint8Array;
  sequence: number;
};

const KEPT = 200;

export const createJournal = (): Journal => ({
  events: [],
  count: 0,
  mode: "off",
  closed: new Uint8Array(CONTACTORS.length),
  active: new Uint8Array(FAULT_NAMES.length),
  sequence: 0,
});

export function note(journal: Journal, time_s: number, kind: EventKind, text: string): void {
  journal.events.push({ time_s, kind, text });
  journal.count++;
  if (journal.events.length > KEPT) journal.events.shift();
}

/** After each tick, with the session's own time: notes what changed since the last. Cheap while nothing does. */
export function noteChanges(journal: Journal, bms: Bms, time_s: number): void {
  if (bms.decide.mode !== journal.mode) noteMode(journal, bms, time_s);
  if (bms.protect.sequence !== journal.sequence) noteFaults(journal, bms, time_s);
  for (let i = 0; i < CONTACTORS.length; i++) {
    const closed = bms.decide.contactors[CONTACTORS[i]!].closed;
    if (closed !== journal.closed[i]) noteContactor(journal, i, closed, time_s);
  }
}

const MODE_WORDS: Readonly<Record<string, string>> = {
  off: "off",
  standby: "standby",
  starting: "starting: measuring before anything closes",
  running: "running",
  poweringDown: "powering down",
};

function noteMode(journal: Journal, bms: Bms, time_s: number): void {
  journal.mode = bms.decide.mode;
  note(journal, time_s, "info", MODE_WORDS[journal.mode] ?? journal.mode);
}

const CONTACTOR_WORDS: Readonly<Record<ContactorName, string>> = {
  charge: "charging contactor",
  discharge: "discharging contactor",
  precharge: "precharge contactor",
  common: "charge/discharge contactor",
  main: "main contactor",
};

function noteContactor(journal: Journal, index: number, closed: number, time_s: number): void {
  journal.closed[index] = closed;
  note(journal, time_s, "info", `${CONTACTOR_WORDS[CONTACTORS[index]!]} ${closed === 1 ? "closed" : "opened"}`);
}

function noteFaults(journal: Journal, bms: Bms, time_s: number): void {
  journal.sequence = bms.protect.sequence;
  FAULT_NAMES.forEach((name, i) => {
    const active = bms.protect.active[name];
    if (active === journal.active[i]) return;
    journal.active[i] = active;
    if (active === 1) note(journal, time_s, "error", explain(name, bms.protect.faults[name]));
    else note(journal, time_s, "fine", `cleared: ${FAULT_ROWS[name].title}`);
  });
}

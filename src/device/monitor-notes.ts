// What the monitor's server tells of logins, refusals and changes of accounts, as events of the device's journal. What it asks of
// the device itself stands there anyway, with who asked. Nobody outside can fill the journal: who is not logged in has a small
// share of it (strangers.ts), all others together so many entries a minute, and the rest is counted.

import type { EventCode } from "../model/events.ts";
import { happening } from "../virtual/happenings.ts";
import { enter } from "../virtual/journal.ts";
import type { Noted } from "./monitor-frames.ts";
import type { MonitorOf } from "./monitor-host.ts";
import { sentenceOf } from "./monitor-words.ts";
import { countRefusal, createStrangers, dueLines, isStrangers, type Strangers } from "./strangers.ts";

const MOST_PER_MINUTE = 30;
const MINUTE_us = 60_000_000;
const MOST_TEXT = 300;
/** Lines for strangers that may come at once. */
const STRANGERS_AT_ONCE = 12;

/** Notes of the minute under way, and those that were left out. */
export type Notes = { until_us: number; told: number; left: number; strangers: Strangers | undefined };
export const createNotes = (): Notes => ({ until_us: 0, told: 0, left: 0, strangers: undefined });

export function enterNote(notes: Notes, of: MonitorOf, noted: Noted): void {
  const now_ms = of.now_us() / 1000;
  notes.strangers ??= createStrangers(STRANGERS_AT_ONCE, now_ms);
  if (isStrangers(noted)) countRefusal(notes.strangers, noted, now_ms);
  for (const line of dueLines(notes.strangers, now_ms)) write(of, line, sentenceOf(line));
  if (!isStrangers(noted)) enterKnown(notes, of, noted);
}

function enterKnown(notes: Notes, of: MonitorOf, noted: Noted): void {
  const text = sentenceOf(noted);
  if (text === undefined) return;
  const now = of.now_us();
  if (now >= notes.until_us) Object.assign(notes, { until_us: now + MINUTE_us, told: 0 });
  if (notes.told >= MOST_PER_MINUTE) {
    notes.left++;
    return;
  }
  notes.told++;
  write(of, noted, notes.left > 0 ? `${text} (${notes.left} before it were too many to be told)` : text);
  notes.left = 0;
}

function write({ journal, device }: MonitorOf, noted: Noted, text: string | undefined): void {
  if (text === undefined) return;
  const who = [noted.actor, noted.address].filter((word) => word !== "").join(", ");
  const details = { source: "http", subject: noted.what.slice(0, 64), actor: who.slice(0, MOST_TEXT) };
  enter(journal, device.run.time_us / 1e6, happening(codeOf(noted), text.slice(0, MOST_TEXT), details));
}

function codeOf({ what, outcome }: Noted): EventCode {
  if (what === "logIn") return outcome === "done" ? "login" : "loginRefused";
  return outcome === "done" ? "accountsChanged" : "requestRefused";
}

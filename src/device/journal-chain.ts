// The chain of the journal: each entry carries the SHA-256 of itself, over its canonical JSON (RFC 8785: keys in order, no
// spaces) with the hash of the entry before it. Whoever alters, removes or swaps entries breaks it, and it says where.
// The head says where the chain begins (older entries are pruned) and ends (so that cutting off its end is noticed).

import { hash as digest } from "node:crypto";
import type { EventDraft, JournalEntry } from "../model/events.ts";

/** Entries kept; older ones are pruned. */
export const KEPT_ENTRIES = 20_000;

export const NO_HASH = "0".repeat(64);

export type JournalHead = {
  /** The oldest entry kept, and the hash of the one before it. */
  readonly first: number;
  readonly pruned: string;
  /** The newest entry, 0 before there is one, and its hash. */
  readonly last: number;
  readonly hash: string;
};

export const EMPTY_HEAD: JournalHead = { first: 1, pruned: NO_HASH, last: 0, hash: NO_HASH };

/** How far the chain had come at some time, remembered elsewhere. */
export type JournalWitness = { readonly last: number; readonly hash: string };

export type Verdict =
  | { readonly entries: number; readonly first: number; readonly last: number; readonly whole: true }
  | {
      readonly entries: number;
      readonly first: number;
      readonly last: number;
      readonly whole: false;
      /** Sequence of the first entry that is missing or is not what was written. */
      readonly brokenAt: number;
      readonly reason: string;
    };

/** A draft as the entry after `head`. `settings`: hash of the settings in force. */
export function chained(head: JournalWitness, draft: EventDraft, settings: string): JournalEntry {
  const entry = { ...bounded(draft), sequence: head.last + 1, settings, previous: head.hash };
  return { ...entry, hash: hashOf(entry) };
}

/** SHA-256 of an entry without its own hash, in hexadecimal. */
export function hashOf(entry: Omit<JournalEntry, "hash">): string {
  const { actor, clock, code, limit, previous, sequence, settings } = entry;
  const { severity, source, subject, text, uptime_s, value, wall_ms } = entry;
  const before = { actor, clock, code, limit, previous, sequence, settings };
  return digest("sha256", JSON.stringify({ ...before, severity, source, subject, text, uptime_s, value, wall_ms }));
}

const NAME_LENGTH = 100;
const TEXT_LENGTH = 2000;

/** What a stranger hands in (a name at a login, a reason) must not fill the journal, and reads back as it was written. */
function bounded(draft: EventDraft): EventDraft {
  const { value, limit } = draft;
  return {
    wall_ms: finite(draft.wall_ms),
    clock: draft.clock,
    uptime_s: finite(draft.uptime_s),
    source: plain(draft.source, NAME_LENGTH),
    code: draft.code,
    severity: draft.severity,
    subject: plain(draft.subject, NAME_LENGTH),
    ...(value !== undefined && Number.isFinite(value) ? { value: value + 0 } : {}),
    ...(limit !== undefined && Number.isFinite(limit) ? { limit: limit + 0 } : {}),
    actor: plain(draft.actor, NAME_LENGTH),
    text: plain(draft.text, TEXT_LENGTH),
  };
}

const finite = (value: number): number => (Number.isFinite(value) ? value + 0 : 0);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** One line of valid Unicode of at most so many characters. */
const plain = (text: string, length: number): string =>
  Buffer.from(text.slice(0, length)).toString().replace(CONTROL, " ");

/**
 * Walks the chain in the order given.
 * @param head where the chain must begin and end; without it only the links are judged
 */
export function verifyChain(entries: Iterable<JournalEntry>, head?: JournalHead, kept = KEPT_ENTRIES): Verdict {
  const walk: Walk = { entries: 0, first: 0, last: 0, previous: head?.pruned ?? "" };
  let broken = head === undefined ? undefined : judgeHead(head, kept);
  for (const entry of entries) {
    broken ??= judge(walk, entry, walk.entries === 0 ? (head?.first ?? entry.sequence) : walk.last + 1);
    if (walk.entries === 0) walk.first = entry.sequence;
    walk.entries++;
    walk.last = entry.sequence;
    walk.previous = entry.hash;
  }
  broken ??= head === undefined ? undefined : judgeEnd(walk, head);
  const { entries: count, first, last } = walk;
  return broken === undefined
    ? { entries: count, first, last, whole: true }
    : { entries: count, first, last, whole: false, ...broken };
}

type Walk = { entries: number; first: number; last: number; previous: string };
type Broken = { readonly brokenAt: number; readonly reason: string };

/** Entries are only pruned when there are more than are kept. */
function judgeHead({ first, last }: JournalHead, kept: number): Broken | undefined {
  const due = Math.max(1, last - kept + 1);
  if (first === due) return undefined;
  if (first > due) return { brokenAt: due, reason: `${range(due, first - 1)} missing at the beginning` };
  return { brokenAt: first, reason: "the head of the journal was altered: it begins too early" };
}

function judge(walk: Walk, entry: JournalEntry, expected: number): Broken | undefined {
  const { sequence } = entry;
  if (sequence > expected) return { brokenAt: expected, reason: `${range(expected, sequence - 1)} missing` };
  if (sequence < expected) return { brokenAt: sequence, reason: `entry ${sequence} stands in the wrong place` };
  if (hashOf(entry) !== entry.hash) return { brokenAt: sequence, reason: `entry ${sequence} was altered` };
  if (walk.previous !== "" && entry.previous !== walk.previous)
    return { brokenAt: sequence, reason: `entry ${sequence} does not follow the one before it` };
  return undefined;
}

function judgeEnd(walk: Walk, head: JournalHead): Broken | undefined {
  const last = walk.entries === 0 ? head.first - 1 : walk.last;
  if (last < head.last) return { brokenAt: last + 1, reason: `${range(last + 1, head.last)} missing at the end` };
  if (last > head.last)
    return { brokenAt: head.last + 1, reason: "the head of the journal was altered: it ends too early" };
  if (walk.previous !== head.hash)
    return { brokenAt: last, reason: "the head of the journal was altered: another hash" };
  return undefined;
}

export const range = (from: number, to: number): string =>
  from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;

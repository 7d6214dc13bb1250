// The vendor's journal of errors as a view of ours: a ring of 32 records, each with the words Errors 1 and Errors 2 as they
// stood after an error appeared or disappeared, and a packed time stamp (input registers 0x2200, 0x2300 and 0x2380 of the
// vendor's Modbus page; the split of the stamp's 32 bits is inferred there). Field buses read it.

import { civilTime } from "../base/calendar.ts";
import type { JournalEntry } from "../model/events.ts";
import { FAULT_ROWS, type FaultName, GENERAL_ERROR_BIT } from "../model/faults.ts";

/** 0 in all three: no record yet. */
export type VendorRecord = {
  readonly errors1: number;
  readonly errors2: number;
  /** Bits 0-5 year since 2000, 6-9 month, 10-14 day, 15-19 hour, 20-25 minute, 26-31 second; UTC. */
  readonly stamp: number;
};

export type VendorJournal = {
  /** Always 32, number 1 first. */
  records: VendorRecord[];
  /** Number of the newest record, 1..32; 32 before there is one, so that the first stands in number 1. */
  last: number;
  /** Faults that are set. */
  active: FaultName[];
};

const RECORDS = 32;
const NONE: VendorRecord = { errors1: 0, errors2: 0, stamp: 0 };

export const createVendorJournal = (): VendorJournal => ({
  records: Array.from({ length: RECORDS }, () => NONE),
  last: RECORDS,
  active: [],
});

/** The vendor's journal of entries in their order. Numbers count from the first of them. */
export function vendorJournalOf(entries: Iterable<JournalEntry>): VendorJournal {
  const journal = createVendorJournal();
  for (const entry of entries) addVendorRecord(journal, entry);
  return journal;
}

/** Takes one more entry. Errors the vendor has no bit for change no word and make no record. */
export function addVendorRecord(
  journal: VendorJournal,
  entry: Pick<JournalEntry, "code" | "subject" | "wall_ms">,
): void {
  if (entry.code === "started") journal.active = []; // after a power cycle every error begins anew
  const word = wordOf(entry.subject);
  const isSet = entry.code === "tripped" || entry.code === "indicated";
  if (word === undefined || !(isSet || entry.code === "cleared")) return;
  const name = entry.subject as FaultName;
  const others = journal.active.filter((other) => other !== name);
  const before = wordsOf(journal.active);
  journal.active = isSet ? [...others, name] : others;
  const after = wordsOf(journal.active);
  if (before.errors1 === after.errors1 && before.errors2 === after.errors2) return;
  journal.last = (journal.last % RECORDS) + 1;
  journal.records[journal.last - 1] = { ...after, stamp: packTime(entry.wall_ms) };
}

/** Where the vendor shows a fault. */
function wordOf(name: string): { word: 1 | 2; bit: number } | undefined {
  const vendor = Object.hasOwn(FAULT_ROWS, name) ? FAULT_ROWS[name as FaultName].vendor : undefined;
  return vendor?.word === undefined || vendor.bit === undefined ? undefined : { word: vendor.word, bit: vendor.bit };
}

function wordsOf(active: readonly FaultName[]): { errors1: number; errors2: number } {
  const words = { errors1: 0, errors2: active.length > 0 ? 1 << GENERAL_ERROR_BIT : 0 };
  for (const name of active) {
    const place = wordOf(name);
    if (place === undefined) continue;
    if (place.word === 1) words.errors1 = (words.errors1 | (1 << place.bit)) >>> 0;
    else words.errors2 = (words.errors2 | (1 << place.bit)) >>> 0;
  }
  return words;
}

const FIRST_s = 946_684_800; //  2000-01-01 00:00:00 UTC
const LAST_s = 2_966_371_199; // 2063-12-31 23:59:59 UTC

/** A wall time in the vendor's 32 bits, UTC; held at the first and last second it can tell (2000 to 2063). */
export function packTime(wall_ms: number): number {
  const time_s = Math.min(LAST_s, Math.max(FIRST_s, Math.floor(wall_ms / 1000)));
  const { year, month, day, hour, minute, second } = civilTime(time_s * 1e6);
  const date = (year - 2000) | (month << 6) | (day << 10);
  return (date | (hour << 15) | (minute << 20) | (second << 26)) >>> 0;
}

// The chain against whoever tampers with it: each kind of tampering is noticed, and the first broken entry is named.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { chained, EMPTY_HEAD, hashOf, type JournalHead, NO_HASH, verifyChain } from "./journal-chain.ts";

const draft = (number: number, more: Partial<EventDraft> = {}): EventDraft => ({
  wall_ms: 1_700_000_000_000 + number,
  clock: "free-running",
  uptime_s: number / 100,
  source: "core",
  code: "mode",
  severity: "info",
  subject: "running",
  actor: "",
  text: `event ${number}`,
  ...more,
});

/** A chain of so many entries of which the last `kept` remain. */
function chainOf(count: number, kept = count): { entries: JournalEntry[]; head: JournalHead } {
  const entries: JournalEntry[] = [];
  let at = { last: 0, hash: NO_HASH };
  for (let number = 1; number <= count; number++) {
    const entry = chained(at, draft(number), "settings");
    entries.push(entry);
    at = { last: entry.sequence, hash: entry.hash };
  }
  const first = Math.max(1, count - kept + 1);
  return { entries: entries.slice(first - 1), head: { first, pruned: entries[first - 2]?.hash ?? NO_HASH, ...at } };
}

test("an entry's hash is the SHA-256 of its JSON with keys in alphabetical order, as anyone can compute it", () => {
  const entry = chained(
    { last: 6, hash: "ab".repeat(32) },
    { ...draft(1), code: "tripped", severity: "critical", subject: "overvoltage", value: 3.812, limit: 3.75 },
    "cd".repeat(32),
  );
  const json =
    '{"actor":"","clock":"free-running","code":"tripped","limit":3.75,' +
    `"previous":"${"ab".repeat(32)}","sequence":7,"settings":"${"cd".repeat(32)}","severity":"critical",` +
    '"source":"core","subject":"overvoltage","text":"event 1","uptime_s":0.01,"value":3.812,"wall_ms":1700000000001}';
  expect(entry.hash).toBe(createHash("sha256").update(json).digest("hex"));
});

describe("a whole chain", () => {
  test.each([
    [0, 10, { entries: 0, first: 0, last: 0 }],
    [1, 10, { entries: 1, first: 1, last: 1 }],
    [10, 10, { entries: 10, first: 1, last: 10 }],
    [11, 10, { entries: 10, first: 2, last: 11 }],
    [400, 10, { entries: 10, first: 391, last: 400 }],
  ])("of %d entries of which %d are kept is whole", (count, kept, found) => {
    const { entries, head } = chainOf(count, kept);
    expect(verifyChain(entries, count === 0 ? EMPTY_HEAD : head, kept)).toEqual({ ...found, whole: true });
  });

  test("without a head is judged by its links", () => {
    expect(verifyChain(chainOf(20, 5).entries)).toMatchObject({ whole: true, first: 16, last: 20 });
  });
});

/** What is done to entries 1 to 9 and their head, and what must be said. */
const TAMPERED: readonly (readonly [string, (chain: ReturnType<typeof chainOf>) => unknown, number, RegExp])[] = [
  ["altered entry", ({ entries }) => Object.assign(entries[4]!, { text: "nothing" }), 5, /entry 5 was altered/],
  ["altered value", ({ entries }) => Object.assign(entries[0]!, { value: 0 }), 1, /entry 1 was altered/],
  [
    "altered previous hash",
    ({ entries }) => Object.assign(entries[3]!, { previous: NO_HASH }),
    4,
    /entry 4 was altered/,
  ],
  ["altered hash", ({ entries }) => Object.assign(entries[8]!, { hash: NO_HASH }), 9, /entry 9 was altered/],
  ["altered entry with a new hash", ({ entries }) => rehash(entries[4]!, { actor: "nobody" }), 6, /does not follow/],
  ["last entry with a new hash", ({ entries }) => rehash(entries[8]!, { text: "" }), 9, /head .* another hash/],
  ["removed entry", ({ entries }) => entries.splice(4, 1), 5, /entry 5 is missing/],
  ["removed entries", ({ entries }) => entries.splice(1, 3), 2, /entries 2 to 4 are missing/],
  ["first entry removed", ({ entries }) => entries.shift(), 1, /entry 1 is missing/],
  ["cut off at the end", ({ entries }) => entries.splice(6), 7, /entries 7 to 9 are missing at the end/],
  ["all removed", ({ entries }) => entries.splice(0), 1, /entries 1 to 9 are missing at the end/],
  ["two swapped", ({ entries }) => swap(entries, 3, 6), 4, /missing|wrong place|altered/],
  ["two swapped, numbers kept", ({ entries }) => swapContent(entries, 3, 6), 4, /entry 4 was altered/],
  ["an entry twice", ({ entries }) => entries.splice(3, 0, entries[2]!), 3, /entry 3 stands in the wrong place/],
  ["head's hash", ({ head }) => Object.assign(head, { hash: NO_HASH }), 9, /head .* another hash/],
  [
    "head too early",
    ({ head, entries }) => Object.assign(head, { last: 8, hash: entries[7]!.hash }),
    9,
    /ends too early/,
  ],
  ["head too late", ({ head }) => Object.assign(head, { last: 12 }), 10, /entries 10 to 12 are missing at the end/],
];

describe("tampering is noticed and the first broken entry named", () => {
  test.each(TAMPERED)("%s", (_, tamper, brokenAt, reason) => {
    const chain = chainOf(9, 20);
    tamper(chain);
    const verdict = verifyChain(chain.entries, chain.head, 20);
    expect(verdict).toMatchObject({ whole: false, brokenAt, reason: expect.stringMatching(reason) });
  });

  test("entries removed at the beginning, with a head that fits", () => {
    const { entries, head } = chainOf(30, 10);
    const shorter = { ...head, first: 25, pruned: entries[3]!.hash };
    expect(verifyChain(entries.slice(4), shorter, 10)).toMatchObject({
      ...{ whole: false, brokenAt: 21, reason: "entries 21 to 24 are missing at the beginning" },
    });
  });

  test("the hash of the last pruned entry", () => {
    const { entries, head } = chainOf(30, 10);
    expect(verifyChain(entries, { ...head, pruned: NO_HASH }, 10)).toMatchObject({ whole: false, brokenAt: 21 });
  });

  test("any single change of any field of any entry", () => {
    const keys = Object.keys(chainOf(1).entries[0]!) as (keyof JournalEntry)[];
    const change = fc.record({ at: fc.nat(8), key: fc.constantFrom(...keys), to: fc.oneof(fc.string(), fc.double()) });
    fc.assert(
      fc.property(change, ({ at, key, to }) => {
        const { entries, head } = chainOf(9, 20);
        fc.pre(JSON.stringify(to) !== JSON.stringify(entries[at]![key]));
        Object.assign(entries[at]!, { [key]: to });
        expect(verifyChain(entries, head, 20).whole).toBe(false);
      }),
    );
  });
});

test("what a stranger hands in stays one bounded line, and no number spoils the hash", () => {
  const text = `${"x".repeat(3000)}`;
  const entry = chained(EMPTY_HEAD, draft(1, { actor: "a\nb\u0000\ud800", text, value: Number.NaN, limit: -0 }), "");
  expect(entry.actor).toBe("a b \ufffd");
  expect(entry.text).toHaveLength(2000);
  expect("value" in entry).toBe(false);
  expect(Object.is(entry.limit, 0)).toBe(true);
  expect(hashOf(JSON.parse(JSON.stringify(entry)))).toBe(entry.hash);
});

function rehash(entry: JournalEntry, more: Partial<JournalEntry>): void {
  Object.assign(entry, more);
  Object.assign(entry, { hash: hashOf(entry) });
}

function swap<T>(list: T[], one: number, other: number): void {
  [list[one], list[other]] = [list[other]!, list[one]!];
}

function swapContent(list: JournalEntry[], one: number, other: number): void {
  const [a, b] = [list[one]!, list[other]!];
  list[one] = { ...b, sequence: a.sequence };
  list[other] = { ...a, sequence: b.sequence };
}

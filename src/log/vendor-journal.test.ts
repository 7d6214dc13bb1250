// The vendor's ring of 32 records: what makes one, where it stands, and its packed time at both ends of what it can tell.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FAULT_NAMES } from "../model/faults.ts";
import { addVendorRecord, createVendorJournal, packTime, type VendorJournal } from "./vendor-journal.ts";

/** The fields of a packed stamp, by the vendor's split. */
function unpack(time: number): readonly number[] {
  const field = (from: number, bits: number): number => Math.floor(time / 2 ** from) % 2 ** bits;
  return [2000 + field(0, 6), field(6, 4), field(10, 5), field(15, 5), field(20, 6), field(26, 6)];
}

describe("the packed time stamp", () => {
  test.each([
    [Date.UTC(2000, 0, 1, 0, 0, 0), [2000, 1, 1, 0, 0, 0]], // the first it can tell
    [Date.UTC(2063, 11, 31, 23, 59, 59), [2063, 12, 31, 23, 59, 59]], // the last
    [Date.UTC(1999, 11, 31, 23, 59, 59), [2000, 1, 1, 0, 0, 0]], // held at the first
    [0, [2000, 1, 1, 0, 0, 0]],
    [Date.UTC(2064, 0, 1), [2063, 12, 31, 23, 59, 59]], // held at the last
    [Date.UTC(2000, 1, 29, 12, 30, 15), [2000, 2, 29, 12, 30, 15]],
    [Date.UTC(2024, 1, 29, 23, 59, 59, 999), [2024, 2, 29, 23, 59, 59]],
    [Date.UTC(2025, 2, 1), [2025, 3, 1, 0, 0, 0]],
    [Date.UTC(2026, 10, 23, 5, 48, 7), [2026, 11, 23, 5, 48, 7]],
  ])("of %d ms", (wall_ms, fields) => {
    expect(unpack(packTime(wall_ms))).toEqual(fields);
  });

  test("has the year in the lowest bits and the second in the highest", () => {
    // 2021-06-15 13:45:59: 21 + 6 * 64 + 15 * 1024 + 13 * 32768 + 45 * 2^20 + 59 * 2^26
    expect(packTime(Date.UTC(2021, 5, 15, 13, 45, 59))).toBe(21 + 384 + 15_360 + 425_984 + 47_185_920 + 3_959_422_976);
  });

  test("agrees with the calendar at every second from 2000 to 2063", () => {
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2064, 0, 1) / 1000 - 1 });
    fc.assert(
      fc.property(seconds, (time_s) => {
        const date = new Date(time_s * 1000);
        const day = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(unpack(packTime(time_s * 1000))).toEqual([
          ...day,
          ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()],
        ]);
      }),
    );
  });
});

const WALL_ms = Date.UTC(2026, 0, 1);
type Told = readonly ["tripped" | "indicated" | "cleared" | "started" | "mode", string];

function play(...told: readonly Told[]): VendorJournal {
  const journal = createVendorJournal();
  told.forEach(([code, subject], i) => {
    addVendorRecord(journal, { code, subject, wall_ms: WALL_ms + i * 1000 });
  });
  return journal;
}

test("an error that appears and disappears makes two records with the words as they then stood", () => {
  const { records, last } = play(
    ["tripped", "overvoltage"],
    ["tripped", "lowTemperatureCharge"],
    ["cleared", "overvoltage"],
  );
  expect(last).toBe(3);
  const general = 2 ** 13; // any error at all
  expect(records[0]).toEqual({ errors1: 0b100, errors2: general, stamp: packTime(WALL_ms) });
  expect(records[1]).toEqual({ errors1: 0b100, errors2: general + 1, stamp: packTime(WALL_ms + 1000) });
  expect(records[2]).toEqual({ errors1: 0, errors2: general + 1, stamp: packTime(WALL_ms + 2000) });
  expect(records[3]).toEqual({ errors1: 0, errors2: 0, stamp: 0 });
  expect(records).toHaveLength(32);
});

test("bits are the vendor's: undervoltage 1, discharge heat 4, cover 5, monitor 9, ADC 19; precharge 17 and general 13 of the second word", () => {
  const names = [
    "undervoltage",
    "highTemperatureDischarge",
    "batteryCover",
    "cellMonitor",
    "currentSensor",
    "precharge",
  ];
  const { records } = play(...names.map((name) => ["tripped", name] as const));
  const bit = (...bits: readonly number[]): number => bits.reduce((word, at) => word + 2 ** at, 0);
  expect(records[5]).toMatchObject({ errors1: bit(1, 4, 5, 9, 19), errors2: bit(13, 17) });
});

test("two errors of one bit are one: it falls with the last of them", () => {
  const { records, last } = play(
    ["tripped", "overcurrentCharge"],
    ["tripped", "overcurrentDischarge"],
    ["cleared", "overcurrentCharge"],
    ["cleared", "overcurrentDischarge"],
  );
  expect(last).toBe(2);
  expect(records.slice(0, 3).map(({ errors1 }) => errors1)).toEqual([1, 0, 0]);
});

test("what the vendor has no bit for makes no record", () => {
  expect(
    play(["tripped", "shortCircuit"], ["indicated", "lowSoc"], ["mode", "running"], ["cleared", "nonsense"]).last,
  ).toBe(32);
});

test("a start forgets what was set before it", () => {
  const { records, last } = play(["tripped", "overvoltage"], ["started", ""], ["tripped", "undervoltage"]);
  expect(last).toBe(2);
  expect(records[1]).toMatchObject({ errors1: 0b10 });
});

test.each([
  [0, 32],
  [1, 1],
  [31, 31],
  [32, 32],
  [33, 1],
  [65, 1],
])("after %d changes the newest record is number %d", (changes, number) => {
  const told = Array.from({ length: changes }, (_, i) => [i % 2 === 0 ? "tripped" : "cleared", "overvoltage"] as const);
  const { records, last } = play(...told);
  expect(last).toBe(number);
  if (changes > 0) expect(records[last - 1]?.stamp).toBe(packTime(WALL_ms + (changes - 1) * 1000));
});

test("words are unsigned and records 32 whatever happens", () => {
  const events = fc.array(
    fc.tuple(fc.constantFrom("tripped" as const, "cleared" as const), fc.constantFrom(...FAULT_NAMES)),
  );
  fc.assert(
    fc.property(events, (told) => {
      const { records, last } = play(...told);
      expect(records).toHaveLength(32);
      expect(last >= 1 && last <= 32).toBe(true);
      for (const { errors1, errors2, stamp } of records)
        expect(Math.min(errors1, errors2, stamp)).toBeGreaterThanOrEqual(0);
    }),
  );
});

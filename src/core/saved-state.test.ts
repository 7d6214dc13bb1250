// State as bytes: what is saved comes back bit for bit, an older version is migrated, a damaged one is refused and told.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { type Bms, createBms, step } from "./bms.ts";
import { migrate, renameEntry, SCHEMA_VERSION } from "./migrations.ts";
import { resolve } from "./path.ts";
import { decode, encode, restoreKept, restoreState, saveKept, saveState } from "./saved-state.ts";
import { createSensors } from "./sensors.ts";
import { ALL, ENTRY_NAMES, eachPlace, gather, KEPT } from "./state-entries.ts";
import { createStateHasher, hashState } from "./state-hash.ts";

const fresh = (): Bms => createBms(createSettings());
const hashesOf = (bms: Bms): number[] => [...hashState(createStateHasher(bms))];

/** A device with every number of its state different from a new one. */
function lived(seed: number): Bms {
  const bms = fresh();
  let value = seed;
  const stir = (node: Record<string, unknown>): void => {
    for (const key of Object.keys(node)) {
      const item = node[key];
      value = (value * 16807) % 2147483647;
      if (item instanceof Float64Array) for (let i = 0; i < item.length; i++) item[i] = value / 1000 + i;
      else if (item instanceof Uint8Array) item.fill(value % 2);
      else if (typeof item === "object" && item !== null) stir(item as Record<string, unknown>);
      else if (typeof item === "number") node[key] = value / 1000;
    }
  };
  for (const root of ["measure", "estimate", "protect", "decide"] as const)
    stir(bms[root] as unknown as Record<string, unknown>);
  bms.time_us = seed * 1000;
  bms.decide.mode = "running";
  bms.decide.contactors.charge.phase = "closed";
  return bms;
}

describe("whole state", () => {
  test("has each entry under the path at which it stands in the device", () => {
    const bms = fresh();
    const places: { readonly holder: unknown; readonly key: string }[] = [];
    eachPlace(bms, (holder, key) => places.push({ holder, key }));
    expect(places.length).toBe(ENTRY_NAMES.length);
    expect(new Set(ENTRY_NAMES).size).toBe(ENTRY_NAMES.length);
    for (const [i, name] of ENTRY_NAMES.entries()) {
      expect(places[i].key, name).toBe(resolve(bms, name).key);
      expect(places[i].holder, name).toBe(resolve(bms, name).holder);
    }
  });

  test("comes back bit for bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const bms = lived(seed);
        const again = fresh();
        expect(restoreState(again, saveState(bms)).ok).toBe(true);
        expect(hashesOf(again)).toEqual(hashesOf(bms));
        expect(again.decide.contactors.charge.phase).toBe("closed");
        expect(again.estimate).toEqual(bms.estimate);
      }),
      { numRuns: 30 },
    );
  });
});

test("an error that was set when the state was saved is known again in the next tick", () => {
  const bms = fresh();
  const sensors = createSensors();
  for (let i = 0; i < 400; i++) step(bms, sensors, [], 10_000);
  const again = fresh();
  for (let i = 0; i < 10; i++) step(again, sensors, [], 10_000);
  restoreState(again, saveState(bms));
  expect(bms.protect.errorCount).toBeGreaterThan(0);
  for (const one of [bms, again]) step(one, sensors, [], 10_000);
  expect(again.protect).toEqual(bms.protect);
});

describe("kept state", () => {
  test("keeps charge, learned values and counters, and nothing of contactors, mode or running errors", () => {
    const names = [...gather(fresh(), ALL).keys()];
    const kept = decode(saveKept(fresh()));
    const keptNames = kept.ok ? [...kept.entries.keys()] : [];
    for (const name of [
      "estimate.cellSoc",
      "estimate.cellSocBound",
      "estimate.cellResistance_Ohm",
      "estimate.cellCapacity_Ah",
      "estimate.effectiveCapacity_Ah",
      "estimate.cycles",
      "estimate.lifetimeCharged_Ah",
      "decide.contactors.charge.switchings",
      "protect.faults.overvoltage.trips",
    ]) {
      expect(names).toContain(name);
      expect(keptNames).toContain(name);
    }
    for (const name of [
      "decide.mode",
      "decide.contactors.charge.on",
      "decide.contactors.charge.phase",
      "protect.faults.overvoltage.active",
      "measure.overrides",
      "time_us",
      "commands.outputs",
    ])
      expect(keptNames).not.toContain(name);
  });

  test("comes back into a new device", () => {
    const bms = lived(11);
    const again = fresh();
    expect(restoreKept(again, saveKept(bms))).toMatchObject({ ok: true, migratedFrom: SCHEMA_VERSION });
    expect([...again.estimate.cellSoc]).toEqual([...bms.estimate.cellSoc]);
    expect(again.decide.mode).not.toBe("running");
    expect(again.stateLost).toBe(0);
  });
});

describe("damage", () => {
  test("any flipped bit is refused, changes nothing and is reported", () => {
    const bytes = saveKept(lived(3));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        const bms = fresh();
        const before = hashesOf(bms);
        const restored = restoreKept(bms, damaged);
        expect(restored.ok).toBe(false);
        expect(bms.stateLost).toBe(1);
        bms.stateLost = 0;
        expect(hashesOf(bms)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test("every shorter length is refused", () => {
    const bytes = saveKept(lived(5));
    const bms = fresh();
    for (let length = 0; length < bytes.length; length += 7)
      expect(restoreKept(bms, bytes.subarray(0, length)).ok).toBe(false);
  });

  test("random bytes are refused with a reason", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const restored = restoreKept(fresh(), bytes);
        expect(restored.ok ? "" : restored.reason).not.toBe("");
      }),
    );
  });

  test("a state of a newer program is refused", () => {
    const bytes = saveKept(fresh());
    new DataView(bytes.buffer).setUint16(6, SCHEMA_VERSION + 1, true);
    expect(restoreKept(fresh(), bytes)).toMatchObject({ ok: false, reason: expect.stringContaining("newer program") });
  });

  test("an array of another length does not fit, and nothing is taken from it", () => {
    const entries = gather(lived(9), KEPT);
    entries.set("estimate.cellSoc", new Float64Array(4));
    const bms = fresh();
    expect(restoreKept(bms, encode(entries))).toMatchObject({
      ok: false,
      reason: expect.stringContaining("estimate.cellSoc"),
    });
    expect(bms.estimate.cycles).toBe(0);
  });
});

describe("older versions", () => {
  test("a step renames an entry and converts its unit; what is missing stays as in a new device", () => {
    const entries = new Map([
      ["estimate.charged_As", Float64Array.of(7200)],
      ["estimate.cycles", Float64Array.of(12)],
    ]);
    migrate(entries, 3, 5, {
      3: (old) => renameEntry(old, "estimate.charged_As", "estimate.charged_Ah", 1 / 3600),
      4: () => {},
    });
    expect(entries).toEqual(
      new Map([
        ["estimate.cycles", Float64Array.of(12)],
        ["estimate.charged_Ah", Float64Array.of(2)],
      ]),
    );
    const bms = fresh();
    expect(restoreKept(bms, encode(entries)).ok).toBe(true);
    expect([bms.estimate.charged_Ah, bms.estimate.cycles, bms.estimate.soh]).toEqual([2, 12, 1]);
  });

  test("an entry nobody knows any more is ignored and named", () => {
    const entries = new Map([
      ["estimate.cycles", Float64Array.of(3)],
      ["estimate.phlogiston", Float64Array.of(1)],
    ]);
    expect(restoreKept(fresh(), encode(entries))).toMatchObject({ ok: true, ignored: ["estimate.phlogiston"] });
  });
});

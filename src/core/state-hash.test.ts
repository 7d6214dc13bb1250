// The hash of the state: every number of it counts, each in its own section, and equal states have equal hashes.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { type Bms, createBms, step } from "./bms.ts";
import { MODES } from "./decide/decided.ts";
import { restoreState, saveState } from "./saved-state.ts";
import { createSensors } from "./sensors.ts";
import { ENTRY_NAMES, eachPlace, type Node } from "./state-entries.ts";
import { createStateHasher, HASHED_SECTIONS, hashState } from "./state-hash.ts";

const fresh = (): Bms => createBms(createSettings());
const hashesOf = (bms: Bms): number[] => [...hashState(createStateHasher(bms))];

/** A device that has worked for a while, with cells and a current. */
function worked(ticks: number): Bms {
  const bms = fresh();
  const sensors = createSensors();
  for (let i = 0; i < ticks; i++) {
    sensors.cellSequence = Math.floor(i / 10);
    sensors.cells_V.fill(3.3 + (i % 30) / 1000);
    sensors.hall_V = 2.5 + (i % 7) / 3000;
    step(bms, sensors, i === 5 ? [{ kind: "command", command: "powerUp" }] : [], 10_000);
  }
  return bms;
}

type Place = { readonly section: number; readonly name: string; readonly holder: Node; readonly key: string };

/** Every single number of the state, elements of arrays too; and the words apart. */
function placesOf(bms: Bms): { readonly numbers: readonly Place[]; readonly words: readonly Place[] } {
  const numbers: Place[] = [];
  const words: Place[] = [];
  eachPlace(bms, (holder, key, index) => {
    const name = ENTRY_NAMES[index];
    const section = Math.max(0, (HASHED_SECTIONS as readonly string[]).indexOf(name.split(".")[0]));
    const value = holder[key];
    if (typeof value === "string") words.push({ section, name, holder, key });
    else if (typeof value === "number") numbers.push({ section, name, holder, key });
    else
      for (const i of (value as Float64Array).keys())
        numbers.push({ section, name: `${name}.${i}`, holder: value as Node, key: String(i) });
  });
  return { numbers, words };
}

const changedSections = (now: Uint32Array, before: Uint32Array): number[] =>
  [...now.keys()].filter((section) => now[section] !== before[section]);

test("another value in any one place changes the hash of its section and no other", () => {
  const bms = worked(300);
  const hasher = createStateHasher(bms);
  const before = hashState(hasher).slice();
  const { numbers, words } = placesOf(bms);
  expect(numbers.length).toBeGreaterThan(1500);
  for (const { section, name, holder, key } of [...numbers, ...words]) {
    const value = holder[key];
    holder[key] = typeof value === "number" ? value + 1 : value === "off" ? "running" : "closed";
    expect(changedSections(hashState(hasher), before), name).toEqual([section]);
    holder[key] = value;
  }
  expect(hashState(hasher)).toEqual(before);
});

test("any one bit of any number counts", () => {
  const bms = worked(300);
  const hasher = createStateHasher(bms);
  const { numbers } = placesOf(bms);
  const value = new Float64Array(1);
  const bits = new Uint32Array(value.buffer);
  const isNumber = (place: Place): boolean => !ArrayBuffer.isView(place.holder) || place.holder instanceof Float64Array;
  fc.assert(
    fc.property(fc.constantFrom(...numbers.filter(isNumber)), fc.double(), fc.nat(63), (place, start, bit) => {
      const { holder, key, section } = place;
      const kept = holder[key];
      value[0] = start;
      holder[key] = value[0];
      const before = hashState(hasher)[section];
      bits[bit >> 5] ^= 1 << (bit & 31);
      holder[key] = value[0];
      if (!Object.is(value[0], start)) expect(hashState(hasher)[section]).not.toBe(before);
      holder[key] = kept;
    }),
    { numRuns: 2000 },
  );
});

test("two changes of sign do not cancel", () => {
  const bms = fresh();
  const before = hashesOf(bms);
  bms.estimate.cellOcv_V[0] = -0;
  bms.estimate.cellOcv_V[1] = -0;
  expect(hashesOf(bms)[1]).not.toBe(before[1]);
});

test("equal states have equal hashes, and a restored state goes on with the same ones", () => {
  const bms = worked(300);
  const again = fresh();
  const hasher = createStateHasher(again);
  expect([...hashState(hasher)]).not.toEqual(hashesOf(bms));
  expect(restoreState(again, saveState(bms)).ok).toBe(true);
  const sensors = createSensors();
  for (let i = 0; i < 50; i++) {
    expect([...hashState(hasher)]).toEqual(hashesOf(bms));
    sensors.cellSequence = 30 + i;
    step(bms, sensors, [], 10_000);
    step(again, sensors, [], 10_000);
  }
});

test("every mode is told from the others", () => {
  const bms = fresh();
  const seen = MODES.map((mode) => {
    bms.decide.mode = mode;
    return hashesOf(bms)[3];
  });
  expect(new Set(seen).size).toBe(MODES.length);
});

// One number for each stage's state, to compare two devices, or a device and its replay. All that the saved state holds
// (state-entries.ts) counts, in its order and with every bit. Records and arrays live as long as their device, so that
// their places are looked up once and a call only reads them.

import { finishHash, hashNumber } from "../base/hash.ts";
import type { Bms } from "./bms.ts";
import { type Node, ROOTS, WORDS, walk } from "./state-entries.ts";

/** The parts of a hash in their order; the time and the loss of the kept state count with the first. */
export const HASHED_SECTIONS = ROOTS;

type Values = Float64Array | Uint8Array;
/** What is hashed in one go: the numbers of a record under some keys, one word of a closed set, or an array. */
type Run = {
  readonly holder: Node;
  readonly keys: string[];
  readonly words: readonly string[];
  readonly values: Values;
};

export type StateHasher = {
  readonly bms: Bms;
  readonly sections: readonly (readonly Run[])[];
  readonly hashes: Uint32Array;
};

/** Looks up where the state of this device stands. Valid as long as the device, also after its state was restored. */
export function createStateHasher(bms: Bms): StateHasher {
  const sections = ROOTS.map((root) => runsOf(bms[root] as unknown as Node, root));
  return { bms, sections, hashes: new Uint32Array(ROOTS.length) };
}

const NONE: Values = new Uint8Array(0);

function runsOf(root: Node, path: string): Run[] {
  const runs: Run[] = [];
  walk(root, path, (holder, key) => {
    const value = holder[key];
    const last = runs.at(-1);
    if (value instanceof Float64Array || value instanceof Uint8Array)
      runs.push({ holder, keys: [], words: [], values: value });
    else if (typeof value === "string") runs.push({ holder, keys: [key], words: WORDS[key], values: NONE });
    else if (last?.holder === holder && last.words.length === 0 && last.keys.length > 0) last.keys.push(key);
    else runs.push({ holder, keys: [key], words: [], values: NONE });
  });
  return runs;
}

/**
 * The hashes of measure, estimate, protect, decide, equipment and commands, in the order of HASHED_SECTIONS. Another bit
 * in one number always gives another hash of its section; of other differences one in 2^32 goes unseen.
 * @returns the same array each time
 */
export function hashState({ bms, sections, hashes }: StateHasher): Uint32Array {
  for (let i = 0; i < sections.length; i++) {
    const start = i === 0 ? hashNumber(hashNumber(0, bms.time_us), bms.stateLost) : 0;
    hashes[i] = finishHash(hashSection(sections[i], start), 0);
  }
  return hashes;
}

function hashSection(runs: readonly Run[], start: number): number {
  let hash = start;
  for (let i = 0; i < runs.length; i++) {
    const { holder, keys, words, values } = runs[i];
    if (words.length > 0) hash = hashNumber(hash, words.indexOf(holder[keys[0]] as string));
    else if (keys.length > 0) hash = hashRecord(hash, holder, keys);
    else hash = hashValues(hash, values);
  }
  return hash;
}

function hashRecord(start: number, holder: Node, keys: readonly string[]): number {
  let hash = start;
  for (let i = 0; i < keys.length; i++) hash = hashNumber(hash, Number(holder[keys[i]]));
  return hash;
}

function hashValues(start: number, values: Values): number {
  let hash = start;
  for (let i = 0; i < values.length; i++) hash = hashNumber(hash, values[i]);
  return hash;
}

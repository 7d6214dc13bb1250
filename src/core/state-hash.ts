// One number for each stage's state, to compare two devices, or a device and its replay. All that the saved state holds
// (state-entries.ts) counts, in its order and with every bit. No names are made and nothing is looked up by name, so that a
// replay can do it for each second of a log.

import { finishHash, hashNumber } from "../base/hash.ts";
import type { Bms } from "./bms.ts";
import { type Node, ROOTS, WORDS } from "./state-entries.ts";

/** The parts of a hash in their order; the time and the loss of the kept state count with the first. */
export const HASHED_SECTIONS = ROOTS;

export type StateHasher = { readonly bms: Bms; readonly hashes: Uint32Array };

/** A hasher for one device, good as long as it lives, also after its state has been restored. */
export const createStateHasher = (bms: Bms): StateHasher => ({ bms, hashes: new Uint32Array(ROOTS.length) });

/**
 * The hashes of measure, estimate, protect, decide, equipment and commands, in the order of HASHED_SECTIONS. Another bit
 * in one number always gives another hash of its section; of other differences one in 2^32 goes unseen.
 * @returns the same array each time
 */
export function hashState({ bms, hashes }: StateHasher): Uint32Array {
  for (let i = 0; i < ROOTS.length; i++) {
    const start = i === 0 ? hashNumber(hashNumber(0, bms.time_us), bms.stateLost) : 0;
    hashes[i] = finishHash(hashRecord(start, bms[ROOTS[i]] as unknown as Node), 0);
  }
  return hashes;
}

/** Records are plain: all their keys are their own, and come in the order in which the record was made. */
function hashRecord(start: number, record: Node): number {
  let hash = start;
  for (const key in record) {
    const value = record[key];
    hash = typeof value === "number" ? hashNumber(hash, value) : hashOther(hash, key, value);
  }
  return hash;
}

function hashOther(hash: number, key: string, value: unknown): number {
  if (value instanceof Float64Array) return hashNumbers(hash, value);
  if (value instanceof Uint8Array) return hashFlags(hash, value);
  if (typeof value === "object") return hashRecord(hash, value as Node);
  return hashNumber(hash, typeof value === "string" ? WORDS[key].indexOf(value) : Number(value));
}

function hashNumbers(start: number, numbers: Float64Array): number {
  let hash = start;
  for (let i = 0; i < numbers.length; i++) hash = hashNumber(hash, numbers[i]);
  return hash;
}

/** As numbers, so that a flag counts alike alone and in an array. */
function hashFlags(start: number, flags: Uint8Array): number {
  let hash = start;
  for (let i = 0; i < flags.length; i++) hash = hashNumber(hash, flags[i]);
  return hash;
}

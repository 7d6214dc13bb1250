// All registers side by side, and which of them an address belongs to. The vendor's rows, our signals and settings, SunSpec's
// points: nothing may lie on another, which a test proves. Gaps inside our own blocks read as 0, so that masters may read
// them in large pieces; everywhere else an address without a row is an illegal address.

import type { Register, View } from "./register.ts";
import { ORDER_REGISTERS, SESSION_REGISTERS } from "./session-registers.ts";
import { SETTING_BLOCKS } from "./setting-addresses.ts";
import { SETTING_REGISTERS, TABLE } from "./setting-registers.ts";
import { SIGNAL_BLOCK } from "./signal-addresses.ts";
import { SIGNAL_REGISTERS, VALIDITY_REGISTERS } from "./signal-registers.ts";
import { SUNSPEC_REGISTERS } from "./sunspec-registers.ts";
import { VENDOR_HOLDINGS, VENDOR_INPUTS } from "./vendor-registers.ts";

export const INPUT_REGISTERS: readonly Register[] = [
  ...VENDOR_INPUTS,
  ...SIGNAL_REGISTERS,
  ...VALIDITY_REGISTERS,
  ...SESSION_REGISTERS,
];
export const HOLDING_REGISTERS: readonly Register[] = [
  ...VENDOR_HOLDINGS,
  ...ORDER_REGISTERS,
  ...SETTING_REGISTERS,
  ...SUNSPEC_REGISTERS,
];

type Block = { readonly first: number; readonly last: number };
type Lookup = { readonly registers: readonly Register[]; readonly at: Int16Array; readonly blocks: readonly Block[] };

const NONE = -1;
const GAP = -2;

function lookup(registers: readonly Register[], blocks: readonly Block[]): Lookup {
  const at = new Int16Array(0x1_0000).fill(NONE);
  for (const { first, last } of blocks) at.fill(GAP, first, last + 1);
  for (const [i, { address, words, count }] of registers.entries()) at.fill(i, address, address + words * count);
  return { registers, at, blocks };
}

const LOOKUPS = {
  input: lookup(INPUT_REGISTERS, [SIGNAL_BLOCK]),
  holding: lookup(HOLDING_REGISTERS, SETTING_BLOCKS),
} as const;

/** The row an address belongs to; undefined for gaps and where there is none. */
export function registerAt(table: "input" | "holding", address: number): Register | undefined {
  const { registers, at } = LOOKUPS[table];
  const index = at[address] ?? NONE;
  return index < 0 ? undefined : registers[index];
}

/** The widest value: a table of settings. */
const SCRATCH = new Uint16Array(TABLE.words);

/**
 * Reads registers into `out` as they go over the line, high byte first, from `offset` on.
 * @returns false where one of them does not exist
 */
export function readRegisters(
  table: "input" | "holding",
  view: View,
  address: number,
  count: number,
  out: Uint8Array,
  offset: number,
): boolean {
  const { registers, at } = LOOKUPS[table];
  let done = 0;
  while (done < count) {
    const here = address + done;
    const index = at[here] ?? NONE;
    if (index === NONE) return false;
    const left = count - done;
    done +=
      index === GAP
        ? putGap(out, offset + 2 * done)
        : putValue(registers[index], view, here, left, out, offset + 2 * done);
  }
  return true;
}

function putGap(out: Uint8Array, offset: number): number {
  out[offset] = 0;
  out[offset + 1] = 0;
  return 1;
}

/** The rest of the value that an address lies in, as far as it was asked for. */
function putValue(
  register: Register,
  view: View,
  address: number,
  most: number,
  out: Uint8Array,
  offset: number,
): number {
  const inside = address - register.address;
  const element = Math.floor(inside / register.words);
  const first = inside - element * register.words;
  const words = Math.min(register.words - first, most);
  register.read(view, element, SCRATCH);
  for (let i = 0; i < words; i++) {
    const word = SCRATCH[first + i];
    out[offset + 2 * i] = word >>> 8;
    out[offset + 2 * i + 1] = word & 0xff;
  }
  return words;
}

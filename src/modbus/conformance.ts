// The rows of the conformance suite as bytes: placeholders filled in, checksums put behind, answers compared. Whoever owns a
// port or a server carries the steps out.

import { hexBytes } from "../base/hex.ts";
import { COILS, DISCRETE_INPUTS } from "./bit-map.ts";
import type { Placeholder } from "./conformance-rows.ts";
import { crc16 } from "./crc16.ts";
import { MAP_VERSION, SCRATCH_REGISTERS } from "./session-registers.ts";
import { SETTING_ADDRESSES } from "./setting-addresses.ts";

export type Addresses = Readonly<Record<Placeholder, number>>;

/** Where this device has what the suite needs; nothing here moves a contactor. */
export const OWN_ADDRESSES: Addresses = {
  hold: SCRATCH_REGISTERS,
  write: SCRATCH_REGISTERS + 4,
  input: MAP_VERSION + 0x10,
  coil: COILS.scratch,
  discrete: DISCRETE_INPUTS.inputs,
  gap: 0xf000,
  readonly: SETTING_ADDRESSES["modbus.tcpPort"],
};

/** Bytes of a step's text. Throws where the text is malformed: a mistake in a row. */
export function bytesOf(text: string, addresses: Addresses, unit: number): Uint8Array {
  const bytes: number[] = [];
  let frame = 0; // where the frame began that a checksum covers
  for (const word of text.split(" ").filter((each) => each !== "")) {
    if (word === "{unit}") frame = bytes.length;
    if (word === "{crc}" || word === "{badcrc}") bytes.push(...checksum(bytes.slice(frame), word === "{badcrc}"));
    else bytes.push(...wordBytes(word, addresses, unit));
  }
  return Uint8Array.from(bytes);
}

function checksum(covered: readonly number[], isBad: boolean): readonly number[] {
  const crc = crc16(Uint8Array.from(covered)) ^ (isBad ? 0x0101 : 0);
  return [crc & 0xff, crc >>> 8];
}

function wordBytes(word: string, addresses: Addresses, unit: number): readonly number[] {
  if (word === "{unit}") return [unit];
  const [, name, more] = /^\{([a-z]+)(?:\+(\d+))?\}$/.exec(word) ?? [];
  if (name === undefined) return [Number.parseInt(word, 16)];
  const address = addresses[name as Placeholder] + Number(more ?? 0);
  return [address >>> 8, address & 0xff];
}

/** Whether an answer is as the row says: ".." is any byte, "..." any number of them at the end. */
export function isExpected(
  expected: string,
  answer: Uint8Array | undefined,
  addresses: Addresses,
  unit: number,
): boolean {
  if (answer === undefined || answer.length === 0) return expected === "none";
  if (expected === "none") return false;
  const words = expected
    .split(" ")
    .flatMap((word): readonly (string | number)[] =>
      word === ".." || word === "..." ? [word] : [...bytesOf(word, addresses, unit)],
    );
  const isOpen = words.at(-1) === "...";
  const fixed = isOpen ? words.slice(0, -1) : words;
  if (answer.length < fixed.length || (!isOpen && answer.length !== fixed.length)) return false;
  return fixed.every((word, i) => word === ".." || word === answer[i]);
}

export const hexOf = (bytes: Uint8Array): string => hexBytes(bytes, " ");

// Rows of the conformance suite that follow from a dictionary's description, entry by entry: does the node answer as it says?
// Length of what is read; writes and reads that must be refused, and why; sub-indexes and objects that are not there. Nothing
// here changes a value: every write is one that must be refused.

import { hexDigits } from "../base/hex.ts";
import { hexOf, objectText } from "./conformance.ts";
import type { ConformanceRow, Step } from "./conformance-rows.ts";
import { DATA_TYPES, isNumber, type NumberType, numberBytes, rangeOf, sizeOf } from "./data-types.ts";
import type { DictionaryObject, Entry } from "./object.ts";
import type { Target } from "./sdo-protocol.ts";

/** What an object's description says of it; without its reading and writing, so that it may come from an EDS. */
export type Described = Pick<DictionaryObject, "index" | "entries">;

const CLAUSE = "table 22";
const READ_ONLY = "02 00 01 06";
const WRITE_ONLY = "01 00 01 06";
const NO_SUB_INDEX = "11 00 09 06";
const NO_OBJECT = "00 00 02 06";
const TOO_LONG = "12 00 07 06";
const TOO_SHORT = "13 00 07 06";
const TOO_HIGH = "31 00 09 06";
const TOO_LOW = "32 00 09 06";
const GENERAL = "00 00 00 08";
const NO_DATA = "24 00 00 08";

/** Rows of every entry, of the sub-indexes behind the last, and of the indexes beside the objects. */
export const rowsOfDictionary = (objects: readonly Described[]): readonly ConformanceRow[] => [
  ...objects.flatMap(rowsOfObject),
  ...objects.flatMap(({ index }) => rowsOfGap(objects, index + 1)),
];

function rowsOfGap(objects: readonly Described[], index: number): readonly ConformanceRow[] {
  if (index > 0xffff || objects.some((object) => object.index === index)) return [];
  const object = objectText({ index, subIndex: 0 });
  const steps = [refusal(`40 ${object}`, object, NO_OBJECT), refusal(`2F ${object} 00`, object, NO_OBJECT)];
  return [{ name: `${nameOf({ index, subIndex: 0 })} is not there`, clause: CLAUSE, steps }];
}

function rowsOfObject({ index, entries }: Described): readonly ConformanceRow[] {
  const present = entries.flatMap((entry, subIndex) =>
    entry === undefined ? [] : rowsOfEntry({ index, subIndex }, entry),
  );
  const holes = [...entries.keys()].filter((subIndex) => entries[subIndex] === undefined);
  const behind = entries.length <= 0xff ? [entries.length] : [];
  return [...present, ...[...holes, ...behind].map((subIndex) => rowOfHole({ index, subIndex }))];
}

function rowOfHole(target: Target): ConformanceRow {
  const object = objectText(target);
  const steps = [refusal(`40 ${object}`, object, NO_SUB_INDEX), refusal(`2F ${object} 00`, object, NO_SUB_INDEX)];
  return { name: `${nameOf(target)} is not there`, clause: CLAUSE, steps };
}

function rowsOfEntry(target: Target, entry: Entry): readonly ConformanceRow[] {
  const row = (what: string, steps: readonly Step[]): readonly ConformanceRow[] =>
    steps.length === 0 ? [] : [{ name: `${nameOf(target)}, ${entry.name}: ${what}`, clause: CLAUSE, steps }];
  const object = objectText(target);
  const isWritable = entry.access === "rw" || entry.access === "wo";
  return [
    ...row(
      entry.access === "wo" ? "cannot be read" : "is read with its length, or has no data",
      readSteps(object, entry),
    ),
    ...(isWritable ? [] : row("cannot be written", readOnlySteps(object, entry))),
    ...(isWritable ? row("is refused where it is too long or too short", lengthSteps(object, entry)) : []),
    ...(isWritable && isNumber(entry.type)
      ? row("is refused beyond its limits", limitSteps(object, entry, entry.type))
      : []),
  ];
}

const nameOf = ({ index, subIndex }: Target): string => `${hexDigits(index, 4)}h:${hexDigits(subIndex, 2)}`;

const refusal = (send: string, object: string, code: string): Step => ({ send, answers: [`80 ${object} ${code}`] });

function readSteps(object: string, { access, type }: Entry): readonly Step[] {
  const send = `40 ${object}`;
  if (access === "wo") return [refusal(send, object, WRITE_ONLY), refusal(`A4 ${object} 7F`, object, WRITE_ONLY)];
  const size = sizeOf(type);
  const first = { send, orEnds: `80 ${object} ${NO_DATA}` };
  if (size === 0)
    return [
      { ...first, answers: [`4. ${object} ...`] },
      { send: `80 ${object} ${GENERAL}`, answers: [] },
    ];
  if (size <= 4) return [{ ...first, answers: [`${expedited(0x43, size)} ${object}${" ..".repeat(size)}`] }];
  return [{ ...first, answers: [`41 ${object} ${digitsOf(size)}`] }, ...segmentSteps(size)];
}

/** Eight bytes at most in the dictionary's types: two segments. */
const segmentSteps = (size: number): readonly Step[] =>
  size > 7
    ? [
        { send: "60", answers: ["00 ..."] },
        { send: "70", answers: [`${digitsOf(0x11 | ((14 - size) << 1))}${" ..".repeat(size - 7)}`] },
      ]
    : [{ send: "60", answers: [`${digitsOf(0x01 | ((7 - size) << 1))}${" ..".repeat(size)}`] }];

/** The command byte of an expedited frame; `full`: with four bytes. */
const expedited = (full: number, size: number): string => digitsOf(full | ((4 - size) << 2));
const digitsOf = (byte: number): string => hexOf(Uint8Array.of(byte));

function readOnlySteps(object: string, { type }: Entry): readonly Step[] {
  const size = sizeOf(type);
  const announced = refusal(`21 ${object} ${digitsOf(size === 0 ? 5 : size)}`, object, READ_ONLY);
  const blocks = refusal(`C6 ${object} ${digitsOf(size === 0 ? 5 : size)}`, object, READ_ONLY);
  const direct = size > 0 && size <= 4 ? [refusal(`${expedited(0x23, size)} ${object}`, object, READ_ONLY)] : [];
  return [...direct, announced, blocks];
}

function lengthSteps(object: string, { type, maxLength }: Entry): readonly Step[] {
  const size = sizeOf(type);
  const most = size > 0 ? size : maxLength;
  const steps: Step[] = [];
  if (most !== undefined) steps.push(refusal(`21 ${object} ${sizeText(most + 1)}`, object, TOO_LONG));
  if (most !== undefined) steps.push(refusal(`C6 ${object} ${sizeText(most + 1)}`, object, TOO_LONG));
  if (size > 0) steps.push(refusal(`21 ${object} ${sizeText(size - 1)}`, object, TOO_SHORT));
  if (size > 1 && size <= 5) steps.push(refusal(`${expedited(0x23, size - 1)} ${object}`, object, TOO_SHORT));
  if (size > 0 && size < 4) steps.push(refusal(`${expedited(0x23, size + 1)} ${object}`, object, TOO_LONG));
  return steps;
}

const sizeText = (size: number): string => hexOf(numberBytes("u32", size));

function limitSteps(object: string, { low, high }: Entry, type: NumberType): readonly Step[] {
  const [least, largest] = rangeOf(type);
  const steps: Step[] = [];
  if (high !== undefined && high < largest) steps.push(...writeSteps(object, type, beyond(type, high, 1), TOO_HIGH));
  if (low !== undefined && low > least) steps.push(...writeSteps(object, type, beyond(type, low, -1), TOO_LOW));
  return steps;
}

/** The next value on the far side of a limit: the next integer, or a real that is larger by more than its rounding. */
function beyond(type: NumberType, limit: number, side: 1 | -1): number {
  if (type !== "real32" && type !== "real64") return side > 0 ? Math.floor(limit) + 1 : Math.ceil(limit) - 1;
  return limit + side * Math.max(1e-6, Math.abs(limit) * 1e-6);
}

/** Writes a number, in one frame or in segments; the last frame is refused. */
function writeSteps(object: string, type: NumberType, value: number, code: string): readonly Step[] {
  const data = numberBytes(type, value);
  const size = DATA_TYPES[type].bits >> 3;
  if (size <= 4) return [refusal(`${expedited(0x23, size)} ${object} ${hexOf(data)}`, object, code)];
  return [
    { send: `21 ${object} ${sizeText(size)}`, answers: [`60 ${object}`] },
    { send: `00 ${hexOf(data.subarray(0, 7))}`, answers: ["20"] },
    refusal(`${digitsOf(0x11 | ((14 - size) << 1))} ${hexOf(data.subarray(7))}`, object, code),
  ];
}

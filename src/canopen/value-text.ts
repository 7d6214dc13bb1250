// Values of entries as people write them: numbers with their unit, choices by their word, texts as they are, curves and tables as JSON
// with their axes: {"x":[0,1],"y":[3.0,3.4]}, and z row by row where it is a table.

import { bytesOfHex, hexBytes } from "../base/hex.ts";
import { shortest } from "../base/shortest.ts";
import { isNumber, type NumberType, numberBytes, numberOf, rangeOf, sizeOf, textBytes, textOf } from "./data-types.ts";
import { isNotKnown } from "./known.ts";
import type { Entry } from "./object.ts";
import { curveBytes, decodedCurve, decodedGrid, gridBytes } from "./setting-values.ts";

/** Units that nobody writes. */
const SILENT: ReadonlySet<string> = new Set(["none", "count", "ratio"]);
export const NOT_KNOWN_TEXT = "not known";

/** What an entry holds, in words. Bytes that are no value of its type are shown as bytes. */
export function valueText(entry: Entry, bytes: Uint8Array): string {
  const { type } = entry;
  if (type === "visibleString") return textOf(bytes);
  if (entry.form !== undefined) return tableText(entry.form, bytes);
  if (type === "domain") return isText(bytes) ? textOf(bytes) : hexText(bytes);
  return isNumber(type) && bytes.length === sizeOf(type) ? numberText(entry, type, bytes) : hexText(bytes);
}

function numberText({ words, unit = "none", mayBeUnknown }: Entry, type: NumberType, bytes: Uint8Array): string {
  const value = numberOf(type, bytes);
  if (Number.isNaN(value) || (mayBeUnknown === true && isNotKnown(type, value))) return NOT_KNOWN_TEXT;
  const word = words?.[value];
  if (word !== undefined) return word;
  const decimal = String(type === "real32" ? shortest(value) : value);
  return SILENT.has(unit) ? decimal : `${decimal} ${unit}`;
}

function tableText(form: "curve" | "table", bytes: Uint8Array): string {
  const decoded = form === "curve" ? decodedCurve(bytes) : decodedGrid(bytes);
  return typeof decoded === "number" ? hexText(bytes) : JSON.stringify(decoded.value);
}

const isText = (bytes: Uint8Array): boolean => {
  const text = textOf(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text
  return !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) && !bytes.includes(0);
};

const hexText = (bytes: Uint8Array): string => hexBytes(bytes, " ");

export type Parsed = { readonly data: Uint8Array } | { readonly wrong: string };

const YES: ReadonlySet<string> = new Set(["yes", "true", "on", "1"]);
const NO: ReadonlySet<string> = new Set(["no", "false", "off", "0"]);

/** The bytes of what a person typed, or what is wrong with it. A unit behind a number is taken where it is the entry's. */
export function parseValue(entry: Entry, text: string): Parsed {
  const { type } = entry;
  if (type === "visibleString") return fitting(entry, textBytes(text));
  if (entry.form !== undefined && text.trimStart().startsWith("{")) return parseTable(entry, entry.form, text);
  if (!isNumber(type)) return parseBytes(entry, text);
  const value = type === "boolean" ? parseFlag(text) : parseNumber(entry, text);
  if (value === undefined) return { wrong: `is no ${expected(entry)}` };
  return judged(entry, type, value);
}

const expected = ({ words }: Entry): string => (words === undefined ? "number" : `one of ${words.join(", ")}`);

function parseFlag(text: string): number | undefined {
  if (YES.has(text.toLowerCase())) return 1;
  return NO.has(text.toLowerCase()) ? 0 : undefined;
}

const NUMBER = /^[+-]?(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

function parseNumber({ words, unit = "none" }: Entry, text: string): number | undefined {
  const word = words?.indexOf(text) ?? -1;
  if (word >= 0) return word;
  const bare = text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text.trim();
  if (!NUMBER.test(bare)) return undefined;
  const magnitude = Number(bare.replace(/^[+-]/, ""));
  return bare.startsWith("-") ? -magnitude : magnitude;
}

function judged({ low, high }: Entry, type: NumberType, value: number): Parsed {
  const [least, most] = rangeOf(type);
  const isReal = type === "real32" || type === "real64";
  if (!isReal && !Number.isInteger(value)) return { wrong: "is no whole number" };
  if (value < least || value > most) return { wrong: `must be ${least} to ${most}` };
  const data = numberBytes(type, value);
  const given = numberOf(type, data);
  if (given < (low ?? least)) return { wrong: `must be ${shown(type, low ?? least)} or more` };
  return given > (high ?? most) ? { wrong: `must be ${shown(type, high ?? most)} at most` } : { data };
}

const shown = (type: NumberType, limit: number): number => (type === "real32" ? shortest(limit) : limit);

function fitting({ maxLength }: Entry, data: Uint8Array): Parsed {
  if (maxLength === undefined || data.length <= maxLength) return { data };
  return { wrong: `may have ${maxLength} bytes at most` };
}

const isList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");

function parseTable(entry: Entry, form: "curve" | "table", text: string): Parsed {
  const { x, y, z } = axesOf(text);
  if (!isList(x) || !isList(y)) return { wrong: "needs lists of numbers x and y" };
  if (form === "curve")
    return x.length === y.length ? fitting(entry, curveBytes({ x, y })) : { wrong: "needs a y for each x" };
  if (!isList(z) || z.length !== x.length * y.length) return { wrong: "needs a z for each x and y, row by row" };
  return fitting(entry, gridBytes({ x, y, z }));
}

function axesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return {};
  }
}

/** Domains and octets: bytes in hexadecimal. */
function parseBytes(entry: Entry, text: string): Parsed {
  const data = bytesOfHex(text.replaceAll(/\s/g, ""));
  return data === undefined ? { wrong: "is no list of bytes in hexadecimal" } : fitting(entry, data);
}

// Takes one number out of a JSON row of ours without reading the rest. Rows keep the places of their numbers (state-row.ts),
// so the place of the last row is tried first.

import { encodeUtf8 } from "../base/utf8.ts";

/** What is looked for, and where it stood in the last row. `place`: which of a list, from 0; -1 for a plain number. */
export type ValueReader = { readonly name: string; readonly place: number; readonly key: Uint8Array; hint: number };

const [QUOTE, COMMA, OPEN, CLOSE, BLANK, BRACE] = [0x22, 0x2c, 0x5b, 0x5d, 0x20, 0x7d] as const;

export const createValueReader = (name: string, place: number): ValueReader => ({
  name,
  place,
  key: encodeUtf8(`"${name}":`),
  hint: 0,
});

/** The number in a row; NaN where the row has none of that name and place, or it is null. */
export function valueIn(reader: ValueReader, row: Uint8Array): number {
  const { key, place } = reader;
  if (!isAt(row, key, reader.hint)) reader.hint = find(row, key);
  if (reader.hint < 0) {
    reader.hint = 0;
    return Number.NaN;
  }
  let at = skipBlanks(row, reader.hint + key.length);
  if (place >= 0) {
    if (row[at] !== OPEN) return Number.NaN;
    at++;
    for (let left = place; left > 0; at++) {
      if (at >= row.length || row[at] === CLOSE) return Number.NaN;
      if (row[at] === COMMA) left--;
    }
  }
  return numberAt(row, skipBlanks(row, at));
}

function isAt(row: Uint8Array, key: Uint8Array, at: number): boolean {
  if (at + key.length > row.length) return false;
  for (let i = 0; i < key.length; i++) if (row[at + i] !== key[i]) return false;
  return true;
}

function find(row: Uint8Array, key: Uint8Array): number {
  for (let at = row.indexOf(QUOTE); at >= 0; at = row.indexOf(QUOTE, at + 1)) if (isAt(row, key, at)) return at;
  return -1;
}

function skipBlanks(row: Uint8Array, from: number): number {
  let at = from;
  while (row[at] === BLANK) at++;
  return at;
}

function numberAt(row: Uint8Array, at: number): number {
  let text = "";
  for (let i = at; i < row.length && i < at + 40; i++) {
    const byte = row[i]!;
    if (byte === COMMA || byte === CLOSE || byte === BRACE || byte === BLANK) break;
    text += String.fromCharCode(byte);
  }
  return text === "" || text === "null" ? Number.NaN : Number(text);
}

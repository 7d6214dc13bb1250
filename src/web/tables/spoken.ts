// The tables of src/model in a language: the same rows, with the words of some of their fields in it. The files beside this one are the
// tables in the language of the pages; a page takes from them whatever a person reads.

import type { Say } from "../texts/language.ts";

/** A row with the words of these fields. A field is a text, or a list of codes. */
export function spokenRow<R extends object>(say: Say, place: string, row: R, fields: readonly (keyof R)[]): R {
  const words = fields.flatMap((field): [keyof R, unknown][] => {
    const english = row[field];
    if (typeof english === "string") return [[field, say(`${place}.${String(field)}`, english)]];
    if (!Array.isArray(english)) return [];
    return [[field, english.map((each: string) => say(`${place}.${String(field)}.${each}`, each))]];
  });
  return { ...row, ...Object.fromEntries(words) };
}

/** Every row of a table. */
export const spokenRows = <K extends string, R extends object>(
  say: Say,
  table: string,
  rows: Readonly<Record<K, R>>,
  fields: readonly (keyof R)[],
): Readonly<Record<K, R>> =>
  Object.fromEntries(
    Object.entries<R>(rows).map(([name, row]) => [name, spokenRow(say, `${table}.${name}`, row, fields)]),
  ) as Record<K, R>;

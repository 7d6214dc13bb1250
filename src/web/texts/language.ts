// What a language of the pages consists of: the pages' own texts in the shape of the English ones, and the words of the tables and the
// sentences of the device by their place. Nothing of it has to be complete: what is missing is said in English.

import type { ENGLISH } from "./english.ts";

/** The same shape, free in its words. */
type Free<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Free<Said>
    : { readonly [K in keyof T]: Free<T[K]> };
export type Texts = Free<typeof ENGLISH>;

/** Any part of it; lists and functions whole. */
type Part<T> = T extends string | readonly unknown[] | ((...given: never) => unknown)
  ? T
  : { readonly [K in keyof T]?: Part<T[K]> };

export type Language = {
  readonly texts?: Part<Texts>;
  /**
   * By table, row and field: "faults.overvoltage.title", "settings.battery.cells.help", "signals.mode.codes.running"; a template keeps its
   * places, "{value}". What is said by the same word everywhere may stand once: "words.none".
   */
  readonly words?: Readonly<Record<string, string>>;
};

/** Gives the word at a place of the tables, in some language. */
export type Say = (place: string, english: string) => string;

/** A language that can be chosen. `tag`: as in BCP 47; `name`: as those who speak it call it. */
export type LanguageRow = {
  readonly tag: string;
  readonly name: string;
  readonly load: () => Promise<Language>;
};

/** The English texts with what a language has of them. */
export function merged<T>(english: T, spoken: Part<T> | undefined): T {
  if (spoken === undefined) return english;
  if (typeof english !== "object" || english === null || Array.isArray(english)) return spoken as T;
  const parts = spoken as Readonly<Record<string, never>>;
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, merged(text, parts[key])])) as T;
}

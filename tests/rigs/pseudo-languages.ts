// Languages for tests of the mechanism, built into the pages in place of src/web/texts/languages.ts: a pseudo-language (en-XA, as the
// field calls it) that puts every text into brackets, so that a text that does not come through the catalogue is seen; and one that has
// next to nothing and says the rest in English.

import { ENGLISH } from "../../src/web/texts/english.ts";
import type { Language, LanguageRow } from "../../src/web/texts/language.ts";

export const bracketed = (text: string): string => `⟦${text}⟧`;

/** Every text in brackets, also those that are made from numbers. */
function inBrackets(english: unknown): unknown {
  if (typeof english === "string") return bracketed(english);
  if (typeof english === "function") return (...given: unknown[]) => inBrackets(english(...given));
  if (Array.isArray(english)) return english.map(inBrackets);
  if (typeof english !== "object" || english === null) return english;
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, inBrackets(text)]));
}

/** The words of the tables lie beside the pages (pseudo-pages.ts). */
async function load(): Promise<Language> {
  const words = await fetch("./pseudo-words.json");
  return { texts: inBrackets(ENGLISH) as NonNullable<Language["texts"]>, words: await words.json() };
}

export const LANGUAGES: readonly LanguageRow[] = [
  { tag: "en-XA", name: "[Pseudo]", load },
  { tag: "eo", name: "Esperanto", load: async () => (await import("./part-language.ts")).PART },
];

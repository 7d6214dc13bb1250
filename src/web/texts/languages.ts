// The languages of the pages besides English. One line each; a language is loaded once it is chosen (docs/monitor.md says how to add one):
// { tag: "de", name: "Deutsch", load: async () => (await import("./german/german.ts")).GERMAN },

import type { LanguageRow } from "./language.ts";

export const LANGUAGES: readonly LanguageRow[] = [];

// A language for tests that has one text of the pages and one word of the tables. It imports types alone, as every language does.

import type { Language } from "../../src/web/texts/language.ts";

export const PART: Language = {
  texts: { shell: { pages: { pack: "Baterio" } } },
  words: { "faults.batteryCover.title": "Kovrilo malfermita" },
};

// The static pages built with the languages for tests, and the words of all tables in brackets beside them.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allWords } from "../../tools/words.ts";
import { bracketed } from "./pseudo-languages.ts";

const ROOT = join(import.meta.dirname, "../..");
export const PSEUDO_PAGES = join(ROOT, "dist/languages");

/** Builds them, which takes half a minute, in a process of its own as built-pages.ts does. */
export function buildPseudoPages(): void {
  const command = [join(ROOT, "tools/web.ts"), "--languages", join(import.meta.dirname, "pseudo-languages.ts")];
  const env = { ...process.env, NODE_ENV: "production" };
  const { status } = spawnSync(process.execPath, command, { env, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("the pages could not be built");
  const words = [...allWords()].map(([place, english]) => [place, bracketed(english)]);
  writeFileSync(join(PSEUDO_PAGES, "pseudo-words.json"), JSON.stringify(Object.fromEntries(words)));
}

// That the words of the tables reach the pages through this folder alone, and that languages fit the tables.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PART } from "../../../tests/rigs/part-language.ts";
import { listFiles } from "../../../tests/tidy/source.ts";
import { allWords } from "../../../tools/words.ts";
import { FAULTS } from "../../model/faults.ts";
import { SETTING_LIST } from "../../model/settings.ts";
import { SIGNALS } from "../../model/signals.ts";
import type { Language } from "../texts/language.ts";
import { LANGUAGES } from "../texts/languages.ts";
import { faultRows } from "./faults.ts";
import { settingList } from "./settings.ts";
import { signalRows } from "./signals.ts";

const ROOT = join(import.meta.dirname, "../../..");
const english = (_place: string, word: string): string => word;
const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

test("in English the tables say what the rows of the model say", () => {
  expect(faultRows(english)).toEqual(FAULTS);
  expect(signalRows(english)).toEqual(SIGNALS);
  expect(settingList(english).map(({ name, parts, group, row }) => ({ name, parts, group, row }))).toEqual(
    SETTING_LIST,
  );
});

test("no page takes words from the tables of the model past the language", () => {
  const spoken =
    /import \{[^}]*(?<!type )\b(FAULT_ROWS|FAULTS|SETTING_LIST|SIGNALS|COMMANDS|HEADERS|FAULT_CATALOGUE)\b[^}]*\}/;
  const pages = listFiles().filter(
    (path) => /^src\/web\/(pages|parts|settings|history|what-if|accounts)\//.test(path) && !path.includes(".test."),
  );
  const past = pages.filter((path) =>
    readFileSync(join(ROOT, path), "utf8")
      .split(";\n")
      .some((line) => spoken.test(line) && /from "[./]*\/(model|sim)\//.test(line)),
  );
  // Of these they take names, units and codes alone.
  const namesAlone = ["history/chart-data.ts", "settings/files-panel.tsx", "settings/staged.ts"];
  expect(past.filter((path) => !namesAlone.includes(path.replace("src/web/", "")))).toEqual([]);
});

test("a protection's settings and a fault's flag are told by the words of the fault", () => {
  const german = (place: string, word: string): string =>
    place === "faults.overvoltage.title" ? "Überspannung" : word;
  const group = settingList(german).find(({ name }) => name === "protections.overvoltage.lock")?.group;
  expect([group?.title, group?.menu]).toEqual(["Überspannung", "Protections → Überspannung"]);
  expect(signalRows(german)["fault.overvoltage.trips"]?.help).toBe("How often: Überspannung.");
});

test("every language names only places that there are, and keeps the places of each template", async () => {
  const words = allWords();
  const known = new Set([...words.values()].map((word) => `words.${word}`));
  const all: Language[] = [PART, ...(await Promise.all(LANGUAGES.map(({ load }) => load())))];
  const given = all.flatMap(({ words: said = {} }) => Object.entries(said));
  expect(given.map(([place]) => place).filter((place) => !words.has(place) && !known.has(place))).toEqual([]);
  const differing = given.filter(
    ([place, said]) => words.has(place) && `${holes(said)}` !== `${holes(words.get(place)!)}`,
  );
  expect(differing.map(([place]) => place)).toEqual([]);
});

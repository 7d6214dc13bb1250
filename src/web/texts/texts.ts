// All texts of the pages in one catalogue, in the language that was chosen in this browser. It is known before any other file of the
// pages begins, and stays until the page is loaded anew: every text may be read at any time and kept. The words of the tables in
// src/model reach the pages through src/web/tables.

import { recall, remember } from "../state/remembered.ts";
import { ENGLISH } from "./english.ts";
import { type Language, type LanguageRow, merged, type Say, type Texts } from "./language.ts";
import { LANGUAGES } from "./languages.ts";

const KEY = "bms-language";
const ENGLISH_TAG = "en";
const row: LanguageRow | undefined = LANGUAGES.find(({ tag }) => tag === recall("localStorage", KEY));

/** One that does not come, of a program that is no longer served, leaves the pages in English. */
const spoken: Language | undefined = await row?.load().catch(() => undefined);

export const texts: Texts = merged<Texts>(ENGLISH, spoken?.texts);
export const language: string = spoken === undefined ? ENGLISH_TAG : row!.tag;
/** The tables of the model say it already. */
export const isEnglish: boolean = language === ENGLISH_TAG;
/** What can be chosen. */
export const languages: readonly { readonly tag: string; readonly name: string }[] = [
  { tag: ENGLISH_TAG, name: "English" },
  ...LANGUAGES,
];

/** The word at a place of the tables, or the one for the same English word everywhere; English where the language has neither. */
export const word: Say = (place, english) => spoken?.words?.[place] ?? spoken?.words?.[`words.${english}`] ?? english;

/** Remembered in this browser; the page begins anew in it. */
export function chooseLanguage(tag: string): void {
  remember("localStorage", KEY, tag === ENGLISH_TAG ? undefined : tag);
  location.reload();
}

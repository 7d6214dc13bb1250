// All texts of the pages in one catalogue. Another language is another object of the same shape (texts/english.ts is the shape),
// chosen here. Texts of signals, settings, faults and commands stand in their tables in src/model.

import { ENGLISH } from "./english.ts";

export type Texts = typeof ENGLISH;

export const texts: Texts = ENGLISH;

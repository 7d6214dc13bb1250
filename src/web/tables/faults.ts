// Protections and indications in the language of the pages.

import { FAULT_ROWS as ENGLISH, type FaultName } from "../../model/faults.ts";
import type { FaultRow } from "../../model/rows.ts";
import type { Say } from "../texts/language.ts";
import { isEnglish, word } from "../texts/texts.ts";
import { spokenRows } from "./spoken.ts";

type FaultRows = Readonly<Record<FaultName, FaultRow>>;

export const faultRows = (say: Say): FaultRows =>
  spokenRows(say, "faults", ENGLISH, ["title", "help", "says", "saysOfAll", "codes"]);

export const FAULT_ROWS: FaultRows = isEnglish ? ENGLISH : faultRows(word);

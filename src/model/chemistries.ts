// The chemistries a person can choose, by name: each fills the settings that depend on it. Where a number comes from is in
// the record's own source. They are starting points: the cell maker's sheet decides.

import type { Chemistry } from "./chemistry.ts";
import { NCA, NMC } from "./chemistry-nickel.ts";
import { LCO, LMO, LTO } from "./chemistry-oxide.ts";
import { LFP, LIFEYPO4 } from "./chemistry-phosphate.ts";

export const CHEMISTRIES = { LFP, LiFeYPO4: LIFEYPO4, LCO, LMO, NMC, NCA, LTO } as const satisfies Record<string, Chemistry>;

export type ChemistryName = keyof typeof CHEMISTRIES;
export const CHEMISTRY_NAMES = ["LFP", "LiFeYPO4", "LCO", "LMO", "NMC", "NCA", "LTO"] as const satisfies readonly ChemistryName[];

/** Whether a text names a chemistry, exactly as written in the table. */
export function isChemistryName(text: string): text is ChemistryName {
  return Object.hasOwn(CHEMISTRIES, text);
}

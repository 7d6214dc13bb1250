// The cell `bms score` is told: a cell with a known data sheet, a chemistry, or a cell file.

import { CHEMISTRY_NAMES, isChemistryName } from "../model/chemistries.ts";
import type { ScoredCell } from "../score/scored-cell.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { findCell, shippedCells } from "./cell-file.ts";
import { UsageError } from "./usage-error.ts";

/** Throws UsageError with one line where the word names no cell. */
export function scoredCell(word: string): ScoredCell {
  const cell = findCell(word);
  if (cell !== undefined) return cell;
  if (isChemistryName(word)) return { title: word, chemistry: word, capacity_Ah: undefined, columns: {} };
  const names = [...shippedCells(), ...CHEMISTRY_NAMES];
  throw new UsageError(`--cell ${word} is neither a file nor a known cell${suggestion(word, names)}`);
}

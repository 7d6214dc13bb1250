// The cell an estimator is told it has, and a device's settings for it.

import { type Cell, cellSettings, plainCell } from "../model/cell.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { limitChanges } from "../sim/recorded/cell-limits.ts";
import { shownLimits, WITHOUT_CONTACTORS } from "../sim/recorded/playable.ts";
import type { Recording } from "../sim/recorded/recording.ts";

/** A cell; the capacity undefined: not known, a recording tells it. */
export type ScoredCell = Omit<Cell, "capacity_Ah"> & { readonly capacity_Ah: number | undefined };

/** The same cell as the textbook's model has it. */
export const asPlain = (cell: ScoredCell): ScoredCell => plainCell(cell);

export type CellSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: string };

/**
 * Settings of a device whose pack has `cells` of these cells in series and nobody in the way, wide enough for the recording.
 * @param told_Ah the capacity the device is told; its resistance stays that of a cell of the true capacity
 */
export function deviceSettings(
  cell: ScoredCell,
  recording: Recording,
  cells: number,
  capacity_Ah: number,
  told_Ah: number,
): CellSettings {
  const { chemistry } = cell;
  const limits = shownLimits(chemistry, capacity_Ah, recording);
  const sized = changeSettings(createSettings(), {
    ...cellSettings({ ...cell, capacity_Ah: cell.capacity_Ah ?? capacity_Ah }, cells, capacity_Ah),
    ...limitChanges(chemistry, cells, capacity_Ah, limits),
    ...WITHOUT_CONTACTORS,
  });
  if (!sized.ok) return refused(sized.violations);
  if (told_Ah === capacity_Ah) return sized;
  const told = changeSettings(sized.settings, {
    "battery.capacity_Ah": told_Ah,
    "battery.resistance_Ohm": sized.settings.battery.resistance_Ohm,
  });
  return told.ok ? told : refused(told.violations);
}

const refused = (violations: readonly { readonly setting: string; readonly reason: string }[]): CellSettings => ({
  ok: false,
  reason: violations.map(({ setting, reason }) => `${setting} ${reason}`).join("; "),
});

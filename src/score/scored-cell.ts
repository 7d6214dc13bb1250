// The cell an estimator is told it has, and a device's settings for it.

import type { ChemistryName } from "../model/chemistries.ts";
import type { Changes } from "../model/presets.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { limitChanges } from "../sim/recorded/cell-limits.ts";
import { shownLimits, WITHOUT_CONTACTORS } from "../sim/recorded/playable.ts";
import type { Recording } from "../sim/recorded/recording.ts";

export type ScoredCell = {
  readonly title: string;
  readonly chemistry: ChemistryName;
  /** At C/20 and 25 degC; undefined: not known, a recording tells it. */
  readonly capacity_Ah: number | undefined;
  /** Settings beyond those of the chemistry. */
  readonly changes: Changes;
};

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
    "battery.chemistry": chemistry,
    "battery.cells": cells,
    "battery.capacity_Ah": capacity_Ah,
    ...limitChanges(chemistry, cells, capacity_Ah, limits),
    ...cell.changes,
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

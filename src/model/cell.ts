// One particular cell, as identified from measurements: a chemistry of which some columns are the cell's own. It fills the
// same settings as a chemistry does.

import { CHEMISTRIES, type ChemistryName } from "./chemistries.ts";
import type { Chemistry, VoltageLimits } from "./chemistry.ts";
import { type Changes, chemistrySettings } from "./presets.ts";

/** Columns of a chemistry, some of them, and of its limits. */
export type CellColumns = Partial<Omit<Chemistry, "limits">> & { readonly limits?: Partial<VoltageLimits> };

export type Cell = {
  readonly title: string;
  /** What the cell's own columns do not say is this chemistry's. */
  readonly chemistry: ChemistryName;
  /** At C/20 and 25 degC, Ah. */
  readonly capacity_Ah: number;
  readonly columns: CellColumns;
  /** The same recordings by the textbook's model (straight, two pairs, no hysteresis): for comparisons, not for devices. */
  readonly plain?: CellColumns;
};

/** The cell as the textbook's model has it, where that was identified. */
export const plainCell = <Any extends Pick<Cell, "columns" | "plain">>(cell: Any): Any => ({
  ...cell,
  columns: { ...cell.columns, ...cell.plain },
});

/** The whole record of a cell: its own columns over those of its chemistry. */
export function recordOf({ title, chemistry, columns }: Cell): Chemistry {
  const base: Chemistry = CHEMISTRIES[chemistry];
  return { ...base, ...columns, title, limits: { ...base.limits, ...columns.limits } };
}

/** All settings of a pack of `cells` such cells; `capacity_Ah` scales the cell where it is another one of its kind. */
export function cellSettings(cell: Cell, cells: number, capacity_Ah = cell.capacity_Ah): Changes {
  return {
    "battery.chemistry": cell.chemistry,
    "battery.cells": cells,
    "battery.capacity_Ah": capacity_Ah,
    ...chemistrySettings(recordOf(cell), cells, capacity_Ah),
  };
}

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
  const another = anotherCell(cell.capacity_Ah, capacity_Ah);
  return {
    "battery.chemistry": cell.chemistry,
    "battery.cells": cells,
    "battery.capacity_Ah": capacity_Ah,
    ...chemistrySettings(doubted(recordOf(cell), another), cells, capacity_Ah),
  };
}

/** A cell ages by so much and is still the same; as much again from there, and it is surely another one. */
const AGED = 0.2;
const ANOTHER = 0.27;

/** How surely a capacity is that of another cell, 0 to 1: neither of this one nor of several in parallel. */
export function anotherCell(identified_Ah: number, capacity_Ah: number): number {
  const parallel = Math.max(1, Math.round(capacity_Ah / identified_Ah));
  const apart = Math.abs(capacity_Ah / (parallel * identified_Ah) - 1);
  return apart <= AGED ? 0 : apart >= ANOTHER ? 1 : (apart - AGED) / (ANOTHER - AGED);
}

/** Makers' rest voltages of one chemistry are so far apart in the middle, one standard deviation, and their resistances. */
const MAKERS_V = 0.05;
const MAKERS_OHM = 0.5;

function doubted(record: Chemistry, another: number): Chemistry {
  if (another === 0) return record;
  return {
    ...record,
    voltageError_V: both(record.voltageError_V, another * MAKERS_V),
    resistanceError: both(record.resistanceError, another * MAKERS_OHM),
  };
}

const both = (one: number, other: number): number => Math.sqrt(one * one + other * other);

// All columns of an identified cell: its curves, what they leave open, and how far they may be off.

import type { CellColumns } from "../model/cell.ts";
import { columnsOf, round } from "./cell-record.ts";
import { branchesOf } from "./ground.ts";
import type { Identified } from "./identify.ts";
import { capacityRatioOf, type Leftover, lastingColumns, wholeColumns } from "./leftover.ts";
import { loadErrorOf } from "./load-error.ts";
import { AXIS, stretchesOf } from "./stretches.ts";
import { heatOf } from "./thermal.ts";
import type { Trial } from "./trial.ts";

/** How far a cell of the same make lies off its resistance. */
const RESISTANCE_ERROR = 0.15;

/** @param missing takes what the recordings do not carry */
export function identifiedColumns(
  trials: readonly Trial[],
  found: Identified,
  leftovers: readonly Leftover[],
  missing: string[],
): CellColumns {
  const { nodes, capacity_Ah } = found.ground;
  const ratio = capacityRatioOf(trials, nodes);
  if (ratio.capacityRatio === undefined) missing.push("capacity over temperature: no load goes to empty near 25 degC");
  const heat = heatOf(trials, found);
  if (heat === undefined) missing.push("heat: no recording of use warms the cell by more than 1.5 K");
  if (nodes.length === 1) missing.push(`temperature: a load was recorded at ${nodes[0]} degC only`);
  return {
    ...columnsOf(found, branchesOf(trials)),
    ...ratio,
    ...errorsOf(found, leftovers),
    resistanceError: RESISTANCE_ERROR,
    ...(heat === undefined
      ? {}
      : {
          heat_J_per_KAh: round(heat.heat_J_per_K / capacity_Ah, 2),
          cooling_W_per_KAh: round(heat.cooling_W_per_K / capacity_Ah, 5),
        }),
  };
}

/** What lasts of the error, and how far the axis is off, only a second recording near the temperature of the first can tell. */
function errorsOf(found: Identified, leftovers: readonly Leftover[]): CellColumns {
  const { nodes } = found.ground;
  const loadError = loadErrorOf(found);
  const stretches = stretchesOf(found.used, found, loadError);
  if (stretches.length === 0) return { ...wholeColumns(leftovers, nodes), loadError };
  return { ...lastingColumns(stretches, nodes), axisError: AXIS, loadError };
}

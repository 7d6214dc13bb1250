// A cell made for testing estimators: its curves come from the world's cell models (other tables than the device's), its
// dynamics from three pairs with exact exponentials, its hysteresis fades towards the branch of the present direction.

import { interpolate } from "../../src/base/interpolate.ts";
import { CELL_MODELS, type CellModelName } from "../../src/sim/plant/cell-models.ts";

export type TestCell = {
  readonly model: CellModelName;
  readonly capacity_Ah: number;
  readonly resistance_Ohm: number;
  soc: number;
  branch: number;
  readonly pairs_V: number[];
};

const PAIRS = [
  { share: 0.5, time_s: 4 },
  { share: 0.6, time_s: 40 },
  { share: 0.7, time_s: 500 },
];

export const makeCell = (model: CellModelName, capacity_Ah: number, resistance_Ohm: number, soc: number): TestCell => ({
  model,
  capacity_Ah,
  resistance_Ohm,
  soc,
  branch: 0,
  pairs_V: [0, 0, 0],
});

/** Lets a current flow for a time; returns the voltage at its end. */
export function drive(cell: TestCell, current_A: number, dt_s: number): number {
  const table = CELL_MODELS[cell.model];
  const moved = (current_A * dt_s) / 3600 / cell.capacity_Ah;
  cell.soc += moved;
  cell.branch += (Math.sign(moved) - cell.branch) * (1 - Math.exp(-Math.abs(moved) * 12));
  let pairs_V = 0;
  PAIRS.forEach(({ share, time_s }, i) => {
    const end_V = share * cell.resistance_Ohm * current_A;
    cell.pairs_V[i] = end_V + (cell.pairs_V[i] - end_V) * Math.exp(-dt_s / time_s);
    pairs_V += cell.pairs_V[i];
  });
  return (
    restVoltage(cell) +
    cell.resistance_Ohm * interpolate(table.soc, table.resistanceBySoc, cell.soc) * current_A +
    pairs_V
  );
}

/** Rest voltage on the present branch, 25 degC; beyond full and empty the curve goes on steeply. */
export function restVoltage(cell: TestCell): number {
  const table = CELL_MODELS[cell.model];
  const beyond =
    cell.soc > 1 ? (cell.soc - 1) * table.overcharge.slope : cell.soc < 0 ? cell.soc * table.overdischarge.slope : 0;
  return (
    interpolate(table.soc, table.ocv, cell.soc) + cell.branch * interpolate(table.soc, table.halfGap, cell.soc) + beyond
  );
}

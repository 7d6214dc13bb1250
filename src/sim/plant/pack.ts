// The pack as delivered and as aged: cells of one model that differ as the seed and the overrides say.

import { gaussian, type Random } from "../../base/random.ts";
import type { PackConfig } from "../world-config.ts";
import { ageTo } from "./ageing.ts";
import { type Cells, createCells, moveCharge, refreshParameters } from "./cell.ts";
import { CELL_MODELS, type CellModel } from "./cell-models.ts";

/** The model by name, or the one given. */
export const modelOf = (pack: PackConfig): CellModel =>
  typeof pack.model === "string" ? CELL_MODELS[pack.model] : pack.model;

/** Cells at rest at the start SOC and temperature. */
export function createPack(pack: PackConfig, random: Random): Cells {
  const cells = createCells(modelOf(pack), pack.cells);
  for (let k = 0; k < pack.cells; k++) {
    cells.newCapacity_Ah[k] = pack.capacity_Ah * atLeast(0.2, 1 + pack.spread.capacity * gaussian(random));
    cells.resistanceFactor[k] = atLeast(0.2, 1 + pack.spread.resistance * gaussian(random));
    cells.soc[k] = Math.min(1, atLeast(0, pack.startSoc + pack.spread.soc * gaussian(random)));
    cells.selfDischargeFactor[k] = atLeast(0, 1 + pack.spread.selfDischarge * gaussian(random));
    cells.temperature_degC[k] = pack.temperature_degC;
  }
  for (const override of pack.overrides) {
    const k = override.cell - 1;
    if (override.soc !== undefined) cells.soc[k] = override.soc;
    cells.newCapacity_Ah[k] *= override.capacityFactor ?? 1;
    cells.resistanceFactor[k] *= override.resistanceFactor ?? 1;
    cells.selfDischargeFactor[k] *= override.selfDischargeFactor ?? 1;
  }
  ageTo(cells, pack.age);
  settle(cells);
  return cells;
}

const atLeast = (bound: number, value: number): number => (value < bound ? bound : value);

/** Voltages of cells at rest in the middle of their hysteresis. */
function settle(cells: Cells): void {
  const none = new Float64Array(18);
  refreshParameters(cells, none, none, new Uint8Array(18));
  moveCharge(cells, { mean_A: 0, square_A2: 0, now_A: 0, balance_S: 0 }, new Uint8Array(18), 1);
  cells.totalHeat_J = 0;
  cells.heat_J.fill(0);
  cells.fastMemory.fill(0);
  cells.slowMemory.fill(0);
}

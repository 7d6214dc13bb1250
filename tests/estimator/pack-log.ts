// A pack's log made by test cells: cells in series that differ, driven as in a vehicle, second by second.

import { createRandom } from "../../src/base/random.ts";
import type { PackLog } from "../../src/score/pack.ts";
import { drive, makeCell } from "./cell.ts";
import { jumping } from "./field.ts";

export type Member = { readonly capacity_Ah: number; readonly soc: number };

/** From where they are down to the first empty one. Cells of an NMC table, 25 degC. */
export function drivenPack(members: readonly Member[], seed: number): PackLog {
  const cells = members.map(({ capacity_Ah, soc }) => makeCell("NMC", capacity_Ah, 0.06 / capacity_Ah, soc));
  const load = jumping(-25, 20, createRandom(seed));
  const time_s: number[] = [];
  const current_A: number[] = [];
  const cells_V: number[][] = cells.map(() => []);
  for (let at_s = 0; cells.every(({ soc }) => soc > 0.03); at_s++) {
    const now_A = at_s < 60 ? 0 : load();
    time_s.push(at_s);
    current_A.push(now_A);
    for (const [k, cell] of cells.entries()) cells_V[k].push(drive(cell, now_A, 1));
  }
  const none = new Float64Array(0);
  return {
    cells_V: cells_V.map((column) => Float64Array.from(column)),
    recording: {
      time_s: Float64Array.from(time_s),
      voltage_V: Float64Array.from(cells_V[0]),
      current_A: Float64Array.from(current_A),
      temperature_degC: new Float64Array(time_s.length).fill(25),
      charge_Ah: none,
      mean_A: Float64Array.from(current_A),
      reference: none,
    },
  };
}

// Heat: cells in a row with their neighbours and the air, heater and cooler, the board's heat sink, contactors, resistor.
// Lumped masses, one step a second. Sizes follow the cell capacity: heat with its content, loss with its surface.

import { OUTPUTS } from "../../core/sensors.ts";
import type { WorldConfig } from "../world-config.ts";
import { type Cells, refreshParameters } from "./cell.ts";
import { modelOf } from "./pack.ts";

export type Thermal = {
  heat_J_per_K: number;
  toAir_W_per_K: number;
  toNeighbour_W_per_K: number;
  contactors_degC: Float64Array;
  heatSink_degC: number;
  board_degC: number;
  precharge_degC: number;
  /** Heat since the last step, from the circuit. */
  precharge_J: number;
  coils_J: Float64Array;
  before_degC: Float64Array;
};

/** Everything at the pack's start temperature, the rest at that of the air. */
export function createThermal(config: WorldConfig): Thermal {
  const surface = Math.cbrt(config.pack.capacity_Ah) ** 2;
  return {
    heat_J_per_K: modelOf(config.pack).heat_J_per_K_Ah * config.pack.capacity_Ah,
    toAir_W_per_K: 0.02 * surface,
    toNeighbour_W_per_K: 0.05 * surface,
    contactors_degC: new Float64Array(OUTPUTS).fill(config.ambient_degC),
    heatSink_degC: config.ambient_degC,
    board_degC: config.ambient_degC,
    precharge_degC: config.ambient_degC,
    precharge_J: 0,
    coils_J: new Float64Array(OUTPUTS),
    before_degC: new Float64Array(18),
  };
}

/** The parts of the world that give and take heat. */
export type Warm = {
  readonly config: WorldConfig;
  ambient_degC: number;
  cells: Cells;
  thermal: Thermal;
  circuit: { heater_W: number; cooler_W: number };
  board: { heatSink_W: number; own_W: number };
  faults: { cellLeak_S: Float64Array; cellAdded_Ohm: Float64Array; cellReversed: Uint8Array };
};

/** Let heat flow for dt_s and refresh what depends on temperature. */
export function warm(world: Warm, dt_s: number): void {
  const { cells, thermal, faults, circuit } = world;
  const steps = Math.max(1, Math.ceil((dt_s * 4 * thermal.toNeighbour_W_per_K) / thermal.heat_J_per_K));
  for (let step = 0; step < steps; step++)
    warmCells(world, circuit.heater_W - circuit.cooler_W, dt_s / steps, 1 / steps);
  cells.heat_J.fill(0);
  cells.moved_As.fill(0);
  warmParts(world, dt_s);
  refreshParameters(cells, faults.cellLeak_S, faults.cellAdded_Ohm, faults.cellReversed);
}

function warmCells(world: Warm, outside_W: number, dt_s: number, part: number): void {
  const { cells, thermal } = world;
  const before = thermal.before_degC;
  before.set(cells.temperature_degC);
  const last = cells.count - 1;
  const each_J = (outside_W * dt_s) / cells.count;
  const dU = cells.entropy_V_per_K;
  for (let k = 0; k <= last; k++) {
    const own = before[k];
    const end = k === 0 || k === last ? 1.6 : 1;
    let flow_W = (world.ambient_degC - own) * thermal.toAir_W_per_K * end;
    if (k > 0) flow_W += (before[k - 1] - own) * thermal.toNeighbour_W_per_K;
    if (k < last) flow_W += (before[k + 1] - own) * thermal.toNeighbour_W_per_K;
    const place = Math.round((cells.soc[k] + 0.2) * 400);
    const reversible_J = cells.moved_As[k] * (own + 273.15) * dU[place < 0 ? 0 : place > 580 ? 580 : place];
    const gained_J = (cells.heat_J[k] + reversible_J) * part + flow_W * dt_s + each_J;
    cells.temperature_degC[k] = own + gained_J / thermal.heat_J_per_K;
  }
}

function warmParts(world: Warm, dt_s: number): void {
  const { thermal, board, config, ambient_degC } = world;
  thermal.heatSink_degC = towards(
    thermal.heatSink_degC,
    ambient_degC + board.heatSink_W * config.board.heatSink_K_per_W,
    dt_s / 120,
  );
  const board_degC = ambient_degC + board.own_W * 3 + 0.3 * (thermal.heatSink_degC - ambient_degC);
  thermal.board_degC = towards(thermal.board_degC, board_degC, dt_s / 200);
  for (let k = 0; k < OUTPUTS; k++) {
    thermal.contactors_degC[k] += thermal.coils_J[k] / 120;
    thermal.contactors_degC[k] = towards(thermal.contactors_degC[k], ambient_degC, dt_s / 600);
    thermal.coils_J[k] = 0;
  }
  thermal.precharge_degC = towards(thermal.precharge_degC + thermal.precharge_J / 25, ambient_degC, dt_s / 100);
  thermal.precharge_J = 0;
}

const towards = (value: number, target: number, part: number): number => value + (target - value) * Math.min(1, part);

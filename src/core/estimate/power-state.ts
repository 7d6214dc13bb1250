// State of the power forecast (power-limits.ts): for each direction what each cell can do for each of the times, and the string.

import { exp } from "../../base/exponential.ts";
import { CELL_INPUTS } from "../sensors.ts";

/** How long the power is asked for; the last stands for "as long as you like". */
export const HORIZONS_s = [2, 10, 30, 1800] as const;
export const HORIZON_COUNT = HORIZONS_s.length;

export type PowerSide = {
  /** For each cell and time: current up to the voltage's end, and voltage at the end under the string's current. */
  readonly cell_A: Float64Array;
  readonly end_V: Float64Array;
  /** For each time: what the string can do, a code of POWER_REASONS, and the cell that decides (-1: none by itself). */
  readonly limit_A: Float64Array;
  readonly limit_W: Float64Array;
  readonly reason: Uint8Array;
  readonly cell: Float64Array;
};

export type Power = {
  readonly discharge: PowerSide;
  readonly charge: PowerSide;
  /** Whose turn it is: cells, each first for discharge, then for charge. */
  turn: number;
  /** Sets of voltages since the last turn. */
  waited: number;
  /** The cell that is being looked at, as it will be after the time. */
  readonly ahead: {
    soc: number;
    degC: number;
    perA: number;
    lag: number;
    /** The lag an ampere brings in the end, and what of it after the time. */
    steadyLagPerA: number;
    lagPerA: number;
    exchange_A: number;
    branch_V: number;
    past_V: number;
    bent_Ohm: number;
    straight_Ohm: number;
    /** The current it was looked at with, the voltage at the end, and what an ampere more adds to that. */
    current_A: number;
    end_V: number;
    end_Ohm: number;
  };
};

const createSide = (): PowerSide => ({
  cell_A: new Float64Array(HORIZON_COUNT * CELL_INPUTS),
  end_V: new Float64Array(HORIZON_COUNT * CELL_INPUTS),
  limit_A: new Float64Array(HORIZON_COUNT),
  limit_W: new Float64Array(HORIZON_COUNT),
  reason: new Uint8Array(HORIZON_COUNT).fill(4),
  cell: new Float64Array(HORIZON_COUNT).fill(-1),
});

const createAhead = (): Power["ahead"] => ({
  soc: 0,
  degC: 25,
  perA: 0,
  lag: 0,
  steadyLagPerA: 0,
  lagPerA: 0,
  exchange_A: 1,
  branch_V: 0,
  past_V: 0,
  bent_Ohm: 0,
  straight_Ohm: 0,
  current_A: 0,
  end_V: 0,
  end_Ohm: 0,
});

export const createPower = (): Power => ({
  discharge: createSide(),
  charge: createSide(),
  turn: 0,
  waited: 0,
  ahead: createAhead(),
});

/** What of a step a filter with this time constant has let through after each of the times. */
export const throughOf = (time_s: number): Float64Array => Float64Array.from(HORIZONS_s, (t) => 1 - exp(-t / time_s));

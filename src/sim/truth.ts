// What is really so in the modelled world, for scoring and for invariants; the device never sees it.
// Cells fill indexes 0..cells-1 of arrays of 18; outputs are in the order of header X1.

import { CELL_INPUTS, OUTPUTS } from "../core/sensors.ts";

/** Bits of Truth.abuse: what a cell has been through and no protection should have allowed. */
export const ABUSE = { overcharged: 1, overdischarged: 2, overheated: 4 } as const;

export type Truth = {
  cells: number;
  /** Terminal voltages at the last cell update. */
  cells_V: Float64Array;
  /** Rest voltages at the present SOC, temperature and hysteresis state. */
  openCircuit_V: Float64Array;
  /** 0 empty .. 1 full of the cell's own present capacity at 25 degC; beyond it when abused. */
  soc: Float64Array;
  capacity_Ah: Float64Array;
  /** Present ohmic resistance R0, at the cell's temperature and SOC; and what it would be at 25 degC and half charge. */
  resistance_Ohm: Float64Array;
  resistance25_Ohm: Float64Array;
  temperature_degC: Float64Array;
  balancing_A: Float64Array;
  abuse: Uint8Array;
  /** Usable charge limited by the weakest cell either way: least remaining / (least remaining + least room). */
  packSoc: number;
  minSoc: number;
  maxSoc: number;
  meanSoc: number;
  /** Usable capacity of the pack without balancing. */
  packCapacity_Ah: number;
  /** Capacity of the pack over its nominal one. */
  soh: number;
  /** Mean current through the Hall sensor since the last tick, charging positive. */
  current_A: number;
  /** Pack terminal voltage before the contactors. */
  pack_V: number;
  link_V: number;
  linkCurrent_A: number;
  chargerPort_V: number;
  chargerCurrent_A: number;
  /** 1 while the main contact of an output conducts. */
  contacts: Uint8Array;
  welded: Uint8Array;
  /** Mechanical closings of each contactor. */
  closings: Float64Array;
  contactor_degC: Float64Array;
  /** Largest current into the link at any closing. */
  inrush_A: number;
  prechargeEnergy_J: number;
  precharge_degC: number;
  fuseBlown: number;
  /** 0 while the board is in standby or has lost its supply. */
  powered: number;
  boardCurrent_A: number;
  heater_W: number;
  cooler_W: number;
  ambient_degC: number;
  /** Counted at the pack terminals. */
  charged_Ah: number;
  discharged_Ah: number;
  charged_Wh: number;
  discharged_Wh: number;
  /** Burnt by the balancing resistors, drawn by the board, turned to heat in the cells. */
  balanced_Wh: number;
  board_Wh: number;
  cellHeat_Wh: number;
};

export const createTruth = (cells: number): Truth => ({
  cells,
  cells_V: new Float64Array(CELL_INPUTS),
  openCircuit_V: new Float64Array(CELL_INPUTS),
  soc: new Float64Array(CELL_INPUTS),
  capacity_Ah: new Float64Array(CELL_INPUTS),
  resistance_Ohm: new Float64Array(CELL_INPUTS),
  resistance25_Ohm: new Float64Array(CELL_INPUTS),
  temperature_degC: new Float64Array(CELL_INPUTS),
  balancing_A: new Float64Array(CELL_INPUTS),
  abuse: new Uint8Array(CELL_INPUTS),
  packSoc: 0,
  minSoc: 0,
  maxSoc: 0,
  meanSoc: 0,
  packCapacity_Ah: 0,
  soh: 1,
  current_A: 0,
  pack_V: 0,
  link_V: 0,
  linkCurrent_A: 0,
  chargerPort_V: 0,
  chargerCurrent_A: 0,
  contacts: new Uint8Array(OUTPUTS),
  welded: new Uint8Array(OUTPUTS),
  closings: new Float64Array(OUTPUTS),
  contactor_degC: new Float64Array(OUTPUTS),
  inrush_A: 0,
  prechargeEnergy_J: 0,
  precharge_degC: 0,
  fuseBlown: 0,
  powered: 1,
  boardCurrent_A: 0,
  heater_W: 0,
  cooler_W: 0,
  ambient_degC: 0,
  charged_Ah: 0,
  discharged_Ah: 0,
  charged_Wh: 0,
  discharged_Wh: 0,
  balanced_Wh: 0,
  board_Wh: 0,
  cellHeat_Wh: 0,
});

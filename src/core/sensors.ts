// What the board measures, as raw electrical quantities at the headers. The board driver (hardware or model) fills this
// record before each tick; the core reads it and never writes it.

/** The board has 18 cell inputs, 6 thermistor inputs, 4 outputs with feedback and 4 discrete inputs. */
export const CELL_INPUTS = 18;
export const THERMISTOR_INPUTS = 6;
export const OUTPUTS = 4;
export const INPUTS = 4;

export type Sensors = {
  /** Counts finished conversions of the cell front end since its power-up (about every 100 ms). Unchanged: no new values. */
  cellSequence: number;
  /** X8: V(Ck) - V(Ck-1) for k = 1..18. Inputs tied to the top cell read 0. Resolution 100 uV, range -5..+6.5 V. */
  cells_V: Float64Array;
  /** Counts finished open-wire tests: the cells read with a pull-up, then with a pull-down current at each input. */
  openWireSequence: number;
  pullUp_V: Float64Array;
  pullDown_V: Float64Array;
  /** X6: voltage over each thermistor, in a divider with 100 kOhm from thermistorSupply_V. */
  thermistors_V: Float64Array;
  thermistorSupply_V: number;
  /** X7: output of the Hall sensor, its reference (or second channel), and its 5 V supply. */
  hall_V: number;
  hallReference_V: number;
  hallSupply_V: number;
  /** X9: battery voltage at the supply terminals of the board. */
  supply_V: number;
  /** X1: 1 while feedback input FBk is closed to ground. */
  feedback: Uint8Array;
  /** X3: 1 while discrete input DINk is closed. */
  inputs: Uint8Array;
  /** X5: 1 while the button is pressed. */
  button: number;
  board_degC: number;
  heatSink_degC: number;
};

/** A board that has measured nothing yet: sequences at 0 and every value 0. */
export const createSensors = (): Sensors => ({
  cellSequence: 0,
  cells_V: new Float64Array(CELL_INPUTS),
  openWireSequence: 0,
  pullUp_V: new Float64Array(CELL_INPUTS),
  pullDown_V: new Float64Array(CELL_INPUTS),
  thermistors_V: new Float64Array(THERMISTOR_INPUTS),
  thermistorSupply_V: 0,
  hall_V: 0,
  hallReference_V: 0,
  hallSupply_V: 0,
  supply_V: 0,
  feedback: new Uint8Array(OUTPUTS),
  inputs: new Uint8Array(INPUTS),
  button: 0,
  board_degC: 0,
  heatSink_degC: 0,
});

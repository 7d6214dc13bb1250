// What the core wants the board to do. The board acts on it after each tick; nothing in the core acts by itself.

import { CELL_INPUTS, OUTPUTS } from "./sensors.ts";

export type Commands = {
  /** X1: 1 switches MOSFET OUTk on (after assignment and inversion). */
  outputs: Uint8Array;
  /** X3: 1 drives discrete output DOUTk to +5 V. */
  discreteOutputs: Uint8Array;
  /** 1 switches the balancing resistor of a cell on. The board pauses it while it samples voltages. */
  balance: Uint8Array;
  /** 1 asks the front end to run an open-wire test with its next conversion. */
  openWireTest: number;
  /** 0 lets the board cut its own supply down to standby. */
  power: number;
};

export const createCommands = (): Commands => ({
  outputs: new Uint8Array(OUTPUTS),
  discreteOutputs: new Uint8Array(4),
  balance: new Uint8Array(CELL_INPUTS),
  openWireTest: 0,
  power: 1,
});

// The commands of a device in one word, and their changes over time: what tells two devices on the same inputs apart.

import type { Bms } from "../core/bms.ts";

/** Bits of a word of commands. */
export const BIT = {
  charge: 1 << 0,
  discharge: 1 << 1,
  precharge: 1 << 2,
  common: 1 << 3,
  main: 1 << 4,
  power: 1 << 5,
  heater: 1 << 6,
  cooler: 1 << 7,
  auxiliary: 1 << 8,
  external: 1 << 9,
  allowCharging: 1 << 10,
  balancing: 1 << 11,
  error: 1 << 12,
} as const;

/** Changes of the commands, each with its log time: the word of bits above, and the cells whose resistor is on. */
export type Switches = { time_us: number[]; word: number[]; cells: number[] };

/** The commands as they stand after a tick. */
export function wordOf({ decide: decided, commands, protect }: Bms): number {
  const { charge, discharge, precharge, common, main } = decided.contactors;
  return (
    charge.on |
    (discharge.on << 1) |
    (precharge.on << 2) |
    (common.on << 3) |
    (main.on << 4) |
    (commands.power << 5) |
    (decided.heater << 6) |
    (decided.cooler << 7) |
    (decided.dischargingAux << 8) |
    (decided.external1 << 9) |
    (decided.allowCharging << 10) |
    (decided.balancing << 11) |
    (protect.anyError << 12)
  );
}

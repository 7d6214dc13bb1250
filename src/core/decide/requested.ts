// What people and programs may ask this stage to do; src/core/accept.ts calls these between two ticks. Each only notes the
// request: the mode machine, the main contactor and the balancing act on it in the tick, under their own rules.

import { assert } from "../../base/assert.ts";
import type { Bms } from "../bms.ts";
import { SIGNAL } from "./plan.ts";

/** Asks for a mode. "button" is a short press: it switches on, or asks a device that is on for a power down. */
export function requestMode(bms: Bms, wish: "button" | "powerUp" | "powerDown" | "restart"): void {
  const { mode } = bms.decide;
  const isOn = mode === "starting" || mode === "running";
  const down = wish === "powerDown" || (wish === "button" && isOn);
  bms.decide.modeRequest = wish === "restart" ? 3 : down ? 2 : 1;
}

/** Discharges a cell through its balancing resistor. @param cell index from 0, or -1 for all */
export function startCellDischarge(bms: Bms, cell: number): void {
  const { cells } = bms.plan.decide;
  assert(Number.isInteger(cell) && cell >= -1 && cell < cells, "a cell to discharge is one of the configured cells");
  if (cell === -1) bms.decide.cellDischarge.fill(1, 0, cells);
  else bms.decide.cellDischarge[cell] = 1;
}

export function stopCellDischarge(bms: Bms): void {
  bms.decide.cellDischarge.fill(0);
}

/** True while an input, or a vehicle that orders it on its bus, wants the discharging contactor open. */
export const inhibitsDischarging = ({ measure: { signals, partnerShutdown } }: Bms): boolean =>
  signals[SIGNAL.inhibitDischarging] === 1 || partnerShutdown === 1;

/** Lets a main contactor close again that opened for a fault and stayed open. */
export function releaseMain(bms: Bms): void {
  bms.decide.mainHeld = 0;
  bms.decide.mainTrouble_us = -1;
}

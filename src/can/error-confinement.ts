// Error counters of one controller and how they move: ISO 11898-1:2015, clause 12.1.4.2 (rules a to l); CAN 2.0 B, chapter 8.

import { type BusStatus, stateOf } from "./bus-status.ts";

export type Confinement = {
  transmitErrors: number;
  receiveErrors: number;
  isOff: boolean;
  /** Sequences of eleven recessive bits that are still to be seen before the node is on the bus again; 0: not asked for. */
  recovering: number;
};

const TRANSMIT_STEP = 8;
const PRIMARY_STEP = 8;
const PASSIVE = 127;
const OFF = 255;
/** A receiver that was passive is set to this by a frame that it received well: "between 119 and 127". */
const AFTER_PASSIVE = 119;
/** Recovery from bus-off: so often eleven recessive bits in a row. */
export const RECOVERY = { sequences: 128, bits: 11 } as const;

/** A controller that has just joined: error active. */
export const createConfinement = (): Confinement => ({
  transmitErrors: 0,
  receiveErrors: 0,
  isOff: false,
  recovering: 0,
});

/** As the bus is told of; a node that is off keeps its counters. */
export function statusOf({ transmitErrors, receiveErrors, isOff }: Confinement): BusStatus {
  return { state: isOff ? "off" : stateOf(transmitErrors, receiveErrors), transmitErrors, receiveErrors };
}

/** One of the counters is above 127 (ISO 11898-1:2015, 12.1.4.2). */
export const isPassive = ({ transmitErrors, receiveErrors }: Confinement): boolean =>
  transmitErrors > PASSIVE || receiveErrors > PASSIVE;

/**
 * A transmitter has sent an error flag (rule c).
 * @param isUnheard nobody acknowledged, and nobody answered its error flag: a passive node does not count that (exception 1),
 * so that one that is alone never goes off the bus
 */
export function countTransmitError(node: Confinement, isUnheard = false): void {
  if (isUnheard && isPassive(node)) return;
  node.transmitErrors += TRANSMIT_STEP;
  if (node.transmitErrors > OFF) node.isOff = true;
}

/** A receiver has seen an error (rule a); `isPrimary`: before all others, so that their flags came after its own (rule b). */
export function countReceiveError(node: Confinement, isPrimary: boolean): void {
  node.receiveErrors = Math.min(OFF, node.receiveErrors + 1 + (isPrimary ? PRIMARY_STEP : 0));
}

/** A frame was sent well (rule g). */
export function countSent(node: Confinement): void {
  node.transmitErrors = Math.max(0, node.transmitErrors - 1);
}

/** A frame was received well (rule h). */
export function countReceived(node: Confinement): void {
  if (node.receiveErrors > PASSIVE) node.receiveErrors = AFTER_PASSIVE;
  else node.receiveErrors = Math.max(0, node.receiveErrors - 1);
}

/** A node that is off is asked to come back; it does after RECOVERY. */
export function askBack(node: Confinement): void {
  if (node.isOff && node.recovering === 0) node.recovering = RECOVERY.sequences;
}

/** Sequences of eleven recessive bits have passed. True: the node is back. */
export function countRecessive(node: Confinement, sequences: number): boolean {
  if (node.recovering === 0) return false;
  node.recovering = Math.max(0, node.recovering - sequences);
  if (node.recovering > 0) return false;
  Object.assign(node, createConfinement());
  return true;
}

// Fault confinement of a CAN controller: how its error counters make its state. ISO 11898-1:2015, clause 12.1.4 (CAN 2.0 B,
// chapter 8).

/** "warning" is no state of the standard: a counter says that the bus is heavily disturbed. */
export type BusState = "active" | "warning" | "passive" | "off";

export type BusStatus = { readonly state: BusState; readonly transmitErrors: number; readonly receiveErrors: number };

export const QUIET_BUS: BusStatus = { state: "active", transmitErrors: 0, receiveErrors: 0 };

const WARNING = 96;
const PASSIVE = 128;
const OFF = 256;

/** The state that the counters mean; a node that is off stays off until it has recovered, whatever they are. */
export function stateOf(transmitErrors: number, receiveErrors: number): BusState {
  if (transmitErrors >= OFF) return "off";
  const most = Math.max(transmitErrors, receiveErrors);
  if (most >= PASSIVE) return "passive";
  return most >= WARNING ? "warning" : "active";
}

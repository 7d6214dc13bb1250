// Error frames of Linux as the state of a controller: what SocketCAN tells of its bus. Source: linux/can/error.h.

import { type BusState, type BusStatus, QUIET_BUS, stateOf } from "./bus-status.ts";

const CLASS = { controller: 0x004, busOff: 0x040, restarted: 0x100, counters: 0x200 } as const;
/** Bits of data[1] in the class "controller". */
const CONTROLLER = { overflow: 0x03, warning: 0x0c, passive: 0x30, active: 0x40 } as const;
const TRANSMIT_COUNTER = 6;
const RECEIVE_COUNTER = 7;

/** Whether frames were lost because the controller had no room for them. */
export const isOverflow = (id: number, data: Uint8Array): boolean =>
  (id & CLASS.controller) !== 0 && ((data[1] ?? 0) & CONTROLLER.overflow) !== 0;

/** The controller's status after an error frame: `id` has the classes of error, without its flag. */
export function statusAfter(status: BusStatus, id: number, data: Uint8Array): BusStatus {
  if ((id & CLASS.busOff) !== 0) return { ...status, state: "off" };
  if ((id & CLASS.restarted) !== 0) return QUIET_BUS;
  const counted = (id & CLASS.counters) !== 0;
  const transmitErrors = counted ? (data[TRANSMIT_COUNTER] ?? 0) : status.transmitErrors;
  const receiveErrors = counted ? (data[RECEIVE_COUNTER] ?? 0) : status.receiveErrors;
  const told = (id & CLASS.controller) === 0 ? undefined : stateOfBits(data[1] ?? 0);
  if (status.state === "off") return { state: "off", transmitErrors, receiveErrors };
  const state = told ?? (counted ? stateOf(transmitErrors, receiveErrors) : status.state);
  return { state, transmitErrors, receiveErrors };
}

function stateOfBits(bits: number): BusState | undefined {
  if ((bits & CONTROLLER.passive) !== 0) return "passive";
  if ((bits & CONTROLLER.warning) !== 0) return "warning";
  return (bits & CONTROLLER.active) === 0 ? undefined : "active";
}

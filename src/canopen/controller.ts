// What the CAN controller tells of the line (ISO 11898-1 fault confinement) as emergencies of CiA 301, 7.2.7.1: 8120h error
// passive, 8140h back from bus-off, 8110h frames lost.

import { clearError, REGISTER, raiseError } from "./emergency.ts";
import { behaveOnError } from "./error-behaviour.ts";
import type { Node } from "./node-state.ts";

/** "warning": a counter of errors is over 96, "passive": over 127. */
export type ControllerState = "active" | "warning" | "passive" | "busOff";

const register = REGISTER.communication;
const PASSIVE = { code: 0x8120, register } as const;
const RECOVERED = { code: 0x8140, register } as const;
const OVERRUN = { code: 0x8110, register } as const;
const NO_DATA = new Uint8Array(0);

/** The state as it is now; whether frames were lost since the last call. */
export function takeController(node: Node, state: ControllerState, isOverrun: boolean): void {
  const before = node.controller;
  node.controller = state;
  if (state === "busOff" && before !== "busOff") behaveOnError(node);
  if (state !== "busOff" && before === "busOff") raiseError(node, "bus-off", RECOVERED, NO_DATA, false);
  if (state === "passive") raiseError(node, "passive", PASSIVE, NO_DATA, false);
  if (state === "active" || state === "warning") clearError(node, "passive");
  if (state === "active") clearError(node, "bus-off");
  if (isOverrun) raiseError(node, "overrun", OVERRUN, NO_DATA, false);
  else clearError(node, "overrun");
}

// The two lamps of a CANopen device (CiA 303-3): green RUN tells the NMT state, red ERROR the worst trouble of the line. The node
// gives patterns, which signals tell; 4.2 to 4.4 say how they flash.

import type { EmergencyState } from "./emergency.ts";
import { type Node, UNCONFIGURED } from "./node-state.ts";
import { route } from "./routes.ts";

export const LAMP_PATTERNS = [
  ...(["off", "on", "flickering", "blinking"] as const),
  ...(["singleFlash", "doubleFlash", "tripleFlash", "quadrupleFlash"] as const),
] as const;
export type LampPattern = (typeof LAMP_PATTERNS)[number];
export type Lamps = { readonly run: LampPattern; readonly error: LampPattern };

const STATES = {
  initialising: "off",
  preOperational: "blinking",
  operational: "on",
  stopped: "singleFlash",
} as const;

/** The patterns as they are now (CiA 303-3, 4.2 to 4.4). */
export function lamps(node: Node): Lamps {
  const isSettingUp = node.lss.mode === "configuration" || node.nodeId === UNCONFIGURED;
  if (isSettingUp) return { run: "flickering", error: node.controller === "busOff" ? "on" : "flickering" };
  return { run: STATES[node.state], error: errorLamp(node) };
}

/** The worst first. */
function errorLamp(node: Node): LampPattern {
  const { controller, emergency } = node;
  const has = (start: string): boolean => hasKey(emergency.active, start);
  if (controller === "busOff") return "on";
  if (has("receive late")) return "quadrupleFlash";
  if (emergency.active.has("sync")) return "tripleFlash";
  if (has("heartbeat") || has("guarding")) return "doubleFlash";
  if (controller !== "active") return "singleFlash";
  return isMisconfigured(node) ? "blinking" : "off";
}

function hasKey(active: EmergencyState["active"], start: string): boolean {
  for (const key of active.keys()) if (key.startsWith(start)) return true;
  return false;
}

/** Stored parameters were refused, or a PDO that exists carries what cannot be carried. */
function isMisconfigured(node: Node): boolean {
  if (node.isRerouted) route(node);
  return node.emergency.active.has("stored") || node.isUnmapped;
}

// The two lamps of a CANopen device (CiA 303-3): green RUN tells the NMT state, red ERROR the worst trouble of the line. The node
// gives patterns; whoever has lamps asks when they are lit.

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

const FLICKER_ms = 50;
const BLINK_ms = 200;
const PAUSE_ms = 1000;
const FLASHES = { singleFlash: 1, doubleFlash: 2, tripleFlash: 3, quadrupleFlash: 4 } as const;

/** Whether a lamp is lit. The red one begins a beat after the green one, so that they alternate. */
export function isLit(pattern: LampPattern, lamp: keyof Lamps, now_us: number): boolean {
  if (pattern === "on" || pattern === "off") return pattern === "on";
  const beat_ms = pattern === "flickering" ? FLICKER_ms : BLINK_ms;
  const at_ms = now_us / 1000 - (lamp === "error" ? beat_ms : 0);
  const cycle_ms = pattern === "flickering" || pattern === "blinking" ? 2 * beat_ms : flashCycle_ms(FLASHES[pattern]);
  const within_ms = at_ms - Math.floor(at_ms / cycle_ms) * cycle_ms;
  const flashes = pattern === "flickering" || pattern === "blinking" ? 1 : FLASHES[pattern];
  return within_ms < (2 * flashes - 1) * beat_ms && Math.floor(within_ms / beat_ms) % 2 === 0;
}

const flashCycle_ms = (flashes: number): number => (2 * flashes - 1) * BLINK_ms + PAUSE_ms;

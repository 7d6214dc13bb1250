// Node guarding and life guarding (CiA 301, 7.2.8.3.2.1): the master asks with a remote frame, this node answers its state with
// a toggle bit, and notices when it is not asked any more. Heartbeats, where they are on, replace it.

import { COB } from "./cob-id.ts";
import { clearError, raiseError } from "./emergency.ts";
import { behaveOnError } from "./error-behaviour.ts";
import { LOST_HEARTBEAT } from "./heartbeat.ts";
import { STATE_CODES } from "./nmt-state.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";

export type GuardingState = { toggle: number; deadline_us: number; isLost: boolean };

/** No master has asked yet. */
export const createGuarding = (): GuardingState => ({ toggle: 0, deadline_us: NEVER_us, isLost: false });

const KEY = "guarding";

/** After a reset: the toggle bit begins with 0 (CiA 301, 7.2.8.3.2.1). */
export function resetGuarding(node: Node): void {
  Object.assign(node.guarding, createGuarding());
}

/** The master asks. */
export function takeGuarding(node: Node): void {
  const { guarding, parameters } = node;
  if (parameters.heartbeat_ms > 0) return;
  sendFrame(node.out, COB.errorControl + node.nodeId, Uint8Array.of(guarding.toggle | STATE_CODES[node.state]));
  guarding.toggle ^= 0x80;
  const life_us = parameters.guard_ms * parameters.lifeFactor * 1000;
  guarding.deadline_us = life_us > 0 ? node.now_us + life_us : NEVER_us;
  if (guarding.isLost) regain(node);
}

function regain(node: Node): void {
  node.guarding.isLost = false;
  clearError(node, KEY);
  tell(node.out, { kind: "guarding", is: "back" });
}

/** The master that guards has been silent for 100Ch x 100Dh: tells so once, and does what 1029h says. */
export function pollGuarding(node: Node): void {
  const { guarding } = node;
  if (node.now_us < guarding.deadline_us) return;
  guarding.deadline_us = NEVER_us;
  guarding.isLost = true;
  raiseError(node, KEY, LOST_HEARTBEAT, Uint8Array.of(node.nodeId), false);
  tell(node.out, { kind: "guarding", is: "lost" });
  behaveOnError(node);
}

/** 100Ch, 100Dh or 1017h has changed: life guarding waits for the next request, or is off. */
export function restartGuarding(node: Node): void {
  const { guarding, parameters } = node;
  const life_us = parameters.heartbeat_ms > 0 ? 0 : parameters.guard_ms * parameters.lifeFactor * 1000;
  const isRunning = guarding.deadline_us !== NEVER_us;
  guarding.deadline_us = isRunning && life_us > 0 ? node.now_us + life_us : NEVER_us;
  if (life_us === 0 && guarding.isLost) regain(node);
}

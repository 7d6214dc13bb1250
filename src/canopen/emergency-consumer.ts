// Emergencies of other nodes that 1028h has this one hear; the sub-index is the node-ID (CiA 301, 7.5.2.31).

import { canIdOf, hasBit31 } from "./cob-id.ts";
import { allows } from "./nmt-state.ts";
import type { Node } from "./node-state.ts";
import { tell } from "./node-step.ts";

const LENGTH = 8;

/**
 * A frame with the id of one of 1028h (CiA 301, 7.2.7): eight bytes; others are left out. @param id tells the node
 * it is of
 */
export function takeEmergency(node: Node, data: Uint8Array, id: number): void {
  if (!allows(node.state, "emergency") || data.length !== LENGTH) return;
  const { emergencyConsumers } = node.parameters;
  const n = emergencyConsumers.findIndex((cobId) => !hasBit31(cobId) && canIdOf(cobId) === id);
  const code = data[0] + (data[1] << 8);
  if (n >= 0) tell(node.out, { kind: "emergency", node: n + 1, code, data: data.slice() });
}

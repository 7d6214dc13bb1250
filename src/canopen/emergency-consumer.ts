// Emergencies of other nodes that 1028h has this one hear; the sub-index is the node-ID (CiA 301, 7.5.2.31).

import { canIdOf, hasBit31 } from "./cob-id.ts";
import { allows } from "./nmt-state.ts";
import type { Node } from "./node-state.ts";
import { tell } from "./node-step.ts";

const LENGTH = 8;

export function takeEmergency(node: Node, data: Uint8Array, id: number): void {
  if (!allows(node.state, "emergency") || data.length !== LENGTH) return;
  const { emergencyConsumers } = node.parameters;
  const n = emergencyConsumers.findIndex((cobId) => !hasBit31(cobId) && canIdOf(cobId) === id);
  const code = data[0] + (data[1] << 8);
  if (n >= 0) tell(node.out, { kind: "emergency", node: n + 1, code, data: data.slice() });
}

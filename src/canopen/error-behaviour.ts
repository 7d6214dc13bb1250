// What a node does about a communication error of its own (CiA 301, 7.5.2.32): heartbeat or guarding lost, bus-off.

import type { Node } from "./node-state.ts";
import { changeState } from "./state-change.ts";

/** 1029h sub 1: 0 leaves Operational, 1 nothing, 2 stops. */
export function behaveOnError(node: Node): void {
  if (node.state === "initialising") return;
  if (node.parameters.errorBehaviour === 2) changeState(node, "stopped");
  if (node.parameters.errorBehaviour === 0 && node.state === "operational") changeState(node, "preOperational");
}

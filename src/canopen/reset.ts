// What a reset does (CiA 301, 7.3.2.2.1): parameters of communication go to what was stored or to their presets, services begin
// anew, a new node-ID comes into force, the boot-up message goes out, and the node is Pre-operational, or Operational where
// 1F80h lets it start itself.

import { COB } from "./cob-id.ts";
import { type CommunicationParameters, presetParameters, restoredParameters } from "./communication-parameters.ts";
import { REGISTER, raiseError, resetEmergencies } from "./emergency.ts";
import { resetGuarding } from "./guarding.ts";
import { restartHeartbeat, watchHeartbeats } from "./heartbeat.ts";
import { createLssSlave } from "./lss-slave.ts";
import { STATE_CODES } from "./nmt-state.ts";
import { NEVER_us, type Node, UNCONFIGURED } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";
import { changeState } from "./state-change.ts";

/** 1F80h bit 2: the node waits for its master (CiA 302-2). */
const WAITS_FOR_MASTER = 4;

/** The master's "reset node": the device hears of it, then as "reset communication". */
export function resetNode(node: Node): void {
  tell(node.out, { kind: "reset", scope: "node" });
  beginAnew(node);
}

/** The master's "reset communication", and the end of a new node-ID. */
export function resetCommunication(node: Node): void {
  tell(node.out, { kind: "reset", scope: "communication" });
  beginAnew(node);
}

/** The first start, and the end of every reset. */
export function beginAnew(node: Node): void {
  changeState(node, "initialising");
  renumber(node);
  node.parameters = parametersFor(node);
  node.isRerouted = true;
  resetGuarding(node);
  node.consumers.length = 0;
  node.heartbeat_us = NEVER_us;
  if (node.nodeId !== UNCONFIGURED) bootUp(node);
}

function renumber(node: Node): void {
  node.renumber_us = NEVER_us;
  Object.assign(node.lss, createLssSlave());
  if (node.nextNodeId === node.nodeId) return;
  node.nodeId = node.nextNodeId;
  tell(node.out, { kind: "nodeId", nodeId: node.nodeId });
}

function parametersFor({ stored, presets, nodeId }: Node): CommunicationParameters {
  return stored === undefined ? presetParameters(presets, nodeId) : restoredParameters(stored, presets, nodeId);
}

/** Stored parameters were damaged: presets are in force. */
const LOST_PARAMETERS = { code: 0x6310, register: REGISTER.generic } as const;

function bootUp(node: Node): void {
  sendFrame(node.out, COB.errorControl + node.nodeId, Uint8Array.of(STATE_CODES.initialising));
  resetEmergencies(node);
  changeState(node, "preOperational");
  if (node.isStoredRefused) raiseError(node, "stored", LOST_PARAMETERS, new Uint8Array(0), false);
  watchHeartbeats(node);
  restartHeartbeat(node);
  if ((node.parameters.startup & WAITS_FOR_MASTER) === 0) changeState(node, "operational");
}

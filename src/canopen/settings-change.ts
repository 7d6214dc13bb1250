// Settings of the device that are parameters of communication: node-ID, and the periods of heartbeat and SYNC.

import { copyParameters, type Presets, type StoredParameters, syncPreset } from "./communication-parameters.ts";
import { restartGuarding } from "./guarding.ts";
import { restartHeartbeat } from "./heartbeat.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import { forgetVerification } from "./parameter-cell.ts";
import { resetCommunication } from "./reset.ts";
import { restartSync } from "./sync.ts";
import { openTicket } from "./tickets.ts";

/** can.nodeId, and presets; those of PDOs and of 1F80h are in force with the next reset of communication. */
export type NodeSettings = Pick<Presets, "heartbeat_ms" | "sync_ms"> & Partial<Presets> & { readonly nodeId: number };

/** Answers that are on their way go with the old node-ID. */
const RENUMBER_AFTER_us = 100_000;

export function takeSettings(node: Node, { nodeId, ...changed }: NodeSettings): void {
  const { presets } = node;
  const { heartbeat_ms, sync_ms } = changed;
  node.presets = { ...presets, ...changed };
  if (heartbeat_ms !== presets.heartbeat_ms) changeHeartbeat(node, heartbeat_ms);
  if (sync_ms !== presets.sync_ms) changeSync(node, sync_ms);
  if (node.stored !== undefined) followStored(node, node.stored, presets);
  forgetVerification(node);
  if (nodeId !== node.settingNodeId) changeNodeId(node, nodeId);
}

/** One that LSS has configured and stored comes into force when the LSS master says so, not by itself. */
function changeNodeId(node: Node, nodeId: number): void {
  node.settingNodeId = nodeId;
  if (nodeId === node.nextNodeId) return;
  node.nextNodeId = nodeId;
  node.renumber_us = nodeId === node.nodeId ? NEVER_us : node.now_us + RENUMBER_AFTER_us;
}

function changeHeartbeat(node: Node, heartbeat_ms: number): void {
  node.parameters.heartbeat_ms = heartbeat_ms;
  restartHeartbeat(node);
  restartGuarding(node);
}

function changeSync(node: Node, sync_ms: number): void {
  const { cobId, period_us } = syncPreset(sync_ms);
  Object.assign(node.parameters.sync, { cobId, period_us });
  node.isRerouted = true;
  restartSync(node);
}

/** What was stored takes over what has changed, and nothing else. */
function followStored(node: Node, { nodeId, parameters: before }: StoredParameters, old: Presets): void {
  const { heartbeat_ms, sync_ms } = node.presets;
  if (heartbeat_ms === old.heartbeat_ms && sync_ms === old.sync_ms) return;
  const parameters = copyParameters(before);
  const { cobId, period_us } = syncPreset(sync_ms);
  if (heartbeat_ms !== old.heartbeat_ms) parameters.heartbeat_ms = heartbeat_ms;
  if (sync_ms !== old.sync_ms) Object.assign(parameters.sync, { cobId, period_us });
  node.stored = { nodeId, parameters };
  openTicket(node.tickets, node.out, { kind: "store", parameters: node.stored }, () => undefined);
}

/** Not while an answer is outstanding, nor while nobody would hear the boot-up message. */
export function renumberingDeadline_us({ renumber_us, tickets, controller, silentUntil_us }: Node): number {
  const waits = tickets.open.size > 0 || controller === "busOff";
  return waits ? NEVER_us : Math.max(renumber_us, silentUntil_us);
}

/** A node-ID of the settings comes into force once its time has come. */
export function pollRenumbering(node: Node): void {
  if (node.now_us >= renumberingDeadline_us(node)) resetCommunication(node);
}

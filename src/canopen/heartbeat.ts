// Heartbeats (CiA 301, 7.2.8.3.2.2): this node's own, every 1017h, and those of other nodes that 1016h has it watch. A node is
// watched from its first heartbeat on; silence is error 8130h, ends with the next heartbeat, and acts as 1029h says.

import { COB } from "./cob-id.ts";
import { clearError, REGISTER, raiseError } from "./emergency.ts";
import { behaveOnError } from "./error-behaviour.ts";
import { STATE_CODES } from "./nmt-state.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";

/** A node that is watched. */
export type Consumer = {
  node: number;
  time_us: number;
  is: "awaited" | "alive" | "lost";
  deadline_us: number;
};

export const LOST_HEARTBEAT = { code: 0x8130, register: REGISTER.communication } as const;

/** 1016h: node-ID in bits 16-23, ms below; none where one of both is 0 or the node-ID is none. */
export function consumedHeartbeat(value: number): { readonly node: number; readonly time_ms: number } | undefined {
  const [node, time_ms] = [Math.floor(value / 0x1_0000), value % 0x1_0000];
  return node >= 1 && node <= 127 && time_ms > 0 ? { node, time_ms } : undefined;
}

/** Takes 1016h anew. Of a node that is still watched for the same time nothing changes. */
export function watchHeartbeats(node: Node): void {
  const before = node.consumers.splice(0);
  for (const value of node.parameters.heartbeatConsumers) {
    const row = consumedHeartbeat(value);
    if (row === undefined) continue;
    const time_us = row.time_ms * 1000;
    const known = before.find((one) => one.node === row.node && one.time_us === time_us);
    node.consumers.push(known ?? { node: row.node, time_us, is: "awaited", deadline_us: NEVER_us });
  }
  for (const one of before) if (!node.consumers.includes(one)) clearError(node, keyOf(one));
}

const keyOf = ({ node }: Consumer): string => `heartbeat ${node}`;

/** A message of error control from a node that is watched. */
export function takeHeartbeat(node: Node, from: number, code: number): void {
  for (const consumer of node.consumers) if (consumer.node === from) takeSign(node, consumer, code & 0x7f);
}

function takeSign(node: Node, consumer: Consumer, state: number): void {
  if (state === STATE_CODES.initialising) takeBootUp(node, consumer);
  else takeBeat(node, consumer, state);
}

/** A boot-up message is no heartbeat: it begins no watch and ends no error. It is a sign of life of a node that is watched. */
function takeBootUp({ out, now_us }: Node, consumer: Consumer): void {
  if (consumer.is === "alive") consumer.deadline_us = now_us + consumer.time_us;
  tell(out, { kind: "heartbeat", node: consumer.node, is: "bootUp", state: STATE_CODES.initialising });
}

const NEWS = { awaited: "first", lost: "back", alive: undefined } as const;

function takeBeat(node: Node, consumer: Consumer, state: number): void {
  const news = NEWS[consumer.is];
  if (consumer.is === "lost") clearError(node, keyOf(consumer));
  consumer.is = "alive";
  consumer.deadline_us = node.now_us + consumer.time_us;
  if (news !== undefined) tell(node.out, { kind: "heartbeat", node: consumer.node, is: news, state });
}

/** Sends this node's heartbeat (1017h) when it is due, and misses those of 1016h that are late. */
export function pollHeartbeats(node: Node): void {
  for (const consumer of node.consumers) if (node.now_us >= consumer.deadline_us) lose(node, consumer);
  if (node.now_us >= node.heartbeat_us) sendHeartbeat(node);
}

function lose(node: Node, consumer: Consumer): void {
  consumer.is = "lost";
  consumer.deadline_us = NEVER_us;
  raiseError(node, keyOf(consumer), LOST_HEARTBEAT, Uint8Array.of(consumer.node), false);
  tell(node.out, { kind: "heartbeat", node: consumer.node, is: "lost", state: 0 });
  behaveOnError(node);
}

function sendHeartbeat(node: Node): void {
  sendFrame(node.out, COB.errorControl + node.nodeId, Uint8Array.of(STATE_CODES[node.state]));
  const period_us = node.parameters.heartbeat_ms * 1000;
  const next_us = node.heartbeat_us + period_us;
  node.heartbeat_us = next_us > node.now_us ? next_us : node.now_us + period_us;
}

/** The cycle begins now, after boot-up and when 1017h is written. */
export function restartHeartbeat(node: Node): void {
  const { heartbeat_ms } = node.parameters;
  const isOn = heartbeat_ms > 0 && node.state !== "initialising";
  node.heartbeat_us = isOn ? node.now_us + heartbeat_ms * 1000 : NEVER_us;
}

/** When `pollHeartbeats` has something to do next. */
export function heartbeatDeadline_us(node: Node): number {
  let first_us = node.heartbeat_us;
  for (const { deadline_us } of node.consumers) if (deadline_us < first_us) first_us = deadline_us;
  return first_us;
}

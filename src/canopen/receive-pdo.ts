// RPDOs (CiA 301, 7.2.2 and 7.5.2.35): data that goes into the dictionary at once (types 254, 255) or with the next SYNC (0-240).
// Too short is error 8210h and not used, too long 8220h, one that stays out longer than its timer 8250h.

import { canIdOf, hasBit31 } from "./cob-id.ts";
import { writeEntry } from "./dictionary.ts";
import { clearError, REGISTER, raiseError } from "./emergency.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import type { Awaited, DONE } from "./object.ts";
import { bytesIn, getBits, type Mapping, mappingOf } from "./pdo-mapping.ts";
import { openTicket } from "./tickets.ts";

export type ReceivePdo = {
  /** None: it does not exist. */
  mapping: Mapping | undefined;
  /** What the next SYNC puts into force, or what waits until the device has taken the one before. */
  waiting: Uint8Array | undefined;
  /** Writes that the device has not answered. */
  asked: number;
  /** Counts restarts: an answer from before one means nothing. */
  era: number;
  deadline_us: number;
};

/** A PDO that carries nothing yet. */
export const createReceivePdo = (): ReceivePdo => ({
  mapping: undefined,
  ...{ waiting: undefined, asked: 0, era: 0, deadline_us: NEVER_us },
});

const TOO_SHORT = { code: 0x8210, register: REGISTER.communication } as const;
const TOO_LONG = { code: 0x8220, register: REGISTER.communication } as const;
const LATE = { code: 0x8250, register: REGISTER.communication } as const;
const LAST_SYNCHRONOUS = 240;

const lengthKey = (n: number): string => `receive length ${n}`;
const lateKey = (n: number): string => `receive late ${n}`;

/** Takes its parameters anew: they have changed, or the node becomes Operational. @param n from 0 */
export function restartReceive(node: Node, n: number): void {
  const { cobId, mapping, mapped } = node.parameters.receive[n];
  const judged = hasBit31(cobId) ? 0 : mappingOf(node.dictionary, "receive", mapping, mapped);
  const { era } = node.receive[n];
  Object.assign(node.receive[n], createReceivePdo(), { era: era + 1 });
  node.receive[n].mapping = typeof judged === "number" || judged.bits === 0 ? undefined : judged;
  clearError(node, lengthKey(n));
  clearError(node, lateKey(n));
}

/** All of them. */
export function restartReceives(node: Node): void {
  for (let n = 0; n < node.receive.length; n++) restartReceive(node, n);
}

/** A frame with the id of one PDO or more. */
export function takePdo(node: Node, data: Uint8Array, id: number): void {
  if (node.state !== "operational") return;
  for (let n = 0; n < node.receive.length; n++) {
    const { mapping } = node.receive[n];
    if (mapping !== undefined && canIdOf(node.parameters.receive[n].cobId) === id) take(node, n, mapping, data);
  }
}

function take(node: Node, n: number, mapping: Mapping, data: Uint8Array): void {
  const pdo = node.receive[n];
  const length = bytesIn(mapping);
  if (!hasLength(node, n, data.length, length)) return;
  const { event_ms, type } = node.parameters.receive[n];
  clearError(node, lateKey(n));
  pdo.deadline_us = event_ms > 0 ? node.now_us + event_ms * 1000 : NEVER_us;
  if (type > LAST_SYNCHRONOUS) apply(node, n, data.slice(0, length));
  else if (node.now_us <= node.sync.windowEnd_us) pdo.waiting = data.slice(0, length);
}

/** Whether the data may be used. */
function hasLength(node: Node, n: number, given: number, wanted: number): boolean {
  const key = lengthKey(n);
  if (given === wanted) clearError(node, key);
  else raiseError(node, key, given < wanted ? TOO_SHORT : TOO_LONG, Uint8Array.of(n + 1, given), false);
  return given >= wanted;
}

/** With each SYNC, in Operational. */
export function syncReceived(node: Node): void {
  for (let n = 0; n < node.receive.length; n++) {
    const { waiting, asked } = node.receive[n];
    if (node.parameters.receive[n].type > LAST_SYNCHRONOUS || waiting === undefined || asked > 0) continue;
    apply(node, n, waiting);
  }
}

/**
 * Writes the objects in their order. What an object refuses stays as it was: a PDO has no answer. While the device works on
 * one PDO the newest of those that follow waits, so that a fast sender cannot heap up work.
 */
function apply(node: Node, n: number, data: Uint8Array): void {
  const pdo = node.receive[n];
  pdo.waiting = undefined;
  if (pdo.asked > 0) pdo.waiting = data;
  if (pdo.asked > 0 || pdo.mapping === undefined) return;
  let at = 0;
  for (const { index, subIndex, bits, isDummy } of pdo.mapping.objects) {
    const result = isDummy ? 0 : writeEntry(node.dictionary, index, subIndex, getBits(data, at, bits));
    if (typeof result === "object") await_(node, n, result);
    at += bits;
  }
}

function await_(node: Node, n: number, { asked, finish }: Awaited<typeof DONE>): void {
  const pdo = node.receive[n];
  const { era } = pdo;
  pdo.asked++;
  openTicket(node.tickets, node.out, asked, (outcome) => {
    finish(outcome);
    if (pdo.era !== era) return;
    pdo.asked--;
    const isAtOnce = node.parameters.receive[n].type > LAST_SYNCHRONOUS;
    if (pdo.asked === 0 && isAtOnce && pdo.waiting !== undefined) apply(node, n, pdo.waiting);
  });
}

/** PDOs that did not come within 1400h sub 5 are an error (8250h), told once. */
export function pollReceives(node: Node): void {
  for (let n = 0; n < node.receive.length; n++) {
    if (node.now_us < node.receive[n].deadline_us) continue;
    node.receive[n].deadline_us = NEVER_us;
    raiseError(node, lateKey(n), LATE, Uint8Array.of(n + 1), false);
  }
}

/** When `pollReceives` misses one next. */
export function receiveDeadline_us(node: Node): number {
  let first_us = NEVER_us;
  for (const { deadline_us } of node.receive) if (deadline_us < first_us) first_us = deadline_us;
  return first_us;
}

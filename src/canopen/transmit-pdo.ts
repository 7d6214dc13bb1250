// TPDOs (CiA 301, 7.2.2 and 7.5.2.37): sampled and sent with SYNC, on a change of what they carry, or on time, no closer to each
// other than the inhibit time. Asking for them with remote frames is not supported, as CiA recommends.

import { canIdOf, hasBit31 } from "./cob-id.ts";
import type { PdoParameters } from "./communication-parameters.ts";
import { isMute, NEVER_us, type Node } from "./node-state.ts";
import { sendFrame } from "./node-step.ts";
import { bytesIn, type Mapping, mappingOf, pack } from "./pdo-mapping.ts";

export type TransmitPdo = {
  /** None: it does not exist, or carries nothing. */
  mapping: Mapping | undefined;
  /** As last sent, and as sampled now. */
  sent: Uint8Array;
  sample: Uint8Array;
  /** Something has changed that is not sent yet. */
  isDue: boolean;
  /** SYNCs since it was sent. */
  syncs: number;
  /** Waits for the SYNC with its start value. */
  waitsForStart: boolean;
  /** Not sent before. */
  free_us: number;
  /** Sent by then at the latest. */
  event_us: number;
};

/** A PDO that carries nothing yet. */
export const createTransmitPdo = (): TransmitPdo => ({
  mapping: undefined,
  ...{ sent: new Uint8Array(0), sample: new Uint8Array(0), isDue: false, syncs: 0, waitsForStart: false },
  ...{ free_us: 0, event_us: NEVER_us },
});

const ACYCLIC = 0;
const LAST_CYCLIC = 240;
/** Sent by events of its own: types 254 and 255. */
export const isEventDriven = (type: number): boolean => type >= 254;

/** Takes its parameters anew: they have changed, or the node becomes Operational. What is driven by events is then due. */
export function restartTransmit(node: Node, n: number): void {
  const pdo = node.transmit[n];
  const parameters = node.parameters.transmit[n];
  const { syncStart, type } = parameters;
  const mapping = hasBit31(parameters.cobId) ? undefined : transmitMapping(node, parameters);
  const length = mapping === undefined ? 0 : bytesIn(mapping);
  Object.assign(pdo, createTransmitPdo());
  pdo.mapping = length > 0 ? mapping : undefined;
  pdo.sent = new Uint8Array(length);
  pdo.sample = new Uint8Array(length);
  pdo.isDue = isEventDriven(type) || type === ACYCLIC;
  pdo.waitsForStart = syncStart > 0 && node.parameters.sync.overflow > 0 && type >= 1 && type <= LAST_CYCLIC;
  startEventTimer(node, n);
}

function transmitMapping(node: Node, { mapping, mapped }: PdoParameters): Mapping | undefined {
  const judged = mappingOf(node.dictionary, "transmit", mapping, mapped);
  return typeof judged === "number" ? undefined : judged;
}

/** All of them. */
export function restartTransmits(node: Node): void {
  for (let n = 0; n < node.transmit.length; n++) restartTransmit(node, n);
}

function startEventTimer(node: Node, n: number): void {
  const { event_ms, type } = node.parameters.transmit[n];
  node.transmit[n].event_us = event_ms > 0 && isEventDriven(type) ? node.now_us + event_ms * 1000 : NEVER_us;
}

/** 1800h sub 5 has changed. */
export const restartEventTimer = startEventTimer;

/** With each SYNC, in Operational. @param counter of the SYNC, 0 where it has none */
export function syncTransmitted(node: Node, counter: number): void {
  for (let n = 0; n < node.transmit.length; n++) {
    const { type, syncStart } = node.parameters.transmit[n];
    if (type <= LAST_CYCLIC && node.transmit[n].mapping !== undefined) countSync(node, n, type, counter === syncStart);
  }
}

function countSync(node: Node, n: number, type: number, isStart: boolean): void {
  const pdo = node.transmit[n];
  if (type === ACYCLIC) {
    if (pdo.isDue) sampleAndSend(node, n);
    return;
  }
  if (pdo.waitsForStart && !isStart) return;
  if (pdo.waitsForStart) pdo.syncs = type - 1;
  pdo.waitsForStart = false;
  pdo.syncs++;
  if (pdo.syncs < type) return;
  pdo.syncs = 0;
  sampleAndSend(node, n);
}

function sampleAndSend(node: Node, n: number): void {
  const { mapping, sample } = node.transmit[n];
  if (mapping === undefined) return;
  pack(mapping, sample);
  send(node, n);
}

/** Sends the sample. */
function send(node: Node, n: number): void {
  const pdo = node.transmit[n];
  const { cobId, inhibit_100us } = node.parameters.transmit[n];
  const data = pdo.sample;
  pdo.sample = pdo.sent.length === data.length ? pdo.sent : new Uint8Array(data.length);
  pdo.sent = data;
  pdo.isDue = false;
  pdo.free_us = node.now_us + inhibit_100us * 100;
  startEventTimer(node, n);
  sendFrame(node.out, canIdOf(cobId), data.slice());
}

/** The device has new values: PDOs that events drive are compared with what was sent last. */
export function noteValues(node: Node): void {
  if (node.state !== "operational" || isMute(node)) return;
  for (let n = 0; n < node.transmit.length; n++) {
    const { type } = node.parameters.transmit[n];
    const { mapping, isDue } = node.transmit[n];
    if (mapping !== undefined && !isDue && (isEventDriven(type) || type === ACYCLIC)) compare(node, n, mapping);
  }
  pollTransmits(node);
}

function compare(node: Node, n: number, mapping: Mapping): void {
  const pdo = node.transmit[n];
  pack(mapping, pdo.sample);
  for (let i = 0; i < pdo.sample.length; i++) if (pdo.sample[i] !== pdo.sent[i]) pdo.isDue = true;
}

/** Sends what has changed and is no longer inhibited, and what its timer wants. The value is that of the moment of sending. */
export function pollTransmits(node: Node): void {
  if (node.state !== "operational" || isMute(node)) return;
  for (let n = 0; n < node.transmit.length; n++) {
    const pdo = node.transmit[n];
    if (pdo.mapping === undefined || !isEventDriven(node.parameters.transmit[n].type)) continue;
    if (node.now_us >= pdo.event_us) pdo.isDue = true;
    if (pdo.isDue && node.now_us >= pdo.free_us) sampleAndSend(node, n);
  }
}

/** When `pollTransmits` has something to send next. */
export function transmitDeadline_us(node: Node): number {
  if (node.state !== "operational" || node.controller === "busOff") return NEVER_us;
  let first_us = NEVER_us;
  for (let n = 0; n < node.transmit.length; n++) {
    const pdo = node.transmit[n];
    if (pdo.mapping === undefined || !isEventDriven(node.parameters.transmit[n].type)) continue;
    const due_us = pdo.isDue ? pdo.free_us : Math.max(pdo.event_us, pdo.free_us);
    if (due_us < first_us) first_us = due_us;
  }
  return Math.max(first_us, node.silentUntil_us);
}

// SYNC (CiA 301, 7.2.5): produced every 1006h where 1005h says so, else consumed; with 1019h it counts from 1. Synchronous PDOs
// move with it. A SYNC that stays out for 1.5 periods is error 8100h, one of the wrong length 8240h.

import { canIdOf, hasBit30 } from "./cob-id.ts";
import { clearError, REGISTER, raiseError } from "./emergency.ts";
import { allows } from "./nmt-state.ts";
import { NEVER_us, type Node } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";
import { syncReceived } from "./receive-pdo.ts";
import { syncTransmitted } from "./transmit-pdo.ts";

export type SyncState = {
  /** The counter the next SYNC produced carries. */
  counter: number;
  /** When the next one is due, of the producer. */
  produce_us: number;
  /** When the next one is missed, of a consumer. */
  missing_us: number;
  /** Synchronous PDOs after this come too late (1007h). */
  windowEnd_us: number;
};

/** Nothing is awaited; a counter begins with 1 (CiA 301, 7.2.5). */
export const createSync = (): SyncState => ({
  counter: 1,
  ...{ produce_us: NEVER_us, missing_us: NEVER_us, windowEnd_us: NEVER_us },
});

const MISSING = { code: 0x8100, register: REGISTER.communication } as const;
const WRONG_LENGTH = { code: 0x8240, register: REGISTER.communication } as const;

/** 1005h bit 30 with a period in 1006h. */
export const isSyncProducer = ({ parameters: { sync } }: Node): boolean => hasBit30(sync.cobId) && sync.period_us > 0;

/** Begins anew: after a reset, when the state leaves Stopped, and when 1005h, 1006h or 1019h has changed. */
export function restartSync(node: Node): void {
  Object.assign(node.sync, createSync());
  clearError(node, "sync");
  if (isSyncProducer(node) && allows(node.state, "sync"))
    node.sync.produce_us = node.now_us + node.parameters.sync.period_us;
}

/**
 * A frame with the id of 1005h: one byte where 1019h wants a counter, else none; another length is an error (8240h).
 */
export function takeSync(node: Node, data: Uint8Array): void {
  if (!allows(node.state, "sync") || isSyncProducer(node)) return;
  const { period_us, overflow } = node.parameters.sync;
  if (data.length !== (overflow === 0 ? 0 : 1)) {
    raiseError(node, "sync length", WRONG_LENGTH, Uint8Array.of(data.length), false);
    return;
  }
  clearError(node, "sync length");
  clearError(node, "sync");
  node.sync.missing_us = period_us > 0 ? node.now_us + 1.5 * period_us : NEVER_us;
  synchronise(node, overflow === 0 ? 0 : data[0]);
}

function synchronise(node: Node, counter: number): void {
  const { window_us } = node.parameters.sync;
  node.sync.windowEnd_us = window_us > 0 ? node.now_us + window_us : NEVER_us;
  tell(node.out, { kind: "sync", counter });
  if (node.state !== "operational") return;
  syncReceived(node);
  syncTransmitted(node, counter);
}

/** Sends SYNC when it is due, or misses that of another (8100h). */
export function pollSync(node: Node): void {
  if (node.now_us >= node.sync.produce_us) produce(node);
  if (node.now_us < node.sync.missing_us) return;
  node.sync.missing_us = NEVER_us;
  raiseError(node, "sync", MISSING, new Uint8Array(0), false);
}

function produce(node: Node): void {
  const { sync, parameters, now_us } = node;
  const { cobId, period_us, overflow } = parameters.sync;
  const next_us = sync.produce_us + period_us;
  sync.produce_us = next_us > now_us ? next_us : now_us + period_us;
  const { counter } = sync;
  sendFrame(node.out, canIdOf(cobId), overflow === 0 ? new Uint8Array(0) : Uint8Array.of(counter));
  sync.counter = counter >= overflow ? 1 : counter + 1;
  synchronise(node, overflow === 0 ? 0 : counter);
}

/** When `pollSync` has something to do next. */
export const syncDeadline_us = ({ sync }: Node): number => Math.min(sync.produce_us, sync.missing_us);

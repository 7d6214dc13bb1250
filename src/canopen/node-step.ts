// What a step of the node returns to the edge: frames to send, what it has to ask of the device, and what happened. Services
// fill an outbox while a step runs; the edge takes all of it, nothing stays.

import type { CanFrame } from "../base/can-frame.ts";
import { standardFrame } from "../base/can-frame.ts";
import type { Asked } from "../model/asking.ts";
import type { NmtState } from "./nmt-state.ts";
import type { FileAsked } from "./object.ts";

/** What happened that the device wants to know, or has to do. */
export type NodeEvent =
  /** The NMT state has changed. */
  | { readonly kind: "state"; readonly state: NmtState }
  /** The master reset this node: of "node", the application's values that are not stored go back too. */
  | { readonly kind: "reset"; readonly scope: "node" | "communication" }
  /** A heartbeat of 1016h: came for the first time, was lost, is back; or the node has booted. */
  | { readonly kind: "heartbeat"; readonly node: number; readonly is: HeartbeatNews; readonly state: number }
  /** The master that guards this node is silent (100Ch x 100Dh), or guards again. */
  | { readonly kind: "guarding"; readonly is: "lost" | "back" }
  /** An emergency message of a node in 1028h; code 0: an error is gone. */
  | { readonly kind: "emergency"; readonly node: number; readonly code: number; readonly data: Uint8Array }
  /** Switch the controller to this bit rate now (CiA 305); the node keeps silent until the delay is over. */
  | { readonly kind: "bitRate"; readonly bitRate_kbit: number }
  /** This node-ID is in force from now on. */
  | { readonly kind: "nodeId"; readonly nodeId: number }
  /** A SYNC was seen or produced; its counter, 0 where it has none. */
  | { readonly kind: "sync"; readonly counter: number }
  /** TIME was seen: days since 1984-01-01, ms since midnight. */
  | { readonly kind: "time"; readonly day_d: number; readonly day_ms: number };

export type HeartbeatNews = "first" | "lost" | "back" | "bootUp";

/** Something to ask of the device; hand the outcome to `finish` with the ticket. */
export type NodeAsked = { readonly asked: Asked | FileAsked; readonly ticket: number };

export type NodeStep = {
  /** In this order. */
  readonly send: readonly CanFrame[];
  readonly asked: readonly NodeAsked[];
  readonly events: readonly NodeEvent[];
};

export type Outbox = { send: CanFrame[]; asked: NodeAsked[]; events: NodeEvent[]; isEmpty: boolean };

/** With nothing in it. */
export const createOutbox = (): Outbox => ({ send: [], asked: [], events: [], isEmpty: true });

const NOTHING: NodeStep = { send: [], asked: [], events: [] };

/** All that has gathered. */
export function emptyOutbox(out: Outbox): NodeStep {
  if (out.isEmpty) return NOTHING;
  const { send, asked, events } = out;
  out.send = [];
  out.asked = [];
  out.events = [];
  out.isEmpty = true;
  return { send, asked, events };
}

/** Data that nobody changes later. */
export function sendFrame(out: Outbox, id: number, data: Uint8Array): void {
  out.send.push(standardFrame(id, data));
  out.isEmpty = false;
}

/** An event for the device, with the next step. */
export function tell(out: Outbox, event: NodeEvent): void {
  out.events.push(event);
  out.isEmpty = false;
}

/** A question to the device, with the next step. @param ticket comes back with the answer */
export function askDevice(out: Outbox, asked: Asked | FileAsked, ticket: number): void {
  out.asked.push({ asked, ticket });
  out.isEmpty = false;
}

/** Nothing can be sent now. */
export function dropFrames(out: Outbox): void {
  if (out.send.length > 0) out.send = [];
}

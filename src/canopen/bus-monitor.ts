// What an onlooker learns of other nodes from their boot-up messages, heartbeats, guarding answers and emergencies, and what a
// master says to them. Nothing is asked by SDO.

import type { CanFrame } from "../base/can-frame.ts";
import { standardFrame } from "../base/can-frame.ts";
import { COB } from "./cob-id.ts";
import { NMT_COMMANDS, type NmtCommand, type NmtState, stateOf } from "./nmt-state.ts";

export type SeenNode = {
  readonly nodeId: number;
  /** As last told; undefined for a state the standard does not name. */
  state: NmtState | undefined;
  heard_us: number;
  /** Between the last two heartbeats; undefined before the second. */
  period_us: number | undefined;
  boots: number;
  /** Code of the last emergency; 0: its errors are gone. */
  emergency: number | undefined;
  emergencies: number;
};

/** By node-ID. */
export type BusMonitor = Map<number, SeenNode>;

export const createBusMonitor = (): BusMonitor => new Map();

/** Notes what a frame tells of its sender; the node where it tells something. */
export function observe(monitor: BusMonitor, frame: CanFrame, now_us: number): SeenNode | undefined {
  const { id, extended, remote, data } = frame;
  if (extended || remote) return undefined;
  const nodeId = id & 0x7f;
  if (nodeId === 0) return undefined;
  if ((id & 0x780) === COB.errorControl && data.length === 1) return noteState(monitor, nodeId, data[0], now_us);
  if ((id & 0x780) === COB.emergency && data.length === 8) return noteEmergency(monitor, nodeId, data, now_us);
  return undefined;
}

function seen(monitor: BusMonitor, nodeId: number, now_us: number): SeenNode {
  const known = monitor.get(nodeId);
  if (known !== undefined) return known;
  const node: SeenNode = {
    ...{ nodeId, state: undefined, heard_us: now_us, period_us: undefined },
    ...{ boots: 0, emergency: undefined, emergencies: 0 },
  };
  monitor.set(nodeId, node);
  return node;
}

/** Bit 7 is the toggle of a guarding answer. */
function noteState(monitor: BusMonitor, nodeId: number, byte: number, now_us: number): SeenNode {
  const isKnown = monitor.has(nodeId);
  const node = seen(monitor, nodeId, now_us);
  const state = stateOf(byte & 0x7f);
  const isBoot = state === "initialising";
  const isCycle = isKnown && !isBoot && node.state !== undefined && node.state !== "initialising";
  node.period_us = isCycle ? now_us - node.heard_us : undefined;
  if (isBoot) node.boots++;
  node.state = state;
  node.heard_us = now_us;
  return node;
}

function noteEmergency(monitor: BusMonitor, nodeId: number, data: Uint8Array, now_us: number): SeenNode {
  const node = seen(monitor, nodeId, now_us);
  node.emergency = data[0] + (data[1] << 8);
  node.emergencies++;
  return node;
}

/** @param nodeId 1..127, or 0 for all */
export const nmtFrame = (command: NmtCommand, nodeId: number): CanFrame =>
  standardFrame(COB.nmt, Uint8Array.of(NMT_COMMANDS[command], nodeId));

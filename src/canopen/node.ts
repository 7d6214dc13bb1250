// A CANopen node (CiA 301 v4.2): the one thing the device talks to. Frames and the time go in; frames to send, what to ask of the
// device, and events come out. It has no clock and no port:
//
//   const node = createNode(options);
//   step = poll(node, now_us);                     // boots; then whenever nextDeadline_us(node) has come
//   step = takeFrame(node, frame, now_us);         // each frame of the bus but its own; now_us: when it came
//   step = finish(node, ticket, outcome, now_us);  // what came of step.asked
//   step = noteTick(node, now_us);                 // the device has new values
//
// A step's frames are to be sent in their order, its events acted upon, what it asks asked. Calls never throw on what the bus
// brings.

import type { CanFrame } from "../base/can-frame.ts";
import type { Outcome } from "../model/asking.ts";
import { COB } from "./cob-id.ts";
import { communicationObjects } from "./communication-objects.ts";
import { isStored, presetParameters, RECEIVE_PDOS, TRANSMIT_PDOS } from "./communication-parameters.ts";
import { type ControllerState, takeController } from "./controller.ts";
import {
  clearError,
  createEmergencies,
  type EmergencyRow,
  emergencyDeadline_us,
  REGISTER,
  raiseError,
  sendEmergencies,
} from "./emergency.ts";
import { takeEmergency } from "./emergency-consumer.ts";
import { createGuarding, pollGuarding, takeGuarding } from "./guarding.ts";
import { heartbeatDeadline_us, pollHeartbeats, takeHeartbeat } from "./heartbeat.ts";
import { createLssSlave, pollLss, takeLss } from "./lss-slave.ts";
import { afterCommand, commandOf } from "./nmt-state.ts";
import { pollSdo, sdoDeadline_us, takeSdo } from "./node-sdo.ts";
import { isMute, NEVER_us, type Node, type NodeOptions } from "./node-state.ts";
import { createOutbox, dropFrames, emptyOutbox, type NodeStep } from "./node-step.ts";
import type { DictionaryObject, FileOutcome } from "./object.ts";
import { createReceivePdo, pollReceives, receiveDeadline_us, takePdo } from "./receive-pdo.ts";
import { beginAnew, resetCommunication, resetNode } from "./reset.ts";
import { IDS, route } from "./routes.ts";
import { createSdoServer } from "./sdo-server-state.ts";
import { type NodeSettings, pollRenumbering, renumberingDeadline_us, takeSettings } from "./settings-change.ts";
import { changeState } from "./state-change.ts";
import { createSync, pollSync, syncDeadline_us, takeSync } from "./sync.ts";
import { closeTicket, createTickets } from "./tickets.ts";
import { sendTime, type TimeOfDay, takeTime } from "./time-stamp.ts";
import { createTransmitPdo, noteValues, pollTransmits, transmitDeadline_us } from "./transmit-pdo.ts";

/** A node that has not booted: `poll` it. */
export function createNode(options: NodeOptions): Node {
  const { nodeId, presets, stored } = options;
  const dictionary = new Map<number, DictionaryObject>();
  const node: Node = {
    ...{
      options,
      presets,
      dictionary,
      sdo: createSdoServer(dictionary),
      nodeId,
      nextNodeId: nodeId,
      settingNodeId: nodeId,
      renumber_us: NEVER_us,
    },
    ...{ state: "initialising", isBooted: false, parameters: presetParameters(presets, nodeId) },
    ...{ stored: isStored(stored, presets) ? stored : undefined },
    isStoredRefused: stored !== undefined && !isStored(stored, presets),
    ...{
      now_us: 0,
      silentUntil_us: 0,
      controller: "active",
      isRerouted: true,
      isUnmapped: false,
      routes: new Uint8Array(IDS),
    },
    ...{ out: createOutbox(), tickets: createTickets(), heartbeat_us: NEVER_us, consumers: [] },
    ...{ guarding: createGuarding(), sync: createSync(), emergency: createEmergencies(), lss: createLssSlave() },
    transmit: Array.from({ length: TRANSMIT_PDOS }, createTransmitPdo),
    receive: Array.from({ length: RECEIVE_PDOS }, createReceivePdo),
  };
  for (const object of communicationObjects(node)) dictionary.set(object.index, object);
  for (const object of options.objects) dictionary.set(object.index, object);
  return node;
}

function begin(node: Node, now_us: number): void {
  node.now_us = now_us;
  node.options.turn?.(now_us);
}

function end(node: Node): NodeStep {
  if (isMute(node)) dropFrames(node.out);
  return emptyOutbox(node.out);
}

/** @param now_us when the frame came: synchronous PDOs and deadlines count from there */
export function takeFrame(node: Node, frame: CanFrame, now_us: number): NodeStep {
  begin(node, now_us);
  if (!frame.extended) dispatch(node, frame);
  return end(node);
}

function dispatch(node: Node, { id, data, remote }: CanFrame): void {
  if (node.isRerouted) route(node);
  if (remote) {
    if (id === COB.errorControl + node.nodeId && node.state !== "initialising") takeGuarding(node);
    return;
  }
  HANDLERS[node.routes[id]](node, data, id);
}

type Handler = (node: Node, data: Uint8Array, id: number) => void;

/** By route. */
const HANDLERS: readonly Handler[] = [
  () => undefined,
  takeNmt,
  takeLssFrame,
  takeSdo,
  takeErrorControl,
  takeSync,
  takeTime,
  takeEmergency,
  takePdo,
];

function takeLssFrame(node: Node, data: Uint8Array): void {
  if (takeLss(node, data) === "reset") resetCommunication(node);
}

/** Two bytes: command and node-ID, 0 for all (7.2.8.3.1). */
function takeNmt(node: Node, data: Uint8Array): void {
  const command = data.length === 2 && (data[1] === 0 || data[1] === node.nodeId) ? commandOf(data[0]) : undefined;
  if (command === undefined || node.state === "initialising") return;
  if (command === "resetNode") resetNode(node);
  else if (command === "resetCommunication") resetCommunication(node);
  else changeState(node, afterCommand(node.state, command));
}

const COLLISION = { code: 0x8150, register: REGISTER.communication } as const;

/** Somebody who speaks with this node's id has its node-ID. */
function takeErrorControl(node: Node, data: Uint8Array, id: number): void {
  const from = id - COB.errorControl;
  if (node.state === "initialising" || data.length !== 1) return;
  if (from === node.nodeId) raiseError(node, "collision", COLLISION, Uint8Array.of(from), false);
  else takeHeartbeat(node, from, data[0]);
}

/** To be called when `nextDeadline_us` has come; more often does no harm. The first time boots. */
export function poll(node: Node, now_us: number): NodeStep {
  begin(node, now_us);
  if (!node.isBooted) {
    node.isBooted = true;
    beginAnew(node);
  }
  pollSync(node);
  pollTransmits(node);
  pollReceives(node);
  pollHeartbeats(node);
  pollGuarding(node);
  pollLss(node);
  pollSdo(node);
  pollRenumbering(node);
  sendEmergencies(node);
  return end(node);
}

/** When `poll` wants to be called; Infinity: not before something else is. */
export function nextDeadline_us(node: Node): number {
  if (!node.isBooted || !node.out.isEmpty) return 0;
  return Math.min(
    ...[syncDeadline_us(node), transmitDeadline_us(node), receiveDeadline_us(node), heartbeatDeadline_us(node)],
    ...[
      node.guarding.deadline_us,
      node.lss.switch_us,
      emergencyDeadline_us(node),
      sdoDeadline_us(node),
      renumberingDeadline_us(node),
    ],
  );
}

/** What came of what a step asked. Tickets nobody waits for any more do nothing. */
export function finish(node: Node, ticket: number, outcome: Outcome | FileOutcome, now_us: number): NodeStep {
  begin(node, now_us);
  closeTicket(node.tickets, ticket, outcome);
  pollRenumbering(node);
  return end(node);
}

/** The device has new values, as after each tick: PDOs that events drive are sent where they differ. */
export function noteTick(node: Node, now_us: number): NodeStep {
  begin(node, now_us);
  noteValues(node);
  return end(node);
}

/**
 * An error of the application is there; told once until `clear`.
 * @param key the fault's name
 * @param vendor up to five bytes for bytes 3-7 of the message
 */
export function raise(node: Node, key: string, row: EmergencyRow, vendor: Uint8Array, now_us: number): NodeStep {
  begin(node, now_us);
  raiseError(node, `fault ${key}`, row, vendor, true);
  return end(node);
}

/** An error of the application is gone; nothing is told where it was not there. @param key as it was raised with */
export function clear(node: Node, key: string, now_us: number): NodeStep {
  begin(node, now_us);
  clearError(node, `fault ${key}`);
  return end(node);
}

/** The CAN controller as it is now, and whether frames were lost since the last call. */
export function noteController(node: Node, state: ControllerState, isOverrun: boolean, now_us: number): NodeStep {
  begin(node, now_us);
  takeController(node, state, isOverrun);
  return end(node);
}

/** Sends TIME, where 1012h makes this node its producer. */
export function produceTime(node: Node, time: TimeOfDay, now_us: number): NodeStep {
  begin(node, now_us);
  sendTime(node, time);
  return end(node);
}

/**
 * Settings have changed. Periods are in force at once, also in what 1010h has stored: the settings are the newer word. A node-ID
 * comes into force with a reset of communication, once answers to who changed it are out.
 */
export function changeSettings(node: Node, settings: NodeSettings, now_us: number): NodeStep {
  begin(node, now_us);
  takeSettings(node, settings);
  return end(node);
}

// A node with a few objects of its own, the clock that moves it, and what it has sent: for tests, fuzzing and the bench.

import { type CanFrame, standardFrame } from "../../src/base/can-frame.ts";
import type { CommunicationParameters, Presets } from "../../src/canopen/communication-parameters.ts";
import { type NumberType, numberBytes, numberOf } from "../../src/canopen/data-types.ts";
import { createNode, finish, nextDeadline_us, poll, takeFrame } from "../../src/canopen/node.ts";
import type { Node, NodeOptions } from "../../src/canopen/node-state.ts";
import type { NodeAsked, NodeEvent, NodeStep } from "../../src/canopen/node-step.ts";
import { type DictionaryObject, DONE, type Entry, type FileOutcome } from "../../src/canopen/object.ts";
import type { Outcome } from "../../src/model/asking.ts";

export const NODE_ID = 0x20;

/** Waits for its master; two TPDOs on each SYNC and one RPDO, of the values below. */
export const PRESETS: Presets = {
  ...{ heartbeat_ms: 0, sync_ms: 0, startup: 4 },
  transmit: [
    { base: 0x180, type: 1, mapping: [0x2000_0010, 0x2001_0008] },
    { base: 0x280, type: 1, mapping: [0x2002_0020] },
  ],
  receive: [{ base: 0x200, type: 255, mapping: [0x2010_0010, 0x2011_0008] }],
};

export type Rig = {
  readonly node: Node;
  readonly values: Map<number, number>;
  now_us: number;
  /** All frames since the last `sent`, each as "1A0: C8 00 01". */
  frames: string[];
  times_us: number[];
  events: NodeEvent[];
  asked: NodeAsked[];
};

export type RigOptions = Partial<Omit<NodeOptions, "presets">> & { readonly presets?: Partial<Presets> };

export function createRig(options: RigOptions = {}): Rig {
  const values = new Map<number, number>();
  const node = createNode({
    ...{ nodeId: NODE_ID, deviceType: 0x0001_01a2, deviceName: "rig" },
    ...{ hardwareVersion: "1.0", softwareVersion: "1.0.0" },
    identity: { vendorId: 0x11, productCode: 0x22, revision: 0x10003, serial: 0x4455_6677 },
    objects: rigObjects(values),
    ...options,
    presets: { ...PRESETS, ...options.presets },
  });
  return { node, values, now_us: 0, frames: [], times_us: [], events: [], asked: [] };
}

/** A rig that has booted; its boot-up message is not among what it has sent. */
export function startRig(options: RigOptions = {}): Rig {
  const rig = createRig(options);
  take(rig, poll(rig.node, 0));
  sent(rig);
  return rig;
}

const rigObjects = (values: Map<number, number>): readonly DictionaryObject[] => [
  number(values, 0x2000, "u16", { mapping: "transmit" }),
  number(values, 0x2001, "u8", { mapping: "transmit" }),
  number(values, 0x2002, "u32", { mapping: "both", access: "rw" }),
  number(values, 0x2003, "boolean", { mapping: "both", access: "rw" }),
  number(values, 0x2004, "i16", { mapping: "transmit" }),
  number(values, 0x2005, "u16", {}),
  number(values, 0x2006, "real64", { mapping: "transmit" }),
  number(values, 0x2010, "u16", { mapping: "receive", access: "rw" }),
  number(values, 0x2011, "u8", { mapping: "receive", access: "rw" }),
  { ...number(values, 0x2012, "u16", { mapping: "receive", access: "rw" }), write: (_, data) => asking(values, data) },
];

/** A value that the device has to be asked to take. */
const asking = (values: Map<number, number>, data: Uint8Array) => ({
  asked: { kind: "ask", asks: [{ kind: "override", signal: "inhibitCharging", value: data[0]! }] } as const,
  finish: () => {
    values.set(0x2012, numberOf("u16", data));
    return DONE as typeof DONE;
  },
});

function number(values: Map<number, number>, index: number, type: NumberType, facts: Partial<Entry>): DictionaryObject {
  return {
    ...{ index, name: `object ${index}`, kind: "variable" },
    entries: [{ name: `object ${index}`, type, access: "ro", ...facts }],
    read: () => numberBytes(type, values.get(index) ?? 0),
    write: (_, data) => {
      values.set(index, numberOf(type, data));
      return DONE;
    },
  };
}

/** Keeps what a step brought. */
export function take(rig: Rig, step: NodeStep): void {
  for (const frame of step.send) {
    rig.frames.push(frameText(frame));
    rig.times_us.push(rig.now_us);
  }
  rig.events.push(...step.events);
  rig.asked.push(...step.asked);
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");

/** As the standard's people write frames. */
export const frameText = ({ id, data }: CanFrame): string =>
  `${hex(id, 3)}:${[...data].map((byte) => ` ${hex(byte, 2)}`).join("")}`;

/** The frame of a text. */
export function frameOf(text: string): CanFrame {
  const [id = "", bytes = ""] = text.split(":");
  return standardFrame(
    Number.parseInt(id, 16),
    Uint8Array.from(bytes.trim().split(/\s+/).filter(Boolean), (byte) => Number.parseInt(byte, 16)),
  );
}

/** Frames sent since the last call. */
export function sent(rig: Rig): readonly string[] {
  const { frames } = rig;
  rig.frames = [];
  rig.times_us = [];
  return frames;
}

/** Events since the last call. */
export function happened(rig: Rig): readonly NodeEvent[] {
  const { events } = rig;
  rig.events = [];
  return events;
}

/** Puts a frame on the bus and gives what the node sent at once. */
export function bus(rig: Rig, text: string): readonly string[] {
  sent(rig);
  take(rig, takeFrame(rig.node, frameOf(text), rig.now_us));
  return sent(rig);
}

export const remote = (rig: Rig, id: number, length = 1): readonly string[] => {
  sent(rig);
  const frame: CanFrame = { id, extended: false, remote: true, length, data: new Uint8Array(0) };
  take(rig, takeFrame(rig.node, frame, rig.now_us));
  return sent(rig);
};

/** Lets time pass, polling exactly when the node wants to be; gives what it sent. */
export function pass(rig: Rig, time_ms: number): readonly string[] {
  sent(rig);
  const until_us = rig.now_us + time_ms * 1000;
  for (let polls = 0; nextDeadline_us(rig.node) <= until_us; polls++) {
    if (polls > 1_000_000) throw new Error("the node wants to be polled without end");
    rig.now_us = Math.max(rig.now_us, nextDeadline_us(rig.node));
    take(rig, poll(rig.node, rig.now_us));
  }
  rig.now_us = until_us;
  const { frames } = rig;
  rig.frames = [];
  return frames;
}

/** The times of frames in `pass`, in ms; read before the next call. */
export const times_ms = (rig: Rig): readonly number[] => rig.times_us.map((time_us) => time_us / 1000);

/** Answers everything asked, in order. */
export function answerAll(rig: Rig, outcome: Outcome | FileOutcome): readonly string[] {
  sent(rig);
  for (const { ticket } of rig.asked.splice(0)) take(rig, finish(rig.node, ticket, outcome, rig.now_us));
  return sent(rig);
}

export const start = (rig: Rig): readonly string[] => bus(rig, "000: 01 20");

/** Writes an object by SDO, expedited; the abort code in words of the frame, or "ok", or "" for silence. */
export function write(rig: Rig, index: number, subIndex: number, value: number, bytes: 1 | 2 | 4): string {
  const command = { 1: 0x2f, 2: 0x2b, 4: 0x23 }[bytes];
  return answerOf(bus(rig, request(command, index, subIndex, value)));
}

/** Reads a number of up to four bytes; the abort code as text otherwise. */
export function read(rig: Rig, index: number, subIndex: number): number | string {
  const [answer = ""] = bus(rig, request(0x40, index, subIndex, 0));
  const data = frameOf(answer).data;
  if ((data[0] ?? 0x80) === 0x80) return answerOf([answer]);
  const used = 4 - ((data[0]! >> 2) & 3);
  return [...data.slice(4, 4 + used)].reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
}

function answerOf([answer]: readonly string[]): string {
  if (answer === undefined || answer === "") return "";
  const { data } = frameOf(answer);
  if (data[0] !== 0x80) return "ok";
  const code = numberOf("u32", data.slice(4));
  return `${hex(Math.floor(code / 0x1_0000), 4)} ${hex(code % 0x1_0000, 4)}`;
}

function request(command: number, index: number, subIndex: number, value: number): string {
  const data = Uint8Array.of(command, index & 0xff, index >> 8, subIndex, ...numberBytes("u32", value));
  return frameText(standardFrame(0x600 + NODE_ID, data));
}

export const parametersOf = ({ node }: Rig): CommunicationParameters => node.parameters;

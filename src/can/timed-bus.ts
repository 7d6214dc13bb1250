// A CAN bus for tests, to the bit: frames take the bit times that they have with their stuff bits, the lowest identifier wins,
// errors destroy frames and move the counters of everybody's controller up to bus-off and back. Time is handed in.
// What is simplified: a transmission begins at a whole bit; all nodes see the same bits unless a disturbance says otherwise; an
// error flag is superposed by the others at once (global error) or six bits later (local error). ISO 11898-1:2015, clauses 10
// and 12.

import { type CanFrame, isFrame } from "../base/can-frame.ts";
import { firstDifference, frameBits, INTERMISSION_BITS } from "./bit-time.ts";
import type { BusStatus } from "./bus-status.ts";
import {
  askBack,
  type Confinement,
  countReceived,
  countReceiveError,
  countRecessive,
  countSent,
  countTransmitError,
  createConfinement,
  isPassive,
  RECOVERY,
  statusOf,
} from "./error-confinement.ts";

/** Who is attached. */
export type TimedStation = {
  readonly receive?: (frame: CanFrame, time_us: number) => void;
  /** A frame of its own has gone out well. */
  readonly sent?: (frame: CanFrame, time_us: number) => void;
  /** Hears and never sends a bit: no acknowledgement, no error flag. */
  readonly isListening?: boolean;
};

export type TimedNode = {
  readonly station: TimedStation;
  readonly queue: CanFrame[];
  readonly confinement: Confinement;
  /** Its next frame may not begin before this, bits. */
  notBefore_bits: number;
};

/** What happens to a frame on its way. `by`: the receiver that alone sees it first; none: all see it. */
export type Disturbance = { readonly atBit: number; readonly by?: TimedNode };

type Transmission = {
  readonly senders: readonly TimedNode[];
  readonly frame: CanFrame;
  readonly end_bits: number;
  readonly fate: "well" | "disturbed" | "unheard";
  readonly primary: TimedNode | undefined;
};

export type TimedBus = {
  readonly rate_kbit_s: number;
  readonly nodes: TimedNode[];
  /** Asked for each transmission. */
  disturb: ((frame: CanFrame, sender: TimedNode) => Disturbance | undefined) | undefined;
  /** Bits since the start. */
  now_bits: number;
  /** When the intermission of the last frame has ended. */
  free_bits: number;
  /** Bits that frames and error frames took. */
  busy_bits: number;
  running: Transmission | undefined;
};

/** Frames that wait in one node. */
const QUEUE = 256;
const FLAG_BITS = 6;
const DELIMITER_BITS = 8;
/** A passive node waits so long after its frame, to let others go first. */
const SUSPEND_BITS = 8;

/** At bit 0, idle, without nodes. */
export const createTimedBus = (rate_kbit_s: number): TimedBus => ({
  rate_kbit_s,
  nodes: [],
  disturb: undefined,
  now_bits: 0,
  free_bits: 0,
  busy_bits: 0,
  running: undefined,
});

/** Joins as a controller with an empty queue, error active. */
export function attachNode(bus: TimedBus, station: TimedStation): TimedNode {
  const node: TimedNode = { station, queue: [], confinement: createConfinement(), notBefore_bits: 0 };
  bus.nodes.push(node);
  return node;
}

/** Hands a frame to a node's controller at the bus's present time. False: no room, no frame, or the node is off. */
export function sendTimed(node: TimedNode, frame: CanFrame): boolean {
  if (node.queue.length >= QUEUE || node.confinement.isOff || node.station.isListening === true || !isFrame(frame))
    return false;
  const at = node.queue.findIndex((other) => arbitrationOf(other) > arbitrationOf(frame));
  node.queue.splice(at < 0 ? node.queue.length : at, 0, frame); // a controller offers its most important frame
  return true;
}

export const statusOfNode = ({ confinement }: TimedNode): BusStatus => statusOf(confinement);

/** A node that is off the bus is asked to come back. */
export const restart = ({ confinement }: TimedNode): void => askBack(confinement);

const bitsAt = ({ rate_kbit_s }: TimedBus, time_us: number): number => Math.floor((time_us * rate_kbit_s) / 1000);
const timeOf_us = ({ rate_kbit_s }: TimedBus, bits: number): number => (bits * 1000) / rate_kbit_s;

/** What arbitration compares, the lowest wins: identifier, and the bits for remote and extended frames between its parts. */
export function arbitrationOf({ id, extended, remote }: CanFrame): number {
  const isRemote = remote ? 1 : 0;
  if (!extended) return id * 2 ** 21 + isRemote * 2 ** 20;
  return (id >>> 18) * 2 ** 21 + 2 ** 20 + 2 ** 19 + (id & 0x3ffff) * 2 + isRemote;
}

/** Lets the bus run up to a time; stations are called at their times on the way. */
export function runTo(bus: TimedBus, time_us: number): void {
  const until_bits = bitsAt(bus, time_us);
  for (;;) {
    const { running } = bus;
    if (running !== undefined) {
      if (running.end_bits > until_bits) break;
      finish(bus, running);
    } else {
      const start_bits = nextStart_bits(bus);
      if (start_bits > until_bits) break;
      passIdle(bus, start_bits);
      begin(bus);
    }
  }
  if (bus.running === undefined) passIdle(bus, until_bits);
  else bus.now_bits = until_bits;
}

/** When the next frame begins or ends, us; Infinity while nobody has one. */
export function nextEvent_us(bus: TimedBus): number {
  return timeOf_us(bus, bus.running?.end_bits ?? nextStart_bits(bus));
}

const isOnBus = ({ confinement }: TimedNode): boolean => !confinement.isOff;

function nextStart_bits(bus: TimedBus): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const node of bus.nodes)
    if (isOnBus(node) && node.queue.length > 0) earliest = Math.min(earliest, node.notBefore_bits);
  return Math.max(earliest, bus.free_bits, bus.now_bits);
}

/** Idle bits are recessive: nodes that recover count them by elevens. */
function passIdle(bus: TimedBus, until_bits: number): void {
  const elevens = (bits: number): number => Math.max(0, Math.floor((bits - bus.free_bits) / RECOVERY.bits));
  countForAll(bus, elevens(until_bits) - elevens(bus.now_bits));
  bus.now_bits = Math.max(bus.now_bits, until_bits);
}

function countForAll(bus: TimedBus, sequences: number): void {
  for (const { confinement } of bus.nodes) countRecessive(confinement, sequences);
}

/** Arbitration: whoever offers the lowest frame sends; several with the same bits send together. */
function begin(bus: TimedBus): void {
  const contenders = bus.nodes.filter(
    (node) => isOnBus(node) && node.queue.length > 0 && node.notBefore_bits <= bus.now_bits,
  );
  const lowest = Math.min(...contenders.map(({ queue }) => arbitrationOf(queue[0]!)));
  const senders = contenders.filter(({ queue }) => arbitrationOf(queue[0]!) === lowest);
  const frame = senders[0]!.queue[0]!;
  bus.running = transmission(bus, senders, frame);
  bus.busy_bits += bus.running.end_bits - bus.now_bits + INTERMISSION_BITS;
}

function transmission(bus: TimedBus, senders: readonly TimedNode[], frame: CanFrame): Transmission {
  const bits = frameBits(frame) - INTERMISSION_BITS;
  const collision = senders.map(({ queue }) => firstDifference(frame, queue[0]!)).find((at) => at !== undefined);
  const disturbance = collision === undefined ? bus.disturb?.(frame, senders[0]!) : { atBit: collision + 1 };
  const isHeard = bus.nodes.some(
    (node) => !senders.includes(node) && isOnBus(node) && node.station.isListening !== true,
  );
  const primary = disturbance !== undefined && "by" in disturbance ? disturbance.by : undefined;
  if (disturbance !== undefined) {
    const flags = primary === undefined ? FLAG_BITS : 2 * FLAG_BITS;
    const end_bits = bus.now_bits + Math.min(bits, disturbance.atBit) + flags + DELIMITER_BITS;
    return { senders, frame, end_bits, fate: "disturbed", primary };
  }
  if (isHeard || senders.length > 1) return { senders, frame, end_bits: bus.now_bits + bits, fate: "well", primary };
  const toSlot = bits - ACK_DELIMITER_AND_END; // the error flag begins after the acknowledge slot
  return { senders, frame, end_bits: bus.now_bits + toSlot + FLAG_BITS + DELIMITER_BITS, fate: "unheard", primary };
}

const ACK_DELIMITER_AND_END = 1 + 7;

function finish(bus: TimedBus, running: Transmission): void {
  bus.running = undefined;
  bus.now_bits = running.end_bits;
  bus.free_bits = running.end_bits + INTERMISSION_BITS;
  countForAll(bus, 1); // delimiter, end of frame and intermission: eleven recessive bits
  if (running.fate === "well") succeed(bus, running);
  else fail(bus, running);
  for (const node of running.senders) {
    if (isPassive(node.confinement)) node.notBefore_bits = bus.free_bits + SUSPEND_BITS;
    if (node.confinement.isOff) node.queue.length = 0;
  }
}

function succeed(bus: TimedBus, { senders, frame, end_bits }: Transmission): void {
  const time_us = timeOf_us(bus, end_bits);
  for (const node of senders) {
    node.queue.splice(node.queue.indexOf(frameOf(node, frame)), 1);
    countSent(node.confinement);
  }
  const receivers = bus.nodes.filter((node) => !senders.includes(node) && isOnBus(node));
  for (const { confinement } of receivers) countReceived(confinement);
  for (const { station } of senders) station.sent?.(frame, time_us);
  for (const { station } of receivers) station.receive?.(frame, time_us);
}

/** The frame as this sender holds it: a more important one may have come before it meanwhile. */
const frameOf = ({ queue }: TimedNode, frame: CanFrame): CanFrame =>
  queue.find((each) => arbitrationOf(each) === arbitrationOf(frame)) ?? frame;

function fail(bus: TimedBus, { senders, fate, primary }: Transmission): void {
  for (const { confinement } of senders) countTransmitError(confinement, fate === "unheard");
  if (fate === "unheard") return;
  for (const node of bus.nodes) {
    if (!senders.includes(node) && isOnBus(node)) countReceiveError(node.confinement, node === primary);
  }
}

// What joins all that is on one CAN bus: the device's own node, the adapter or modelled bus, programs over TCP and at the
// pseudo-terminal. A frame from one goes to all others. Each has a bounded queue of frames to send and takes turns with the
// rest, so that nobody keeps anybody waiting for long; the adapter holds the bus while it has no room. Frames are handed on
// in turns with a bound, like requests of Modbus (turns.ts): a flood rests after each of them.

import { type CanFrame, isFrame } from "../base/can-frame.ts";

/** Somebody on the bus. */
export type CanStation = {
  /** A frame of another. `time_us`: the machine's steady time. Frames sent in here go out after this one. */
  readonly receive: (frame: CanFrame, time_us: number) => void;
  /** There is room in the queue again, after a frame was refused. */
  readonly ready?: () => void;
  /** The bus waits while this says false, until go() of the hub; for the adapter alone. */
  readonly mayTake?: () => boolean;
  /** The device's own node: its frames are told as sent, all others as received. */
  readonly isOwn?: boolean;
};

export type Looker = (frame: CanFrame, isOwn: boolean, time_us: number) => void;

/** What a station holds of the hub. */
export type CanPlace = {
  /** False: the queue is full, or the place was left; the frame is not sent. ready() tells of room. */
  readonly send: (frame: CanFrame) => boolean;
  /** How many frames send() takes now. */
  readonly room: () => number;
  /** Hears nothing more and sends nothing more; what send() has taken still goes out. */
  readonly detach: () => void;
};

/** Frames that wait in one station's queue at most: a block of SDO block transfer has 127. */
export const QUEUE = 256;
/** So many that have left may still have frames to send; programs come and go. */
const LEFT_MOST = 32;
/** Frames handed on in one turn of the event loop: about a millisecond with a node that answers each. */
const TURN = 96;
/** Frames are counted over several turns until it is worth asking for the next one. */
const SOON = 24;
/** A bus is as busy as its bits allow; what comes faster than this comes from programs, and they wait. */
const REST_ms = 1;

type Member = { readonly station: CanStation; readonly queue: CanFrame[]; wasRefused: boolean; hasLeft: boolean };

export class CanHub {
  /** Frames that went over the bus, by who sent them. */
  sent = 0;
  received = 0;
  /** Who look on at each frame, and neither send nor answer. */
  readonly lookers = new Set<Looker>();
  readonly #now_us: () => number;
  readonly #guard: (act: () => void) => void;
  readonly #members = new Set<Member>();
  #holder: CanStation | undefined;
  #isHandingOn = false;
  #isResting = false;
  /** The next turn, while it is asked for; a rest is waited for without it. */
  #soon: NodeJS.Immediate | undefined;
  #handedOn = 0;

  /** @param guard runs what could be a mistake of ours */
  constructor(now_us: () => number, guard: (act: () => void) => void) {
    this.#now_us = now_us;
    this.#guard = guard;
  }

  attach(station: CanStation): CanPlace {
    const member: Member = { station, queue: [], wasRefused: false, hasLeft: false };
    this.#members.add(member);
    if (station.mayTake !== undefined) this.#holder = station;
    return {
      send: (frame) => this.#send(member, frame),
      room: () => (member.hasLeft ? 0 : QUEUE - member.queue.length),
      detach: () => this.#detach(member),
    };
  }

  #detach(member: Member): void {
    member.hasLeft = true;
    const left = [...this.#members].filter(({ hasLeft }) => hasLeft);
    if (member.queue.length === 0 || left.length > LEFT_MOST) this.#members.delete(member);
    if (this.#holder !== member.station) return;
    this.#holder = undefined;
    this.go();
  }

  #send(member: Member, frame: CanFrame): boolean {
    if (member.hasLeft || !isFrame(frame)) return false;
    if (member.queue.length >= QUEUE) {
      member.wasRefused = true;
      return false;
    }
    member.queue.push(frame);
    this.go();
    return true;
  }

  /** Hands on what waits; the adapter calls it when it has room again. */
  go(): void {
    if (this.#isHandingOn || this.#isResting) return;
    this.#isHandingOn = true;
    try {
      while (this.#handedOn < TURN) {
        const member = this.#next();
        if (member === undefined) break;
        this.#handOn(member, member.queue.shift()!);
      }
    } finally {
      this.#isHandingOn = false;
    }
    if (this.#handedOn >= SOON) this.#schedule();
  }

  /** Whose turn it is: they are kept in the order in which they were served last. */
  #next(): Member | undefined {
    for (const member of this.#members) {
      if (member.queue.length === 0) continue;
      if (this.#holder?.mayTake?.() === false) return undefined;
      this.#members.delete(member);
      if (!member.hasLeft || member.queue.length > 1) this.#members.add(member);
      return member;
    }
    return undefined;
  }

  #handOn(from: Member, frame: CanFrame): void {
    const time_us = this.#now_us();
    const isOwn = from.station.isOwn === true;
    this.#handedOn++;
    if (isOwn) this.sent++;
    else this.received++;
    for (const look of this.lookers) this.#guard(() => look(frame, isOwn, time_us));
    for (const member of this.#members) {
      if (member !== from && !member.hasLeft) this.#guard(() => member.station.receive(frame, time_us));
    }
    if (from.wasRefused && !from.hasLeft && from.queue.length <= QUEUE / 2) this.#tellReady(from);
  }

  /** Not at once: the station may be in the middle of sending. */
  #tellReady(member: Member): void {
    member.wasRefused = false;
    queueMicrotask(() => {
      if (!member.hasLeft) this.#guard(() => member.station.ready?.());
    });
  }

  /** In the next turn frames are counted anew; a turn that was used up is followed by a rest, in the place of it. */
  #schedule(): void {
    this.#isResting = this.#handedOn >= TURN;
    if (this.#isResting) {
      clearImmediate(this.#soon);
      setTimeout(() => this.#goOn(), REST_ms);
    } else {
      this.#soon ??= setImmediate(() => this.#goOn());
    }
  }

  #goOn(): void {
    this.#soon = undefined;
    this.#isResting = false;
    this.#handedOn = 0;
    this.go();
  }
}

// A serial line with this server on it: bytes and the time go in, an answer and the next deadline come out. It counts as
// function 0x08 wants it, never answers what is not for it, and gives up an answer when somebody else begins to speak.

import type { Outcome } from "../model/asking.ts";
import { type Counters, count, countAnswer, createCounters } from "./counters.ts";
import { diagnose } from "./diagnostics.ts";
import { rtuFrame } from "./framing.ts";
import { BROADCAST, FUNCTIONS } from "./protocol.ts";
import { createRtuReceiver, endFrame, frameEnd_us, type Received, type RtuReceiver, receive } from "./rtu-receiver.ts";
import { type LineFormat, type RtuTiming, rtuTiming } from "./rtu-timing.ts";
import { busy, type Context, finish, type Pending, serve, type Ticket } from "./server.ts";
import { createSession, type Session } from "./session.ts";

export type LineSettings = LineFormat & {
  /** This server's address, 1 to 247. */
  readonly unit: number;
  /** Pause before an answer. */
  readonly responseDelay_us: number;
  /** As in rtu-timing.ts. */
  readonly silence_us: number;
  readonly isStrict: boolean;
  /** Bytes take no time: a pseudo-terminal. */
  readonly isInstant: boolean;
};

export type SerialLine = {
  readonly receiver: RtuReceiver;
  readonly session: Session;
  readonly counters: Counters;
  settings: LineSettings;
  timing: RtuTiming;
  isListeningOnly: boolean;
  /** An answer that waits for its time. */
  held: { readonly bytes: Uint8Array; readonly at_us: number } | undefined;
  /** What the device has been asked and has not answered yet; its client waits, unless it was a broadcast or spoke again. */
  waiting: { readonly ticket: Ticket; isAnswered: boolean } | undefined;
};

/** What the owner of the port has to do: send bytes, ask the device. */
export type LineStep = {
  readonly send?: Uint8Array;
  readonly asked?: Pending;
};

const NOTHING: LineStep = {};

export function createSerialLine(
  settings: LineSettings,
  counters = createCounters(),
  actor = "Modbus RTU",
): SerialLine {
  return {
    receiver: createRtuReceiver(),
    session: createSession({ link: "serial", actor, peer: actor, isLocal: true }),
    counters,
    settings,
    timing: timingOf(settings),
    isListeningOnly: false,
    held: undefined,
    waiting: undefined,
  };
}

/** New settings hold from the next frame on. */
export function setLine(line: SerialLine, settings: LineSettings): void {
  line.settings = settings;
  line.timing = timingOf(settings);
}

const timingOf = (settings: LineSettings): RtuTiming =>
  rtuTiming(settings, settings.silence_us, settings.isStrict, settings.isInstant);

/** When to call `wake` if nothing comes before; undefined: never. */
export function nextWake_us(line: SerialLine): number | undefined {
  const end_us = frameEnd_us(line.receiver, line.timing);
  const { held } = line;
  if (held === undefined) return end_us;
  return end_us === undefined ? held.at_us : Math.min(end_us, held.at_us);
}

/** Whether no answer is owed or on its way. */
export const isAtRest = ({ held, waiting }: SerialLine): boolean => held === undefined && waiting === undefined;

/** Whether the frame under way is, as far as can be seen, a request to this server. */
export const isAddressed = ({ receiver, settings }: SerialLine): boolean =>
  receiver.length > 0 && receiver.bytes[0] === settings.unit;

/** Whether silence would have ended by now what has come, and nobody has looked: what is read now may have come in time. */
export function isOverdue({ receiver, timing }: SerialLine, now_us: number): boolean {
  const end_us = frameEnd_us(receiver, timing);
  return end_us !== undefined && now_us >= end_us;
}

/**
 * Takes bytes read from the port.
 * @param isLate as in rtu-receiver.ts
 */
export function takeBytes(
  line: SerialLine,
  context: Context,
  chunk: Uint8Array,
  now_us: number,
  isLate = false,
): LineStep {
  const received = receive(line.receiver, chunk, now_us, line.timing, isLate);
  const step = received === undefined ? NOTHING : takeFrame(line, context, received, now_us);
  if (step.send !== undefined) count(line.counters, "noResponses"); // too late to be sent
  if (chunk.length > 0) giveWay(line);
  return step.asked === undefined ? NOTHING : { asked: step.asked };
}

/** Somebody speaks: an answer now would collide, or be taken for that to another question. */
function giveWay(line: SerialLine): void {
  const isOwed = line.held !== undefined || line.waiting?.isAnswered === false;
  if (!isOwed) return;
  count(line.counters, "noResponses");
  line.held = undefined;
  if (line.waiting !== undefined) line.waiting.isAnswered = true;
}

/** The deadline has come. */
export function wake(line: SerialLine, context: Context, now_us: number): LineStep {
  const received = endFrame(line.receiver, now_us, line.timing);
  if (received !== undefined) return takeFrame(line, context, received, now_us);
  const { held } = line;
  if (held === undefined || now_us < held.at_us) return NOTHING;
  line.held = undefined;
  return { send: held.bytes };
}

function takeFrame(line: SerialLine, context: Context, received: Received, now_us: number): LineStep {
  const { counters } = line;
  if (received.kind !== "frame") {
    count(counters, received.kind === "overrun" ? "overruns" : "communicationErrors");
    return NOTHING;
  }
  if (received.isBehindNoise) count(counters, "communicationErrors");
  count(counters, "busMessages");
  const { unit, pdu } = received;
  if (unit !== line.settings.unit && unit !== BROADCAST) return NOTHING;
  count(counters, "serverMessages");
  return unit === BROADCAST ? takeBroadcast(line, context, pdu, now_us) : takeRequest(line, context, pdu, now_us);
}

const WRITES: readonly number[] = [
  FUNCTIONS.writeSingleCoil,
  FUNCTIONS.writeSingleRegister,
  FUNCTIONS.writeMultipleCoils,
  FUNCTIONS.writeMultipleRegisters,
  FUNCTIONS.maskWriteRegister,
];

/** Writes are carried out, nothing is answered (serial line V1.02, 2.1). */
function takeBroadcast(line: SerialLine, context: Context, pdu: Uint8Array, now_us: number): LineStep {
  count(line.counters, "noResponses");
  if (pdu[0] === FUNCTIONS.diagnostics) {
    line.isListeningOnly = diagnose(pdu, line.counters, line.isListeningOnly).isListeningOnly;
    return NOTHING;
  }
  if (line.isListeningOnly || !WRITES.includes(pdu[0]) || line.waiting !== undefined) return NOTHING;
  const reply = serve(context, line.session, pdu, now_us);
  if (reply.kind === "answer") return NOTHING;
  line.waiting = { ticket: reply.ticket, isAnswered: true };
  return { asked: reply };
}

function takeRequest(line: SerialLine, context: Context, pdu: Uint8Array, now_us: number): LineStep {
  if (pdu[0] === FUNCTIONS.diagnostics) return takeDiagnostics(line, pdu, now_us);
  if (line.isListeningOnly) {
    count(line.counters, "noResponses");
    return NOTHING;
  }
  const reply = serve(context, line.session, pdu, now_us);
  if (reply.kind === "answer") return answer(line, reply.pdu, now_us);
  if (line.waiting !== undefined) return answer(line, busy(reply.ticket), now_us);
  line.waiting = { ticket: reply.ticket, isAnswered: false };
  return { asked: reply };
}

function takeDiagnostics(line: SerialLine, pdu: Uint8Array, now_us: number): LineStep {
  const { pdu: told, isListeningOnly } = diagnose(pdu, line.counters, line.isListeningOnly);
  line.isListeningOnly = isListeningOnly;
  if (told !== undefined) return answer(line, told, now_us);
  count(line.counters, "noResponses");
  return NOTHING;
}

function answer(line: SerialLine, pdu: Uint8Array, now_us: number): LineStep {
  countAnswer(line.counters, pdu);
  const bytes = rtuFrame(line.settings.unit, pdu);
  if (line.settings.responseDelay_us === 0) return { send: bytes };
  line.held = { bytes, at_us: now_us + line.settings.responseDelay_us };
  return NOTHING;
}

/** What came of what the device has been asked. */
export function takeOutcome(line: SerialLine, context: Context, outcome: Outcome, now_us: number): LineStep {
  const { waiting } = line;
  if (waiting === undefined) return NOTHING;
  line.waiting = undefined;
  const pdu = finish(context, line.session, waiting.ticket, outcome, now_us);
  return waiting.isAnswered ? NOTHING : answer(line, pdu, now_us);
}

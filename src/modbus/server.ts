// The server's answer to one request, whatever line it came by: a PDU in, a PDU out, or something to be asked of the device
// first. Checks in the order of the standard (application protocol V1.1b3, figures of section 6): function, length and
// quantity, address, and only then what the device thinks of it.

import { noteRight, noteWrong } from "../base/login-guard.ts";
import { isLoggedIn, prolong } from "../model/access.ts";
import type { Answer, Asked, LoginOutcome, Outcome } from "../model/asking.ts";
import { LOGIN_RESULTS } from "../model/results.ts";
import type { Shown } from "../model/shown.ts";
import { coil, discreteInput } from "./bit-map.ts";
import { committed } from "./commit.ts";
import type { Counters } from "./counters.ts";
import { identify, reportId } from "./identification.ts";
import { type Order, refuse, writeCoils, writeRegisters } from "./orders.ts";
import { exception, FUNCTIONS, LIMITS, u16At } from "./protocol.ts";
import type { View } from "./register.ts";
import { readRegisters } from "./register-map.ts";
import type { ServerState } from "./server-state.ts";
import { forgetOld, NO_RESULT, type Session } from "./session.ts";

/** What serves all lines of a device. */
export type Context = {
  readonly state: ServerState;
  readonly counters: { readonly serial: Counters; readonly tcp: Counters };
  /** The device as it stands after its last tick. */
  readonly show: () => Shown;
  /** Looks on at each request and its answer, while somebody wants to see them. */
  look?: ((request: Uint8Array, answer: Uint8Array, actor: string) => void) | undefined;
};

/** What the client gets once the device has answered. */
export type Ticket = {
  readonly request: Uint8Array;
  readonly isCommit: boolean;
  /** Registers to be read after the write, for function 0x17. */
  readonly readBack: { readonly address: number; readonly count: number } | undefined;
};

export type Reply = { readonly kind: "answer"; readonly pdu: Uint8Array } | (Asked & { readonly ticket: Ticket });

/** What has to be asked before the client gets its answer, and what it gets then. */
export type Pending = Exclude<Reply, { readonly kind: "answer" }>;

export function viewOf(context: Context, session: Session, now_us: number): View {
  const shown = context.show();
  const isLowFirst = shown.settings.rs485.wordOrder === "lowFirst";
  return { shown, session, state: context.state, counters: context.counters, now_us, isLowFirst };
}

const answered = (pdu: Uint8Array): Reply => ({ kind: "answer", pdu });

/** @param pdu function code and data, at least one byte */
export function serve(context: Context, session: Session, pdu: Uint8Array, now_us: number): Reply {
  forgetOld(session, now_us);
  const handler = HANDLERS[pdu[0]];
  const reply = handler === undefined ? answered(exception(pdu[0], 1)) : handler(pdu, viewOf(context, session, now_us));
  if (reply.kind === "answer") context.look?.(pdu, reply.pdu, session.actor);
  return reply;
}

type Handler = (pdu: Uint8Array, view: View) => Reply;
const refused = (pdu: Uint8Array, code: 1 | 2 | 3 | 4): Reply => answered(exception(pdu[0], code));

const HANDLERS: Readonly<Record<number, Handler>> = {
  [FUNCTIONS.readCoils]: (pdu, view) => readBits(pdu, (address) => coil(view, address)),
  [FUNCTIONS.readDiscreteInputs]: (pdu, view) => readBits(pdu, (address) => discreteInput(view.shown.image, address)),
  [FUNCTIONS.readHoldingRegisters]: (pdu, view) => readWords(pdu, "holding", view),
  [FUNCTIONS.readInputRegisters]: (pdu, view) => readWords(pdu, "input", view),
  [FUNCTIONS.writeSingleCoil]: writeSingleCoil,
  [FUNCTIONS.writeSingleRegister]: (pdu, view) =>
    pdu.length === 5 ? ordered(pdu, view, writeRegisters(view, u16At(pdu, 1), [u16At(pdu, 3)])) : refused(pdu, 3),
  [FUNCTIONS.writeMultipleCoils]: writeMultipleCoils,
  [FUNCTIONS.writeMultipleRegisters]: writeMultipleRegisters,
  [FUNCTIONS.maskWriteRegister]: maskWrite,
  [FUNCTIONS.readWriteRegisters]: readWrite,
  [FUNCTIONS.reportServerId]: reportServerId,
  [FUNCTIONS.encapsulated]: (pdu, { shown }) => answered(identify(pdu, shown)),
};

/** On a serial line only (6.13). */
function reportServerId(pdu: Uint8Array, { session, shown }: View): Reply {
  if (session.link !== "serial") return refused(pdu, 1);
  return pdu.length === 1 ? answered(reportId(shown)) : refused(pdu, 3);
}

const isWithin = (count: number, most: number): boolean => count >= 1 && count <= most;
const fits = (address: number, count: number): boolean => address + count <= 0x1_0000;

function readBits(pdu: Uint8Array, bit: (address: number) => boolean | undefined): Reply {
  const address = u16At(pdu, 1);
  const count = u16At(pdu, 3);
  if (pdu.length !== 5 || !isWithin(count, LIMITS.readBits)) return refused(pdu, 3);
  if (!fits(address, count)) return refused(pdu, 2);
  const bytes = (count + 7) >> 3;
  const answer = new Uint8Array(2 + bytes);
  answer[0] = pdu[0];
  answer[1] = bytes;
  for (let i = 0; i < count; i++) {
    const value = bit(address + i);
    if (value === undefined) return refused(pdu, 2);
    if (value) answer[2 + (i >> 3)] |= 1 << (i & 7);
  }
  return answered(answer);
}

function readWords(pdu: Uint8Array, table: "input" | "holding", view: View): Reply {
  const count = u16At(pdu, 3);
  if (pdu.length !== 5 || !isWithin(count, LIMITS.readRegisters)) return refused(pdu, 3);
  return answered(readAnswer(pdu[0], table, view, u16At(pdu, 1), count));
}

function readAnswer(code: number, table: "input" | "holding", view: View, address: number, count: number): Uint8Array {
  const answer = new Uint8Array(2 + 2 * count);
  answer[0] = code;
  answer[1] = 2 * count;
  return fits(address, count) && readRegisters(table, view, address, count, answer, 2) ? answer : exception(code, 2);
}

function writeSingleCoil(pdu: Uint8Array, view: View): Reply {
  const value = u16At(pdu, 3);
  if (pdu.length !== 5 || (value !== 0 && value !== 0xff00)) return refused(pdu, 3);
  return ordered(pdu, view, writeCoils(view, u16At(pdu, 1), [value !== 0]));
}

function writeMultipleCoils(pdu: Uint8Array, view: View): Reply {
  const address = u16At(pdu, 1);
  const count = u16At(pdu, 3);
  const bytes = (count + 7) >> 3;
  if (!isWithin(count, LIMITS.writeBits) || pdu[5] !== bytes || pdu.length !== 6 + bytes) return refused(pdu, 3);
  if (!fits(address, count)) return refused(pdu, 2);
  const values = Array.from({ length: count }, (_, i) => ((pdu[6 + (i >> 3)] >> (i & 7)) & 1) === 1);
  return ordered(pdu, view, writeCoils(view, address, values));
}

const wordsAt = (pdu: Uint8Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => u16At(pdu, at + 2 * i));

function writeMultipleRegisters(pdu: Uint8Array, view: View): Reply {
  const address = u16At(pdu, 1);
  const count = u16At(pdu, 3);
  if (!isWithin(count, LIMITS.writeRegisters) || pdu[5] !== 2 * count || pdu.length !== 6 + 2 * count)
    return refused(pdu, 3);
  if (!fits(address, count)) return refused(pdu, 2);
  return ordered(pdu, view, writeRegisters(view, address, wordsAt(pdu, 6, count)));
}

/** Result = (register AND and-mask) OR (or-mask AND NOT and-mask) (6.16). */
function maskWrite(pdu: Uint8Array, view: View): Reply {
  if (pdu.length !== 7) return refused(pdu, 3);
  const [address, and, or] = [u16At(pdu, 1), u16At(pdu, 3), u16At(pdu, 5)];
  const now = new Uint8Array(2);
  if (!readRegisters("holding", view, address, 1, now, 0)) return refused(pdu, 2);
  const word = (u16At(now, 0) & and) | (or & ~and & 0xffff);
  return ordered(pdu, view, writeRegisters(view, address, [word]));
}

/** Writes first, then reads (6.17). */
function readWrite(pdu: Uint8Array, view: View): Reply {
  const [readAddress, readCount, address, count] = [u16At(pdu, 1), u16At(pdu, 3), u16At(pdu, 5), u16At(pdu, 7)];
  if (!isWithin(readCount, LIMITS.readWriteRead) || !isWithin(count, LIMITS.readWriteWrite)) return refused(pdu, 3);
  if (pdu[9] !== 2 * count || pdu.length !== 10 + 2 * count) return refused(pdu, 3);
  const readBack = { address: readAddress, count: readCount };
  const test = readAnswer(pdu[0], "holding", view, readAddress, readCount);
  if (test[0] !== pdu[0] || !fits(address, count)) return refused(pdu, 2);
  return ordered(pdu, view, writeRegisters(view, address, wordsAt(pdu, 10, count)), readBack);
}

/** Answers at once, or once the device has. */
function ordered(request: Uint8Array, view: View, order: Order, readBack?: Ticket["readBack"]): Reply {
  switch (order.kind) {
    case "exception":
      return answered(exception(request[0], order.code));
    case "done":
      return answered(confirmation(request, view, readBack));
    case "ask":
      return { kind: "ask", asks: order.asks, ticket: { request, isCommit: order.isCommit === true, readBack } };
    case "login":
      return { kind: "login", password: order.password, ticket: { request, isCommit: false, readBack } };
  }
}

/** The answer to a write that was carried out: an echo, or address and quantity, or what is read back. */
function confirmation(request: Uint8Array, view: View, readBack: Ticket["readBack"]): Uint8Array {
  if (readBack !== undefined) return readAnswer(request[0], "holding", view, readBack.address, readBack.count);
  const isMultiple = request[0] === FUNCTIONS.writeMultipleRegisters || request[0] === FUNCTIONS.writeMultipleCoils;
  return isMultiple ? request.slice(0, 5) : request;
}

/** What the client gets for what came of its request. */
export function finish(
  context: Context,
  session: Session,
  ticket: Ticket,
  outcome: Outcome,
  now_us: number,
): Uint8Array {
  const answer = answerTo(context, session, ticket, outcome, now_us);
  context.look?.(ticket.request, answer, session.actor);
  return answer;
}

function answerTo(context: Context, session: Session, ticket: Ticket, outcome: Outcome, now_us: number): Uint8Array {
  switch (outcome.kind) {
    case "answers":
      return finishOrder(context, session, ticket, outcome.answers, now_us);
    case "login":
      return finishLogin(context, session, ticket, outcome.login, now_us);
    case "busy":
      return busy(ticket);
  }
}

/** The device has answered each request of the order. */
function finishOrder(
  context: Context,
  session: Session,
  ticket: Ticket,
  answers: readonly Answer[],
  now_us: number,
): Uint8Array {
  const failed = answers.find(({ ok }) => !ok);
  if (ticket.isCommit) session.result = committed(answers[0]);
  else
    session.result =
      failed?.ok === false ? { code: 3, violations: [], text: failed.reason } : { ...NO_RESULT, code: 1 };
  const view = viewOf(context, session, now_us);
  if (isLoggedIn(session, now_us)) prolong(view.shown.settings.modbus, session, now_us);
  return failed === undefined ? confirmation(ticket.request, view, ticket.readBack) : exception(ticket.request[0], 4);
}

/** The password has been checked. */
function finishLogin(
  context: Context,
  session: Session,
  ticket: Ticket,
  outcome: LoginOutcome,
  now_us: number,
): Uint8Array {
  const view = viewOf(context, session, now_us);
  if (outcome === "wrong") noteWrong(context.state.guard, session, now_us);
  if (outcome !== "granted") {
    refuse(view, LOGIN_RESULTS[outcome]);
    return exception(ticket.request[0], outcome === "unavailable" ? 6 : 4);
  }
  session.staged.clear();
  noteRight(context.state.guard, session);
  session.result = { ...NO_RESULT, code: 1 };
  prolong(view.shown.settings.modbus, session, now_us);
  return confirmation(ticket.request, view, ticket.readBack);
}

/** The answer when the device takes no more orders for now. */
export const busy = ({ request }: Ticket): Uint8Array => exception(request[0], 6);

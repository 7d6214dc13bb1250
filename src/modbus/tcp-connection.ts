// One TCP client of this server, with Modbus TCP (messaging on TCP/IP V1.0b, 3.1.3) or with RTU frames over the stream:
// bytes and the time go in, answers come out in the order of the requests, a bounded number at a time. What breaks the framing
// of Modbus TCP closes the connection: there is no way to find the next frame. Noise among RTU frames is dropped.

import type { Outcome } from "../model/asking.ts";
import { type Counters, count, countAnswer } from "./counters.ts";
import { hasGoodCrc } from "./crc16.ts";
import { diagnose } from "./diagnostics.ts";
import { rtuFrame, tcpFrame } from "./framing.ts";
import { requestLength } from "./pdu-length.ts";
import { BROADCAST, FUNCTIONS, RTU_MAX, TCP_MAX, u16At } from "./protocol.ts";
import { type Context, finish, type Pending, serve, type Ticket } from "./server.ts";
import { createSession, logOut, type Session } from "./session.ts";

export type Framing = "tcp" | "rtu";

export type TcpConnection = {
  readonly framing: Framing;
  readonly session: Session;
  /** This server's address. */
  unit: number;
  /** Bytes that are not yet taken: from `start` to `end`. */
  buffer: Uint8Array;
  start: number;
  end: number;
  /** When the frame under way began; undefined between frames. */
  began_us: number | undefined;
  waiting: { readonly ticket: Ticket; readonly request: Request } | undefined;
  /** Function 0x08 may silence a serial line; over TCP only where its frames are those of a serial line. */
  isListeningOnly: boolean;
};

type Request = { readonly transaction: number; readonly unit: number; readonly pdu: Uint8Array };

export type ConnectionStep = {
  /** Answers, one after the other. */
  readonly send: readonly Uint8Array[];
  readonly asked?: Pending;
  /** The client broke the framing: close after sending. */
  readonly isBroken: boolean;
  /** More requests wait in the buffer than were served now. */
  readonly hasMore: boolean;
};

/** A frame must be whole so long after its first byte: networks pause, lines do not. */
const PATIENCE_us = { tcp: 5_000_000, rtu: 300_000 } as const;
/** Bytes that wait: two longest frames and what one read of the socket brings. */
const ROOM = 4096;

export const createTcpConnection = (framing: Framing, unit: number, host: string, isLocal: boolean): TcpConnection => ({
  framing,
  session: createSession({
    link: framing === "tcp" ? "tcp" : "serial",
    ...{ actor: `Modbus ${framing === "tcp" ? "TCP" : "RTU over TCP"} ${host}`, peer: host, isLocal },
  }),
  unit,
  buffer: new Uint8Array(ROOM),
  start: 0,
  end: 0,
  began_us: undefined,
  waiting: undefined,
  isListeningOnly: false,
});

/** More has come than anybody needs who waits for answers. */
export const isFull = ({ start, end }: TcpConnection): boolean => end - start > ROOM;

/** The client has gone: nothing of it stays. */
export const forget = (connection: TcpConnection): void => logOut(connection.session);

/** When a frame that does not get whole closes the connection. */
export const patienceEnd_us = ({ began_us, framing }: TcpConnection): number | undefined =>
  began_us === undefined ? undefined : began_us + PATIENCE_us[framing];

/** Takes bytes read from the socket; serve them with `serveConnection`. */
export function takeChunk(connection: TcpConnection, chunk: Uint8Array, now_us: number): void {
  if (connection.start > 0) {
    connection.buffer.copyWithin(0, connection.start, connection.end);
    connection.end -= connection.start;
    connection.start = 0;
  }
  const needed = connection.end + chunk.length;
  if (needed > connection.buffer.length) connection.buffer = grown(connection, needed);
  connection.buffer.set(chunk, connection.end);
  connection.end = needed;
  connection.began_us ??= now_us;
}

function grown({ buffer, end }: TcpConnection, needed: number): Uint8Array {
  const wider = new Uint8Array(Math.max(needed, 2 * buffer.length));
  wider.set(buffer.subarray(0, end));
  return wider;
}

/**
 * Serves requests that are whole, at most so many, and stops at one the device has to answer.
 * @param most how many requests may be served in this turn
 */
export function serveConnection(
  connection: TcpConnection,
  context: Context,
  most: number,
  now_us: number,
): ConnectionStep {
  const send: Uint8Array[] = [];
  for (let served = 0; served < most; served++) {
    if (connection.waiting !== undefined) return { send, isBroken: false, hasMore: false };
    const request = connection.framing === "tcp" ? nextTcp(connection) : nextRtu(connection, context.counters.tcp);
    if (request === "broken") return { send, isBroken: true, hasMore: false };
    if (request === "more") return { send, isBroken: isGivenUp(connection, context, now_us), hasMore: false };
    connection.began_us = connection.start < connection.end ? now_us : undefined;
    const asked = take(connection, context, request, send, now_us);
    if (asked !== undefined) return { send, asked, isBroken: false, hasMore: false };
  }
  return { send, isBroken: false, hasMore: connection.start < connection.end };
}

/** A frame that does not get whole: there is no next one to be found in Modbus TCP; an RTU frame ends by silence. */
function isGivenUp(connection: TcpConnection, context: Context, now_us: number): boolean {
  if (now_us < (patienceEnd_us(connection) ?? Number.POSITIVE_INFINITY)) return false;
  if (connection.framing === "tcp") return true;
  dropNoise(connection, context.counters.tcp);
  return false;
}

function take(
  connection: TcpConnection,
  context: Context,
  request: Request,
  send: Uint8Array[],
  now_us: number,
): ConnectionStep["asked"] {
  const { tcp } = context.counters;
  count(tcp, "busMessages");
  if (!isForUs(connection, request.unit)) return undefined;
  count(tcp, "serverMessages");
  if (connection.framing === "rtu" && (connection.isListeningOnly || request.pdu[0] === FUNCTIONS.diagnostics)) {
    takeDiagnostics(connection, context, request, send);
    return undefined;
  }
  const reply = serve(context, connection.session, request.pdu, now_us);
  if (reply.kind !== "answer") {
    connection.waiting = { ticket: reply.ticket, request };
    return reply;
  }
  put(connection, context, request, reply.pdu, send);
  return undefined;
}

function takeDiagnostics(connection: TcpConnection, context: Context, request: Request, send: Uint8Array[]): void {
  const { tcp } = context.counters;
  const isMeant = request.pdu[0] === FUNCTIONS.diagnostics;
  const told = isMeant ? diagnose(request.pdu, tcp, connection.isListeningOnly) : undefined;
  if (told !== undefined) connection.isListeningOnly = told.isListeningOnly;
  if (told?.pdu === undefined) count(tcp, "noResponses");
  else put(connection, context, request, told.pdu, send);
}

/** Over TCP 0 and 255 mean the device at the other end; on a serial line 0 means everybody, and nobody answers. */
function isForUs({ framing, unit }: TcpConnection, asked: number): boolean {
  return asked === unit || asked === BROADCAST || (framing === "tcp" && asked === 0xff);
}

function put(
  { framing }: TcpConnection,
  context: Context,
  { transaction, unit }: Request,
  pdu: Uint8Array,
  send: Uint8Array[],
) {
  const { tcp } = context.counters;
  countAnswer(tcp, pdu);
  if (framing === "tcp") send.push(tcpFrame(transaction, unit, pdu));
  else if (unit === BROADCAST) count(tcp, "noResponses");
  else send.push(rtuFrame(unit, pdu));
}

const HEADER = 7;

function nextTcp(connection: TcpConnection): Request | "more" | "broken" {
  const { buffer, start, end } = connection;
  if (end - start < 6) return "more";
  const length = u16At(buffer, start + 4);
  if (u16At(buffer, start + 2) !== 0 || length < 2 || length > TCP_MAX - 6) return "broken";
  if (end - start < 6 + length) return "more";
  connection.start = start + 6 + length;
  return {
    transaction: u16At(buffer, start),
    unit: buffer[start + 6],
    pdu: buffer.slice(start + HEADER, start + 6 + length),
  };
}

/**
 * All that has come is a frame where its checksum is right, whatever its length; else the function tells how long the first one
 * is. What is neither is noise, as on the line behind it: it is dropped, and the next frame is heard.
 */
function nextRtu(connection: TcpConnection, counters: Counters): Request | "more" {
  const { buffer, start, end } = connection;
  const all = end - start;
  if (all <= RTU_MAX && hasGoodCrc(buffer.subarray(start, end))) return takeRtu(connection, all);
  const length = requestLength(buffer, start + 1, end);
  const size = typeof length === "number" ? length + 3 : RTU_MAX + 1;
  if (all < size) return "more";
  if (size <= RTU_MAX && hasGoodCrc(buffer.subarray(start, start + size))) return takeRtu(connection, size);
  dropNoise(connection, counters);
  return "more";
}

function takeRtu(connection: TcpConnection, size: number): Request {
  const { buffer, start } = connection;
  connection.start = start + size;
  return { transaction: 0, unit: buffer[start], pdu: buffer.slice(start + 1, start + size - 2) };
}

function dropNoise(connection: TcpConnection, counters: Counters): void {
  count(counters, "communicationErrors");
  connection.start = connection.end;
  connection.began_us = undefined;
}

/** What came of what the device has been asked: the client's answer, if it gets one. */
export function takeConnectionOutcome(
  connection: TcpConnection,
  context: Context,
  outcome: Outcome,
  now_us: number,
): readonly Uint8Array[] {
  const { waiting, session } = connection;
  if (waiting === undefined) return [];
  const pdu = finish(context, session, waiting.ticket, outcome, now_us);
  connection.waiting = undefined;
  const send: Uint8Array[] = [];
  put(connection, context, waiting.request, pdu, send);
  return send;
}

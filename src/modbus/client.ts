// The other side: requests a client sends and what their answers say. Frames of all three kinds are cut out of what a port
// or socket has brought; nothing here waits or sends.

import { hasGoodCrc } from "./crc16.ts";
import { rtuFrame, tcpFrame } from "./framing.ts";
import { answerLength } from "./pdu-length.ts";
import { DEVICE_IDENTIFICATION, type ExceptionCode, FUNCTIONS, LIMITS, TCP_MAX, u16At } from "./protocol.ts";
import type { Table } from "./register.ts";

/** serial: RTU on a line. rtu: RTU frames over TCP. tcp: Modbus TCP. */
export type ClientFraming = "serial" | "rtu" | "tcp";

const READ = { coil: 1, discrete: 2, holding: 3, input: 4 } as const satisfies Record<Table, number>;

/** Most values of one read of a table. */
export const mostOf = (table: Table): number =>
  table === "coil" || table === "discrete" ? LIMITS.readBits : LIMITS.readRegisters;

const words = (...values: readonly number[]): number[] => values.flatMap((value) => [value >>> 8, value & 0xff]);

export const readRequest = (table: Table, address: number, count: number): Uint8Array =>
  Uint8Array.of(READ[table], ...words(address, count));

/** One register by function 0x06, several by 0x10. */
export function writeRequest(address: number, values: readonly number[]): Uint8Array {
  if (values.length === 1) return Uint8Array.of(FUNCTIONS.writeSingleRegister, ...words(address, values[0]));
  const head = words(address, values.length);
  return Uint8Array.of(FUNCTIONS.writeMultipleRegisters, ...head, 2 * values.length, ...words(...values));
}

export const coilRequest = (address: number, value: boolean): Uint8Array =>
  Uint8Array.of(FUNCTIONS.writeSingleCoil, ...words(address, value ? 0xff00 : 0));

export const identifyRequest = (code: 1 | 2 | 3 | 4, object: number): Uint8Array =>
  Uint8Array.of(FUNCTIONS.encapsulated, DEVICE_IDENTIFICATION, code, object);

export const serverIdRequest = (): Uint8Array => Uint8Array.of(FUNCTIONS.reportServerId);

/** The whole frame of a request. */
export const frameOf = (framing: ClientFraming, transaction: number, unit: number, pdu: Uint8Array): Uint8Array =>
  framing === "tcp" ? tcpFrame(transaction, unit, pdu) : rtuFrame(unit, pdu);

export type Heard =
  | { readonly kind: "answer"; readonly pdu: Uint8Array }
  /** Too little has come to tell. */
  | { readonly kind: "more" }
  /** Whole frames have come, but they are others': of another unit, or an answer to an earlier request. */
  | { readonly kind: "others"; readonly why: string }
  /** What came is no answer to this request: a wrong checksum, another unit or transaction, not Modbus. */
  | { readonly kind: "strange"; readonly why: string };

const MORE: Heard = { kind: "more" };
const strange = (why: string): Heard => ({ kind: "strange", why });

/**
 * Looks for the answer to a request in the bytes that have come since it was sent. Frames of others and answers that came too
 * late for an earlier request are passed over.
 * @param isComplete the line has gone silent: nothing more belongs to the answer
 */
export function hear(
  framing: ClientFraming,
  transaction: number,
  unit: number,
  request: Uint8Array,
  bytes: Uint8Array,
  isComplete: boolean,
): Heard {
  if (framing === "tcp") return hearTcp(transaction, unit, request, bytes);
  return hearRtu(unit, request, bytes, isComplete);
}

function hearTcp(transaction: number, unit: number, request: Uint8Array, bytes: Uint8Array): Heard {
  if (bytes.length < 7) return MORE;
  const length = u16At(bytes, 4);
  if (u16At(bytes, 2) !== 0 || length < 2 || length > TCP_MAX - 6) return strange("the answer is not Modbus TCP");
  if (bytes.length < 6 + length) return MORE;
  if (u16At(bytes, 0) !== transaction) return hearTcp(transaction, unit, request, bytes.subarray(6 + length));
  if (bytes[6] !== unit) return strange(`unit ${bytes[6]} answered in place of ${unit}`);
  const pdu = bytes.slice(7, 6 + length);
  return fits(request, pdu) ? { kind: "answer", pdu } : strange(misfit(request, pdu));
}

/** On a serial line only unit, function and size tell whose answer it is. */
function hearRtu(unit: number, request: Uint8Array, bytes: Uint8Array, isComplete: boolean): Heard {
  const length = answerLength(bytes, 1, bytes.length);
  const size = typeof length === "number" ? length + 3 : isComplete ? bytes.length : Number.POSITIVE_INFINITY;
  if (bytes.length < size || bytes.length < 4)
    return isComplete && bytes.length > 0 ? strange("the answer is cut off") : MORE;
  if (!hasGoodCrc(bytes, size)) return isComplete ? strange("the answer's checksum is wrong") : MORE;
  const pdu = bytes.slice(1, size - 2);
  if (bytes[0] === unit && fits(request, pdu)) return { kind: "answer", pdu };
  const rest = hearRtu(unit, request, bytes.subarray(size), isComplete);
  if (rest.kind !== "more") return rest;
  return { kind: "others", why: bytes[0] === unit ? misfit(request, pdu) : `unit ${bytes[0]} has answered` };
}

const misfit = (request: Uint8Array, pdu: Uint8Array): string =>
  (pdu[0] & 0x7f) === (request[0] & 0x7f)
    ? "the answer does not fit the request"
    : `the answer is to function ${pdu[0] & 0x7f}, not ${request[0]}`;

/** Whether an answer can be that to a request: an exception, or the size and address that were asked for. */
function fits(request: Uint8Array, pdu: Uint8Array): boolean {
  if (pdu.length < 2 || (pdu[0] & 0x7f) !== (request[0] & 0x7f)) return false;
  if (pdu[0] & 0x80 && !(request[0] & 0x80)) return pdu.length === 2;
  switch (request[0]) {
    case FUNCTIONS.readCoils:
    case FUNCTIONS.readDiscreteInputs:
      return pdu[1] === (u16At(request, 3) + 7) >> 3;
    case FUNCTIONS.readHoldingRegisters:
    case FUNCTIONS.readInputRegisters:
      return pdu[1] === 2 * u16At(request, 3);
    case FUNCTIONS.writeSingleCoil:
    case FUNCTIONS.writeSingleRegister:
    case FUNCTIONS.writeMultipleCoils:
    case FUNCTIONS.writeMultipleRegisters:
      return pdu.length === 5 && u16At(pdu, 1) === u16At(request, 1);
    default:
      return true;
  }
}

export type Read =
  | { readonly ok: true; readonly words: Uint16Array }
  | { readonly ok: false; readonly exception: ExceptionCode | 0 };

/** The values in the answer to a read, bits as 0 and 1. Exception 0: the answer does not fit the request. */
export function valuesOf(table: Table, count: number, pdu: Uint8Array): Read {
  if (pdu[0] & 0x80) return { ok: false, exception: pdu[1] as ExceptionCode };
  const isBits = table === "coil" || table === "discrete";
  const bytes = isBits ? (count + 7) >> 3 : 2 * count;
  if (pdu[1] !== bytes || pdu.length !== 2 + bytes) return { ok: false, exception: 0 };
  const word = (i: number): number => (isBits ? (pdu[2 + (i >> 3)] >> (i & 7)) & 1 : u16At(pdu, 2 + 2 * i));
  return { ok: true, words: Uint16Array.from({ length: count }, (_, i) => word(i)) };
}

/** The exception in an answer; 0: there is none. */
export const exceptionOf = (pdu: Uint8Array): number => (pdu[0] & 0x80 ? pdu[1] : 0);

export type IdentityObject = { readonly id: number; readonly bytes: Uint8Array };

/** Objects of an answer to device identification, and where to go on; undefined where it is malformed. */
export function objectsOf(
  pdu: Uint8Array,
): { readonly objects: readonly IdentityObject[]; readonly next: number } | undefined {
  if (pdu.length < 7) return undefined;
  const objects: IdentityObject[] = [];
  let at = 7;
  for (let i = 0; i < pdu[6]; i++) {
    const length = pdu[at + 1];
    if (at + 2 + length > pdu.length) return undefined;
    objects.push({ id: pdu[at], bytes: pdu.slice(at + 2, at + 2 + length) });
    at += 2 + length;
  }
  return { objects, next: pdu[4] === 0xff ? pdu[5] : 0 };
}

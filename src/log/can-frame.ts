// A frame on the CAN bus as the log's channel /can has it, and as the text of can-utils' log files ("candump -l"), both
// ways. The CAN ring feeds the channel through canJson, and through frameOfCandump what is played to it from such a file;
// exporters read it. Classical frames only: the device speaks no CAN FD.
// Text form: can-utils, lib.c (sprint_canframe, parse_canframe); error frames: linux/can/error.h.

import { type CanFrame as Frame, isFrame } from "../base/can-frame.ts";
import { bytesOfHex, hexBytes, hexDigits } from "../base/hex.ts";

/** A frame as it was on a bus, or an error frame: there `id` has the classes of error. */
export type CanFrame = Frame & {
  /** Name of the bus, for example "can0"; no blanks. */
  readonly bus: string;
  /** Made by the controller, not seen on the wire: tells what went wrong there. */
  readonly error: boolean;
  /** Seen, or sent by us. */
  readonly direction: "rx" | "tx";
};

/** CAN_ERR_FLAG of linux/can.h: how the text form marks an error frame. */
const ERROR_FLAG = 0x20000000;

/** The frame if its parts fit together, else undefined. */
function checked(frame: CanFrame): CanFrame | undefined {
  const { bus, error, remote } = frame;
  const fits = isFrame(error ? { ...frame, extended: true } : frame) && !(error && remote);
  return fits && /^\S+$/.test(bus) ? frame : undefined;
}

/** The JSON of a message on /can; `data` is hexadecimal, `length` is there only where it says more than `data`. */
export const canJson = ({ data, length, ...frame }: CanFrame): string =>
  JSON.stringify({
    bus: frame.bus,
    id: frame.id,
    extended: frame.extended,
    remote: frame.remote,
    error: frame.error,
    data: hexBytes(data),
    ...(frame.remote && length > 0 ? { length } : {}),
    direction: frame.direction,
  });

/** The frame of a message on /can; undefined where the value is none. */
export function canOfJson(value: unknown): CanFrame | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { bus, id, extended, remote, error, data, length, direction } = value as Record<string, unknown>;
  if (typeof bus !== "string" || typeof id !== "number" || typeof data !== "string") return undefined;
  const bytes = bytesOfHex(data);
  if (bytes === undefined || (direction !== "rx" && direction !== "tx")) return undefined;
  return checked({
    bus,
    id,
    extended: extended === true,
    remote: remote === true,
    error: error === true,
    length: typeof length === "number" ? length : bytes.length,
    data: bytes,
    direction,
  });
}

/** A line of a candump log, as "(1436509052.249713) can0 123#DEADBEEF"; the direction is not in it. Time from 1970 on. */
export function candumpLine(frame: CanFrame, time_us: number): string {
  const seconds = Math.floor(time_us / 1_000_000);
  const micro = Math.floor(time_us - seconds * 1_000_000);
  return `(${String(seconds).padStart(10, "0")}.${String(micro).padStart(6, "0")}) ${frame.bus} ${frameText(frame)}`;
}

function frameText({ id, extended, remote, error, length, data }: CanFrame): string {
  const name = error ? hexDigits(ERROR_FLAG + id, 8) : hexDigits(id, extended ? 8 : 3);
  return `${name}#${remote ? `R${length > 0 ? length : ""}` : hexBytes(data)}`;
}

const LINE = /^\((\d+)\.(\d{6})\)\s+(\S+)\s+([\da-f]{3}|[\da-f]{8})#(R\d?|(?:[\da-f]{2}\.?)*)(?:\s+([RT]))?\s*$/i;

/** A frame and its time out of a candump log; undefined for what is no classical frame. "T" at the end is a sent one. */
export function frameOfCandump(line: string): { readonly frame: CanFrame; readonly time_us: number } | undefined {
  const [, seconds, micro, bus, name, body, mark] = LINE.exec(line) ?? [];
  if (seconds === undefined || bus === undefined || name === undefined || body === undefined) return undefined;
  const number = Number.parseInt(name, 16);
  const error = name.length === 8 && (number & ERROR_FLAG) !== 0;
  const remote = /^r/i.test(body);
  const data = remote ? new Uint8Array(0) : bytesOfHex(body.replaceAll(".", ""))!;
  const frame = checked({
    bus,
    id: error ? number - ERROR_FLAG : number,
    extended: name.length === 8 && !error,
    remote,
    error,
    length: remote ? Number(body.slice(1) || 0) : data.length,
    data,
    direction: /t/i.test(mark ?? "R") ? "tx" : "rx",
  });
  return frame === undefined ? undefined : { frame, time_us: Number(seconds) * 1_000_000 + Number(micro) };
}

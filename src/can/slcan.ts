// A frame as adapters at serial ports have it (SLCAN, the LAWICEL protocol): t and T with data, r and R for remote frames, the
// capital ones with 29 bits; a time in milliseconds may follow what was received. And the lines such frames come in.
// Source: LAWICEL AB, CANUSB manual 1.0, chapter 4; CAN232 manual 3.

import { type CanFrame, EXTENDED_ID_MAX, STANDARD_ID_MAX } from "../base/can-frame.ts";
import { hexBytes, hexDigits } from "../base/hex.ts";
import { asciiOf, hexNumber } from "./ascii.ts";

/** Ends a line, and acknowledges a command where it stands alone. */
export const CR = "\r";
/** Refuses a command. */
export const BEL = "\x07";
/** Bit rates of the commands S0 to S8, kbit/s. */
export const RATES_kbit_s = [10, 20, 50, 100, 125, 250, 500, 800, 1000] as const;
/** Time stamps begin anew each minute. */
export const STAMP_PERIOD_ms = 60_000;

/** The line of a frame without its end. */
export function slcanText({ id, extended, remote, length, data }: CanFrame): string {
  if (remote) return extended ? `R${hexDigits(id, 8)}${length}` : `r${hexDigits(id, 3)}${length}`;
  return (extended ? `T${hexDigits(id, 8)}${length}` : `t${hexDigits(id, 3)}${length}`) + hexBytes(data);
}

export type SlcanFrame = { readonly frame: CanFrame; readonly stamp_ms: number | undefined };

/** The frame of a line, and its time where it has one; undefined for what is none, too short or too long. */
export function frameOfSlcan(line: string): SlcanFrame | undefined {
  const kind = line.charAt(0);
  const extended = kind === "T" || kind === "R";
  const remote = kind === "r" || kind === "R";
  if (!extended && !remote && kind !== "t") return undefined;
  const digits = extended ? 8 : 3;
  const id = hexNumber(line.slice(1, 1 + digits), 8);
  const length = line.charCodeAt(1 + digits) - 48;
  const start = 2 + digits;
  const end = start + (remote ? 0 : 2 * length);
  const isWhole = id >= 0 && id <= (extended ? EXTENDED_ID_MAX : STANDARD_ID_MAX) && length >= 0 && length <= 8;
  if (!isWhole || line.length < end) return undefined;
  const data = dataOf(line.slice(start, end));
  const stamp_ms = line.length === end ? undefined : stampOf(line.slice(end));
  if (data === undefined || stamp_ms === -1) return undefined;
  return { frame: { id, extended, remote, length, data }, stamp_ms };
}

function dataOf(text: string): Uint8Array | undefined {
  const data = new Uint8Array(text.length / 2);
  if (text.length > 0 && hexNumber(text, 16) < 0) return undefined;
  for (let i = 0; i < data.length; i++) data[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return data;
}

/** Four digits of less than a minute; -1 for anything else. */
function stampOf(text: string): number {
  const stamp_ms = text.length === 4 ? hexNumber(text, 4) : -1;
  return stamp_ms < STAMP_PERIOD_ms ? stamp_ms : -1;
}

/** The stamp of a time, us. */
export const stampText = (time_us: number): string => hexDigits(Math.floor(time_us / 1000) % STAMP_PERIOD_ms, 4);

/** Longest line that means something: versions of some adapters are long words. */
export const LINE_MOST = 128;

/** Gathers lines out of chunks. */
export type SlcanLines = { rest: string; isOverlong: boolean };

/** Nothing has come. */
export const createLines = (): SlcanLines => ({ rest: "", isOverlong: false });

/**
 * Lines that end in a chunk, without their ends; a BEL is a line of its own. What is longer than LINE_MOST becomes one line of
 * LINE_MOST question marks, which is no command and no frame; line feeds are left out.
 */
export function takeLines(lines: SlcanLines, chunk: Uint8Array): string[] {
  const found: string[] = [];
  for (const character of asciiOf(chunk)) {
    if (character === CR) found.push(endLine(lines));
    else if (character === BEL) found.push(refusalAfter(lines));
    else if (character !== "\n") lengthen(lines, character);
  }
  return found;
}

function lengthen(lines: SlcanLines, character: string): void {
  if (lines.rest.length >= LINE_MOST) lines.isOverlong = true;
  else lines.rest += character;
}

/** What came before a BEL was not meant to be read. */
function refusalAfter(lines: SlcanLines): string {
  endLine(lines);
  return BEL;
}

function endLine(lines: SlcanLines): string {
  const line = lines.isOverlong ? "?".repeat(LINE_MOST) : lines.rest;
  lines.rest = "";
  lines.isOverlong = false;
  return line;
}

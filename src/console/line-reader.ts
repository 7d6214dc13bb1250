// Bytes from a terminal or a program as command lines. Lines end with CR, LF or both; a backspace takes back a letter. A line
// that is too long or holds what is no text is told as bad once, at its end, and never run.

import { decodeUtf8 } from "../base/utf8.ts";

/** Longest line, bytes without its end. */
export const LONGEST_LINE = 1024;

export type LineReader = {
  readonly bytes: Uint8Array;
  length: number;
  isBad: boolean;
  /** The last line ended with CR: a LF that follows belongs to it. */
  afterCr: boolean;
};

/** Nothing has been typed. */
export const createLineReader = (): LineReader => ({
  bytes: new Uint8Array(LONGEST_LINE),
  length: 0,
  isBad: false,
  afterCr: false,
});

const [BACKSPACE, TAB, LF, CR, CTRL_C, BLANK, DELETE] = [0x08, 0x09, 0x0a, 0x0d, 0x03, 0x20, 0x7f];

/** The lines that bytes complete; undefined stands for a bad one. Ctrl-C forgets what has been typed. */
export function readLines(reader: LineReader, chunk: Uint8Array): (string | undefined)[] {
  const lines: (string | undefined)[] = [];
  for (const byte of chunk) {
    const isSecondHalf = byte === LF && reader.afterCr;
    reader.afterCr = byte === CR;
    if (isSecondHalf) continue;
    if (byte === CR || byte === LF) lines.push(endLine(reader));
    else takeByte(reader, byte);
  }
  return lines;
}

function endLine(reader: LineReader): string | undefined {
  const text = decodeUtf8(reader.bytes.subarray(0, reader.length));
  const isBad = reader.isBad || text.includes("\ufffd");
  reader.length = 0;
  reader.isBad = false;
  return isBad ? undefined : text;
}

function takeByte(reader: LineReader, byte: number): void {
  if (byte === BACKSPACE || byte === DELETE) takeBack(reader);
  else if (byte === CTRL_C) {
    reader.length = 0;
    reader.isBad = false;
  } else if (reader.length === LONGEST_LINE || (byte < BLANK && byte !== TAB)) reader.isBad = true;
  else reader.bytes[reader.length++] = byte;
}

/** A letter of several bytes goes as one. */
function takeBack(reader: LineReader): void {
  while (reader.length > 0 && (reader.bytes[reader.length - 1] & 0xc0) === 0x80) reader.length--;
  if (reader.length > 0) reader.length--;
}

/** What a terminal shows of what is typed. */
export function echoOf(chunk: Uint8Array): string {
  let text = "";
  for (const byte of chunk) {
    if (byte === CR) text += "\r\n";
    else if (byte === BACKSPACE || byte === DELETE) text += "\b \b";
    else if (byte >= BLANK && byte < DELETE) text += String.fromCharCode(byte);
    else if (byte >= 0xc0) text += "?"; // the first byte of a longer letter
  }
  return text;
}

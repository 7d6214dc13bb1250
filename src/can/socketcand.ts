// The text of socketcand, by which programs reach a CAN bus over TCP: elements in angle brackets, words between blanks, bytes in
// hexadecimal digits. There is no form for a remote frame. Source: the project's doc/protocol.md and its state_raw.c.

import { type CanFrame, EXTENDED_ID_MAX, STANDARD_ID_MAX } from "../base/can-frame.ts";
import { hexBytes, hexDigits } from "../base/hex.ts";
import { asciiOf, hexNumber } from "./ascii.ts";

/** Its port by habit. */
export const SOCKETCAND_PORT = 29_536;

const idText = ({ id, extended }: CanFrame): string => hexDigits(id, extended ? 8 : 3);

/** "< frame 123 1436509052.249713 DEADBEEF >", as a server tells it. `time_us`: since 1970. Not for remote frames. */
export function frameElement(frame: CanFrame, time_us: number): string {
  const seconds = Math.floor(time_us / 1e6);
  const micro = `${Math.floor(time_us - seconds * 1e6)}`.padStart(6, "0");
  return `< frame ${idText(frame)} ${seconds}.${micro} ${hexBytes(frame.data)} >`;
}

/** "< send 123 4 de ad be ef >", as a client asks for it. Not for remote frames. */
export function sendElement(frame: CanFrame): string {
  const bytes = Array.from(frame.data, (byte) => ` ${byte.toString(16)}`).join("");
  return `< send ${idText(frame)} ${frame.length}${bytes} >`;
}

/** An id as eight digits, or one that needs them, has 29 bits. */
function headOf(text: string): { readonly id: number; readonly extended: boolean } | undefined {
  const id = hexNumber(text, 8);
  const extended = text.length === 8 || id > STANDARD_ID_MAX;
  return id < 0 || id > EXTENDED_ID_MAX ? undefined : { id, extended };
}

/** The frame of the words after "send"; undefined where they are no frame. */
export function frameOfSend(words: readonly string[]): CanFrame | undefined {
  const head = headOf(words[0] ?? "");
  const length = hexNumber(words[1] ?? "", 2);
  if (head === undefined || length < 0 || length > 8 || words.length !== 2 + length) return undefined;
  const data = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const byte = hexNumber(words[2 + i] ?? "", 2);
    if (byte < 0) return undefined;
    data[i] = byte;
  }
  return { ...head, remote: false, length, data };
}

/** The frame of the words after "frame": id, time, and the bytes in one word or in several, or none. */
export function frameOfTold(words: readonly string[]): CanFrame | undefined {
  const head = headOf(words[0] ?? "");
  const digits = words.slice(2).join("");
  const isWhole = /^\d+\.\d+$/.test(words[1] ?? "") && /^(?:[\da-f]{2}){0,8}$/i.test(digits);
  if (head === undefined || !isWhole) return undefined;
  const data = new Uint8Array(digits.length / 2);
  for (let i = 0; i < data.length; i++) data[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return { ...head, remote: false, length: data.length, data };
}

/** Longest element that means something: "add" of broadcast manager mode has less. */
export const ELEMENT_MOST = 256;

/** Gathers elements out of a stream. */
export type Elements = { rest: string };

/** Nothing has come. */
export const createElements = (): Elements => ({ rest: "" });

/**
 * The words of each element that ends in a chunk. What stands between elements is left out; an element that gets longer than
 * ELEMENT_MOST is dropped up to the next opening bracket. Each character is looked at once, whatever they are.
 */
export function takeElements(elements: Elements, chunk: Uint8Array): string[][] {
  const found: string[][] = [];
  const text = elements.rest + asciiOf(chunk);
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPENING) start = at;
    if (code !== CLOSING) continue;
    if (start >= 0 && at - start <= ELEMENT_MOST) found.push(wordsOf(text.slice(start + 1, at)));
    start = -1;
  }
  elements.rest = start >= 0 && text.length - start <= ELEMENT_MOST ? text.slice(start) : "";
  return found;
}

const [OPENING, CLOSING] = [0x3c, 0x3e];

const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");

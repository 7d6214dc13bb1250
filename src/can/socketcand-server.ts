// The server's side of socketcand for one client: greeting, the bus opened by its name, raw mode, frames sent. Elements are
// served one after the other; while the bus takes no frame, the rest of them waits. Broadcast manager mode (cyclic frames that
// the server sends by itself), ISO-TP mode and control mode are refused; raw mode is what programs use.
// Source: socketcand, doc/protocol.md; answers as its state_*.c give them.

import type { CanFrame } from "../base/can-frame.ts";
import { createElements, type Elements, frameElement, frameOfSend, takeElements } from "./socketcand.ts";

/** What a server is connected to. */
export type ServedBus = {
  /** By which name clients open it. */
  readonly name: string;
  /** False: no room now; the same frame comes again. */
  readonly send: (frame: CanFrame) => boolean;
};

/** The first words of a server. */
export const GREETING = "< hi >";
const OK = "< ok >";
const error = (words: string): string => `< error ${words} >`;

export type SocketcandSession = {
  readonly elements: Elements;
  readonly waiting: string[][];
  mode: "greeted" | "opened" | "raw";
  /** Nobody who speaks the protocol: close it. */
  isBroken: boolean;
};

/** A client that has connected, and is greeted with GREETING by the owner. */
export const createSession = (): SocketcandSession => ({
  elements: createElements(),
  waiting: [],
  mode: "greeted",
  isBroken: false,
});

/** Bytes of the client, cut anywhere; what they ask waits for `serveSocketcand`. */
export function takeSocketcandChunk(session: SocketcandSession, chunk: Uint8Array): void {
  for (const words of takeElements(session.elements, chunk)) session.waiting.push(words);
}

/** Answers to at most `share` elements, up to a frame for which the bus has no room. */
export function serveSocketcand(
  session: SocketcandSession,
  bus: ServedBus,
  share: number,
): { readonly answers: string; readonly served: number; readonly isBlocked: boolean } {
  let answers = "";
  let served = 0;
  let isBlocked = false;
  for (const words of session.waiting) {
    if (served >= share || session.isBroken) break;
    const answer = answerTo(session, words, bus);
    isBlocked = answer === undefined;
    if (answer === undefined) break;
    answers += answer;
    served++;
  }
  session.waiting.splice(0, served);
  return { answers, served, isBlocked };
}

/**
 * The element for a frame that was on the bus; empty before raw mode, and for remote frames, which have none. The blank before
 * it is for python-can up to 4.1: after each piece it has read, that throws away one character too many.
 */
export const elementOfBus = (session: SocketcandSession, frame: CanFrame, time_us: number): string =>
  session.mode === "raw" && !frame.remote ? ` ${frameElement(frame, time_us)}` : "";

/** Undefined: it has to wait. */
function answerTo(session: SocketcandSession, words: readonly string[], bus: ServedBus): string | undefined {
  if (words[0] === "echo") return "< echo >";
  if (session.mode === "greeted") return open(session, words, bus);
  return words[0] === "send" ? send(words, bus) : changeMode(session, words);
}

function open(session: SocketcandSession, words: readonly string[], bus: ServedBus): string {
  if (words[0] !== "open" || words.length !== 2) return error("unknown command");
  if (words[1] !== bus.name) {
    session.isBroken = true;
    return error("could not open bus");
  }
  session.mode = "opened";
  return OK;
}

function changeMode(session: SocketcandSession, [word = ""]: readonly string[]): string {
  if (word === "rawmode" || word === "bcmmode") {
    session.mode = word === "rawmode" ? "raw" : "opened";
    return OK;
  }
  return error(REFUSED.has(word) ? "not supported, use rawmode" : "unknown command");
}

/** Commands that the protocol has and this server has not. */
const REFUSED: ReadonlySet<string> = new Set([
  ...["add", "update", "delete", "filter", "muxfilter", "subscribe", "unsubscribe"],
  ...["isotpmode", "isotpconf", "sendpdu", "controlmode", "statistics", "fsend"],
]);

function send(words: readonly string[], bus: ServedBus): string | undefined {
  const frame = frameOfSend(words.slice(1));
  if (frame === undefined) return error("Syntax error in send command");
  return bus.send(frame) ? "" : undefined;
}

// What the gateway says: answers with the number of their command, values in their type, lists, and what happened on the bus.
// Lines that are no answers begin with "#", which programs pass over.

import { hexDigits } from "../base/hex.ts";
import { type Datatype, textOf } from "./datatypes.ts";
import { abortAnswer, errorAnswer } from "./errors.ts";
import type { ConsoleIdentity, ConsoleOutcome, ConsoleRequest, Directory, Named } from "./requests.ts";

export const END = "\r\n";
/** Names that "list" shows at most; the rest is counted. */
const MOST_LISTED = 4000;

/** A request under way, and how its outcome is told. */
export type Running = {
  readonly sequence: string | undefined;
  readonly kind: ConsoleRequest["kind"];
  readonly type: Datatype;
  readonly words: readonly string[] | undefined;
  /** Of a watched value: its name. */
  readonly watched?: Named;
};

/** A line for a program. @param sequence as the command had it */
export const answer = (sequence: string | undefined, text: string): string =>
  `${sequence === undefined ? "" : `[${sequence}] `}${text}${END}`;
/** Lines for people, which programs leave out. */
export const remarks = (lines: readonly string[]): string => lines.map((line) => `# ${line}${END}`).join("");

const hex32 = (value: number): string => `0x${hexDigits(value, 8)}`;

/** Vendor, product, revision, serial number; gateway class, version of the protocol, version of the implementation. */
export const infoOf = ({ identity }: ConsoleIdentity): string => `${identity.map(hex32).join(" ")} 1 3.0 1`;

/** Names with this in them, with what they are; MOST_LISTED at most, then how many more there are. */
export function listed(directory: Directory, filter: string): readonly string[] {
  const wanted = filter.toLowerCase();
  const lines: string[] = [];
  let more = 0;
  for (const named of directory.all()) {
    if (!named.name.toLowerCase().includes(wanted)) continue;
    if (lines.length < MOST_LISTED) lines.push(listLine(named));
    else more++;
  }
  return more === 0 ? lines : [...lines, `… and ${more} more: give a text that the name holds`];
}

const listLine = ({ name, index, subIndex, type, access, unit }: Named): string =>
  `0x${hexDigits(index, 4)} ${String(subIndex).padStart(3)} ${type.padEnd(4)} ${access.padEnd(5)} ${name}${unit === "" ? "" : ` ${unit}`}`;

/** A watched value with its unit, where it has one. */
export const watchLine = ({ name, unit }: Named, text: string): string =>
  `${name} ${text}${unit === "" || text.startsWith("ERROR") ? "" : ` ${unit}`}`;

/** What came of a request: "OK", a value, or ERROR with a code (CiA 309-3, 5.1 and 6.1). */
export function outcomeText(running: Running, outcome: ConsoleOutcome): string {
  switch (outcome.kind) {
    case "done":
      return "OK";
    case "data":
      return valueText(running, outcome.data);
    case "numbers":
      return outcome.numbers
        .map((number) => (outcome.numbers.length === 1 && number <= 0xff ? String(number) : hex32(number)))
        .join(" ");
    case "abort":
      return abortAnswer(outcome.code, outcome.text);
    case "error":
      return errorAnswer(outcome.error, outcome.why);
    case "login":
      return LOGIN_ANSWERS[outcome.login];
  }
}

const LOGIN_ANSWERS = {
  granted: "OK",
  wrong: errorAnswer("password"),
  unset: errorAnswer("denied", "no service password is set: run bms password"),
  unavailable: errorAnswer("state", "passwords cannot be checked now"),
} as const;

const LENGTH_WRONG = 0x0607_0010;

/** A value in its type, and the word it stands for. */
function valueText({ type, words }: Running, data: Uint8Array): string {
  const text = textOf(type, data);
  if (text === undefined) return abortAnswer(LENGTH_WRONG, `${data.length} bytes are no ${type}`);
  const word = words?.[Number(text)];
  return word === undefined ? text : `${text} #${word}`;
}

/** What happened on the bus, for whoever asked to be told. */
export type ConsoleEvent =
  | {
      readonly kind: "emergency";
      readonly node: number;
      readonly code: number;
      readonly register: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "bootUp"; readonly node: number }
  | { readonly kind: "heartbeatLost"; readonly node: number }
  | { readonly kind: "heartbeatStarted"; readonly node: number };

/** An event without node and net. */
export function eventText(event: ConsoleEvent): string {
  switch (event.kind) {
    case "bootUp":
      return "BOOT_UP";
    case "heartbeatStarted":
      return "ERROR 202 #heartbeat started";
    case "heartbeatLost":
      return "ERROR 203 #heartbeat lost";
    case "emergency":
      return `EMCY ${hexDigits(event.code, 4)} ${hexDigits(event.register, 2)} ${[...event.bytes].join(" ")}`;
  }
}

// The host's side of SLCAN: opens an adapter's channel, takes what it receives, and asks once in a while how its controller
// fares. Adapters differ: some answer each command, some none; silence is no refusal, a BEL is one.
// Source: LAWICEL AB, CANUSB manual 1.0, chapter 4; states and errors as Linux takes them (drivers/net/can/slcan).

import type { CanFrame } from "../base/can-frame.ts";
import { type BusStatus, QUIET_BUS, stateOf } from "./bus-status.ts";
import { BEL, CR, createLines, frameOfSlcan, RATES_kbit_s, type SlcanLines, slcanText, takeLines } from "./slcan.ts";

/** How long an answer to a command of the opening is waited for. */
const PATIENCE_us = 300_000;
/** How often the adapter is asked for its flags. */
const FLAGS_us = 1_000_000;
/** Answers that are remembered as being due. */
const EXPECTED_MOST = 512;

export type SlcanHost = {
  readonly lines: SlcanLines;
  /** Commands of the opening that are still to be sent. */
  readonly opening: string[];
  /** Commands whose answers are due, by their letters, the oldest first. */
  readonly expected: string[];
  isOpen: boolean;
  /** It has said that it knows no flags. */
  hasNoFlags: boolean;
  /** When to call wakeHost. */
  due_us: number;
  status: BusStatus;
};

export type SlcanHostStep = {
  /** To the adapter. */
  readonly send: string;
  readonly frames: readonly CanFrame[];
  /** Frames that the adapter did not take, or told as lost. */
  readonly lost: number;
  /** The channel is open by now. */
  readonly hasOpened: boolean;
  /** It refuses to work: the command. */
  readonly refused: string | undefined;
};

const NOTHING: SlcanHostStep = { send: "", frames: [], lost: 0, hasOpened: false, refused: undefined };

export type SlcanRate_kbit_s = (typeof RATES_kbit_s)[number];

/** @param rate_kbit_s undefined: what the adapter is set to */
export function createSlcanHost(rate_kbit_s: SlcanRate_kbit_s | undefined): SlcanHost {
  const choice = rate_kbit_s === undefined ? [] : [`S${RATES_kbit_s.indexOf(rate_kbit_s)}`];
  return {
    lines: createLines(),
    opening: ["C", ...choice, "O"],
    expected: [],
    isOpen: false,
    hasNoFlags: false,
    due_us: 0,
    status: QUIET_BUS,
  };
}

/** The first bytes: empty lines end what an earlier program has left half written. */
export function startHost(host: SlcanHost, now_us: number): SlcanHostStep {
  const step = nextCommand(host, now_us);
  return { ...step, send: `${CR}${CR}${step.send}` };
}

function nextCommand(host: SlcanHost, now_us: number): SlcanHostStep {
  const command = host.opening.shift();
  if (command !== undefined) {
    host.expected.splice(0, host.expected.length, command);
    host.due_us = now_us + PATIENCE_us;
    return { ...NOTHING, send: command + CR };
  }
  host.isOpen = true;
  host.expected.length = 0;
  host.due_us = now_us + FLAGS_us;
  return { ...NOTHING, hasOpened: true };
}

/** At due_us or later: goes on after silence, or asks for the flags. */
export function wakeHost(host: SlcanHost, now_us: number): SlcanHostStep {
  if (now_us < host.due_us) return NOTHING;
  if (!host.isOpen) return nextCommand(host, now_us);
  host.due_us = now_us + FLAGS_us;
  if (host.hasNoFlags) return NOTHING;
  expect(host, "F");
  return { ...NOTHING, send: `F${CR}` };
}

/** The line of a frame to be sent; remembers that an answer is due. */
export function hostLine(host: SlcanHost, frame: CanFrame): string {
  const text = slcanText(frame);
  expect(host, text.charAt(0));
  return text + CR;
}

function expect(host: SlcanHost, letter: string): void {
  host.expected.push(letter);
  if (host.expected.length > EXPECTED_MOST) host.expected.shift();
}

/** Bytes of the adapter. */
export function takeHostBytes(host: SlcanHost, chunk: Uint8Array, now_us: number): SlcanHostStep {
  const frames: CanFrame[] = [];
  let step: SlcanHostStep = { ...NOTHING, frames };
  for (const line of takeLines(host.lines, chunk)) step = merged(step, takeLine(host, line, now_us, frames));
  return step;
}

const merged = (a: SlcanHostStep, b: SlcanHostStep): SlcanHostStep => ({
  send: a.send + b.send,
  frames: a.frames,
  lost: a.lost + b.lost,
  hasOpened: a.hasOpened || b.hasOpened,
  refused: a.refused ?? b.refused,
});

function takeLine(host: SlcanHost, line: string, now_us: number, frames: CanFrame[]): SlcanHostStep {
  if (!host.isOpen) return takeOpening(host, line, now_us);
  if (line === BEL) return takeRefusal(host);
  if (/^[tTrR]/.test(line)) return takeFrame(line, frames);
  if (/^[zZ]?$/.test(line)) host.expected.shift();
  else if (/^F[\da-f]{2}$/i.test(line)) takeFlags(host, Number.parseInt(line.slice(1), 16));
  else if (/^s[awpb]\d{6}$/.test(line)) takeCounters(host, line);
  return NOTHING;
}

/**
 * What comes before the channel was closed belongs to an earlier program, and BELs to the empty lines at the start: "C" waits
 * its time out. To the others an empty line is a yes.
 */
function takeOpening(host: SlcanHost, line: string, now_us: number): SlcanHostStep {
  const command = host.expected[0] ?? "";
  if (command === "C") return NOTHING;
  if (line === BEL) return { ...NOTHING, refused: command };
  return line === "" ? nextCommand(host, now_us) : NOTHING;
}

function takeRefusal(host: SlcanHost): SlcanHostStep {
  const letter = host.expected.shift();
  if (letter === "F") host.hasNoFlags = true;
  return letter === "F" || letter === undefined ? NOTHING : { ...NOTHING, lost: 1 };
}

function takeFrame(line: string, frames: CanFrame[]): SlcanHostStep {
  const parsed = frameOfSlcan(line);
  if (parsed === undefined) return { ...NOTHING, lost: 1 };
  frames.push(parsed.frame);
  return NOTHING;
}

/** Error warning and error passive of the controller; it has no flag for "off" and does not tell its counters. */
function takeFlags(host: SlcanHost, flags: number): void {
  const at = host.expected.indexOf("F");
  if (at >= 0) host.expected.splice(0, at + 1);
  const state = (flags & 0x20) !== 0 ? "passive" : (flags & 0x04) !== 0 ? "warning" : "active";
  host.status = { ...host.status, state };
}

const STATES = { a: "active", w: "warning", p: "passive", b: "off" } as const;

/** Newer adapters tell state and counters by themselves: "sw096000" is warning, 96 received, none sent. */
function takeCounters(host: SlcanHost, line: string): void {
  const receiveErrors = Number(line.slice(2, 5));
  const transmitErrors = Number(line.slice(5, 8));
  const state = STATES[line.charAt(1) as keyof typeof STATES] ?? stateOf(transmitErrors, receiveErrors);
  host.status = { state, transmitErrors, receiveErrors };
}

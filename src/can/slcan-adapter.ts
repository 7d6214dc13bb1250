// The adapter's side of SLCAN: what the pseudo-terminal of the modelled board answers to a program, as a LAWICEL CANUSB would.
// Commands are served one after the other; while the bus takes no frame, the rest of them waits.
// Source: LAWICEL AB, CANUSB manual 1.0, chapter 4.

import type { CanFrame } from "../base/can-frame.ts";
import type { BusStatus } from "./bus-status.ts";
import {
  BEL,
  CR,
  createLines,
  frameOfSlcan,
  RATES_kbit_s,
  type SlcanLines,
  slcanText,
  stampText,
  takeLines,
} from "./slcan.ts";

/** What an adapter is connected to. */
export type SlcanBus = {
  /** Bit rate of the bus, kbit/s. */
  readonly rate_kbit_s: number;
  readonly status: BusStatus;
  /** False: no room now; the same frame comes again. */
  readonly send: (frame: CanFrame) => boolean;
};

/** Commands that wait while the bus takes nothing; more are refused. */
export const WAITING_MOST = 1024;

export type SlcanAdapter = {
  readonly lines: SlcanLines;
  readonly waiting: string[];
  channel: "closed" | "open" | "listening";
  /** The bit rate that was chosen; undefined: that of the bus. */
  rate_kbit_s: number | undefined;
  hasStamps: boolean;
  /** A command or frame was lost since the last look at the flags. */
  hasLost: boolean;
  /** Commands were refused for want of room since the last answers. */
  refused: number;
};

export const createSlcanAdapter = (): SlcanAdapter => ({
  lines: createLines(),
  waiting: [],
  channel: "closed",
  rate_kbit_s: undefined,
  hasStamps: false,
  hasLost: false,
  refused: 0,
});

/** Bytes that a program has written: they are served by serveSlcan. */
export function takeSlcanBytes(adapter: SlcanAdapter, chunk: Uint8Array): void {
  for (const line of takeLines(adapter.lines, chunk)) {
    if (adapter.waiting.length < WAITING_MOST) adapter.waiting.push(line);
    else adapter.refused++;
  }
}

/** Answers to what waits, up to a frame for which the bus has no room: then `waiting` is not empty. */
export function serveSlcan(adapter: SlcanAdapter, bus: SlcanBus): string {
  let answers = "";
  let served = 0;
  for (const line of adapter.waiting) {
    const answer = answerTo(adapter, line, bus);
    if (answer === undefined) break;
    answers += answer;
    served++;
  }
  adapter.waiting.splice(0, served);
  if (adapter.refused > 0) adapter.hasLost = true;
  answers += BEL.repeat(adapter.refused);
  adapter.refused = 0;
  return answers;
}

/** The line for a frame that was on the bus; empty while the channel is closed, or at another bit rate than the bus. */
export function slcanOfBus(adapter: SlcanAdapter, frame: CanFrame, time_us: number, bus: SlcanBus): string {
  if (adapter.channel === "closed" || !isInTune(adapter, bus)) return "";
  return slcanText(frame) + (adapter.hasStamps ? stampText(time_us) : "") + CR;
}

/** A program has gone without a word: nothing more is written until one opens the channel. */
export function abandonSlcan(adapter: SlcanAdapter): void {
  Object.assign(adapter, createSlcanAdapter());
}

/** At a wrong bit rate a controller sees errors only. */
const isInTune = ({ rate_kbit_s }: SlcanAdapter, bus: SlcanBus): boolean =>
  rate_kbit_s === undefined || rate_kbit_s === bus.rate_kbit_s;

/** Undefined: it has to wait. */
function answerTo(adapter: SlcanAdapter, line: string, bus: SlcanBus): string | undefined {
  if (line === "") return CR;
  if (/^[tTrR]/.test(line)) return transmit(adapter, line, bus);
  const command = COMMANDS[line.charAt(0)];
  return command === undefined ? BEL : command(adapter, line.slice(1), bus);
}

function transmit(adapter: SlcanAdapter, line: string, bus: SlcanBus): string | undefined {
  const parsed = frameOfSlcan(line);
  if (parsed === undefined || parsed.stamp_ms !== undefined || adapter.channel !== "open") return BEL;
  if (!isInTune(adapter, bus) || bus.status.state === "off") {
    adapter.hasLost = true;
    return BEL;
  }
  if (!bus.send(parsed.frame)) return undefined;
  return `${parsed.frame.extended ? "Z" : "z"}${CR}`;
}

type Command = (adapter: SlcanAdapter, rest: string, bus: SlcanBus) => string;

const opens =
  (channel: "open" | "listening"): Command =>
  (adapter, rest) => {
    if (rest !== "" || adapter.channel !== "closed") return BEL;
    adapter.channel = channel;
    return CR;
  };

/** Commands with their preconditions: bit rate and time stamps are set while the channel is closed. */
const COMMANDS: Readonly<Record<string, Command>> = {
  S: (adapter, rest) => {
    const rate_kbit_s = RATES_kbit_s[/^[0-8]$/.test(rest) ? Number(rest) : -1];
    if (rate_kbit_s === undefined || adapter.channel !== "closed") return BEL;
    adapter.rate_kbit_s = rate_kbit_s;
    return CR;
  },
  O: opens("open"),
  L: opens("listening"),
  C: (adapter, rest) => {
    if (rest !== "" || adapter.channel === "closed") return BEL;
    adapter.channel = "closed";
    return CR;
  },
  F: (adapter, rest, bus) => (rest !== "" || adapter.channel === "closed" ? BEL : flagsOf(adapter, bus)),
  V: (_, rest) => (rest === "" ? `V1013${CR}` : BEL),
  N: (_, rest) => (rest === "" ? `NBM51${CR}` : BEL),
  Z: (adapter, rest) => {
    if (!/^[01]$/.test(rest) || adapter.channel !== "closed") return BEL;
    adapter.hasStamps = rest === "1";
    return CR;
  },
  X: (_, rest) => (rest === "1" ? CR : BEL), // what comes is always sent on by itself
  M: (_, rest) => (/^0{8}$/.test(rest) ? CR : BEL), // no filter: code and mask that let all through
  m: (_, rest) => (/^f{8}$/i.test(rest) ? CR : BEL),
};

/** Flags of the SJA1000 as the manual has them. */
const FLAGS = { lost: 0x02, warning: 0x04, passive: 0x20, busError: 0x80 } as const;

function flagsOf(adapter: SlcanAdapter, bus: SlcanBus): string {
  const { state } = bus.status;
  const flags =
    (adapter.hasLost ? FLAGS.lost : 0) |
    (state === "active" ? 0 : FLAGS.warning) |
    (state === "passive" || state === "off" ? FLAGS.passive : 0) |
    (state === "off" || !isInTune(adapter, bus) ? FLAGS.busError : 0);
  adapter.hasLost = false;
  return `F${flags.toString(16).toUpperCase().padStart(2, "0")}${CR}`;
}

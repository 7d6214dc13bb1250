// Which CAN bus a command is to reach, from what was typed: an adapter, a server, or a running device of this machine.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { CanFrame } from "../base/can-frame.ts";
import { messageOf } from "../base/error-text.ts";
import { RATES_kbit_s } from "../can/slcan.ts";
import { SOCKETCAND_PORT } from "../can/socketcand.ts";
import type { CanLink } from "../device/can-link.ts";
import { type CanTarget, nameOfTarget, serialPlace } from "../device/can-target.ts";
import { MACHINE_CLOCK } from "../device/machine-clock.ts";
import { openCanLink } from "../device/open-can-link.ts";
import { refuseStale } from "./board-port.ts";
import { UsageError } from "./usage-error.ts";

export type CanOptions = { readonly can: string; readonly bitRate: string };

/** A device on this machine, where nothing else is asked for. */
const DEFAULT = `socketcand:127.0.0.1:${SOCKETCAND_PORT}/can0`;
const DEFAULT_RATE_kbit_s = "250";

export const CAN_HELP = `
BUS is one of
  socketcand:HOST[:PORT][/BUS]   a bus served over TCP, as bms run serves its modelled one (port ${SOCKETCAND_PORT}, bus can0)
  slcan:PORT[@BAUD]              an adapter at a serial port that speaks SLCAN, as slcan:/dev/ttyACM0
  socketcan:INTERFACE            a CAN interface of Linux, as socketcan:can0
  DIR                            the data folder of a running bms run: its pseudo-terminal ports/can`;

/** Adds the options that all commands on a CAN bus share. */
export const withCan = (command: Command): Command =>
  command
    .option("--can <bus>", "which bus: socketcand:, slcan:, socketcan: or a data folder", DEFAULT)
    .option("--bit-rate <kbit/s>", "of an slcan adapter", DEFAULT_RATE_kbit_s)
    .addHelpText("after", CAN_HELP);

/** Throws UsageError for what cannot be meant. */
export function canTarget({ can, bitRate }: CanOptions): CanTarget {
  const [, kind, rest = ""] = /^(socketcand|slcan|socketcan):(.*)$/.exec(can) ?? [];
  switch (kind) {
    case "socketcand":
      return serverOf(rest);
    case "slcan":
      return { kind: "slcan", ...serialPlace(rest), rate_kbit_s: rateOf(bitRate) };
    case "socketcan":
      return { kind: "socketcan", channel: rest, rate_kbit_s: rateOf(bitRate) };
    default:
      return deviceIn(can);
  }
}

function serverOf(text: string): CanTarget {
  const [, bracketed, plain, port, channel = "can0"] =
    /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d{1,5}))?(?:\/([^\s/<>]{1,16}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = Number(port ?? SOCKETCAND_PORT);
  if (host === undefined || number < 1 || number > 65_535)
    throw new UsageError(`"socketcand:${text}" is no server; it is written socketcand:HOST[:PORT][/BUS]`);
  return { kind: "socketcand", host, port: number, channel };
}

function rateOf(text: string): number {
  const rate = RATES_kbit_s.find((each) => `${each}` === text);
  if (rate === undefined) throw new UsageError(`--bit-rate must be one of ${RATES_kbit_s.join(", ")}, not "${text}"`);
  return rate;
}

/** The modelled adapter knows the bit rate of its bus. */
function deviceIn(folder: string): CanTarget {
  const path = join(folder, "ports/can");
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  if (isFolder && existsSync(path)) return { kind: "slcan", ...serialPlace(path), rate_kbit_s: undefined };
  const why = isFolder
    ? `no device is running on ${folder}: it has no ports/can`
    : `"${folder}" is no bus and no folder`;
  throw new UsageError(`${why}; see "bms can --help"`);
}

/** A bus that a command has open. */
export type CanConnection = {
  /** For people: where it is. */
  readonly place: string;
  /** Waits while there is no room. False: the bus has gone. */
  readonly send: (frame: CanFrame) => Promise<boolean>;
  /** Why the bus has gone; undefined while it is there. */
  readonly trouble: () => string | undefined;
  /** Ends when the bus has gone. */
  readonly gone: Promise<void>;
  readonly close: () => Promise<void>;
};

/** Throws UsageError for what cannot be meant, and for a bus that cannot be opened. */
export async function connectCan(
  options: CanOptions,
  received: (frame: CanFrame, time_us: number) => void,
): Promise<CanConnection> {
  const target = canTarget(options);
  const waiting: (() => void)[] = [];
  const wakeAll = (): void => {
    for (const wake of waiting.splice(0)) wake();
  };
  let trouble: string | undefined;
  let leave = (): void => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const link = await opened(target, {
    received: (frame) => {
      received(frame, Math.round((performance.timeOrigin + performance.now()) * 1000));
      return true;
    },
    ready: wakeAll,
    bus: () => {},
    lost: () => {},
    failed: ({ message }) => {
      trouble = message;
      wakeAll();
      leave();
    },
  });
  const send = async (frame: CanFrame): Promise<boolean> => {
    while (trouble === undefined) {
      if (link.hasRoom() && link.send(frame)) return true;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return false;
  };
  return { place: link.place, send, trouble: () => trouble, gone, close: () => link.close() };
}

async function opened(target: CanTarget, events: Parameters<typeof openCanLink>[2]): Promise<CanLink> {
  if (target.kind === "slcan") refuseStale(target.path);
  try {
    return await openCanLink(target, MACHINE_CLOCK.now_us, events);
  } catch (error) {
    const isOwn = nameOfTarget(target) === nameOfTarget(serverOf("127.0.0.1"));
    const hint = isOwn ? "; start the device with bms run, or say which bus with --can" : "";
    throw new UsageError(`${nameOfTarget(target)}: ${messageOf(error)}${hint}`);
  }
}

// bms can: looks at a CAN bus, sends to it and replays logs, over any adapter, in candump's log format. Exit code 0 when all
// went well, 1 when the bus went away, 2 when what was typed cannot be done.

import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { CanFrame } from "../base/can-frame.ts";
import { messageOf } from "../base/error-text.ts";
import { candumpLine, frameOfCandump } from "../log/can-frame.ts";
import { filterOf, isWanted } from "./can-filter.ts";
import { framesOf, play } from "./can-replay.ts";
import { type CanConnection, type CanOptions, connectCan, withCan } from "./can-target.ts";
import { wholeNumber } from "./modbus-target.ts";
import { UsageError } from "./usage-error.ts";

type DumpOptions = CanOptions & { readonly count?: string; readonly duration?: string; readonly json?: boolean };
type SendOptions = CanOptions & { readonly count: string; readonly every: string };
type ReplayOptions = CanOptions & { readonly speed: string; readonly loop: string; readonly every?: string };

const EXAMPLES = `
Examples:
  bms can dump                                    all frames of the device on this machine
  bms can dump 181 701 --can slcan:/dev/ttyACM0   two ids of a bus behind an adapter
  bms can send 000#0120                           start the CANopen node 32
  bms can replay drive.log --speed 2 --loop 10`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerCan(program: Command): void {
  const can = program
    .command("can")
    .summary("look at a CAN bus, send to it, replay logs")
    .description("Look at a CAN bus, send to it and replay logs, in candump's log format.")
    .addHelpText("after", EXAMPLES);
  registerDump(can);
  registerSend(can);
  registerReplay(can);
}

function registerDump(can: Command): void {
  withCan(can.command("dump").description("Print the frames of a bus as they come, a line each."))
    .argument("[filter...]", "ID, ID:MASK or ID~MASK in hexadecimal digits; eight digits for 29 bits")
    .option("--count <n>", "end after so many frames")
    .option("--duration <s>", "end after so many seconds")
    .option("--json", "as JSON")
    .action(dump);
}

async function dump(texts: readonly string[], options: DumpOptions): Promise<void> {
  const filters = texts.map(filterOf);
  const count = options.count === undefined ? Number.POSITIVE_INFINITY : wholeNumber("--count", options.count, 1, 1e9);
  const duration_s = options.duration === undefined ? undefined : positive("--duration", options.duration);
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let printed = 0;
  const print = (frame: CanFrame, time_us: number): void => {
    if (printed >= count || !isWanted(filters, frame)) return;
    process.stdout.write(`${options.json === true ? jsonOf(frame, time_us) : lineOf(frame, time_us)}\n`);
    if (++printed >= count) end();
  };
  await withBus(options, print, async (bus) => {
    process.stdout.on("error", end);
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, end);
    const timer = duration_s === undefined ? undefined : setTimeout(end, duration_s * 1000);
    await Promise.race([ended, bus.gone]);
    clearTimeout(timer);
  });
}

const BUS = "can0";
const lineOf = (frame: CanFrame, time_us: number): string =>
  candumpLine({ ...frame, bus: BUS, error: false, direction: "rx" }, time_us);

function jsonOf({ id, extended, remote, length, data }: CanFrame, time_us: number): string {
  const hex = Buffer.from(data).toString("hex").toUpperCase();
  return JSON.stringify({ time_s: time_us / 1e6, id, extended, remote, length, data: hex });
}

function registerSend(can: Command): void {
  withCan(can.command("send").description("Send frames."))
    .argument("<frame...>", "as 123#DEADBEEF; 18FF50E5#01 has 29 bits, 123#R2 is a remote frame")
    .option("--count <n>", "how often", "1")
    .option("--every <ms>", "pause between two times", "0")
    .action(async (texts: readonly string[], options: SendOptions) => {
      const frames = texts.map(frameOf);
      const loops = wholeNumber("--count", options.count, 1, 1e9);
      const every_ms = wholeNumber("--every", options.every, 0, 3_600_000);
      await withBus(options, undefined, async (bus) => {
        for (let loop = 0; loop < loops; loop++) {
          for (const frame of frames) if (!(await bus.send(frame))) return;
          if (every_ms > 0 && loop + 1 < loops) await new Promise((resolve) => setTimeout(resolve, every_ms));
        }
      });
    });
}

/** Throws UsageError. */
function frameOf(text: string): CanFrame {
  const found = frameOfCandump(`(0.000000) ${BUS} ${text}`);
  if (found === undefined || found.frame.error)
    throw new UsageError(`"${text}" is no frame; it is written 123#DEADBEEF, 18FF50E5#01 or 123#R`);
  const { id, extended, remote, length, data } = found.frame;
  return { id, extended, remote, length, data };
}

function registerReplay(can: Command): void {
  withCan(can.command("replay").description("Play a candump log to a bus in its own timing."))
    .argument("<file>", "lines as bms can dump prints them")
    .option("--speed <n>", "so many times as fast", "1")
    .option("--loop <n>", "how often", "1")
    .option("--every <ms>", "so long between two frames, instead of the log's timing")
    .action(async (file: string, options: ReplayOptions) => {
      const frames = framesOf(file, readLog(file));
      const playing = {
        speed: positive("--speed", options.speed),
        loops: wholeNumber("--loop", options.loop, 1, 1e9),
        every_ms: options.every === undefined ? undefined : wholeNumber("--every", options.every, 0, 3_600_000),
      };
      await withBus(options, undefined, async (bus) => {
        const sent = await play(bus, frames, playing);
        process.stderr.write(`bms: ${sent} frames sent\n`);
      });
    });
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 1e9))
    throw new UsageError(`${name} must be a number above 0, not "${text}"`);
  return value;
}

/** Runs with a bus and closes it; one that has gone ends with one line and exit code 1. */
async function withBus(
  options: CanOptions,
  received: ((frame: CanFrame, time_us: number) => void) | undefined,
  act: (bus: CanConnection) => Promise<void>,
): Promise<void> {
  const bus = await connectCan(options, received ?? (() => {}));
  try {
    await act(bus);
  } finally {
    await bus.close();
  }
  const trouble = bus.trouble();
  if (trouble === undefined) return;
  process.stderr.write(`bms: ${bus.place}: ${trouble}\n`);
  process.exitCode = 1;
}

// Where a Modbus command is to go, from what was typed: a serial port, a host with Modbus TCP, or RTU frames over TCP.

import { type Command, Option } from "commander";
import { ModbusClient, type ModbusTarget, PortError } from "../device/modbus-client.ts";
import type { LineFormat } from "../modbus/rtu-timing.ts";
import { refuseStale } from "./board-port.ts";
import { UsageError } from "./usage-error.ts";

export type TargetOptions = {
  readonly unit: string;
  readonly baud: string;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: "1" | "2";
  readonly timeout: string;
  readonly wordOrder: "low" | "high";
  readonly json?: boolean;
};

export type Connection = {
  readonly client: ModbusClient;
  readonly unit: number;
  readonly isLowFirst: boolean;
};

export const TARGET_HELP = `
TARGET is a serial port (/dev/ttyUSB0, data/ports/rs485), a host with Modbus TCP (192.168.1.7, localhost:1502), or
rtu+tcp://host:port for RTU frames over TCP. Ports without a number are 502, and 1502 on this machine.`;

/** Adds the argument and options that all these commands share. */
export function withTarget(command: Command, timeout_ms = "1000"): Command {
  return command
    .argument("<target>", "serial port, host[:port], or rtu+tcp://host:port")
    .option("-u, --unit <n>", "address of the device", "32")
    .option("--baud <rate>", "of a serial port", "9600")
    .addOption(new Option("--parity <kind>", "of a serial port").choices(["none", "even", "odd"]).default("none"))
    .addOption(new Option("--stop-bits <n>", "of a serial port").choices(["1", "2"]).default("1"))
    .option("--timeout <ms>", "how long to wait for an answer", timeout_ms)
    .addOption(
      new Option("--word-order <order>", "which register of a 32-bit value comes first")
        .choices(["low", "high"])
        .default("low"),
    )
    .option("--json", "as JSON")
    .addHelpText("after", TARGET_HELP);
}

/** Throws UsageError for what cannot be meant, and for a port that cannot be opened. */
export async function connectTo(target: string, options: TargetOptions): Promise<Connection> {
  const timeout_ms = wholeNumber("--timeout", options.timeout, 1, 600_000);
  const unit = wholeNumber("--unit", options.unit, 0, 255);
  try {
    const client = await ModbusClient.open(targetOf(target, options), timeout_ms);
    return { client, unit, isLowFirst: options.wordOrder === "low" };
  } catch (error) {
    throw error instanceof PortError ? new UsageError(error.message) : error;
  }
}

export function targetOf(text: string, options: Pick<TargetOptions, "baud" | "parity" | "stopBits">): ModbusTarget {
  const rtu = /^rtu\+tcp:\/\/(.+)$/.exec(text);
  if (rtu !== null) return { framing: "rtu", ...hostAndPort(rtu[1]!) };
  const tcp = /^tcp:\/\/(.+)$/.exec(text);
  if (tcp !== null) return { framing: "tcp", ...hostAndPort(tcp[1]!) };
  refuseStale(text);
  if (/[/\\]/.test(text) || /^COM\d+$/i.test(text)) return { framing: "serial", path: text, format: formatOf(options) };
  return { framing: "tcp", ...hostAndPort(text) };
}

const formatOf = ({ baud, parity, stopBits }: Pick<TargetOptions, "baud" | "parity" | "stopBits">): LineFormat => ({
  baud: wholeNumber("--baud", baud, 300, 4_000_000),
  parity,
  stopBits: stopBits === "2" ? 2 : 1,
});

const isThisMachine = (host: string): boolean => /^(localhost|127\.|::1$)/.test(host);

/** "host", "host:port", "[::1]:port". */
function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined)
    throw new UsageError(
      `"${text}" is no port and no host; a target is /dev/ttyUSB0, host:port or rtu+tcp://host:port`,
    );
  const standard = isThisMachine(host) ? 1502 : 502;
  return { host, port: port === undefined ? standard : wholeNumber("the port", port, 1, 65_535) };
}

export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

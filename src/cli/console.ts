// bms console: attaches to the console of a device over USB or TCP, for a person with line editing, history and completion, or
// for a script with one command a line.

import { type Command, Option } from "commander";
import { ConsoleClient, ConsoleLost, type ConsoleTarget } from "../device/console-client.ts";
import { refuseStale } from "./board-port.ts";
import { type Console, runInteractive } from "./console-dialogue.ts";
import { runScript } from "./console-script.ts";
import { wholeNumber } from "./modbus-target.ts";
import { UsageError } from "./usage-error.ts";

type Options = { readonly command?: readonly string[]; readonly timeout: string };

/** The modelled board's own port in the default data folder. */
const DEFAULT_PORT = "data/ports/usb";

const HELP = `
PORT is a serial port (/dev/ttyACM0, data/ports/usb), or host:port for a console over TCP.
Commands are those of CiA 309-3 ("read 0x1018 1 u32", "4 start", "lss_get_node"); "help" lists them. Names stand for index
and sub-index: "r soc", "w battery.cells 8". "login" asks for the service password.

Examples:
  bms console                              the board modelled by bms run, in ./data
  bms console /dev/ttyACM0
  bms console -c "r soc" -c "r battery_V"  answers on standard output; ends with 1 where one is an error
  echo "r soc" | bms console`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerConsole(program: Command): void {
  program
    .command("console")
    .summary("type to a device over USB or TCP")
    .description("Type to a device: read and write its objects, NMT, LSS; as CiA 309-3 has it.")
    .argument("[port]", "serial port, or host:port", DEFAULT_PORT)
    .addOption(new Option("-c, --command <line>", "run this and end; may be repeated").argParser(append))
    .option("--timeout <ms>", "how long to wait for an answer", "5000")
    .addHelpText("after", HELP)
    .action(async (port: string, options: Options) => {
      process.exitCode = await attach(port, options);
    });
}

const append = (line: string, before: readonly string[] = []): readonly string[] => [...before, line];

async function attach(port: string, options: Options): Promise<number> {
  const console = await openConsole(port, wholeNumber("--timeout", options.timeout, 1, 600_000));
  try {
    if (targetOf(port).kind === "serial") await beginAnew(console.client);
    if (options.command !== undefined) return await runScript(console, options.command);
    if (process.stdin.isTTY !== true) return await runScript(console, standardInput());
    return await runInteractive(console, () => ConsoleClient.open(targetOf(port), Number(options.timeout)));
  } catch (error) {
    if (!(error instanceof ConsoleLost)) throw error;
    process.stderr.write(`${port}: ${error.message}\n`);
    return 1;
  } finally {
    await console.client.close();
  }
}

async function openConsole(port: string, timeout_ms: number): Promise<Console> {
  refuseStale(port);
  try {
    return { client: await ConsoleClient.open(targetOf(port), timeout_ms), place: port };
  } catch (error) {
    if (!(error instanceof ConsoleLost)) throw error;
    const hint = port === DEFAULT_PORT ? "; start the device with bms run, or name its port" : "";
    throw new UsageError(`${port}: ${error.message}${hint}`);
  }
}

/** A serial port does not tell the device that a program has gone: what it has left there ends now. Another gateway may not know these. */
async function beginAnew(client: ConsoleClient): Promise<void> {
  for (const line of ["set echo 0", "watch off", "logout"]) await client.command(line);
}

/** A path where it has a slash, else a host and port. */
export function targetOf(text: string): ConsoleTarget {
  const [, bracketed, plain, port] = /^(?:tcp:\/\/)?(?:\[([^\]]+)\]|([^:[\]/]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined) return { kind: "serial", path: text };
  return { kind: "tcp", host, port: wholeNumber("the port", port, 1, 65_535) };
}

async function* standardInput(): AsyncGenerator<string> {
  const { createInterface } = await import("node:readline");
  for await (const line of createInterface({ input: process.stdin })) yield line;
}

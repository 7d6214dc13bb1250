// What a monitor's server is started with, on its own command line and on that of `bms start`.

import type { Command } from "commander";
import { numberOption } from "./number-option.ts";
import { UsageError } from "./usage-error.ts";

export type ServeOptions = {
  readonly data: string;
  readonly port: string;
  readonly host?: string;
  readonly tlsPort?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly name?: readonly string[];
};

export const DEFAULT_PORT = "8080";

export const withServeOptions = (command: Command): Command =>
  command
    .option("--port <n>", "port of the monitor for this machine, 0 for any that is free", DEFAULT_PORT)
    .option("--host <address>", "serve others, too, at this address of the machine, by TLS")
    .option("--tls-port <n>", "port for others (8443)")
    .option("--cert <file>", "certificate to show them, with --key; else one of our own is made")
    .option("--key <file>", "its key")
    .option("--name <name...>", "further names by which this machine is asked for");

/** What can be said before anything is started. Throws UsageError. */
export function checkServeOptions({ port, tlsPort, cert, key }: ServeOptions): void {
  numberOption("--port", port, 0, 65_535, true);
  if (tlsPort !== undefined) numberOption("--tls-port", tlsPort, 0, 65_535, true);
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--cert goes with --key");
}

/** The same words for a server of its own. */
export function serverWords({ data, port, host, tlsPort, cert, key, name = [] }: ServeOptions): string[] {
  const valued = { data, port, host, "tls-port": tlsPort, cert, key };
  return [
    ...Object.entries(valued).flatMap(([word, value]) => (value === undefined ? [] : [`--${word}=${value}`])),
    ...name.map((each) => `--name=${each}`),
  ];
}

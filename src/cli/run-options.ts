// What a device is started with, on the command lines of `bms run` and `bms start`. Apart from the device itself: a supervisor does not
// load it.

import type { Command } from "commander";

export type RunOptions = {
  readonly scenario?: string;
  readonly data: string;
  readonly speed: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly settings?: string;
  readonly seed?: string;
  readonly duration?: string;
  readonly tick: string;
  readonly ports: boolean;
};

export const KEYS_HELP = `
In a terminal: b button, c charger, l next load, f faults, + and - speed, a acknowledge, q quit.
`;

/** What a device is started with. */
export const withRunOptions = (command: Command): Command =>
  command
    .option("--scenario <name|file>", "world, settings and events of a scenario")
    .option("--data <dir>", "where settings, counters and charge are kept", "./data")
    .option("--settings <file>", "settings to use and keep from now on, instead of the kept ones")
    .option("--speed <n>", "virtual seconds per second, 0.01 to 100000", "1")
    .option("--tick <ms>", "length of a tick, 1 to 100 ms", "10")
    .option("--seed <n>", "which of all packs alike: cells, sensors and weather differ by chance")
    .option("--duration <s>", "end after so many seconds of device time")
    .option("--json", "a line of JSON each second instead of the live view")
    .option("--no-ports", "open no ports of field buses")
    .option("--all", "with --json: every signal of the device too, by name");

// bms log: what is in log files, whether they are whole, what of a damaged one can be saved, and the same as CSV, Parquet,
// JSON or bus frames. Each subcommand has a file of its own that is loaded when it is asked for.

import type { Command } from "commander";
import { FORMATS } from "./log-options.ts";

const LOG_HELP = `
LOG is a file (.mcap), a folder of them, or the data folder of bms run. MCAP opens in Foxglove and PlotJuggler too.

Examples:
  bms log info data                              what there is, and what happened in it
  bms log verify data                            every checksum, and the journal's chain
  bms log export data --format csv -o tables     battery and cells, a table each
  bms log export day.mcap --format parquet --signals "soc,cells_V" --every 10s
  bms log tail -f                                the last rows and events, and those to come`;

/** Adds the commands to the program. What cannot be used throws UsageError before anything is written. */
export function registerLog(program: Command): void {
  const log = program
    .command("log")
    .summary("read, check, repair and export logs")
    .description("Read, check, repair and export the logs of a device.")
    .addHelpText("after", LOG_HELP);
  addInfo(log);
  addVerify(log);
  addRecover(log);
  addExport(log);
  addTail(log);
}

function addInfo(log: Command): void {
  log
    .command("info")
    .description("Tell what is in logs: whose, from when to when, channels, trips, gaps.")
    .argument("<log...>", "files, folders of files, or a data folder")
    .option("--json", "one object for programs")
    .action(async (words: readonly string[], options) => (await import("./log-info.ts")).logInfo(words, options));
}

function addVerify(log: Command): void {
  log
    .command("verify")
    .description(
      "Check every checksum, and that no message is missing. Of a data folder, also the journal's chain of hashes and the store. Exit code 0: whole, 1: broken, 2: cannot be read.",
    )
    .argument("<log...>", "files, folders of files, or a data folder")
    .option("--json", "one object for programs")
    .action(async (words: readonly string[], options) => (await import("./log-verify.ts")).logVerify(words, options));
}

function addRecover(log: Command): void {
  log
    .command("recover")
    .description("Write what can be saved of a damaged or unfinished log as a finished file.")
    .argument("<file>", "the damaged file; the .tail beside it is used where there is one")
    .option("-o, --output <file>", 'where to; default the name with "-recovered"')
    .option("--json", "one object for programs")
    .action(async (file: string, options) => (await import("./log-recover.ts")).logRecover(file, options));
}

function addExport(log: Command): void {
  log
    .command("export")
    .description("Write logs in another format.")
    .argument("<log...>", "files, folders of files, or a data folder")
    .requiredOption("--format <name>", FORMATS.join(", "))
    .option("-o, --output <dir>", 'folder to write to, "-" for standard output (jsonl, candump)', ".")
    .option("--from <time>", "ISO 8601, UTC where no zone is given: 2026-11-23T05:25")
    .option("--to <time>", "the same")
    .option("--last <duration>", 'the last "2h" or "30min" of what there is')
    .option("--signals <names>", 'signals or columns, with commas: "soc,cells_V,fault.*"')
    .option("--every <duration>", 'at most one row in this time: "10s"')
    .option("--events", "csv and parquet: the events as a third table")
    .option("--raw", "csv and parquet: also what the device did not believe, and indexes from 0")
    .option("--decimal-comma", "csv: 1,5 with semicolons between fields")
    .action(async (words: readonly string[], options) => (await import("./log-export.ts")).logExport(words, options));
}

function addTail(log: Command): void {
  log
    .command("tail")
    .description("Show the last rows and events of a log, also while the device writes it.")
    .argument("[log]", "a file, a folder of files, or a data folder", "./data")
    .option("-f, --follow", "go on as the log grows, until Ctrl-C")
    .option("-n, --lines <count>", "rows and events to begin with", "10")
    .option("--json", "a line of JSON for each message")
    .action(async (word: string, options) => (await import("./log-tail.ts")).logTail(word, options));
}

// bms drive: plays a recording of a real cell through the shipping device, as if a pack were made of such cells, and
// compares the device's state of charge with the recording's own coulomb count. Nothing in it can react: a contactor that
// would have opened is told, and the recording goes on.

import type { Command } from "commander";
import { renderPlot } from "../sim/drawing/plot.ts";
import { recordedPlot } from "../sim/drawing/run-plot.ts";
import { CELL_SHEETS } from "../sim/recorded/cell-limits.ts";
import { advanceRecorded, createRecordedRun, finishRecorded, type RecordedRun } from "../sim/recorded/recorded-run.ts";
import { checkDrawingPath, writeDrawing } from "./drawing-file.ts";
import { type DriveOptions, planDrive } from "./drive-plan.ts";
import { driveJson, driveText } from "./drive-report.ts";
import { progressLine } from "./progress.ts";

const HELP = `
Columns: time_s, voltage_v, current_a (charging positive); optional temperature_c, ah, current_avg_a. Lines with # are comments.

Reference: state of charge at the start + ah / capacity. The start is --soc, or full when the cell rests like a full one, or
read from the rest-voltage table; the capacity is --capacity, or guessed from what the recording draws until it is empty.

Shipped cells (--cell): ${Object.entries(CELL_SHEETS)
  .map(([name, sheet]) => `${name} (${sheet.title})`)
  .join(", ")}.

Examples:
  bms drive 25degC_551_Mixed1.csv.gz --cell lg-18650hg2 --plot drive.svg
  bms drive mine.csv --chemistry LFP --capacity 100 --min-voltage 2.5 --max-voltage 3.65 --json`;

export function registerDrive(program: Command): void {
  program
    .command("drive")
    .argument("<file>", "CSV or CSV.gz with the recording of one cell")
    .summary("play a recording of a cell through the device")
    .description(
      "Shows a recorded cell at every cell input of the device and judges its state of charge and its protections.",
    )
    .option("--cells <number>", "cells in series; default 16, or as many as stay under 80 V")
    .option("--cell <name>", "a shipped cell or a cell file: model, capacity and, where a data sheet is known, limits")
    .option("--chemistry <name>", "chemistry; default by the voltage range")
    .option("--capacity <Ah>", "capacity of the cell")
    .option("--soc <0..1>", "true state of charge at the first row")
    .option("--settings <file>", "settings of the device (they win over all the options above)")
    .option("--sensor <type>", 'current sensor, for example "HASS 50-S"; default the smallest that fits')
    .option("--min-voltage <V>", "undervoltage limit of a cell")
    .option("--max-voltage <V>", "overvoltage limit of a cell")
    .option("--max-charge <A>", "overcurrent limit of charging")
    .option("--max-discharge <A>", "overcurrent limit of discharging")
    .option("--min-charge-temperature <degC>", "low temperature limit of charging")
    .option("--min-temperature <degC>", "low temperature limit of discharging")
    .option("--current-offset <A>", "error of the current sensor that appears after its zero was taken")
    .option("--current-gain <ratio>", "gain error of the current sensor, 0.01 is one percent")
    .option("--voltage-offset <V>", "error of every cell voltage")
    .option("--voltage-noise <V>", "standard deviation of every cell voltage")
    .option("--temperature-offset <K>", "error of the thermistors")
    .option("--seed <number>", "of the noise", "1")
    .option("--plot <file.svg>", "draw the run")
    .option("--json", "end with one object for programs")
    .addHelpText("after", HELP)
    .action((file: string, options: DriveOptions) => {
      drive(file, options);
    });
}

function drive(file: string, options: DriveOptions): void {
  checkDrawingPath("--plot", options.plot);
  const plan = planDrive(file, options);
  const run = createRecordedRun({ ...plan, traceBins: options.plot === undefined ? 0 : 1600 });
  const elapsed_s = play(run, file);
  if (options.json === true) console.log(JSON.stringify(driveJson(file, plan, run, elapsed_s)));
  else console.log(driveText(file, plan, run, elapsed_s));
  if (options.plot === undefined) return;
  writeDrawing(options.plot, renderPlot(recordedPlot(run, file.split("/").pop() ?? file)));
  if (options.json !== true) console.log(`\nDrawn to ${options.plot}`);
}

function play(run: RecordedRun, file: string): number {
  const began_ms = performance.now();
  const progress = progressLine(file.split("/").pop() ?? file);
  let going = true;
  while (going) {
    for (let i = 0; going && i < 20_000; i++) going = advanceRecorded(run);
    progress.show(run.row / run.recording.time_s.length);
  }
  progress.clear();
  finishRecorded(run);
  return (performance.now() - began_ms) / 1000;
}

// bms sim: plays a scenario against the shipping core, in virtual time, and says what came of it. The report is for a
// person; --json ends with one object. Ends with 1 when an expectation fails;
// what a shortened run does not reach is not judged.

import type { Command } from "commander";
import { renderPlot } from "../sim/drawing/plot.ts";
import { runPlot } from "../sim/drawing/run-plot.ts";
import { type Report, reportJson, reportOf } from "../sim/scenario/report.ts";
import { advance, createRun, finish, type Run } from "../sim/scenario/run.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import { checkDrawingPath, writeDrawing } from "./drawing-file.ts";
import { progressLine } from "./progress.ts";
import { loadScenario, shippedScenarios } from "./scenario-file.ts";
import { reportText } from "./sim-report.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type Options = { seed?: string; hours?: string; tick?: string; plot?: string; json?: boolean; list?: boolean };

const HELP = `
Examples:
  bms sim --list                             the shipped scenarios
  bms sim daily-solar --plot solar.svg       a day with a picture of it
  bms sim my-pack.yaml --seed 7 --json       your own file, another pack from the same batch

Exit code: 0 when no expectation fails (--hours may leave some not judged), 1 when one does, 2 when the file or an option is wrong.`;

export function registerSim(program: Command): void {
  program
    .command("sim")
    .argument("[scenario]", "name of a shipped scenario, or a YAML file")
    .summary("play a scenario in virtual time and judge it")
    .description(
      "Plays a scenario: a modelled pack, charger, load and weather, faults on demand, and what is expected of the device.",
    )
    .option("--seed <number>", "another pack of the same kind (0 to 4294967295)")
    .option("--hours <hours>", "another length")
    .option("--tick <ms>", "another tick (1 to 1000)")
    .option("--plot <file.svg>", "draw the run")
    .option("--json", "end with one object for programs")
    .option("--list", "list the shipped scenarios")
    .addHelpText("after", HELP)
    .action((name: string | undefined, options: Options) => {
      process.exitCode = simulate(name, options);
    });
}

function simulate(name: string | undefined, options: Options): number {
  if (options.list === true) {
    if (name !== undefined) throw new UsageError(`--list names all scenarios; it goes without "${name}"`);
    return list(options.json === true);
  }
  if (name === undefined) throw new UsageError('name a scenario or a file; "bms sim --list" lists the shipped ones');
  checkDrawingPath("--plot", options.plot);
  const scenario = loadScenario(name);
  const run = createRun({
    scenario,
    ...number("seed", options.seed, 0, 0xffffffff, 1),
    ...number("duration_s", options.hours, 0.0001, 50_000, 3600),
    ...number("tick_us", options.tick, 1, 1000, 1000),
    traceBins: options.plot === undefined ? 0 : 1600,
  });
  const elapsed_s = play(run);
  const report = reportOf(run);
  print(report, elapsed_s, options.json === true);
  if (options.plot !== undefined) draw(run, options.plot, options.json === true);
  return report.expectations.failed.length > 0 ? 1 : 0;
}

function number(name: string, text: string | undefined, min: number, max: number, factor: number): object {
  if (text === undefined) return {};
  const value = Number(text);
  const whole = name === "duration_s" || Number.isInteger(value);
  if (text.trim() === "" || !whole || !(value >= min && value <= max)) {
    const option = name === "duration_s" ? "--hours" : name === "tick_us" ? "--tick" : "--seed";
    throw new UsageError(
      `${option} must be a ${name === "duration_s" ? "" : "whole "}number from ${min} to ${max}, is "${text}"`,
    );
  }
  return { [name]: Math.round(value * factor) };
}

function list(json: boolean): number {
  const scenarios = shippedScenarios().map((name) => ({ name, scenario: loadScenario(name) }));
  const rows = scenarios.map(({ name, scenario }) => [name, hours(scenario), scenario.description]);
  if (json)
    console.log(
      JSON.stringify(
        scenarios.map(({ name, scenario }) => ({
          name,
          hours: scenario.duration_s / 3600,
          description: scenario.description,
        })),
      ),
    );
  else for (const line of alignColumns(rows, [1])) console.log(line);
  return 0;
}

const hours = (scenario: Scenario): string => {
  const length_h = scenario.duration_s / 3600;
  return length_h >= 48 ? `${Math.round(length_h / 24)} d` : `${Number(length_h.toFixed(2))} h`;
};

/** Runs to the end and returns how long that took. */
function play(run: Run): number {
  const began_ms = performance.now();
  const progress = progressLine(run.scenario.name);
  let going = true;
  while (going) {
    for (let i = 0; going && i < 20_000; i++) going = advance(run);
    progress.show(run.time_us / run.end_us);
  }
  progress.clear();
  finish(run);
  return (performance.now() - began_ms) / 1000;
}

function draw(run: Run, file: string, json: boolean): void {
  writeDrawing(file, renderPlot(runPlot(run)));
  if (!json) console.log(`\nDrawn to ${file}`);
}

function print(report: Report, elapsed_s: number, json: boolean): void {
  const realtimeFactor = report.duration_s / Math.max(elapsed_s, 1e-6);
  if (json) console.log(JSON.stringify(reportJson(report, realtimeFactor)));
  else console.log(reportText(report, realtimeFactor, elapsed_s));
}

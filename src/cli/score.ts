// bms score: how good the device's state of charge is on recordings of real cells, under the errors of real sensors, beside
// a plain coulomb counter and a textbook filter.

import type { Command } from "commander";
import { PERTURBATION_WORDS, PERTURBATIONS, perturbationsOf } from "../score/perturbation.ts";
import { hasSignal } from "../score/signal-reader.ts";
import { CELL_SHEETS } from "../sim/recorded/cell-limits.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { progressLine } from "./progress.ts";
import { recordingsAt } from "./recording-files.ts";
import { scoreJson, scoreText } from "./score-report.ts";
import { scoreFiles } from "./score-threads.ts";
import { cellTitle, type ScoreOrder } from "./score-work.ts";
import { scoredCell } from "./scored-cell.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type ScoreOptions = {
  readonly [name in "cell" | "perturb" | "start" | "capacity" | "cells" | "seed"]?: string;
} & { readonly json?: boolean; readonly ageing?: boolean; readonly pack?: boolean };

const HELP = `
Recordings: CSV or CSV.gz as for "bms drive", or folders of them. The truth is the tester's own charge count: full at the first row
when the cell rests like a full one there, full at the last where a charge comes to its end, as soc_ref states it where the file has
that column, else read from the first voltage; or --start. The capacity is the cell's, or --capacity; a recording that plainly
shows another cell tells its own.

Perturbations, each alone, with --perturb NAME,NAME… (also start, offset, gain, voltage, capacity, temperature for both signs,
"together" for the last four; "all", the default, for every one):
${alignColumns(PERTURBATIONS.map(({ name, title }) => [`  ${name}`, title])).join("\n")}
"all" in the results is, for each recording and estimator, the worst of the last four.

Examples:
  bms score --cell lg-18650hg2 25degC_551_LA92.csv.gz --perturb none
  bms score --cell cell.yaml lg-18650hg2/drive --json
  bms score --ageing --cell LFP --capacity 102 cell1_charge_curves.csv.gz
  bms score --ageing --cell lg-18650hg2 hppc/25degC_549_HPPC.csv.gz drive/25degC_551_LA92.csv.gz
  bms score --pack --cell LMO --capacity 65 module123-irdischarge-65ah-2_0c.csv.gz`;

export function registerScore(program: Command): void {
  program
    .command("score")
    .argument("<files...>", "recordings of cells, or folders of them")
    .summary("judge the state of charge on recordings, under the errors of sensors")
    .description(
      "Plays recordings to the device under each perturbation and compares its state of charge with the truth.",
    )
    .option(
      "--cell <cell>",
      `the cell the device is told it has: a cell file, ${Object.keys(CELL_SHEETS).join(", ")}, or a chemistry`,
    )
    .option("--perturb <list>", "all, none, or names with commas", "all")
    .option("--start <0..1>", "true state of charge at the first row of every recording")
    .option("--capacity <Ah>", "true capacity of the recorded cell at 25 degC")
    .option("--cells <number>", "cells in series of the device", "6")
    .option("--seed <number>", "of the noise", "1")
    .option("--ageing", "judge capacity on records of cycles, and resistance in use against pulse tests")
    .option("--pack", "judge on logs of packs which cells the device names")
    .option("--json", "end with one object for programs")
    .addHelpText("after", HELP)
    .action((files: string[], options: ScoreOptions) => score(files, options));
}

async function score(words: readonly string[], options: ScoreOptions): Promise<void> {
  if (options.ageing === true || options.pack === true) {
    await scoreHealth(words, options);
    return;
  }
  const order = orderOf(options);
  const title = cellTitle(order.cell);
  const files = words.flatMap(recordingsAt);
  const progress = progressLine("scoring");
  const answers = await scoreFiles(order, files, (count) => progress.show(count / files.length));
  progress.clear();
  const scored = answers.flatMap((answer) => (answer.ok ? [answer.scored] : []));
  const skipped = answers.flatMap((answer, i) => (answer.ok ? [] : [{ file: files[i]!, reason: answer.reason }]));
  if (scored.length === 0) throw new UsageError(skipped[0]?.reason ?? "there is no recording to score");
  for (const { reason } of skipped) process.stderr.write(`bms: skipped: ${reason}\n`);
  if (skipped.length > 0) process.exitCode = 1;
  if (options.json === true) process.stdout.write(`${JSON.stringify(scoreJson(order.cell, scored, skipped))}\n`);
  else process.stdout.write(`${scoreText(title, scored, skipped)}\n`);
}

/** Each with a file of its own, for those who need it. */
async function scoreHealth(words: readonly string[], options: ScoreOptions): Promise<void> {
  if (!hasSignal("cellUsableCapacity_Ah") || !hasSignal("cellVerdict"))
    throw new UsageError("this device states neither capacity nor verdict of its cells: there is nothing to judge");
  const order = orderOf(options);
  const cell = scoredCell(order.cell);
  const files = words.flatMap(recordingsAt);
  if (options.ageing === true) {
    const { ageingJson, ageingText, scoreAgeing } = await import("./score-ageing.ts");
    const result = scoreAgeing(cell, files, order.capacity_Ah);
    process.stdout.write(`${options.json === true ? JSON.stringify(ageingJson(result)) : ageingText(result)}\n`);
  }
  if (options.pack === true) {
    const { packJson, packText, scorePack } = await import("./score-pack.ts");
    const results = files.map((file) => scorePack(cell, file, order.capacity_Ah));
    process.stdout.write(`${options.json === true ? JSON.stringify(packJson(results)) : packText(results)}\n`);
  }
}

function orderOf(options: ScoreOptions): ScoreOrder {
  if (options.cell === undefined)
    throw new UsageError(
      `say with --cell which cell the device is told it has: a cell file, ${Object.keys(CELL_SHEETS).join(", ")} or a chemistry`,
    );
  return {
    cell: options.cell,
    perturbations: namesOf(options.perturb ?? "all"),
    cells: number("cells", options.cells, 6, 18) ?? 6,
    start: number("start", options.start, 0, 1),
    capacity_Ah: number("capacity", options.capacity, 0.5, 10_000),
    seed: number("seed", options.seed, 0, 0xffffffff) ?? 1,
    timed: true,
  };
}

function namesOf(list: string): readonly string[] {
  const words = list.split(",").map((word) => word.trim());
  for (const word of words)
    if (!PERTURBATION_WORDS.includes(word))
      throw new UsageError(`--perturb ${word === "" ? '""' : word} is unknown${suggestion(word, PERTURBATION_WORDS)}`);
  return (perturbationsOf(words) ?? []).map(({ name }) => name);
}

function number(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const whole = (option !== "cells" && option !== "seed") || Number.isInteger(value);
  if (text.trim() === "" || !whole || !(value >= min && value <= max))
    throw new UsageError(`--${option} must be a number from ${min} to ${max}, is "${text}"`);
  return value;
}

// bms fit: identifies a cell from recordings of slow sweeps, pulses and use, and writes it as a cell file that settings,
// `bms run`, `bms drive` and `bms score` take. What the recordings do not carry is told in one line and left to the chemistry.

import { existsSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { columnsOf, round } from "../fit/cell-record.ts";
import { branchesOf } from "../fit/ground.ts";
import { identifiedColumns } from "../fit/identified-columns.ts";
import { identify, PLAIN } from "../fit/identify.ts";
import { type Leftover, leftoversOf } from "../fit/leftover.ts";
import { capacityOf, type Source, type Trial, trialOf } from "../fit/trial.ts";
import type { Cell } from "../model/cell.ts";
import { CHEMISTRIES, CHEMISTRY_NAMES, type ChemistryName, isChemistryName } from "../model/chemistries.ts";
import { likelyChemistry } from "../sim/recorded/reference-soc.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { cellText, readCell } from "./cell-file.ts";
import { checkDrawingPath, writeDrawing } from "./drawing-file.ts";
import { drawFit } from "./fit-drawing.ts";
import { recordingsAt } from "./recording-files.ts";
import { readSource } from "./recording-source.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type FitOptions = {
  readonly [name in "output" | "title" | "source" | "chemistry" | "capacity" | "plot"]?: string;
} & { readonly quiet?: boolean };

const HELP = `
Needed: a slow sweep (at most C/9) from full to empty for rest voltage and capacity, better also back for the hysteresis, and pulses or
a load as in use for the resistances. Recordings at several temperatures give their course over temperature; a cell that warmed up
under load gives its heat. Folders are read with the folders in them.

Examples:
  bms fit lg-18650hg2/ocv lg-18650hg2/hppc lg-18650hg2/drive/*_Mixed[12]* -o cell.yaml --plot cell.svg
  bms settings print --preset cell.yaml --cells 14 --yaml > pack.yaml`;

/** Adds the command to the program. */
export function registerFit(program: Command): void {
  program
    .command("fit")
    .argument("<files...>", "recordings of one cell, or folders of them")
    .summary("identify a cell from recordings")
    .description("Identifies the model of a cell from recordings and writes it as a cell file.")
    .requiredOption("-o, --output <file.yaml>", "the cell file to write")
    .option("--title <words>", "name of the cell")
    .option("--source <words>", "where the recordings come from; stands in the file")
    .option(
      "--chemistry <name>",
      `for what the recordings do not tell: ${CHEMISTRY_NAMES.join(", ")}; default by the voltage`,
    )
    .option("--capacity <Ah>", "at C/20 and 25 degC; default from the sweep nearest to 25 degC")
    .option("--plot <file.svg>", "draw curves and residuals")
    .option("--quiet", "do not tell the steps of the search")
    .addHelpText("after", HELP)
    .action((files: string[], options: FitOptions) => identifyCell(files, options));
}

function identifyCell(words: readonly string[], options: FitOptions): void {
  checkDrawingPath("--plot", options.plot);
  const output = options.output ?? "";
  if (existsSync(output) && !output.endsWith(".yaml")) throw new UsageError(`${output} is there and no cell file`);
  const sources = words.flatMap(recordingsAt).map(readSource);
  const chemistry = chemistryOf(options.chemistry, sources);
  const capacity_Ah = capacityFor(options.capacity, sources);
  const trials = trialsOf(sources, capacity_Ah);
  const tell = (what: string): void => {
    if (options.quiet !== true) process.stderr.write(`${what}\n`);
  };
  const found = identify(trials, capacity_Ah, tell, CHEMISTRIES[chemistry]);
  if (!found.ok) throw new UsageError(`cannot identify the ${found.reason}`);
  const leftovers = leftoversOf(found.cell.used, found.cell);
  const missing = [...found.cell.missing];
  const plain = identify(trials, capacity_Ah, tell, PLAIN);
  const cell: Cell = {
    title: options.title ?? basename(output, ".yaml"),
    chemistry,
    capacity_Ah,
    columns: {
      source: options.source ?? sourceOf(sources),
      ...identifiedColumns(trials, found.cell, leftovers, missing),
    },
    ...(plain.ok ? { plain: columnsOf(plain.cell, branchesOf(trials)) } : {}),
  };
  const text = cellText(cell, notesOf(missing, leftovers));
  readCell(text, output); // what we write is a cell file
  writeFileSync(output, text);
  process.stdout.write(`${reportOf(cell, leftovers, missing, output)}\n`);
  if (options.plot !== undefined) writeDrawing(options.plot, drawFit(cell, found.cell));
}

function chemistryOf(name: string | undefined, sources: readonly Source[]): ChemistryName {
  if (name === undefined) return likelyChemistry(sources[0]!.recording);
  if (isChemistryName(name)) return name;
  throw new UsageError(`--chemistry ${name} is unknown${suggestion(name, CHEMISTRY_NAMES)}`);
}

function capacityFor(text: string | undefined, sources: readonly Source[]): number {
  if (text !== undefined) {
    const value = Number(text);
    if (value > 0 && value < 10_000) return value;
    throw new UsageError(`--capacity must be a number above 0, is "${text}"`);
  }
  const found = capacityOf(sources);
  if (found !== undefined) return round(found.capacity_Ah, 4);
  throw new UsageError(
    "cannot identify the capacity: there is no slow sweep (at most C/9) from full to empty; say --capacity",
  );
}

function trialsOf(sources: readonly Source[], capacity_Ah: number): readonly Trial[] {
  const trials = sources.flatMap((source) => trialOf(source, capacity_Ah) ?? []);
  if (trials.length > 0) return trials;
  throw new UsageError("none of the recordings moves a third of the capacity: there is nothing to identify");
}

const sourceOf = (sources: readonly Source[]): string =>
  `identified from ${sources.map(({ name }) => basename(name)).join(", ")}`;

function notesOf(missing: readonly string[], leftovers: readonly Leftover[]): readonly string[] {
  const worst = leftovers.filter(({ kind }) => kind === "drive").sort((a, b) => b.rms_V - a.rms_V)[0];
  return [
    "Identified by `bms fit`. Columns as in a chemistry; what is missing is the chemistry's.",
    ...(worst === undefined
      ? []
      : [`Under load the model misses at most ${milli(worst.rms_V)} rms (${basename(worst.name)}).`]),
    ...missing.map((what) => `Not identified: ${what}`),
  ];
}

const milli = (value_V: number): string => `${(value_V * 1000).toFixed(1)} mV`;

function reportOf(cell: Cell, leftovers: readonly Leftover[], missing: readonly string[], output: string): string {
  const rows = leftovers.map(({ name, kind, degC, rms_V }) => [
    `  ${basename(name)}`,
    kind,
    `${degC.toFixed(1)} degC`,
    milli(rms_V),
  ]);
  const resistance = cell.columns.resistance_OhmAh ?? 0;
  return [
    `${cell.title}: ${cell.capacity_Ah} Ah, ${((resistance / cell.capacity_Ah) * 1000).toFixed(2)} mOhm at 25 degC and half charge`,
    "",
    ...alignColumns([["  recording", "as", "mean", "missed (rms)"], ...rows], [2, 3]),
    ...(missing.length === 0 ? [] : ["", "Left to the chemistry", ...missing.map((what) => `  ${what}`)]),
    "",
    `Written to ${output}`,
  ].join("\n");
}

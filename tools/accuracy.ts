// `npm run accuracy`: scores the shipping device on public recordings of real cells and writes docs/accuracy.md with its
// drawings. The recordings are not ours and not part of the project: BMS_DATA or ../shared/data names their folder. With --fit the
// shipped cells are identified anew first.

import "../src/cli/engine.ts";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { recordingsAt } from "../src/cli/recording-files.ts";
import { type AgeingResult, scoreAgeing } from "../src/cli/score-ageing.ts";
import { scoreDaysOf } from "../src/cli/score-days.ts";
import { type PackResult, scorePack } from "../src/cli/score-pack.ts";
import { scoreFiles } from "../src/cli/score-threads.ts";
import { type ScoreOrder, stepCosts, trackFile } from "../src/cli/score-work.ts";
import { scoredCell } from "../src/cli/scored-cell.ts";
import { PERTURBATIONS, TOGETHER_NAMES } from "../src/score/perturbation.ts";
import type { EstimatorName } from "../src/score/score-recording.ts";
import { hasSignal } from "../src/score/signal-reader.ts";
import { type Drawn, overCharge, overTemperature, overTime } from "./accuracy/drawings.ts";
import { AGEING, COST_CELLS, DAYS, FITS, PACKS, type RecordingSet, SETS } from "./accuracy/sets.ts";
import type { LivedDays, PackCost, ScoredSet } from "./accuracy/tables.ts";
import { accuracyText } from "./accuracy/text.ts";

const ROOT = dirname(import.meta.dirname);

/** Folder of the recordings, or undefined. */
export const dataFolder = (): string | undefined =>
  [process.env["BMS_DATA"], join(ROOT, "../shared/data"), join(ROOT, "../data")].find(
    (folder) => folder !== undefined && existsSync(folder),
  );

const orderFor = (cell: string): ScoreOrder => ({
  cell,
  perturbations: PERTURBATIONS.map(({ name }) => name),
  cells: 6,
  start: undefined,
  capacity_Ah: undefined,
  seed: 1,
  timed: true,
});

function filesOf(data: string, set: RecordingSet): readonly string[] {
  const folders = set.folders.map((folder) => join(data, folder)).filter((folder) => existsSync(folder));
  return folders.flatMap(recordingsAt).filter((file) => set.played.test(file));
}

/** Recordings a cell was fitted on are shown for comparison only: clean and with everything wrong. */
const FITTED_ON = ["none", ...TOGETHER_NAMES];

async function scoreSet(data: string, set: RecordingSet): Promise<ScoredSet> {
  const files = filesOf(data, set);
  const tell = (count: number): void => {
    process.stderr.write(`\r${set.cell}: ${count} of ${files.length} \u001b[K`);
  };
  const order = orderFor(set.cell);
  const fitted = files.filter((file) => set.fitted.test(file));
  const others = files.filter((file) => !set.fitted.test(file));
  const answers = [
    ...(await scoreFiles(order, others, tell)),
    ...(await scoreFiles({ ...order, perturbations: FITTED_ON }, fitted, tell)),
  ];
  process.stderr.write("\n");
  for (const answer of answers) if (!answer.ok) process.stderr.write(`left out: ${answer.reason}\n`);
  return { set, files: answers.flatMap((answer) => (answer.ok ? [answer.scored] : [])) };
}

const DRAWN = ["none", "all-", "all+"];

function drawnOf({ set, files }: ScoredSet): readonly Drawn[] {
  const file = files.find((each) => set.drawn.test(each.file));
  if (file === undefined) return [];
  const tracks = PERTURBATIONS.filter(({ name }) => DRAWN.includes(name)).flatMap((perturbation) => {
    const found = trackFile(orderFor(set.cell), file.file, perturbation);
    return found === undefined ? [] : [[perturbation.name, found] as const];
  });
  return [{ title: `${file.file.split("/").pop()}`, tracks: Object.fromEntries(tracks) }];
}

function ageing(data: string): readonly AgeingResult[] {
  if (!hasSignal("cellUsableCapacity_Ah")) return [];
  return AGEING.flatMap(({ files, cell, capacity_Ah }) => {
    const there = files.map((file) => join(data, file)).filter((file) => existsSync(file));
    return there.length === 0 ? [] : [scoreAgeing(scoredCell(cell), there.flatMap(recordingsAt), capacity_Ah)];
  });
}

function packs(data: string): readonly PackResult[] {
  if (!hasSignal("cellVerdict")) return [];
  return PACKS.flatMap(({ file, cell, capacity_Ah }) => {
    const path = join(data, file);
    return existsSync(path) ? [scorePack(scoredCell(cell), path, capacity_Ah)] : [];
  });
}

/** Each measured so often: others on the machine only ever slow it down. */
const TIMED = 5;

function costs(data: string): readonly PackCost[] {
  const [set] = SETS;
  const file = set === undefined ? undefined : filesOf(data, set).find((each) => set.drawn.test(each));
  if (set === undefined || file === undefined) return [];
  return COST_CELLS.map((cells) => {
    const order = { ...orderFor(set.cell), cells };
    const times = Array.from({ length: TIMED }, () => stepCosts(order, file));
    const least = (name: EstimatorName): number => Math.min(...times.map(({ [name]: us }) => us ?? Infinity));
    return { cells, us: { bms: least("bms"), counter: least("counter"), ekf: least("ekf") } };
  });
}

const LIVED = 3;

function days(data: string): readonly LivedDays[] {
  return DAYS.flatMap(({ name, cell, files, fitted }) => {
    const there = files.map((file) => join(data, file));
    if (!there.every(existsSync)) return [];
    const scored = [...scoreDaysOf(cell, there, LIVED, ["all-", "all+"])];
    return scored.map(([perturbation, figures]) => ({ name, fitted, perturbation, figures }));
  });
}

/** Identifies the shipped cells anew, each with the command the report tells. */
function fitCells(data: string): void {
  for (const words of FITS) {
    const at = words.indexOf("-o");
    const files = words.slice(0, at).flatMap((word) => globSync(join(data, word)).sort());
    const output = join(ROOT, `src/model/cells/${words[at + 1]}.yaml`);
    const rest = ["--plot", join(ROOT, `docs/images/cell-${words[at + 1]}.svg`), ...words.slice(at + 2)];
    const told = [join(ROOT, "src/cli/main.ts"), "fit", ...files, "-o", output, "--quiet", ...rest];
    console.log(execFileSync(process.execPath, told, { encoding: "utf8" }));
  }
}

async function report(data: string): Promise<void> {
  const sets: ScoredSet[] = [];
  for (const set of SETS) sets.push(await scoreSet(data, set));
  const scored = sets.filter(({ files }) => files.length > 0);
  const images = join(ROOT, "docs/images");
  mkdirSync(images, { recursive: true });
  writeFileSync(join(images, "accuracy-temperature.svg"), overTemperature(scored));
  writeFileSync(join(images, "accuracy-charge.svg"), overCharge(scored));
  writeFileSync(join(images, "accuracy-time.svg"), overTime(scored.flatMap(drawnOf)));
  writeFileSync(
    join(ROOT, "docs/accuracy.md"),
    accuracyText({ sets: scored, days: days(data), costs: costs(data), ageing: ageing(data), packs: packs(data) }),
  );
  console.log("docs/accuracy.md");
}

if (import.meta.main) {
  const data = dataFolder();
  if (data === undefined) {
    process.stderr.write(
      "there are no recordings: BMS_DATA names their folder; docs/accuracy.md says where they come from\n",
    );
    process.exitCode = 2;
  } else {
    if (process.argv.includes("--fit")) fitCells(data);
    await report(data);
  }
}

// What came of scoring: one object for programs, tables for people.

import { PERTURBATIONS, TOGETHER } from "../score/perturbation.ts";
import { ESTIMATORS, type EstimatorName, type Score } from "../score/score-recording.ts";
import { type Figures, together } from "../score/tally.ts";
import type { ScoredFile } from "./score-work.ts";
import { alignColumns } from "./text-table.ts";

const NAMES: readonly string[] = [...PERTURBATIONS.map(({ name }) => name), TOGETHER];
const TITLES = new Map<string, string>([
  ...PERTURBATIONS.map(({ name, title }): [string, string] => [name, title]),
  [TOGETHER, "the worst of all errors together, file by file"],
]);

type Costs = ScoredFile["us"];
type Told = { readonly [key: string]: number | null };

function figuresJson(figures: Figures, us: number | null): Told {
  const { rmse, mae, max10, inside, halfWidth, settle3_s, settle5_s, bias, samples } = figures;
  return {
    rmse: round(rmse, 5),
    mae: round(mae, 5),
    max10: round(max10, 5),
    inside: round(inside, 4),
    halfWidth: round(halfWidth, 5),
    settle3_s: round(settle3_s, 0),
    settle5_s: round(settle5_s, 0),
    us: round(us, 3),
    bias: round(bias, 5),
    samples,
  };
}

const round = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

/** The device's figures stand in the entry itself and again under "bms", beside the yard-sticks'. */
function entryJson(score: Score, us: Costs): object {
  const of = (name: EstimatorName): Told => figuresJson(score[name], us[name]);
  return { ...of("bms"), bms: of("bms"), counter: of("counter"), ekf: of("ekf") };
}

/** The one object of `--json`. */
export function scoreJson(cell: string, scored: readonly ScoredFile[], skipped: readonly Skipped[]): object {
  return {
    cell,
    files: scored.flatMap(({ file, scores, us, how, capacity_Ah, hours, degC }) =>
      namesIn([scores]).map((name) => ({
        file,
        perturbation: name,
        ...entryJson(scores[name]!, us),
        capacity_Ah: round(capacity_Ah, 4),
        hours: round(hours, 3),
        degC: round(degC, 1),
        reference: how,
      })),
    ),
    total: Object.fromEntries(totals(scored).map(({ name, score, us }) => [name, entryJson(score, us)])),
    skipped,
  };
}

export type Skipped = { readonly file: string; readonly reason: string };

const namesIn = (all: readonly ScoredFile["scores"][]): readonly string[] =>
  NAMES.filter((name) => all.some((scores) => scores[name] !== undefined));

type Total = { readonly name: string; readonly score: Score; readonly us: Costs };

function totals(scored: readonly ScoredFile[]): readonly Total[] {
  return namesIn(scored.map(({ scores }) => scores)).map((name) => {
    const parts = scored.flatMap(({ scores }) => scores[name] ?? []);
    const of = (estimator: EstimatorName): Figures => together(parts.map((score) => score[estimator]));
    return { name, score: { bms: of("bms"), counter: of("counter"), ekf: of("ekf") }, us: meanCosts(scored) };
  });
}

function meanCosts(scored: readonly ScoredFile[]): Costs {
  const of = (name: EstimatorName): number | null => {
    const known = scored.flatMap(({ us }) => us[name] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return { bms: of("bms"), counter: of("counter"), ekf: of("ekf") };
}

const HEAD = ["RMSE", "MAE", "max>10min", "inside", "+-bound", "<5 %", "<3 %", "us"];
const RIGHT = [1, 2, 3, 4, 5, 6, 7, 8];
const TITLE: Readonly<Record<EstimatorName, string>> = {
  bms: "device",
  counter: "coulomb counter",
  ekf: "textbook 2-RC EKF",
};

/** Tables: the total for each perturbation, then each file for those asked to be told. */
export function scoreText(title: string, scored: readonly ScoredFile[], skipped: readonly Skipped[]): string {
  const lines = [`${title}: ${scored.length} ${scored.length === 1 ? "recording" : "recordings"}`, ""];
  const rows = totals(scored);
  if (scored.length > 1)
    for (const name of ESTIMATORS)
      lines.push(
        ...table(
          `All recordings, ${TITLE[name]}`,
          rows.map((row) => rowOf(row.name, row.score[name], row.us[name])),
        ),
      );
  for (const name of namesIn(scored.map(({ scores }) => scores)))
    lines.push(
      ...table(
        `${name}: ${TITLES.get(name)}`,
        scored.flatMap((file) => fileRows(file, name)),
      ),
    );
  const hows = scored.map(({ file, how, capacity_Ah }) => [`  ${baseName(file)}`, `${capacity_Ah.toFixed(3)} Ah`, how]);
  lines.push("The truth of each recording", ...alignColumns(hows));
  for (const { file, reason } of skipped) lines.push(`skipped ${file}: ${reason}`);
  return lines.join("\n");
}

const baseName = (file: string): string => file.split("/").pop() ?? file;

function fileRows({ file, scores, us }: ScoredFile, name: string): string[][] {
  const score = scores[name];
  if (score === undefined) return [];
  return ESTIMATORS.map((estimator, i) =>
    rowOf(i === 0 ? baseName(file) : `    ${estimator}`, score[estimator], us[estimator]),
  );
}

const table = (title: string, rows: string[][]): string[] => [...alignColumns([[title, ...HEAD], ...rows], RIGHT), ""];

function rowOf(label: string, figures: Figures, us: number | null): string[] {
  const { rmse, mae, max10, inside, halfWidth, settle5_s, settle3_s } = figures;
  const percent = (value: number | null): string => (value === null ? "-" : `${(value * 100).toFixed(2)} %`);
  const after = (value: number | null): string => (value === null ? "never" : `${Math.round(value)} s`);
  return [
    `  ${label}`,
    percent(rmse),
    percent(mae),
    percent(max10),
    inside === null ? "-" : `${(inside * 100).toFixed(1)} %`,
    percent(halfWidth),
    after(settle5_s),
    after(settle3_s),
    us === null ? "-" : us.toFixed(3),
  ];
}

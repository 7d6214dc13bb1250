// The tables of the accuracy report, from scored recordings.

import type { ScoredFile } from "../../src/cli/score-work.ts";
import { PERTURBATIONS, TOGETHER } from "../../src/score/perturbation.ts";
import type { EstimatorName } from "../../src/score/score-recording.ts";
import { type Figures, together } from "../../src/score/tally.ts";
import { BARS, type Bar, BOUND_BAR, COST_BAR_us, DAYS_BAR, type RecordingSet } from "./sets.ts";

export type ScoredSet = { readonly set: RecordingSet; readonly files: readonly ScoredFile[] };

const percent = (value: number | null, digits = 2): string =>
  value === null ? "–" : `${(value * 100).toFixed(digits)}`;
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
export const nameOf = (file: string): string => (file.split("/").pop() ?? file).replace(/\.csv(\.gz)?$/, "");

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

const figuresOf = (files: readonly ScoredFile[], perturbation: string, estimator: EstimatorName): readonly Figures[] =>
  files.flatMap(({ scores }) => scores[perturbation]?.[estimator] ?? []);

const unseen = ({ set, files }: ScoredSet): readonly ScoredFile[] => files.filter(({ file }) => !set.fitted.test(file));

/** What was asked, what came out, on recordings nobody fitted on. */
export function barsTable(sets: readonly ScoredSet[]): string {
  const rows = BARS.map((bar) => {
    const files = sets
      .filter(({ set }) => set.chemistry === bar.chemistry)
      .flatMap(unseen)
      .filter(inRange(bar));
    const parts = figuresOf(files, bar.perturbation, "bms");
    if (parts.length === 0) return [bar.chemistry, bar.what, "no recording", "", "", "", ""];
    const all = together(parts);
    const worst = Math.max(...parts.map(({ rmse }) => rmse ?? 0));
    const passed = parts.filter((part) => meets(part, bar)).length;
    return [
      bar.chemistry,
      bar.what,
      askedOf(bar),
      percent(all.rmse),
      percent(worst),
      percent(all.max10),
      `${passed} of ${parts.length}`,
    ];
  });
  return markdownTable(
    ["cells", "condition", "bar, %", "RMSE, %", "worst recording", "max after 10 min", "recordings within the bar"],
    rows,
  );
}

const askedOf = ({ rmse, max10 }: Pick<Bar, "rmse" | "max10">): string =>
  `RMSE ≤ ${percent(rmse, 1)}${max10 === undefined ? "" : `, max ≤ ${percent(max10, 0)}`}`;

const inRange =
  (bar: Bar) =>
  ({ degC }: ScoredFile): boolean =>
    degC >= bar.from_degC && degC < bar.to_degC;
const meets = ({ rmse, max10 }: Figures, bar: Pick<Bar, "rmse" | "max10">): boolean =>
  (rmse ?? 1) <= bar.rmse && (bar.max10 === undefined || (max10 ?? 0) <= bar.max10);

/** A device that lived through the same day again and again, with all errors together. */
export type LivedDays = {
  readonly name: string;
  readonly fitted: boolean;
  readonly perturbation: string;
  readonly figures: readonly Figures[];
};

export function daysTable(lived: readonly LivedDays[]): string {
  const rows = lived.flatMap(({ name, fitted, perturbation, figures }) =>
    figures.map((each, day) => [
      `${name}${fitted ? " (fitted on)" : ""}`,
      `\`${perturbation}\``,
      `${day + 1}`,
      percent(each.rmse),
      percent(each.max10),
      percent(each.inside, 1),
      percent(each.halfWidth),
      meets(each, DAYS_BAR) ? "yes" : "no",
    ]),
  );
  return markdownTable(["day of", "perturbation", "day", "RMSE", "max", "inside", "± bound", askedOf(DAYS_BAR)], rows);
}

/** Each perturbation, all unseen recordings of a chemistry, the three estimators. */
export function perturbationTable(sets: readonly ScoredSet[], chemistry: RecordingSet["chemistry"]): string {
  const files = sets.filter(({ set }) => set.chemistry === chemistry).flatMap(unseen);
  const rows = [
    ...PERTURBATIONS.map(({ name, title }) => [name, title]),
    [TOGETHER, "the worst of the last four, file by file"],
  ].map(([name, title]) => {
    const of = (estimator: EstimatorName): Figures => together(figuresOf(files, name!, estimator));
    const [bms, counter, ekf] = [of("bms"), of("counter"), of("ekf")];
    return [
      `\`${name}\``,
      title!,
      percent(bms.rmse),
      percent(bms.max10),
      percent(bms.inside, 1),
      percent(bms.halfWidth),
      percent(ekf.rmse),
      percent(ekf.max10),
      percent(ekf.inside, 1),
      percent(counter.rmse),
    ];
  });
  return markdownTable(
    ["perturbation", "what", "RMSE", "max", "inside", "± bound", "EKF: RMSE", "max", "inside", "counter: RMSE"],
    rows,
  );
}

/** Every recording of a set, clean and with everything wrong. */
export function fileTable({ set, files }: ScoredSet): string {
  const sorted = [...files].sort((a, b) => a.degC - b.degC);
  const rows = sorted.map((file) => {
    const clean = file.scores["none"];
    const wrong = file.scores[TOGETHER];
    return [
      `${nameOf(file.file)}${set.fitted.test(file.file) ? " (fitted on)" : ""}`,
      file.degC.toFixed(0),
      percent(clean?.bms.rmse ?? null),
      percent(clean?.bms.max10 ?? null),
      percent(clean?.ekf.rmse ?? null),
      percent(wrong?.bms.rmse ?? null),
      percent(wrong?.bms.max10 ?? null),
      percent(wrong?.bms.inside ?? null, 1),
      percent(wrong?.bms.halfWidth ?? null),
      wrong?.bms.settle5_s === null || wrong === undefined ? "never" : `${wrong.bms.settle5_s.toFixed(0)} s`,
      percent(wrong?.ekf.rmse ?? null),
      percent(wrong?.ekf.max10 ?? null),
    ];
  });
  return markdownTable(
    [
      "recording",
      "°C",
      "clean: RMSE",
      "max",
      "EKF",
      "all wrong: RMSE",
      "max",
      "inside",
      "± bound",
      "under 5 % after",
      "EKF: RMSE",
      "max",
    ],
    rows,
  );
}

/** Where it fails, the worst first; the report says so itself. */
export function failures(sets: readonly ScoredSet[]): readonly string[] {
  const found = BARS.flatMap((bar) =>
    sets
      .filter(({ set }) => set.chemistry === bar.chemistry)
      .flatMap(unseen)
      .filter(inRange(bar))
      .flatMap((file) => {
        const figures = file.scores[bar.perturbation]?.bms;
        if (figures === undefined || meets(figures, bar)) return [];
        const beyond = Math.max(
          (figures.rmse ?? 1) / bar.rmse,
          bar.max10 === undefined ? 0 : (figures.max10 ?? 0) / bar.max10,
        );
        return [
          {
            beyond,
            line: `${nameOf(file.file)}, ${bar.perturbation === "all" ? "everything wrong" : "clean"}: RMSE ${percent(figures.rmse)} % (bar ${percent(bar.rmse, 1)} %), largest ${percent(figures.max10)} %${bar.max10 === undefined ? "" : ` (bar ${percent(bar.max10, 0)} %)`}`,
          },
        ];
      }),
  );
  return found.sort((a, b) => b.beyond - a.beyond).map(({ line }) => line);
}

/** Whether stated bounds are true and tight, over all single perturbations and all together. */
export function boundTable(sets: readonly ScoredSet[]): string {
  const rows = (["NMC/NCA", "LFP"] as const).flatMap((chemistry) =>
    ["none", TOGETHER].map((name) => {
      const files = sets.filter(({ set }) => set.chemistry === chemistry).flatMap(unseen);
      const all = together(figuresOf(files, name, "bms"));
      const ratio = (all.halfWidth ?? 0) / (all.rmse ?? 1);
      const inside = all.inside ?? 0;
      const good = inside >= BOUND_BAR.least && inside <= BOUND_BAR.most && ratio <= BOUND_BAR.width;
      return [
        chemistry,
        `\`${name}\``,
        percent(all.inside, 1),
        percent(all.halfWidth),
        ratio.toFixed(1),
        good ? "yes" : "no",
      ];
    }),
  );
  return markdownTable(
    ["cells", "perturbation", "inside, %", "± bound, %", "bound / RMSE", "93 to 99 % and at most 2.5"],
    rows,
  );
}

/** What a step costs in a pack of so many cells, µs for one cell and sample. */
export type PackCost = { readonly cells: number; readonly us: ScoredFile["us"] };

export function costTable(costs: readonly PackCost[]): string {
  const rows = costs.map(({ cells, us: { bms, ekf, counter } }) => {
    if (bms === null || ekf === null || counter === null) return [`${cells}`, "–", "–", "–", "–", "–"];
    const more = bms - ekf;
    return [
      `${cells}`,
      bms.toFixed(3),
      ekf.toFixed(3),
      counter.toFixed(3),
      more.toFixed(3),
      more <= COST_BAR_us ? "yes" : "no",
    ];
  });
  return markdownTable(["cells", "device", "EKF", "counter", "device - EKF", `at most ${COST_BAR_us}`], rows);
}

// What came of grading an inverter or charger: a table for people, one record for programs.

import type { Grade, Verdict } from "../equipment/grade.ts";
import { alignColumns } from "./text-table.ts";

const SIGNS = { passed: "✓", failed: "✗", "not judged": "–" } as const satisfies Record<Verdict["verdict"], string>;

const seconds = (ms: number | undefined): string => (ms === undefined ? "" : `${(ms / 1000).toFixed(1)} s`);
const count = ({ verdicts }: Grade, verdict: Verdict["verdict"]): number =>
  verdicts.filter((each) => each.verdict === verdict).length;

export function gradeTable(grade: Grade, profile: string): string {
  const rows = grade.verdicts.map(({ title, verdict, took_ms, within_ms, detail }) => [
    ...[SIGNS[verdict], title, verdict, seconds(took_ms), `within ${seconds(within_ms)}`, detail],
  ]);
  const left = grade.situations.length - grade.verdicts.length;
  const words = [
    `${count(grade, "passed")} passed`,
    `${count(grade, "failed")} failed`,
    `${count(grade, "not judged")} not judged`,
  ];
  if (left > 0) words.push(`${left} not played`);
  const table = rows.length === 0 ? [] : alignColumns(rows, [3]);
  return `${[...table, `${grade.options.of} ${profile}: ${words.join(", ")}`].join("\n")}\n`;
}

export const gradeJson = (grade: Grade, profile: string): object => ({
  kind: grade.options.of,
  profile,
  passed: count(grade, "passed"),
  failed: count(grade, "failed"),
  notJudged: count(grade, "not judged"),
  notPlayed: grade.situations.length - grade.verdicts.length,
  situations: grade.verdicts.map(({ took_ms, ...rest }) => ({ ...rest, took_ms: took_ms ?? null })),
});

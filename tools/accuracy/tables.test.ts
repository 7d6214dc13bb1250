// Promises of the report: what was fitted on never counts towards a bar, and what misses a bar is named.

import { expect, test } from "vitest";
import type { ScoredFile } from "../../src/cli/score-work.ts";
import type { Figures } from "../../src/score/tally.ts";
import { SETS } from "./sets.ts";
import { barsTable, costTable, failures, fileTable, type ScoredSet } from "./tables.ts";

const figures = (rmse: number, max10: number): Figures => ({
  rmse,
  mae: rmse,
  max10,
  bias: 0,
  inside: 0.95,
  halfWidth: 2 * rmse,
  settle5_s: 0,
  settle3_s: null,
  samples: 100,
  bySoc: new Array(10).fill(rmse),
});

function scored(
  name: string,
  degC: number,
  clean: readonly [number, number],
  wrong: readonly [number, number],
): ScoredFile {
  const both = (values: readonly [number, number]) => ({
    bms: figures(...values),
    counter: figures(...values),
    ekf: figures(...values),
  });
  return {
    file: `drive/${name}.csv.gz`,
    how: "starts full",
    capacity_Ah: 2.8,
    hours: 2,
    degC,
    scores: { none: both(clean), all: both(wrong) },
    us: { bms: 0.2, counter: 0.01, ekf: 0.2 },
  };
}

const LG = SETS.find(({ cell }) => cell === "lg-18650hg2")!;
const set = (...files: readonly ScoredFile[]): readonly ScoredSet[] => [{ set: LG, files }];

test("a recording the cell was fitted on counts towards no bar and no failure", () => {
  const sets = set(scored("25degC_551_Mixed1", 25, [0.2, 0.3], [0.3, 0.4]));
  expect(barsTable(sets)).toContain("no recording");
  expect(failures(sets)).toEqual([]);
  expect(fileTable(sets[0]!)).toContain("(fitted on)");
});

test.each([
  [[0.01, 0.9], [0.02, 0.05], 0],
  [[0.0101, 0.01], [0.02, 0.05], 1],
  [[0.01, 0.01], [0.0201, 0.05], 1],
  [[0.01, 0.01], [0.02, 0.0501], 1],
] as const)("clean %j and wrong %j at 25 °C: %i failures", (clean, wrong, count) => {
  expect(failures(set(scored("25degC_551_LA92", 25, clean, wrong)))).toHaveLength(count);
});

test("the worst failure comes first", () => {
  const sets = set(
    scored("25degC_551_LA92", 25, [0.012, 0], [0, 0]),
    scored("10degC_571_Mixed4", 9, [0.03, 0], [0, 0]),
  );
  expect(failures(sets)[0]).toContain("10degC_571_Mixed4");
});

test.each([
  [0.4, "0.250", "yes"],
  [0.401, "0.251", "no"],
] as const)("a device of %f µs beside a filter of 0.15 costs %s more: %s", (bms, more, held) => {
  const table = costTable([{ cells: 16, us: { bms, ekf: 0.15, counter: 0.01 } }]);
  expect(table.split("\n").at(-1)).toBe(`| 16 | ${bms.toFixed(3)} | 0.150 | 0.010 | ${more} | ${held} |`);
});

// Every shipped scenario keeps every expectation; some leave a golden trace that a reviewer can read. A trace that changes
// fails; UPDATE_GOLDEN=1 npx vitest run tests/scenarios.test.ts rewrites them all.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadScenario, shippedScenarios } from "../src/cli/scenario-file.ts";
import { reportOf } from "../src/sim/scenario/report.ts";
import { advance, createRun, finish, type Run } from "../src/sim/scenario/run.ts";
import { type Shown, traceText } from "../src/sim/scenario/trace.ts";

/** Scenarios with a golden trace, and how many seconds one line stands for. */
const GOLDEN: Readonly<Record<string, number>> = {
  "welded-contactor": 15,
  "precharge-onto-short": 20,
  "thermistor-falls-off": 20,
  "runaway-charger": 60,
  "load-short-circuit": 5,
};

const COLUMNS: readonly Shown[] = [
  { title: "pack_A", column: "current_A", decimals: 0 },
  { title: "pack_V", column: "pack_V", decimals: 1 },
  { title: "link_V", column: "link_V", decimals: 0 },
  { title: "min_V", column: "minCell_V", decimals: 2 },
  { title: "max_V", column: "maxCell_V", decimals: 2 },
  { title: "hot_C", column: "maxCell_degC", decimals: 0 },
  { title: "out1", column: "contact1", decimals: 0 },
  { title: "out2", column: "contact2", decimals: 0 },
  { title: "out3", column: "contact3", decimals: 0 },
  { title: "out4", column: "contact4", decimals: 0 },
  { title: "error", column: "error", decimals: 0 },
];

function play(name: string): Run {
  const scenario = loadScenario(name);
  const run = createRun({ scenario, traceBins: name in GOLDEN ? scenario.duration_s : 0 });
  while (advance(run));
  finish(run);
  return run;
}

describe("shipped scenarios", () => {
  test.each(shippedScenarios())("%s keeps every expectation", { timeout: 240_000 }, (name) => {
    const run = play(name);
    expect(reportOf(run).expectations.failed).toEqual([]);
    if (name in GOLDEN) compare(name, `${name}, seed ${run.seed}\n${traceText(run.trace!, COLUMNS, GOLDEN[name]!)}\n`);
  });
});

function compare(name: string, text: string): void {
  const file = join(import.meta.dirname, "golden", `${name}.txt`);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  expect(existsSync(file), `${file} exists; UPDATE_GOLDEN=1 writes it`).toBe(true);
  expect(text).toBe(readFileSync(file, "utf8"));
}

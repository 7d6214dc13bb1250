// The words of docs/accuracy.md around its tables.

import type { AgeingResult } from "../../src/cli/score-ageing.ts";
import type { PackResult } from "../../src/cli/score-pack.ts";
import { ageingTables, packTables } from "./health-tables.ts";
import { FITS } from "./sets.ts";
import {
  barsTable,
  boundTable,
  costTable,
  daysTable,
  failures,
  fileTable,
  type LivedDays,
  type PackCost,
  perturbationTable,
  type ScoredSet,
} from "./tables.ts";

const MOST_FAILURES = 25;

/** What was scored, part by part; an empty part is left out. */
export type Scored = {
  readonly sets: readonly ScoredSet[];
  readonly days: readonly LivedDays[];
  readonly costs: readonly PackCost[];
  readonly ageing: readonly AgeingResult[];
  readonly packs: readonly PackResult[];
};

export function accuracyText({ sets, days, costs, ageing, packs }: Scored): string {
  const failed = failures(sets);
  const parts = [
    HEAD,
    "## What was asked, and what came out\n",
    "Recordings the cells were **not** fitted on. A recording is within its bar when its own RMSE and maximum are.\n",
    barsTable(sets),
    ...(days.length === 0 ? [] : [`\n${ASKED_OF_LFP}`]),
    "\nThe stated 95 % bound should hold the truth in 93 to 99 of 100 samples and be no wider than 2.5 times the RMSE:\n",
    boundTable(sets),
    "\n## Where it fails\n",
    failed.length === 0
      ? "Every recording is within its bar."
      : [
          ...failed.slice(0, MOST_FAILURES).map((line) => `- ${line}`),
          ...(failed.length > MOST_FAILURES ? [`- and ${failed.length - MOST_FAILURES} more`] : []),
        ].join("\n"),
    "\n## Error over temperature, charge and time\n",
    "![over temperature](images/accuracy-temperature.svg)\n\n![over state of charge](images/accuracy-charge.svg)\n\n![over time](images/accuracy-time.svg)",
    "\n## Each error alone\n",
    PERTURBED,
    "\n### NMC and NCA cells\n",
    perturbationTable(sets, "NMC/NCA"),
    "\n### LFP cell\n",
    perturbationTable(sets, "LFP"),
    "\n## Each recording\n",
    ...sets.flatMap((set) => [`### ${set.set.title}\n`, fileTable(set), ""]),
    ...(days.length === 0 ? [] : ["## LFP in daily use\n", DAILY, daysTable(days), ""]),
    "## Cost\n",
    COST,
    costTable(costs),
    ...(ageing.length === 0 ? [] : ["\n## Capacity and resistance\n", ageingTables(ageing)]),
    ...(packs.length === 0 ? [] : ["\n## Packs\n", packTables(packs)]),
    REPRODUCE,
  ];
  return `${parts.join("\n")}\n`;
}

const HEAD = `# Accuracy

How far the device's state of charge, its bounds, capacity, resistance and diagnosis are from what testers measured, on public recordings
of real cells. Made by one command from the recordings ([how to repeat it](#how-to-repeat-it)); nothing here is typed in. Why scored so:
[decision 11](decisions/0011-scoring.md).

The **device** is the whole shipping core, tick by tick. The **EKF** is a textbook filter with two RC pairs on a model of the same recordings
identified for it, tuned once on the recordings the cells were fitted on. The **counter** adds up its current sensor. All are told the same
start and capacity and read the same wrong sensors. All figures in percent of the capacity unless they say otherwise.
`;

const PERTURBED = `Means over the recordings a cell was not fitted on. *inside* is the share of samples within the stated 95 % bound.
A start told too high means nothing to a recording that begins full; recordings of use do. \`joined\` is the hard start.
`;

const ASKED_OF_LFP =
  "LFP is asked for with one full charge a day. These are single recordings, which know nothing of yesterday; [in daily use](#lfp-in-daily-use) it is told below.";

const DAILY = `The rows above are single recordings: the device knows nothing of yesterday. Here it lives through the tester's whole day, a drive from full to
empty, a rest and a full charge, again and again with all errors together: the full charges show it what its count and its current sensor are off.
`;

const COST = `Microseconds for one cell and sample of 100 ms, measured alone on the machine that wrote this page. The device's figure is all of its stage
"estimate": beside the filter also capacity, resistance, self-discharge, diagnosis, forecasts of power and current limits. What a pack pays once
weighs more on few cells.
`;

const REPRODUCE = `
## How to repeat it

The recordings are other people's work and not part of this project. Convert them to CSV with the columns \`time_s, voltage_v, current_a\`
(charging positive), \`temperature_c, ah\` and, where the source is faster than the rows, \`current_avg_a\` (mean since the row before):

| folder | source | what |
|---|---|---|
| \`lg-18650hg2\` | Kollmeyer, Vidal, Naguib, Skells (McMaster University, 2020), Mendeley data cp3473x7xv | \`ocv\`, \`hppc\`, \`drive\` at a row a second, -20 to 40 °C |
| \`panasonic-18650pf\` | Kollmeyer (University of Wisconsin-Madison, 2018), Mendeley data wykht8y7tg | the same, -20 to 25 °C; \`drive10hz\` at ten rows a second |
| \`a123-26650-esc\` | G. Plett's ESC toolbox, as CSV in batterysim/esctoolbox-python | \`ocv\` C/30 both ways, \`dyn\`: scripts S1 to S3, -25 to 45 °C |
| \`inr18650-20r\` | CALCE, University of Maryland, as in Du-Songtao/Towards-fast-embedded-moving-horizon-state-of-charge-estimation | DST at 25 °C with the author's reference |
| \`lfp-102ah-aging\` | BatICM/cell-to-pack-degradation | every charge curve of 102 Ah cells over their life |
| \`nasa-aging\` | Saha, Goebel (NASA Ames Prognostics Data Repository, 2007) | cells B0005 and others |
| \`leaf-module-string-6s\` | Oak Ridge National Laboratory, as in batterysim/equiv-circ-model | a string of six used groups |
| \`ev-fleet-4cars\` | BatICM/unsupervised-battery-faults | logs of cars, every cell voltage |

Then, with \`BMS_DATA\` naming the folder of these folders:

    npm run accuracy              scores everything and writes this page
    npm run accuracy -- --fit     identifies the shipped cells anew before that

One recording: \`bms score --cell lg-18650hg2 25degC_551_LA92.csv.gz\`. The shipped cells were identified with

${FITS.map((words) => `    bms fit ${words.slice(0, words.indexOf("-o") + 2).join(" ")}.yaml`).join("\n")}
`;

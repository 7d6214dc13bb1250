// The device over days with a full charge each, from files: a tester's scripts of one day.

import { dayOf, scoreDays } from "../score/days.ts";
import { type Perturbation, perturbationsOf } from "../score/perturbation.ts";
import { deviceSettings } from "../score/scored-cell.ts";
import type { Figures } from "../score/tally.ts";
import { readRecording } from "./recording.ts";
import { unwrapSettings } from "./score-work.ts";
import { scoredCell } from "./scored-cell.ts";
import { UsageError } from "./usage-error.ts";

const CELLS = 6;
const SEED = 1;

/** Under each perturbation, by its name, the figures of each day. @param files in their order: the first from full, the last to full */
export function scoreDaysOf(
  cell: string,
  files: readonly string[],
  days: number,
  words: readonly string[],
): ReadonlyMap<string, readonly Figures[]> {
  const known = scoredCell(cell);
  const { capacity_Ah } = known;
  if (capacity_Ah === undefined) throw new UsageError(`${cell} has no capacity of its own: days need a cell file`);
  const day = dayOf(files.map(readRecording), capacity_Ah);
  const figures = (perturbation: Perturbation): readonly Figures[] => {
    const told_Ah = capacity_Ah * perturbation.capacity;
    const made = deviceSettings(known, day.recording, CELLS, capacity_Ah, told_Ah);
    const settings = unwrapSettings(made, files[0]!);
    return scoreDays({ day, days, capacity_Ah, settings, perturbation, seed: SEED });
  };
  return new Map((perturbationsOf(words) ?? []).map((each) => [each.name, figures(each)]));
}

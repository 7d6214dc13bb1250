// Signals over a console: each value is read by its name, those that are looked at in every pass, the others a few at a time. A
// value becomes a number of the image again; what the device does not know is no number.

import { isNotKnown } from "../../../canopen/known.ts";
import { signalType } from "../../../canopen/signal-objects.ts";
import type { SignalRow } from "../../../model/rows.ts";
import { BELIEFS, decidingFlags, IMAGE_PLACES } from "../../../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../../../model/signals.ts";

/** One value to read. */
export type Wanted = { readonly command: string; readonly at: number; readonly row: SignalRow; readonly name: string };

/** What tells of contactors, errors and limits: read in every pass whoever looks at what. */
const ALWAYS: readonly string[] = SIGNAL_NAMES.filter(
  (name) =>
    /^(mode|soc|current_A|battery_V|thermistorState)$|(Closed|Contactor|FeedbackFault|LimitReason|Limit_A)$/.test(
      name,
    ) || /^fault\.\w+$/.test(name),
);
/** So many of the others go along with each pass, where the line keeps up with what is wished and where it does not. */
const PORTION = { fast: 48, slow: 8 } as const;

/** All values of a signal; of one per cell only those of the cells there are. */
function wantedOf(name: string, cells: number): readonly Wanted[] {
  const row: SignalRow = SIGNALS[name]!;
  const { at, count } = IMAGE_PLACES.get(name)!;
  const many = row.per === "cell" ? Math.min(count, cells) : count;
  return Array.from({ length: many }, (_, i) => ({
    command: `r ${row.per === undefined ? name : `${name}[${i + 1}]`}`,
    at: at + i,
    ...{ row, name },
  }));
}

export type Reading = { cells: number; attended: readonly string[]; next: number };

/** @param attended signals that are looked at */
export const createReading = (cells: number, attended: ReadonlySet<string> = new Set()): Reading => ({
  cells,
  attended: attend(attended),
  next: 0,
});

/** Those that are looked at with what vouches for them, and those that are always read. */
export const attend = (names: ReadonlySet<string>): readonly string[] => [
  ...new Set([...ALWAYS, ...names].flatMap((name) => [name, ...decidingFlags(BELIEFS.get(name)!)])),
];

/** What the next pass reads. @param isSlow the line could not keep up in the last one */
export function nextPass(reading: Reading, isSlow: boolean): readonly Wanted[] {
  const first = new Set(reading.attended);
  const pass = reading.attended.flatMap((name) => wantedOf(name, reading.cells));
  const full = pass.length + PORTION[isSlow ? "slow" : "fast"];
  for (let tried = 0; tried < SIGNAL_NAMES.length && pass.length < full; tried++) {
    const name = SIGNAL_NAMES[reading.next]!;
    reading.next = (reading.next + 1) % SIGNAL_NAMES.length;
    if (!first.has(name)) pass.push(...wantedOf(name, reading.cells));
  }
  return pass;
}

/** The number of the image that an answer stands for; NaN: not known. */
export function numberOf({ row, name }: Wanted, answer: string): number {
  const value = Number(answer.split(" ", 1)[0]);
  if (isNotKnown(signalType(row), value)) return Number.NaN;
  return (row.unit === "us" ? value * 1e6 : value) - BELIEFS.get(name)!.first;
}

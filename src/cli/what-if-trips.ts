// The trips of a what-if for a person: errors, indications, and apart from them what only the recorded current tells.

import { wrap } from "../base/wrap.ts";
import { openedWords, quantity } from "../core/protect/explanation.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import type { Unit } from "../model/rows.ts";
import { type ComparedTrip, opensOther } from "../replay/compared-trips.ts";
import type { WhatIf } from "../replay/what-if.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { alignColumns } from "./text-table.ts";

export const WIDTH = 118;

/** A time in a recording: "8:17.41", or "2:08:17.41" from an hour on. */
export function clockText(time_s: number): string {
  const hundredths = Math.round(Math.abs(time_s) * 100);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const minutes = Math.floor(hundredths / 6000);
  const seconds = ((hundredths % 6000) / 100).toFixed(2).padStart(5, "0");
  const sign = time_s < 0 ? "−" : "";
  return minutes < 60
    ? `${sign}${minutes}:${seconds}`
    : `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}`;
}

const SIGNS = { appears: "+", vanishes: "−", moves: "→", stays: "=" } as const;

/** A table for errors, one for indications, with the sentences of what is other than recorded. */
export function tripLines(result: WhatIf): string[] {
  const own = result.trips.filter(({ consequence }) => !consequence);
  const errors = own.filter(({ level }) => level === "error");
  const indications = own.filter(({ level }) => level === "indication");
  const foreign = result.trips.filter(({ consequence }) => consequence);
  const told = own.filter((trip) => trip.kind !== "stays" || opensOther(trip));
  return [
    ...(errors.length === 0 ? ["Nothing trips, either way"] : table("Trips", errors, result)),
    ...(indications.length === 0 ? [] : ["", ...table("Indications", indications, result)]),
    ...(foreign.length === 0 ? [] : ["", ...table(FOREIGN, foreign, result)]),
    ...(told.length === 0 ? [] : [""]),
    ...told.flatMap(sentenceLines),
  ];
}

const FOREIGN = "No trips of it: the recorded current flowed because the contactors were closed";

function table(title: string, trips: readonly ComparedTrip[], { first_us }: WhatIf): string[] {
  const at = (us: number | undefined): string => (us === undefined ? "–" : clockText((us - first_us) / 1e6));
  const rows = trips.map((trip) => [
    `  ${SIGNS[trip.kind]} ${trip.kind}`,
    FAULT_ROWS[trip.name].title,
    at(trip.baseline?.at_us),
    at(trip.whatIf?.at_us),
    changedWords(trip),
    trip.trusted ? "" : "a guess",
  ]);
  if (title === FOREIGN) return [title, ...alignColumns(rows, [2, 3])];
  return alignColumns([[title, "", "recorded", "what if", "", ""], ...rows], [2, 3]);
}

const changedWords = (trip: ComparedTrip): string =>
  [movedWords(trip), opensOther(trip) ? "opens otherwise" : ""].filter((words) => words !== "").join(", ");

/** "+12.3 s, 3.752 V instead of 3.751 V". */
function movedWords({ name, kind, baseline, whatIf }: ComparedTrip): string {
  if (kind === "stays") return "";
  const values = valueWords(name, baseline?.value, whatIf?.value);
  if (baseline === undefined || whatIf === undefined) return values;
  const seconds = (whatIf.at_us - baseline.at_us) / 1e6;
  return `${seconds > 0 ? "+" : "−"}${durationText(Math.abs(seconds))}${values === "" ? "" : `, ${values}`}`;
}

function valueWords(name: ComparedTrip["name"], before: number | undefined, after: number | undefined): string {
  const { unit, limit } = FAULT_ROWS[name];
  if (limit === undefined || unit === undefined || unit === "none") return "";
  const words = (value: number): string => quantity(value, unit as Unit);
  if (before === undefined || after === undefined) return words((before ?? after)!);
  return before === after ? words(after) : `${words(after)} instead of ${words(before)}`;
}

function sentenceLines(trip: ComparedTrip): string[] {
  const { kind, baseline, whatIf } = trip;
  const sentence = kind === "vanishes" ? baseline!.sentence : whatIf!.sentence;
  const before = opensOther(trip) ? ` As recorded: ${openedWords(baseline!.opened)}.` : "";
  const [head, ...rest] = wrap(`${sentence}${before}`, WIDTH - 4, "");
  return [`  ${SIGNS[kind]} ${head}`, ...rest.map((line) => `    ${line}`)];
}

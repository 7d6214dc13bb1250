// What was measured in the seconds before a trip, in sentences (explain.ts): the value that tripped, the pack around it, the
// current, and the contactor that is accused.

import { CONTACTORS } from "../core/decide/decided.ts";
import { quantity } from "../core/protect/explanation.ts";
import type { FaultRow } from "../model/rows.ts";
import { amperes, s, subjectWords } from "./explain-words.ts";
import { CONTACTOR_WORDS } from "./reasons.ts";
import { lastIndex, type Series } from "./series.ts";
import type { Move, Story } from "./story.ts";
import type { Trip } from "./trips.ts";

/** None where no tick before the trip is in the series. */
export function beforeSentences(story: Story, series: Series, trip: Trip, row: FaultRow): string[] {
  const end = lastIndex(series, trip.at_us);
  if (end < 0) return [];
  const first = series.value.findIndex((value, i) => !Number.isNaN(value) && i <= end);
  const current = [...currentSentence(series, end), ...contactorSentence(story, trip)];
  if (row.limit === undefined || row.unit === undefined || row.unit === "none" || first < 0 || first === end)
    return current;
  return [valueSentence(series, first, end, trip, row), ...cellsSentence(series, end, row), ...current];
}

/** "In the 10.0 s before, cell 3 rose from 3.688 V to 3.752 V, in the last second by 0.012 V." */
function valueSentence(series: Series, first: number, end: number, trip: Trip, row: FaultRow): string {
  const words = (value: number): string => quantity(value, row.unit);
  const [from, to] = [series.value[first], series.value[end]];
  const span_us = series.time_us[end] - series.time_us[first];
  const second = lastIndex(series, series.time_us[end] - 1_000_000);
  const rate = second > first ? to - series.value[second] : Number.NaN;
  const subject = subjectWords(row, trip.element);
  const isSame = words(from) === words(to);
  const path = isSame ? `stayed at ${words(to)}` : `${to > from ? "rose" : "fell"} from ${words(from)} to ${words(to)}`;
  const isMoving = !Number.isNaN(rate) && words(Math.abs(rate)) !== words(0) && !isSame;
  const lately = isMoving ? `, in the last second by ${words(Math.abs(rate))}` : "";
  return `In the ${(span_us / 1e6).toFixed(1)} s before the trip ${subject} ${path}${lately}.`;
}

/** The rest of the pack, where the row judges a cell. */
function cellsSentence(series: Series, end: number, row: FaultRow): string[] {
  if (!/^measure\.(min|max)Cell_V$/.test(row.of)) return [];
  const [low, high] = [series.minCell_V[end], series.maxCell_V[end]];
  if (Number.isNaN(low) || Number.isNaN(high)) return [];
  return [`All cells then lay between ${quantity(low, "V")} and ${quantity(high, "V")}.`];
}

function currentSentence(series: Series, end: number): string[] {
  const current_A = series.current_A[end];
  if (Number.isNaN(current_A)) return ["The current was not believed at the trip."];
  const before = lastIndex(series, series.time_us[end] - 1_000_000);
  const earlier_A = before < 0 ? Number.NaN : series.current_A[before];
  const changed = Math.abs(current_A - earlier_A) > Math.max(1, 0.1 * Math.abs(current_A));
  const kind = Math.abs(current_A) < 0.05 ? "" : current_A > 0 ? ", charging" : ", discharging";
  return [
    `The current was ${amperes(current_A)}${kind}${changed ? `, and ${amperes(earlier_A)} a second before` : ""}.`,
  ];
}

/** What a contactor that is accused had been told before. */
function contactorSentence({ moves, settings }: Story, { name, at_us }: Trip): string[] {
  if (name === "precharge") return prechargeSentence(moves, at_us);
  const contactor = CONTACTORS.find((candidate) => name === `${candidate}Feedback`);
  const last = moves
    .filter(
      (move) => move.coil_us >= 0 && move.coil_us <= at_us && (contactor === undefined || move.contactor === contactor),
    )
    .at(-1);
  if (last === undefined || (contactor === undefined && name !== "stuckContactor")) return [];
  const delay = settings === undefined ? "" : ` The feedback delay is ${s(settings.feedback.delay_ms * 1000)}.`;
  const there = last.there_us >= 0 && last.there_us <= at_us ? "had followed" : "had not followed";
  return [
    `The ${CONTACTOR_WORDS[last.contactor]} had been switched ${last.closes ? "on" : "off"} ${s(at_us - last.coil_us)} before the trip at ${amperes(last.current_A)}, and its contact ${there}.${delay}`,
  ];
}

function prechargeSentence(moves: readonly Move[], at_us: number): string[] {
  const tries = moves.filter(
    ({ contactor, closes, coil_us }) => contactor === "precharge" && closes && coil_us <= at_us,
  );
  const last = tries.at(-1);
  if (last === undefined) return [];
  const before =
    tries.length === 1
      ? ""
      : ` for the ${tries.length}th time in the recorded seconds`.replace("2th", "2nd").replace("3th", "3rd");
  return [`Its resistor had been connected ${s(at_us - last.coil_us)} before${before}.`];
}

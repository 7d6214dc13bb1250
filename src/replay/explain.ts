// Why a contactor opened, in sentences: each is computed from what the device measured and decided in the seconds around the
// trip, and from the row and settings of the protection. Causes that the recording does not show are not guessed.

import { CONTACTORS } from "../core/decide/decided.ts";
import { quantity } from "../core/protect/explanation.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { FaultRow } from "../model/rows.ts";
import { openedSentences } from "./explain-opening.ts";
import { amperes, capital, elementWords, list, longTime, s, subjectWords } from "./explain-words.ts";
import { type Explanation, explanation, NEAR_us } from "./explanation.ts";
import { CONTACTOR_WORDS } from "./reasons.ts";
import type { Series } from "./series.ts";
import type { Move, Story } from "./story.ts";
import type { Trip } from "./trips.ts";

/**
 * The story of a trip.
 * @param series of its fault and element, with the seconds before the trip in it
 * @param cleared_us log time at which the journal says it cleared, where the story is too short; -1: not known
 */
export function explainTrip(story: Story, series: Series, trip: Trip, cleared_us = -1): Explanation {
  const row = FAULT_ROWS[trip.name];
  const rule = ruleOf(story, trip.name);
  return explanation(`${row.title}: ${trip.sentence}`, [
    { topic: "before", sentences: beforeSentences(story, series, trip, row) },
    { topic: "trip", sentences: tripSentences(story, trip, row, rule) },
    { topic: "opened", sentences: openedSentences(story, trip, rule) },
    { topic: "also", sentences: alsoSentences(story, trip) },
    { topic: "clears", sentences: clearSentences(story, trip, row, rule, cleared_us) },
    { topic: "prevents", sentences: preventSentences(story, series, trip, row) },
  ]);
}

const ruleOf = ({ settings }: Story, name: FaultName): Rule | undefined =>
  settings === undefined ? undefined : planProtect(settings).rules.find((rule) => rule.name === name);

function beforeSentences(story: Story, series: Series, trip: Trip, row: FaultRow): string[] {
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

/** The last tick at or before a time; -1: none. */
function lastIndex({ time_us }: Series, at_us: number): number {
  let index = -1;
  for (let i = 0; i < time_us.length && time_us[i] <= at_us; i++) index = i;
  return index;
}

function tripSentences(story: Story, trip: Trip, row: FaultRow, rule: Rule | undefined): string[] {
  const lasted_us = trip.at_us - trip.began_us;
  const set_us = rule?.set_us ?? 0;
  const what =
    row.limit === undefined || row.unit === "none"
      ? "The condition began"
      : `${capital(subjectWords(row, trip.element))} was ${row.when === "below" ? "under" : "over"} the limit of ${quantity(trip.limit, row.unit)} from`;
  if (set_us === 0 && lasted_us <= 0)
    return ["This protection trips in the tick in which its condition begins: it has no set delay."];
  const outside = trip.began_us < story.first_us ? ", before the recorded seconds begin" : "";
  const during = row.limit === undefined ? "" : " on";
  return [
    `${what} ${s(lasted_us)} before the trip${during} without a break${outside}: its set delay of ${s(set_us)} had run out.`,
  ];
}

function alsoSentences(story: Story, trip: Trip): string[] {
  const title = (name: FaultName): string => FAULT_ROWS[name].title;
  const before = story.trips.filter(
    (other) => other !== trip && other.at_us <= trip.at_us && (other.cleared_us < 0 || other.cleared_us > trip.at_us),
  );
  const old = story.setBefore.filter(
    (name) =>
      name !== trip.name &&
      !before.some((other) => other.name === name) &&
      !story.trips.some((other) => other.name === name),
  );
  const set = [
    ...before.map(
      (other) =>
        `${title(other.name)} (${other.at_us === trip.at_us ? "in the same tick" : `${s(trip.at_us - other.at_us)} before`})`,
    ),
    ...old.map((name) => `${title(name)} (from before the recorded seconds)`),
  ];
  const next = story.trips.filter((other) => other.at_us > trip.at_us);
  const followed = next.slice(0, 4).map((other) => `${title(other.name)} ${s(other.at_us - trip.at_us)} later`);
  return [
    ...(set.length === 0 ? [] : [`Also set at the trip: ${list(set)}.`]),
    ...(followed.length === 0 ? [] : [`It was followed by ${list(followed)}.`]),
    ...story.requests
      .filter(({ at_us }) => Math.abs(at_us - trip.at_us) < NEAR_us)
      .map(
        ({ at_us, text }) =>
          `Asked ${s(Math.abs(at_us - trip.at_us))} ${at_us <= trip.at_us ? "before" : "after"} the trip: ${text}.`,
      ),
  ];
}

function clearSentences(story: Story, trip: Trip, row: FaultRow, rule: Rule | undefined, told_us: number): string[] {
  if (rule === undefined) return [];
  const back =
    row.limit === undefined || row.unit === "none"
      ? "its condition has been gone"
      : `${subjectWords(row, trip.element).startsWith("cell") ? "all cells have" : `${subjectWords(row, trip.element)} has`} been ${row.when === "below" ? "over" : "under"} ${quantity(rule.sign * rule.tolerant, row.unit)}`;
  const lock = rule.lock ? ", and then only when it is acknowledged or the device restarts: it is locked" : "";
  const clears = `It clears once ${back} for ${s(rule.clear_us)} without a break${lock}.`;
  const cleared_us = trip.cleared_us >= 0 ? trip.cleared_us : told_us;
  const did =
    cleared_us >= 0
      ? `It cleared ${longTime(cleared_us - trip.at_us)} after the trip.`
      : `It was still set ${longTime(story.last_us - trip.at_us)} after the trip, where the seconds looked at end.`;
  return [clears, did];
}

/** What the recording shows would have been enough, and what the table says of the protection. */
function preventSentences(story: Story, series: Series, trip: Trip, row: FaultRow): string[] {
  const end = lastIndex(series, trip.at_us);
  return [
    ...(end < 0 || !isPartners(trip.name) ? [] : partnerSentences(story, series, trip, end)),
    ...(end < 0 ? [] : balanceSentence(series, trip, row, end)),
    ...warningSentence(story, trip),
    `About this protection: ${helpOf(trip.name)}`,
  ];
}

/** Rows that are like another one say so, and that one says it all. */
function helpOf(name: FaultName): string {
  const { help } = FAULT_ROWS[name];
  const like = name.replace(/^(discharge|precharge|common|main)/, "charge");
  return /^As for the charging/.test(help) && like in FAULT_ROWS ? FAULT_ROWS[like as FaultName].help : help;
}

/** Errors that a charger or a load that keeps to its limits may never cause; a short circuit or a weld knows no limits. */
function isPartners(name: FaultName): boolean {
  const { unit, limit } = FAULT_ROWS[name];
  if (name === "unallowableCharging") return true;
  return name !== "shortCircuit" && limit !== undefined && (unit === "V" || unit === "A" || unit === "degC");
}

/** A charger or load that does not keep to what it was told. */
function partnerSentences(story: Story, series: Series, trip: Trip, end: number): string[] {
  const current_A = series.current_A[end];
  const sentences: string[] = [];
  const last = story.allowed.filter(({ at_us }) => at_us <= trip.at_us).at(-1);
  if (current_A > 1 && series.allowCharging[end] === 0) {
    const since = last === undefined || last.on ? "" : ` since ${s(trip.at_us - last.at_us)} before the trip`;
    sentences.push(
      `Allow charging had been off${since}, yet ${amperes(current_A)} flowed: a charger that obeys it would have stopped.`,
    );
  }
  if (current_A > 1 && current_A > 1.05 * series.chargeLimit_A[end] && series.allowCharging[end] === 1)
    sentences.push(
      `The limit given to the charger was ${series.chargeLimit_A[end].toFixed(1)} A; ${amperes(current_A)} flowed. One that keeps to it would have charged with less.`,
    );
  if (-current_A > 1 && -current_A > 1.05 * series.dischargeLimit_A[end])
    sentences.push(
      `The limit given to the load was ${series.dischargeLimit_A[end].toFixed(1)} A; ${(-current_A).toFixed(1)} A were drawn. One that keeps to it would have taken less.`,
    );
  return sentences;
}

/** Cells that differ: the limit was met by one, and not by their middle. */
function balanceSentence(series: Series, trip: Trip, row: FaultRow, end: number): string[] {
  if (!/^measure\.(min|max)Cell_V$/.test(row.of)) return [];
  const [low, high] = [series.minCell_V[end], series.maxCell_V[end]];
  const middle = (low + high) / 2;
  const isBeyond = row.when === "below" ? middle < trip.limit : middle > trip.limit;
  if (Number.isNaN(middle) || isBeyond || high - low < 0.05) return [];
  return [
    `${capital(elementWords(row, trip.element))} stood ${quantity(high - low, "V")} from the other end of the pack; with cells alike, at ${quantity(middle, "V")}, the limit would not have been reached then.`,
  ];
}

const WARNS: Readonly<Partial<Record<FaultName, FaultName>>> = {
  overvoltage: "voltageTooHigh",
  overcurrentCharge: "highChargingCurrent",
  undervoltage: "lowSoc",
};

function warningSentence(story: Story, trip: Trip): string[] {
  const warns = WARNS[trip.name];
  const warned = story.trips.filter(({ name, at_us }) => name === warns && at_us <= trip.at_us).at(-1);
  if (warned === undefined) return [];
  return [`${FAULT_ROWS[warned.name].title} had warned of it ${s(trip.at_us - warned.at_us)} before the trip.`];
}

// Why a contactor opened, in sentences: each is computed from what the device measured and decided in the seconds around the
// trip, and from the row and settings of the protection. Causes that the recording does not show are not guessed.

import { CONTACTORS, type ContactorName } from "../core/decide/decided.ts";
import { planDecide } from "../core/decide/plan.ts";
import { quantity } from "../core/protect/explanation.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import type { FaultRow } from "../model/rows.ts";
import { CONTACTOR_WORDS, type Reason } from "./reasons.ts";
import type { Series } from "./series.ts";
import type { Move, Story } from "./story.ts";
import type { Trip } from "./trips.ts";

export type Paragraph = {
  readonly topic: "before" | "trip" | "opened" | "also" | "clears" | "prevents";
  readonly sentences: readonly string[];
};

/** What was asked about, in paragraphs; those without a sentence are left out. */
export type Explanation = { readonly headline: string; readonly paragraphs: readonly Paragraph[] };

const s = (us: number): string => `${(us / 1e6).toFixed(2)} s`;
const plain = (value: number): string => value.toFixed(1).replace(/^-(0\.0)$/, "$1");
/** "+56.3 A", charging positive; what rounds to nothing has no sign. */
export const amperes = (value: number): string => `${plain(value) !== "0.0" && value > 0 ? "+" : ""}${plain(value)} A`;
const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const explanation = (headline: string, paragraphs: readonly Paragraph[]): Explanation => ({
  headline,
  paragraphs: paragraphs.filter(({ sentences }) => sentences.length > 0),
});

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

/** "cell 3", "sensor 1", "wire C4"; "" where the row names none. */
export function elementWords({ elementName }: FaultRow, element: number): string {
  if (element < 0 || elementName === undefined || elementName === "count") return "";
  if (elementName === "wire") return `sense wire C${element}`;
  return `${elementName === "thermistor" ? "sensor" : elementName} ${element + 1}`;
}

/** What is judged, with an article where it needs one: "cell 3", "the charging current". */
function subjectWords(row: FaultRow, element: number): string {
  const named = elementWords(row, element);
  if (named !== "" && /^measure\.(min|max)(Cell_V|Temperature_degC)$/.test(row.of)) return named;
  return SUBJECTS[row.of] ?? `the value of ${row.title}`;
}

const SUBJECTS: Readonly<Record<string, string>> = {
  "measure.chargeCurrent_A": "the charging current",
  "measure.dischargeCurrent_A": "the discharging current",
  "measure.spread_V": "the difference between highest and lowest cell",
  "measure.contactorTemperature_degC": "the contactor",
  "measure.heatSink_degC": "the heat sink",
  "estimate.chargeExcess_A": "what flowed above the charge current limit",
  "estimate.dischargeExcess_A": "what flowed above the discharge current limit",
  "estimate.soc": "the state of charge",
};

function beforeSentences(story: Story, series: Series, trip: Trip, row: FaultRow): string[] {
  const end = lastIndex(series, trip.at_us);
  if (end < 0) return [];
  const first = series.value.findIndex((value, i) => !Number.isNaN(value) && i <= end);
  const current = [...currentSentence(series, end), ...contactorSentence(story, trip)];
  if (row.limit === undefined || row.unit === undefined || row.unit === "none" || first < 0 || first === end) return current;
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
  const lately = isMoving ? `, in the last second by ${words(rate)}` : "";
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
  return [`The current was ${amperes(current_A)}${kind}${changed ? `, and ${amperes(earlier_A)} a second before` : ""}.`];
}

/** What a contactor that is accused had been told before. */
function contactorSentence({ moves, settings }: Story, { name, at_us }: Trip): string[] {
  const contactor = CONTACTORS.find((candidate) => name === `${candidate}Feedback`);
  const last = moves.filter((move) => move.coil_us >= 0 && move.coil_us <= at_us && (contactor === undefined || move.contactor === contactor)).at(-1);
  if (last === undefined || (contactor === undefined && name !== "stuckContactor")) return [];
  const delay = settings === undefined ? "" : ` The feedback delay is ${s(settings.feedback.delay_ms * 1000)}.`;
  const there = last.there_us >= 0 && last.there_us <= at_us ? "had followed" : "had not followed";
  return [
    `The ${CONTACTOR_WORDS[last.contactor]} had been switched ${last.closes ? "on" : "off"} ${s(at_us - last.coil_us)} before the trip at ${amperes(last.current_A)}, and its contact ${there}.${delay}`,
  ];
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
  if (set_us === 0 && lasted_us <= 0) return ["This protection trips in the tick in which its condition begins: it has no set delay."];
  const outside = trip.began_us < story.first_us ? ", before the recorded seconds begin" : "";
  const during = row.limit === undefined ? "" : " on";
  return [
    `${what} ${s(lasted_us)} before the trip${during} without a break${outside}: its set delay of ${s(set_us)} had run out.`,
  ];
}

function openedSentences(story: Story, trip: Trip, rule: Rule | undefined): string[] {
  const moves = story.moves.filter(
    ({ closes, decided_us, reasons }) =>
      !closes && decided_us >= trip.at_us && reasons.some(({ fault }) => fault === trip.name),
  );
  const first = CONTACTORS.flatMap((name) => moves.find(({ contactor }) => contactor === name) ?? []);
  const sentences = first.map((move) => moveSentence(story, move, trip, rule));
  const main = story.moves.find(
    ({ contactor, closes, coil_us }) => contactor === "main" && !closes && coil_us >= trip.at_us,
  );
  if (first.length > 0 && main !== undefined && !first.includes(main))
    sentences.push(
      `The main contactor followed the others ${s(main.coil_us - trip.at_us)} after the trip, at ${amperes(main.current_A)}.`,
    );
  const opened = CONTACTORS.filter((_, k) => k !== 2 && (trip.opened >> OPENED_BIT[CONTACTORS[k]]) & 1);
  const missing = opened.filter((name) => !first.some(({ contactor }) => contactor === name));
  if (missing.length > 0)
    sentences.push(
      `The recorded seconds do not show the ${list(missing.map((name) => CONTACTOR_WORDS[name]))} opening.`,
    );
  if (sentences.length > 0) return sentences;
  if (rule === undefined || !(rule.opensCharge || rule.opensDischarge || rule.critical))
    return ["By its settings this protection opens nothing."];
  const opens = rule.critical
    ? "all contactors"
    : `the ${list([...(rule.opensCharge ? ["charging"] : []), ...(rule.opensDischarge ? ["discharging"] : [])])} contactor`;
  return [`It opens ${opens}; none of what it opens was closed.`];
}

const OPENED_BIT: Readonly<Record<ContactorName, number>> = { charge: 0, discharge: 1, common: 2, main: 3, precharge: 31 };

/** "The charging contactor was told to open 0.50 s after the trip (own delay of the error), at +56.3 A; it read open 0.03 s later." */
function moveSentence(story: Story, move: Move, trip: Trip, rule: Rule | undefined): string {
  const after_us = move.decided_us - trip.at_us;
  const name = capital(`the ${CONTACTOR_WORDS[move.contactor]}`);
  const when = after_us === 0 ? "in the tick of the trip" : `${s(after_us)} after the trip`;
  const why = after_us === 0 ? "" : ` (${delayWords(story, move.contactor, rule)})`;
  if (move.coil_us < 0) return `${name} was to open ${when}${why}, and had not been switched off when the recorded seconds end.`;
  const waited_us = move.coil_us - move.decided_us;
  const flowing = Number.isNaN(move.current_A) ? "" : ` at ${amperes(move.current_A)}`;
  if (waited_us <= 0) return `${name} was switched off ${when}${why},${flowing}; ${thereWords(move)}.`.replace(",;", ";");
  const most_A = breakable_A(story, move.contactor);
  return `${name} was told to open ${when}${why}, waited ${s(waited_us)} for a current it can break${most_A === undefined ? "" : ` (up to ${most_A} A)`}, and was switched off${flowing}; ${thereWords(move)}.`;
}

function breakable_A({ settings }: Story, contactor: ContactorName): number | undefined {
  if (settings === undefined || contactor === "main" || contactor === "precharge") return undefined;
  return settings[contactor].breakCurrent_A;
}

function thereWords({ there_us, coil_us }: Move): string {
  if (there_us < 0) return "it was not seen open within the recorded seconds";
  return there_us === coil_us ? "it read open at once" : `it read open ${s(there_us - coil_us)} later`;
}

/** Which delay lies between an error and the opening. */
function delayWords({ settings }: Story, contactor: ContactorName, rule: Rule | undefined): string {
  if (settings === undefined || contactor === "main" || contactor === "precharge") return "after the other contactors";
  const path = planDecide(settings)[contactor];
  if (path.customDelays && rule !== undefined) return `the error's own delay is ${s(rule.openDelay_us)}`;
  return `the delay before stopping is ${s(path.stop_us)}`;
}

function alsoSentences(story: Story, trip: Trip): string[] {
  const title = (name: FaultName): string => FAULT_ROWS[name].title;
  const before = story.trips.filter(
    (other) => other !== trip && other.at_us <= trip.at_us && (other.cleared_us < 0 || other.cleared_us > trip.at_us),
  );
  const old = story.setBefore.filter(
    (name) => name !== trip.name && !before.some((other) => other.name === name) && !story.trips.some((other) => other.name === name),
  );
  const set = [
    ...before.map((other) => `${title(other.name)} (${other.at_us === trip.at_us ? "in the same tick" : `${s(trip.at_us - other.at_us)} before`})`),
    ...old.map((name) => `${title(name)} (from before the recorded seconds)`),
  ];
  const next = story.trips.filter((other) => other.at_us > trip.at_us);
  const followed = next.slice(0, 4).map((other) => `${title(other.name)} ${s(other.at_us - trip.at_us)} later`);
  return [
    ...(set.length === 0 ? [] : [`Also set at the trip: ${list(set)}.`]),
    ...(followed.length === 0 ? [] : [`It was followed by ${list(followed)}.`]),
    ...story.requests
      .filter(({ at_us }) => Math.abs(at_us - trip.at_us) < NEAR_us)
      .map(({ at_us, text }) => `Asked ${s(Math.abs(at_us - trip.at_us))} ${at_us <= trip.at_us ? "before" : "after"} the trip: ${text}.`),
  ];
}

const NEAR_us = 10_000_000;

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
      : `It was still set when the records end, ${longTime(story.last_us - trip.at_us)} after the trip.`;
  return [clears, did];
}

function longTime(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 120) return s(us);
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${(seconds / 3600).toFixed(1)} h`;
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
    sentences.push(`Allow charging had been off${since}, yet ${amperes(current_A)} flowed: a charger that obeys it would have stopped.`);
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

/** The story of an opening that no trip explains: what stood against the contactor, and who or what had just moved. */
export function explainOpening(story: Story, move: Move): Explanation {
  const name = capital(`the ${CONTACTOR_WORDS[move.contactor]}`);
  const flowing = Number.isNaN(move.current_A) ? "" : ` at ${amperes(move.current_A)}`;
  const waited_us = move.coil_us - move.decided_us;
  const waiting = waited_us > 0 ? [`It waited ${s(waited_us)} for a current it may break.`] : [];
  return explanation(`${name} opened${flowing}; ${thereWords(move)}.`, [
    { topic: "trip", sentences: reasonSentences(move.reasons) },
    { topic: "opened", sentences: waiting },
    { topic: "also", sentences: justBefore(story, move.decided_us) },
  ]);
}

function reasonSentences(reasons: readonly Reason[]): string[] {
  if (reasons.length === 0) return ["When it was switched off, nothing stood against it any more: what had asked for it was gone by then."];
  return reasons.map(({ text }) => `${capital(text)}${text.endsWith(".") ? "" : "."}`);
}

/** What moved in the seconds before a time: requests, inputs, the mode. */
function justBefore(story: Story, at_us: number): string[] {
  const within = (event: { readonly at_us: number }): boolean => event.at_us <= at_us && event.at_us > at_us - NEAR_us;
  const ago = (event: { readonly at_us: number }): string =>
    event.at_us === at_us ? "in the same tick" : `${s(at_us - event.at_us)} before`;
  const told = [
    ...story.requests.filter(within).map((event) => ({ ...event, words: `${event.text} was asked for ${ago(event)}` })),
    ...story.inputs.filter(within).map((event) => ({
      ...event,
      words: `the input signal ${INPUT_SIGNALS[event.signal].title} went ${event.on ? "on" : "off"} ${ago(event)}`,
    })),
    ...story.modes.filter(within).map((event) => ({ ...event, words: `the mode became ${MODE_WORDS[event.mode] ?? event.mode} ${ago(event)}` })),
    ...story.trips.filter(within).map((event) => ({ ...event, words: `${FAULT_ROWS[event.name].title} tripped ${ago(event)}` })),
  ].sort((a, b) => a.at_us - b.at_us);
  return told.map(({ words }) => `${capital(words)}.`);
}

const MODE_WORDS: Readonly<Record<string, string>> = { poweringDown: "powering down" };

/** Which contactors are open at the end of the story, and what stands against each. */
export function explainStanding(story: Story): string[] {
  return story.standing.map(({ contactor, reasons }) => {
    const why = reasons.length === 0 ? "nothing stands against it" : list(reasons.map(({ text }) => text.replace(/\.$/, "")));
    return `The ${CONTACTOR_WORDS[contactor]} is open: ${why}.`;
  });
}

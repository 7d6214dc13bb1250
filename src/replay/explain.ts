// Why a contactor opened, in sentences: each is computed from what the device measured and decided in the seconds around the
// trip, and from the row and settings of the protection. Causes that the recording does not show are not guessed.

import { quantity } from "../core/protect/explanation.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { FaultRow } from "../model/rows.ts";
import { beforeSentences } from "./explain-before.ts";
import { openedSentences } from "./explain-opening.ts";
import { helpOf, preventSentences } from "./explain-prevention.ts";
import { settingsSentences } from "./explain-settings.ts";
import { capital, list, longTime, s, subjectWords } from "./explain-words.ts";
import { type Explanation, explanation, NEAR_us } from "./explanation.ts";
import type { Series } from "./series.ts";
import type { Story } from "./story.ts";
import type { Trip } from "./trips.ts";

/** What is known of the time after the story. */
export type Later = { readonly cleared_us: number; readonly set_us: number };

/**
 * The story of a trip.
 * @param series of its fault and element, with the seconds before the trip in it
 * @param later log times at which it cleared, and at which it is known to be still set, where the story is too short; -1: not known
 */
export function explainTrip(
  story: Story,
  series: Series,
  trip: Trip,
  later: Later = { cleared_us: -1, set_us: -1 },
): Explanation {
  const row = FAULT_ROWS[trip.name];
  const rule = ruleOf(story, trip.name);
  return explanation(`${row.title}: ${trip.sentence}`, [
    { topic: "before", sentences: beforeSentences(story, series, trip, row) },
    { topic: "trip", sentences: tripSentences(story, trip, row, rule) },
    { topic: "opened", sentences: openedSentences(story, trip, rule) },
    { topic: "also", sentences: alsoSentences(story, trip) },
    { topic: "clears", sentences: clearSentences(story, trip, row, rule, later) },
    { topic: "prevents", sentences: preventSentences(story, series, trip, row) },
    { topic: "about", sentences: [helpOf(trip.name)] },
    { topic: "settings", sentences: settingsSentences(story.settings, trip.name) },
  ]);
}

const ruleOf = ({ settings }: Story, name: FaultName): Rule | undefined =>
  settings === undefined ? undefined : planProtect(settings).rules.find((rule) => rule.name === name);

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

function clearSentences(story: Story, trip: Trip, row: FaultRow, rule: Rule | undefined, later: Later): string[] {
  if (rule === undefined) return [];
  const back =
    row.limit === undefined || row.unit === "none"
      ? "its condition has been gone"
      : `${subjectWords(row, trip.element).startsWith("cell") ? "all cells have" : `${subjectWords(row, trip.element)} has`} been ${row.when === "below" ? "over" : "under"} ${quantity(rule.sign * rule.tolerant, row.unit)}`;
  const lock = rule.lock ? ", and then only when it is acknowledged or the device restarts: it is locked" : "";
  const clears = `It clears once ${back} for ${s(rule.clear_us)} without a break${lock}.`;
  const cleared_us = trip.cleared_us >= 0 ? trip.cleared_us : later.cleared_us;
  const did =
    cleared_us >= 0
      ? `It cleared ${longTime(cleared_us - trip.at_us)} after the trip.`
      : later.set_us > story.last_us
        ? `It was still set ${longTime(later.set_us - trip.at_us)} after the trip, by the rows of the log.`
        : `It was still set ${longTime(story.last_us - trip.at_us)} after the trip, where the seconds looked at end.`;
  return [clears, did];
}

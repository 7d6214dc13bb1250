// What contactors did, in sentences: how a trip opened them, why one opened without a trip, and why one stays open.

import { CONTACTORS, type ContactorName } from "../core/decide/decided.ts";
import { planDecide } from "../core/decide/plan.ts";
import type { Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { amperes, capital, list, s } from "./explain-words.ts";
import { type Explanation, explanation, NEAR_us } from "./explanation.ts";
import { CONTACTOR_WORDS, type Reason } from "./reasons.ts";
import type { Move, Story } from "./story.ts";
import type { Trip } from "./trips.ts";

/** What a trip opened, how long after and at which current. */
export function openedSentences(story: Story, trip: Trip, rule: Rule | undefined): string[] {
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

const OPENED_BIT: Readonly<Record<ContactorName, number>> = {
  charge: 0,
  discharge: 1,
  common: 2,
  main: 3,
  precharge: 31,
};

/** "The charging contactor was told to open 0.50 s after the trip (own delay of the error), at +56.3 A; it read open 0.03 s later." */
function moveSentence(story: Story, move: Move, trip: Trip, rule: Rule | undefined): string {
  const after_us = move.decided_us - trip.at_us;
  const name = capital(`the ${CONTACTOR_WORDS[move.contactor]}`);
  const when = after_us === 0 ? "in the tick of the trip" : `${s(after_us)} after the trip`;
  const why = after_us === 0 ? "" : ` (${delayWords(story, move.contactor, rule)})`;
  if (move.coil_us < 0)
    return `${name} was to open ${when}${why}, and had not been switched off when the recorded seconds end.`;
  const waited_us = move.coil_us - move.decided_us;
  const flowing = Number.isNaN(move.current_A) ? "" : ` at ${amperes(move.current_A)}`;
  if (waited_us <= 0)
    return `${name} was switched off ${when}${why},${flowing}; ${thereWords(move)}.`.replace(",;", ";");
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
  if (reasons.length === 0)
    return ["When it was switched off, nothing stood against it any more: what had asked for it was gone by then."];
  return reasons.map(({ text }) => `${capital(text)}${text.endsWith(".") ? "" : "."}`);
}

/** What moved in the seconds before a time: requests, inputs, the mode. */
function justBefore(story: Story, at_us: number): string[] {
  const within = (event: { readonly at_us: number }): boolean => event.at_us <= at_us && event.at_us > at_us - NEAR_us;
  const ago = (event: { readonly at_us: number }): string =>
    event.at_us === at_us ? "in the same tick" : `${s(at_us - event.at_us)} before`;
  const told = [
    ...story.requests.filter(within).map((event) => ({ ...event, words: `asked ${ago(event)}: ${event.text}` })),
    ...story.inputs.filter(within).map((event) => ({
      ...event,
      words: `the input signal ${INPUT_SIGNALS[event.signal].title} went ${event.on ? "on" : "off"} ${ago(event)}`,
    })),
    ...story.button.filter(within).map((event) => ({ ...event, words: `${event.text} ${ago(event)}` })),
    ...story.modes
      .filter(within)
      .map((event) => ({ ...event, words: `the mode became ${modeWords(event.mode)} ${ago(event)}` })),
    ...story.trips
      .filter(within)
      .map((event) => ({ ...event, words: `${FAULT_ROWS[event.name].title} tripped ${ago(event)}` })),
  ].sort((a, b) => a.at_us - b.at_us);
  return told.map(({ words }) => `${capital(words)}.`);
}

/** A mode as a person calls it. */
export const modeWords = (mode: string): string => (mode === "poweringDown" ? "powering down" : mode);

/** An error by its title: its sentence stands beside. */
const shortly = (fault: FaultName, text: string): string =>
  text.startsWith("the error ") ? `the error ${FAULT_ROWS[fault].title} is set` : text;

/** Which contactors are open at the end of the story, and what stands against each. */
export function explainStanding(story: Story): string[] {
  return story.standing.map(({ contactor, reasons }) => {
    const why =
      reasons.length === 0
        ? "nothing stands against it"
        : reasons.map(({ text, fault }) => (fault === undefined ? text : shortly(fault, text))).join("; ");
    return `The ${CONTACTOR_WORDS[contactor]} is open: ${why}.`;
  });
}

/** The state at the end of the story: what is set, and which contactors are open, and why. */
export function explainEnd(story: Story): Explanation {
  const standing = explainStanding(story);
  return explanation(
    standing.length === 0
      ? "Every contactor that is fitted is commanded closed."
      : "At the end of the log not every contactor is closed.",
    [
      { topic: "trip", sentences: standing },
      {
        topic: "also",
        sentences: story.setAtEnd.map(({ fault, sentence }) => `${FAULT_ROWS[fault].title} is set: ${sentence}`),
      },
    ],
  );
}

/** An opening that the recorded seconds do not show: where they begin at it, the device has only just begun. */
export function explainMissing(story: Story, at_us: number, headline: string): Explanation {
  const isNew = at_us - story.first_us < 1_000_000;
  return explanation(headline, [
    {
      topic: "trip",
      sentences: [
        isNew
          ? "The device has just started or woken here, with everything open: what opened it lies before that."
          : "The recorded seconds around it do not show it.",
      ],
    },
    { topic: "also", sentences: justBefore(story, at_us) },
  ]);
}

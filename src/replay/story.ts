// Plays some seconds (or minutes) of a recording and takes down what a person asks about them: what tripped and cleared,
// what each contactor was told and did and what stood against it, what was asked of the device, which inputs moved.

import { type Bms, step } from "../core/bms.ts";
import { CONTACTORS, type ContactorName } from "../core/decide/decided.ts";
import { explain } from "../core/protect/explanation.ts";
import type { LogMessage } from "../log/topics.ts";
import type { FaultName } from "../model/faults.ts";
import { INPUT_SIGNAL_NAMES, INPUT_SIGNALS, type InputSignalName } from "../model/input-signals.ts";
import type { Settings } from "../model/settings.ts";
import { nextTick, requestsNow } from "./input-player.ts";
import { createPassage, piecesOf } from "./passage.ts";
import { activeFaults, isFitted, type Reason, reasonsAgainst } from "./reasons.ts";
import { isAsked, requestWords } from "./request-words.ts";
import { type Start, startBms } from "./start.ts";
import { createTripWatch, type Trip, type TripWatch, watchFrom, watchTrips } from "./trips.ts";

/** A contactor that was told to close or to open. All times are log times, microseconds. */
export type Move = {
  readonly contactor: ContactorName;
  readonly closes: boolean;
  /** When it was decided; the coil follows at once, or waits for a current that may be broken. */
  readonly decided_us: number;
  readonly reasons: readonly Reason[];
  /** When the coil was switched (-1: not within the recording), and the current then; NaN where it was not believed. */
  coil_us: number;
  current_A: number;
  /** When it was believed to be there (by its feedback where it has one); -1: not within the recording. */
  there_us: number;
};

export type Told = { readonly at_us: number; readonly text: string };
export type InputChange = { readonly at_us: number; readonly signal: InputSignalName; readonly on: boolean };
export type ModeChange = { readonly at_us: number; readonly mode: string };

export type Story = {
  first_us: number;
  last_us: number;
  readonly trips: Trip[];
  readonly moves: Move[];
  readonly requests: Told[];
  readonly inputs: InputChange[];
  readonly modes: ModeChange[];
  /** Pressings and releases of the button. */
  readonly button: Told[];
  /** Changes of the command to the charger. */
  readonly allowed: { readonly at_us: number; readonly on: boolean }[];
  /** Errors and indications that were set when the story began. */
  readonly setBefore: FaultName[];
  /** Errors and indications that are set at the end. */
  setAtEnd: { readonly fault: FaultName; readonly sentence: string }[];
  /** Why each fitted contactor that is open at the end is open. */
  standing: { readonly contactor: ContactorName; readonly reasons: readonly Reason[] }[];
  readonly lost: Told[];
  settings: Settings | undefined;
};

/** Looks on after each tick. @param at_us log time */
export type Onlooker = (bms: Bms, at_us: number) => void;

type Telling = {
  readonly story: Story;
  readonly watch: TripWatch;
  bms: Bms | undefined;
  readonly before: { phase: string; on: number; closed: number; move: Move | undefined }[];
  readonly signals: Uint8Array;
  mode: string;
  allow: number;
  pressed: number;
};

/** @param onTick also called after each tick, for a picture */
export function tellStory(messages: Iterable<LogMessage>, onTick?: Onlooker): Story {
  const passage = createPassage();
  const telling = createTelling();
  for (const piece of piecesOf(passage, messages)) {
    if (piece.kind === "start") begin(telling, piece.start, piece.wall_us);
    else if (piece.kind === "lost") {
      telling.bms = undefined;
      telling.story.lost.push({ at_us: piece.wall_us, text: piece.reason });
    } else if (telling.bms !== undefined) {
      for (let tick = 0; tick < piece.ticks; tick++) {
        const dt_us = nextTick(passage.player, passage.sensors);
        const requests = requestsNow(passage.player);
        step(telling.bms, passage.sensors, requests, dt_us);
        const at_us = telling.bms.time_us + piece.shift_us;
        if (telling.story.first_us === 0) telling.story.first_us = at_us - dt_us;
        requests.forEach((request, i) => {
          const answer = telling.bms!.answers[i];
          if (isAsked(request))
            telling.story.requests.push({
              at_us,
              text: `${requestWords(request)}${answer.ok ? "" : ` (refused: ${answer.reason})`}`,
            });
        });
        look(telling, telling.bms, at_us);
        onTick?.(telling.bms, at_us);
      }
    }
  }
  if (telling.bms !== undefined) lookAtEnd(telling.story, telling.bms);
  return telling.story;
}

function createTelling(): Telling {
  const watch = createTripWatch();
  return {
    story: {
      first_us: 0,
      last_us: 0,
      trips: watch.trips,
      moves: [],
      requests: [],
      inputs: [],
      modes: [],
      button: [],
      allowed: [],
      setBefore: [],
      setAtEnd: [],
      standing: [],
      lost: [],
      settings: undefined,
    },
    watch,
    bms: undefined,
    before: CONTACTORS.map(() => ({ phase: "open", on: 0, closed: 0, move: undefined })),
    signals: new Uint8Array(INPUT_SIGNAL_NAMES.length),
    mode: "",
    allow: 0,
    pressed: 0,
  };
}

function begin(telling: Telling, start: Start, wall_us: number): void {
  const { story, watch, before } = telling;
  const started = startBms(start);
  telling.bms = started.ok ? started.bms : undefined;
  if (!started.ok) {
    story.lost.push({ at_us: wall_us, text: started.reason });
    return;
  }
  const { bms } = started;
  story.settings ??= bms.settings;
  if (story.first_us === 0) story.setBefore.push(...activeFaults(bms));
  watchFrom(watch, bms);
  CONTACTORS.forEach((name, i) => {
    const { phase, on, closed } = bms.decide.contactors[name];
    before[i] = { phase, on, closed, move: undefined };
  });
  telling.signals.set(bms.measure.signals);
  telling.mode = bms.decide.mode;
  telling.allow = bms.decide.allowCharging;
  telling.pressed = bms.measure.button;
}

function look(telling: Telling, bms: Bms, at_us: number): void {
  const { story, watch, signals } = telling;
  const { decide: decided, measure } = bms;
  story.last_us = at_us;
  story.settings = bms.settings;
  watchTrips(watch, bms, at_us);
  for (let i = 0; i < CONTACTORS.length; i++) lookAtContactor(telling, bms, i, at_us);
  for (let i = 0; i < INPUT_SIGNAL_NAMES.length; i++) {
    const signal = INPUT_SIGNAL_NAMES[i];
    const on = measure.signals[INPUT_SIGNALS[signal].number];
    if (on !== signals[INPUT_SIGNALS[signal].number] && !/Feedback$/.test(signal))
      story.inputs.push({ at_us, signal, on: on === 1 });
  }
  signals.set(measure.signals);
  if (measure.button !== telling.pressed)
    story.button.push({ at_us, text: `the button was ${measure.button === 1 ? "pressed" : "released"}` });
  telling.pressed = measure.button;
  if (decided.mode !== telling.mode) story.modes.push({ at_us, mode: decided.mode });
  telling.mode = decided.mode;
  if (decided.allowCharging !== telling.allow) story.allowed.push({ at_us, on: decided.allowCharging === 1 });
  telling.allow = decided.allowCharging;
}

function lookAtContactor(telling: Telling, bms: Bms, index: number, at_us: number): void {
  const name = CONTACTORS[index];
  const state = bms.decide.contactors[name];
  const before = telling.before[index];
  if (state.phase !== before.phase) {
    const opens =
      (state.phase === "opening" || state.phase === "open") && before.on === 1 && before.phase !== "opening";
    const closes = state.on === 1 && before.on === 0;
    if (opens || closes) before.move = addMove(telling.story, bms, name, closes, at_us);
  }
  const { move } = before;
  if (move !== undefined) {
    if (state.on !== before.on && state.on === (move.closes ? 1 : 0)) {
      move.coil_us = at_us;
      move.current_A = bms.measure.currentValid === 1 ? bms.measure.current_A : Number.NaN;
    }
    if (move.there_us < 0 && move.coil_us >= 0 && state.closed === (move.closes ? 1 : 0)) move.there_us = at_us;
  }
  before.phase = state.phase;
  before.on = state.on;
  before.closed = state.closed;
}

function addMove(story: Story, bms: Bms, contactor: ContactorName, closes: boolean, at_us: number): Move {
  const reasons = closes ? [] : reasonsAgainst(bms, contactor);
  const move: Move = {
    contactor,
    closes,
    decided_us: at_us,
    reasons,
    coil_us: -1,
    current_A: Number.NaN,
    there_us: -1,
  };
  story.moves.push(move);
  return move;
}

function lookAtEnd(story: Story, bms: Bms): void {
  story.standing = standingOf(bms);
  story.setAtEnd = activeFaults(bms).map((fault) => ({ fault, sentence: explain(fault, bms.protect.faults[fault]) }));
}

const standingOf = (bms: Bms): Story["standing"] =>
  CONTACTORS.filter((name) => name !== "precharge" && isFitted(bms, name) && bms.decide.contactors[name].on === 0).map(
    (contactor) => ({ contactor, reasons: reasonsAgainst(bms, contactor) }),
  );

// Plays a battery to an inverter or a charger through a list of situations and judges whether it did in time what it must:
// from the frames it sends where they tell of current, or from a current that somebody measures. It speaks by the same
// tables as the device itself. Frames and the time go in; frames, the next deadline and verdicts come out.

import { assert } from "../base/assert.ts";
import type { CanFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import type { Shown } from "../model/shown.ts";
import { createEquipment, type Equipment, nextDeadline_us, noteTick, poll, takeFrame } from "./equipment.ts";
import { type GradeTimes, type Played, SITUATIONS, type Situation } from "./grade-situations.ts";
import { partnerCurrent_A, tellsCurrent } from "./partner-current.ts";
import { playedImage } from "./played-image.ts";

export type Verdict = {
  readonly situation: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "not judged";
  /** Until it had done what it must; undefined: it never did. */
  readonly took_ms: number | undefined;
  readonly within_ms: number;
  /** One line for people. */
  readonly detail: string;
};

export type GradeOptions = {
  readonly of: "inverter" | "charger";
  /** With the profile or the charger in it; checked before. */
  readonly settings: Settings;
  readonly normal: Played;
  /** The battery's real voltage, as long as nobody tells another. */
  readonly battery_V: number;
  readonly times: GradeTimes;
  /**
   * How long current must flow the wanted way before a situation begins: longer than a slow partner takes for what went
   * before, so that nobody gets credit for it.
   */
  readonly settle_ms: number;
  /** Longest wait for that. */
  readonly patience_ms: number;
  /** What comes about must last so long. */
  readonly hold_ms: number;
};

type Phase = "waiting" | "testing";

export type Grade = {
  readonly options: GradeOptions;
  readonly situations: readonly Situation[];
  readonly verdicts: Verdict[];
  readonly equipment: Equipment;
  readonly shown: Shown;
  played: Played;
  phase: Phase;
  since_us: number;
  /** When the test of the present situation began, and since when what is waited for is so; -1: it is not. */
  began_us: number;
  done_us: number;
  current_A: number;
  current_us: number;
  battery_V: number;
  isStarted: boolean;
  /** Somebody may tell what current flows. */
  readonly mayKnowCurrent: boolean;
};

/** A current that is older tells nothing. */
const FRESH_us = 3_000_000;
/** Less is no current: what sensors and frames make of nothing. */
const NOTHING_A = 1;
/** How much above a limit is still on it: a twentieth and what sensors err. */
const EXCESS = 0.05;

/** @param isMetered whether somebody will tell of the current by measured() */
export function createGrade(options: GradeOptions, isMetered = false): Grade {
  const situations: readonly Situation[] = SITUATIONS.filter(({ of }) => of.some((one) => one === options.of));
  const { settings, normal, battery_V } = options;
  const identity = { ...NOBODY };
  const shown: Shown = {
    image: playedImage(settings, normal, battery_V, 0),
    settings,
    journal: { records: [], last: 0 },
    identity,
  };
  return {
    ...{
      options,
      situations,
      verdicts: [],
      equipment: createEquipment(settings),
      shown,
      played: normal,
      phase: "waiting",
    },
    ...{ since_us: 0, began_us: 0, done_us: -1, current_A: Number.NaN, current_us: 0, battery_V, isStarted: false },
    mayKnowCurrent: isMetered || settings.shunt.enable || tellsCurrent(settings),
  };
}

const NOBODY: Shown["identity"] = {
  ...{ vendor: "", product: "", url: "", model: "", hardware: [0, 0], firmware: [0, 0, 0] },
  ...{ address: [], netmask: [], gateway: [] },
};

export const isGraded = (grade: Grade): boolean => grade.verdicts.length >= grade.situations.length;

/** The current that somebody measures at the battery, charging positive. It stands above what the partner says. */
export function measured(grade: Grade, current_A: number, now_us: number): void {
  grade.current_A = current_A;
  grade.current_us = now_us;
}

/** A frame of the bus. @returns what to send at once */
export function gradeFrame(grade: Grade, frame: CanFrame, now_us: number): readonly CanFrame[] {
  const { send, asks } = takeFrame(grade.equipment, frame, grade.shown, now_us);
  for (const ask of asks) if (ask.kind === "shunt") measured(grade, ask.current_A, now_us);
  const said = partnerCurrent_A(grade.options.settings, frame);
  if (said !== undefined && !grade.options.settings.shunt.enable) measured(grade, said.current_A, now_us);
  if (said?.battery_V !== undefined) grade.battery_V = said.battery_V;
  return grade.played.speaks ? send : [];
}

/** The partner is there by its own frames. */
const isThere = ({ equipment: { inverter, chargers } }: Grade): boolean =>
  [inverter, ...chargers].some((partner) => partner?.link.isOnline === true);

/** Lets time pass. @returns what to send */
export function gradePoll(grade: Grade, now_us: number): readonly CanFrame[] {
  if (!grade.isStarted) {
    grade.isStarted = true;
    grade.since_us = now_us;
    begin(grade, now_us);
  }
  if (!isGraded(grade)) judge(grade, now_us);
  const current_A = isFresh(grade, now_us) ? grade.current_A : 0;
  grade.shown.image.set(playedImage(grade.options.settings, grade.played, grade.battery_V, current_A));
  noteTick(grade.equipment, now_us);
  const { send } = poll(grade.equipment, grade.shown, now_us);
  return grade.played.speaks ? send : [];
}

/** Which way current has to flow for what comes now: whoever can make it flow may help. */
export const wantedFlow = (grade: Grade): Situation["flow"] => grade.situations[grade.verdicts.length]?.flow ?? "none";

/** Current is looked at ten times a second. */
export const gradeDeadline_us = (grade: Grade, now_us: number): number =>
  Math.min(now_us + 100_000, nextDeadline_us(grade.equipment));

const isFresh = ({ current_A, current_us }: Grade, now_us: number): boolean =>
  !Number.isNaN(current_A) && now_us - current_us <= FRESH_us;

/** A situation that needs a current begins with the battery as it is otherwise. */
function begin(grade: Grade, now_us: number): void {
  const situation = grade.situations[grade.verdicts.length];
  grade.played = grade.options.normal;
  grade.phase = "waiting";
  grade.since_us = now_us;
  grade.done_us = -1;
  if (situation?.flow === "none") test(grade, situation, now_us);
  const why = situation === undefined ? undefined : whyNot(grade, situation);
  if (situation !== undefined && why !== undefined) give(grade, situation, "not judged", undefined, why, now_us);
}

const NO_CURRENT =
  "nobody can say what current flows: its frames tell none, and there is no shunt (--set shunt.enable=true)";

/** What makes a situation one that tells nothing, whatever the partner does; undefined: it tells. */
function whyNot(grade: Grade, { must, flow }: Situation): string | undefined {
  const {
    equipment: { inverter },
    verdicts,
  } = grade;
  if (must === "answer" && inverter?.profile.replies.length === 0) return "its protocol has no frames of its own";
  if (flow !== "none" && !grade.mayKnowCurrent)
    return verdicts.some(({ detail }) => detail === NO_CURRENT) ? "as above" : NO_CURRENT;
  // Who has not been seen to stop directly before could pass by going on as it is.
  if (must === "resume" && verdicts.at(-1)?.verdict !== "passed") return "it was not seen to stop when the frames did";
  return undefined;
}

function test(grade: Grade, situation: Situation, now_us: number): void {
  grade.played = { ...grade.options.normal, ...situation.change(grade.options.normal, grade.battery_V) };
  grade.phase = "testing";
  grade.began_us = now_us;
  grade.done_us = -1;
}

function judge(grade: Grade, now_us: number): void {
  const situation = grade.situations[grade.verdicts.length];
  assert(situation !== undefined, "there is a situation to judge");
  if (grade.phase === "waiting") wait(grade, situation, now_us);
  else watch(grade, situation, now_us);
}

/** Well above nothing, and above what a limit of a quarter leaves, so that there is something to give up. */
const flowing = (grade: Grade, flow: Situation["flow"]): boolean => {
  const { normal } = grade.options;
  if (flow === "charging") return grade.current_A > Math.max(2 * NOTHING_A, normal.charge_A / 3);
  return flow === "discharging" && grade.current_A < -Math.max(2 * NOTHING_A, normal.discharge_A / 3);
};

function wait(grade: Grade, situation: Situation, now_us: number): void {
  const { patience_ms, settle_ms } = grade.options;
  const flows = isFresh(grade, now_us) && flowing(grade, situation.flow);
  if (!flows) grade.done_us = -1;
  else if (grade.done_us < 0) grade.done_us = now_us;
  else if (now_us - grade.done_us >= settle_ms * 1000) {
    test(grade, situation, now_us);
    return;
  }
  if (now_us - grade.since_us < patience_ms * 1000) return;
  const why = isFresh(grade, now_us) ? `it was not ${situation.flow} enough to tell` : "nobody says what current flows";
  give(grade, situation, "not judged", undefined, why, now_us);
}

function watch(grade: Grade, situation: Situation, now_us: number): void {
  const isLate = now_us - grade.began_us >= withinMs(grade, situation.within) * 1000;
  if (situation.must !== "answer" && !isFresh(grade, now_us)) {
    if (isLate) give(grade, situation, "not judged", undefined, "nobody says any more what current flows", now_us);
    return;
  }
  if (!fulfils(grade, situation)) {
    grade.done_us = -1;
    if (isLate) give(grade, situation, "failed", undefined, sayOf(grade, situation), now_us);
    return;
  }
  if (grade.done_us < 0) grade.done_us = now_us;
  const lasts_ms = situation.must === "answer" || situation.must === "resume" ? 0 : grade.options.hold_ms;
  if (now_us - grade.done_us < lasts_ms * 1000) return;
  give(grade, situation, "passed", (grade.done_us - grade.began_us) / 1000, sayOf(grade, situation), now_us);
}

const withinMs = ({ options: { times } }: Grade, within: Situation["within"]): number => times[`${within}_ms`];

function fulfils(grade: Grade, { must }: Situation): boolean {
  const { current_A, played } = grade;
  switch (must) {
    case "answer":
      return isThere(grade);
    case "stopCharging":
      return current_A < NOTHING_A;
    case "stopDischarging":
      return current_A > -NOTHING_A;
    case "stop":
      return Math.abs(current_A) < NOTHING_A;
    case "keepLimit":
      return current_A < within_A(played.charge_A) && -current_A < within_A(played.discharge_A);
    case "resume":
      return Math.abs(current_A) > 2 * NOTHING_A;
  }
}

/** A limit, and how far above it a current still keeps it. */
const within_A = (limit_A: number): number => limit_A * (1 + EXCESS) + NOTHING_A;

const amperes = (value: number): string => (Number.isNaN(value) ? "no current known" : `${value.toFixed(1)} A`);

const sayOf = ({ current_A }: Grade, { must }: Situation): string =>
  must === "answer" ? "by its own frames" : `${amperes(current_A)} at the end`;

function give(
  grade: Grade,
  { name, title, within }: Situation,
  verdict: Verdict["verdict"],
  took_ms: number | undefined,
  detail: string,
  now_us: number,
): void {
  const took = took_ms === undefined ? undefined : Math.round(took_ms);
  grade.verdicts.push({ situation: name, title, verdict, took_ms: took, within_ms: withinMs(grade, within), detail });
  begin(grade, now_us);
}

// An inverter on the bus: sends the profile's frames in their time, or when it is asked, and knows whether it is there.
// The frames of a set are spread over the period, so that no adapter's queue has to hold them all. A limit that falls to
// zero and a new alarm are told at once.

import type { CanFrame } from "../base/can-frame.ts";
import type { Settings } from "../model/settings.ts";
import { alarmBits } from "./alarms.ts";
import { type Coding, decodeRow, encodeRow, isOfRow, type Texts } from "./frame-row.ts";
import {
  codingOf,
  type InverterProfile,
  type InverterRow,
  type InverterText,
  mannerOf,
  type StepName,
} from "./inverter-profile.ts";
import {
  createQuantities,
  fillQuantities,
  type InverterManner,
  type InverterQuantities,
} from "./inverter-quantities.ts";
import { inverterTexts } from "./inverter-texts.ts";
import type { Limits } from "./limits.ts";
import { ageLink, createLink, hear, type Link, lostAt_us } from "./link.ts";

export type Inverter = {
  readonly profile: InverterProfile;
  settings: Settings;
  readonly manner: InverterManner;
  readonly coding: Coding<StepName>;
  readonly link: Link;
  readonly quantities: InverterQuantities;
  texts: Texts<InverterText>;
  /** When each frame is to be sent, and was last. */
  readonly due_us: number[];
  readonly sent_us: number[];
  /** It orders the battery to shut down: until its own frame withdraws the order, also when it falls silent meanwhile. */
  wantsShutdown: boolean;
  /** What was urgent when last looked at: whether there are limits at all, and the alarms. */
  urgent: number;
};

/** No frame more often than this, however urgent (SMA: not faster than 200 ms). */
const LEAST_GAP_us = 200_000;

export const createInverter = (profile: InverterProfile, settings: Settings): Inverter => ({
  profile,
  settings,
  manner: mannerOf(profile, settings),
  coding: codingOf(profile, settings),
  link: createLink(),
  quantities: createQuantities(),
  texts: inverterTexts(profile, settings, undefined),
  due_us: profile.rows.map(() => Number.NEGATIVE_INFINITY),
  sent_us: profile.rows.map(() => Number.NEGATIVE_INFINITY),
  wantsShutdown: false,
  urgent: 0,
});

export const inverterTimeout_us = ({ profile, settings }: Inverter): number =>
  (settings.inverter.receiveTimeout_ms || profile.timeout_ms) * 1000;

export const inverterPeriod_us = ({ profile, settings }: Inverter): number =>
  (settings.inverter.period_ms || profile.period_ms) * 1000;

/** Takes a frame; whether it was the inverter's, and asks for an answer now. */
export function hearInverter(inverter: Inverter, frame: CanFrame, now_us: number): "ignored" | "heard" | "asked" {
  const { profile, link } = inverter;
  const row = profile.replies.find((reply) => isOfRow(reply, frame));
  if (row === undefined) return "ignored";
  hear(link, now_us);
  const said = decodeRow(row, profile.order, frame.data);
  if (said.shutdown !== undefined) inverter.wantsShutdown = said.shutdown === 1;
  return frame.id === profile.answers ? "asked" : "heard";
}

/** What the frames tell, and are made of when their time has come. */
export type Told = {
  readonly image: Float64Array;
  readonly limits: Limits;
  /** What of the charge limit is the inverter's. */
  readonly charge_A: number;
};

function inform(inverter: Inverter, { image, limits, charge_A }: Told): void {
  const { quantities, settings, manner, profile } = inverter;
  fillQuantities(quantities, image, settings, limits, charge_A, manner);
  inverter.texts = inverterTexts(profile, settings, quantities);
}

export const ageInverter = (inverter: Inverter, now_us: number): void =>
  ageLink(inverter.link, inverterTimeout_us(inverter), now_us);

/** The frames whose time has come. */
export function dueFrames(inverter: Inverter, told: Told, now_us: number): CanFrame[] {
  const { profile, due_us, sent_us } = inverter;
  if (profile.answers !== undefined) return [];
  const period_us = inverterPeriod_us(inverter);
  if (due_us[0] === Number.NEGATIVE_INFINITY) begin(inverter, told, period_us, now_us);
  hurry(inverter, told, now_us);
  if (!due_us.some((due) => now_us >= due)) return [];
  inform(inverter, told);
  return profile.rows.flatMap((row, i) => {
    if (now_us < due_us[i]) return [];
    const next_us = due_us[i] + period_us;
    due_us[i] = next_us > now_us ? next_us : now_us + period_us;
    sent_us[i] = now_us;
    return [frameOf(inverter, row)];
  });
}

/** All frames, as the answer to a request; none while the last answer is younger than the least gap. */
export function allFrames(inverter: Inverter, told: Told, now_us: number): CanFrame[] {
  if (now_us - inverter.sent_us[0] < LEAST_GAP_us) return [];
  inverter.sent_us.fill(now_us);
  inform(inverter, told);
  return inverter.profile.rows.map((row) => frameOf(inverter, row));
}

export function inverterDue_us(inverter: Inverter): number {
  const lost_us = lostAt_us(inverter.link, inverterTimeout_us(inverter));
  return inverter.profile.answers === undefined ? Math.min(lost_us, ...inverter.due_us) : lost_us;
}

/** Gives each frame its place in the period. */
function begin(inverter: Inverter, told: Told, period_us: number, now_us: number): void {
  const { due_us } = inverter;
  for (let i = 0; i < due_us.length; i++) due_us[i] = now_us + Math.floor((period_us * i) / due_us.length);
  inverter.urgent = urgencyOf(told);
}

function frameOf({ profile, settings, coding, quantities, texts }: Inverter, row: InverterRow): CanFrame {
  const isEight = profile.eight || settings.inverter.frameLength === "eight";
  return encodeRow(row, coding, quantities, texts, isEight ? 8 : row.length);
}

/** What must not wait for its turn has its frames sent now: the limits, the alarms, the requests. */
function hurry(inverter: Inverter, told: Told, now_us: number): void {
  const urgent = urgencyOf(told);
  if (urgent === inverter.urgent) return;
  inverter.urgent = urgent;
  const { profile, due_us, sent_us } = inverter;
  for (const [i, { fields }] of profile.rows.entries())
    if (fields.some(isUrgent)) due_us[i] = Math.min(due_us[i], Math.max(now_us, sent_us[i] + LEAST_GAP_us));
}

const URGENT: ReadonlySet<string> = new Set(["chargeLimit_A", "isChargeAllowed", "alarm.highVoltage"]);
const isUrgent = (field: InverterRow["fields"][number]): boolean => "of" in field && URGENT.has(field.of);

const urgencyOf = ({ image, limits }: Told): number =>
  4 * alarmBits(image) + (limits.isChargeAllowed ? 2 : 0) + (limits.isDischargeAllowed ? 1 : 0);

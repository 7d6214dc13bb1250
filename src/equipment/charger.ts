// A charger on the bus: what it is asked for, whether it is there, and what it says of itself. Each protocol has a file of its
// own that makes one of these from the settings.

import type { CanFrame } from "../base/can-frame.ts";
import type { ChargerReport } from "../model/partner-reports.ts";
import type { Settings } from "../model/settings.ts";
import { rise } from "./limits.ts";
import { ageLink, createLink, hear, type Link, lostAt_us } from "./link.ts";

export type ChargerGroup = "j1939Charger" | "eltekCharger" | "cia419Charger" | "genericCharger";

/** What a charger is asked for. Zero volts never: a voltage of nothing would be no sensible set point. */
export type ChargerWish = {
  /** It shall charge; false: it shall stop. */
  readonly isAllowed: boolean;
  readonly charge_V: number;
  /** 0 while it shall stop. */
  readonly charge_A: number;
} & ChargerSignals;

/** Signals of the battery, for chargers that are told them; NaN: not known. */
export type ChargerSignals = {
  readonly battery_V: number;
  readonly current_A: number;
  readonly temperature_degC: number;
  readonly soc: number;
  /** The core's limit: nothing above it is asked for. */
  readonly most_V: number;
  /** A voltage at which the battery surely takes no charge. */
  readonly rest_V: number;
};

/** What a frame meant to a charger's protocol. */
export type ChargerHeard = {
  /** A sign of life of the charger itself. */
  readonly isAlive: boolean;
  readonly send?: readonly CanFrame[];
};

export type ChargerProtocol = {
  /** Undefined: the frame is not for it. */
  readonly hear: (frame: CanFrame, now_us: number) => ChargerHeard | undefined;
  /** The command, once in its period. */
  readonly command: (wish: ChargerWish, now_us: number) => readonly CanFrame[];
  /** It is broken by its own word. */
  readonly isFaulty: (now_us: number) => boolean;
  readonly report: Partial<ChargerReport>;
};

export type Charger = {
  readonly group: ChargerGroup;
  readonly protocol: ChargerProtocol;
  readonly timeout_us: number;
  readonly period_us: number;
  readonly charge_V: number;
  readonly charge_A: number;
  /** It sets the signal Charger connected. */
  readonly connects: boolean;
  readonly link: Link;
  asked_A: number;
  wasAllowed: boolean;
  due_us: number;
  at_us: number | undefined;
};

export function createCharger(group: ChargerGroup, settings: Settings, protocol: ChargerProtocol): Charger {
  const { receiveTimeout_ms, outputPeriod_ms, charge_V, charge_A, chargerConnected } = settings[group];
  return {
    ...{ group, protocol, charge_V, charge_A, connects: chargerConnected },
    ...{ timeout_us: receiveTimeout_ms * 1000, period_us: outputPeriod_ms * 1000, link: createLink() },
    ...{ asked_A: 0, wasAllowed: false, due_us: Number.NEGATIVE_INFINITY, at_us: undefined },
  };
}

/** Takes a frame; undefined: not for this charger. */
export function hearCharger(charger: Charger, frame: CanFrame, now_us: number): readonly CanFrame[] | undefined {
  const heard = charger.protocol.hear(frame, now_us);
  if (heard?.isAlive === true) hear(charger.link, now_us);
  return heard?.send ?? (heard === undefined ? undefined : []);
}

/**
 * Lets time pass, and moves what is asked for towards what may be: down at once, up by the rate. A charger that is not
 * there is asked for nothing.
 */
export function stepCharger(charger: Charger, share_A: number, rise_A_per_s: number, now_us: number): void {
  ageLink(charger.link, charger.timeout_us, now_us);
  const dt_s = charger.at_us === undefined ? 0 : (now_us - charger.at_us) * 1e-6;
  charger.at_us = now_us;
  const target_A = charger.link.isOnline ? Math.min(share_A, charger.charge_A) : 0;
  charger.asked_A = rise(charger.asked_A, target_A, rise_A_per_s, dt_s);
}

/** The command if its time has come, or at once where charging has ended. */
export function commandCharger(
  charger: Charger,
  isAllowed: boolean,
  signals: ChargerSignals,
  now_us: number,
): readonly CanFrame[] {
  const allowed = isAllowed && charger.link.isOnline && charger.asked_A > 0;
  const stops = charger.wasAllowed && !allowed;
  if (now_us < charger.due_us && !stops) return [];
  charger.wasAllowed = allowed;
  const next_us = charger.due_us + charger.period_us;
  charger.due_us = !stops && next_us > now_us ? next_us : now_us + charger.period_us;
  const charge_V = Math.min(charger.charge_V, signals.most_V);
  return charger.protocol.command(
    { ...signals, isAllowed: allowed, charge_V, charge_A: allowed ? charger.asked_A : 0 },
    now_us,
  );
}

/** The last word to a charger that nobody commands from now on: a stop, if it was told to charge. */
export function dismissCharger(charger: Charger, signals: ChargerSignals, now_us: number): readonly CanFrame[] {
  return charger.wasAllowed ? commandCharger(charger, false, signals, now_us) : [];
}

export const chargerDue_us = ({ due_us, link, timeout_us }: Charger): number =>
  Math.min(due_us, lostAt_us(link, timeout_us));

/** Codes of the signal chargerStatus. */
export const CHARGER_STATUS = { offline: 0, noCharge: 1, charge: 2, recoverable: 3, broken: 4 } as const;

/** Below this a charger gives nothing. */
const NOTHING_A = 0.2;

export const statusOf = (output_A: number | undefined, fault: "none" | "recoverable" | "broken"): number =>
  fault !== "none"
    ? CHARGER_STATUS[fault]
    : (output_A ?? 0) > NOTHING_A
      ? CHARGER_STATUS.charge
      : CHARGER_STATUS.noCharge;

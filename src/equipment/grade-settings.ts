// What a battery is set to when it grades a partner, and which times each kind of partner is given.

import type { InverterProfileName } from "../model/can-partners.ts";
import { createSettings, type Settings, type SettingValue, type Violation } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { type GradeTimes, USUAL_TIMES } from "./grade-situations.ts";
import { INVERTER_PROFILES } from "./inverter-profiles.ts";

export const CHARGER_PROFILES = {
  elcon: "j1939Charger",
  eltek: "eltekCharger",
  cia419: "cia419Charger",
  generic: "genericCharger",
} as const;
export type ChargerProfileName = keyof typeof CHARGER_PROFILES;
export const CHARGER_PROFILE_NAMES = Object.keys(CHARGER_PROFILES) as readonly ChargerProfileName[];
export const INVERTER_PROFILE_NAMES = Object.keys(INVERTER_PROFILES) as readonly InverterProfileName[];

const CHARGER_RATES = { elcon: "250", eltek: "125", cia419: "250", generic: "250" } as const satisfies Record<
  ChargerProfileName,
  string
>;

/** What a partner needs: its profile, the bit rate it speaks at, no slow rise that would hide how fast it follows. */
export function gradeChanges(of: "inverter" | "charger", profile: string): Readonly<Record<string, SettingValue>> {
  const common = { "equipment.rise_A_per_s": 0 };
  if (of === "inverter") return { ...common, "inverter.profile": profile, "can.bitRate": "500" };
  const name = CHARGER_PROFILE_NAMES.find((each) => each === profile) ?? "elcon";
  return { ...common, [`${CHARGER_PROFILES[name]}.enable`]: true, "can.bitRate": CHARGER_RATES[name] };
}

export type GradeSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly violations: readonly Violation[] };

export const gradeSettings = (
  of: "inverter" | "charger",
  profile: string,
  changes: Readonly<Record<string, SettingValue>>,
): GradeSettings => changeSettings(createSettings(), { ...gradeChanges(of, profile), ...changes });

/** Silence after which the documents have them stop, with a second for what is on its way. */
const INVERTER_SILENCE_ms: Partial<Record<InverterProfileName, number>> = { victron: 4000, sma: 61_000 };
const CHARGER_SILENCE_ms: Readonly<Record<ChargerProfileName, number>> = {
  elcon: 6000,
  eltek: 16_000,
  cia419: 10_000,
  generic: 10_000,
};
/** Chargers follow at once; 5 s leave room for soft starts and slow status frames. */
const CHARGER_REACTION_ms = 5000;

export function gradeTimes(of: "inverter" | "charger", profile: string): GradeTimes {
  if (of === "inverter") {
    const name = INVERTER_PROFILE_NAMES.find((each) => each === profile) ?? "pylontech";
    return { ...USUAL_TIMES, silence_ms: INVERTER_SILENCE_ms[name] ?? USUAL_TIMES.silence_ms };
  }
  const name = CHARGER_PROFILE_NAMES.find((each) => each === profile) ?? "elcon";
  return { ...USUAL_TIMES, reaction_ms: CHARGER_REACTION_ms, silence_ms: CHARGER_SILENCE_ms[name] };
}

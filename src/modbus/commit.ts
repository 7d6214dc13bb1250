// Staged settings: words are collected for each session and applied together, so that what belongs together is judged
// together. A commit that is rejected changes nothing and names each setting that is wrong by its first register; what was
// staged is forgotten either way, so that nobody's later commit carries it.

import { STAGE_us } from "../model/access.ts";
import type { Answer } from "../model/asking.ts";
import { REASON_OF, type ReasonCode } from "../model/results.ts";
import { getSetting, type SettingValue, type Violation } from "../model/settings.ts";
import type { View } from "./register.ts";
import { registerAt } from "./register-map.ts";
import { NO_RESULT, type Result, type Session } from "./session.ts";
import { MOST_VIOLATIONS } from "./session-registers.ts";
import {
  decodeSetting,
  encodeSetting,
  overlay,
  SETTING_REGISTERS,
  type SettingRegister,
  settingAddress,
  TABLE,
} from "./setting-registers.ts";

export type Changes =
  | { readonly ok: true; readonly changes: Readonly<Record<string, SettingValue>> }
  | { readonly ok: false; readonly result: Result };

const NOT_DECODED: ReasonCode = 5;

/** Takes words for registers of settings. They must all be such registers. */
export function stage(session: Session, address: number, words: readonly number[], now_us: number): void {
  for (let i = 0; i < words.length; i++) session.staged.set(address + i, words[i]);
  session.stagedUntil_us = now_us + STAGE_us;
}

/** The settings that what was staged would change. A value whose words are as before is none. */
export function stagedChanges(view: View): Changes {
  const changes: Record<string, SettingValue> = {};
  const violations: { address: number; reason: ReasonCode }[] = [];
  for (const register of touched(view.session)) {
    const value = newValue(view, register);
    if (value === "same") continue;
    if (value === undefined) violations.push({ address: register.address, reason: NOT_DECODED });
    else changes[register.name] = value.to;
  }
  if (violations.length === 0) return { ok: true, changes };
  return { ok: false, result: rejected(violations, `${nameAt(violations[0].address)}: the words make no value`) };
}

function touched({ staged }: Session): readonly SettingRegister[] {
  const addresses = new Set<number>();
  for (const address of staged.keys()) {
    const register = registerAt("holding", address);
    if (register !== undefined) addresses.add(register.address);
  }
  return SETTING_REGISTERS.filter(({ address }) => addresses.has(address));
}

function newValue(view: View, register: SettingRegister): { readonly to: SettingValue } | "same" | undefined {
  const { address, words, setting } = register;
  const before = new Uint16Array(TABLE.words);
  encodeSetting(setting.row, getSetting(view.shown.settings, setting.name)!, before, view.isLowFirst);
  const after = before.slice(0, words);
  overlay(view.session.staged, address, words, after);
  if (after.every((word, i) => word === before[i])) return "same";
  const to = decodeSetting(setting.row, after, view.isLowFirst);
  return to === undefined ? undefined : { to };
}

/** What came of a commit that the device has judged. */
export function committed(answer: Answer): Result {
  if (answer.ok) return { ...NO_RESULT, code: 1 };
  const { violations = [], reason } = answer;
  if (violations.length === 0) return { code: 3, violations: [], text: reason };
  return rejected(violations.map(told), `${violations[0].setting} ${violations[0].reason}`);
}

const told = ({ setting, kind }: Violation): { address: number; reason: ReasonCode } => ({
  address: settingAddress(setting) ?? 0,
  reason: REASON_OF[kind],
});

const rejected = (violations: Result["violations"], text: string): Result => ({
  code: 2,
  violations: violations.slice(0, MOST_VIOLATIONS),
  text,
});

const nameAt = (address: number): string => registerAt("holding", address)?.name ?? "";

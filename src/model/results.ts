// What came of an order over a bus, as codes that a program reads from objects or registers, with their words.

import type { LoginOutcome } from "./asking.ts";
import type { ViolationKind } from "./settings.ts";

export const RESULTS = [
  "none yet", "done", "settings rejected", "refused by the device", "not logged in", "wrong password", "too many wrong passwords",
  "no service password is set", "nothing was staged", "device busy",
] as const;
export type ResultCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What a person reads where the device has no words of its own. */
export const RESULT_TEXTS: Readonly<Partial<Record<ResultCode, string>>> = {
  4: "log in with the service password first",
  5: "wrong password",
  6: "too many wrong passwords: wait",
  7: "no service password is set: set one with bms password",
  8: "nothing was staged",
  9: "passwords cannot be checked now: try again later",
};

/** The result of a password that did not let its client in. */
export const LOGIN_RESULTS = { wrong: 5, unset: 7, unavailable: 9 } as const satisfies Record<Exclude<LoginOutcome, "granted">, ResultCode>;

export const REASONS = [
  "none", "no such setting", "value does not fit", "conflicts with another setting", "only while all contactors are open", "words do not make a value",
] as const;
export type ReasonCode = 0 | 1 | 2 | 3 | 4 | 5;

/** Why the device did not take a setting. */
export const REASON_OF: Readonly<Record<ViolationKind, ReasonCode>> = { unknown: 1, value: 2, conflict: 3, closed: 4 };

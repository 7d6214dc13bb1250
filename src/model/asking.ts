// What a person or a program may ask of the device, and the answer it gets: the part of the core's requests that protocols
// hand in. A protocol reads the snapshot and asks; it never reaches into the core.

import type { CommandName } from "./commands.ts";
import type { FaultName } from "./faults.ts";
import type { InputSignalName } from "./input-signals.ts";
import type { SettingValue, Violation } from "./settings.ts";

export type Asking =
  /** Change settings by dotted name, all or none. */
  | { readonly kind: "set"; readonly changes: Readonly<Record<string, SettingValue>>; readonly actor?: string }
  /** Drive an input signal by software: 0 off, 1 on, 2 or more: follow the physical input again. */
  | { readonly kind: "override"; readonly signal: InputSignalName; readonly value: number }
  /** Acknowledge errors: a locked error that is healthy again is released. */
  | { readonly kind: "acknowledge"; readonly faults: readonly FaultName[] | "all" }
  /** `argument`: the cell, from 1, where the command has one. */
  | { readonly kind: "command"; readonly command: CommandName; readonly argument?: number };

export type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly violations?: readonly Violation[] };

/** What a protocol needs of the device before its client gets an answer: the device's own answers, or a password checked. */
export type Asked =
  | { readonly kind: "ask"; readonly asks: readonly Asking[] }
  | { readonly kind: "login"; readonly password: string };

/** What came of a password: let in, wrong, there is none to compare with, or it could not be compared. */
export type LoginOutcome = "granted" | "wrong" | "unset" | "unavailable";

/** What came of what was asked: the device's answers, those of a password check, or the device takes no more for now. */
export type Outcome =
  | { readonly kind: "answers"; readonly answers: readonly Answer[] }
  | { readonly kind: "login"; readonly login: LoginOutcome }
  | { readonly kind: "busy" };

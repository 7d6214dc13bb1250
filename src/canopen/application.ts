// What the objects of the device read from and write to: the device as it is shown, who the client is and what it has staged, and what
// a charger has reported. One for the CAN bus (the wire never ends, like a serial line), one for each console.

import type { LoginGuard } from "../base/login-guard.ts";
import { type Client, STAGE_us } from "../model/access.ts";
import type { ReasonCode, ResultCode } from "../model/results.ts";
import type { SettingValue } from "../model/settings.ts";
import type { Shown } from "../model/shown.ts";

export type Result = {
  readonly code: ResultCode;
  /** What is wrong with settings: each by name, and why. */
  readonly violations: readonly { readonly setting: string; readonly reason: ReasonCode; readonly text: string }[];
  /** For a person. */
  readonly text: string;
};

/** Which part of which log file is read next. */
export type LogSelection = { files: readonly string[]; name: string; offset: number; length: number };

export type Session = Client & {
  /** For the journal: "CAN", "USB console". */
  readonly actor: string;
  /** Whose wrong passwords count together. */
  readonly peer: string;
  /** Of the bus: follows who can reach it. */
  isLocal: boolean;
  /** Values written and not yet committed, by the setting's name; and until when they are kept. */
  readonly staged: Map<string, SettingValue>;
  stagedUntil_us: number;
  result: Result;
  readonly log: LogSelection;
};

/** What a charger after CiA 419 has written to its battery: objects 6001h, 6052h and 6080h. */
export type ChargerReports = {
  /** As it came; bit 0: the charger is active. */
  status: number;
  /** Ah it has given in its last charge; NaN: not told. */
  returned_Ah: number;
  /** State of charge by the charger, 0..1; NaN: not told. */
  soc: number;
  /** How often it has written its status. */
  count: number;
};

export type Application = {
  /** The device as it stands after its last tick. */
  readonly show: () => Shown;
  readonly session: Session;
  /** Shared by all sessions of a device. */
  readonly guard: LoginGuard;
  /** Shared by all sessions of a device. */
  readonly charger: ChargerReports;
  /** The time of the call that is being served: see `turnTo`. */
  now_us: number;
};

/** The most of a log file that is read at once: 1 MiB. */
export const LOG_PART = 0x10_0000;

export const NO_RESULT: Result = { code: 0, violations: [], text: "" };

/** A client that has not logged in and has staged nothing. */
export const createSession = (options: Pick<Session, "actor" | "peer" | "isLocal">): Session => ({
  ...options,
  until_us: 0,
  staged: new Map(),
  stagedUntil_us: 0,
  result: NO_RESULT,
  log: { files: [], name: "", offset: 0, length: LOG_PART },
});

/** No charger has reported anything. */
export const createChargerReports = (): ChargerReports => ({
  ...{ status: 0, returned_Ah: Number.NaN, soc: Number.NaN, count: 0 },
});

/** To be turned to the time of each call with `turnTo`. */
export const createApplication = (options: Omit<Application, "now_us">): Application => ({ ...options, now_us: 0 });

/** To be called before objects are read or written: a login that is over, and values staged too long ago, are forgotten. */
export function turnTo(application: Application, now_us: number): void {
  application.now_us = now_us;
  const { session } = application;
  if (session.until_us !== 0 && now_us >= session.until_us) logOut(session);
  if (session.staged.size > 0 && now_us >= session.stagedUntil_us) session.staged.clear();
}

/**
 * Keeps a value for the next commit, for STAGE_us after the last that was staged. `value` is one that the setting may
 * have.
 */
export function stage({ session, now_us }: Application, setting: string, value: SettingValue): void {
  session.staged.set(setting, value);
  session.stagedUntil_us = now_us + STAGE_us;
}

/** Ends the login and forgets what was staged. */
export function logOut(session: Session): void {
  session.until_us = 0;
  session.staged.clear();
}

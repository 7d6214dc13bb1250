// One client of the server: a TCP connection, or a serial line with whoever is master on it. It knows whether the client has
// logged in, which settings it has staged, and what came of its last order. A serial line never ends, so what was staged and
// not committed does: with the login, after a minute, and with every commit, also one that was rejected.

import type { ReasonCode, ResultCode } from "../model/results.ts";

export type Result = {
  readonly code: ResultCode;
  /** What is wrong with settings: the first register of each, and why. */
  readonly violations: readonly { readonly address: number; readonly reason: ReasonCode }[];
  /** For a person. */
  readonly text: string;
};

export type Session = {
  readonly link: "serial" | "tcp";
  /** For the journal: "Modbus RTU", "Modbus TCP 192.168.1.7". */
  readonly actor: string;
  /** Whose wrong passwords count together. */
  readonly peer: string;
  /** On RS-485 or on this machine. */
  readonly isLocal: boolean;
  /** Until when the login lasts; 0: not logged in. */
  until_us: number;
  /** Words written to registers of settings and not yet committed, by address; and until when they are kept. */
  readonly staged: Map<number, number>;
  stagedUntil_us: number;
  /** Registers and coils without a meaning, for tests of masters: what the client last wrote. */
  readonly scratch: Uint16Array;
  readonly scratchCoils: Uint8Array;
  /** For the next command: the cell, 0: none. */
  argument: number;
  result: Result;
};

/** So many registers and coils. */
export const SCRATCH = 8;

export const NO_RESULT: Result = { code: 0, violations: [], text: "" };

export const createSession = (options: Pick<Session, "link" | "actor" | "peer" | "isLocal">): Session => ({
  ...options,
  until_us: 0,
  staged: new Map(),
  stagedUntil_us: 0,
  scratch: new Uint16Array(SCRATCH),
  scratchCoils: new Uint8Array(SCRATCH),
  argument: 0,
  result: NO_RESULT,
});

/** A login that is over, and words staged too long ago, are forgotten. */
export function forgetOld(session: Session, now_us: number): void {
  if (session.until_us !== 0 && now_us >= session.until_us) logOut(session);
  if (session.staged.size > 0 && now_us >= session.stagedUntil_us) session.staged.clear();
}

/** Ends the login and forgets what was staged. */
export function logOut(session: Session): void {
  session.until_us = 0;
  session.staged.clear();
}

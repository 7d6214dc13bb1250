// Lets in who knows a password. Wrong ones lock the name and the address out for longer and longer; one password is judged at a
// time, so that many guesses at once are no faster and take no more memory than one; an unknown name takes as long as a known one.

import type { DatabaseSync } from "node:sqlite";
import {
  createLoginGuard,
  type Guesser,
  type LoginGuard,
  lockedFor_us,
  noteRight,
  noteWrong,
} from "../../base/login-guard.ts";
import { COST, hashPassword, isPassword } from "../../device/password-hash.ts";
import { type Problem, refuse } from "../../monitor/problem.ts";
import { type AccountRow, findAccount } from "./account-rows.ts";

/** More wait for their turn: refused. */
const MOST_WAITING = 16;

export type Guess = { readonly name: string; readonly address: string; readonly isLocal: boolean };

export type LoginGate = {
  readonly database: DatabaseSync;
  readonly steady_us: () => number;
  readonly cost: number;
  readonly addresses: LoginGuard;
  readonly names: LoginGuard;
  /** What an unknown name's password is compared with: of a password that nobody knows. */
  readonly nobody: Promise<Uint8Array>;
  turn: Promise<unknown>;
  waiting: number;
};

export const createLoginGate = (database: DatabaseSync, steady_us: () => number, cost: number = COST): LoginGate => ({
  ...{ database, steady_us, cost },
  ...{ addresses: createLoginGuard(), names: createLoginGuard() },
  nobody: hashPassword(crypto.randomUUID(), cost),
  ...{ turn: Promise.resolve(), waiting: 0 },
});

type Judged = { readonly ok: true; readonly account: AccountRow } | { readonly ok: false; readonly problem: Problem };

/** The account of a name and its password. */
export const judgeLogin = (gate: LoginGate, guess: Guess, password: string): Promise<Judged> =>
  inTurn(gate, guess, async () => {
    const account = findAccount(gate.database, guess.name);
    const isRight = await isPassword(password, account?.hash ?? (await gate.nobody));
    if (account !== undefined && isRight) return { ok: true, account };
    return refuse("notLoggedIn", "the name or the password is wrong");
  });

/** Judges one after another, and not at all who is locked out. What comes of `judge` counts as a right or a wrong guess. */
export async function inTurn<T extends { readonly ok: boolean }>(
  gate: LoginGate,
  guess: Guess,
  judge: () => T | Promise<T>,
): Promise<T | ReturnType<typeof refuse>> {
  if (gate.waiting >= MOST_WAITING) return later("too many log in at once: try again", 1);
  gate.waiting++;
  const before = gate.turn;
  const turn = before.then(() => judgeOne(gate, guess, judge));
  gate.turn = turn.catch(() => {});
  try {
    return await turn;
  } finally {
    gate.waiting--;
  }
}

async function judgeOne<T extends { readonly ok: boolean }>(
  gate: LoginGate,
  guess: Guess,
  judge: () => T | Promise<T>,
) {
  const [address, name] = guessersOf(guess);
  const now_us = gate.steady_us();
  const locked_us = Math.max(lockedFor_us(gate.addresses, address, now_us), lockedFor_us(gate.names, name, now_us));
  const wait_s = Math.ceil(locked_us / 1e6);
  if (wait_s > 0) return later(`too many wrong tries: try again in ${wait_s} s`, wait_s);
  const judged = await judge();
  if (judged.ok) {
    noteRight(gate.addresses, address);
    noteRight(gate.names, name);
  } else {
    noteWrong(gate.addresses, address, gate.steady_us());
    noteWrong(gate.names, name, gate.steady_us());
  }
  return judged;
}

/** Guesses at a name from elsewhere do not lock out who stands at the machine. */
const guessersOf = ({ name, address, isLocal }: Guess): readonly [Guesser, Guesser] => [
  { peer: isLocal ? "this machine" : networkOf(address), isLocal },
  { peer: `${isLocal ? "here" : "away"} ${name.toLowerCase()}`, isLocal: true },
];

/** Whoever has an IPv6 address has all of its /64. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const zeros = Array.from({ length: Math.max(0, missing) }, () => "0");
  return [...groups, ...zeros, ...(tail ?? "").split(":")].slice(0, 4).join(":");
}

const later = (detail: string, retryAfter_s: number) => ({
  ok: false as const,
  problem: { kind: "tooMany" as const, detail, retryAfter_s },
});

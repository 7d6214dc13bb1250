// Guessing passwords: pauses that double, each peer for itself, all that are far away together, a bounded memory.

import { expect, test } from "vitest";
import { createLoginGuard, type Guesser, type LoginGuard, lockedFor_us, noteRight, noteWrong } from "./login-guard.ts";

const near = (peer: string): Guesser => ({ peer, isLocal: true });
const far = (peer: string): Guesser => ({ peer, isLocal: false });

test("three wrong passwords are free, then each costs twice the pause before: 4 s, 8 s, up to 15 minutes", () => {
  const guard = createLoginGuard();
  const pauses_s = Array.from({ length: 14 }, () => {
    noteWrong(guard, near("a"), 0);
    return lockedFor_us(guard, near("a"), 0) / 1e6;
  });
  expect(pauses_s).toEqual([0, 0, 0, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
});

/** How many tries guessers have in a day who each try whenever they may. */
function triesInADay(guard: LoginGuard, guessers: readonly Guesser[]): number {
  let tries = 0;
  for (let now_us = 0; now_us < 86_400e6; now_us += 1e6)
    for (const guesser of guessers)
      if (lockedFor_us(guard, guesser, now_us) === 0) {
        noteWrong(guard, guesser, now_us);
        tries++;
      }
  return tries;
}

test("a day of guessing allows about a hundred tries, also for a thousand hosts together", () => {
  expect(triesInADay(createLoginGuard(), [near("a")])).toBeLessThan(120);
  const hosts = Array.from({ length: 1000 }, (_, i) => far(`host ${i}`));
  expect(triesInADay(createLoginGuard(), hosts)).toBeLessThan(150);
});

test("whoever guesses from far away does not lock out this machine or the serial line", () => {
  const guard = createLoginGuard();
  for (let i = 0; i < 200; i++) noteWrong(guard, far(`host ${i}`), 0);
  expect(lockedFor_us(guard, far("another"), 0)).toBe(900e6);
  expect(lockedFor_us(guard, near("Modbus RTU"), 0)).toBe(0);
});

test("peers are locked each for itself, the right password begins anew, and so does an hour of quiet", () => {
  const guard = createLoginGuard();
  for (let i = 0; i < 5; i++) noteWrong(guard, near("a"), 0);
  expect([lockedFor_us(guard, near("a"), 0), lockedFor_us(guard, near("b"), 0)]).toEqual([8e6, 0]);
  noteRight(guard, near("a"));
  expect(lockedFor_us(guard, near("a"), 0)).toBe(0);
  for (let i = 0; i < 5; i++) noteWrong(guard, near("b"), 0);
  noteWrong(guard, near("b"), 3700e6);
  expect(lockedFor_us(guard, near("b"), 3700e6)).toBe(0);
});

test("no more than 64 peers are remembered, and what counts for all of them stays", () => {
  const guard = createLoginGuard();
  for (let i = 0; i < 1000; i++) noteWrong(guard, far(`host ${i}`), 0);
  expect(guard.peers.size).toBe(64);
  expect(guard.peers.has("*")).toBe(true);
});

// Guessing passwords: pauses that double, each peer for itself, a bounded memory.

import { expect, test } from "vitest";
import { createLoginGuard, lockedFor_us, noteRight, noteWrong } from "./login-guard.ts";

test("three wrong passwords are free, then 4 s, 8 s, 16 s, up to 15 minutes", () => {
  const guard = createLoginGuard();
  const pauses_s = Array.from({ length: 14 }, () => {
    noteWrong(guard, "a", 0);
    return lockedFor_us(guard, "a", 0) / 1e6;
  });
  expect(pauses_s).toEqual([0, 0, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
});

test("a day of guessing allows about a hundred tries", () => {
  const guard = createLoginGuard();
  let now_us = 0;
  let tries = 0;
  while (now_us < 86_400e6) {
    noteWrong(guard, "a", now_us);
    tries++;
    now_us += Math.max(1, lockedFor_us(guard, "a", now_us));
  }
  expect(tries).toBeLessThan(120);
});

test("peers are locked each for itself, the right password begins anew, and so does an hour of quiet", () => {
  const guard = createLoginGuard();
  for (let i = 0; i < 4; i++) noteWrong(guard, "a", 0);
  expect([lockedFor_us(guard, "a", 0), lockedFor_us(guard, "b", 0)]).toEqual([8e6, 0]);
  noteRight(guard, "a");
  expect(lockedFor_us(guard, "a", 0)).toBe(0);
  for (let i = 0; i < 4; i++) noteWrong(guard, "b", 0);
  noteWrong(guard, "b", 3700e6);
  expect(lockedFor_us(guard, "b", 3700e6)).toBe(0);
});

test("no more than 64 peers are remembered", () => {
  const guard = createLoginGuard();
  for (let i = 0; i < 1000; i++) noteWrong(guard, `host ${i}`, 0);
  expect(guard.peers.size).toBe(64);
});

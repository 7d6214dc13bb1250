// The shunt on the bus: thresholds T0 and TM, receive timeout, sign.
import { describe, expect, test } from "vitest";
import { createRawBoard, type RawBoard } from "../../../tests/raw-board.ts";

function withShunt(invert = false): RawBoard {
  const board = createRawBoard();
  board.settings.shunt.enable = true;
  board.settings.shunt.invert = invert;
  board.plan();
  return board;
}

/** A sample from the bus, as a request leaves it, and the tick that takes it. */
function give({ measured, tick }: RawBoard, current_A: number): number {
  measured.shunt_A = current_A;
  measured.shuntAge_us = 0;
  tick();
  return measured.current_A;
}

test("before the first sample nothing is believed; silence counts from the start", () => {
  const { measured, tick } = withShunt();
  for (let i = 0; i < 49; i++) tick();
  expect([measured.currentValid, measured.shuntOffline, measured.currentFault]).toEqual([0, 0, 0]);
  tick();
  tick();
  expect([measured.currentValid, measured.shuntOffline, measured.currentFault]).toEqual([0, 1, 7]);
});

test("500 ms of silence are believed, 10 ms more are not", () => {
  const board = withShunt();
  give(board, 50);
  for (let i = 0; i < 49; i++) board.tick();
  expect([board.measured.shuntAge_us, board.measured.currentValid]).toEqual([500_000, 1]);
  board.tick();
  expect([board.measured.currentValid, board.measured.shuntOffline, board.measured.current_A]).toEqual([0, 1, 50]);
  expect(give(board, 40)).toBe(40);
  expect([board.measured.currentValid, board.measured.shuntOffline]).toEqual([1, 0]);
});

describe("thresholds", () => {
  test.each([
    [0.049, 0], // under T0 of 0.05 A: none
    [-0.049, 0],
    [0.05, 0.05],
    [-10.1, -10.1],
    [1200, 1200],
  ])("a first sample of %f A reads %f A", (sample_A, current_A) => {
    expect(give(withShunt(), sample_A)).toBe(current_A);
  });

  test("up to TM of 10 A the mean counts, above it the sample", () => {
    const board = withShunt();
    give(board, 4);
    const next_A = give(board, 6);
    expect(next_A).toBeGreaterThan(4);
    expect(next_A).toBeLessThan(4.1); // 10 ms of a mean over 1 s
    for (let i = 0; i < 1000; i++) give(board, 6);
    expect(board.measured.current_A).toBeCloseTo(6, 3);
    expect(give(board, 10.01)).toBe(10.01);
    expect(give(board, 0.2)).toBe(0.2); // no tail of the large current
  });
});

test("an inverted shunt changes the sign", () => {
  const board = withShunt(true);
  expect(give(board, 50)).toBe(-50);
  expect(board.measured.dischargeCurrent_A).toBe(50);
});

test.each([3000, Number.POSITIVE_INFINITY, Number.NaN])("a sample of %f A is as if nothing had come", (sample_A) => {
  const board = withShunt();
  give(board, 50);
  for (let i = 0; i < 40; i++) board.tick();
  expect(give(board, sample_A)).toBe(50);
  for (let i = 0; i < 9; i++) board.tick();
  expect(board.measured.shuntOffline).toBe(1);
});

test("with a shunt the Hall sensor may be missing, without one its silence is no fault", () => {
  const board = withShunt();
  board.sensors.hallSupply_V = 0;
  give(board, 50);
  expect([board.measured.currentValid, board.measured.currentFault]).toEqual([1, 0]);
  const hall = createRawBoard();
  for (let i = 0; i < 100; i++) hall.tick();
  expect(hall.measured.shuntOffline).toBe(0);
});

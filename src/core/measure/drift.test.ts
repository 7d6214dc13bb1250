// The zero of the current sensor between two starts: it follows the drift with temperature while no current can flow, and
// never takes a current for drift. Drift of a HASS 200-S by its data sheet: 0.525 mV/K, 0.168 A/K.
import { describe, expect, test } from "vitest";
import { createRawBoard, type RawBoard } from "../../../tests/raw-board.ts";
import type { Settings } from "../../model/settings.ts";
import { CONTACTORS } from "../decide/decided.ts";
import { NOT_READY } from "./measured.ts";

const V_PER_A = 0.625 / 200;

/** A ready board with 10 ms ticks, its zero taken at 0 A. */
function started(change: (settings: Settings) => void = () => {}): RawBoard {
  const board = createRawBoard();
  change(board.settings);
  board.plan();
  board.run(5);
  return board;
}

function rest(board: RawBoard, seconds: number, each: (second: number) => void = () => {}): void {
  for (let second = 0; second < seconds; second++) {
    each(second);
    board.run(10);
  }
}

const put = (board: RawBoard, current_A: number): void => {
  board.sensors.hall_V = 2.5 + current_A * V_PER_A;
};

test.each([1, -1])("7 kelvin within an hour with open contactors stay under the zero threshold (drift %i)", (sign) => {
  const board = started();
  let worst_A = 0;
  let invalid = 0;
  rest(board, 3600, (second) => {
    put(board, (sign * 7 * 0.168 * second) / 3600);
    worst_A = Math.max(worst_A, Math.abs(board.measured.current_A));
    if (board.measured.currentValid === 0 || board.measured.ready === 0) invalid++;
  });
  expect(worst_A).toBeLessThan(0.3);
  expect(invalid).toBe(0);
  expect(sign * board.measured.zero_V).toBeGreaterThan(0.8 * 7 * 0.168 * V_PER_A);
});

test("7 kelvin within 10 min, with the noise of the sensor, too", () => {
  const board = started();
  let mean_A = 0;
  let worst_A = 0;
  for (let i = 0; i < 60_000; i++) {
    const noise_A = (((i * 7919) % 1009) / 1008 - 0.5) * 0.8;
    put(board, (7 * 0.168 * i) / 60_000 + noise_A);
    if (i % 10 === 0) board.convert();
    else board.tick();
    mean_A += (board.measured.current_A - mean_A) / 100;
    worst_A = Math.max(worst_A, Math.abs(mean_A));
  }
  expect(worst_A).toBeLessThan(0.3);
});

describe("when the zero is taken anew", () => {
  test.each([
    [0.14, 0], // under half of 0.3 A
    [0.16, 1],
    [-0.16, 1],
    [6.7, 1], // 21 mV, 40 kelvin
    [6.8, 0], // no drift
    [15, 0],
    [-15, 0],
    [25, 0], // beyond zeroLimit_V, 19.2 A
  ])("%f A for 25 s at rest: %i", (current_A, taken) => {
    const board = started();
    put(board, current_A);
    rest(board, 19);
    expect(board.measured.current_A).toBeCloseTo(current_A, 6);
    rest(board, 6);
    expect(board.measured.current_A).toBeCloseTo(taken === 1 ? 0 : current_A, 6);
    expect([board.measured.currentValid, board.measured.currentFault, board.measured.zeroRejected]).toEqual([1, 0, 0]);
  });

  test("a smaller drift after 10 min", () => {
    const board = started();
    put(board, 0.1);
    rest(board, 598);
    expect(board.measured.current_A).toBeCloseTo(0.1, 6);
    rest(board, 4);
    expect(board.measured.current_A).toBeCloseTo(0, 6);
  });

  test("never without calibration at start", () => {
    const board = started(({ currentSensor }) => {
      currentSensor.calibrate = false;
    });
    put(board, 1);
    rest(board, 700);
    expect(board.measured.current_A).toBeCloseTo(1, 6);
  });

  test("by 25 A through a welded contactor never, however long", () => {
    const board = started();
    put(board, -25);
    rest(board, 3600);
    expect(board.measured.current_A).toBeCloseTo(-25, 6);
  });
});

describe("a current is not taken for drift", () => {
  test.each(CONTACTORS)("while the %s coil is on", (name) => {
    const board = started();
    board.decided.contactors[name].on = 1;
    put(board, 2);
    rest(board, 1300);
    expect(board.measured.current_A).toBeCloseTo(2, 6);
  });

  test("while a coil comes on every 19 s", () => {
    const board = started();
    put(board, 2);
    for (let i = 0; i < 50; i++) {
      rest(board, 19);
      board.decided.contactors.charge.on = 1;
      board.run(1);
      board.decided.contactors.charge.on = 0;
    }
    expect(board.measured.current_A).toBeCloseTo(2, 6);
  });

  test.each([0, 1, 2, 3])("while FB%i says closed", (output) => {
    const board = started();
    board.sensors.feedback[output] = 1;
    put(board, 2);
    rest(board, 1300);
    expect(board.measured.current_A).toBeCloseTo(2, 6);
    board.sensors.feedback[output] = 0;
    rest(board, 25);
    expect(board.measured.current_A).toBeCloseTo(0, 6);
  });

  test("while software denies a feedback that is closed", () => {
    const board = started();
    board.sensors.feedback[0] = 1;
    board.measured.overrides[5] = 0;
    put(board, 2);
    rest(board, 30);
    expect([board.measured.signals[5], board.measured.contactorClosed]).toEqual([0, 1]);
    expect(board.measured.current_A).toBeCloseTo(2, 6);
  });

  test.each([
    ["none", 2], // nothing vouches for the discharging contactor
    ["dischargeFeedback", 0],
  ] as const)("while a contactor is held for stuck and the discharging feedback is %s", (assigned, current_A) => {
    const board = started(({ feedback }) => {
      feedback.assignment3 = assigned;
    });
    board.decided.stuckContactor = 2;
    put(board, 2);
    rest(board, 30);
    expect(board.measured.current_A).toBeCloseTo(current_A, 6);
  });

  test("while the sensor is broken", () => {
    const board = started();
    put(board, 2);
    board.sensors.hallReference_V = 0;
    rest(board, 30);
    expect(board.measured.zero_V).toBe(0);
  });
});

describe("no first zero while a feedback says closed", () => {
  test("15 A through a welded contactor: not ready, with its own word, and nothing rejected", () => {
    const board = createRawBoard();
    board.sensors.feedback[2] = 1;
    put(board, -15);
    rest(board, 30);
    expect([board.measured.calibrated, board.measured.currentValid, board.measured.ready]).toEqual([0, 0, 0]);
    expect([NOT_READY[board.measured.notReady], board.measured.currentFault]).toEqual(["contactor closed", 0]);
    board.sensors.feedback[2] = 0;
    put(board, 0);
    board.run(4);
    expect([board.measured.calibrated, board.measured.ready, board.measured.zero_V]).toEqual([1, 1, 0]);
  });

  test("a closed feedback that nothing is assigned to, or that is a normally closed contact, does not matter", () => {
    const board = createRawBoard();
    board.settings.feedback.assignment1 = "none";
    board.settings.feedback.inversion2 = true;
    board.plan();
    board.sensors.feedback.set([1, 1, 0, 0]);
    board.run(5);
    expect([board.measured.calibrated, board.measured.ready]).toEqual([1, 1]);
    board.sensors.feedback[1] = 0;
    board.run(1);
    expect([board.measured.contactorClosed, board.measured.ready]).toEqual([1, 1]);
  });
});

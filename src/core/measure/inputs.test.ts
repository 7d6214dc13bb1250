// Input signals: assignment, inversion, partners on buses, software override; numbers from the vendor's list of signals.
import { describe, expect, test } from "vitest";
import { createRawBoard } from "../../../tests/raw-board.ts";

const CHARGER_CONNECTED = 1;
const CHARGE_FEEDBACK = 5;
const DISCHARGE_REQUEST = 10;

describe("assignment", () => {
  test("by default no input means anything, and every feedback its contactor", () => {
    const { sensors, measured, tick } = createRawBoard();
    sensors.inputs.fill(1);
    sensors.feedback.fill(1);
    tick();
    expect(Array.from(measured.inputs)).toEqual([1, 1, 1, 1]);
    const on = Array.from(measured.signals.entries()).filter(([, value]) => value === 1);
    expect(on.map(([number]) => number)).toEqual([5, 6, 11, 13]);
  });

  test.each([0, 1, 2, 3])("DIN%i carries its signal, inverted when so set", (input) => {
    const { settings, sensors, measured, plan, tick } = createRawBoard();
    const number = (input + 1) as 1 | 2 | 3 | 4;
    settings.inputs[`assignment${number}`] = "dischargeRequest";
    for (const [inverted, closed, on] of [
      [false, 1, 1],
      [false, 0, 0],
      [true, 1, 0],
      [true, 0, 1],
    ] as const) {
      settings.inputs[`inversion${number}`] = inverted;
      plan();
      sensors.inputs[input] = closed;
      tick();
      expect(measured.signals[DISCHARGE_REQUEST]).toBe(on);
    }
  });

  test("FB2 with a normally closed contact", () => {
    const { settings, sensors, measured, plan, tick } = createRawBoard();
    settings.feedback.assignment1 = "none";
    settings.feedback.assignment2 = "chargeFeedback";
    settings.feedback.inversion2 = true;
    plan();
    tick();
    expect(measured.signals[CHARGE_FEEDBACK]).toBe(1);
    sensors.feedback[1] = 1;
    tick();
    expect([measured.signals[CHARGE_FEEDBACK], measured.feedback[1]]).toEqual([0, 1]);
  });

  test("two inputs with the same signal: either sets it", () => {
    const { settings, sensors, measured, plan, tick } = createRawBoard();
    settings.inputs.assignment1 = "interlock";
    settings.inputs.assignment4 = "interlock";
    plan();
    sensors.inputs[3] = 1;
    tick();
    expect(measured.signals[14]).toBe(1);
  });
});

test.each([
  [0, 0, 0],
  [1, 1, 1],
  [2, 0, 1],
  [255, 0, 1],
])("override %i makes an open input read %i and a closed one... as it says", (override, open, closed) => {
  const { settings, sensors, measured, plan, tick } = createRawBoard();
  settings.inputs.assignment1 = "batteryCover";
  plan();
  measured.overrides[0] = override;
  tick();
  expect(measured.signals[0]).toBe(open);
  sensors.inputs[0] = 1;
  tick();
  expect(measured.signals[0]).toBe(override === 0 ? 0 : closed);
});

describe("a charger on a bus", () => {
  test("sets Charger connected until it has been silent for more than 5 s", () => {
    const { measured, tick } = createRawBoard();
    measured.chargerOnline = 1;
    measured.chargerFaulty = 1;
    measured.chargerAge_us = 0;
    for (let i = 0; i < 500; i++) tick();
    expect([measured.chargerOnline, measured.signals[CHARGER_CONNECTED], measured.chargerFaulty]).toEqual([1, 1, 1]);
    tick();
    expect([measured.chargerOnline, measured.signals[CHARGER_CONNECTED], measured.chargerFaulty]).toEqual([0, 0, 0]);
  });

  test("sets nothing when so configured, and software has the last word", () => {
    const { settings, measured, plan, tick } = createRawBoard();
    measured.chargerOnline = 1;
    settings.equipment.chargerConnects = false;
    plan();
    tick();
    expect(measured.signals[CHARGER_CONNECTED]).toBe(0);
    settings.equipment.chargerConnects = true;
    plan();
    measured.overrides[CHARGER_CONNECTED] = 0;
    tick();
    expect(measured.signals[CHARGER_CONNECTED]).toBe(0);
  });
});

describe("an expected charger", () => {
  const expecting = () => {
    const board = createRawBoard();
    board.settings.equipment.chargerExpected = true;
    board.plan();
    return board;
  };

  test("that never speaks is lost 5 s after the start", () => {
    const { measured, tick } = expecting();
    for (let i = 0; i < 500; i++) tick();
    expect(measured.chargerLost).toBe(0);
    tick();
    expect(measured.chargerLost).toBe(1);
  });

  test("that has spoken is lost when its room says so, and back when it speaks", () => {
    const { measured, tick } = expecting();
    const say = (online: number): void => {
      measured.chargerOnline = online;
      measured.chargerAge_us = 0;
      tick();
    };
    say(1);
    expect(measured.chargerLost).toBe(0);
    say(0);
    expect([measured.chargerLost, measured.signals[CHARGER_CONNECTED]]).toEqual([1, 0]);
    say(1);
    expect([measured.chargerLost, measured.signals[CHARGER_CONNECTED]]).toEqual([0, 1]);
  });

  test("is not missed where none is expected", () => {
    const { measured, tick } = createRawBoard();
    for (let i = 0; i < 1000; i++) tick();
    expect(measured.chargerLost).toBe(0);
  });

  test("that shall not count as connected is online and no more", () => {
    const { measured, tick } = createRawBoard();
    measured.chargerOnline = 1;
    measured.chargerConnects = 0;
    measured.chargerAge_us = 0;
    tick();
    expect([measured.chargerOnline, measured.signals[CHARGER_CONNECTED]]).toEqual([1, 0]);
  });
});

describe("an expected inverter or vehicle", () => {
  const expecting = () => {
    const board = createRawBoard();
    board.settings.equipment.partnerExpected = true;
    board.plan();
    return board;
  };

  test("that never speaks is lost 5 s after the start", () => {
    const { measured, tick } = expecting();
    for (let i = 0; i < 500; i++) tick();
    expect(measured.partnerLost).toBe(0);
    tick();
    expect(measured.partnerLost).toBe(1);
  });

  test("that has spoken is lost when its room says so, and back when it speaks", () => {
    const { measured, tick } = expecting();
    measured.partnerOnline = 1;
    measured.partnerAge_us = 0;
    tick();
    expect(measured.partnerLost).toBe(0);
    measured.partnerOnline = 0;
    measured.partnerAge_us = 0;
    tick();
    expect(measured.partnerLost).toBe(1);
    measured.partnerOnline = 1;
    tick();
    expect(measured.partnerLost).toBe(0);
  });

  test("is not missed where none is expected", () => {
    const { measured, tick } = createRawBoard();
    for (let i = 0; i < 1000; i++) tick();
    expect(measured.partnerLost).toBe(0);
  });
});

test("a partner's wish to shut down lasts as long as the partner does", () => {
  const { measured, tick } = createRawBoard();
  measured.partnerOnline = 1;
  measured.partnerShutdown = 1;
  for (let i = 0; i < 500; i++) tick();
  expect([measured.partnerOnline, measured.partnerShutdown]).toEqual([1, 1]);
  tick();
  expect([measured.partnerOnline, measured.partnerShutdown]).toEqual([0, 0]);
  measured.partnerOnline = 1;
  measured.partnerAge_us = 0;
  tick();
  expect(measured.partnerShutdown).toBe(0);
});

test("the button is read as it is", () => {
  const { sensors, measured, tick } = createRawBoard();
  sensors.button = 1;
  tick();
  expect(measured.button).toBe(1);
});

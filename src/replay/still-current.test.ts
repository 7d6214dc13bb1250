// What an altered device's current sensor reads while its contactors are open and the recorded ones were not.
import { describe, expect, test } from "vitest";
import { createRawBoard, type RawBoard, setCells } from "../../tests/raw-board.ts";
import { planMeasure } from "../core/measure/plan.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { BIT } from "./commands.ts";
import { isStill, readZero, zeroShunt } from "./still-current.ts";

type Type = Settings["currentSensor"]["type"];

/** A board with this sensor, calibrated at no current with its output (and coarse channel) off by some millivolts. */
function calibrated(type: Type, off_V: number, coarseOff_V: number): RawBoard {
  const board = createRawBoard();
  board.settings.currentSensor.type = type;
  board.sensors.hall_V += off_V;
  board.sensors.hallReference_V += coarseOff_V;
  board.plan();
  board.run(30);
  expect(board.measured.currentValid).toBe(1);
  return board;
}

/** Ticks with a recorded reading, in whose place the sensor reads zero; the pack moves as under a changing current. */
function runStill(board: RawBoard, seconds: number, recorded: () => void): number[] {
  const currents: number[] = [];
  const bms = { measure: board.measured, plan: { measure: planMeasure(board.settings) } };
  for (let i = 0; i < seconds * 100; i++) {
    recorded();
    readZero(bms, board.sensors, i % 2 === 1);
    setCells(board.sensors, 16, 3.3 + 0.05 * Math.sin(i / 300));
    if (i % 10 === 0) board.convert();
    else board.tick();
    currents.push(board.measured.currentValid === 1 ? board.measured.current_A : Number.NaN);
  }
  return currents;
}

describe("a sensor that reads zero current", () => {
  test.each<[Type, number, number]>([
    ["HASS 200-S", 0.004, 0],
    ["HASS 600-S", -0.01, 0.002],
    ["HTFS 400-P", 0.01, 0],
    ["DHAB S/124", 0.003, -0.004],
    ["DHAB S/133", -0.002, 0.003],
  ])(
    "%s is believed, at less than a tenth of a per cent of its range, and never taken for frozen",
    (type, off_V, coarse_V) => {
      const board = calibrated(type, off_V, coarse_V);
      const { range_A } = planMeasure(board.settings).current;
      const currents = runStill(board, 120, () => {
        board.sensors.hall_V = 3.4;
        if (type.startsWith("DHAB")) board.sensors.hallReference_V = 2.7;
        if (type.startsWith("HTFS")) {
          board.sensors.hallSupply_V = 5.1; // the zero goes with the supply
          board.sensors.hallReference_V = 2.55;
        }
      });
      expect(Math.max(...currents.map(Math.abs))).toBeLessThan(range_A / 1000);
      expect(currents.some(Number.isNaN)).toBe(false);
    },
  );

  test("stays broken while its recorded supply is", () => {
    const board = calibrated("HASS 200-S", 0, 0);
    const currents = runStill(board, 1, () => {
      board.sensors.hallSupply_V = 3;
    });
    expect(currents.every(Number.isNaN)).toBe(true);
  });
});

test("the samples of a shunt are zero, and other requests stay", () => {
  const other = { kind: "command", command: "powerDown" } as const;
  expect(zeroShunt([{ kind: "shunt", current_A: 80 }, other])).toEqual([{ kind: "shunt", current_A: 0 }, other]);
  expect(zeroShunt([other])).toEqual([other]);
});

describe("the recorded current cannot flow", () => {
  const both = BIT.charge | BIT.discharge | BIT.main;
  const device = (fitted: boolean): Parameters<typeof isStill>[0] =>
    ({ plan: { decide: { main: { fitted } } }, settings: createSettings() }) as never;

  test.each([
    ["all are open that were closed", BIT.power, both, true, true],
    ["the main contactor alone is open", BIT.charge | BIT.discharge, both, true, true],
    ["no main contactor is fitted, and a path is closed", BIT.charge, BIT.charge | BIT.discharge, false, false],
    ["one path of two is open: whose current it was is not known", BIT.discharge | BIT.main, both, true, false],
    ["the recorded ones were open as well: what flowed, flowed through a weld", 0, BIT.main, true, false],
  ])("%s", (_, word, recorded, fitted, still) => {
    expect(isStill(device(fitted), word, recorded)).toBe(still);
  });
});

// Thermistors: every type against its maker's points, open and shorted, smoothing, and what each is used for.
import { describe, expect, test } from "vitest";
import { createRawBoard, divider_V, type RawBoard } from "../../../tests/raw-board.ts";
import type { Settings } from "../../model/settings.ts";

type Type = Settings["thermistors"]["type"];

/** The board once more after its thermistors have been read again. */
function readAgain(board: RawBoard): void {
  for (let i = 0; i < 10; i++) board.tick();
}

// Points of the makers' sheets and, for beta types, R = 100 kOhm exp(beta (1/T - 1/298.15)).
const POINTS: readonly [Type, number, number][] = [
  ["Generic 3950", 4_018_600, -40],
  ["Generic 3950", 336_200, 0],
  ["Generic 3950", 100_000, 25],
  ["Generic 3950", 24_860, 60],
  ["Generic 3950", 6_975, 100],
  ["TDK NTCG104LH104", 100_000, 25],
  ["TDK NTCG104LH104", 31_230, 50],
  ["TDK NTCG104LH104", 2_066, 125],
  ["EPCOS B57560G104F", 100_000, 25],
  ["EPCOS B57560G104F", 1_641.9, 150],
  ["Semitec 104GT-2", 4_215_100, -40],
  ["Semitec 104GT-2", 353_600, 0],
  ["Semitec 104GT-2", 126_800, 20],
  ["Semitec 104GT-2", 1_360, 150],
  ["Murata NCPxxWF104", 1_260_300, -20],
  ["Murata NCPxxWF104", 100_000, 25],
  ["Murata NCPxxWF104", 33_200, 50],
  ["Honeywell 135-104LAG", 100_000, 25],
  ["Honeywell 135-104LAG", 35_656, 50],
];

test.each(POINTS)(
  "%s with %f Ohm is at %f degC, whatever the supply of the divider",
  (type, thermistor_Ohm, temperature_degC) => {
    for (const supply_V of [3.3, 5]) {
      const { settings, sensors, measured, plan, tick } = createRawBoard();
      settings.thermistors.type = type;
      plan();
      sensors.thermistorSupply_V = supply_V;
      sensors.thermistors_V.fill(divider_V(thermistor_Ohm, supply_V));
      tick();
      expect(measured.thermistorState[0]).toBe(0);
      expect(Math.abs(measured.temperatures_degC[0] - temperature_degC)).toBeLessThan(0.1);
    }
  },
);

describe("a broken thermistor", () => {
  test.each([
    [7_990_000, 0],
    [8_010_000, 1], // open above 8 MOhm
    [1e12, 1],
    [1_001, 0],
    [999, 2], // shorted under 1 kOhm
    [0, 2],
  ])("with %f Ohm has state %i", (thermistor_Ohm, state) => {
    const { sensors, measured, tick } = createRawBoard();
    sensors.thermistors_V[1] = divider_V(thermistor_Ohm);
    tick();
    expect([measured.thermistorState[1], measured.thermistorFault]).toEqual([state, state]);
    expect(measured.thermistorFaultIndex).toBe(state === 0 ? -1 : 1);
    expect([measured.thermistorPresent[1], measured.thermistorShorted[1]]).toEqual([
      state === 0 ? 1 : 0,
      state === 2 ? 1 : 0,
    ]);
  });

  test("keeps its last number, starts anew when mended, and is no fault where none is used", () => {
    const board = createRawBoard();
    const { sensors, measured, tick } = board;
    tick();
    sensors.thermistors_V[1] = 5;
    sensors.thermistors_V[5] = 5; // unused by default
    readAgain(board);
    expect([measured.thermistorState[5], measured.thermistorFaultIndex]).toEqual([3, 1]);
    expect(measured.temperatures_degC[1]).toBeCloseTo(25, 1);
    sensors.thermistors_V[1] = divider_V(24_860);
    readAgain(board);
    expect(measured.temperatures_degC[1]).toBeCloseTo(60, 1); // at once, without smoothing
  });

  test.each([0, Number.NaN, -5])("a divider supply of %f V leaves nothing to believe", (supply_V) => {
    const { sensors, measured, tick } = createRawBoard();
    sensors.thermistorSupply_V = supply_V;
    tick();
    expect([measured.temperatureValid, measured.thermistorFaultIndex]).toEqual([0, 0]);
  });

  test("takes the belief in the temperature only with the last one on the cells", () => {
    const board = createRawBoard();
    const { sensors, measured, run } = board;
    run(5);
    sensors.thermistors_V.fill(5, 0, 3);
    run(2);
    expect([measured.temperatureValid, measured.ready, measured.minTemperatureIndex]).toEqual([1, 1, 3]);
    sensors.thermistors_V[3] = 5;
    run(8);
    expect([measured.temperatureValid, measured.ready, measured.notReady]).toEqual([0, 0, 5]);
    expect(measured.minTemperature_degC).toBeCloseTo(25, 1);
  });
});

test("temperatures follow with the time constant: 1 s after a step of 35 degC about two thirds", () => {
  const { sensors, measured, run } = createRawBoard();
  run(1);
  sensors.thermistors_V.fill(divider_V(24_860));
  run(10);
  expect(measured.temperatures_degC[0]).toBeGreaterThan(25 + 35 * 0.59);
  expect(measured.temperatures_degC[0]).toBeLessThan(25 + 35 * 0.66);
  run(60);
  expect(measured.temperatures_degC[0]).toBeCloseTo(60, 0);
});

test("extremes name their thermistor", () => {
  const { sensors, measured, tick } = createRawBoard();
  sensors.thermistors_V[1] = divider_V(336_200);
  sensors.thermistors_V[2] = divider_V(53_020);
  tick();
  expect([measured.minTemperatureIndex, measured.maxTemperatureIndex]).toEqual([1, 2]);
  expect(measured.minTemperature_degC).toBeCloseTo(0, 1);
  expect(measured.maxTemperature_degC).toBeCloseTo(40, 1);
});

describe("each cell takes the nearest believed thermistor", () => {
  const assigned = (board: RawBoard, cells: number): number[] =>
    Array.from(board.measured.cellThermistor.subarray(0, cells));

  test("four on 16 cells serve four each, and neighbours stand in for a broken one", () => {
    const board = createRawBoard();
    board.tick();
    expect(assigned(board, 16)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    board.sensors.thermistors_V[1] = 5;
    readAgain(board);
    expect(assigned(board, 16)).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3]);
  });

  test("one alone serves all, two on six cells half each", () => {
    const one = createRawBoard(18);
    one.settings.thermistors.use1 = "none";
    one.settings.thermistors.use2 = "none";
    one.settings.thermistors.use3 = "none";
    one.plan();
    one.sensors.thermistors_V[3] = divider_V(53_020);
    one.tick();
    expect(assigned(one, 18)).toEqual(Array(18).fill(3));
    expect(one.measured.cellTemperatures_degC[17]).toBeCloseTo(40, 1);
    const two = createRawBoard(6);
    two.settings.thermistors.use2 = "none";
    two.settings.thermistors.use3 = "ambient";
    two.plan();
    two.tick();
    expect(assigned(two, 6)).toEqual([0, 0, 0, 3, 3, 3]);
  });
});

test("a thermistor on the contactor and one in the surroundings are no cell's", () => {
  const board = createRawBoard();
  const { settings, sensors, measured, plan, tick } = board;
  settings.thermistors.use5 = "contactor";
  settings.thermistors.use6 = "ambient";
  plan();
  sensors.thermistors_V[4] = divider_V(10_870);
  sensors.thermistors_V[5] = divider_V(336_200);
  tick();
  expect(measured.contactorTemperature_degC).toBeCloseTo(85, 1);
  expect(measured.ambientTemperature_degC).toBeCloseTo(0, 1);
  expect([measured.contactorTemperatureValid, measured.ambientTemperatureValid]).toEqual([1, 1]);
  expect(measured.maxTemperature_degC).toBeCloseTo(25, 1);
  sensors.thermistors_V[4] = 0;
  readAgain(board);
  expect([measured.contactorTemperatureValid, measured.thermistorFault, measured.thermistorFaultIndex]).toEqual([
    0, 2, 4,
  ]);
  expect(measured.contactorTemperature_degC).toBeCloseTo(85, 1);
});

test.each([
  [-60.1, 0],
  [-60, 1],
  [200, 1],
  [200.1, 0],
  [Number.NaN, 0],
])("a board at %f degC is believed: %i", (board_degC, valid) => {
  const board = createRawBoard();
  board.tick();
  board.sensors.board_degC = board_degC;
  readAgain(board);
  expect([board.measured.boardValid, board.measured.board_degC]).toEqual([valid, valid === 1 ? board_degC : 30]);
});

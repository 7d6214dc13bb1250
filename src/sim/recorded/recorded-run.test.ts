// Promises of playing recordings: the device sees what was recorded, counts what was recorded, and is judged against it.

import { describe, expect, test } from "vitest";
import { createCommands } from "../../core/commands.ts";
import { createSettings, type Settings } from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";
import {
  createRecordedBoard,
  IDEAL_CONVERTER,
  NO_ERRORS,
  placeBetween,
  placePack,
  showRecorded,
} from "./recorded-board.ts";
import { advanceRecorded, createRecordedRun, finishRecorded, restVoltage_V } from "./recorded-run.ts";
import { chargeSinceStart_Ah, type Recording } from "./recording.ts";
import { drawnCapacity_Ah, likelyChemistry, startSoc } from "./reference-soc.ts";

const none = new Float64Array(0);

/** Rows of [time, volts, amperes, mean current]. */
function recordingOf(rows: readonly (readonly [number, number, number, number?])[], temperature_degC = 25): Recording {
  const column = (i: 0 | 1 | 2): Float64Array => Float64Array.from(rows, (row) => row[i]);
  return {
    time_s: column(0),
    voltage_V: column(1),
    current_A: column(2),
    temperature_degC: new Float64Array(rows.length).fill(temperature_degC),
    charge_Ah: none,
    mean_A: rows[0]!.length > 3 ? Float64Array.from(rows, (row) => row[3]!) : none,
    reference: none,
  };
}

function settingsOf(
  chemistry: string,
  capacity_Ah: number,
  more: Readonly<Record<string, number | boolean | string>> = {},
): Settings {
  const changed = changeSettings(createSettings(), {
    "battery.chemistry": chemistry,
    "battery.capacity_Ah": capacity_Ah,
    "battery.cells": 14,
    "precharge.enable": false,
    "discharge.precharge": false,
    ...more,
  });
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  return changed.settings;
}

describe("between two rows that are near", () => {
  const recording = recordingOf([
    [0, 4, 0, 0],
    [1, 3.9, -10, -3],
  ]);

  test("the current changes when the mean current says it did, and the charge is exact", () => {
    const board = createRecordedBoard(settingsOf("NMC", 3), NO_ERRORS, 1);
    let moved = 0;
    const seen: [number, number][] = [];
    for (let tick = 1; tick <= 10; tick++) {
      placeBetween(board, recording, 1, tick / 10, 0.1);
      moved += board.current_A * 0.1;
      seen.push([board.cell_V, Math.round(board.current_A * 1000) / 1000]);
    }
    expect(moved).toBeCloseTo(-3, 9); // seven tenths at 0 A, three at -10 A
    expect(seen[6]).toEqual([4, 0]);
    expect(seen[7]).toEqual([3.9, -10]);
  });

  test("a mean outside both rows keeps the charge by an even rest", () => {
    const pulse = recordingOf([
      [0, 4, 0, 0],
      [1, 4, 0, -5],
    ]);
    const board = createRecordedBoard(settingsOf("NMC", 3), NO_ERRORS, 1);
    let moved = 0;
    for (let tick = 1; tick <= 10; tick++) {
      placeBetween(board, pulse, 1, tick / 10, 0.1);
      moved += board.current_A * 0.1;
    }
    expect(moved).toBeCloseTo(-5, 9);
  });
});

test("rows far apart are joined by straight lines", () => {
  const board = createRecordedBoard(settingsOf("NMC", 3), NO_ERRORS, 1);
  placeBetween(
    board,
    recordingOf([
      [0, 4, -1],
      [60, 3.8, -3],
    ]),
    1,
    0.5,
    0.01,
  );
  expect([board.cell_V, board.current_A]).toEqual([3.9, -2]);
});

test("the board shows the same cell at every configured input, and mirrors the outputs", () => {
  const board = createRecordedBoard(settingsOf("NMC", 3), NO_ERRORS, 1);
  board.cell_V = 3.71234;
  const commands = createCommands();
  commands.outputs[2] = 1;
  commands.openWireTest = 1;
  showRecorded(board, commands, 100_000);
  expect([...board.sensors.cells_V]).toEqual([...new Array<number>(14).fill(3.7123), 0, 0, 0, 0]);
  expect(board.sensors.pullUp_V[13]).toBe(3.7123);
  expect(board.sensors.supply_V).toBeCloseTo(14 * 3.71234, 6);
  expect([...board.sensors.feedback]).toEqual([0, 0, 1, 0]);
});

test("the Hall output follows the maker's sheet: 2.5 V and 0.625 V at nominal current", () => {
  const settings = settingsOf("NMC", 3, { "currentSensor.type": "HASS 50-S" });
  const board = createRecordedBoard(settings, NO_ERRORS, 1);
  board.current_A = 50;
  showRecorded(board, createCommands(), 100_000);
  expect(board.sensors.hall_V).toBeCloseTo(3.125, 2);
});

describe("the reference", () => {
  test("a charge without a count is the integral of the current", () => {
    const charge = chargeSinceStart_Ah(
      recordingOf([
        [0, 4, 0],
        [3600, 4, -2],
        [7200, 4, -2],
      ]),
    );
    expect([...charge]).toEqual([0, -1, -3]);
  });

  test("the first voltage is corrected for what its current drops", () => {
    const settings = settingsOf("NMC", 3);
    const loaded = recordingOf([
      [0, 4, -3],
      [1, 4, -3],
    ]);
    const rest_V = restVoltage_V(loaded, settings);
    expect(rest_V).toBeGreaterThan(4.02);
    expect(rest_V).toBeLessThan(4.1);
    expect(
      restVoltage_V(
        recordingOf([
          [0, 4, 0],
          [1, 4, 0],
        ]),
        settings,
      ),
    ).toBe(4);
  });

  test.each([
    [4.19, 1],
    [4.14, 1],
    [3.746, 0.5],
  ])("a cell at rest at %d V begins at %d", (rest_V, soc) => {
    expect(
      startSoc(
        recordingOf([
          [0, rest_V, 0],
          [1, rest_V, 0],
        ]),
        settingsOf("NMC", 3),
      ).soc,
    ).toBeCloseTo(soc, 2);
  });

  test("capacity is taken from the recording only when it ends empty", () => {
    const settings = settingsOf("NMC", 3);
    expect(
      drawnCapacity_Ah(
        recordingOf([
          [0, 4.18, -3],
          [3600, 3.0, -3],
        ]),
        settings,
      ),
    ).toBeCloseTo(3, 9);
    expect(
      drawnCapacity_Ah(
        recordingOf([
          [0, 4.18, -3],
          [3600, 3.5, -3],
        ]),
        settings,
      ),
    ).toBeUndefined();
  });

  test.each([
    [2.8, "LTO"],
    [3.6, "LFP"],
    [4.2, "NMC"],
  ])("a cell that reaches %d V is taken for %s", (most_V, chemistry) => {
    expect(
      likelyChemistry(
        recordingOf([
          [0, most_V, 0],
          [1, most_V - 0.3, 0],
        ]),
      ),
    ).toBe(chemistry);
  });
});

test("an even discharge is counted by the device as by the recording", () => {
  const rows: [number, number, number][] = [];
  for (let t = 0; t <= 600; t++) rows.push([t, 3.75 - t * 0.0002, t < 5 ? 0 : -3]);
  const recording = recordingOf(rows);
  const settings = settingsOf("NMC", 3, { "dischargeMap.maximum_A": 4 });
  const run = createRecordedRun({
    recording,
    settings,
    capacity_Ah: 3,
    startSoc: 0.5,
    errors: NO_ERRORS,
    seed: 1,
    traceBins: 0,
  });
  while (advanceRecorded(run));
  finishRecorded(run);
  expect(run.score.trips.filter(({ level }) => level === "error")).toEqual([]);
  expect(run.bms.estimate.discharged_Ah).toBeCloseTo((3 * 595.5) / 3600, 2);
  expect(run.score.soc.referenceEnd).toBeCloseTo(0.5 - (3 * 595.5) / 3600 / 3, 3);
  expect(run.score.soc.time_s).toBeCloseTo(600, 3);
});

test("an offset of the current sensor appears after its zero was taken, and is counted", () => {
  const recording = recordingOf(Array.from({ length: 121 }, (_, i) => [i * 60, 3.7, 0] as const));
  const run = createRecordedRun({
    recording,
    settings: settingsOf("NMC", 3, { "currentSensor.type": "HASS 50-S" }),
    capacity_Ah: 3,
    startSoc: 0.5,
    errors: { ...NO_ERRORS, currentOffset_A: -1 },
    seed: 1,
    traceBins: 0,
    converter: IDEAL_CONVERTER,
  });
  while (advanceRecorded(run));
  expect(run.bms.estimate.discharged_Ah).toBeCloseTo(2, 1); // 1 A for two hours
});

test("a cell of a pack follows straight lines, and shows what no cell can do at its row's instant only", () => {
  const board = createRecordedBoard(settingsOf("NMC", 3), NO_ERRORS, 1);
  board.cell_V = 3.7;
  const pack_V = [Float64Array.of(3.7, 3.8), Float64Array.of(3.7, 5.2), Float64Array.of(1.2, 3.7)];
  placePack(board, pack_V, 1, 0.5);
  expect([...board.cells_V.subarray(0, 3)]).toEqual([3.75, 3.7, 3.7]);
  placePack(board, pack_V, 1, 1);
  expect([...board.cells_V.subarray(0, 3)]).toEqual([3.8, 5.2, 3.7]);
});

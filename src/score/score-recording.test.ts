// Promises of the comparison, on recordings made by a cell whose tables are not the device's: everybody is told the same,
// everybody reads the same sensors, and known methods show their known strengths and weaknesses.

import { describe, expect, test } from "vitest";
import { drivenRecording } from "../../tests/estimator/cell-recording.ts";
import { createStateHasher, hashState } from "../core/state-hash.ts";
import { advanceRecorded } from "../sim/recorded/recorded-run.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { meteredStep, type StepMeter } from "./cost.ts";
import { createDeviceRun, trackDevice } from "./device-track.ts";
import { PERTURBATIONS, sensorErrors } from "./perturbation.ts";
import { referenceOf } from "./reference.ts";
import { figuresOf, type Score, trackAll } from "./score-recording.ts";
import { deviceSettings, type ScoredCell } from "./scored-cell.ts";

const CELL: ScoredCell = { title: "test", chemistry: "NMC", capacity_Ah: 3, columns: {} };
const CAPACITY_Ah = 3;

function settingsFor(recording: Recording, ratio = 1) {
  const made = deviceSettings(CELL, recording, 6, CAPACITY_Ah, ratio * CAPACITY_Ah);
  if (!made.ok) throw new Error(made.reason);
  return made.settings;
}

const driven = drivenRecording("NMC", CAPACITY_Ah, 0.8, 0.1, 5);

function scoreOf(name: string): Score {
  const perturbation = PERTURBATIONS.find((row) => row.name === name)!;
  const reference = referenceOf(driven, settingsFor(driven), CAPACITY_Ah, { start: 0.8 })!;
  const tracks = trackAll({
    recording: driven,
    reference,
    perturbation,
    settings: settingsFor(driven, perturbation.capacity),
    plain: settingsFor(driven, perturbation.capacity),
    seed: 1,
  })!;
  return figuresOf(tracks);
}

describe("three estimators on one recording", () => {
  test("told right, with untouched sensors, a counter is as good as its sensor", () => {
    expect(scoreOf("none").counter.rmse).toBeLessThan(0.001);
  });

  test("a counter keeps a wrong start for ever; a filter and the device come off it", () => {
    const { counter, ekf, bms } = scoreOf("start-");
    expect(counter.mae).toBeGreaterThan(0.17);
    expect(counter.settle5_s).toBeNull();
    expect(ekf.rmse).toBeLessThan(0.08);
    expect(bms.rmse).toBeLessThan(0.08);
  });

  test("an offset of C/100 costs a counter one percent an hour", () => {
    const { counter } = scoreOf("offset-");
    const hours = (driven.time_s.at(-1)! - driven.time_s[0]) / 3600;
    expect(counter.bias).toBeCloseTo(-0.01 * (hours / 2), 2);
    expect(counter.max10).toBeCloseTo(0.01 * hours, 2);
  });

  test("a capacity told 10 % too small empties a counter 11 % too fast", () => {
    expect(scoreOf("capacity-").counter.max10).toBeCloseTo(0.7 / 9, 2);
  });

  test("who joins under load starts where the truth has fallen to 60 %", () => {
    const reference = referenceOf(driven, settingsFor(driven), CAPACITY_Ah, { start: 0.8 })!;
    const perturbation = PERTURBATIONS.find(({ name }) => name === "joined")!;
    const settings = settingsFor(driven);
    const tracks = trackAll({ recording: driven, reference, perturbation, settings, plain: settings, seed: 1 })!;
    expect(tracks.truth[0]).toBeCloseTo(0.6, 3);
    expect(tracks.bms.soc).toHaveLength(tracks.truth.length);
  });
});

describe("the device", () => {
  const errors = sensorErrors(PERTURBATIONS[0], CAPACITY_Ah);
  const settings = settingsFor(driven);

  test("begins with what it was told", () => {
    const told = { soc: 0.83, bound: 0.2 };
    const { estimate } = createDeviceRun({ recording: driven, settings, told, errors, seed: 1 }).bms;
    expect(estimate.started).toBe(1);
    expect([...estimate.cellSoc.subarray(0, 6)]).toEqual(new Array(6).fill(0.83));
    for (const bound of estimate.cellSocBound.subarray(0, 6)) expect(bound).toBeCloseTo(0.2, 3);
  });

  test("told nothing, it reads the rest voltage", () => {
    const track = trackDevice({ recording: driven, settings, told: undefined, errors, seed: 1 });
    expect(track.soc[0]).toBeGreaterThan(0.7);
    expect(track.soc[0]).toBeLessThan(0.9);
    expect(track.bound[0]).toBeGreaterThan(0.02);
  });

  test("is the same, bit for bit, while its stage is timed", () => {
    const task = { recording: driven, settings, told: undefined, errors, seed: 1 };
    const meter: StepMeter = { blocks_us: [], sum_us: 0, ticks: 0 };
    const plain = createDeviceRun(task);
    const timed = createDeviceRun(
      task,
      meteredStep(meter, () => 0),
    );
    for (let i = 0; i < 3000; i++) {
      advanceRecorded(plain);
      advanceRecorded(timed);
    }
    expect([...hashState(createStateHasher(timed.bms))]).toEqual([...hashState(createStateHasher(plain.bms))]);
    expect(meter.blocks_us.length).toBeGreaterThan(10);
  });
});

// What if: recorded scenarios played again under other settings. Times are computed by hand from the recorded quantities, and
// compared tick by tick; what is not altered stays as it was.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadScenario } from "../src/cli/scenario-file.ts";
import type { Bms } from "../src/core/bms.ts";
import type { LogMessage } from "../src/log/topics.ts";
import type { Changes } from "../src/model/presets.ts";
import { tellStory } from "../src/replay/story.ts";
import { followTrack, type Track } from "../src/replay/track.ts";
import { compareTracks, type WhatIf } from "../src/replay/what-if.ts";
import { readScenario, type Scenario } from "../src/sim/scenario/scenario.ts";
import { bms } from "./command-line.ts";
import { writeDeviceLog } from "./device-logs.ts";
import { recordScenario } from "./scenario-recording.ts";

const BEGAN_us = 1_780_000_000_000_000;
const TICK_us = 10_000;

function track(messages: readonly LogMessage[], changes?: Changes, recorded?: Track): Track {
  const followed = followTrack(messages, {
    sample_us: 1_000_000,
    ...(changes === undefined ? {} : { changes }),
    ...(recorded === undefined ? {} : { recorded: recorded.switches }),
  });
  if (!followed.ok) throw new Error(JSON.stringify(followed.violations));
  return followed.track;
}

const whatIf = (messages: readonly LogMessage[], changes: Changes): WhatIf =>
  compareTracks(track(messages), track(messages, changes));

/** Seconds since the beginning of the recording. */
const at = (us: number | undefined): number => Math.round((us ?? Number.NaN) - BEGAN_us) / 1e6;

/** A charger without control on a small pack: the highest cell rises through the limits. */
function overcharge(): Scenario {
  const read = readScenario({
    name: "overcharge",
    hours: 0.15,
    tick_ms: 10,
    world: {
      pack: { model: "LFP", cells: 16, capacity_Ah: 100, startSoc: 0.985, temperature_degC: 25 },
      charger: { voltage_V: 60, current_A: 45, obeysPermission: false, obeysLimits: false },
    },
    settings: {
      "protections.chargeCurrentLimit.enable": false,
      "protections.unallowableCharging.enable": false,
      "protections.overvoltage.limit_V": 3.6,
      "protections.voltageTooHigh.limit_V": 3.58,
      "chargingStatus.clearReady_V": 3.59,
    },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

/** When a quantity has been over a limit for a delay without a break, by looking at every tick; log time. */
function byHand(
  messages: readonly LogMessage[],
  quantity: (bms: Bms) => number,
  limit: number,
  delay_us: number,
): number {
  let since_us = -1;
  let found_us = Number.NaN;
  tellStory(messages, (bms, at_us) => {
    if (!(quantity(bms) > limit)) since_us = -1;
    else if (since_us < 0) since_us = at_us;
    if (since_us >= 0 && at_us - since_us >= delay_us && Number.isNaN(found_us)) found_us = at_us;
  });
  return found_us;
}

describe("a recorded overvoltage", () => {
  const { messages } = recordScenario({ scenario: overcharge() }, BEGAN_us);
  const maxCell_V = (bms: Bms): number => (bms.measure.someCellValid === 1 ? bms.measure.maxCell_V : 0);
  const recorded = track(messages);
  const trip = recorded.trips.find(({ name }) => name === "overvoltage")!;

  test("trips one second after the highest cell passed 3.6 V", () => {
    expect(trip.at_us).toBe(byHand(messages, maxCell_V, 3.6, 1_000_000));
  });

  test.each([
    [3.57, 1000],
    [3.58, 1000],
    [3.59, 1000],
    [3.6, 200],
    [3.6, 900],
  ])("with a limit of %s V and a delay of %s ms moves to the tick found by hand", (limit_V, delay_ms) => {
    const { trips, hard_us } = whatIf(messages, {
      "protections.overvoltage.limit_V": limit_V,
      "protections.voltageTooHigh.limit_V": 3.56,
      "protections.voltageTooHigh.tolerant_V": 3.4,
      "protections.overvoltage.setDelay_ms": delay_ms,
    });
    const moved = trips.find(({ name }) => name === "overvoltage")!;
    expect(moved).toMatchObject({ kind: "moves", trusted: true });
    expect(at(moved.whatIf?.at_us)).toBe(at(byHand(messages, maxCell_V, limit_V, delay_ms * 1000)));
    expect(moved.baseline?.at_us).toBe(trip.at_us);
    expect(hard_us).toBeGreaterThanOrEqual(moved.whatIf!.at_us);
    expect(hard_us).toBeLessThanOrEqual(moved.whatIf!.at_us + 1_000_000); // the error's own delay, and a breakable current
  });

  test("vanishes under a limit that no recorded cell reaches, and the answer ends where the contactor really opened", () => {
    const result = whatIf(messages, { "protections.overvoltage.limit_V": 3.79 });
    expect(result.trips.find(({ name }) => name === "overvoltage")).toMatchObject({ kind: "vanishes", trusted: true });
    const opened = recorded.switches.time_us.find(
      (time_us, i) => time_us >= trip.at_us && (recorded.switches.word[i] & 1) === 0,
    );
    expect(result.hard_us).toBe(opened);
    for (const other of result.trips.filter(({ whatIf: after }) => (after?.at_us ?? 0) > result.hard_us))
      expect(other.trusted).toBe(false);
  });

  test("leaves contactors closed whose contacts are then taken to be closed as well", () => {
    const changes = { "protections.overvoltage.limit_V": 3.79 };
    const opened = compareTracks(recorded, track(messages, changes));
    expect(opened.trips.some(({ name, trusted }) => name === "chargeFeedback" && !trusted)).toBe(true);
    const followed = compareTracks(recorded, track(messages, changes, recorded));
    expect(followed.trips.filter(({ kind }) => kind === "appears")).toEqual([]);
    expect(followed.hard_us).toBe(opened.hard_us);
    const charge = followed.duties.find(({ name }) => name === "charge")!;
    expect(charge.on_s.whatIf).toBeGreaterThan(charge.on_s.baseline + 10);
  });

  test("appears as an indication at the tick at which a lowered limit is passed, and nothing else differs before", () => {
    const result = whatIf(messages, {
      "protections.lowSoc.limit_ratio": 0.999,
      "protections.lowSoc.tolerant_ratio": 1,
    });
    expect(result.trips.filter(({ kind }) => kind !== "stays").map(({ name, kind }) => [name, kind])).toEqual([
      ["lowSoc", "appears"],
    ]);
    expect(result.hard_us).toBe(Number.POSITIVE_INFINITY);
    expect(result.distrust).toEqual([]);
  });

  test("another rule of merging shows in the state of charge and not in the trips", () => {
    const result = whatIf(messages, { "socEstimation.merge": "average" });
    expect(Math.abs(result.soc.max)).toBeGreaterThan(0);
    expect(result.trips.every(({ kind }) => kind === "stays")).toBe(true);
  });
});

describe("settings as they were recorded", () => {
  test.each(["runaway-charger", "welded-contactor", "load-short-circuit", "open-sense-wire", "thermistor-falls-off"])(
    "change nothing in %s",
    { timeout: 60_000 },
    (name) => {
      const { messages } = recordScenario(
        { scenario: loadScenario(name), tick_us: TICK_us, duration_s: 300 },
        BEGAN_us,
      );
      const result = whatIf(messages, { "sdCard.keep_day": 3 });
      expect(result.trips.every(({ kind, trusted }) => kind === "stays" && trusted)).toBe(true);
      expect(result).toMatchObject({
        distrust: [],
        refused: [],
        withstood: [],
        lost: [],
        hard_us: Number.POSITIVE_INFINITY,
      });
      expect(result.soc).toMatchObject({ max: 0, end: 0, mean: 0 });
      expect(result.limits.charge).toMatchObject({ max_A: 0, mean_A: 0 });
      for (const { switchings, on_s } of result.duties) {
        expect(switchings.whatIf).toBe(switchings.baseline);
        expect(on_s.whatIf).toBe(on_s.baseline);
      }
    },
  );
});

test("a runaway charger stopped five seconds sooner has no welded contactor: the recorded current could not have flowed", () => {
  const { messages } = recordScenario(
    { scenario: loadScenario("runaway-charger"), tick_us: TICK_us, duration_s: 520 },
    BEGAN_us,
  );
  const recorded = track(messages);
  const changes = { "protections.unallowableCharging.setDelay_ms": 5000 };
  const result = compareTracks(recorded, track(messages, changes, recorded));
  const [moved] = result.trips.filter(({ level }) => level === "error");
  expect(result.trips.map(({ name, kind }) => [name, kind])).toEqual([
    ["highChargingCurrent", "stays"],
    ["unallowableCharging", "moves"],
  ]);
  expect(at(moved!.baseline!.at_us) - at(moved!.whatIf!.at_us)).toBeCloseTo(5, 6);
  expect(result.stilled_us - result.hard_us).toBe(TICK_us);
});

describe("a sense wire that is reported three seconds later", () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-what-if-wire-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { messages } = recordScenario(
    { scenario: loadScenario("open-sense-wire"), tick_us: TICK_us, duration_s: 200 },
    BEGAN_us,
  );
  const log = writeDeviceLog(folder, "wire", { chunks: [messages] });
  const set = ["--set", "protections.openWire.setDelay_ms=3000", "--set", "ftp.password=hunter2"];

  test("leaves the opening to the lost cell, and the object tells what each opened", async () => {
    const { trips, settings } = JSON.parse((await bms("replay", log, ...set, "--json")).stdout);
    expect(trips.find(({ name }: { name: string }) => name === "cellMeasurement")).toMatchObject({
      ...{ kind: "stays", level: "error", baselineOpened: [], whatIfOpened: ["charge", "discharge"] },
    });
    expect(settings).toContainEqual({ name: "ftp.password", recorded: "(secret)", whatIf: "(secret)" });
  });

  test("tells so to a person, and neither prints nor draws a password", async () => {
    const plot = join(folder, "wire.html");
    const { stdout } = await bms("replay", log, ...set, "--plot", plot);
    expect(stdout).toMatch(/= stays +Cell measurement lost .* opens otherwise/);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "opened charging contactor and discharging contactor. As recorded: nothing was opened.",
    );
    expect(stdout + readFileSync(plot, "utf8")).not.toContain("hunter2");
    expect(readFileSync(plot, "utf8")).toContain("moves from 03:03.80 and opens otherwise");
  });

  test.each([["ftp.password:hunter2"], ["FTP.Password hunter2"], ["ftp.password=hunter2", "ftp.password=hunter2"]])(
    "a slip of the pen in %j does not print the password either",
    async (...words) => {
      const said = await bms("replay", log, ...words.flatMap((word) => ["--set", word]));
      expect(said.status).toBe(2);
      expect(said.stdout + said.stderr).not.toContain("hunter2");
    },
  );
});

test("indications stand in a table of their own, below the trips", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-what-if-level-"));
  const { messages } = recordScenario({ scenario: overcharge(), tick_us: TICK_us }, BEGAN_us);
  const log = writeDeviceLog(folder, "overcharge", { chunks: [messages] });
  const { stdout } = await bms("replay", log, "--set", "protections.overvoltage.setDelay_ms=900");
  rmSync(folder, { recursive: true });
  const [trips, indications] = stdout.split(/^Indications/m);
  expect(trips).toMatch(/^Trips.*\n {2}→ moves +Overvoltage/m);
  expect(trips).not.toContain("Voltage too high");
  expect(indications).toMatch(/= stays +Voltage too high/);
});

describe("a change that was made while the recording ran", () => {
  const read = readScenario({
    name: "set while running",
    hours: 0.02,
    tick_ms: 10,
    world: { pack: { model: "LFP", cells: 16, capacity_Ah: 100, startSoc: 0.5, temperature_degC: 25 } },
    settings: {},
    events: [
      { at: "20 s", do: { set: { "protections.lowSoc.limit_ratio": 0.2, "protections.lowSoc.tolerant_ratio": 0.3 } } },
      { at: "30 s", do: { set: { "protections.overvoltage.tolerant_V": 3.58 } } },
    ],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { messages } = recordScenario({ scenario: read.scenario }, BEGAN_us);

  test("does not overwrite an altered setting, and the report says so", () => {
    const result = whatIf(messages, { "protections.lowSoc.limit_ratio": 0.12 });
    expect(result.withstood.map(({ at_us, text }) => [at(at_us), text])).toEqual([
      [20.01, "protections.lowSoc.limit_ratio"],
    ]);
    expect(result.refused).toEqual([]);
  });

  test("is refused where it does not fit the altered settings, and the report says so", () => {
    const limits = { "protections.overvoltage.limit_V": 3.57, "protections.voltageTooHigh.limit_V": 3.56 };
    const result = whatIf(messages, { ...limits, "protections.overvoltage.tolerant_V": 3.45 });
    expect(result.withstood.map(({ text }) => text)).toEqual(["protections.overvoltage.tolerant_V"]);
    expect(result.refused).toEqual([]);
    const limited = whatIf(messages, limits);
    expect(limited.refused).toHaveLength(1);
    expect(limited.refused[0]!.text).toMatch(
      /^change protections\.overvoltage\.tolerant_V to 3\.58: protections\.overvoltage\.tolerant_V must be below/,
    );
    expect(at(limited.refused[0]!.at_us)).toBe(30.01);
  });
});

test("altered settings that do not go together are refused with every reason", () => {
  const { messages } = recordScenario({ scenario: overcharge(), duration_s: 2 }, BEGAN_us);
  const refused = followTrack(messages, {
    sample_us: 1e6,
    changes: { "protections.overvoltage.limit_V": 9, "no.such": 1 },
  });
  expect(refused).toMatchObject({ ok: false });
  expect(!refused.ok && refused.violations.map(({ setting }) => setting)).toEqual([
    "protections.overvoltage.limit_V",
    "no.such",
  ]);
});

describe("bms replay --set", () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-what-if-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { messages, run } = recordScenario(
    { scenario: loadScenario("load-short-circuit"), tick_us: TICK_us, duration_s: 75 },
    BEGAN_us,
  );
  const log = writeDeviceLog(folder, "short", { chunks: [messages] });
  const trip = run.score.trips.find(({ name }) => name === "shortCircuit")!;

  test("gives an object for programs, and ends with 0 whatever would have been", async () => {
    const { status, stdout } = await bms("replay", log, "--set", "protections.shortCircuit.setDelay_ms=50", "--json");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      settings: [{ name: "protections.shortCircuit.setDelay_ms", recorded: 20, whatIf: 50 }],
      soc: { max: 0, end: 0, mean: 0 },
      refused: [],
      kept: [],
      lost: [],
    });
    expect(result.trips).toMatchObject([{ name: "shortCircuit", kind: "moves", trusted: true }]);
    expect(result.trips[0].baseline_s).toBeCloseTo(trip.at_s, 9);
    expect(result.trips[0].whatIf_s).toBeCloseTo(trip.at_s + 0.03, 9);
    // The fuse ends the current: the contactors open in the same tick either way, only Allow charging drops later.
    expect(result.trust).toEqual({ weak: [{ kind: "allowCharging", at_s: expect.closeTo(trip.at_s, 9) }] });
    expect(result.realtimeFactor).toBeGreaterThan(1);
  });

  test("tells it to a person, and draws a page", async () => {
    const plot = join(folder, "what-if.html");
    const { status, stdout } = await bms(
      "replay",
      log,
      "--set",
      "protections.shortCircuit.enable=false",
      "--plot",
      plot,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/− vanishes +Short circuit +1:00\.\d\d +–/);
    expect(stdout).toContain("Trust: until 1:00.");
    const page = readFileSync(plot, "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("a guess: the inputs would have been others");
    expect(page).not.toContain("NaN");
  });

  test("logs of two devices are refused in one line", async () => {
    const other = writeDeviceLog(folder, "other", { chunks: [messages], identity: { serialNumber: "BM-000999" } });
    const said = await bms("replay", log, other, "--set", "protections.shortCircuit.setDelay_ms=50");
    expect([said.status, said.stdout]).toEqual([2, ""]);
    expect(said.stderr).toBe(
      "bms: these are logs of different devices (BM-000123, BM-000999): a what-if is about one\n",
    );
  });

  test("another cell count is told without a cell that there is not", async () => {
    const { stdout } = await bms("replay", log, "--set", "battery.cells=15");
    expect(stdout).toMatch(/Cell wiring: sum of cells differs from the supply/);
    expect(stdout).not.toContain("cell 0");
  });

  test("plays only the time that is asked for", async () => {
    const to = new Date(BEGAN_us / 1000 + 30_000).toISOString();
    const { stdout } = await bms("replay", log, "--set", "protections.shortCircuit.enable=false", "--to", to, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ trips: [], trust: { weak: [] } });
    expect(JSON.parse(stdout).seconds).toBeCloseTo(30, 0);
  });

  test.each([
    [
      ["--set", "protections.shortCircuit.limit_A=9999"],
      "bms: protections.shortCircuit.limit_A: must be 1 to 3000 A, is 9999\n",
    ],
    [["--set", "protections.shortCircuit.limit_A=much"], "bms: protections.shortCircuit.limit_A: must be a number\n"],
    [["--set", "nonsense"], 'bms: --set needs name=value, is "nonsense"\n'],
    [
      ["--set", "protections.overvoltage.limit_V=9", "--set", "battery.cells=40"],
      /^bms: battery\.cells: .*\nbms: protections\.overvoltage\.limit_V: .*\n$|^bms: protections.*\nbms: battery.*\n$/,
    ],
    [
      ["--set", "protections.shortCircuit.limit=9"],
      /there is no such setting; did you mean "protections\.shortCircuit\.limit_A"\?/,
    ],
    [["--set", "OV.limit_V=3.6"], /no such setting; did you mean "protections\.overvoltage\.limit_V"\?\n$/],
    [
      ["--set", "protections.OC.limit_A=60"],
      /did you mean "protections\.overcurrentCharge\.limit_A" or "protections\.overcurrentDischarge\.limit_A"\?\n$/,
    ],
    [["--set", "Stuck contactor.delay=3"], /protections\.stuckContactor has enable, setDelay_ms, /],
    [["--set", "battery.cells=16", "--plot", "x.png"], /^bms: --plot draws SVG or a page/],
    [["--set", "battery.cells=16", "--from", "2050-01-01"], /^bms: the log holds nothing of the time/],
  ])("%j is refused, one line for each violation", async (words, expected) => {
    const { status, stdout, stderr } = await bms("replay", log, ...words);
    expect([status, stdout]).toEqual([2, ""]);
    if (typeof expected === "string") expect(stderr).toBe(expected);
    else expect(stderr).toMatch(expected);
  });

  test("a log without a recorder is told so in one line", async () => {
    const path = writeDeviceLog(folder, "plain", {
      chunks: [[{ topic: "/gap", time_us: BEGAN_us, data: new Uint8Array([123, 125]) }]],
    });
    const { status, stderr } = await bms("replay", path, "--set", "battery.cells=16");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bms: the log has no flight recorder.*\n$/);
  });
});

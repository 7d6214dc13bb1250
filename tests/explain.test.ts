// Explanations of recorded trips and openings: the right cell, value, limit, delay, current and cause, and nothing that the
// recording does not show.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodeUtf8 } from "../src/base/utf8.ts";
import { loadScenario } from "../src/cli/scenario-file.ts";
import type { LogMessage } from "../src/log/topics.ts";
import { explainTrip } from "../src/replay/explain.ts";
import { explainEnd, explainOpening } from "../src/replay/explain-opening.ts";
import { explainPlot } from "../src/replay/explain-plot.ts";
import type { Explanation } from "../src/replay/explanation.ts";
import { packFrame } from "../src/replay/freeze-frame.ts";
import { createSeries, noteSeries } from "../src/replay/series.ts";
import { type Story, tellStory } from "../src/replay/story.ts";
import { readScenario, type Scenario } from "../src/sim/scenario/scenario.ts";
import { bms } from "./command-line.ts";
import { writeDeviceLog } from "./device-logs.ts";
import { recordScenario, type ScenarioRecording } from "./scenario-recording.ts";

const BEGAN_us = 1_780_000_000_000_000;
const folder = mkdtempSync(join(tmpdir(), "bms-explain-"));
afterAll(() => rmSync(folder, { recursive: true }));

const record = (scenario: Scenario, duration_s: number): ScenarioRecording =>
  recordScenario({ scenario, duration_s, tick_us: 10_000 }, BEGAN_us);

function scenarioOf(source: object): Scenario {
  const read = readScenario(source);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

/** The explanation of the first trip of a name. */
function explained(messages: readonly LogMessage[], name: string): Explanation {
  const story = tellStory(messages);
  const trip = story.trips.find((candidate) => candidate.name === name)!;
  const series = createSeries();
  tellStory(messages, (device, at_us) => {
    if (at_us >= trip.at_us - 10e6 && at_us <= trip.at_us + 5e6)
      noteSeries(series, { fault: trip.name, element: trip.element }, device, at_us);
  });
  return explainTrip(story, series, trip);
}

const paragraph = ({ paragraphs }: Explanation, topic: string): string =>
  paragraphs.find((candidate) => candidate.topic === topic)?.sentences.join(" ") ?? "";

function opening(story: Story, contactor: string): Explanation {
  return explainOpening(story, story.moves.find((move) => !move.closes && move.contactor === contactor)!);
}

describe("a cell under its limit", () => {
  const { run, messages } = record(
    scenarioOf({
      name: "undervoltage",
      hours: 0.2,
      world: {
        pack: {
          model: "LFP",
          cells: 16,
          capacity_Ah: 100,
          startSoc: 0.06,
          temperature_degC: 25,
          spread: { soc: 0.02 },
        },
        load: { kind: "current", current_A: 80, obeysLimits: false },
      },
      settings: { "discharge.onlyWhenReady": false },
    }),
    420,
  );
  const trip = run.score.trips.find(({ name }) => name === "undervoltage")!;
  const told = explained(messages, "undervoltage");

  test("is named with its value, limit and delay", () => {
    expect(told.headline).toBe(`Undervoltage: ${trip.sentence}`);
    expect(paragraph(told, "trip")).toContain(
      `Cell ${trip.element} was under the limit of 2.500 V from 2.00 s before the trip`,
    );
    expect(paragraph(told, "trip")).toContain("its set delay of 2.00 s had run out");
  });

  test("fell to the value of the trip, at the current that flowed", () => {
    const [, to] = /cell \d+ fell from \d\.\d{3} V to (\d\.\d{3}) V/.exec(paragraph(told, "before")) ?? [];
    expect(to).toBe(trip.value.toFixed(3));
    expect(paragraph(told, "before")).toMatch(/The current was -(79|80)\.\d A, discharging\./);
  });

  test("names its settings with their values, as --set takes them", () => {
    expect(paragraph(told, "settings")).toMatch(
      /^protections\.undervoltage: enable=true, limit_V=2\.5, .*setDelay_ms=2000, /,
    );
    expect(paragraph(told, "settings")).toContain("--set protections.undervoltage.setDelay_ms=");
    expect(paragraph(told, "prevents")).not.toContain("About");
    expect(paragraph(told, "about")).not.toBe("");
  });

  test("opened the discharging contactor after the error's own delay of half a second", () => {
    expect(paragraph(told, "opened")).toMatch(
      /^The discharging contactor was switched off 0\.50 s after the trip \(the error's own delay is 0\.50 s\), at -(79|80)\.\d A; it read open 0\.0\d s later\.$/,
    );
  });

  test("clears over the tolerant value after its delay, and a lower load would have helped", () => {
    expect(paragraph(told, "clears")).toContain(
      "It clears once all cells have been over 2.900 V for 10.00 s without a break.",
    );
    expect(paragraph(told, "prevents")).toMatch(
      /The limit given to the load was \d+\.\d A; (79|80)\.\d A were drawn\./,
    );
  });
});

test("a picture of an open sense wire names its cells, and modes in words", () => {
  const { messages } = record(loadScenario("open-sense-wire"), 200);
  const story = tellStory(messages);
  const trip = story.trips.find(({ name }) => name === "openWire")!;
  const series = createSeries();
  tellStory(messages, (device, at_us) =>
    noteSeries(series, { fault: trip.name, element: trip.element }, device, at_us),
  );
  const modes = [{ at_us: trip.at_us + 1, mode: "poweringDown" }];
  const { panels, marks } = explainPlot({
    ...{ headline: "", when: "", series, middle_us: trip.at_us, trip },
    story: { ...story, modes },
  });
  expect(panels[0]!.title).toBe(
    "Cell voltages (sense wire C6 is the upper end of cell 6 and the lower end of the next)",
  );
  expect(marks.map(({ text }) => text)).toContain("the mode becomes powering down");
});

describe("shipped scenarios", () => {
  test("a runaway charger goes on although it may not", () => {
    const told = explained(record(loadScenario("runaway-charger"), 560).messages, "unallowableCharging");
    expect(paragraph(told, "trip")).toContain("The condition began 10.00 s before the trip");
    expect(paragraph(told, "prevents")).toMatch(
      /Allow charging had been off since 10\.\d\d s before the trip, yet \+56\.\d A flowed/,
    );
    expect(paragraph(told, "opened")).toMatch(
      /The charging contactor was switched off 0\.50 s after the trip .* at \+56\.\d A/,
    );
    expect(paragraph(told, "clears")).toContain("it is locked");
  });

  test("a short circuit is broken by the fuse before the contactor opens", () => {
    const told = explained(record(loadScenario("load-short-circuit"), 70).messages, "shortCircuit");
    expect(paragraph(told, "before")).toMatch(/rose from \d+\.\d A to 600\.0 A/);
    expect(paragraph(told, "opened")).toMatch(
      /was told to open in the tick of the trip, waited 0\.\d\d s for a current it can break \(up to 250 A\)/,
    );
    expect(paragraph(told, "opened")).toContain("The main contactor followed the others");
  });

  test("a welded contactor is the one that was switched off and did not follow", () => {
    const told = explained(record(loadScenario("welded-contactor"), 400).messages, "dischargeFeedback");
    expect(told.headline).toContain("The discharging contactor has welded");
    expect(paragraph(told, "before")).toMatch(
      /The discharging contactor had been switched off 0\.\d\d s before the trip at -\d+\.\d A, and its contact had not followed\. The feedback delay is 0\.20 s\./,
    );
    expect(paragraph(told, "also")).toContain("Overcurrent (discharge)");
    expect(paragraph(told, "opened")).toContain("The main contactor was switched off in the tick of the trip");
  });
});

describe("an opening without a trip", () => {
  const world = { pack: { model: "LFP", cells: 16, capacity_Ah: 100, startSoc: 0.5, temperature_degC: 25 } };
  const play = (events: readonly object[], more: object = {}): Story =>
    tellStory(record(scenarioOf({ name: "opening", hours: 0.02, world: { ...world, ...more }, events }), 30).messages);

  test("by the button", () => {
    const told = opening(play([{ at: "10 s", do: { button: "3 s" } }]), "discharge");
    expect(paragraph(told, "trip")).toContain("The device powers down (its button was held).");
    expect(paragraph(told, "also")).toMatch(/The button was pressed 2\.\d\d s before\./);
  });

  test("by a command", () => {
    const told = opening(play([{ at: "10 s", do: { command: "powerDown" } }]), "discharge");
    expect(paragraph(told, "trip")).toContain("The device powers down (a command asked for it).");
    expect(paragraph(told, "also")).toMatch(/Asked 0\.\d\d s before: command: Power down\./);
  });

  test("by an input driven by software", () => {
    const told = opening(
      play([{ at: "10 s", do: { override: { signal: "inhibitDischarging", value: 1 } } }]),
      "discharge",
    );
    expect(paragraph(told, "trip")).toBe("The input signal Inhibit discharging is on.");
    expect(paragraph(told, "also")).toMatch(/The input signal Inhibit discharging went on 0\.\d\d s before\./);
  });

  test("what stands against closing at the end is told for each contactor", () => {
    const story = play([{ at: "10 s", do: { override: { signal: "inhibitDischarging", value: 1 } } }]);
    const told = paragraph(explainEnd(story), "trip");
    expect(told).toContain("The discharging contactor is open: the input signal Inhibit discharging is on.");
    expect(told).not.toContain("The charging contactor is open");
  });
});

const event = (run: ScenarioRecording["run"], sequence: number, name: string): LogMessage => {
  const trip = run.score.trips.find((candidate) => candidate.name === name)!;
  return {
    topic: "/events",
    time_us: BEGAN_us + Math.round(trip.at_s * 1e6),
    data: encodeUtf8(
      JSON.stringify({
        ...{ sequence, wall_ms: BEGAN_us / 1000 + trip.at_s * 1000, clock: "synchronised", uptime_s: trip.at_s },
        ...{ source: "core", code: "tripped", severity: "error", subject: name, actor: "", text: trip.sentence },
      }),
    ),
  };
};

describe("bms explain", () => {
  const { run, messages } = record(loadScenario("load-short-circuit"), 70);
  const tripped = event(run, 7, "shortCircuit");
  const recorder = writeDeviceLog(folder, "recorder", { chunks: [[...messages, tripped]] });

  test("tells the last trip from the flight recorder, and draws it", async () => {
    const plot = join(folder, "trip.svg");
    const { status, stdout } = await bms("explain", recorder, "--plot", plot);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^#7 {2}2026-/);
    expect(stdout).toContain("Short circuit: Discharge current was 600.0 A");
    expect(stdout).toContain("Computed from the flight recorder");
    const svg = readFileSync(plot, "utf8");
    expect(svg).toContain("What tripped: Short circuit");
    expect(svg).toContain("−2 s");
    expect(svg).not.toContain("NaN");
  });

  const frameOf = (parts: readonly LogMessage[], shift_us = 0): LogMessage => ({
    topic: "/recorder/frame",
    time_us: tripped.time_us,
    data: packFrame({
      base_us: BEGAN_us + shift_us,
      trip_us: tripped.time_us - BEGAN_us,
      parts: parts.map(({ topic, time_us, data }) => ({
        kind: topic === "/recorder/start" ? ("start" as const) : ("inputs" as const),
        end_us: time_us - BEGAN_us,
        bytes: data,
      })),
    }),
  });

  test("tells the same from the freeze-frame alone", async () => {
    const path = writeDeviceLog(folder, "frame", { chunks: [[tripped, frameOf(messages)]] });
    const [whole, alone] = [await bms("explain", recorder), await bms("explain", path)];
    expect(alone.stdout).toContain("Computed from the freeze-frame of the trip");
    const words = (text: string): string => text.replace(/Computed from.*/, "").replace(/It was still set .*/, "");
    expect(words(alone.stdout)).toBe(words(whole.stdout));
  });

  test.each([
    ["ends with the trip", (at_us: number) => at_us <= tripped.time_us + 1_000_000, 0],
    ["begins with the trip", (at_us: number) => at_us > tripped.time_us - 2_000_000, 0],
    ["is of another run of the device", () => true, -3_600_000_000],
  ])("takes the flight recorder where the freeze-frame %s", async (what, isIn, shift_us) => {
    const cut = frameOf(
      messages.filter(({ time_us, topic }) => topic === "/recorder/start" || isIn(time_us)),
      shift_us,
    );
    const both = writeDeviceLog(folder, `both ${what}`, { chunks: [[...messages, tripped, cut]] });
    const told = await bms("explain", both);
    expect(told.stdout).toContain("Computed from the flight recorder");
    expect(told.stdout).toContain("Short circuit: Discharge current was 600.0 A");
  });

  test("takes a freeze-frame that ends with the trip where there is nothing else", async () => {
    const cut = frameOf(messages.filter(({ time_us }) => time_us <= tripped.time_us + 1_000_000));
    const alone = writeDeviceLog(folder, "cut", { chunks: [[tripped, cut]] });
    expect((await bms("explain", alone)).stdout).toContain("Computed from the freeze-frame of the trip");
  });

  const rowAt = (second: number, row: object): LogMessage => ({
    topic: "/state",
    time_us: BEGAN_us + second * 1_000_000,
    data: encodeUtf8(JSON.stringify(row)),
  });

  test("knows from the rows of the log when it cleared, or how long it was still set", async () => {
    const set = [61, 100, 160].map((second) => rowAt(second, { "fault.shortCircuit": 1 }));
    const still = writeDeviceLog(folder, "still", { chunks: [[...messages, tripped, ...set]] });
    expect((await bms("explain", still)).stdout).toContain("It was still set 99.97 s after the trip, by the rows");
    const gone = rowAt(180, { "fault.shortCircuit": 0 });
    const cleared = writeDeviceLog(folder, "cleared", { chunks: [[...messages, tripped, ...set, gone]] });
    expect((await bms("explain", cleared)).stdout).toContain("It cleared 119.97 s after the trip.");
  });

  test("knows from a cleared entry of the journal, and by the log's clock, also across a restart", async () => {
    const entry = JSON.parse(new TextDecoder().decode(tripped.data));
    const cleared = { ...entry, sequence: 9, code: "cleared", uptime_s: 5 };
    const later = { ...tripped, time_us: tripped.time_us + 90_000_000, data: encodeUtf8(JSON.stringify(cleared)) };
    const log = writeDeviceLog(folder, "restarted", { chunks: [[...messages, tripped, later]] });
    expect((await bms("explain", log, "7")).stdout).toContain("It cleared 90.00 s after the trip.");
  });

  test("says how a device without a flight recorder stood by the last row of its log", async () => {
    const row = { chargeClosed: 1, dischargeClosed: 0, mainClosed: 1, "fault.undervoltage": 1, "fault.lowSoc": 1 };
    const rows = writeDeviceLog(folder, "rows", { chunks: [[rowAt(1, { chargeClosed: 0 }), rowAt(2, row)]] });
    const { status, stdout } = await bms("explain", rows, "now");
    expect(status).toBe(0);
    expect(stdout).toContain("At the end of the log the charging contactor and the main contactor are closed.");
    expect(stdout).toContain("Errors that are set: Undervoltage.");
    expect(stdout).toContain("it has no flight recorder");
  });

  test("says in one line that there are no recorded inputs, after what the journal says", async () => {
    const path = writeDeviceLog(folder, "journal", { chunks: [[tripped]] });
    const { status, stdout } = await bms("explain", path);
    expect(status).toBe(0);
    expect(stdout).toContain("Discharge current was 600.0 A: a short circuit");
    expect(stdout).toContain("There are no recorded inputs of it that can be played: this is what the journal says.");
  });

  test.each([
    ["requestRefused", "charge", "The charging contactor may not close"],
    ["indicated", "lowSoc", "Low state of charge"],
  ])("tells an entry %s after an opening that was not its own", async (code, subject, text) => {
    const entry = { ...JSON.parse(new TextDecoder().decode(tripped.data)), sequence: 9, code, subject, text };
    const time_us = tripped.time_us + 3_000_000;
    const after = { ...tripped, time_us, data: encodeUtf8(JSON.stringify({ ...entry, wall_ms: time_us / 1000 })) };
    const log = writeDeviceLog(folder, `after-${code}`, { chunks: [[...messages, tripped, after]] });
    const { status, stdout, stderr } = await bms("explain", log, "9");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain(text);
  });

  test("gives an object for programs", async () => {
    const { stdout } = await bms("explain", recorder, "7", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      sequence: 7,
      code: "tripped",
      subject: "shortCircuit",
      source: "recorder",
      trip: { name: "shortCircuit", value: 600, limit: 500 },
    });
  });

  test("lists what it can explain, and says what stands against closing now", async () => {
    expect((await bms("explain", recorder, "--list")).stdout).toMatch(/^#7 {2}\S+ {2}Discharge current was 600\.0 A/);
    const { stdout } = await bms("explain", recorder, "now");
    expect(stdout).toContain("The discharging contactor is open: the error Short circuit is set");
  });

  test("says which clock its list goes by where it is not that of the log", async () => {
    const early = { ...tripped, time_us: tripped.time_us - 3_000_000 };
    const log = writeDeviceLog(folder, "clocks", { chunks: [[...messages, early]] });
    expect((await bms("explain", log, "--list")).stdout).toMatch(
      /times of the wall clock; .* differs by up to 3\.00 s\.\n$/,
    );
    expect((await bms("explain", recorder, "--list")).stdout).not.toContain("clock");
    const [listed] = JSON.parse((await bms("explain", log, "--list", "--json")).stdout);
    expect(Date.parse(listed.time) - Date.parse(listed.logTime)).toBe(3000);
  });

  test.each([
    [["nowhere.mcap"], /^bms: there is no .*nowhere\.mcap\n$/],
    [
      ["recorder.mcap", "12"],
      /^bms: no trip, opening or refusal has the number 12; --list tells those that have one\n$/,
    ],
    [["recorder.mcap", "why"], /^bms: EVENT is a sequence number, "last" or "now", not "why"\n$/],
    [["journal.mcap", "now"], /^bms: the log has no flight recorder/],
    [["recorder.mcap", "--plot", "x.png"], /^bms: --plot draws SVG or a page/],
  ])("%j is refused in one line", async ([file, ...words], pattern) => {
    const { status, stderr, stdout } = await bms("explain", join(folder, file!), ...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(pattern);
  });
});

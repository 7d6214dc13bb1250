// Promises of the runner: the same seed gives the same run, events happen at their time, a device in standby sleeps and is
// woken, and expectations tell what went wrong.

import { describe, expect, test } from "vitest";
import { reportJson, reportOf } from "./report.ts";
import { advance, createRun, finish, type Run } from "./run.ts";
import { readScenario, type Scenario } from "./scenario.ts";

const PACK = { model: "LFP", cells: 16, capacity_Ah: 100, startSoc: 0.6 };

function scenario(data: object): Scenario {
  const read = readScenario({ name: "test", hours: 0.02, tick_ms: 20, world: { pack: PACK }, ...data });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

function play(data: object, options: { seed?: number; tick_us?: number; duration_s?: number } = {}): Run {
  const run = createRun({ scenario: scenario(data), ...options });
  while (advance(run));
  finish(run);
  return run;
}

const LOAD = { kind: "current", current_A: 20 };
const verdicts = (run: Run): string[] => run.judged.map(({ verdict }) => verdict);

test("the same scenario and seed give the same run, another seed another one", () => {
  const data = { world: { pack: PACK, load: { kind: "drive", peak_A: 80 } } };
  const [a, b, c] = [play(data), play(data), play(data, { seed: 2 })];
  expect(reportOf(a)).toEqual(reportOf(b));
  expect(reportOf(c).soc).not.toEqual(reportOf(a).soc);
});

test.each([1, 10, 100, 1000])("a healthy pack is connected at ticks of %d ms", (tick_ms) => {
  const run = play(
    { expectations: [{ eventually: "device.contactors.discharge.closed" }, { noTrips: true }] },
    { tick_us: tick_ms * 1000 },
  );
  expect(verdicts(run)).toEqual(["passed", "passed"]);
});

describe("events", () => {
  test("happen in the tick of their time, and those with a condition when it becomes true", () => {
    const run = play({
      events: [
        { at: "20 s", name: "on", do: { load: LOAD } },
        { when: "truth.current_A < -10", name: "seen", do: { load: "none" } },
      ],
      expectations: [
        { within: "2 s of event on", condition: "truth.current_A < -10" },
        { within: "3 s of event on", condition: "truth.current_A > -1" },
      ],
    });
    expect(run.fired.get("on")).toBeCloseTo(20, 6);
    expect(run.fired.get("seen")!).toBeGreaterThan(20);
    expect(run.fired.get("seen")!).toBeLessThan(22);
    expect(verdicts(run)[0]).toBe("passed");
  });

  test("repeat with their period", () => {
    const run = play({ events: [{ at: "10 s", every: "10 s", do: { set: { "balancing.enable": false } } }] });
    expect(run.events[0]!.next_us).toBe(80e6);
    expect(run.bms.settings.balancing.enable).toBe(false);
  });

  test("a setting that is refused changes nothing", () => {
    const run = play({ events: [{ at: "10 s", do: { set: { "balancing.forced_V": 99 } } }] });
    expect(run.bms.settings.balancing.forced_V).toBeLessThan(5);
  });
});

describe("sleep", () => {
  const OFF = { at: "20 s", do: { button: "3 s" } };

  test("a device switched off lets its contactors go and stands still, until a press wakes it with what it kept", () => {
    const run = play({
      hours: 2,
      world: { pack: PACK, load: LOAD },
      events: [
        { at: "5 min", do: [{ load: "none" }, { button: "3 s" }] },
        { at: "1h 50m", name: "press", do: { button: "500 ms" } },
      ],
      expectations: [
        { at: "10 min", condition: "not truth.powered and truth.contactsOpen" },
        { within: "20 s of event press", condition: "device.contactors.discharge.closed" },
        { atEnd: "device.lifetimeDischarged_Ah > 1.5" },
        { noTrips: true },
      ],
    });
    expect(verdicts(run)).toEqual(["passed", "passed", "passed", "passed"]);
    expect(run.ticks).toBeLessThan(60_000); // 100 minutes asleep are some strides
  });

  test("a charger that is plugged in wakes it", () => {
    const run = play({
      hours: 1,
      events: [OFF, { at: "40 min", name: "plug", do: { charger: { voltage_V: 56.8, current_A: 20 } } }],
      expectations: [{ within: "20 s of event plug", condition: "device.mode == running" }],
    });
    expect(verdicts(run)).toEqual(["passed"]);
  });

  test("without a supply nothing wakes it, with the supply it starts again", () => {
    const run = play({
      events: [
        { at: "10 s", do: { supply: "off" } },
        { at: "20 s", do: { button: "1 s" } },
        { at: "40 s", name: "back", do: { supply: "on" } },
      ],
      expectations: [
        { at: "30 s", condition: "truth.contactsOpen and not truth.powered" },
        { within: "20 s of event back", condition: "device.mode == running" },
      ],
    });
    expect(verdicts(run)).toEqual(["passed", "passed"]);
  });
});

describe("expectations tell what went wrong", () => {
  const FAULT = { at: "20 s", do: { fault: { kind: "thermistorOpen", thermistor: 2 } } };

  test.each([
    [{ trip: "thermistor", element: 2, before: "30 s" }, "passed", /^at 22/],
    [{ trip: "thermistor", element: 1 }, "failed", /^it tripped at 2\d\.\d s: Temperature sensor 2 is open/],
    [{ trip: "thermistor", before: "10 s" }, "failed", /^it tripped at/],
    [{ trip: "overvoltage" }, "failed", /^it never tripped$/],
    [{ trip: "thermistor", times: 2 }, "failed", /^it tripped 1 times, expected 2$/],
    [{ noTrip: "thermistor" }, "failed", /Temperature sensor 2 is open/],
    [{ noTrip: "overvoltage" }, "passed", /^$/],
    [{ noTrips: true }, "failed", /Temperature sensor 2 is open/],
    [{ noTrips: true, except: "thermistor" }, "passed", /^$/],
    [{ noTrips: true, until: "20 s" }, "passed", /^$/],
    [{ always: "truth.maxCell_V < 3.65" }, "passed", /^$/],
    [{ always: "not trip.thermistor" }, "failed", /^did not hold at 22/],
    [{ always: "not trip.thermistor", until: "15 s" }, "passed", /^$/],
    [{ eventually: "trip.thermistor", before: "10 s" }, "failed", /^had not come true by 10\.0 s$/],
    [{ eventually: "trip.thermistor" }, "passed", /^at 22/],
    [{ at: "10 s", condition: "trip.thermistor" }, "failed", /^did not hold at 10\.0 s$/],
    [{ at: "2h", condition: "trip.thermistor" }, "failed", /^the run ended before$/],
    [{ atEnd: "trip.thermistor" }, "passed", /^$/],
    [{ within: "2 s of trip thermistor", condition: "device.contactorsOpen" }, "passed", /^after/],
    [
      { within: "2 s of trip overvoltage", condition: "device.contactorsOpen" },
      "failed",
      /^what it counts from never happened$/,
    ],
    [{ within: "1 s of 10 s", condition: "trip.thermistor" }, "failed", /^had not come true 1\.0\d s later$/],
    [{ socError: { max: 0.0001 } }, "failed", /^RMSE \d+\.\d+ %, largest/],
    [{ socError: { rmse: 0.5, end: 0.5 } }, "passed", /^RMSE/],
    [{ bounded: 0.5 }, "passed", / %$/],
  ])("%j is %s", (expectation, verdict, detail) => {
    const run = play({ events: [FAULT], expectations: [expectation] });
    expect(run.judged[0]!.verdict).toBe(verdict);
    expect(run.judged[0]!.detail).toMatch(detail);
    expect(run.judged[0]!.expectation.name).not.toBe("");
  });
});

describe("a run that is cut short at 40 s of 72 s", () => {
  const FAULT = { at: "20 s", do: { fault: { kind: "thermistorOpen", thermistor: 2 } } };
  test.each([
    [{ trip: "thermistor" }, "passed"],
    [{ trip: "thermistor", before: "10 s" }, "failed"],
    [{ trip: "thermistor", times: 1 }, "notJudged"],
    [{ trip: "overvoltage" }, "notJudged"],
    [{ trip: "overvoltage", before: "30 s" }, "failed"],
    [{ noTrips: true }, "failed"],
    [{ noTrip: "overvoltage" }, "passed"],
    [{ noTrip: "overvoltage", from: "50 s" }, "notJudged"],
    [{ always: "truth.maxCell_V < 3.65" }, "passed"],
    [{ always: "not trip.thermistor" }, "failed"],
    [{ always: "not trip.thermistor", from: "50 s" }, "notJudged"],
    [{ eventually: "trip.thermistor" }, "passed"],
    [{ eventually: "truth.current_A > 5" }, "notJudged"],
    [{ eventually: "truth.current_A > 5", before: "30 s" }, "failed"],
    [{ at: "10 s", condition: "trip.thermistor" }, "failed"],
    [{ at: "60 s", condition: "trip.thermistor" }, "notJudged"],
    [{ within: "1 s of 10 s", condition: "trip.thermistor" }, "failed"],
    [{ within: "30 s of 20 s", condition: "truth.current_A > 5" }, "notJudged"],
    [{ within: "2 s of trip overvoltage", condition: "device.contactorsOpen" }, "notJudged"],
    [{ atEnd: "not trip.thermistor" }, "notJudged"],
    [{ socError: { max: 0.0001 } }, "notJudged"],
    [{ bounded: 1 }, "notJudged"],
  ])("%j is %s", (expectation, verdict) => {
    const run = play({ events: [FAULT], expectations: [expectation] }, { duration_s: 40 });
    expect(verdicts(run)).toEqual([verdict]);
    const { passed, failed, notJudged } = reportOf(run).expectations;
    expect([passed, failed.length, notJudged.length]).toEqual(
      ["passed", "failed", "notJudged"].map((each) => (each === verdict ? 1 : 0)),
    );
  });
});

test("the object for programs has what programs look for", () => {
  const run = play({
    events: [{ at: "20 s", do: { fault: { kind: "senseWireOpen", wire: 6 } } }],
    expectations: [{ noTrips: true }],
  });
  const json = JSON.parse(JSON.stringify(reportJson(reportOf(run), 1234.5)));
  expect(json).toMatchObject({ scenario: "test", seed: 1, realtimeFactor: 1235, expectations: { passed: 0 } });
  expect(json.trips[0]).toMatchObject({ name: "openWire", wire: 6 });
  expect(json.expectations.failed[0].name).toBe("nothing trips");
  expect(json.soc.rmse).toBeGreaterThanOrEqual(0);
  expect(json.energies.truth.discharged_Wh).toBeGreaterThanOrEqual(0);
});

// What becomes an entry of the journal, and with which code, severity, value and limit; and what is asked of the device.
import { describe, expect, test } from "vitest";
import type { Request } from "../core/requests.ts";
import type { EventDraft } from "../model/events.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { applyFault, setLoad } from "../sim/world.ts";
import { benchWorld } from "./bench.ts";
import { ask, createDevice, type Device, plainScenario, tickDevice } from "./device.ts";
import { happening } from "./happenings.ts";
import { createJournal, enter, type Journal, note, noteChanges, noteClock, takeDrafts } from "./journal.ts";
import { draftOf, settingsChanged } from "./request-events.ts";

const WALL_ms = 1_700_000_000_000;

function settingsWith(changes: Parameters<typeof changeSettings>[1]): Settings {
  const changed = changeSettings(createSettings(), changes);
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  return changed.settings;
}

class Bench {
  readonly device: Device;
  readonly journal: Journal;

  constructor(settings: Settings = createSettings()) {
    this.device = createDevice(plainScenario(benchWorld(settings), settings), settings, 1);
    const wall_ms = () => WALL_ms + this.device.run.time_us / 1000;
    this.journal = createJournal({ wall_ms, quality: () => "free-running" });
  }

  /** Runs on and returns what was drafted meanwhile. */
  play(time_s: number, tick_us = 10_000): readonly EventDraft[] {
    for (const end_us = this.device.run.time_us + time_s * 1e6; this.device.run.time_us < end_us; ) {
      tickDevice(this.device, tick_us);
      noteChanges(this.journal, this.device.bms, this.device.run.time_us / 1e6);
    }
    return takeDrafts(this.journal);
  }
}

describe("a running device", () => {
  test("tells of its modes and contactors with wall time, clock quality and uptime", () => {
    const drafts = new Bench().play(5);
    expect(drafts[0]).toEqual({
      ...{ wall_ms: expect.any(Number), clock: "free-running", uptime_s: expect.any(Number), source: "core" },
      ...{ code: "mode", severity: "info", subject: "starting", actor: "" },
      text: "starting: measuring before anything closes",
    });
    for (const { wall_ms, uptime_s } of drafts) expect(wall_ms).toBeCloseTo(WALL_ms + uptime_s * 1000, 3);
    expect(drafts.map(({ code, subject }) => `${code} ${subject}`)).toEqual(
      expect.arrayContaining([
        "mode running",
        "contactorClosed precharge",
        "contactorClosed main",
        "contactorOpened precharge",
      ]),
    );
  });

  test("tells of an error with value and limit, of what it opened, and of its end", () => {
    const bench = new Bench();
    bench.play(5);
    setLoad(bench.device.world, { kind: "resistor", resistance_Ohm: 0.27 });
    const drafts = bench.play(5);
    const trip = drafts.find(({ code }) => code === "tripped");
    expect(trip).toMatchObject({ source: "core", severity: "error", subject: "overcurrentDischarge", limit: 150 });
    expect(trip?.value).toBeGreaterThan(150);
    expect(trip?.text).toMatch(/over the limit of 150\.0 A for 2\.\d+ s; opened .*discharging contactor/);
    expect(drafts.findIndex(({ code }) => code === "contactorOpened")).toBeGreaterThan(-1);
    setLoad(bench.device.world, { kind: "none" });
    expect(bench.play(40).find(({ code }) => code === "cleared")).toMatchObject({
      ...{ severity: "notice", subject: "overcurrentDischarge", text: "cleared: Overcurrent (discharge)" },
    });
    expect(bench.journal.events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["error", "fine", "info"]));
  });

  test("tells of a critical error as critical, with the kind of the fault as its value and no limit", () => {
    const bench = new Bench();
    bench.play(5);
    applyFault(bench.device.world, { kind: "cellReversed", cell: 3 });
    const trip = bench.play(5).find(({ subject, code }) => code === "tripped" && subject === "cellWiring");
    expect(trip).toMatchObject({ severity: "critical", text: expect.stringContaining("reversed cell") });
    expect(trip?.value).toBe(1);
    expect("limit" in (trip ?? {})).toBe(false);
  });

  test("tells of an indication as a warning", () => {
    const settings = settingsWith({
      "protections.lowSoc.limit_ratio": 0.98,
      "protections.lowSoc.tolerant_ratio": 0.99,
    });
    const drafts = new Bench(settings).play(20);
    expect(drafts.find(({ subject }) => subject === "lowSoc")).toMatchObject({
      code: "indicated",
      severity: "warning",
      limit: 0.98,
    });
  });

  test("tells when balancing starts, with the number of cells, and when it stops", () => {
    const bench = new Bench();
    bench.play(5);
    ask(bench.device, { kind: "command", command: "startCellDischarge", argument: 4 });
    expect(bench.play(2)).toMatchObject([{ code: "balancingStarted", value: 1, text: "balancing started: cell 4" }]);
    ask(bench.device, { kind: "command", command: "stopCellDischarge" });
    expect(bench.play(299)).toEqual([]);
    expect(bench.play(2)).toMatchObject([{ code: "balancingStopped", text: "balancing stopped 5 min ago" }]);
  });

  test("takes a rest of balancing under five minutes for no end of it", () => {
    const bench = new Bench();
    bench.play(5);
    for (let time = 0; time < 3; time++) {
      ask(bench.device, { kind: "command", command: "startCellDischarge", argument: 4 });
      expect(bench.play(2).length).toBe(time === 0 ? 1 : 0);
      ask(bench.device, { kind: "command", command: "stopCellDischarge" });
      expect(bench.play(200, 100_000)).toEqual([]);
    }
  });

  test("tells of its counters each hour of device time", () => {
    const bench = new Bench();
    const drafts = [...bench.play(3599, 100_000), ...bench.play(1, 100_000), ...bench.play(3600, 100_000)];
    const counted = drafts.filter(({ code }) => code === "counters");
    expect(counted.map(({ uptime_s }) => Math.floor(uptime_s))).toEqual([3600, 7200]);
    expect(counted[0]?.text).toMatch(/^counters: charged .* Ah .*discharged .*cycles/);
  });

  test("that does nothing new drafts nothing", () => {
    const bench = new Bench();
    bench.play(20);
    const before = bench.journal.drafts;
    expect(bench.play(10)).toEqual([]);
    expect(bench.journal.drafts).toBe(before);
  });

  test("forgets what an error released and set again in one tick has been, and tells both", () => {
    const bench = new Bench();
    bench.play(5);
    const { protect } = bench.device.bms;
    const set = (trips: number): void => {
      protect.active.fuse1 = 1;
      protect.faults.fuse1.trips = trips;
      protect.sequence++;
      noteChanges(bench.journal, bench.device.bms, 6);
    };
    set(1);
    set(2);
    expect(takeDrafts(bench.journal).map(({ code, subject }) => [code, subject])).toEqual([
      ["tripped", "fuse1"],
      ["cleared", "fuse1"],
      ["tripped", "fuse1"],
    ]);
  });
});

describe("the journal in memory", () => {
  test("shows the last 200 events, and keeps the last 1000 drafts while nobody takes them", () => {
    const journal = createJournal();
    for (let i = 0; i < 1500; i++) enter(journal, i, happening("mode", `event ${i}`));
    note(journal, 1500, "fine", "only shown");
    expect([journal.events.length, journal.count, journal.drafts.length]).toEqual([200, 1501, 1000]);
    expect(takeDrafts(journal)[0]?.text).toBe("event 500");
    expect(takeDrafts(journal)).toEqual([]);
  });

  test("tells of a step of the wall clock once", () => {
    let wall_ms = WALL_ms;
    const journal = createJournal({ wall_ms: () => wall_ms, quality: () => "synchronised" });
    for (let second = 0; second < 10; second++) {
      wall_ms += second === 5 ? -3_599_000 : 1000;
      noteClock(journal, second * 1_000_000, second);
      noteClock(journal, second * 1_000_000 + 10_000, second);
    }
    expect(takeDrafts(journal)).toMatchObject([
      { code: "clockStepped", value: -3600, uptime_s: 5, text: "the wall clock was set back by 3600.0 s" },
    ]);
  });
});

describe("what was asked", () => {
  const before = createSettings();
  const OK = { ok: true } as const;
  const told = (request: Request, answer: Parameters<typeof draftOf>[1] = OK, after = before) =>
    draftOf(request, answer, before, after, "modbus 7");

  test("a change of settings tells old and new value of each, and who", () => {
    const changes = { "protections.overvoltage.limit_V": 3.7, "user.address": "barn" };
    expect(told({ kind: "set", changes }, OK, settingsWith(changes))).toMatchObject({
      ...{ code: "settingsChanged", severity: "notice", actor: "modbus 7", subject: "" },
      text: 'settings changed: user.address from "" to "barn"; protections.overvoltage.limit_V from 3.75 to 3.7',
    });
  });

  test("one setting is the subject, its new number the value", () => {
    const changes = { "protections.overvoltage.limit_V": 3.7 };
    expect(told({ kind: "set", changes }, OK, settingsWith(changes))).toMatchObject({
      ...{ subject: "protections.overvoltage.limit_V", value: 3.7 },
    });
  });

  test("a secret never stands in it", () => {
    const changes = { "ftp.password": "hunter2" };
    const events = [
      told({ kind: "set", changes }, OK, settingsWith(changes)),
      told(
        { kind: "set", changes },
        { ok: false, reason: "no", violations: [{ setting: "ftp.password", kind: "value", reason: "is too long" }] },
      ),
    ];
    expect(JSON.stringify(events)).not.toContain("hunter2");
    expect(events[0]?.text).toBe("settings changed: ftp.password from (secret) to (secret)");
  });

  test("many changes are told up to the twentieth", () => {
    const changes = Array.from({ length: 25 }, (_, i) => ({ name: `group.name${i}`, from: 1, to: 2 }));
    expect(settingsChanged(changes, "")?.text).toMatch(/name19 from 1 to 2; and 5 more$/);
  });

  test("settings that were so already are no event", () => {
    expect(told({ kind: "set", changes: { "battery.cells": before.battery.cells } })).toBe(undefined);
  });

  const ROWS: readonly (readonly [Request, object])[] = [
    [
      { kind: "override", signal: "chargerConnected", value: 1 },
      { code: "overridden", subject: "chargerConnected", value: 1, text: "input signal Charger connected: driven on" },
    ],
    [
      { kind: "override", signal: "fuse1", value: 0 },
      { value: 0, text: "input signal Fuse 1: driven off" },
    ],
    [
      { kind: "override", signal: "fuse1", value: 65_535 },
      { value: 2, text: "input signal Fuse 1: follows its input again" },
    ],
    [
      { kind: "acknowledge", faults: "all" },
      { code: "acknowledged", severity: "notice", subject: "all" },
    ],
    [
      { kind: "acknowledge", faults: ["fuse1"] },
      { subject: "fuse1", text: "acknowledge Fuse 1 error" },
    ],
    [
      { kind: "command", command: "powerDown" },
      { code: "commandGiven", subject: "powerDown", text: "command: Power down" },
    ],
    [
      { kind: "command", command: "startCellAnalysis", argument: 3 },
      { value: 3, text: "command: Start cell analysis (cell 3)" },
    ],
  ];
  test.each(ROWS)("%o", (request, event) => {
    expect(told(request)).toMatchObject({ ...event, actor: "modbus 7" });
  });

  test("a refusal tells what was asked, why not, and who asked", () => {
    const answer = {
      ok: false,
      reason: "no setting was changed",
      violations: [{ setting: "battery.cells", kind: "value", reason: "must be 6 to 18" }],
    } as const;
    expect(told({ kind: "set", changes: { "battery.cells": 99 } }, answer)).toMatchObject({
      ...{ code: "requestRefused", severity: "warning", subject: "battery.cells", actor: "modbus 7" },
      text: "refused: change battery.cells to 99: no setting was changed; battery.cells must be 6 to 18",
    });
  });

  test.each<Request>([
    { kind: "charger", online: true },
    { kind: "partner", online: false },
    { kind: "transmission", report: {} },
    { kind: "log", report: {} },
    { kind: "store", report: {} },
    { kind: "shunt", current_A: 1 },
  ])("what a partner reports is no event: %o", (request) => {
    expect(told(request)).toBe(undefined);
    expect(told(request, { ok: false, reason: "not a number" })).toBe(undefined);
  });
});

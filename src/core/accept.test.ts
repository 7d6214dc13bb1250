// Requests: each gets one answer, a refused one changes nothing, and none moves a contactor by itself.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMANDS, type CommandName } from "../model/commands.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import { INPUT_SIGNAL_NAMES } from "../model/input-signals.ts";
import { copySettings, createSettings } from "../model/settings.ts";
import { acceptRequests } from "./accept.ts";
import { type Bms, createBms } from "./bms.ts";
import { protect } from "./protect/protect.ts";
import type { Request } from "./requests.ts";

const fresh = (): Bms => createBms(createSettings());
const ask = (bms: Bms, ...requests: Request[]) => {
  acceptRequests(bms, requests);
  return bms.answers;
};

describe("set", () => {
  test("applies a valid set whole, and the plan follows", () => {
    const bms = fresh();
    expect(
      ask(bms, {
        kind: "set",
        changes: { "protections.overvoltage.limit_V": 3.7, "protections.overvoltage.setDelay_ms": 300 },
      }),
    ).toEqual([{ ok: true }]);
    expect(bms.plan.protect.rules.find((rule) => rule.name === "overvoltage")).toMatchObject({
      limit: 3.7,
      set_us: 300_000,
    });
  });

  test("refuses, while a contactor is closed, what would bring another current sensor along, though nobody named it", () => {
    const bms = fresh();
    const request: Request = { kind: "set", changes: { "battery.capacity_Ah": 280 } };
    bms.decide.contactors.discharge.on = 1;
    const [answer] = ask(bms, request);
    expect(answer).toMatchObject({ ok: false, reason: expect.stringContaining("currentSensor.type") });
    expect(bms.settings.battery.capacity_Ah).toBe(100);
    bms.decide.contactors.discharge.on = 0;
    expect(ask(bms, request)).toEqual([{ ok: true }]);
    expect(bms.settings.currentSensor.type).not.toBe(createSettings().currentSensor.type);
  });

  test("refuses a set with one bad value whole, with every violation", () => {
    const bms = fresh();
    const before = copySettings(bms.settings);
    const [answer] = ask(bms, {
      kind: "set",
      changes: { "protections.overvoltage.limit_V": 3.7, "battery.cells": 99, "no.such": 1 },
    });
    expect(answer).toMatchObject({ ok: false, violations: [{ setting: "battery.cells" }, { setting: "no.such" }] });
    expect(bms.settings).toEqual(before);
  });

  test("refuses to change cells, sensors or outputs while a contactor is closed", () => {
    const bms = fresh();
    bms.decide.contactors.discharge.on = 1;
    expect(ask(bms, { kind: "set", changes: { "battery.cells": 15 } })[0]).toMatchObject({
      ok: false,
      reason: expect.stringContaining("battery.cells"),
    });
    expect(bms.settings.battery.cells).toBe(16);
    expect(ask(bms, { kind: "set", changes: { "protections.overvoltage.limit_V": 3.7 } })[0]).toEqual({ ok: true });
  });
});

describe("override", () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [65_535, 2],
  ])("%d is taken as %d", (value, taken) => {
    const bms = fresh();
    expect(ask(bms, { kind: "override", signal: "chargeRequest", value })).toEqual([{ ok: true }]);
    expect(bms.measure.overrides[8]).toBe(taken); // vendor's number of Charge request
  });

  test.each([-1, 65_536, 0.5, Number.NaN])("%d is refused", (value) => {
    const bms = fresh();
    expect(ask(bms, { kind: "override", signal: "chargeRequest", value })[0]).toMatchObject({ ok: false });
    expect(bms.measure.overrides[8]).toBe(2);
  });
});

describe("commands", () => {
  test("recalibration is refused while a contactor is closed", () => {
    const bms = fresh();
    bms.decide.contactors.charge.on = 1;
    expect(ask(bms, { kind: "command", command: "recalibrateCurrent" })[0]).toMatchObject({ ok: false });
  });

  test.each([
    [1, true],
    [16, true],
    [0, false],
    [17, false],
    [1.5, false],
  ])("a cell command for cell %d of 16: accepted %s", (argument, ok) => {
    expect(ask(fresh(), { kind: "command", command: "startCellDischarge", argument })[0]).toMatchObject({ ok });
  });

  test("every command of the table is known", () => {
    for (const command of Object.keys(COMMANDS) as CommandName[])
      expect(ask(fresh(), { kind: "command", command })).toHaveLength(1);
  });
});

test("answers come in the order of the requests and do not pile up", () => {
  const bms = fresh();
  expect(
    ask(
      bms,
      { kind: "acknowledge", faults: "all" },
      { kind: "shunt", current_A: Number.NaN },
      { kind: "partner", online: true },
    ).map((answer) => answer.ok),
  ).toEqual([true, false, true]);
  expect(ask(bms)).toEqual([]);
});

test("no request moves a contactor by itself", () => {
  const request = fc.oneof(
    fc.record({
      kind: fc.constant("command" as const),
      command: fc.constantFrom(...(Object.keys(COMMANDS) as CommandName[])),
      argument: fc.integer({ min: -1, max: 20 }),
    }),
    fc.record({
      kind: fc.constant("override" as const),
      signal: fc.constantFrom(...INPUT_SIGNAL_NAMES),
      value: fc.integer({ min: -1, max: 3 }),
    }),
    fc.record({ kind: fc.constant("charger" as const), online: fc.boolean() }),
    fc.record({ kind: fc.constant("shunt" as const), current_A: fc.double() }),
  );
  fc.assert(
    fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const bms = fresh();
      acceptRequests(bms, requests);
      expect(bms.answers).toHaveLength(requests.length);
      expect(Object.values(bms.decide.contactors).map((contactor) => contactor.on)).toEqual([0, 0, 0, 0, 0]);
      expect([...bms.commands.outputs]).toEqual([0, 0, 0, 0]);
    }),
  );
});

test("a charger's report is shown as told; what makes no sense is refused and left out", () => {
  const bms = fresh();
  expect(ask(bms, { kind: "charger", online: true, report: { output_V: 54.2, output_A: 20, status: 2 } })).toEqual([
    { ok: true },
  ]);
  expect(bms.equipment.charger).toMatchObject({ output_V: 54.2, output_A: 20, status: 2 });
  expect(ask(bms, { kind: "charger", online: true, report: { output_V: Number.NaN, output_A: 19 } })[0]).toMatchObject({
    ok: false,
  });
  expect(bms.equipment.charger).toMatchObject({ output_V: 54.2, output_A: 19 });
});

test("a store that cannot save is an error to look at as long as it tells so, and opens nothing", () => {
  const bms = fresh();
  const told = (trouble: number): number => {
    expect(ask(bms, { kind: "store", report: { trouble } })).toEqual([{ ok: true }]);
    protect(bms, 10_000);
    return bms.protect.active.storing;
  };
  expect([told(0), told(2), told(0)]).toEqual([0, 1, 0]);
  expect(FAULT_ROWS.storing).toMatchObject({ level: "indication", opens: [] });
});

// What the desk promises to whoever asks: roles, settings judged and changed as a whole, secrets that stay inside, and deeds in
// the modelled world that the journal knows of.

import { describe, expect, test } from "vitest";
import {
  answerTo,
  askAt,
  createDeskRig,
  NOBODY,
  OPERATOR,
  OWNER,
  run,
  SERVICE,
  VIEWER,
} from "../../tests/rigs/desk.ts";
import { cellWiring } from "../model/headers.ts";
import { SECRET } from "../model/secrets.ts";
import { SETTING_LIST } from "../model/settings.ts";

describe("roles", () => {
  const LIMIT = { "protections.overvoltage.setDelay_ms": 900 };

  test.each([
    ["nobody", NOBODY, "notAllowed"],
    ["a viewer", VIEWER, "notAllowed"],
    ["an operator", OPERATOR, "notAllowed"],
    ["the service", SERVICE, "done"],
    ["an owner", OWNER, "done"],
  ] as const)("%s who changes settings: %s", (_, who, outcome) => {
    const rig = createDeskRig(0.1);
    const reply = askAt(rig, "applySettings", { changes: LIMIT }, who);
    expect(reply.ok ? "done" : reply.problem.kind).toBe(outcome);
    expect(rig.pack.device.bms.settings.protections.overvoltage.setDelay_ms).toBe(outcome === "done" ? 900 : 1000);
  });

  test("whoever may look may also have changes judged", () => {
    const rig = createDeskRig(0.1);
    expect(answerTo(rig, "checkSettings", { changes: LIMIT }, VIEWER).changes).toEqual([
      { name: "protections.overvoltage.setDelay_ms", from: 1000, to: 900 },
    ]);
    expect(askAt(rig, "checkSettings", { changes: LIMIT }, NOBODY).ok).toBe(false);
  });

  test("only an owner changes what governs access to the device", () => {
    const rig = createDeskRig(0.1);
    const changes = { "console.tcpPort": 2323 };
    const refused = askAt(rig, "applySettings", { changes }, SERVICE);
    expect(refused.ok ? "" : refused.problem.detail).toContain("console.tcpPort");
    expect(rig.pack.device.bms.settings.console.tcpPort).not.toBe(2323);
    expect(answerTo(rig, "applySettings", { changes }, OWNER).changes).toHaveLength(1);
    expect(askAt(rig, "applySettings", { changes }, SERVICE).ok).toBe(true); // as it is already
  });

  test.each([
    ["powerDown", OPERATOR, true],
    ["powerDown", VIEWER, false],
    ["resetCounters", OPERATOR, false],
    ["resetCounters", SERVICE, true],
  ] as const)("the command %s given by %o: %s", (command, who, isDone) => {
    expect(askAt(createDeskRig(0.1), "command", { command }, who).ok).toBe(isDone);
  });
});

describe("changed settings", () => {
  test("apply all or none, with every reason", () => {
    const rig = createDeskRig(0.1);
    const before = answerTo(rig, "settings", {});
    const changes = { "protections.overvoltage.limit_V": 9, "rs485.parity": "even", "charge.startDelay_ms": 700 };
    const refused = askAt(rig, "applySettings", { changes });
    expect(refused.ok ? [] : refused.problem.violations?.map(({ setting }) => setting)).toContain(
      "protections.overvoltage.limit_V",
    );
    expect(answerTo(rig, "settings", {})).toEqual(before);
  });

  test("made on settings that somebody else has changed meanwhile are refused and change nothing", () => {
    const rig = createDeskRig(0.1);
    const { settingsKey } = answerTo(rig, "settings", {});
    answerTo(rig, "applySettings", { changes: { "balancing.start_V": 3.45 }, settingsKey }, SERVICE);
    const late = askAt(rig, "applySettings", { changes: { "balancing.start_V": 3.46 }, settingsKey });
    expect(late.ok ? "" : late.problem.kind).toBe("conflict");
    expect(rig.pack.device.bms.settings.balancing.start_V).toBe(3.45);
    const { settingsKey: now } = answerTo(rig, "settings", {});
    expect(now).not.toBe(settingsKey);
    expect(askAt(rig, "applySettings", { changes: { "balancing.start_V": 3.46 }, settingsKey: now }).ok).toBe(true);
  });

  test("are written down with who made them, and as a revision", () => {
    const rig = createDeskRig(0.1);
    answerTo(rig, "applySettings", { changes: { "balancing.start_V": 3.45 } }, SERVICE);
    run(rig, 0.1);
    const { revisions, entries } = rig.pack;
    expect(revisions.at(-1)?.revision).toMatchObject({
      actor: "sven",
      changes: [{ name: "balancing.start_V", to: 3.45 }],
    });
    expect(entries.find(({ code }) => code === "settingsChanged")?.actor).toBe("sven");
  });

  test("that are none ask nothing of the device: they reach no tick and leave no event and no revision", () => {
    const rig = createDeskRig(0.1);
    const { revisions, entries, device } = rig.pack;
    const before = [revisions.length, entries.length];
    const { settingsKey } = answerTo(rig, "settings", {});
    expect(answerTo(rig, "applySettings", { changes: {} })).toEqual({ settingsKey, changes: [] });
    expect(device.bms.answers).toEqual([]);
    run(rig, 0.1);
    expect([revisions.length, entries.length]).toEqual(before);
    const late = askAt(rig, "applySettings", { changes: {}, settingsKey: "00000000" });
    expect(late.ok ? "" : late.problem.kind).toBe("conflict");
  });

  test("that need open contactors are told so while one is closed, and pass when all are open", () => {
    const rig = createDeskRig();
    const changes = { "battery.cells": 15 };
    const closed = answerTo(rig, "checkSettings", { changes });
    expect(closed.needOpen).toContain("battery.cells");
    expect(closed.violations.map(({ kind }) => kind)).toContain("closed");
    expect(askAt(rig, "applySettings", { changes }).ok).toBe(false);
    const open = createDeskRig(0);
    expect(answerTo(open, "checkSettings", { changes }).violations).toEqual([]);
    expect(answerTo(open, "checkSettings", { changes }).needOpen).toContain("battery.cells");
  });
});

describe("secrets", () => {
  const WORD = "correct horse";

  test("stand as a word wherever settings are told, and as nothing where there is none", () => {
    const rig = createDeskRig(0.1);
    expect(answerTo(rig, "settings", {}).values["ftp.password"]).toBe("");
    const applied = answerTo(rig, "applySettings", { changes: { "ftp.password": WORD } });
    const told = [
      applied,
      answerTo(rig, "settings", {}),
      answerTo(rig, "checkSettings", { changes: { "ftp.password": "other" } }),
    ];
    run(rig, 0.1);
    expect(JSON.stringify([told, rig.pack.revisions.map(({ revision }) => revision), rig.pack.entries])).not.toContain(
      WORD,
    );
    expect(answerTo(rig, "settings", {}).values["ftp.password"]).toBe(SECRET);
  });

  test("that come back as that word are left as they are", () => {
    const rig = createDeskRig(0.1);
    answerTo(rig, "applySettings", { changes: { "ftp.password": WORD } });
    answerTo(rig, "applySettings", { changes: { "ftp.password": SECRET, "ftp.user": "log" } });
    expect(rig.pack.device.bms.settings.ftp).toMatchObject({ password: WORD, user: "log" });
  });

  test("every setting is told by its dotted name", () => {
    const { values } = answerTo(createDeskRig(0.1), "settings", {}, VIEWER);
    expect(Object.keys(values)).toEqual(SETTING_LIST.map(({ name }) => name));
  });
});

describe("deeds in the modelled world", () => {
  test("are done, told, and noted with who did them", () => {
    const rig = createDeskRig(0.1);
    const { loads } = answerTo(rig, "world", {});
    const load = loads.at(-1)!;
    const world = answerTo(
      rig,
      "setWorld",
      { load, ambient_degC: -5, charger: { plugged: true, current_A: 20 } },
      OPERATOR,
    );
    expect(world).toMatchObject({ load, ambient_degC: -5, charger: { plugged: true, current_A: 20 } });
    const texts = rig.pack.journal.events.map(({ text }) => text).join("; ");
    expect(texts).toContain("(otto)");
    expect(texts).toContain("-5 °C");
  });

  test("what breaks is listed until it is repaired", () => {
    const rig = createDeskRig(0.1);
    const kind = "thermistorOpen";
    const broken = answerTo(rig, "breakThing", { kind, parameters: { thermistor: 1 } }, OPERATOR);
    expect(broken.broken).toHaveLength(1);
    expect(answerTo(rig, "repair", { kind }, OPERATOR).broken).toEqual([]);
  });

  test.each([
    ["thermistorOpen", { thermistor: 5 }, "there is no thermistor 5: fitted are 1, 2, 3, 4"],
    [
      "insulationFault",
      {},
      "there is no insulation monitor: no input had the function Insulation status when the world began",
    ],
    ["thermistorOffset", { thermistor: 6 }, "there is no thermistor 6: fitted are 1, 2, 3, 4"],
    ["cellLeak", { cell: 17 }, "the pack has 16 cells: there is no cell 17"],
    ["senseWireOpen", { wire: 17 }, "the pack has the wires C0 to C16: there is no C17"],
    ["senseWiresSwapped", { wire: 16 }, "the pack has the wires C0 to C16: there is none to swap with C16"],
  ])("%s at %j, which is not there, is refused and breaks nothing", (kind, parameters, detail) => {
    const rig = createDeskRig(0.1);
    expect(askAt(rig, "breakThing", { kind, parameters })).toEqual({ ok: false, problem: { kind: "invalid", detail } });
    expect(answerTo(rig, "world", {}).broken).toEqual([]);
  });

  test.each([
    ["thermistorOpen", { thermistor: 4 }],
    ["cellLeak", { cell: 16 }],
    ["senseWireOpen", { wire: 16 }],
    ["senseWiresSwapped", { wire: 15 }],
    ["contactorWelded", { output: 4 }],
    ["feedbackShorted", { output: 4 }],
    ["inputStuck", { input: 4 }],
  ])("%s at the last one, %j, breaks it", (kind, parameters) => {
    const rig = createDeskRig(0.1);
    expect(answerTo(rig, "breakThing", { kind, parameters }).broken).toMatchObject([{ kind }]);
  });

  test.each([
    ["a load there is not", () => askAt(createDeskRig(0.1), "setWorld", { load: "moon" })],
    ["a fault there is not", () => askAt(createDeskRig(0.1), "breakThing", { kind: "moon" })],
    ["a fault to repair there is not", () => askAt(createDeskRig(0.1), "repair", { kind: "moon" })],
    ["a scenario there is not", () => askAt(createDeskRig(0.1), "startScenario", { name: "moon" })],
    ["a viewer's deed", () => askAt(createDeskRig(0.1), "setWorld", { ambient_degC: 30 }, VIEWER)],
  ])("%s is refused", (_, deed) => {
    expect(deed().ok).toBe(false);
  });
});

test("the wiring is that of the settings, or of so many cells and thermistors", () => {
  const rig = createDeskRig(0.1);
  expect(answerTo(rig, "wiring", {}, VIEWER)).toMatchObject({ cells: 16, x8: { length: 19 } });
  const asked = answerTo(rig, "wiring", { cells: 7, thermistors: 3 }, VIEWER);
  expect(asked).toEqual(cellWiring(7, 3));
});

// What clients may do and what comes of it: overrides, acknowledging, commands, logging in, staging and committing settings.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRig, hold, type Rig, read, request, write } from "../../tools/fuzz/modbus-rig.ts";
import { getSetting, SETTING_LIST, type SettingValue } from "../model/settings.ts";
import { decodeSetting, encodeSetting, settingAddress, settingWords, TABLE } from "./setting-registers.ts";
import { getText, putText } from "./words.ts";

const OVERRIDES = 0x5100;
const LOGIN = 0x5800;
const COMMIT = 0x5821;
const FAILURE = 4;

const open = (settings: Parameters<NonNullable<Parameters<typeof createRig>[0]>>[0]): void => {
  settings.modbus.settingsAccess = "open";
};

const result = (rig: Rig): number => (read(rig, 4, 0x9000, 1) as number[])[0];
const violations = (rig: Rig): number[] => read(rig, 4, 0x9010, 4) as number[];
const text = (rig: Rig): string => getText(read(rig, 4, 0x9040, 64) as number[], 0, 64);
const words = (name: string, value: SettingValue, isLowFirst = true): number[] => {
  const out = new Uint16Array(TABLE.words);
  const { row } = SETTING_LIST.find((setting) => setting.name === name)!;
  encodeSetting(row, value, out, isLowFirst);
  return [...out.subarray(0, settingWords(row))];
};
const stage = (rig: Rig, name: string, value: SettingValue): number =>
  write(rig, settingAddress(name), words(name, value));
const password = (typed: string): number[] => {
  const out = new Uint16Array(32);
  putText(out, 0, 32, typed);
  return [...out];
};

describe("overrides", () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [65_535, 2],
  ])("writing %d drives the signal: %d", (written, value) => {
    const rig = createRig();
    write(rig, OVERRIDES + 3, [value === 2 ? 1 : 2]); // something else first
    expect(write(rig, OVERRIDES + 3, [written])).toBe(0);
    expect(read(rig, 3, OVERRIDES + 3, 1)).toEqual([value]);
  });

  test("all 22 can be written at once, the 23rd does not exist", () => {
    const rig = createRig();
    expect(write(rig, OVERRIDES, new Array(22).fill(0))).toBe(0);
    expect(rig.asked.length).toBe(22);
    expect(write(rig, OVERRIDES + 21, [1, 1])).toBe(2);
  });

  test("what is so already is not asked again", () => {
    const rig = createRig();
    for (let i = 0; i < 5; i++) write(rig, OVERRIDES, [1]);
    expect(rig.asked.length).toBe(1);
  });

  test("a coil drives its signal, and its second coil gives it back to the wire", () => {
    const rig = createRig();
    expect(request(rig, [5, 0, 3, 0xff, 0])).toEqual(Uint8Array.of(5, 0, 3, 0xff, 0));
    expect(request(rig, [1, 0, 0, 0, 22])).toEqual(Uint8Array.of(1, 3, 0x08, 0, 0));
    request(rig, [5, 0, 0x23, 0, 0]);
    expect(read(rig, 3, OVERRIDES + 3, 1)).toEqual([2]);
  });

  test("taking control by coil keeps the signal as it is", () => {
    const rig = createRig();
    hold(rig, "inputSignals", 1, 8);
    request(rig, [5, 0, 0x28, 0xff, 0]);
    expect(rig.asked).toEqual([{ kind: "override", signal: "chargeRequest", value: 1 }]);
  });
});

describe("who may control", () => {
  test.each([
    ["local", true, 0],
    ["open", true, 0],
    ["login", true, FAILURE],
    ["local", false, FAILURE],
    ["open", false, 0],
    ["login", false, FAILURE],
  ] as const)("access %s, client on this machine %s: %d", (access, isLocal, expected) => {
    const rig = createRig((settings) => {
      settings.modbus.controlAccess = access;
    });
    Object.assign(rig.line.session, { isLocal });
    expect(write(rig, OVERRIDES, [1])).toBe(expected);
    expect(rig.asked.length).toBe(expected === 0 ? 1 : 0);
    if (expected !== 0) expect(result(rig)).toBe(4);
    write(rig, LOGIN, password("it does not matter here"));
    expect(write(rig, OVERRIDES, [1])).toBe(0);
  });
});

describe("acknowledging", () => {
  test("a bit of Errors 1 stands for each error that has it; errors that are not set are not asked for", () => {
    const rig = createRig();
    hold(rig, "fault.overcurrentCharge", 1);
    hold(rig, "fault.undervoltage", 1);
    expect(write(rig, 0x4100, [0xffff, 0xffff])).toBe(0);
    expect(rig.asked).toEqual([{ kind: "acknowledge", faults: ["overcurrentCharge", "undervoltage"] }]);
  });

  test("bits 16 to 31 lie in the second register", () => {
    const rig = createRig();
    hold(rig, "fault.currentSensor", 1); // bit 19
    expect(write(rig, 0x4101, [1 << 3])).toBe(0);
    expect(rig.asked).toEqual([{ kind: "acknowledge", faults: ["currentSensor"] }]);
  });

  test("by number, or all", () => {
    const rig = createRig();
    expect(write(rig, 0x5824, [0xffff])).toBe(0);
    expect(write(rig, 0x5824, [0])).toBe(0);
    expect(rig.asked).toEqual([
      { kind: "acknowledge", faults: "all" },
      { kind: "acknowledge", faults: ["overcurrentCharge"] },
    ]);
    expect(write(rig, 0x5824, [999])).toBe(3);
  });

  test("SunSpec's alarm reset acknowledges all", () => {
    const rig = createRig();
    const model802 = 40_002 + 68;
    expect(write(rig, model802 + 20, [1])).toBe(0);
    expect(rig.asked).toEqual([{ kind: "acknowledge", faults: "all" }]);
  });

  test("SunSpec's disconnect drives both inhibit signals, connect gives them back", () => {
    const rig = createRig();
    const setOp = 40_002 + 68 + 50;
    expect(write(rig, setOp, [2])).toBe(0);
    expect(read(rig, 3, OVERRIDES + 3, 2)).toEqual([1, 1]);
    expect(read(rig, 3, setOp, 1)).toEqual([2]);
    expect(write(rig, setOp, [1])).toBe(0);
    expect(read(rig, 3, OVERRIDES + 3, 2)).toEqual([2, 2]);
    expect(write(rig, setOp, [3])).toBe(3);
  });
});

describe("logging in", () => {
  test("settings and service commands are refused before, and taken after", () => {
    const rig = createRig();
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(FAILURE);
    expect([result(rig), text(rig)]).toEqual([4, "log in with the service password first"]);
    expect(write(rig, 0x5822, [0, 8])).toBe(FAILURE); // reset the counters
    expect(write(rig, LOGIN, password("correct horse"))).toBe(0);
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(0);
    expect(write(rig, 0x5822, [0, 8])).toBe(0);
    expect(rig.asked).toEqual([{ kind: "command", command: "resetCounters" }]);
  });

  test.each([
    ["wrong", 5],
    ["unset", 7],
  ] as const)("a password that is %s is told, and lets nobody in", (outcome, code) => {
    const rig = createRig();
    rig.login = outcome;
    expect(write(rig, LOGIN, password("guess"))).toBe(FAILURE);
    expect(result(rig)).toBe(code);
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(FAILURE);
  });

  test("after three wrong ones each try costs twice the pause before; the right one then waits too", () => {
    const rig = createRig();
    rig.login = "wrong";
    for (let i = 0; i < 4; i++) expect(write(rig, LOGIN, password("guess"))).toBe(FAILURE);
    expect(write(rig, LOGIN, password("guess"))).toBe(6);
    expect(result(rig)).toBe(6);
    for (const pause_s of [4, 8, 16, 32]) {
      expect((read(rig, 4, 0x9005, 1) as number[])[0]).toBeGreaterThan(pause_s - 2);
      rig.now_us += pause_s * 1e6;
      expect(write(rig, LOGIN, password("guess"))).toBe(FAILURE);
    }
    rig.login = "granted";
    expect(write(rig, LOGIN, password("right"))).toBe(6);
    rig.now_us += 900e6;
    expect(write(rig, LOGIN, password("right"))).toBe(0);
  });

  test("a login ends ten minutes after the last change made with it", () => {
    const rig = createRig();
    write(rig, LOGIN, password("right"));
    rig.now_us += 599e6;
    write(rig, 0x5822, [0, 8]); // a change: the ten minutes begin anew
    rig.now_us += 599e6;
    expect(write(rig, 0x5822, [0, 8])).toBe(0);
    rig.now_us += 601e6;
    expect(write(rig, 0x5822, [0, 8])).toBe(FAILURE);
  });

  test("logging out forgets what was staged", () => {
    const rig = createRig();
    write(rig, LOGIN, password("right"));
    stage(rig, "soh.lifeCycles", 1234);
    expect(write(rig, 0x5820, [1])).toBe(0);
    expect(read(rig, 4, 0x9002, 2)).toEqual([0, 0]);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
  });

  test("the password must begin at the first register, and is never told", () => {
    const rig = createRig();
    expect(write(rig, LOGIN + 1, password("x").slice(1))).toBe(2);
    write(rig, LOGIN, password("right"));
    expect(read(rig, 3, LOGIN, 32)).toEqual(new Array(32).fill(0));
  });
});

describe("on a serial line, which never ends, nothing that was staged waits for somebody else's commit", () => {
  test("a rejected commit forgets it", () => {
    const rig = createRig(open);
    stage(rig, "protections.overvoltage.limit_V", 3.2);
    stage(rig, "soh.lifeCycles", 1234);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(read(rig, 4, 0x9002, 1)).toEqual([0]);
    stage(rig, "user.serialNumber", "ABC"); // somebody else's
    expect(write(rig, COMMIT, [1])).toBe(0);
    expect(rig.asked.at(-1)).toMatchObject({ kind: "set", changes: { "user.serialNumber": "ABC" } });
    expect(Object.keys((rig.asked.at(-1) as { changes: object }).changes)).toEqual(["user.serialNumber"]);
  });

  test("a refused one too: what needs open contactors is not applied once they are open", () => {
    const rig = createRig(open);
    rig.bms.decide.contactors.charge.on = 1;
    stage(rig, "battery.cells", 15);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    rig.bms.decide.contactors.charge.on = 0;
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(result(rig)).toBe(8); // nothing was staged
    expect(rig.bms.settings.battery.cells).toBe(16);
  });

  test.each([
    [59.8, 1234],
    [60.1, undefined],
  ])("after %d s of nothing more being staged", (pause_s, expected) => {
    const rig = createRig(open);
    const before = rig.bms.settings.soh.lifeCycles;
    stage(rig, "soh.lifeCycles", 1234);
    rig.now_us += pause_s * 1e6;
    write(rig, COMMIT, [1]);
    expect(rig.bms.settings.soh.lifeCycles).toBe(expected ?? before);
  });

  test("a login that is over, and a new one, forget it", () => {
    const rig = createRig((settings) => {
      settings.modbus.loginTime_min = 1;
    });
    write(rig, LOGIN, password("right"));
    stage(rig, "soh.lifeCycles", 1234);
    rig.now_us += 61e6;
    expect(read(rig, 4, 0x9002, 2)).toEqual([0, 0]);
    write(rig, LOGIN, password("right"));
    stage(rig, "soh.lifeCycles", 1234);
    write(rig, LOGIN, password("right"));
    expect(read(rig, 4, 0x9002, 1)).toEqual([0]);
  });
});

test("a password that cannot be checked now is busy and counts against nobody", () => {
  const rig = createRig();
  rig.login = "unavailable";
  for (let i = 0; i < 9; i++) expect(write(rig, LOGIN, password("right"))).toBe(6);
  expect([result(rig), (read(rig, 4, 0x9005, 1) as number[])[0]]).toEqual([9, 0]);
});

describe("settings", () => {
  test("are staged, read back as staged, and apply together", () => {
    const rig = createRig(open);
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(0);
    expect(read(rig, 3, settingAddress("soh.lifeCycles"), 2)).toEqual([0x4000, 0x449a]);
    expect(rig.bms.settings.soh.lifeCycles).not.toBe(1234);
    expect(write(rig, COMMIT, [1])).toBe(0);
    expect(result(rig)).toBe(1);
    expect(rig.bms.settings.soh.lifeCycles).toBe(1234);
    expect(read(rig, 4, 0x9002, 1)).toEqual([0]);
  });

  test("a rejected commit changes nothing and names each setting with its reason", () => {
    const rig = createRig(open);
    const before = structuredClone(rig.bms.settings);
    stage(rig, "soh.lifeCycles", 1234);
    stage(rig, "protections.overvoltage.limit_V", 3.2); // under the tier below it
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(rig.bms.settings).toEqual(before);
    expect(read(rig, 4, 0x9000, 2)).toEqual([2, 2]);
    const limit = settingAddress("protections.overvoltage.limit_V");
    const tolerant = settingAddress("protections.overvoltage.tolerant_V");
    expect(violations(rig)).toEqual([limit, 3, tolerant, 3]); // conflicts
    expect(text(rig)).toMatch(/^protections\.overvoltage\.limit_V must be above protections\.voltageTooHigh\.limit_V/);
  });

  test("settings that a cross-check ties together pass when they are committed together", () => {
    const rig = createRig(open);
    stage(rig, "protections.undervoltage.limit_V", 2.9);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    stage(rig, "protections.undervoltage.limit_V", 2.9);
    stage(rig, "protections.undervoltage.tolerant_V", 3);
    stage(rig, "battery.dischargeVoltage_V", 2.95);
    expect(write(rig, COMMIT, [1])).toBe(0);
    expect(rig.bms.settings.protections.undervoltage.limit_V).toBe(2.9);
  });

  test("out of range is reason 2, words that make no value reason 5", () => {
    const rig = createRig(open);
    const address = settingAddress("rs485.address");
    write(rig, address, [248, 0]);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(violations(rig).slice(0, 2)).toEqual([address, 2]);
    const choice = settingAddress("rs485.parity");
    write(rig, choice, [77]);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(violations(rig).slice(0, 2)).toEqual([choice, 5]);
  });

  test("what needs open contactors is reason 4 while one is closed", () => {
    const rig = createRig(open);
    rig.bms.decide.contactors.charge.on = 1;
    stage(rig, "battery.cells", 15);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(violations(rig).slice(0, 2)).toEqual([settingAddress("battery.cells"), 4]);
    expect(rig.bms.settings.battery.cells).toBe(16);
  });

  test("discarding forgets, and committing nothing is told", () => {
    const rig = createRig(open);
    stage(rig, "soh.lifeCycles", 1234);
    expect(write(rig, COMMIT, [2])).toBe(0);
    expect(write(rig, COMMIT, [1])).toBe(FAILURE);
    expect(result(rig)).toBe(8);
    expect(write(rig, COMMIT, [3])).toBe(3);
  });

  test("what is the owner's can be read and not written, even where settings are open", () => {
    const rig = createRig(open);
    const address = settingAddress("modbus.settingsAccess");
    expect(read(rig, 3, address, 1)).toEqual([1]);
    expect(write(rig, address, [0])).toBe(2);
  });

  test("a password among the settings is never told, and can be written", () => {
    const rig = createRig((settings) => {
      open(settings);
      settings.ftp.password = "hunter2";
    });
    const address = settingAddress("ftp.password");
    expect(new Set(read(rig, 3, address, 96) as number[])).toEqual(new Set([0]));
    write(rig, address, words("ftp.password", "changed"));
    expect(new Set(read(rig, 3, address, 96) as number[])).toEqual(new Set([0]));
    write(rig, COMMIT, [1]);
    expect(rig.bms.settings.ftp.password).toBe("changed");
  });

  test("a table of open-circuit voltages is read, changed in one point and committed", () => {
    const rig = createRig(open);
    const address = settingAddress("socEstimation.ocv");
    const before = rig.bms.settings.socEstimation.ocv;
    const [columns, rows] = read(rig, 3, address, 2) as number[];
    expect([columns, rows]).toEqual([before.x.length, before.y.length]);
    const z = address + 162 + 2 * (64 * 2 + 3); // row 3, column 4
    const raised = (before.z[2 * before.x.length + 3] ?? 0) + 0.001;
    const bits = new DataView(new ArrayBuffer(4));
    bits.setFloat32(0, raised);
    expect(write(rig, z, [bits.getUint16(2), bits.getUint16(0)])).toBe(0);
    expect(write(rig, COMMIT, [1])).toBe(0);
    const after = rig.bms.settings.socEstimation.ocv;
    expect(after.z[2 * before.x.length + 3]).toBeCloseTo(raised, 6);
    expect(after.z.filter((value, i) => Math.abs(value - before.z[i]) > 1e-6).length).toBe(1);
  });

  test.each(SETTING_LIST.map(({ name, row }) => [name, row] as const))(
    "%s survives its words, in both orders",
    (name, row) => {
      const rig = createRig();
      const value = getSetting(rig.bms.settings, name)!;
      for (const isLowFirst of [true, false]) {
        const out = new Uint16Array(TABLE.words);
        encodeSetting(row, value, out, isLowFirst);
        const back = decodeSetting(row, out, isLowFirst)!;
        const again = new Uint16Array(TABLE.words);
        encodeSetting(row, back, again, isLowFirst);
        expect(again).toEqual(out);
        const isReal = typeof value === "number" && row.kind !== "integer"; // 32 bits hold seven digits of it
        if (typeof value !== "object") expect(back).toEqual(isReal ? Number(value.toPrecision(7)) : value);
      }
    },
  );

  test("whatever words are staged, a commit applies valid settings or nothing (seed 11)", () => {
    const blocks = [
      [0x6000, 0x6500],
      [0x7000, 0x7700],
      [0xa000, 0xa200],
      [0xb000, 0xb200],
    ] as const;
    const writes = fc.tuple(
      fc.nat(3),
      fc.nat(0x7ff),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(writes, { minLength: 1, maxLength: 4 }), (all) => {
        const rig = createRig(open);
        const before = structuredClone(rig.bms.settings);
        for (const [block, offset, values] of all) write(rig, blocks[block][0] + offset, values);
        if (write(rig, COMMIT, [1]) !== 0) expect(rig.bms.settings).toEqual(before);
        else expect(result(rig)).toBe(1);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe("commands", () => {
  test("a cell goes with the command, and only with that one", () => {
    const rig = createRig(open);
    expect(write(rig, 0x5822, [3, 9])).toBe(0);
    expect(write(rig, 0x5823, [9])).toBe(0);
    expect(rig.asked).toEqual([
      { kind: "command", command: "startCellDischarge", argument: 3 },
      { kind: "command", command: "startCellDischarge" },
    ]);
  });

  test("what the device refuses is told in its own words", () => {
    const rig = createRig(open);
    expect(write(rig, 0x5822, [99, 9])).toBe(FAILURE);
    expect([result(rig), text(rig)]).toEqual([3, "cells are 1 to 16"]);
  });

  test.each([0, 14, 65_535])("there is no command %d", (code) => {
    expect(write(createRig(open), 0x5823, [code])).toBe(3);
  });

  test("a write over registers of different kinds is an illegal address, and nothing of it happens", () => {
    const rig = createRig(open);
    expect(write(rig, 0x5820, [1, 1])).toBe(2);
    expect(write(rig, 0x40ff, [0, 1])).toBe(2);
    expect(rig.asked).toEqual([]);
  });

  test("a register is masked and written, and function 0x17 reads what it has just written", () => {
    const rig = createRig();
    write(rig, 0x5830, [0x12]);
    expect(request(rig, [0x16, 0x58, 0x30, 0x00, 0xf2, 0x00, 0x25])).toEqual(
      Uint8Array.of(0x16, 0x58, 0x30, 0x00, 0xf2, 0x00, 0x25),
    );
    expect(read(rig, 3, 0x5830, 1)).toEqual([0x17]);
    const pdu = request(rig, [0x17, 0x51, 0x03, 0, 1, 0x51, 0x03, 0, 1, 2, 0, 1]);
    expect(pdu).toEqual(Uint8Array.of(0x17, 2, 0, 1)); // an order: read after the device has answered
  });
});

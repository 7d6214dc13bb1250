// Settings over the bus: read, staged, committed; limits, tables, passwords, and what a commit that is rejected tells.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDictionaryRig, type DictionaryRig, readObject, writeObject } from "../../tools/fuzz/dictionary-rig.ts";
import { createSettings, getSetting, SETTING_LIST, type Settings, type SettingValue } from "../model/settings.ts";
import { judgeValue } from "../model/values.ts";
import { textBytes, textOf } from "./data-types.ts";
import { settingPlace } from "./setting-objects.ts";
import { settingBytes, settingOf, settingShape } from "./setting-values.ts";

const COMMIT = 0x5802;
const APPLY = Uint8Array.of(1);

const open = (settings: Settings): void => {
  settings.canopen.settingsAccess = "open";
};
const rowOf = (name: string) => SETTING_LIST.find((setting) => setting.name === name)!.row;
const stage = (rig: DictionaryRig, name: string, value: SettingValue): number =>
  writeObject(rig, ...settingPlace(name), settingBytes(rowOf(name), value));
const read = (rig: DictionaryRig, name: string): SettingValue => {
  const decoded = settingOf(rowOf(name), readObject(rig, ...settingPlace(name)) as Uint8Array);
  return typeof decoded === "number" ? `abort ${decoded}` : decoded.value;
};
const result = (rig: DictionaryRig): number => (readObject(rig, 0x5810, 1) as Uint8Array)[0]!;
const text = (rig: DictionaryRig): string => textOf(readObject(rig, 0x5810, 2) as Uint8Array);
const violations = (rig: DictionaryRig): number[] =>
  Array.from({ length: 16 }, (_, n) => {
    const data = readObject(rig, 0x5811, n + 1) as Uint8Array;
    return new DataView(data.buffer).getUint32(0, true);
  }).filter((each) => each !== 0);
const violation = (name: string, reason: number): number => {
  const [index, subIndex] = settingPlace(name);
  return index * 0x1_0000 + subIndex * 0x100 + reason;
};

const WRITABLE = SETTING_LIST.filter(({ group }) => group.access !== "owner");

describe("every setting", () => {
  test.each(SETTING_LIST.map(({ name, row }) => [name, row] as const))("%s survives its bytes", (name, row) => {
    const value = getSetting(createSettings(), name)!;
    const data = settingBytes(row, value);
    const decoded = settingOf(row, data);
    expect(typeof decoded).toBe("object");
    const back = (decoded as { value: SettingValue }).value;
    expect(settingBytes(row, back)).toEqual(data);
    if (typeof value !== "object")
      expect(back).toEqual(typeof value === "number" ? Number(value.toPrecision(9)) : value);
  });

  test("a value of any kind, within its limits, is written, read back and judged whole by the commit (seed 21)", () => {
    const pick = fc.integer({ min: 0, max: WRITABLE.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(pick, fc.nat(1000)), { minLength: 1, maxLength: 4 }), (picks) => {
        const rig = createDictionaryRig(open);
        const before = structuredClone(rig.bms.settings);
        const wanted = new Map<string, SettingValue>();
        for (const [n, part] of picks) {
          const { name, row } = WRITABLE[n]!;
          const value = valueWithin(row, part / 1000, getSetting(before, name)!);
          expect([name, stage(rig, name, value)]).toEqual([name, 0]);
          wanted.set(name, value);
          if (rowOf(name).kind === "text" && name === "ftp.password") continue;
          expect([name, read(rig, name)]).toEqual([name, value]);
        }
        expect(rig.bms.settings).toEqual(before);
        const changed = [...wanted].some(
          ([name, value]) => JSON.stringify(getSetting(before, name)) !== JSON.stringify(value),
        );
        const abort = writeObject(rig, COMMIT, 0, APPLY);
        if (abort !== 0) expect(rig.bms.settings).toEqual(before);
        else
          for (const [name, value] of wanted) expect([name, getSetting(rig.bms.settings, name)]).toEqual([name, value]);
        if (!changed) expect(abort).toBe(0x0800_0024);
      }),
      { seed: 21, numRuns: 100 },
    );
  });

  test("limits of numbers are those of the row, at the last step inside and the first outside", () => {
    const rig = createDictionaryRig(open);
    for (const { name, row } of WRITABLE) {
      if (row.kind !== "number" && row.kind !== "integer") continue;
      const place = settingPlace(name);
      for (const [limit, code] of [
        [row.min, 0x0609_0032],
        [row.max, 0x0609_0031],
      ] as const) {
        const inside = settingBytes(row, limit);
        expect([name, writeObject(rig, ...place, inside)]).toEqual([name, 0]);
        const outside = stepped(inside, row.kind === "number", row.min < 0, code === 0x0609_0031 ? 1 : -1);
        if (outside !== undefined)
          expect([name, limit, writeObject(rig, ...place, outside)]).toEqual([name, limit, code]);
      }
    }
  });

  test("a number that is none, a choice there is not, a flag that is neither, a text that is none (0609 0030, 0031, 0030)", () => {
    const rig = createDictionaryRig(open);
    for (const { name, row } of WRITABLE) {
      const place = settingPlace(name);
      if (row.kind === "number")
        expect([name, writeObject(rig, ...place, Uint8Array.of(0, 0, 0xc0, 0x7f))]).toEqual([name, 0x0609_0030]);
      if (row.kind === "choice")
        expect([name, writeObject(rig, ...place, Uint8Array.of(row.choices.length))]).toEqual([name, 0x0609_0031]);
      if (row.kind === "flag")
        expect([name, writeObject(rig, ...place, Uint8Array.of(2))]).toEqual([name, 0x0609_0030]);
      if (row.kind === "text") {
        expect([name, writeObject(rig, ...place, Uint8Array.of(0xff, 0xfe))]).toEqual([name, 0x0609_0030]);
        const long = new Uint8Array(row.maxLength + 1).fill(0x41);
        expect([name, writeObject(rig, ...place, long)]).toEqual([name, 0x0607_0012]);
      }
    }
  });
});

type Row = (typeof SETTING_LIST)[number]["row"];

/** A value of the row's kind; tables keep their shape. */
function valueWithin(row: Row, part: number, now: SettingValue): SettingValue {
  switch (row.kind) {
    case "number": {
      const value = Number((row.min + part * (row.max - row.min)).toPrecision(5));
      return Math.min(row.max, Math.max(row.min, value));
    }
    case "integer":
      return Math.round(row.min + part * (row.max - row.min));
    case "flag":
      return part < 0.5;
    case "choice":
      return row.choices[Math.min(row.choices.length - 1, Math.floor(part * row.choices.length))]!;
    case "text":
      return "abc".repeat(Math.floor((part * row.maxLength) / 3));
    default:
      return now;
  }
}

/** The next REAL32 or integer up or down; undefined: the type ends there. */
function stepped(data: Uint8Array, isReal: boolean, isSigned: boolean, way: 1 | -1): Uint8Array | undefined {
  const out = data.slice();
  const view = new DataView(out.buffer);
  if (!isReal) {
    const value = (isSigned ? view.getInt32(0, true) : view.getUint32(0, true)) + way;
    if (!isSigned && (value < 0 || value > 0xffff_ffff)) return undefined;
    view.setUint32(0, value >>> 0, true);
    return out;
  }
  const bits = view.getUint32(0, true);
  const value = view.getFloat32(0, true);
  if (value === 0) view.setFloat32(0, way * 1e-38, true);
  else view.setUint32(0, bits + (value > 0 === way > 0 ? 1 : -1), true);
  return out;
}

describe("a transaction", () => {
  test("is staged, read back as staged, and applied together", () => {
    const rig = createDictionaryRig(open);
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(0);
    expect(stage(rig, "battery.resistance_Ohm", 0.0013)).toBe(0);
    expect([read(rig, "soh.lifeCycles"), readObject(rig, 0x5810, 4)]).toEqual([1234, Uint8Array.of(2, 0)]);
    expect(rig.bms.settings.soh.lifeCycles).not.toBe(1234);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0);
    expect(rig.asked).toEqual([
      { kind: "set", changes: { "soh.lifeCycles": 1234, "battery.resistance_Ohm": 0.0013 }, actor: "CAN" },
    ]);
    expect([result(rig), rig.bms.settings.soh.lifeCycles]).toEqual([1, 1234]);
    expect(readObject(rig, 0x5810, 4)).toEqual(Uint8Array.of(0, 0));
  });

  test("with a conflict changes nothing: 0604 0043, and every setting with its reason", () => {
    const rig = createDictionaryRig(open);
    const before = structuredClone(rig.bms.settings);
    stage(rig, "soh.lifeCycles", 1234);
    stage(rig, "protections.overvoltage.limit_V", 3.2); // under the tier below it
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0604_0043);
    expect(rig.bms.settings).toEqual(before);
    expect([result(rig), violations(rig).slice(0, 2)]).toEqual([
      2,
      [violation("protections.overvoltage.limit_V", 3), violation("protections.overvoltage.tolerant_V", 3)],
    ]);
    expect(text(rig)).toMatch(/^protections\.overvoltage\.limit_V must be above protections\.voltageTooHigh\.limit_V/);
    const lines = textOf(readObject(rig, 0x5812) as Uint8Array).split("\n");
    expect(lines[0]).toBe(text(rig));
    expect(lines.length - 1).toBeGreaterThanOrEqual(2);
  });

  test("passes where what a cross-check ties together comes together", () => {
    const rig = createDictionaryRig(open);
    stage(rig, "protections.undervoltage.limit_V", 2.9);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0604_0043);
    stage(rig, "protections.undervoltage.limit_V", 2.9);
    stage(rig, "protections.undervoltage.tolerant_V", 3);
    stage(rig, "battery.dischargeVoltage_V", 2.95);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0);
    expect(rig.bms.settings.protections.undervoltage.limit_V).toBe(2.9);
  });

  test("that needs open contactors is 0800 0022 while one is closed, and is not applied once they are open", () => {
    const rig = createDictionaryRig(open);
    rig.bms.decide.contactors.charge.on = 1;
    stage(rig, "battery.cells", 15);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0022);
    expect(violations(rig)).toEqual([violation("battery.cells", 4)]);
    rig.bms.decide.contactors.charge.on = 0;
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
    expect([result(rig), rig.bms.settings.battery.cells]).toEqual([8, 16]);
  });

  test("is forgotten when 2 is written; there is no order 0 or 3", () => {
    const rig = createDictionaryRig(open);
    stage(rig, "soh.lifeCycles", 1234);
    expect(writeObject(rig, COMMIT, 0, Uint8Array.of(2))).toBe(0);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
    expect(writeObject(rig, COMMIT, 0, Uint8Array.of(0))).toBe(0x0609_0032);
    expect(writeObject(rig, COMMIT, 0, Uint8Array.of(3))).toBe(0x0609_0031);
  });

  test("a value as it is in force takes its setting out of it", () => {
    const rig = createDictionaryRig(open);
    const before = rig.bms.settings.soh.lifeCycles;
    stage(rig, "soh.lifeCycles", 1234);
    stage(rig, "soh.lifeCycles", before);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
  });

  test.each([
    [59.8, 1234],
    [60.1, undefined],
  ])("waits %d s for its commit", (pause_s, expected) => {
    const rig = createDictionaryRig(open);
    const before = rig.bms.settings.soh.lifeCycles;
    stage(rig, "soh.lifeCycles", 1234);
    rig.now_us += pause_s * 1e6;
    writeObject(rig, COMMIT, 0, APPLY);
    expect(rig.bms.settings.soh.lifeCycles).toBe(expected ?? before);
  });

  test("that a busy device does not take is 0800 0020", () => {
    const rig = createDictionaryRig(open);
    stage(rig, "soh.lifeCycles", 1234);
    rig.isBusy = true;
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0020);
  });
});

describe("tables", () => {
  test("open-circuit voltages: counts, axes, values in REAL32; one point changed and committed", () => {
    const rig = createDictionaryRig(open);
    const { x, y, z } = rig.bms.settings.socEstimation.ocv;
    const place = settingPlace("socEstimation.ocv");
    const data = (readObject(rig, ...place) as Uint8Array).slice();
    const view = new DataView(data.buffer);
    expect([view.getUint16(0, true), view.getUint16(2, true)]).toEqual([x.length, y.length]);
    expect(data.length).toBe(4 + 4 * (x.length + y.length + z.length));
    const at = 4 + 4 * (x.length + y.length + 2 * x.length + 3); // row 3, column 4
    expect(view.getFloat32(at, true)).toBeCloseTo(z[2 * x.length + 3]!, 6);
    view.setFloat32(at, view.getFloat32(at, true) + 0.001, true);
    expect(writeObject(rig, ...place, data)).toBe(0);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0);
    const after = rig.bms.settings.socEstimation.ocv;
    expect(after.z.filter((value, i) => Math.abs(value - z[i]!) > 1e-6).length).toBe(1);
  });

  test("a table that is cut, has bytes behind it, or an axis that does not ascend", () => {
    const rig = createDictionaryRig(open);
    const place = settingPlace("socEstimation.ocv");
    const data = (readObject(rig, ...place) as Uint8Array).slice();
    expect(writeObject(rig, ...place, data.slice(0, -1))).toBe(0x0607_0013);
    expect(writeObject(rig, ...place, Uint8Array.of(...data, 0))).toBe(0x0607_0012);
    expect(writeObject(rig, ...place, Uint8Array.of(1, 0))).toBe(0x0607_0013);
    new DataView(data.buffer).setFloat32(8, -1, true);
    expect(writeObject(rig, ...place, data)).toBe(0x0609_0030);
    expect([result(rig), text(rig)]).toEqual([2, "socEstimation.ocv x must ascend"]);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024); // nothing of it was staged
  });

  test("the widest table has 64 columns and 16 rows", () => {
    const row = rowOf("socEstimation.ocv");
    const axis = (count: number): number[] => Array.from({ length: count }, (_, i) => i / 64);
    const z = new Array<number>(64 * 16).fill(3);
    expect(settingBytes(row, { x: axis(64), y: axis(16), z }).length).toBe(settingShape(row).maxLength);
    const wide = settingBytes(row, { x: axis(65), y: axis(1), z: new Array<number>(65).fill(3) });
    expect(settingOf(row, wide)).toBe(0x0609_0030);
  });
});

describe("all settings as one text", () => {
  const WHOLE = 0x5820;
  const give = (rig: DictionaryRig, value: unknown): number =>
    writeObject(rig, WHOLE, 0, textBytes(typeof value === "string" ? value : JSON.stringify(value)));

  test("are written as they were read: nothing is staged", () => {
    const rig = createDictionaryRig(open);
    expect(give(rig, textOf(readObject(rig, WHOLE) as Uint8Array))).toBe(0);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
  });

  test("or some of them, in groups as a settings file has them, and applied with the commit", () => {
    const rig = createDictionaryRig(open);
    const { ocv } = rig.bms.settings.socEstimation;
    const raised = { ...ocv, z: ocv.z.map((value) => value + 0.001), extra: 1 };
    const changes = { soh: { lifeCycles: 1234 }, protections: { overcurrentCharge: { clearDelay_s: 7 } } };
    expect(give(rig, { ...changes, socEstimation: { ocv: raised } })).toBe(0);
    expect(rig.bms.settings.soh.lifeCycles).not.toBe(1234);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0);
    expect(rig.bms.settings.soh.lifeCycles).toBe(1234);
    expect(rig.bms.settings.protections.overcurrentCharge.clearDelay_s).toBe(7);
    expect(rig.bms.settings.socEstimation.ocv).toEqual({ x: raised.x, y: raised.y, z: raised.z });
  });

  test.each([
    ["no JSON", "{", "the text is no JSON object"],
    ["a list", "[1]", "the text is no JSON object"],
    ["a setting there is not", { soh: { lifeCycles: 1234, none: 1 } }, "soh.none is no setting"],
    [
      "a value out of its range",
      { soh: { lifeCycles: 1234 }, rs485: { address: 248 } },
      "rs485.address must be 1 to 247, is 248",
    ],
    ["a value of another kind", { rs485: { address: "1" } }, "rs485.address must be a number"],
    ["a group that is none", { __proto__x: { a: { b: { c: 1 } } } }, "__proto__x.a.b is no setting"],
  ])("%s is 0609 0030 and stages nothing", (_, value, why) => {
    const rig = createDictionaryRig(open);
    expect(give(rig, value)).toBe(0x0609_0030);
    expect([text(rig), result(rig)]).toEqual([why, 2]);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
  });

  test("a text of ten thousand groups in each other is refused and no trouble", () => {
    const rig = createDictionaryRig(open);
    expect(give(rig, `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`)).toBe(0x0609_0030);
  });

  test("the owner's settings in it stay as they are, and without a login it is refused", () => {
    const rig = createDictionaryRig(open);
    expect(give(rig, { canopen: { controlAccess: "open" }, ftp: { password: "" } })).toBe(0);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0024);
    expect(give(createDictionaryRig(), { soh: { lifeCycles: 1234 } })).toBe(0x0800_0021);
  });
});

describe("what is the owner's or secret", () => {
  test("the owner's can be read and not written, even where settings are open (0601 0002)", () => {
    const rig = createDictionaryRig(open);
    const place = settingPlace("canopen.settingsAccess");
    expect(readObject(rig, ...place)).toEqual(Uint8Array.of(1));
    expect(writeObject(rig, ...place, Uint8Array.of(0))).toBe(0x0601_0002);
    expect(writeObject(rig, ...settingPlace("modbus.settingsAccess"), Uint8Array.of(0))).toBe(0x0601_0002);
  });

  test("a password is written and never read (0601 0001), nor in the settings as a whole", () => {
    const rig = createDictionaryRig((settings) => {
      open(settings);
      settings.ftp.password = "hunter2";
    });
    const place = settingPlace("ftp.password");
    expect(readObject(rig, ...place)).toBe(0x0601_0001);
    stage(rig, "ftp.password", "changed");
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0);
    expect(rig.bms.settings.ftp.password).toBe("changed");
    const whole = textOf(readObject(rig, 0x5820) as Uint8Array);
    expect(whole).not.toMatch(/changed|hunter2/);
    expect(JSON.parse(whole)).toEqual({ ...rig.bms.settings, ftp: { ...rig.bms.settings.ftp, password: "" } });
  });

  test("without a login a setting is refused before its value is judged further (0800 0021)", () => {
    const rig = createDictionaryRig();
    expect(stage(rig, "soh.lifeCycles", 1234)).toBe(0x0800_0021);
    expect([result(rig), text(rig)]).toEqual([4, "log in with the service password first"]);
    expect(writeObject(rig, COMMIT, 0, APPLY)).toBe(0x0800_0021);
    expect(judgeValue(rowOf("soh.lifeCycles"), 1234)).toBeUndefined();
  });
});

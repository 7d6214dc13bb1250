// SunSpec's chain against the standard: models, offsets, types and scale factors as its model definitions give them, and what
// a client would make of the raw numbers of a device whose signals are set by hand.

import { describe, expect, test } from "vitest";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { createSettings, putSetting, type SettingValue } from "../model/settings.ts";
import type { Identity } from "../model/shown.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../model/signal-image.ts";
import { createCounters } from "./counters.ts";
import type { Register, View } from "./register.ts";
import { createServerState } from "./server-state.ts";
import { createSession } from "./session.ts";
import { SUNSPEC_MODELS } from "./sunspec-points.ts";
import { SUNSPEC_REGISTERS } from "./sunspec-registers.ts";

/** The standard's model definitions: offset, name, type, ^scale factor, M where mandatory. */
const STANDARD = {
  1: "0 ID u16 M; 1 L u16 M; 2 Mn str16 M; 18 Md str16 M; 34 Opt str8; 42 Vr str8; 50 SN str16 M; 66 DA u16; 67 Pad pad",
  802: `0 ID u16 M; 1 L u16 M; 2 AHRtg u16^AHRtg_SF M; 3 WHRtg u16^WHRtg_SF M; 4 WChaRteMax u16^WChaDisChaMax_SF M;
    5 WDisChaRteMax u16^WChaDisChaMax_SF M; 6 DisChaRte u16^DisChaRte_SF; 7 SoCMax u16^SoC_SF; 8 SoCMin u16^SoC_SF;
    9 SocRsvMax u16^SoC_SF; 10 SoCRsvMin u16^SoC_SF; 11 SoC u16^SoC_SF M; 12 DoD u16^DoD_SF; 13 SoH u16^SoH_SF; 14 NCyc u32;
    16 ChaSt e16; 17 LocRemCtl e16 M; 18 Hb u16; 19 CtrlHb u16; 20 AlmRst u16 M; 21 Typ e16 M; 22 State e16 M;
    23 StateVnd e16; 24 WarrDt u32; 26 Evt1 b32 M; 28 Evt2 b32 M; 30 EvtVnd1 b32 M; 32 EvtVnd2 b32 M; 34 V u16^V_SF M;
    35 VMax u16^V_SF; 36 VMin u16^V_SF; 37 CellVMax u16^CellV_SF; 38 CellVMaxStr u16; 39 CellVMaxMod u16;
    40 CellVMin u16^CellV_SF; 41 CellVMinStr u16; 42 CellVMinMod u16; 43 CellVAvg u16^CellV_SF; 44 A s16^A_SF M;
    45 AChaMax u16^AMax_SF; 46 ADisChaMax u16^AMax_SF; 47 W s16^W_SF M; 48 ReqInvState e16; 49 ReqW s16^W_SF;
    50 SetOp e16 M; 51 SetInvState e16 M; 52 AHRtg_SF sf M; 53 WHRtg_SF sf M; 54 WChaDisChaMax_SF sf M; 55 DisChaRte_SF sf;
    56 SoC_SF sf M; 57 DoD_SF sf; 58 SoH_SF sf; 59 V_SF sf M; 60 CellV_SF sf M; 61 A_SF sf M; 62 AMax_SF sf M; 63 W_SF sf`,
  803: `0 ID u16 M; 1 L u16 M; 2 NStr u16 M; 3 NStrCon u16 M; 4 ModTmpMax s16^ModTmp_SF M; 5 ModTmpMaxStr u16;
    6 ModTmpMaxMod u16; 7 ModTmpMin s16^ModTmp_SF M; 8 ModTmpMinStr u16; 9 ModTmpMinMod u16; 10 ModTmpAvg s16^ModTmp_SF;
    11 StrVMax u16^V_SF; 12 StrVMaxStr u16; 13 StrVMin u16^V_SF; 14 StrVMinStr u16; 15 StrVAvg u16^V_SF;
    16 StrAMax s16^A_SF; 17 StrAMaxStr u16; 18 StrAMin s16^A_SF; 19 StrAMinStr u16; 20 StrAAvg s16^A_SF; 21 NCellBal u16;
    22 CellV_SF sf M; 23 ModTmp_SF sf M; 24 A_SF sf M; 25 SoH_SF sf; 26 SoC_SF sf M; 27 V_SF sf;
    28 StrNMod u16 M; 29 StrSt b32 M; 31 StrConFail e16; 32 StrSoC u16^SoC_SF M; 33 StrSoH u16^SoH_SF; 34 StrA s16^A_SF M;
    35 StrCellVMax u16^CellV_SF M; 36 StrCellVMaxMod u16; 37 StrCellVMin u16^CellV_SF M; 38 StrCellVMinMod u16;
    39 StrCellVAvg u16^CellV_SF M; 40 StrModTmpMax s16^ModTmp_SF M; 41 StrModTmpMaxMod u16; 42 StrModTmpMin s16^ModTmp_SF M;
    43 StrModTmpMinMod u16; 44 StrModTmpAvg s16^ModTmp_SF M; 45 StrDisRsn e16; 46 StrConSt b32; 48 StrEvt1 b32 M;
    50 StrEvt2 b32; 52 StrEvtVnd1 b32; 54 StrEvtVnd2 b32; 56 StrSetEna e16; 57 StrSetCon e16; 58 Pad1 pad M; 59 Pad2 pad M`,
  713: `0 ID u16 M; 1 L u16 M; 2 WHRtg u16^WH_SF; 3 WHAvail u16^WH_SF; 4 SoC u16^Pct_SF; 5 SoH u16^Pct_SF; 6 Sta e16;
    7 WH_SF sf; 8 Pct_SF sf`,
};

type Definition = { model: number; offset: number; name: string; type: string; sf?: string; isMandatory: boolean };

const DEFINITIONS: readonly Definition[] = [1, 802, 803, 713].flatMap((model) =>
  STANDARD[model as keyof typeof STANDARD].split(";").map((row) => {
    const [offset, name, typed, mandatory] = row.trim().split(/\s+/);
    const [type, sf] = typed.split("^");
    return { model, offset: Number(offset), name, type, ...(sf ? { sf } : {}), isMandatory: mandatory === "M" };
  }),
);
const definition = (name: string): Definition => DEFINITIONS.find((found) => `${found.model}.${found.name}` === name)!;
// biome-ignore format: rows of a table
const WIRE: Readonly<Record<string, string>> = { u16: "U16", s16: "S16", u32: "U32", e16: "U16", b32: "BITS32", sf: "S16", pad: "S16" };
const widthOf = (type: string): number =>
  type.startsWith("str") ? Number(type.slice(3)) : type.endsWith("32") ? 2 : 1;
const FIRST: Readonly<Record<number, number>> = { 1: 40_002, 802: 40_070, 803: 40_134, 713: 40_194 };

/** Every flag that vouches for a value. */
// biome-ignore format: rows of a table
const VOUCHING = ["batteryValid", "currentValid", "someCellValid", "cellsValid", "temperatureValid", "socStarted"] as const;
// biome-ignore format: rows of a table
const NUMBERS: Readonly<Record<string, number>> = {
  battery_V: 53.12, current_A: 20, minCell_V: 3.301, maxCell_V: 3.345, averageCell_V: 3.32,
  minTemperature_degC: 19.5, maxTemperature_degC: 23.5, cellTemperatures_degC: 21,
  soc: 0.55, dod: 0.45, soh: 0.98, remaining_Wh: 2500, cycles: 12, uptime_s: 100.9,
  maximumCharge_V: 56.8, minimumDischarge_V: 44.8, maximumCharge_A: 50, maximumDischarge_A: 100,
  chargeLimit_A: 45, dischargeLimit_A: 95, mode: 3, mainClosed: 1, chargeClosed: 1, dischargeClosed: 1, overrides: 2,
};

type Change = {
  image?: Readonly<Record<string, number>>;
  settings?: Readonly<Record<string, SettingValue>>;
} & Partial<View>;

/** A healthy device, running and charging slowly, with what a test changes. Every element of an array gets its value. */
function viewOf({ image: changes = {}, settings: set = {}, ...rest }: Change = {}): View {
  const image = new Float64Array(IMAGE_SIZE);
  const settings = createSettings();
  settings.user.serialNumber = "B-0042";
  const put = (name: string, value: number): void => {
    const { at, count } = IMAGE_PLACES.get(name)!;
    image.fill(value, at, at + count);
  };
  for (const name of VOUCHING) put(name, 1);
  const numbers = { ...NUMBERS, ...changes };
  for (const [name, value] of Object.entries(numbers)) put(name, value);
  put("power_W", numbers["battery_V"]! * numbers["current_A"]!);
  for (const [name, value] of Object.entries(set)) putSetting(settings, name, value);
  const identity: Identity = {
    ...{ vendor: "Maker", product: "BMS", url: "", model: "M18", hardware: [1, 0], firmware: [1, 12, 3] },
    ...{ address: [], netmask: [], gateway: [] },
  };
  return {
    shown: { image, settings, journal: { records: [], last: 32 }, identity },
    session: createSession({ link: "tcp", actor: "Modbus TCP", peer: "192.168.1.7", isLocal: false }),
    ...{ state: createServerState(), counters: { serial: createCounters(), tcp: createCounters() } },
    ...{ now_us: 1_000_000, isLowFirst: true, ...rest },
  };
}

/** What a client reads, from 40000 on. */
function wordsOf(view: View): number[] {
  const memory: number[] = [];
  const out = new Uint16Array(64);
  for (const { address, words, read } of SUNSPEC_REGISTERS) {
    read(view, 0, out);
    for (let i = 0; i < words; i++) memory[address + i - 40_000] = out[i];
  }
  return memory;
}

const addressOf = ({ model, offset }: Definition): number => FIRST[model] + offset;
function rawWords(view: View, name: string): number[] {
  const found = definition(name);
  const at = addressOf(found) - 40_000;
  return wordsOf(view).slice(at, at + widthOf(found.type));
}
/** The raw number, signed where its type is. */
function raw(view: View, name: string): number {
  const [high, low] = rawWords(view, name);
  if (low !== undefined) return high * 0x1_0000 + low;
  return ["s16", "sf"].includes(definition(name).type) && high > 0x7fff ? high - 0x1_0000 : high;
}
/** The value in its unit, as a client calculates it. */
function physical(view: View, name: string): number {
  const { model, sf } = definition(name);
  return raw(view, name) * (sf === undefined ? 1 : 10 ** raw(view, `${model}.${sf}`));
}
const textOf = (view: View, name: string): string =>
  String.fromCharCode(...rawWords(view, name).flatMap((word) => [word >> 8, word & 0xff]));
const faults = (...names: readonly FaultName[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [`fault.${name}`, 1]));
const bitsOf = (word: number): number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((word >>> bit) & 1) === 1);
/** Elements of input signals or their overrides. */
function withInputs(view: View, signal: string, values: Readonly<Record<string, number>>): View {
  for (const [name, value] of Object.entries(values))
    view.shown.image[IMAGE_PLACES.get(signal)!.at + INPUT_SIGNALS[name as keyof typeof INPUT_SIGNALS].number] = value;
  return view;
}

describe("the chain", () => {
  test("walked from SunS by number and length it has models 1, 802, 803, 713 and ends", () => {
    const words = wordsOf(viewOf());
    expect(String.fromCharCode(words[0] >> 8, words[0] & 0xff, words[1] >> 8, words[1] & 0xff)).toBe("SunS");
    const models: number[][] = [];
    let at = 2;
    for (; words[at] !== 0xffff; at += 2 + words[at + 1]) models.push([words[at], words[at + 1]]);
    expect(models).toEqual([
      [1, 66],
      [802, 62],
      [803, 26 + 32],
      [713, 7],
    ]);
    expect([words[at], words[at + 1], words.length]).toEqual([0xffff, 0, at + 2]);
  });

  test("every point stands at the standard's offset with its type and length, and no other does", () => {
    const ours = SUNSPEC_REGISTERS.filter(({ name }) => /^\d/.test(name));
    const shape = ({ address, name, type, words }: Register) => ({ address, name, type, words });
    const standard = DEFINITIONS.map((row) => ({
      ...{ address: addressOf(row), name: `${row.model}.${row.name}` },
      ...{ type: WIRE[row.type] ?? "TEXT", words: widthOf(row.type) },
    }));
    expect(ours.map(shape)).toEqual(standard);
  });

  test("scale factors and mandatory points are the standard's", () => {
    const ours = SUNSPEC_MODELS.flatMap(({ id, points, string = [] }) =>
      [...points, ...string].map((point) => [
        id,
        point.name,
        "sf" in point ? point.sf : undefined,
        point.mandatory === true,
      ]),
    );
    const standard = DEFINITIONS.filter(({ name }) => name !== "ID" && name !== "L");
    expect(ours).toEqual(standard.map(({ model, name, sf, isMandatory }) => [model, name, sf, isMandatory]));
  });

  test("registers lie side by side, all of them holding registers", () => {
    let next = 40_000;
    for (const { address, words, count, table, map } of SUNSPEC_REGISTERS) {
      expect([address, count, table, map]).toEqual([next, 1, "holding", "sunspec"]);
      next += words;
    }
  });

  test("reading writes every word of a point and none behind it", () => {
    const view = viewOf();
    for (const { name, words, read } of SUNSPEC_REGISTERS) {
      const outs = [0, 0xffff].map((before) => {
        const out = new Uint16Array(64).fill(before);
        read(view, 0, out);
        expect(
          out.subarray(words).every((word) => word === before),
          name,
        ).toBe(true);
        return out.slice(0, words);
      });
      expect(outs[0], name).toEqual(outs[1]);
    }
  });

  test("the high word comes first whatever the setting of the word order", () => {
    const change = { image: { cycles: 70_000, ...faults("overcurrentCharge", "cellCount") } };
    const high = wordsOf(viewOf({ ...change, isLowFirst: false }));
    expect(wordsOf(viewOf({ ...change, isLowFirst: true }))).toEqual(high);
    expect(rawWords(viewOf(change), "802.NCyc")).toEqual([1, 70_000 - 65_536]);
    expect(rawWords(viewOf(change), "802.Evt1")).toEqual([1 << (28 - 16), 1 << 5]);
  });

  test("only the heartbeat, the alarm reset and the operation can be written", () => {
    const written = SUNSPEC_REGISTERS.filter((row) => row.written !== undefined).map((row) => [row.name, row.written]);
    expect(written).toEqual([
      ["802.CtrlHb", "heartbeat"],
      ["802.AlmRst", "alarmReset"],
      ["802.SetOp", "operation"],
    ]);
  });
});

/** Words of what is not implemented, by the standard's types. */
// biome-ignore format: rows of a table
const NOT_IMPLEMENTED: Readonly<Record<string, readonly number[]>> = {
  u16: [0xffff], e16: [0xffff], s16: [0x8000], sf: [0x8000], u32: [0xffff, 0xffff], b32: [0xffff, 0xffff],
  str8: new Array(8).fill(0), str16: new Array(16).fill(0),
};
const missing = (view: View): string[] => {
  const isMissing = ({ model, name, type }: Definition) =>
    type !== "pad" && `${rawWords(view, `${model}.${name}`)}` === `${NOT_IMPLEMENTED[type]}`;
  return DEFINITIONS.filter(isMissing).map(({ model, name }) => `${model}.${name}`);
};

describe("what is not implemented", () => {
  test("a healthy device has every point but these", () => {
    const absent = ["SocRsvMax", "SoCRsvMin", "WarrDt", "ReqW", "SetInvState"].map((name) => `802.${name}`);
    expect(missing(viewOf())).toEqual([...absent, "803.StrSetEna", "803.StrSetCon"]);
  });

  test("of the mandatory points only SetInvState is missing: the device has no inverter", () => {
    expect(missing(viewOf()).filter((name) => definition(name).isMandatory)).toEqual(["802.SetInvState"]);
  });

  test.each(["1.Pad", "803.Pad1", "803.Pad2"])("%s is 0x8000", (name) => {
    expect(rawWords(viewOf(), name)).toEqual([0x8000]);
  });

  test.each([
    ["batteryValid", ["802.V", "802.W", "803.StrVMax", "803.StrVMin", "803.StrVAvg", "803.StrVMaxStr"]],
    ["currentValid", ["802.A", "802.W", "803.StrA", "803.StrAMax", "803.StrAMin", "803.StrAAvg", "803.StrAMaxStr"]],
    [
      "someCellValid",
      ["802.CellVMax", "802.CellVMin", "802.CellVAvg", "802.CellVMaxMod", "803.StrCellVMin", "803.StrCellVAvg"],
    ],
    ["temperatureValid", ["803.ModTmpMax", "803.ModTmpMin", "803.ModTmpAvg", "803.ModTmpMinStr", "803.StrModTmpAvg"]],
    ["socStarted", ["802.SoC", "802.DoD", "803.StrSoC", "713.SoC", "713.WHAvail"]],
  ])("without %s its points read as not implemented", (flag, names) => {
    expect(missing(viewOf({ image: { [flag]: 0 } }))).toEqual(expect.arrayContaining(names));
  });

  test("without any belief, the ratings, states and events are still told", () => {
    const doubtful = viewOf({ image: Object.fromEntries(VOUCHING.map((flag) => [flag, 0])) });
    const told = [
      "802.AHRtg",
      "802.WHRtg",
      "802.WChaRteMax",
      "802.SoH",
      "802.State",
      "802.Evt1",
      "803.StrSt",
      "713.Sta",
    ];
    expect(missing(doubtful).filter((name) => told.includes(name))).toEqual([]);
  });

  test("an empty text is nothing but zeros", () => {
    const nameless = viewOf({ settings: { "user.serialNumber": "" } });
    expect(rawWords(nameless, "1.SN")).toEqual(new Array(16).fill(0));
  });
});

describe("scale factors", () => {
  test.each(DEFINITIONS.filter(({ type }) => type === "sf").map(({ model, name }) => `${model}.${name}`))(
    "%s is a power of ten of the standard and does not move",
    (name) => {
      const exponent = raw(viewOf(), name);
      expect(Math.abs(exponent)).toBeLessThanOrEqual(10);
      expect(raw(viewOf({ image: { current_A: 1500, battery_V: 100 } }), name)).toBe(exponent);
    },
  );

  const capacity = (capacity_Ah: number): Change => ({ settings: { "battery.capacity_Ah": capacity_Ah } });
  test.each<[string, number, Change]>([
    ["802.V", 0, { image: { battery_V: 0 } }],
    ["802.V", 53.127, { image: { battery_V: 53.127 } }],
    ["802.V", 100, { image: { battery_V: 100 } }],
    ["802.A", 1500, { image: { current_A: -1500 } }],
    ["802.A", -1500, { image: { current_A: 1500 } }],
    ["803.StrA", 0.16, { image: { current_A: -0.16 } }],
    ["802.W", 96_000, { image: { battery_V: 80, current_A: -1200 } }],
    ["802.W", -150_000, { image: { battery_V: 100, current_A: 1500 } }],
    ["802.AChaMax", 1500, { image: { chargeLimit_A: 1500 } }],
    ["802.CellVMin", 0, { image: { minCell_V: 0 } }],
    ["802.CellVMax", 5.5, { image: { maxCell_V: 5.5 } }],
    ["803.StrCellVAvg", 3.3214, { image: { averageCell_V: 3.3214 } }],
    ["803.ModTmpMax", 200, { image: { maxTemperature_degC: 200 } }],
    ["803.ModTmpMin", -60, { image: { minTemperature_degC: -60 } }],
    ["803.StrModTmpAvg", -17.26, { image: { cellTemperatures_degC: -17.26 } }],
    ["802.SoC", 0, { image: { soc: 0 } }],
    ["802.SoC", 100, { image: { soc: 1 } }],
    ["803.StrSoC", 33.337, { image: { soc: 0.33337 } }],
    ["802.DoD", 100, { image: { dod: 1 } }],
    ["713.SoH", 99.999, { image: { soh: 0.99999 } }],
    ["713.WHAvail", 576_000, { image: { remaining_Wh: 576_000 } }],
    ["802.AHRtg", 10_000, capacity(10_000)],
    ["802.AHRtg", 1, capacity(1)],
    ["802.WHRtg", 512_000, capacity(10_000)], // 16 LFP cells of 3.2 V
    ["713.WHRtg", 5120, capacity(100)],
    ["802.WChaRteMax", 1500 * 81, { image: { maximumCharge_A: 1500, maximumCharge_V: 81 } }],
    ["802.WDisChaRteMax", 100 * 44.8, {}],
    ["802.VMax", 81, { image: { maximumCharge_V: 81 } }],
    ["802.DisChaRte", 1, { settings: { "cellModel.selfDischargePerMonth": 0.3 } }],
  ])("%s tells %f within half a step", (name, value, change) => {
    const view = viewOf(change);
    const { model, sf } = definition(name);
    const step = 10 ** raw(view, `${model}.${sf}`);
    expect(Math.abs(physical(view, name) - value)).toBeLessThanOrEqual(step / 2 + 1e-9);
  });

  test.each(["802.WHRtg", "713.WHRtg"])("%s over its range is held at the end and not told as missing", (name) => {
    const settings = { "battery.chemistry": "NMC", "battery.cells": 18, "battery.capacity_Ah": 10_000 }; // 657 kWh
    expect(raw(viewOf({ settings }), name)).toBe(0xfffe);
  });

  test("a cell that reads negative is 0, not missing", () => {
    expect(raw(viewOf({ image: { minCell_V: -1 } }), "802.CellVMin")).toBe(0);
  });

  test("an unknown chemistry has the voltage of its table at half charge and 25 degC", () => {
    const ocv = { x: [0, 0.5, 1], y: [25], z: [3, 3.5, 4] };
    const view = viewOf({ settings: { "battery.chemistry": "custom", "socEstimation.ocv": ocv } });
    expect(physical(view, "802.WHRtg")).toBe(16 * 3.5 * 100);
  });
});

// biome-ignore format: rows of a table
const TOLD = {
  802: {
    AHRtg: 100, WHRtg: 5120, WChaRteMax: 2840, WDisChaRteMax: 4480, SoCMax: 100, SoCMin: 0, SoC: 55, DoD: 45, SoH: 98, NCyc: 12,
    StateVnd: 3, V: 53.12, VMax: 56.8, VMin: 44.8, CellVMax: 3.345, CellVMaxStr: 1, CellVMaxMod: 1, CellVMin: 3.301,
    CellVMinStr: 1, CellVMinMod: 1, CellVAvg: 3.32, A: -20, AChaMax: 45, ADisChaMax: 95, W: -1060, Hb: 100,
  },
  803: {
    ModTmpMax: 23.5, ModTmpMaxStr: 1, ModTmpMaxMod: 1, ModTmpMin: 19.5, ModTmpMinStr: 1, ModTmpMinMod: 1, ModTmpAvg: 21,
    StrVMax: 53.12, StrVMaxStr: 1, StrVMin: 53.12, StrVMinStr: 1, StrVAvg: 53.12, StrAMax: -20, StrAMaxStr: 1, StrAMin: -20,
    StrAMinStr: 1, StrAAvg: -20, NCellBal: 0, StrNMod: 1, StrSoC: 55, StrSoH: 98, StrA: -20, StrCellVMax: 3.345,
    StrCellVMaxMod: 1, StrCellVMin: 3.301, StrCellVMinMod: 1, StrCellVAvg: 3.32, StrModTmpMax: 23.5, StrModTmpMaxMod: 1,
    StrModTmpMin: 19.5, StrModTmpMinMod: 1, StrModTmpAvg: 21,
  },
  713: { WHRtg: 5120, WHAvail: 2500, SoC: 55, SoH: 98, Sta: 0 },
};
test.each(
  Object.entries(TOLD).flatMap(([model, points]) =>
    Object.entries(points).map(([name, value]) => [`${model}.${name}`, value] as const),
  ),
)("of a healthy device %s tells %f", (name, value) => {
  expect(physical(viewOf(), name)).toBeCloseTo(value, 9);
});

test.each([
  [20, -20, -1060, 4], // charging
  [-20, 20, 1060, 3], // discharging
])("a current of %d A into the battery is told as %d A and %d W", (current_A, told_A, told_W, status) => {
  const view = viewOf({ image: { current_A, batteryState: status === 4 ? 1 : 4 } });
  expect(
    ["802.A", "803.StrA", "803.StrAMax", "803.StrAMin", "803.StrAAvg"].map((name) => physical(view, name)),
  ).toEqual(new Array(5).fill(told_A));
  expect([physical(view, "802.W"), raw(view, "802.ChaSt")]).toEqual([told_W, status]);
});

describe("texts", () => {
  test("are padded with zeros", () => {
    expect(textOf(viewOf(), "1.Md")).toBe("BMS".padEnd(32, "\0"));
    expect(textOf(viewOf(), "1.Opt")).toBe("M18".padEnd(16, "\0"));
    expect(textOf(viewOf(), "1.Vr")).toBe("1.12.3".padEnd(16, "\0"));
    expect(textOf(viewOf(), "1.SN")).toBe("B-0042".padEnd(32, "\0"));
  });

  test.each([
    ["", "Maker"],
    ["Accu & Sons", "Accu & Sons"],
    ["0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"],
  ])("the maker set to '%s' is told as '%s'", (set, told) => {
    const view = viewOf({ settings: { "user.manufacturer": set } });
    expect(textOf(view, "1.Mn")).toBe(told.padEnd(32, "\0"));
  });
});

describe("events", () => {
  test.each<[number, FaultName]>([
    [0, "cellMonitor"],
    [1, "highTemperatureCharge"],
    [3, "lowTemperatureDischarge"],
    [5, "overcurrentCharge"],
    [6, "highChargingCurrent"],
    [7, "shortCircuit"],
    [9, "overvoltage"],
    [10, "voltageTooHigh"],
    [11, "undervoltage"],
    [14, "lowSoc"],
    [17, "cellImbalance"],
    [20, "mainFeedback"],
    [22, "insulation"],
    [23, "batteryCover"],
    [25, "fuse1"],
    [26, "logging"],
    [28, "cellCount"],
  ])("bit %d of Evt1 and StrEvt1 tells of %s", (bit, fault) => {
    const view = viewOf({ image: faults(fault) });
    expect([bitsOf(raw(view, "802.Evt1")), bitsOf(raw(view, "803.StrEvt1"))]).toEqual([[bit], [bit]]);
  });

  test("without faults there are none, in any word", () => {
    const words = [
      "802.Evt1",
      "802.Evt2",
      "802.EvtVnd1",
      "802.EvtVnd2",
      "803.StrEvt1",
      "803.StrEvtVnd1",
      "803.StrEvtVnd2",
    ];
    expect(words.map((name) => raw(viewOf(), name))).toEqual(words.map(() => 0));
  });

  test("a fault sets one bit: an indication that of a warning, an error that of an alarm where the standard has one", () => {
    const warnings = [2, 4, 6, 8, 10, 12, 14, 16, 17, 19, 24, 26, 29];
    for (const name of FAULT_NAMES) {
      const bits = bitsOf(raw(viewOf({ image: faults(name) }), "802.Evt1"));
      expect(bits.length, name).toBe(1);
      const isWarning = FAULT_ROWS[name].level === "indication" || name === "cellImbalance"; // no alarm of imbalance
      expect(warnings.includes(bits[0]), name).toBe(isWarning);
    }
  });

  test("with all faults a string leaves its reserved bits 24 and 27 clear", () => {
    const bits = bitsOf(raw(viewOf({ image: faults(...FAULT_NAMES) }), "803.StrEvt1"));
    expect(bits.filter((bit) => bit === 24 || bit === 27 || bit > 29)).toEqual([]);
  });

  test.each<[FaultName, string, number]>([
    ["overcurrentCharge", "EvtVnd1", 0],
    ["currentSensor", "EvtVnd1", 19],
    ["lowTemperatureCharge", "EvtVnd2", 0],
    ["precharge", "EvtVnd2", 17],
  ])("%s is in the vendor's word %s bit %d", (fault, word, bit) => {
    const view = viewOf({ image: faults(fault) });
    expect([bitsOf(raw(view, `802.${word}`)), bitsOf(raw(view, `803.Str${word}`))]).toEqual([[bit], [bit]]);
  });

  test("an error anywhere is bit 13 of the vendor's second word", () => {
    expect(bitsOf(raw(viewOf({ image: { "signal.anyError": 1 } }), "802.EvtVnd2"))).toEqual([13]);
  });
});

const OPEN = { mainClosed: 0, chargeClosed: 0, dischargeClosed: 0, prechargeClosed: 0, commonClosed: 0 };

describe("states", () => {
  test.each<[string, number, Record<string, number>]>([
    ["off", 1, { mode: 0, ...OPEN }],
    ["standby", 4, { mode: 1, ...OPEN }],
    ["starting", 2, { mode: 2, ...OPEN }],
    ["running, closed", 3, { mode: 3 }],
    ["running, open", 1, { mode: 3, ...OPEN }],
    ["running, main contactor open", 1, { mode: 3, mainClosed: 0 }],
    ["running, only charging closed", 3, { mode: 3, dischargeClosed: 0 }],
    ["powering down", 6, { mode: 4 }],
    ["undervoltage", 5, { mode: 3, ...faults("undervoltage") }],
    ["overvoltage", 5, { mode: 3, ...faults("overvoltage") }],
    ["an error that opens both", 99, { mode: 3, ...OPEN, ...faults("overcurrentCharge") }],
    ["a critical error", 99, { mode: 3, ...OPEN, ...faults("stuckContactor") }],
    ["an error that opens charging only", 3, { mode: 3, chargeClosed: 0, ...faults("lowTemperatureCharge") }],
    ["an indication", 3, { mode: 3, ...faults("lowSoc") }],
    ["main contactor held open", 99, { mode: 3, ...OPEN, mainHeld: 1 }],
  ])("%s is State %d", (_, state, image) => {
    expect(raw(viewOf({ image }), "802.State")).toBe(state);
  });

  test.each(["opensCharge", "critical"])("an error that opens discharging is a fault once it is set to %s", (field) => {
    const settings = { [`protections.undervoltage.${field}`]: true };
    expect(raw(viewOf({ settings, image: faults("undervoltage") }), "802.State")).toBe(99);
  });

  test.each<[string, number, Record<string, number>]>([
    ["charging", 4, { batteryState: 1, soc: 1 }],
    ["discharging", 3, { batteryState: 4, soc: 0 }],
    ["at rest", 6, { batteryState: 3 }],
    ["at rest, almost full", 6, { batteryState: 3, soc: 0.994 }],
    ["full", 5, { batteryState: 3, soc: 0.996 }],
    ["almost empty", 6, { batteryState: 6, soc: 0.006 }],
    ["empty", 2, { batteryState: 6, soc: 0.004 }],
    ["at rest, state of charge unknown", 6, { batteryState: 0, soc: 0, socStarted: 0 }],
    ["disconnected", 1, { batteryState: 3, soc: 1, ...OPEN }],
    ["a cell analysed", 7, { batteryState: 4, analysisRunning: 1 }],
  ])("%s is ChaSt %d", (_, status, image) => {
    expect(raw(viewOf({ image }), "802.ChaSt")).toBe(status);
  });

  test.each<[string, number, Record<string, SettingValue>, Record<string, number>]>([
    ["main and one path", 1, {}, { ...OPEN, mainClosed: 1, dischargeClosed: 1 }],
    ["a path without main", 0, {}, { ...OPEN, dischargeClosed: 1 }],
    ["precharging only", 0, {}, { ...OPEN, mainClosed: 1, prechargeClosed: 1 }],
    ["a path, no main fitted", 1, { "main.enable": false }, { ...OPEN, chargeClosed: 1 }],
    ["main and common", 1, { "common.enable": true }, { ...OPEN, mainClosed: 1, commonClosed: 1 }],
    ["common open", 0, { "common.enable": true }, { ...OPEN, mainClosed: 1, chargeClosed: 1 }],
    ["only main fitted", 1, { "charge.enable": false, "discharge.enable": false }, { ...OPEN, mainClosed: 1 }],
  ])("%s closed: %d strings are connected", (_, strings, settings, image) => {
    const view = viewOf({ settings, image });
    expect([raw(view, "803.NStr"), raw(view, "803.NStrCon"), raw(view, "803.StrSt")]).toEqual([
      1,
      strings,
      1 + 2 * strings,
    ]);
  });

  test.each([
    ["mainClosed", 0],
    ["prechargeClosed", 1],
    ["chargeClosed", 2],
    ["dischargeClosed", 3],
    ["commonClosed", 4],
  ])("%s is bit %d of StrConSt", (name, bit) => {
    expect(bitsOf(raw(viewOf({ image: { ...OPEN, [name]: 1 } }), "803.StrConSt"))).toEqual([bit]);
  });

  test.each<[string, number, number, Record<string, number>]>([
    ["nothing", 0, 0, OPEN],
    ["insulation", 2, 1, { ...OPEN, ...faults("insulation") }],
    ["a fuse", 5, 1, { ...OPEN, ...faults("fuse2") }],
    ["a welded contactor", 6, 1, { ...OPEN, ...faults("stuckContactor") }],
    ["precharge", 7, 1, { ...OPEN, ...faults("precharge") }],
    ["undervoltage", 3, 0, { ...OPEN, ...faults("undervoltage") }],
    ["overcurrent", 8, 1, { ...OPEN, ...faults("overcurrentDischarge") }],
    ["the button", 1, 4, { ...OPEN, mode: 1, powerDownReason: 1 }],
    ["a command", 4, 4, { ...OPEN, mode: 1, powerDownReason: 3 }],
    ["a periodic restart", 4, 2, { ...OPEN, "signal.serviceReset": 1, powerDownReason: 1 }],
    ["an earlier press of the button", 0, 0, { ...OPEN, powerDownReason: 1 }],
    ["an error that opens nothing", 0, 0, faults("cellImbalance")],
  ])("kept open by %s: StrConFail %d, StrDisRsn %d", (_, failure, disabled, image) => {
    const view = viewOf({ image });
    expect([raw(view, "803.StrConFail"), raw(view, "803.StrDisRsn")]).toEqual([failure, disabled]);
    expect(raw(view, "803.StrSt") & 1).toBe(disabled === 0 ? 1 : 0);
  });

  test("both directions inhibited disable the string from outside, one does not", () => {
    const both = withInputs(viewOf({ image: OPEN }), "inputSignals", { inhibitCharging: 1, inhibitDischarging: 1 });
    expect([raw(both, "803.StrDisRsn"), raw(both, "803.StrConFail"), raw(both, "803.StrSt")]).toEqual([3, 4, 0]);
    expect(raw(withInputs(viewOf(), "inputSignals", { inhibitCharging: 1 }), "803.StrDisRsn")).toBe(0);
  });

  test.each<[number, Record<string, number>]>([
    [0, {}],
    [1, faults("lowSoc")],
    [2, { ...faults("lowSoc", "overvoltage"), "signal.anyError": 1 }],
  ])("model 713 has status %d", (status, image) => {
    expect(raw(viewOf({ image }), "713.Sta")).toBe(status);
  });

  test("cells that are being balanced are counted", () => {
    expect(raw(viewOf({ image: { balancingCells: 1 } }), "803.NCellBal")).toBe(18);
    const one = viewOf();
    one.shown.image[IMAGE_PLACES.get("balancingCells")!.at + 4] = 1;
    expect(raw(one, "803.NCellBal")).toBe(1);
  });

  test("the mean temperature is that of the configured cells", () => {
    const view = viewOf({ image: { cellTemperatures_degC: 99 }, settings: { "battery.cells": 6 } });
    view.shown.image.set([20, 21, 22, 23, 24, 26.5], IMAGE_PLACES.get("cellTemperatures_degC")!.at);
    expect(physical(view, "803.ModTmpAvg")).toBeCloseTo(22.8, 9); // 22.75 in steps of 0.1
  });
});

describe("control", () => {
  const session = (isLocal: boolean, until_us = 0) => ({
    ...createSession({ link: "tcp", actor: "Modbus TCP", peer: "192.168.1.7", isLocal }),
    until_us,
  });
  test.each([
    ["open", false, 0, 0],
    ["local", true, 0, 0],
    ["local", false, 0, 1],
    ["local", false, 1_000_001, 0],
    ["local", false, 1_000_000, 1], // the login has just ended
    ["login", true, 0, 1],
    ["login", true, 1_000_001, 0],
  ] as const)("access %s, on this machine %s, logged in until %d: LocRemCtl %d", (access, isLocal, until_us, mode) => {
    const settings = { "modbus.controlAccess": access };
    expect(raw(viewOf({ settings, session: session(isLocal, until_us) }), "802.LocRemCtl")).toBe(mode);
  });

  test.each([
    [0, 0, 1],
    [1, 0, 1],
    [0, 1, 1],
    [2, 2, 1],
    [1, 2, 1],
    [1, 1, 2],
  ])(
    "overrides %d and %d of the inhibiting signals read as SetOp %d",
    (inhibitCharging, inhibitDischarging, operation) => {
      const view = withInputs(viewOf(), "overrides", { inhibitCharging, inhibitDischarging });
      expect(raw(view, "802.SetOp")).toBe(operation);
    },
  );

  test.each([
    [0, 0],
    [1.99, 1],
    [65_534.5, 65_534],
    [65_535, 0],
    [200_000, 3395],
  ])("after %f s the heartbeat is %d and never 0xFFFF", (uptime_s, beat) => {
    expect(raw(viewOf({ image: { uptime_s } }), "802.Hb")).toBe(beat);
  });

  test.each([0, 1, 65_534, 65_535])("the controller's heartbeat %d reads as written", (heartbeat) => {
    const view = viewOf();
    view.state.heartbeat = heartbeat;
    expect(raw(view, "802.CtrlHb")).toBe(heartbeat);
  });

  test("the alarm reset reads 0, the inverter is asked nothing, and the battery is of lithium", () => {
    expect(["802.AlmRst", "802.ReqInvState", "802.Typ", "1.DA"].map((name) => raw(viewOf(), name))).toEqual([
      0, 0, 4, 32,
    ]);
  });
});

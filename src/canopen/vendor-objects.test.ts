// The vendor's objects and TPDOs, bit for bit: numbers by hand from its pages, not from our tables.

import { describe, expect, test } from "vitest";
import {
  createDictionaryRig,
  type DictionaryRig,
  holdSignal,
  readObject,
  writeObject,
} from "../../tools/fuzz/dictionary-rig.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { transmitPdos } from "./pdo-defaults.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The data of a PDO by its mapping. */
function pdo(rig: DictionaryRig, mapping: readonly number[]): Uint8Array {
  const parts = mapping.map((each) => {
    const data = readObject(rig, each >>> 16, (each >>> 8) & 0xff) as Uint8Array;
    expect(data.length * 8).toBe(each & 0xff);
    return [...data];
  });
  return Uint8Array.from(parts.flat());
}

describe("input signals", () => {
  test.each(Object.entries(INPUT_SIGNALS).map(([name, { number }]) => [name, number] as const))(
    "%s, number %d, is its bit of 4000h or 4001h, and alone",
    (_, number) => {
      const rig = createDictionaryRig();
      holdSignal(rig, "inputSignals", 1, number);
      const word = 1 << (number & 15);
      const [index, other] = number < 16 ? [0x4000, 0x4001] : [0x4001, 0x4000];
      expect(readObject(rig, index)).toEqual(bytes(word & 0xff, word >> 8));
      expect(readObject(rig, other)).toEqual(bytes(0, 0));
    },
  );

  test("4001h ends with bit 5, Close External 1", () => {
    const rig = createDictionaryRig();
    for (let n = 0; n < 22; n++) holdSignal(rig, "inputSignals", 1, n);
    expect(readObject(rig, 0x4000)).toEqual(bytes(0xff, 0xff));
    expect(readObject(rig, 0x4001)).toEqual(bytes(0x3f, 0));
  });
});

// Bits of Errors 1 on the vendor's page.
test.each([
  ["overcurrentCharge", 0],
  ["overcurrentDischarge", 0],
  ["undervoltage", 1],
  ["overvoltage", 2],
  ["lowTemperatureDischarge", 3],
  ["highTemperatureDischarge", 4],
  ["batteryCover", 5],
  ["cellMonitor", 9],
  ["currentSensor", 19],
])("error %s is bit %d of 4020h", (name, bit) => {
  const rig = createDictionaryRig();
  holdSignal(rig, `fault.${name}`, 1);
  const word = 1 << bit;
  expect(readObject(rig, 0x4020)).toEqual(bytes(word & 0xff, (word >> 8) & 0xff, (word >> 16) & 0xff, 0));
});

describe("the vendor's TPDOs", () => {
  const vendor = transmitPdos("vendor");

  test("1A0h: inputs, 0.1 A, lowest and highest cell temperature, SOC, 0.1 V", () => {
    const rig = createDictionaryRig();
    holdSignal(rig, "inputSignals", 1, 1); // charger connected
    holdSignal(rig, "current_A", -123.4); // -1234 = FB2Eh
    holdSignal(rig, "currentValid", 1);
    holdSignal(rig, "minTemperature_degC", -5.2);
    holdSignal(rig, "maxTemperature_degC", 31.4);
    holdSignal(rig, "temperatureValid", 1);
    holdSignal(rig, "soc", 0.8);
    holdSignal(rig, "socStarted", 1);
    holdSignal(rig, "battery_V", 52.8); // 528 = 0210h
    holdSignal(rig, "batteryValid", 1);
    expect(pdo(rig, vendor[0]!.mapping)).toEqual(bytes(0x02, 0x2e, 0xfb, 0xfb, 0x1f, 0x50, 0x10, 0x02));
  });

  test("bits 5 and 6 of its first byte, feedbacks, are reserved and 0", () => {
    const rig = createDictionaryRig();
    for (let n = 0; n < 8; n++) holdSignal(rig, "inputSignals", 1, n);
    expect(pdo(rig, vendor[0]!.mapping)[0]).toBe(0x9f);
  });

  test("what is not believed is not told as a number: 8000h, 80h, 80h, FFh, FFFFh", () => {
    const rig = createDictionaryRig();
    for (const flag of ["currentValid", "temperatureValid", "socStarted", "batteryValid"]) holdSignal(rig, flag, 0);
    expect(pdo(rig, vendor[0]!.mapping).slice(1)).toEqual(bytes(0x00, 0x80, 0x80, 0x80, 0xff, 0xff, 0xff));
  });

  test("what is out of the field's range is held at its end, never taken for not known", () => {
    const rig = createDictionaryRig();
    holdSignal(rig, "current_A", -4000);
    holdSignal(rig, "currentValid", 1);
    holdSignal(rig, "minTemperature_degC", -200);
    holdSignal(rig, "maxTemperature_degC", 200);
    holdSignal(rig, "temperatureValid", 1);
    expect(pdo(rig, vendor[0]!.mapping).slice(1, 5)).toEqual(bytes(0x01, 0x80, 0x81, 0x7f));
  });

  test("2A0h: internal signals, then Errors 1", () => {
    const rig = createDictionaryRig();
    holdSignal(rig, "signal.allowCharging", 1); // bit 3
    holdSignal(rig, "signal.powerUp", 1); // bit 25
    holdSignal(rig, "fault.overvoltage", 1); // bit 2
    holdSignal(rig, "fault.currentSensor", 1); // bit 19
    const internal = pdo(rig, vendor[1]!.mapping).slice(0, 4);
    expect([internal[0]! & 0x08, internal[3]! & 0x02]).toEqual([0x08, 0x02]);
    expect(pdo(rig, vendor[1]!.mapping).slice(4)).toEqual(bytes(0x04, 0x00, 0x08, 0x00));
  });

  test("they are sent on each SYNC from 180h and 280h, and nothing else is", () => {
    expect(vendor.map(({ base, type }) => [base, type]).slice(0, 2)).toEqual([
      [0x180, 1],
      [0x280, 1],
    ]);
    expect(vendor.slice(2).filter(({ base }) => base !== undefined)).toEqual([]);
  });
});

describe("software control of inputs, 5100h", () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [65_535, 2],
  ])("writing %d to sub-index n + 1 drives signal n: %d", (written, value) => {
    const rig = createDictionaryRig();
    writeObject(rig, 0x5100, 4, bytes(value === 2 ? 1 : 2, 0)); // something else first
    expect(writeObject(rig, 0x5100, 4, bytes(written & 0xff, written >> 8))).toBe(0);
    expect(rig.asked.at(-1)).toEqual({ kind: "override", signal: "inhibitCharging", value });
    expect(readObject(rig, 0x5100, 4)).toEqual(bytes(value, 0));
  });

  test("there are 22, and what is so already is not asked again", () => {
    const rig = createDictionaryRig();
    expect(readObject(rig, 0x5100)).toEqual(bytes(22));
    expect(writeObject(rig, 0x5100, 23, bytes(1, 0))).toBe(0x0609_0011);
    for (let i = 0; i < 5; i++) writeObject(rig, 0x5100, 1, bytes(1, 0));
    expect(rig.asked.length).toBe(1);
  });

  test.each([
    ["local", true, 0],
    ["open", true, 0],
    ["login", true, 0x0800_0021],
    ["local", false, 0x0800_0021],
    ["open", false, 0],
    ["login", false, 0x0800_0021],
  ] as const)("access %s, client on the wire %s: %d", (access, isLocal, expected) => {
    const rig = createDictionaryRig(
      (settings) => {
        settings.canopen.controlAccess = access;
      },
      { isLocal },
    );
    expect(writeObject(rig, 0x5100, 1, bytes(1, 0))).toBe(expected);
    expect(rig.asked.length).toBe(expected === 0 ? 1 : 0);
    writeObject(rig, 0x5800, 0, new TextEncoder().encode("it does not matter here"));
    expect(writeObject(rig, 0x5100, 1, bytes(1, 0))).toBe(0);
  });
});

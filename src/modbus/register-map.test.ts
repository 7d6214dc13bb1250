// The whole map: no register lies on another, every signal and setting is there, and no address ever moves: the golden file
// lists them all, and a reviewer reads what changes in it.

import { describe, expect, test } from "vitest";
import { createRig, hold, read } from "../../tools/fuzz/modbus-rig.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { INTERNAL_SIGNALS } from "../model/internal-signals.ts";
import { SETTING_LIST } from "../model/settings.ts";
import { SIGNAL_NAMES } from "../model/signals.ts";
import { fullName, named, REGISTER_NAMES } from "./names.ts";
import type { Register } from "./register.ts";
import { HOLDING_REGISTERS, INPUT_REGISTERS } from "./register-map.ts";

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, "0")}`;
const line = (register: Register): string => {
  const { table, address, words, count, type, written } = register;
  return `${hex(address)} ${table} ${fullName(register)} ${type} ${words}x${count} ${written ?? "read"}`;
};

test("no address has moved", async () => {
  const lines = [...INPUT_REGISTERS, ...HOLDING_REGISTERS].map(line).sort();
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../tests/golden/modbus-addresses.txt");
});

test.each([
  ["input", INPUT_REGISTERS],
  ["holding", HOLDING_REGISTERS],
])("no %s register lies on another", (_, registers) => {
  const owner = new Map<number, string>();
  for (const { address, words, count, name } of registers)
    for (let at = address; at < address + words * count; at++) {
      expect([hex(at), owner.get(at)]).toEqual([hex(at), undefined]);
      owner.set(at, name);
    }
  expect(Math.max(...owner.keys())).toBeLessThan(0x1_0000);
});

test("every signal and every setting is in our map", () => {
  for (const name of [...SIGNAL_NAMES, ...SETTING_LIST.map((setting) => setting.name)])
    expect([name, named(name)?.register.map]).toEqual([name, "ours"]);
});

test("names are found once, and elements count from 1", () => {
  expect(new Set(REGISTER_NAMES).size).toBe(REGISTER_NAMES.length);
  expect(named("cells_V[18]")?.element).toBe(17);
  expect(named("cells_V[19]")).toBeUndefined();
  expect(named("cells_V[0]")).toBeUndefined();
  expect(named("no such")).toBeUndefined();
});

describe("the vendor's registers, bit for bit", () => {
  test.each(Object.entries(INPUT_SIGNALS).map(([name, { number }]) => [name, number] as const))(
    "input signal %s is number %d",
    (_, number) => {
      const rig = createRig();
      hold(rig, "inputSignals", 1, number);
      const [address, bit] = number < 16 ? [0x2000, number] : [0x20f4, number - 16];
      expect(read(rig, 4, address, 1)).toEqual([1 << bit]);
      expect(read(rig, 4, number < 16 ? 0x20f4 : 0x2000, 1)).toEqual([0]);
    },
  );

  // Bits of the vendor's pages (Errors 1 and 2).
  test.each([
    ["overcurrentCharge", 0x2007, 0],
    ["overcurrentDischarge", 0x2007, 0],
    ["undervoltage", 0x2007, 1],
    ["overvoltage", 0x2007, 2],
    ["lowTemperatureDischarge", 0x2007, 3],
    ["highTemperatureDischarge", 0x2007, 4],
    ["batteryCover", 0x2007, 5],
    ["cellMonitor", 0x2007, 9],
    ["currentSensor", 0x2007, 19],
    ["lowTemperatureCharge", 0x200e, 0],
    ["precharge", 0x200e, 17],
  ])("error %s is at 0x%d bit %d, low word first", (name, address, bit) => {
    const rig = createRig();
    hold(rig, `fault.${name}`, 1);
    const word = (1 << bit) >>> 0;
    expect(read(rig, 4, address, 2)).toEqual([word & 0xffff, word >>> 16]);
  });

  test("any error sets General error, bit 13 of Errors 2", () => {
    const rig = createRig();
    hold(rig, "signal.anyError", 1);
    expect(read(rig, 4, 0x200e, 2)).toEqual([1 << 13, 0]);
  });

  test.each(Object.entries(INTERNAL_SIGNALS).map(([name, { bit }]) => [name, bit] as const))(
    "internal signal %s is bit %d",
    (name, bit) => {
      const rig = createRig();
      hold(rig, `signal.${name}`, 1);
      const word = (1 << bit) >>> 0;
      expect(read(rig, 4, 0x2009, 2)).toEqual([word & 0xffff, word >>> 16]);
    },
  );

  const REAL_100_5 = [0x0000, 0x42c9]; // 100.5, low word first
  test.each([
    [0x2001, "current_A", "currentValid"],
    [0x217d, "discharged_Ah", ""],
    [0x2185, "calibratedReference_V", "calibrated"],
    [0x218e, "hall_V", ""],
    [0x2190, "hallReference_V", ""],
    [0x219f, "chargeLimit_A", ""],
    [0x21a1, "dischargeLimit_A", ""],
    [0x21ca, "averageCell_V", "someCellValid"],
    [0x2402, "current_A", "currentValid"],
    [0x2422, "maximumCharge_V", ""],
    [0x2424, "minimumDischarge_V", ""],
    [0x2426, "maximumCharge_A", ""],
    [0x2428, "maximumDischarge_A", ""],
  ])("the real value at %d is %s, and not a number while it is not believed", (address, name, flag) => {
    const rig = createRig();
    hold(rig, name, 100.5);
    if (flag !== "") {
      hold(rig, flag, 0);
      expect(read(rig, 4, address, 2)).toEqual([0x0000, 0x7fc0]);
      hold(rig, flag, 1);
    }
    expect(read(rig, 4, address, 2)).toEqual(REAL_100_5);
  });

  test("versions: minor and major of the hardware, patch, minor, major and 0 of the firmware", () => {
    expect(read(createRig(), 4, 0x0000, 5)).toEqual([0x0201, 0x0405, 0x0003, 0, 0]);
  });

  test("state of charge is in percent, the battery state a code with its seconds", () => {
    const rig = createRig();
    hold(rig, "soc", 0.5);
    hold(rig, "socStarted", 1);
    hold(rig, "batteryState", 6);
    hold(rig, "batteryStateTime_us", 70_000 * 1e6);
    expect(read(rig, 4, 0x2100, 3)).toEqual([0x0000, 0x4248, 1]); // 50.0, and one measuring part
    expect(read(rig, 4, 0x2410, 3)).toEqual([6, 70_000 & 0xffff, 1]);
  });

  test("addresses of TCP/IP, byte 0 low in the first register", () => {
    expect(read(createRig(), 4, 0x217f, 6)).toEqual([0x000a, 0x0700, 0x00ff, 0x0000, 0x000a, 0x0100]);
  });

  test("the journal's ring: errors and packed time, 32 records, the number of the newest", () => {
    const rig = createRig();
    const records = Array.from({ length: 32 }, (_, i) => ({
      errors1: i + 1,
      errors2: 0x100 + i,
      stamp: 0x8765_4321,
    }));
    rig.ring = { records, last: 7 };
    expect(read(rig, 4, 0x2200, 4)).toEqual([1, 0, 0x4321, 0x8765]);
    expect(read(rig, 4, 0x227c, 4)).toEqual([32, 0, 0x4321, 0x8765]);
    expect(read(rig, 4, 0x2300, 1)).toEqual([7]);
    expect(read(rig, 4, 0x2380, 2)).toEqual([0x100, 0]);
    expect(read(rig, 4, 0x23fc, 2)).toEqual([0x11f, 0]);
    expect(read(rig, 4, 0x2280, 1)).toBe(-2);
  });

  test("with the high word first all 32-bit values turn round", () => {
    const rig = createRig((settings) => {
      settings.rs485.wordOrder = "highFirst";
    });
    hold(rig, "chargeLimit_A", 100.5);
    expect(read(rig, 4, 0x219f, 2)).toEqual([0x42c9, 0x0000]);
  });

  test("what the vendor's pages leave open is an illegal address", () => {
    for (const address of [0x0005, 0x1fff, 0x2012, 0x20f5, 0x2103, 0x242a, 0x4001, 0x4102, 0x5116])
      expect([hex(address), read(createRig(), address < 0x4000 ? 4 : 3, address, 1)]).toEqual([hex(address), -2]);
  });
});

describe("our map", () => {
  test("every register of every signal can be read, and gaps read as 0", () => {
    const rig = createRig();
    for (let address = 0x8000; address < 0x9000; address += 125)
      expect(read(rig, 4, address, Math.min(125, 0x9000 - address)), hex(address)).toBeInstanceOf(Array);
  });

  test("every register of every setting can be read", () => {
    const rig = createRig();
    for (const [first, last] of [
      [0x6000, 0x7fff],
      [0xa000, 0xafff],
      [0xb000, 0xe5ff],
    ])
      for (let address = first; address <= last; address += 125)
        expect(read(rig, 3, address, Math.min(125, last + 1 - address)), hex(address)).toBeInstanceOf(Array);
  });

  test("a value that is not believed is not a number, and its validity bit is 0, as register and as discrete input", () => {
    const rig = createRig();
    const address = named("cells_V")!.register.address + 2 * 4; // cell 5
    const bits = 0x9800 + ((address - 0x8000) >> 4);
    hold(rig, "cells_V", 3.5, 4);
    hold(rig, "cellValid", 1, 4);
    expect(read(rig, 4, address, 2)).toEqual([0x0000, 0x4060]);
    expect((read(rig, 4, bits, 1) as number[])[0] & (1 << (address & 15))).not.toBe(0);
    hold(rig, "cellValid", 0, 4);
    expect(read(rig, 4, address, 2)).toEqual([0x0000, 0x7fc0]);
    expect((read(rig, 4, bits, 1) as number[])[0] & (1 << (address & 15))).toBe(0);
  });

  test("cells and thermistors are numbered as on the headers, none is not known", () => {
    const rig = createRig();
    const { address } = named("cellLostIndex")!.register;
    hold(rig, "cellLostIndex", 4);
    expect(read(rig, 4, address, 1)).toEqual([5]);
    hold(rig, "cellLostIndex", -1);
    expect(read(rig, 4, address, 1)).toEqual([0xffff]);
  });

  test("protections lie at their number, all alike", () => {
    for (const fault of FAULT_NAMES) {
      const base = named(`protections.${fault}.enable`)!.register.address;
      expect(base & 0x1f, fault).toBe(0);
      expect(named(`protections.${fault}.setDelay_ms`)!.register.address, fault).toBe(base + 6);
    }
  });
});

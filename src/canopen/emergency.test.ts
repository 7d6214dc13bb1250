// Emergencies: messages, register 1001h, history 1003h, inhibit time, and those of other nodes (CiA 301, 7.2.7).

import { describe, expect, test } from "vitest";
import {
  bus,
  happened,
  pass,
  type Rig,
  read,
  sent,
  start,
  startRig,
  take,
  times_ms,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import type { FaultName } from "../model/faults.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { EMERGENCY_CODES, emergencyBytes } from "./emergency-codes.ts";
import { clear, noteController, raise } from "./node.ts";

function raised(rig: Rig, fault: FaultName, element = 0): readonly string[] {
  sent(rig);
  take(rig, raise(rig.node, fault, EMERGENCY_CODES[fault], emergencyBytes(fault, element), rig.now_us));
  return sent(rig);
}

function cleared(rig: Rig, fault: FaultName): readonly string[] {
  sent(rig);
  take(rig, clear(rig.node, fault, rig.now_us));
  return sent(rig);
}

test("an error is told when it comes, once, and with code 0000h when it goes", () => {
  const rig = startRig();
  expect(raised(rig, "overvoltage", 7)).toEqual(["0A0: 10 32 05 04 07 00 00 00"]);
  expect(raised(rig, "overvoltage", 7)).toEqual([]);
  expect(cleared(rig, "overvoltage")).toEqual(["0A0: 00 00 00 04 07 00 00 00"]);
  expect(cleared(rig, "overvoltage")).toEqual([]);
});

test("five bytes go along, no more", () => {
  const rig = startRig();
  take(rig, raise(rig.node, "x", { code: 0xff00, register: 0x81 }, Uint8Array.of(1, 2, 3, 4, 5, 6), rig.now_us));
  expect(sent(rig)).toEqual(["0A0: 00 FF 81 01 02 03 04 05"]);
});

test("the register has the bits of all that is active, and bit 0 with any", () => {
  const rig = startRig();
  raised(rig, "overvoltage");
  expect(raised(rig, "highTemperatureCharge")[0]).toMatch(/^0A0: 11 42 0D/);
  expect(read(rig, 0x1001, 0)).toBe(0x0d);
  expect(cleared(rig, "overvoltage")[0]).toMatch(/^0A0: 00 00 09/);
  expect(read(rig, 0x1001, 0)).toBe(0x09);
});

describe("1003h", () => {
  test("has the newest first, the code low and what goes along high", () => {
    const rig = startRig();
    raised(rig, "overvoltage", 7);
    raised(rig, "openWire", 3);
    cleared(rig, "overvoltage");
    expect(read(rig, 0x1003, 0)).toBe(2);
    expect(read(rig, 0x1003, 1)).toBe(0x031b_5030);
    expect(read(rig, 0x1003, 2)).toBe(0x0704_3210);
  });

  test("a field that is empty has no data (0800 0024h), one beyond the last does not exist (0609 0011h)", () => {
    const rig = startRig();
    expect(read(rig, 0x1003, 1)).toBe("0800 0024");
    expect(read(rig, 0x1003, 33)).toBe("0609 0011");
  });

  test("0 in sub 0 clears; anything else (0609 0030h), and writing a field (0601 0002h), is refused", () => {
    const rig = startRig();
    raised(rig, "overvoltage");
    expect(write(rig, 0x1003, 0, 1, 1)).toBe("0609 0030");
    expect(write(rig, 0x1003, 1, 0, 4)).toBe("0601 0002");
    expect(read(rig, 0x1003, 0)).toBe(1);
    expect(write(rig, 0x1003, 0, 0, 1)).toBe("ok");
    expect(read(rig, 0x1003, 0)).toBe(0);
    expect(read(rig, 0x1001, 0)).toBe(0x05); // the error is still there
  });

  test("keeps 32 errors; the oldest falls out", () => {
    const rig = startRig();
    const many = FAULT_NAMES.slice(0, 33);
    for (const fault of many) raised(rig, fault);
    expect(read(rig, 0x1003, 0)).toBe(32);
    expect(Number(read(rig, 0x1003, 32)) % 0x1_0000).toBe(EMERGENCY_CODES[many[1]!].code);
  });
});

describe("the inhibit time, 1015h", () => {
  test("keeps messages apart, none lost, in their order", () => {
    const rig = startRig();
    expect(write(rig, 0x1015, 0, 100, 2)).toBe("ok"); // 10 ms
    expect(raised(rig, "overvoltage").length).toBe(1);
    expect(raised(rig, "openWire")).toEqual([]);
    expect(cleared(rig, "openWire")).toEqual([]);
    const frames = pass(rig, 30);
    expect(frames.map((frame) => frame.slice(5, 10))).toEqual(["30 50", "00 00"]);
    expect(times_ms(rig)).toEqual([10, 20]);
  });

  test("the second message goes exactly when the time is over", () => {
    const rig = startRig();
    write(rig, 0x1015, 0, 100, 2);
    raised(rig, "overvoltage");
    raised(rig, "openWire");
    expect(pass(rig, 9.999)).toEqual([]);
    expect(pass(rig, 0.001).length).toBe(1);
  });

  test("a flood does not heap up: 32 messages wait, and the last has the register as it is", () => {
    const rig = startRig();
    write(rig, 0x1015, 0, 65_535, 2);
    for (let i = 0; i < 500; i++) {
      raised(rig, "overvoltage");
      cleared(rig, "overvoltage");
    }
    const frames = pass(rig, 1_000_000);
    expect(frames.length).toBe(32);
    expect(frames.at(-1)).toMatch(/^0A0: 00 00 00/);
  });
});

describe("1014h", () => {
  test("bit 31 switches messages off; 1003h goes on", () => {
    const rig = startRig();
    expect(write(rig, 0x1014, 0, 0x8000_00a0, 4)).toBe("ok");
    expect(raised(rig, "overvoltage")).toEqual([]);
    expect(read(rig, 0x1003, 0)).toBe(1);
    expect(write(rig, 0x1014, 0, 0xb0, 4)).toBe("ok");
    expect(cleared(rig, "overvoltage")[0]).toMatch(/^0B0: 00 00 00/);
  });

  test.each([
    ["another id while it exists", 0xb0],
    ["a reserved bit", 0x4000_00a0],
    ["a frame of 29 bits", 0x2000_00a0],
    ["an id over 7FFh", 0x0000_08a0],
  ])("%s is refused (0609 0030h)", (_, value) => {
    expect(write(startRig(), 0x1014, 0, value, 4)).toBe("0609 0030");
  });

  test("an id nobody may configure is refused (0609 0030h)", () => {
    const rig = startRig();
    write(rig, 0x1014, 0, 0x8000_00a0, 4);
    for (const id of [0x000, 0x07f, 0x101, 0x180, 0x581, 0x67f, 0x6e0, 0x701, 0x7ff])
      expect(write(rig, 0x1014, 0, id, 4)).toBe("0609 0030");
  });
});

test("a reset of communication forgets history and errors of the line, and tells the application's anew", () => {
  const rig = startRig();
  write(rig, 0x1016, 1, 0x0005_0064, 4);
  bus(rig, "705: 05");
  raised(rig, "overvoltage", 2);
  pass(rig, 100);
  expect(read(rig, 0x1003, 0)).toBe(2);
  expect(bus(rig, "000: 82 20")).toEqual(["720: 00", "0A0: 10 32 05 04 02 00 00 00"]);
  expect(read(rig, 0x1003, 0)).toBe(1);
});

describe("the controller", () => {
  const note = (rig: Rig, state: Parameters<typeof noteController>[1], isOverrun = false): readonly string[] => {
    sent(rig);
    take(rig, noteController(rig.node, state, isOverrun, rig.now_us));
    return sent(rig);
  };

  test("error passive is 8120h until it is active again", () => {
    const rig = startRig();
    expect(note(rig, "warning")).toEqual([]);
    expect(note(rig, "passive")).toEqual(["0A0: 20 81 11 00 00 00 00 00"]);
    expect(note(rig, "passive")).toEqual([]);
    expect(note(rig, "warning")).toEqual(["0A0: 00 00 00 00 00 00 00 00"]);
  });

  test("bus-off is silence, acts as 1029h says, and is told as 8140h afterwards", () => {
    const rig = startRig();
    start(rig);
    expect(note(rig, "busOff")).toEqual([]);
    expect(rig.node.state).toBe("preOperational");
    expect(bus(rig, "620: 40 01 10 00 00 00 00 00")).toEqual([]);
    expect(raised(rig, "overvoltage")).toEqual([]);
    const frames = note(rig, "active");
    expect(frames.map((frame) => frame.slice(5, 13))).toEqual(["10 32 05", "40 81 15", "00 00 05"]);
  });

  test("lost frames are 8110h", () => {
    const rig = startRig();
    expect(note(rig, "active", true)).toEqual(["0A0: 10 81 11 00 00 00 00 00"]);
    expect(note(rig, "active", false)).toEqual(["0A0: 00 00 00 00 00 00 00 00"]);
  });
});

describe("the consumer, 1028h", () => {
  test("tells emergencies of the node whose sub-index has a COB-ID", () => {
    const rig = startRig();
    expect(write(rig, 0x1028, 5, 0x85, 4)).toBe("ok");
    happened(rig);
    bus(rig, "085: 10 23 03 01 02 03 04 05");
    bus(rig, "086: 10 23 03 01 02 03 04 05");
    bus(rig, "085: 10 23 03");
    const data = Uint8Array.of(0x10, 0x23, 3, 1, 2, 3, 4, 5);
    expect(happened(rig)).toEqual([{ kind: "emergency", node: 5, code: 0x2310, data }]);
  });

  test("the id of one that is heard stays (0609 0030h) until bit 31 is set", () => {
    const rig = startRig();
    write(rig, 0x1028, 5, 0x85, 4);
    expect(write(rig, 0x1028, 5, 0x86, 4)).toBe("0609 0030");
    expect(write(rig, 0x1028, 5, 0x8000_0085, 4)).toBe("ok");
    expect(write(rig, 0x1028, 5, 0x86, 4)).toBe("ok");
    expect(write(rig, 0x1028, 128, 0x87, 4)).toBe("0609 0011");
  });
});

test("each fault has a code of its own, of a class the standard has, with bits it has", () => {
  const codes = FAULT_NAMES.map((fault) => EMERGENCY_CODES[fault].code);
  expect(new Set(codes).size).toBe(FAULT_NAMES.length);
  const classes = new Set([0x21, 0x22, 0x23, 0x32, 0x42, 0x50, 0x55, 0x63, 0x70, 0x90, 0xff]);
  for (const code of codes) expect(classes).toContain(code >> 8);
  for (const fault of FAULT_NAMES) {
    const { register } = EMERGENCY_CODES[fault];
    expect(register & 0x01).toBe(1);
    expect(register & 0x40).toBe(0);
  }
});

test("bytes 3 and 4 are the fault's frozen number and its element", () => {
  expect([...emergencyBytes("voltageTooHigh", 18)]).toEqual([46, 18, 0, 0, 0]);
});

// SYNC as producer and consumer, with counter and window, and TIME (CiA 301, 7.2.5, 7.2.6).

import { describe, expect, test } from "vitest";
import {
  bus,
  happened,
  pass,
  read,
  sent,
  start,
  startRig,
  take,
  times_ms,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import { produceTime } from "./node.ts";
import { timeBytes, timeOf, timeOfDay } from "./time-stamp.ts";

describe("the producer", () => {
  test("sends SYNC each period, the first one period after the start", () => {
    const rig = startRig({ presets: { sync_ms: 100 } });
    expect(read(rig, 0x1005, 0)).toBe(0x4000_0080);
    expect(read(rig, 0x1006, 0)).toBe(100_000);
    expect(pass(rig, 300)).toEqual(["080:", "080:", "080:"]);
    expect(times_ms(rig)).toEqual([100, 200, 300]);
  });

  test("moves its own PDOs with it", () => {
    const rig = startRig({ presets: { sync_ms: 100 } });
    start(rig);
    expect(pass(rig, 100)).toEqual(["080:", "1A0: 00 00 00", "2A0: 00 00 00 00"]);
  });

  test("starts with bit 30 of 1005h and stops without it", () => {
    const rig = startRig();
    write(rig, 0x1006, 0, 50_000, 4);
    expect(pass(rig, 200)).toEqual([]);
    expect(write(rig, 0x1005, 0, 0x4000_0080, 4)).toBe("ok");
    expect(pass(rig, 50)).toEqual(["080:"]);
    expect(write(rig, 0x1005, 0, 0x80, 4)).toBe("ok");
    expect(pass(rig, 200)).toEqual([]);
  });

  test("is silent in Stopped and counts from 1 afterwards", () => {
    const rig = startRig();
    write(rig, 0x1019, 0, 4, 1);
    write(rig, 0x1006, 0, 10_000, 4);
    write(rig, 0x1005, 0, 0x4000_0080, 4);
    expect(pass(rig, 60)).toEqual(["080: 01", "080: 02", "080: 03", "080: 04", "080: 01", "080: 02"]);
    bus(rig, "000: 02 20");
    expect(pass(rig, 60)).toEqual([]);
    bus(rig, "000: 80 20");
    expect(pass(rig, 20)).toEqual(["080: 01", "080: 02"]);
  });

  test.each([
    [2, ["01", "02", "01"]],
    [240, ["01", "02", "03"]],
  ])("with an overflow value of %d it counts %j", (overflow, counters) => {
    const rig = startRig();
    write(rig, 0x1019, 0, overflow, 1);
    write(rig, 0x1006, 0, 10_000, 4);
    write(rig, 0x1005, 0, 0x4000_0080, 4);
    expect(pass(rig, 30)).toEqual(counters.map((counter) => `080: ${counter}`));
  });
});

describe("write rules", () => {
  test.each([
    [0, "ok"],
    [1, "0609 0030"],
    [2, "ok"],
    [240, "ok"],
    [241, "0609 0030"],
    [255, "0609 0030"],
  ])("1019h takes %d: %s", (value, answer) => {
    expect(write(startRig(), 0x1019, 0, value, 1)).toBe(answer);
  });

  test("1019h cannot change while 1006h is not 0 (0800 0022h)", () => {
    const rig = startRig();
    write(rig, 0x1006, 0, 10_000, 4);
    expect(write(rig, 0x1019, 0, 10, 1)).toBe("0800 0022");
  });

  test.each([
    ["another id while it is produced", 0x4000_0081],
    ["another id with the last SYNC", 0x0000_0081],
    ["bit 31", 0x8000_0080],
    ["a frame of 29 bits", 0x6000_0080],
    ["an id over 7FFh", 0x4000_0880],
  ])("1005h with %s is refused (0609 0030h)", (_, value) => {
    const rig = startRig({ presets: { sync_ms: 10 } });
    expect(write(rig, 0x1005, 0, value, 4)).toBe("0609 0030");
  });

  test("1005h takes another id while it is not produced, but none that is restricted", () => {
    const rig = startRig();
    for (const id of [0, 0x7f, 0x101, 0x180, 0x600 + 1, 0x6e0, 0x700 + 1])
      expect(write(rig, 0x1005, 0, id, 4)).toBe("0609 0030");
    expect(write(rig, 0x1005, 0, 0x90, 4)).toBe("ok");
    start(rig);
    expect(bus(rig, "080:")).toEqual([]);
    expect(bus(rig, "090:").length).toBe(2);
  });

  test.each([
    [0, "ok"],
    [999, "0609 0030"],
    [1000, "ok"],
  ])("1006h takes %d us: %s", (period_us, answer) => {
    expect(write(startRig(), 0x1006, 0, period_us, 4)).toBe(answer);
  });
});

describe("the consumer", () => {
  test("a SYNC with the wrong length is 8240h and moves nothing; the next right one ends it", () => {
    const rig = startRig();
    start(rig);
    expect(bus(rig, "080: 01")).toEqual(["0A0: 40 82 11 01 00 00 00 00"]);
    expect(bus(rig, "080:")).toEqual(["0A0: 00 00 00 01 00 00 00 00", "1A0: 00 00 00", "2A0: 00 00 00 00"]);
  });

  test("with a counter a SYNC has one byte", () => {
    const rig = startRig();
    write(rig, 0x1019, 0, 10, 1);
    happened(rig);
    bus(rig, "080: 03");
    expect(happened(rig)).toEqual([{ kind: "sync", counter: 3 }]);
    expect(bus(rig, "080:")).toEqual(["0A0: 40 82 11 00 00 00 00 00"]);
  });

  test("a SYNC that stays out one and a half periods is 8100h until the next", () => {
    const rig = startRig();
    write(rig, 0x1006, 0, 100_000, 4);
    expect(pass(rig, 10_000)).toEqual([]); // none was seen yet
    bus(rig, "080:");
    expect(pass(rig, 149)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 00 81 11 00 00 00 00 00"]);
    expect(bus(rig, "080:")).toEqual(["0A0: 00 00 00 00 00 00 00 00"]);
  });

  test("a SYNC of somebody else while this node produces it moves nothing", () => {
    const rig = startRig({ presets: { sync_ms: 100 } });
    start(rig);
    expect(bus(rig, "080:")).toEqual([]);
  });

  test("a synchronous PDO received after the window is not used (1007h)", () => {
    const rig = startRig({ presets: { receive: [{ base: 0x200, type: 1, mapping: [0x2010_0010] }] } });
    write(rig, 0x1007, 0, 5000, 4);
    start(rig);
    bus(rig, "080:");
    pass(rig, 5);
    bus(rig, "220: 01 00");
    bus(rig, "080:");
    expect(rig.values.get(0x2010)).toBe(1);
    pass(rig, 5.001);
    bus(rig, "220: 02 00");
    bus(rig, "080:");
    expect(rig.values.get(0x2010)).toBe(1);
  });
});

describe("TIME", () => {
  // 1984-01-01 is day 0 (7.1.6.5): 2026-11-29 is day 15673; noon is 43 200 000 ms.
  const NOON = { day_d: 15_673, day_ms: 43_200_000 };
  const BYTES = "00 2E 93 02 39 3D";

  test("six bytes: milliseconds, then days", () => {
    expect(timeBytes(NOON)).toEqual(Uint8Array.from(BYTES.split(" "), (byte) => Number.parseInt(byte, 16)));
    expect(timeOf(timeBytes(NOON))).toEqual(NOON);
    expect(timeOfDay(Date.UTC(2026, 10, 29, 12))).toEqual(NOON);
    expect(timeOfDay(Date.UTC(1984, 0, 1))).toEqual({ day_d: 0, day_ms: 0 });
    expect(timeOfDay(Date.UTC(1984, 0, 2) - 1)).toEqual({ day_d: 0, day_ms: 86_399_999 });
    expect(timeOf(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toEqual({ day_d: 65_535, day_ms: 0x0fff_ffff });
  });

  test("is heard where bit 31 of 1012h is set, with six bytes only", () => {
    const rig = startRig();
    happened(rig);
    bus(rig, `100: ${BYTES}`);
    expect(happened(rig).length).toBe(1);
    bus(rig, "100: 00 2E 93 02 39");
    expect(happened(rig)).toEqual([]);
    expect(write(rig, 0x1012, 0, 0x100, 4)).toBe("ok");
    bus(rig, `100: ${BYTES}`);
    expect(happened(rig)).toEqual([]);
  });

  test("is produced where bit 30 is set", () => {
    const rig = startRig();
    take(rig, produceTime(rig.node, NOON, 0));
    expect(sent(rig)).toEqual([]);
    expect(write(rig, 0x1012, 0, 0x4000_0100, 4)).toBe("ok");
    take(rig, produceTime(rig.node, NOON, 0));
    expect(sent(rig).at(-1)).toBe(`100: ${BYTES}`);
  });

  test("its id stays while it is used (0609 0030h)", () => {
    const rig = startRig();
    expect(write(rig, 0x1012, 0, 0x8000_0090, 4)).toBe("0609 0030");
    write(rig, 0x1012, 0, 0x0000_0100, 4);
    expect(write(rig, 0x1012, 0, 0x8000_0090, 4)).toBe("ok");
  });
});

// PDOs: every transmission type, inhibit and event timers, SYNC start value, lengths, mapping (CiA 301, 7.2.2, 7.5.2.35-.38).

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerAll,
  bus,
  happened,
  pass,
  type Rig,
  type RigOptions,
  read,
  remote,
  sent,
  start,
  startRig,
  take,
  times_ms,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import type { PdoPreset } from "./communication-parameters.ts";
import { finish, noteController, noteTick, poll } from "./node.ts";
import { getBits, type Mapping, pack } from "./pdo-mapping.ts";

/** A node with one TPDO, in Operational; what it sends on entering is forgotten. */
function sending(preset: Partial<PdoPreset>, more: RigOptions = {}): Rig {
  const transmit = [{ base: 0x180, type: 255, mapping: [0x2000_0010], ...preset }];
  const rig = startRig({ ...more, presets: { transmit, receive: [] } });
  start(rig);
  return rig;
}

const receiving = (preset: Partial<PdoPreset>): Rig => {
  const receive = [{ base: 0x200, type: 255, mapping: [0x2010_0010, 0x2011_0008], ...preset }];
  const rig = startRig({ presets: { transmit: [], receive } });
  start(rig);
  return rig;
};

function tick(rig: Rig, value: number): readonly string[] {
  sent(rig);
  rig.values.set(0x2000, value);
  take(rig, noteTick(rig.node, rig.now_us));
  return sent(rig);
}

const bytesOf = (value: number): string =>
  [value & 0xff, value >> 8].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");

/** SYNCs, and after which of them the PDO came. */
function onSyncs(rig: Rig, count: number): readonly number[] {
  const came: number[] = [];
  for (let i = 1; i <= count; i++) if (bus(rig, "080:").length > 0) came.push(i);
  return came;
}

describe("a TPDO", () => {
  test.each(Array.from({ length: 240 }, (_, i) => i + 1))(
    "of type %d is sent with every SYNC of that number",
    (type) => {
      expect(onSyncs(sending({ type }), 2 * type)).toEqual([type, 2 * type]);
    },
  );

  test.each(Array.from({ length: 240 }, (_, i) => i + 1))("of type %d is not sent on a change", (type) => {
    const rig = sending({ type });
    expect(tick(rig, 1)).toEqual([]);
  });

  test("of type 0 is sent with the next SYNC after a change", () => {
    const rig = sending({ type: 0 });
    expect(bus(rig, "080:")).toEqual(["1A0: 00 00"]); // the first: its value is news to all
    expect(onSyncs(rig, 3)).toEqual([]);
    expect(tick(rig, 5)).toEqual([]);
    expect(bus(rig, "080:")).toEqual(["1A0: 05 00"]);
    expect(onSyncs(rig, 3)).toEqual([]);
  });

  test.each([254, 255])("of type %d is sent on entering Operational and on a change, not on SYNC", (type) => {
    const rig = startRig({ presets: { transmit: [{ base: 0x180, type, mapping: [0x2000_0010] }] } });
    expect(start(rig)).toEqual(["1A0: 00 00"]);
    expect(onSyncs(rig, 3)).toEqual([]);
    expect(tick(rig, 0)).toEqual([]);
    expect(tick(rig, 0x1234)).toEqual(["1A0: 34 12"]);
    expect(tick(rig, 0x1234)).toEqual([]);
  });

  test.each(Array.from({ length: 13 }, (_, i) => 241 + i))("cannot be of type %d (0609 0030h)", (type) => {
    const rig = startRig();
    expect(write(rig, 0x1800, 2, type, 1)).toBe("0609 0030");
    expect(write(rig, 0x1400, 2, type, 1)).toBe("0609 0030");
  });

  test.each([0, 1, 240, 254, 255])("can be of type %d", (type) => {
    const rig = startRig();
    expect(write(rig, 0x1800, 2, type, 1)).toBe("ok");
    expect(read(rig, 0x1800, 2)).toBe(type);
    expect(write(rig, 0x1400, 2, type, 1)).toBe("ok");
  });

  test("is not sent on a remote frame", () => {
    expect(remote(sending({}), 0x1a0, 8)).toEqual([]);
  });

  test("counts SYNCs anew each time the node becomes Operational", () => {
    const rig = sending({ type: 3 });
    expect(onSyncs(rig, 2)).toEqual([]);
    bus(rig, "000: 80 20");
    start(rig);
    expect(onSyncs(rig, 3)).toEqual([3]);
  });

  test("carries the value of the moment of its SYNC", () => {
    const rig = sending({ type: 1 });
    rig.values.set(0x2000, 0xbeef);
    expect(bus(rig, "080:")).toEqual(["1A0: EF BE"]);
  });
});

describe("the SYNC start value, 1800h sub 6", () => {
  const counted = (syncStart: number, type: number): Rig => {
    const rig = startRig({ presets: { transmit: [{ base: undefined, type, mapping: [0x2000_0010] }] } });
    write(rig, 0x1019, 0, 10, 1);
    expect(write(rig, 0x1800, 6, syncStart, 1)).toBe("ok");
    write(rig, 0x1800, 1, 0x4000_01a0, 4);
    start(rig);
    return rig;
  };
  const onCounters = (rig: Rig, counters: readonly number[]): readonly number[] =>
    counters.filter((counter) => bus(rig, `080: ${counter.toString(16)}`).length > 0);

  test("the SYNC with that counter is the first", () => {
    expect(onCounters(counted(3, 2), [1, 2, 3, 4, 5, 6, 7])).toEqual([3, 5, 7]);
    expect(onCounters(counted(10, 1), [8, 9, 10, 1, 2])).toEqual([10, 1, 2]);
  });

  test("0 waits for none", () => {
    expect(onCounters(counted(0, 2), [1, 2, 3, 4])).toEqual([2, 4]);
  });

  test("241 is none (0609 0030h)", () => {
    const rig = startRig();
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    expect(write(rig, 0x1800, 6, 241, 1)).toBe("0609 0030");
    expect(write(rig, 0x1800, 6, 240, 1)).toBe("ok");
  });
});

describe("the inhibit time, 1800h sub 3", () => {
  test("keeps event-driven PDOs apart, and the last value goes when it is over", () => {
    const rig = sending({ inhibit_100us: 100 }); // 10 ms
    pass(rig, 10);
    expect(tick(rig, 1)).toEqual(["1A0: 01 00"]);
    expect(tick(rig, 2)).toEqual([]);
    expect(tick(rig, 3)).toEqual([]);
    expect(pass(rig, 9.9)).toEqual([]);
    expect(pass(rig, 0.1)).toEqual(["1A0: 03 00"]);
    expect(pass(rig, 1000)).toEqual([]);
  });

  test("a value that went back within it is told all the same: it had changed", () => {
    const rig = sending({ inhibit_100us: 100 });
    pass(rig, 10);
    tick(rig, 1);
    tick(rig, 2);
    tick(rig, 1);
    expect(pass(rig, 10)).toEqual(["1A0: 01 00"]);
  });

  test("a value that changes each millisecond costs the bus no more than the inhibit time allows", () => {
    const rig = sending({ inhibit_100us: 200 });
    pass(rig, 20);
    let frames = 0;
    for (let ms = 0; ms < 1000; ms++) {
      frames += tick(rig, ms + 1).length;
      frames += pass(rig, 1).length;
    }
    expect(frames).toBe(51); // at 0, 20, ... 1000 ms
  });
});

describe("the event timer, 1800h sub 5", () => {
  test("sends without a change, counted from the last time it was sent", () => {
    const rig = sending({ event_ms: 100 });
    expect(pass(rig, 250)).toEqual(["1A0: 00 00", "1A0: 00 00"]);
    expect(tick(rig, 1)).toEqual(["1A0: 01 00"]);
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["1A0: 01 00"]);
  });

  test("does not go under the inhibit time", () => {
    const rig = sending({ event_ms: 10, inhibit_100us: 300 });
    const frames = pass(rig, 90);
    expect(frames.length).toBe(3);
    expect(times_ms(rig)).toEqual([30, 60, 90]);
  });

  test("can be written while the PDO exists, and counts from then", () => {
    const rig = sending({});
    expect(write(rig, 0x1800, 5, 50, 2)).toBe("ok");
    expect(pass(rig, 50)).toEqual(["1A0: 00 00"]);
    expect(write(rig, 0x1800, 5, 0, 2)).toBe("ok");
    expect(pass(rig, 1000)).toEqual([]);
  });

  test("means nothing to a synchronous PDO", () => {
    expect(pass(sending({ type: 1, event_ms: 10 }), 1000)).toEqual([]);
  });
});

test("a change while the controller is off the bus is told once it is back", () => {
  const rig = sending({});
  write(rig, 0x1029, 1, 1, 1);
  take(rig, noteController(rig.node, "busOff", false, rig.now_us));
  expect(tick(rig, 7)).toEqual([]);
  expect(pass(rig, 10_000)).toEqual([]);
  take(rig, noteController(rig.node, "active", false, rig.now_us));
  expect(tick(rig, 7)).toEqual(["1A0: 07 00"]);
});

test("what waited for its inhibit time when the controller went off the bus is told once it is back", () => {
  const rig = sending({ inhibit_100us: 100 });
  pass(rig, 10);
  write(rig, 0x1029, 1, 1, 1);
  tick(rig, 1);
  tick(rig, 2);
  take(rig, noteController(rig.node, "busOff", false, rig.now_us));
  pass(rig, 100);
  take(rig, poll(rig.node, rig.now_us));
  take(rig, noteController(rig.node, "active", false, rig.now_us));
  expect(pass(rig, 0)).toEqual(["1A0: 02 00"]);
});

describe("an RPDO", () => {
  test("of type 255 is applied at once, object by object", () => {
    const rig = receiving({});
    bus(rig, "220: 34 12 07");
    expect([rig.values.get(0x2010), rig.values.get(0x2011)]).toEqual([0x1234, 7]);
  });

  test.each(Array.from({ length: 241 }, (_, i) => i))("of type %d is applied with the next SYNC", (type) => {
    const rig = receiving({ type });
    bus(rig, "220: 34 12 07");
    expect(rig.values.get(0x2010)).toBeUndefined();
    bus(rig, "220: 35 12 07");
    bus(rig, "080:");
    expect(rig.values.get(0x2010)).toBe(0x1235);
  });

  test("that is too short is 8210h and not used; the next right one ends it", () => {
    const rig = receiving({});
    expect(bus(rig, "220: 34 12")).toEqual(["0A0: 10 82 11 01 02 00 00 00"]);
    expect(rig.values.get(0x2010)).toBeUndefined();
    expect(bus(rig, "220: 34")).toEqual([]);
    expect(bus(rig, "220: 34 12 07")).toEqual(["0A0: 00 00 00 01 02 00 00 00"]);
  });

  test("that is too long is 8220h and used as far as it is mapped", () => {
    const rig = receiving({});
    expect(bus(rig, "220: 34 12 07 99")).toEqual(["0A0: 20 82 11 01 04 00 00 00"]);
    expect(rig.values.get(0x2011)).toBe(7);
  });

  test("that stays out longer than its timer is 8250h, from the first one on", () => {
    const rig = receiving({ event_ms: 100 });
    expect(pass(rig, 1000)).toEqual([]);
    bus(rig, "220: 34 12 07");
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 50 82 11 01 00 00 00 00"]);
    expect(pass(rig, 1000)).toEqual([]);
    expect(bus(rig, "220: 34 12 07")).toEqual(["0A0: 00 00 00 01 00 00 00 00"]);
  });

  test("leaves out what dummy objects stand for", () => {
    const rig = receiving({ mapping: [0x0006_0010, 0x2011_0008, 0x0001_0001] });
    bus(rig, "220: FF FF 07 00");
    expect(rig.values.get(0x2011)).toBe(7);
    expect(rig.values.has(0x2010)).toBe(false);
  });

  test("takes flags bit by bit", () => {
    const rig = receiving({ mapping: [0x0001_0001, 0x2003_0001, 0x2011_0008] });
    bus(rig, "220: 1E 00"); // 0, then 1, then 00000111
    expect([rig.values.get(0x2003), rig.values.get(0x2011)]).toEqual([1, 7]);
  });

  test("asks the device where an object has to, one PDO at a time: of those that come meanwhile the newest counts", () => {
    const rig = receiving({ mapping: [0x2012_0010] });
    bus(rig, "220: 01 00");
    for (let value = 2; value <= 200; value++) bus(rig, `220: ${bytesOf(value)}`);
    expect(rig.asked.length).toBe(1);
    answerAll(rig, { kind: "answers", answers: [{ ok: true }] });
    expect(rig.values.get(0x2012)).toBe(1);
    expect(rig.asked.length).toBe(1);
    answerAll(rig, { kind: "answers", answers: [{ ok: true }] });
    expect(rig.values.get(0x2012)).toBe(200);
    expect(rig.asked).toEqual([]);
    expect(rig.node.tickets.open.size).toBe(0);
  });

  test("takes an answer from before it began anew for none of its own", () => {
    const rig = receiving({ mapping: [0x2012_0010] });
    bus(rig, "220: 01 00");
    bus(rig, "000: 80 20");
    start(rig);
    bus(rig, "220: 02 00");
    const [first] = rig.asked.splice(0);
    take(rig, finish(rig.node, first!.ticket, { kind: "answers", answers: [{ ok: true }] }, rig.now_us));
    bus(rig, "220: 03 00");
    expect(rig.asked).toEqual([]); // the second is still being worked on
  });

  test("two with one id both take it", () => {
    const row = (mapping: number): PdoPreset => ({ base: 0x200, type: 255, mapping: [mapping] });
    const rig = startRig({ presets: { receive: [row(0x2010_0010), row(0x2002_0020)] } });
    start(rig);
    bus(rig, "220: 01 00 00 00");
    expect([rig.values.get(0x2010), rig.values.get(0x2002)]).toEqual([1, 1]);
  });
});

describe("mapping anew, in the order of 7.5.2.38", () => {
  const OFF = 0xc000_01a0;
  const ON = 0x4000_01a0;

  test("off, sub 0 to 0, entries, sub 0 to their number, on", () => {
    const rig = startRig();
    start(rig);
    expect(write(rig, 0x1800, 1, OFF, 4)).toBe("ok");
    expect(bus(rig, "080:")).toEqual(["2A0: 00 00 00 00"]);
    expect(write(rig, 0x1a00, 0, 0, 1)).toBe("ok");
    expect(write(rig, 0x1a00, 1, 0x2001_0008, 4)).toBe("ok");
    expect(write(rig, 0x1a00, 2, 0x2002_0020, 4)).toBe("ok");
    expect(write(rig, 0x1a00, 0, 2, 1)).toBe("ok");
    expect(write(rig, 0x1800, 1, ON, 4)).toBe("ok");
    rig.values.set(0x2001, 9);
    expect(bus(rig, "080:")).toEqual(["1A0: 09 00 00 00 00", "2A0: 00 00 00 00"]);
  });

  test("while the PDO exists neither sub 0 nor an entry can be written (0601 0000h)", () => {
    const rig = startRig();
    for (const index of [0x1a00, 0x1600]) {
      expect(write(rig, index, 0, 0, 1)).toBe("0601 0000");
      expect(write(rig, index, 1, 0x2002_0020, 4)).toBe("0601 0000");
    }
  });

  test("while sub 0 is not 0 no entry can be written (0601 0000h)", () => {
    const rig = startRig();
    write(rig, 0x1800, 1, OFF, 4);
    expect(write(rig, 0x1a00, 1, 0x2001_0008, 4)).toBe("0601 0000");
  });

  const opened = (index: number): Rig => {
    const rig = startRig();
    write(rig, index === 0x1a00 ? 0x1800 : 0x1400, 1, index === 0x1a00 ? OFF : 0x8000_0220, 4);
    expect(write(rig, index, 0, 0, 1)).toBe("ok");
    return rig;
  };

  test.each([
    ["an object that does not exist", 0x1a00, 0x2fff_0010, "0602 0000"],
    ["a sub-index that does not exist", 0x1a00, 0x2000_0110, "0609 0011"],
    ["an object that cannot be mapped", 0x1a00, 0x2005_0010, "0604 0041"],
    ["an object that can only be received", 0x1a00, 0x2010_0010, "0604 0041"],
    ["more bits than the object has", 0x1a00, 0x2000_0020, "0604 0041"],
    ["no bits", 0x1a00, 0x2000_0000, "0604 0041"],
    ["a dummy object", 0x1a00, 0x0005_0008, "0604 0041"],
    ["the low byte of a word", 0x1a00, 0x2000_0008, "ok"],
    ["the error register", 0x1a00, 0x1001_0008, "ok"],
    ["a flag as one bit", 0x1a00, 0x2003_0001, "ok"],
    ["an object that can only be sent", 0x1600, 0x2000_0010, "0604 0041"],
    ["half an object", 0x1600, 0x2010_0008, "0604 0041"],
    ["a dummy object of the wrong length", 0x1600, 0x0005_0010, "0604 0041"],
    ["a part of a dummy object", 0x1600, 0x0005_0108, "0604 0041"],
    ["a dummy object", 0x1600, 0x0007_0020, "ok"],
    ["an object", 0x1600, 0x2010_0010, "ok"],
  ])("an entry with %s in %i: %s", (_, index, entry, answer) => {
    expect(write(opened(index), index, 1, entry, 4)).toBe(answer);
  });

  test("64 bits fit; one more does not (0604 0042h), nor more objects than there are places", () => {
    const rig = opened(0x1a00);
    write(rig, 0x1a00, 1, 0x2006_0040, 4);
    write(rig, 0x1a00, 2, 0x2003_0001, 4);
    expect(write(rig, 0x1a00, 0, 2, 1)).toBe("0604 0042");
    expect(write(rig, 0x1a00, 0, 1, 1)).toBe("ok");
    expect(write(rig, 0x1a00, 0, 17, 1)).toBe("0604 0042");
    expect(write(rig, 0x1a00, 17, 0x2003_0001, 4)).toBe("0609 0011");
  });

  test("a number that reaches over an empty place is refused", () => {
    const rig = opened(0x1a00);
    write(rig, 0x1a00, 2, 0, 4);
    expect(write(rig, 0x1a00, 0, 2, 1)).toBe("0602 0000");
  });
});

describe("1800h and 1400h", () => {
  test.each([
    ["another id while it exists", 0x1800, 0x4000_01b0],
    ["another id with switching off", 0x1800, 0xc000_01b0],
    ["remote frames allowed", 0x1800, 0x8000_01a0],
    ["a frame of 29 bits", 0x1800, 0xe000_01a0],
    ["another id while it exists", 0x1400, 0x0000_0230],
    ["an id over 7FFh", 0x1400, 0x8000_0a20],
  ])("sub 1 with %s is refused (0609 0030h)", (_, index, value) => {
    expect(write(startRig(), index, 1, value, 4)).toBe("0609 0030");
  });

  test("bit 30 of a TPDO stays set also while it does not exist: remote frames are not answered (0609 0030h)", () => {
    const rig = startRig();
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    expect(write(rig, 0x1800, 1, 0x0000_01a0, 4)).toBe("0609 0030");
    expect(write(rig, 0x1800, 1, 0x8000_01a0, 4)).toBe("0609 0030");
    expect(read(rig, 0x1800, 1)).toBe(0xc000_01a0);
  });

  test("restricted ids cannot be configured (0609 0030h), their neighbours can", () => {
    const rig = startRig();
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    const restricted = [
      0x000, 0x001, 0x07f, 0x101, 0x180, 0x581, 0x5ff, 0x601, 0x67f, 0x6e0, 0x6ff, 0x701, 0x77f, 0x780, 0x7ff,
    ];
    for (const id of restricted) expect(write(rig, 0x1800, 1, 0x4000_0000 + id, 4)).toBe("0609 0030");
    for (const id of [0x181, 0x57f, 0x580, 0x600, 0x680, 0x6df, 0x700]) {
      expect(write(rig, 0x1800, 1, 0x4000_0000 + id, 4)).toBe("ok");
      expect(write(rig, 0x1800, 1, 0xc000_0000 + id, 4)).toBe("ok");
    }
  });

  test("sub 3 and 6 cannot change while the PDO exists (0609 0030h)", () => {
    const rig = startRig();
    expect(write(rig, 0x1800, 3, 10, 2)).toBe("0609 0030");
    expect(write(rig, 0x1800, 6, 1, 1)).toBe("0609 0030");
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    expect(write(rig, 0x1800, 3, 10, 2)).toBe("ok");
  });

  test("sub 0 is read-only (0601 0002h), sub 4 does not exist (0609 0011h), nor sub 6 of an RPDO", () => {
    const rig = startRig();
    expect(write(rig, 0x1800, 0, 6, 1)).toBe("0601 0002");
    expect([read(rig, 0x1800, 0), read(rig, 0x1400, 0)]).toEqual([6, 5]);
    expect(read(rig, 0x1800, 4)).toBe("0609 0011");
    expect(read(rig, 0x1400, 6)).toBe("0609 0011");
  });

  test("a PDO that is switched on in Operational begins at once", () => {
    const rig = startRig();
    start(rig);
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    write(rig, 0x1800, 2, 255, 1);
    expect(bus(rig, "620: 23 00 18 01 A0 01 00 40")).toEqual(["1A0: 00 00 00", "5A0: 60 00 18 01 00 00 00 00"]);
  });

  test("an RPDO is heard at the id it is given", () => {
    const rig = startRig();
    start(rig);
    write(rig, 0x1400, 1, 0x8000_0220, 4);
    write(rig, 0x1400, 1, 0x0000_0333, 4);
    bus(rig, "220: 01 00 01");
    expect(rig.values.has(0x2010)).toBe(false);
    bus(rig, "333: 01 00 01");
    expect(rig.values.get(0x2010)).toBe(1);
  });
});

test("what is packed bit after bit is taken apart again (seed 418)", () => {
  const part = fc.record({ bits: fc.constantFrom(1, 8, 16, 24, 32), value: fc.nat(0x7fff_ffff) });
  const parts = fc.array(part, { maxLength: 16 }).filter((all) => all.reduce((sum, { bits }) => sum + bits, 0) <= 64);
  fc.assert(
    fc.property(parts, (all) => {
      const bits = all.reduce((sum, one) => sum + one.bits, 0);
      const objects = all.map(({ bits: wide, value }) => {
        const bytes = new Uint8Array(4);
        new DataView(bytes.buffer).setUint32(0, value, true);
        return { index: 0, subIndex: 0, bits: wide, isDummy: false, read: () => bytes };
      });
      const mapping: Mapping = { objects, bits };
      const packed = new Uint8Array((bits + 7) >> 3);
      pack(mapping, packed);
      let at = 0;
      for (const { bits: wide, value } of all) {
        const got = getBits(packed, at, wide).reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
        expect(got).toBe(value % 2 ** wide);
        at += wide;
      }
    }),
    { seed: 418, numRuns: 500 },
  );
});

test("leaving Operational forgets what waited for SYNC", () => {
  const rig = receiving({ type: 1 });
  bus(rig, "220: 34 12 07");
  bus(rig, "000: 80 20");
  start(rig);
  bus(rig, "080:");
  expect(rig.values.has(0x2010)).toBe(false);
  expect(happened(rig).some(({ kind }) => kind === "sync")).toBe(true);
});

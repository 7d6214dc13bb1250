// The timed bus against ISO 11898-1: bit counts by a second way, arbitration, and the rules of fault confinement.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";
import { createBudget, isFree, spend, wait_us } from "./bit-budget.ts";
import { frameBits } from "./bit-time.ts";
import {
  attachNode,
  createTimedBus,
  nextEvent_us,
  restart,
  runTo,
  sendTimed,
  statusOfNode,
  type TimedNode,
} from "./timed-bus.ts";

const data = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const remote = (id: number, extended = false): CanFrame => ({
  ...{ id, extended, remote: true, length: 0 },
  data: new Uint8Array(0),
});

/** The whole frame as a text of bits: the CRC by long division of the polynomial, stuffing by looking back. */
function bitText({ id, extended, remote, length, data }: CanFrame): string {
  const binary = (value: number, width: number): string => value.toString(2).padStart(width, "0");
  const rtr = remote ? "1" : "0";
  const head = extended
    ? `0${binary(Math.floor(id / 2 ** 18), 11)}11${binary(id % 2 ** 18, 18)}${rtr}00`
    : `0${binary(id, 11)}${rtr}00`;
  const content = head + binary(length, 4) + Array.from(data, (byte) => binary(byte, 8)).join("");
  const rest = `${content}${"0".repeat(15)}`.split("").map(Number);
  const polynomial = [1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1];
  for (let i = 0; i < content.length; i++) {
    if (rest[i] === 1) for (const [k, bit] of polynomial.entries()) rest[i + k]! ^= bit;
  }
  let stuffed = "";
  for (const bit of content + rest.slice(-15).join("")) {
    stuffed += bit;
    if (/(00000|11111)$/.test(stuffed)) stuffed += bit === "0" ? "1" : "0";
  }
  return `${stuffed}1011${"1".repeat(6)}${"111"}`;
}

const anyFrame = fc
  .record({
    extended: fc.boolean(),
    remote: fc.boolean(),
    id: fc.integer({ min: 0, max: 0x1fffffff }),
    data: fc.uint8Array({ maxLength: 8 }),
  })
  .map(({ extended, remote, id, data }) => ({
    ...{ extended, remote, length: data.length },
    ...{ id: extended ? id : id & 0x7ff, data: remote ? new Uint8Array(0) : data },
  }));

/** A short frame, and its bits without the intermission. */
const SHORT = standardFrame(0x555, data());
const SHORT_BITS = bitText(SHORT).length - 3;

describe("bit times", () => {
  test("every frame takes as many bits as its text of bits has (seed 11898)", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(frameBits(frame)).toBe(bitText(frame).length);
      }),
      { seed: 11_898, numRuns: 2000 },
    );
  });

  test.each([
    ["no data", standardFrame(0x555, data()), 47, 55],
    ["eight bytes", standardFrame(0x2aa, data(0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55)), 111, 114],
    ["eight zeros", standardFrame(0, data(0, 0, 0, 0, 0, 0, 0, 0)), 125, 135],
    ["29 bits and eight zeros", extendedFrame(0, data(0, 0, 0, 0, 0, 0, 0, 0)), 145, 160],
  ])("%s: within the bounds that the format has", (_, frame, least, most) => {
    expect(frameBits(frame)).toBeGreaterThanOrEqual(least);
    expect(frameBits(frame)).toBeLessThanOrEqual(most);
  });
});

type Heard = { readonly frame: CanFrame; readonly time_us: number };

function rig(rate_kbit_s = 250) {
  const bus = createTimedBus(rate_kbit_s);
  const heard: Heard[] = [];
  const ear = attachNode(bus, { receive: (frame, time_us) => heard.push({ frame, time_us }) });
  const [a, b] = [attachNode(bus, {}), attachNode(bus, {})];
  return { bus, heard, ear, a, b };
}
const ids = (heard: readonly Heard[]): number[] => heard.map(({ frame }) => frame.id);

describe("a bus to the bit", () => {
  test.each([125, 250, 500, 1000])(
    "frames follow each other at %d kbit/s with nothing but the intermission between",
    (rate) => {
      const { bus, heard, a } = rig(rate);
      const frames = Array.from({ length: 20 }, (_, i) => standardFrame(0x100, data(i, i * 7, i * 13)));
      for (const frame of frames) expect(sendTimed(a, frame)).toBe(true);
      runTo(bus, 1e6);
      let bits = 0;
      const expected = frames.map((frame) => {
        bits += bitText(frame).length;
        return ((bits - 3) * 1000) / rate;
      });
      expect(heard.map(({ time_us }) => time_us)).toEqual(expected);
      expect(bus.busy_bits).toBe(bits);
    },
  );

  test("nothing comes before its last bit, and the next event is told", () => {
    const { bus, heard, a } = rig(1000);
    sendTimed(a, SHORT);
    expect(nextEvent_us(bus)).toBe(0);
    runTo(bus, 0);
    expect(nextEvent_us(bus)).toBe(SHORT_BITS);
    runTo(bus, SHORT_BITS - 0.1);
    expect(heard).toEqual([]);
    runTo(bus, SHORT_BITS);
    expect(ids(heard)).toEqual([0x555]);
    expect(nextEvent_us(bus)).toBe(Number.POSITIVE_INFINITY);
  });

  test("an answer given in the moment of receipt begins after the intermission", () => {
    const bus = createTimedBus(1000);
    const times: number[] = [];
    const server: TimedNode = attachNode(bus, { receive: () => sendTimed(server, SHORT) });
    const client = attachNode(bus, { receive: (_, time_us) => times.push(time_us) });
    sendTimed(client, SHORT);
    runTo(bus, 1000);
    expect(times).toEqual([SHORT_BITS + 3 + SHORT_BITS]);
  });

  test.each([
    ["the lower identifier", standardFrame(0x123, data()), standardFrame(0x124, data())],
    ["a data frame before the remote one of the same identifier", standardFrame(0x123, data(1)), remote(0x123)],
    ["11 bits before 29 bits that begin alike", standardFrame(0x123, data()), extendedFrame(0x123 << 18, data())],
    ["even a remote frame of 11 bits before 29 bits", remote(0x123), extendedFrame(0x123 << 18, data())],
    [
      "29 bits that are lower in their first eleven",
      extendedFrame((0x122 << 18) | 0x3ffff, data()),
      standardFrame(0x123, data()),
    ],
    ["29 bits that are lower in their last", extendedFrame(0x18ff50e4, data()), extendedFrame(0x18ff50e5, data())],
  ])("arbitration is won by %s", (_, winner, loser) => {
    for (const order of [
      [winner, loser],
      [loser, winner],
    ]) {
      const { bus, heard, a, b } = rig();
      sendTimed(a, order[0]!);
      sendTimed(b, order[1]!);
      runTo(bus, 1e5);
      expect(heard.map(({ frame }) => frame)).toEqual([winner, loser]);
    }
  });

  test("a node offers its own most important frame first, and keeps the order of the same identifier", () => {
    const { bus, heard, a } = rig();
    for (const [id, byte] of [
      [0x300, 1],
      [0x200, 2],
      [0x300, 3],
      [0x100, 4],
    ] as const)
      sendTimed(a, standardFrame(id, data(byte)));
    runTo(bus, 1e5);
    expect(heard.map(({ frame }) => frame.data[0])).toEqual([4, 2, 1, 3]);
  });

  test("the 257th waiting frame finds no room", () => {
    const { a } = rig();
    for (let i = 0; i < 256; i++) expect(sendTimed(a, standardFrame(1, data()))).toBe(true);
    expect(sendTimed(a, standardFrame(1, data()))).toBe(false);
  });
});

const counters = (node: TimedNode): readonly [string, number, number] => {
  const { state, transmitErrors, receiveErrors } = statusOfNode(node);
  return [state, transmitErrors, receiveErrors];
};

/** Sends one frame of a node and has the first `errors` attempts disturbed. */
function disturbed(errors: number, by: "all" | "ear" = "all") {
  const { bus, heard, ear, a, b } = rig();
  let left = errors;
  bus.disturb = (_, sender) => {
    if (sender !== a || left === 0) return undefined;
    left--;
    return by === "all" ? { atBit: 20 } : { atBit: 20, by: ear };
  };
  sendTimed(a, standardFrame(0x123, data(1)));
  runTo(bus, 1e6);
  return { bus, heard, ear, a, b };
}

describe("fault confinement", () => {
  test.each([
    [0, "active", 0],
    [1, "active", 7],
    [11, "active", 87],
    [13, "warning", 103],
    [16, "warning", 127],
    [17, "passive", 135],
    [31, "passive", 247],
  ])("%d errors and then a frame that goes well leave a transmitter %s with %d", (errors, state, count) => {
    const { a, heard } = disturbed(errors);
    expect(counters(a)).toEqual([state, count, 0]);
    expect(heard).toHaveLength(1);
  });

  test("the 32nd error in a row takes a transmitter off the bus: its frame is gone, and it sends no more", () => {
    const { a, heard } = disturbed(32);
    expect(counters(a)).toEqual(["off", 256, 0]);
    expect(heard).toEqual([]);
    expect(sendTimed(a, standardFrame(1, data()))).toBe(false);
  });

  test.each([
    ["all see an error at once", "all", 1, 1],
    ["one receiver alone sees it first", "ear", 9, 1],
  ] as const)("where %s, receivers count it, and a frame that goes well takes one off", (_, by, ofEar, ofOther) => {
    const { ear, b } = disturbed(1, by);
    expect([counters(ear), counters(b)]).toEqual([
      ["active", 0, ofEar - 1],
      ["active", 0, ofOther - 1],
    ]);
  });

  test("a receiver that has become passive is set between 119 and 127 by a frame that goes well", () => {
    const { ear } = disturbed(15, "ear");
    const [state, , count] = counters(ear);
    expect(state).toBe("warning");
    expect(count).toBeGreaterThanOrEqual(119);
    expect(count).toBeLessThanOrEqual(127);
  });

  test("a node alone on its bus becomes passive and stays so, however often nobody acknowledges", () => {
    const bus = createTimedBus(1000);
    const alone = attachNode(bus, {});
    sendTimed(alone, standardFrame(0x123, data()));
    runTo(bus, 1e6);
    expect(counters(alone)).toEqual(["passive", 128, 0]);
    const heard: number[] = [];
    attachNode(bus, { receive: ({ id }) => heard.push(id) });
    runTo(bus, 1.001e6);
    expect(heard).toEqual([0x123]);
    expect(counters(alone)).toEqual(["warning", 127, 0]);
  });

  test("whoever only listens does not acknowledge", () => {
    const bus = createTimedBus(1000);
    const heard: CanFrame[] = [];
    attachNode(bus, { isListening: true, receive: (frame) => heard.push(frame) });
    const sender = attachNode(bus, {});
    sendTimed(sender, standardFrame(0x123, data()));
    runTo(bus, 1e5);
    expect(heard).toEqual([]);
    expect(counters(sender)[0]).toBe("passive");
  });

  test("a passive transmitter lets others go first for eight bits", () => {
    const { bus, heard, a, b } = rig();
    a.confinement.transmitErrors = 140;
    sendTimed(a, standardFrame(0x100, data()));
    sendTimed(a, standardFrame(0x101, data()));
    runTo(bus, 100);
    sendTimed(b, standardFrame(0x7ff, data()));
    runTo(bus, 1e5);
    expect(ids(heard)).toEqual([0x100, 0x7ff, 0x101]);
  });

  test("two nodes that send different data under one identifier take each other off the bus", () => {
    const { bus, a, b } = rig();
    sendTimed(a, standardFrame(0x123, data(1)));
    sendTimed(b, standardFrame(0x123, data(2)));
    runTo(bus, 1e6);
    expect([counters(a)[0], counters(b)[0]]).toEqual(["off", "off"]);
  });

  test("the same frame sent by two nodes at once is one frame", () => {
    const { bus, heard, a, b } = rig();
    sendTimed(a, standardFrame(0x123, data(1)));
    sendTimed(b, standardFrame(0x123, data(1)));
    runTo(bus, 1e5);
    expect(heard).toHaveLength(1);
    expect([counters(a), counters(b)]).toEqual([
      ["active", 0, 0],
      ["active", 0, 0],
    ]);
  });

  test("a node that is asked back is on the bus again after 128 times eleven recessive bits, and not before", () => {
    const { bus, a } = disturbed(32);
    runTo(bus, 2e6);
    expect(statusOfNode(a).state).toBe("off");
    restart(a);
    const waited_us = (128 * 11 * 1000) / 250;
    for (let t_us = 0; t_us < waited_us - 44; t_us += 7) runTo(bus, 2e6 + t_us);
    runTo(bus, 2e6 + waited_us - 88);
    expect(statusOfNode(a).state).toBe("off");
    runTo(bus, 2e6 + waited_us + 44);
    expect(counters(a)).toEqual(["active", 0, 0]);
    expect(sendTimed(a, standardFrame(1, data()))).toBe(true);
  });

  test("an error costs the bits up to it, flag, delimiter and intermission", () => {
    const { bus, heard, a } = rig(1000);
    let isFirst = true;
    bus.disturb = () => {
      const disturbance = isFirst ? { atBit: 20 } : undefined;
      isFirst = false;
      return disturbance;
    };
    sendTimed(a, SHORT);
    runTo(bus, 1e4);
    expect(heard.map(({ time_us }) => time_us)).toEqual([20 + 6 + 8 + 3 + SHORT_BITS]);
  });
});

test("the pace of a modelled bus: as many bits as have passed, and what was saved up in ten milliseconds", () => {
  const budget = createBudget(250, 0);
  const bits = bitText(SHORT).length;
  let sent = 0;
  const drain = (now_us: number): void => {
    while (isFree(budget, now_us)) {
      spend(budget, SHORT);
      sent++;
    }
  };
  drain(0);
  expect(sent).toBe(1);
  expect(wait_us(budget)).toBe(bits * 4);
  drain(bits * 4 - 1);
  expect(sent).toBe(1);
  for (let t_us = bits * 4; t_us <= 1e6; t_us += 997) drain(t_us);
  expect(sent).toBeGreaterThan(0.99 * (250_000 / bits));
  expect(sent).toBeLessThanOrEqual(250_000 / bits + 2);
  drain(100e6);
  expect(sent).toBeLessThanOrEqual(250_000 / bits + 2 + 2500 / bits + 1);
});

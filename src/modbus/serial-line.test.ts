// A serial line with the server on it: when it speaks and when it must not.

import { describe, expect, test } from "vitest";
import { carryOut, createRig, request, send, settle } from "../../tools/fuzz/modbus-rig.ts";
import { rtuFrame } from "./framing.ts";
import { nextWake_us, takeBytes, takeOutcome, wake } from "./serial-line.ts";

const READ = [3, 0x58, 0x30, 0, 1];
const OVERRIDE_ON = [6, 0x51, 0x03, 0, 1];
const frame = (pdu: readonly number[], unit = 32): Uint8Array => rtuFrame(unit, Uint8Array.from(pdu));

test("an answer comes 3.5 characters after the request, not sooner", () => {
  const rig = createRig();
  expect(takeBytes(rig.line, rig.context, frame(READ), 0)).toEqual({});
  expect(nextWake_us(rig.line)).toBe(3646); // 3.5 characters of 10 bits at 9600 bit/s
  expect(wake(rig.line, rig.context, 3645)).toEqual({});
  expect(wake(rig.line, rig.context, 3646).send).toEqual(frame([3, 2, 0, 0]));
});

test.each([1, 100, 1000])("a pause of %d ms before an answer is kept", (pause_ms) => {
  const rig = createRig(undefined, { responseDelay_us: pause_ms * 1000 });
  takeBytes(rig.line, rig.context, frame(READ), 0);
  expect(wake(rig.line, rig.context, 3646).send).toBeUndefined();
  expect(nextWake_us(rig.line)).toBe(3646 + pause_ms * 1000);
  expect(wake(rig.line, rig.context, 3645 + pause_ms * 1000).send).toBeUndefined();
  expect(wake(rig.line, rig.context, 3646 + pause_ms * 1000).send).toBeDefined();
});

describe("an answer gives way", () => {
  test("while it waits for its pause and somebody begins to speak", () => {
    const rig = createRig(undefined, { responseDelay_us: 50_000 });
    takeBytes(rig.line, rig.context, frame(READ), 0);
    wake(rig.line, rig.context, 3646);
    takeBytes(rig.line, rig.context, Uint8Array.of(0x11), 20_000);
    rig.now_us = 20_000;
    expect(settle(rig)).toEqual([]);
    expect(rig.line.counters.noResponses).toBe(1);
  });

  test("while the device works on it and the master asks again: one answer, to the second request", () => {
    const rig = createRig();
    takeBytes(rig.line, rig.context, frame(OVERRIDE_ON), 0);
    const { asked } = wake(rig.line, rig.context, 3646);
    expect(asked?.kind).toBe("ask");
    takeBytes(rig.line, rig.context, frame(READ), 8000);
    expect(takeOutcome(rig.line, rig.context, { kind: "answers", answers: [{ ok: true }] }, 10_000)).toEqual({}); // too late: nobody waits for it
    expect(wake(rig.line, rig.context, 20_000).send).toEqual(frame([3, 2, 0, 0]));
  });

  test("an order while another is worked on is busy", () => {
    const rig = createRig();
    takeBytes(rig.line, rig.context, frame(OVERRIDE_ON), 0);
    wake(rig.line, rig.context, 3646);
    takeBytes(rig.line, rig.context, frame([6, 0x51, 0x04, 0, 1]), 8000);
    expect(wake(rig.line, rig.context, 20_000).send).toEqual(frame([0x86, 6]));
    expect(rig.line.counters.busy).toBe(1);
  });
});

test("the device refuses while too many orders wait", () => {
  const rig = createRig();
  rig.isBusy = true;
  expect(request(rig, OVERRIDE_ON)).toEqual(Uint8Array.of(0x86, 6));
});

describe("frames that are not for this server", () => {
  test.each([
    ["another unit", frame(READ, 31)],
    ["the answer of another unit", frame([3, 2, 0, 1], 31)],
    ["a broadcast read", frame(READ, 0)],
    ["a reserved address", frame(READ, 250)],
    ["a wrong checksum", frame(READ).map((byte, i) => (i === 7 ? byte ^ 1 : byte))],
    ["an empty frame", new Uint8Array(0)],
  ])("%s gets no answer", (_, bytes) => {
    expect(send(createRig(), bytes)).toEqual([]);
  });

  test("of two servers on one line only the one that is asked answers", () => {
    const rigs = [11, 12, 13].map((unit) => createRig(undefined, { unit }));
    for (const asked of [11, 12, 13]) {
      const answers = rigs.flatMap((rig) => send(rig, frame(READ, asked), 100_000));
      expect(answers.map(([unit]) => unit)).toEqual([asked]);
    }
  });
});

test("a broadcast override is carried out without an answer", () => {
  const rig = createRig();
  expect(send(rig, frame(OVERRIDE_ON, 0))).toEqual([]);
  expect(rig.asked).toEqual([{ kind: "override", signal: "inhibitCharging", value: 1 }]);
});

test("while listening only, orders are not carried out either, and a restart ends it", () => {
  const rig = createRig();
  request(rig, [8, 0, 4, 0, 0]);
  expect(request(rig, OVERRIDE_ON)).toBeUndefined();
  expect(send(rig, frame(OVERRIDE_ON, 0), 100_000)).toEqual([]);
  expect(rig.asked).toEqual([]);
  expect(request(rig, [8, 0, 1, 0, 0])).toBeUndefined();
  expect(request(rig, READ)).toBeDefined();
});

test("counters wrap at 16 bits", () => {
  const rig = createRig();
  rig.line.counters.busMessages = 0xffff;
  expect(request(rig, [8, 0, 11, 0, 0])).toEqual(Uint8Array.of(8, 0, 11, 0, 0));
});

test("nothing is due on a line at rest", () => {
  const rig = createRig();
  expect(nextWake_us(rig.line)).toBeUndefined();
  expect(carryOut(rig, wake(rig.line, rig.context, 5))).toEqual([]);
});

test("noise that a late look finds before a frame counts as a communication error, and the frame is answered", () => {
  const rig = createRig();
  takeBytes(rig.line, rig.context, Uint8Array.of(32, 3), 0);
  takeBytes(rig.line, rig.context, frame(READ), 1_000_000, true);
  expect(wake(rig.line, rig.context, 2_000_000).send).toEqual(frame([3, 2, 0, 0]));
  expect(rig.line.counters).toMatchObject({ communicationErrors: 1, busMessages: 1 });
});

// Framing by silence on a made-up clock: the numbers are those of Modbus over serial line V1.02 (2.5.1.1, 6.2.2), not ours.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc16, hasGoodCrc } from "./crc16.ts";
import { rtuFrame } from "./framing.ts";
import { createRtuReceiver, endFrame, frameEnd_us, type Received, receive } from "./rtu-receiver.ts";
import { type LineFormat, rtuTiming } from "./rtu-timing.ts";

const ASK = Uint8Array.of(0x01, 0x03, 0x00, 0x00, 0x00, 0x0a, 0xc5, 0xcd);
const format = (baud: number, parity: LineFormat["parity"] = "even", stopBits: 1 | 2 = 1): LineFormat => ({
  ...{ baud, parity, stopBits },
});

test("the checksum of a published frame, and of the check string", () => {
  expect(crc16(new TextEncoder().encode("123456789"))).toBe(0x4b37);
  expect(crc16(ASK, 6)).toBe(0xcdc5); // low byte first on the line: C5 CD
  expect(hasGoodCrc(ASK)).toBe(true);
  expect(rtuFrame(1, ASK.slice(1, 6))).toEqual(ASK);
});

test("a checksum tells every single and double bit error of a frame", () => {
  for (let first = 0; first < 64; first++) {
    for (let second = first; second < 64; second++) {
      const wrong = ASK.slice();
      wrong[first >> 3] ^= 1 << (first & 7);
      if (second !== first) wrong[second >> 3] ^= 1 << (second & 7);
      expect(hasGoodCrc(wrong), `bits ${first}, ${second}`).toBe(false);
    }
  }
});

describe("characters of 11 bits, rounded up to whole microseconds", () => {
  test.each([
    [600, 27_500, 64_167],
    [1200, 13_750, 32_084],
    [2400, 6875, 16_042],
    [4800, 3438, 8021],
    [9600, 1719, 4011],
    [19_200, 860, 2006],
    [38_400, 750, 1750],
    [57_600, 750, 1750],
    [115_200, 750, 1750],
  ])("at %d bit/s at most %d us inside a frame and at least %d us between two", (baud, inside_us, between_us) => {
    const timing = rtuTiming(format(baud));
    expect([timing.inside_us, timing.between_us]).toEqual([inside_us, between_us]);
  });
});

test.each([
  ["none", 1, 10],
  ["even", 1, 11],
  ["odd", 1, 11],
  ["none", 2, 11],
  ["even", 2, 12],
] as const)("parity %s with %d stop bits makes characters of %d bits", (parity, stopBits, bits) => {
  expect(rtuTiming(format(600, parity, stopBits)).character_us).toBe(Math.ceil((bits * 1e6) / 600));
});

/** Sends a frame byte by byte with a pause after one of them; what is framed once the line has been silent for long. */
function sent(baud: number, pauseAfter: number, pause_us: number, isStrict = false): Received | undefined {
  const timing = rtuTiming(format(baud), 0, isStrict);
  const receiver = createRtuReceiver();
  let now_us = 0;
  let ended: Received | undefined;
  for (const [i, byte] of ASK.entries()) {
    now_us += timing.character_us + (i === pauseAfter ? pause_us : 0);
    ended = receive(receiver, Uint8Array.of(byte), now_us, timing) ?? ended;
  }
  return endFrame(receiver, now_us + timing.patience_us, timing) ?? ended;
}

describe.each([600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200])("at %d bit/s", (baud) => {
  const { inside_us, between_us, character_us } = rtuTiming(format(baud));

  test("a frame without pauses is whole", () => {
    expect(sent(baud, -1, 0)).toMatchObject({ kind: "frame", unit: 1 });
  });

  test.each([
    ["just under 1.5 characters", -1, "frame"],
    ["just over 1.5 characters", 1, "noise"],
  ])("a pause of %s inside, strictly", (_, more_us, kind) => {
    expect(sent(baud, 4, inside_us + more_us, true)?.kind).toBe(kind);
  });

  test("the same pause is tolerated by default", () => {
    expect(sent(baud, 4, inside_us + 1)?.kind).toBe("frame");
  });

  test("3.5 characters without a byte end a frame: the two halves are noise", () => {
    expect(sent(baud, 4, between_us)?.kind).toBe("noise");
  });

  test("a frame ends 3.5 characters after its last byte, not before", () => {
    const timing = rtuTiming(format(baud));
    const receiver = createRtuReceiver();
    receive(receiver, ASK, 1000, timing);
    expect(frameEnd_us(receiver, timing)).toBe(1000 + between_us);
    expect(endFrame(receiver, 1000 + between_us - 1, timing)).toBeUndefined();
    expect(endFrame(receiver, 1000 + between_us, timing)?.kind).toBe("frame");
    expect(frameEnd_us(receiver, timing)).toBeUndefined();
    expect(character_us).toBeGreaterThan(0);
  });
});

describe("frames", () => {
  const timing = rtuTiming(format(9600));
  const later = timing.patience_us + 1;

  test("bytes after a silence end the frame before them and begin another", () => {
    const receiver = createRtuReceiver();
    receive(receiver, ASK, 0, timing);
    const soon = timing.between_us + 8 * timing.character_us;
    expect(receive(receiver, ASK, soon, timing)?.kind).toBe("frame");
    expect(endFrame(receiver, 2 * later, timing)?.kind).toBe("frame");
  });

  test("two frames without silence between are one, and its checksum is wrong", () => {
    const receiver = createRtuReceiver();
    receive(receiver, ASK, 0, timing);
    receive(receiver, ASK, 100, timing);
    expect(endFrame(receiver, later + 100, timing)?.kind).toBe("noise");
  });

  test.each([
    [1, "noise"],
    [2, "noise"],
    [3, "noise"],
    [255, "noise"],
    [256, "noise"],
    [257, "overrun"],
    [4096, "overrun"],
  ])("%d bytes of rubbish are %s, and the next frame is taken", (length, kind) => {
    const receiver = createRtuReceiver();
    receive(receiver, new Uint8Array(length).fill(0x55), 0, timing);
    expect(endFrame(receiver, later, timing)?.kind).toBe(kind);
    receive(receiver, ASK, 2 * later, timing);
    expect(endFrame(receiver, 3 * later, timing)?.kind).toBe("frame");
  });

  test.each([
    ["a UART hands on 16 bytes at a time", 16],
    ["a USB adapter hands on every 20 ms", 18],
  ])("%s: a long frame stays one frame", (_, piece) => {
    const frame = rtuFrame(17, new Uint8Array(100).fill(7));
    const receiver = createRtuReceiver();
    let now_us = 0;
    for (let at = 0; at < frame.length; at += piece) {
      const chunk = frame.slice(at, at + piece);
      now_us += chunk.length * timing.character_us;
      const early_us = frameEnd_us(receiver, timing);
      if (early_us !== undefined && early_us < now_us) expect(endFrame(receiver, early_us, timing)).toBeUndefined();
      expect(receive(receiver, chunk, now_us, timing)).toBeUndefined();
    }
    expect(endFrame(receiver, now_us + timing.between_us, timing)?.kind).toBe("frame");
  });

  test("a piece whose rest never comes is noise after a little patience, and no later", () => {
    const receiver = createRtuReceiver();
    receive(receiver, ASK.slice(0, 5), 0, timing);
    expect(endFrame(receiver, timing.between_us, timing)).toBeUndefined();
    expect(frameEnd_us(receiver, timing)).toBe(timing.patience_us);
    expect(timing.patience_us).toBeLessThan(50_000);
    expect(endFrame(receiver, timing.patience_us, timing)?.kind).toBe("noise");
  });

  test("on a pseudo-terminal bytes take no time, and nothing is waited for", () => {
    const instant = rtuTiming(format(9600), 0, false, true);
    const receiver = createRtuReceiver();
    receive(receiver, ASK.slice(0, 4), 0, instant);
    expect(receive(receiver, ASK.slice(4), instant.between_us, instant)?.kind).toBe("noise");
    expect(endFrame(receiver, 2 * instant.between_us, instant)?.kind).toBe("noise");
  });

  test("a longer silence may be set, for adapters that deliver in pieces", () => {
    const slow = rtuTiming(format(115_200), 20_000);
    const receiver = createRtuReceiver();
    receive(receiver, ASK.slice(0, 3), 0, slow);
    receive(receiver, ASK.slice(3), 16_000, slow);
    expect(endFrame(receiver, 36_000, slow)?.kind).toBe("frame");
    expect(slow.between_us).toBe(20_000);
  });

  test("however a frame is cut into pieces, it is the same frame (seed 5)", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 253 }),
        fc.array(fc.nat(255), { maxLength: 6 }),
        (pdu, cuts) => {
          const frame = rtuFrame(17, pdu);
          const receiver = createRtuReceiver();
          const borders = [0, ...cuts.filter((cut) => cut < frame.length).sort((a, b) => a - b), frame.length];
          borders.slice(1).forEach((end, i) => {
            receive(receiver, frame.slice(borders[i], end), 1000 * i, timing);
          });
          const received = endFrame(receiver, 10_000_000, timing);
          expect(received).toEqual({ kind: "frame", unit: 17, pdu, isBehindNoise: false });
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe("who looks late does not know how long a silence was", () => {
  const timing = rtuTiming(format(9600));
  const late_us = timing.patience_us + 50_000;
  const NOISE = Uint8Array.of(0x55, 0xaa, 0x0f);

  test.each([
    ["the two halves of a frame are one", [ASK.slice(0, 5), ASK.slice(5)], ["frame"]],
    ["noise and a frame behind it: the frame is taken", [NOISE, ASK], ["frame"]],
    ["two frames are two", [ASK, ASK], ["frame", "frame"]],
    ["a frame and noise behind it: the frame is taken", [ASK, NOISE], ["frame", "noise"]],
    ["two pieces of noise are noise", [NOISE, NOISE], ["noise"]],
    ["half a frame, noise, and a frame", [ASK.slice(0, 5), NOISE, ASK], ["frame"]],
  ] as const)("%s", (_, pieces, kinds) => {
    const receiver = createRtuReceiver();
    const received = pieces.map((piece, i) => receive(receiver, piece, i * late_us, timing, i > 0));
    received.push(endFrame(receiver, pieces.length * late_us, timing));
    expect(received.filter((each) => each !== undefined).map(({ kind }) => kind)).toEqual(kinds);
  });

  test("who looks in time knows, and the halves of a frame are noise", () => {
    const receiver = createRtuReceiver();
    receive(receiver, ASK.slice(0, 5), 0, timing);
    expect(receive(receiver, ASK.slice(5), late_us, timing)?.kind).toBe("noise");
  });

  test("what was noise once is none for the next frame", () => {
    const receiver = createRtuReceiver();
    receive(receiver, NOISE, 0, timing);
    receive(receiver, ASK, late_us, timing, true);
    expect(endFrame(receiver, 2 * late_us, timing)?.kind).toBe("frame");
    receive(receiver, Uint8Array.of(...NOISE, ...ASK), 3 * late_us, timing);
    expect(endFrame(receiver, 4 * late_us, timing)?.kind).toBe("noise");
  });
});

// Frames between device and server, whole or in pieces, ours or not.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createIntake, type FromDevice, imageFrame, jsonFrame, parseMessage, takeBytes } from "./monitor-frames.ts";

const MOST = 1000;
const REPLY: FromDevice = { kind: "reply", id: 7, reply: { ok: true, answer: { text: "20 °C" } } };

test("frames come out as they went in, however the stream is cut (seed 3)", () => {
  const frame = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => ({ ...REPLY, text })),
    fc.uint8Array({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(40), { maxLength: 40 }), (sent, cuts) => {
      const frames = sent.map((each) =>
        each instanceof Uint8Array ? imageFrame(each) : jsonFrame(each as FromDevice),
      );
      const all = Buffer.concat(frames);
      const intake = createIntake(MOST);
      const got: unknown[] = [];
      let at = 0;
      for (const cut of [...cuts, all.length]) {
        const taken = takeBytes(intake, all.subarray(at, at + cut));
        at = Math.min(all.length, at + cut);
        for (const each of taken!) got.push(each.kind === "json" ? JSON.parse(each.text) : new Uint8Array(each.bytes));
      }
      expect(got).toEqual(sent);
      expect(intake.length).toBe(0);
    }),
    { seed: 3, numRuns: 500 },
  );
});

describe("what is no frame", () => {
  test.each([
    ["is as long as may be", MOST, 0, true],
    ["is longer", MOST + 1, 0, false],
    ["has a kind that nobody knows", 10, 2, false],
  ])("a frame that %s: %i bytes of kind %i", (_, length, kind, isTaken) => {
    const head = Buffer.alloc(5);
    head.writeUInt32LE(length, 0);
    head[4] = kind;
    const taken = takeBytes(createIntake(MOST), head);
    expect(taken === undefined ? "closed" : "waits").toBe(isTaken ? "waits" : "closed");
  });

  test.each([["x"], ["null"], ["[]"], ["7"], ['{"kind":7}'], ["{}"], [""]])("%s is no message", (text) => {
    expect(parseMessage(text)).toBeUndefined();
  });

  test("nothing that comes makes it throw (seed 4)", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }), (chunks) => {
        const intake = createIntake(MOST);
        for (const chunk of chunks) if (takeBytes(intake, Buffer.from(chunk)) === undefined) return;
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

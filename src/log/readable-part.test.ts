// What is told of a log that was altered or cut off: how many chunks are lost, why, and until when the rest goes.

import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BEGAN_us, logParts, opened, wholeLog } from "../../tests/fixed-logs.ts";
import { joined } from "./joined.ts";
import { type ReadablePart, readableSteps } from "./readable-part.ts";

const PARTS = logParts();
const END_OF_FIRST = PARTS[0]!.length;

function readable(bytes: Uint8Array, hasTail = false): ReadablePart & { readonly steps: number } {
  const steps = readableSteps(opened(bytes), hasTail, crc32);
  for (let count = 1; ; count++) {
    const { done, value } = steps.next();
    if (done === true) return { ...value, steps: count };
  }
}

describe("of a log", () => {
  test("that is as it was written nothing is unpacked, and nothing is lost", () => {
    const whole_us = BEGAN_us + 19_000_000;
    expect(readable(wholeLog())).toEqual({
      ...{
        chunks: 4,
        lost: 0,
        reason: "",
        lostFrom_us: 0,
        damage: undefined,
        isAltered: false,
        hasEnd: true,
        whole_us,
        steps: 2,
      },
    });
  });

  test("with a damaged chunk it is told which part is lost, and that the rest goes to the end", () => {
    const bytes = wholeLog();
    bytes[END_OF_FIRST + 80]! ^= 0x10;
    const part = readable(bytes);
    expect(part).toMatchObject({ chunks: 4, lost: 1, isAltered: true, whole_us: BEGAN_us + 19_000_000 });
    expect(part.lostFrom_us).toBe(BEGAN_us);
    expect(part.reason).toMatch(/cannot be unpacked|CRC/);
  });

  test("with a byte altered outside of its chunks it is told, though no chunk is lost", () => {
    const bytes = wholeLog();
    bytes[joined(PARTS.slice(0, 4)).length - 6]! ^= 1; // in the attachment
    expect(readable(bytes)).toMatchObject({ lost: 0, isAltered: true, damage: undefined });
  });

  test.each([
    ["without a tail it is damaged at its end", false, true],
    ["with the tail that goes on from there it is not", true, false],
  ])("that was cut off in a chunk: %s", (_, hasTail, isDamaged) => {
    const part = readable(joined([...PARTS.slice(0, 4), PARTS[4]!.slice(0, 60)]), hasTail);
    expect([part.damage !== undefined, part.hasEnd]).toEqual([isDamaged, hasTail]);
    expect(part).toMatchObject({ chunks: 3, lost: 0 });
    expect(part.whole_us).toBeLessThan(BEGAN_us + 10_000_000);
  });
});

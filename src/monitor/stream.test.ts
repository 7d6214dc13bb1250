// Numbers on their way to a page: whatever changes and whichever frames a slow reader misses, it ends with the sender's numbers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IMAGE_SIZE } from "../model/signal-image.ts";
import { createImageReceiver, createImageSender, layoutKey, packImage, unpackImage } from "./stream.ts";

const AT = { time_us: 1_700_000_000_000_000, uptime_us: 12_345 };
const place = fc.integer({ min: 0, max: IMAGE_SIZE - 1 });
const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity));
const changes = fc.array(fc.tuple(place, value), { maxLength: 300 });

describe("the stream of changed signals", () => {
  test("brings every number over, bit for bit, whatever changes in each step (seed 1)", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (steps) => {
        const image = new Float64Array(IMAGE_SIZE);
        const sender = createImageSender();
        const receiver = createImageReceiver();
        for (const step of steps) {
          for (const [at, number] of step) image[at] = number;
          expect(unpackImage(receiver, packImage(sender, image, AT))).toEqual(AT);
          expect(receiver.image).toEqual(image);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("sends all numbers first and then only what changed", () => {
    const image = new Float64Array(IMAGE_SIZE);
    const sender = createImageSender();
    expect(packImage(sender, image, AT).length).toBe(24 + 8 * IMAGE_SIZE);
    image[3] = 1.5;
    image[7] = Number.NaN;
    expect(packImage(sender, image, AT).length).toBe(24 + 8 + 16);
    expect(packImage(sender, image, AT).length).toBe(24);
  });

  test("is smaller than all numbers even where half of them change", () => {
    const image = new Float64Array(IMAGE_SIZE);
    const sender = createImageSender();
    packImage(sender, image, AT);
    for (let i = 0; i < IMAGE_SIZE; i += 2) image[i] = i + 1;
    expect(packImage(sender, image, AT).length).toBeLessThan(24 + 8 * IMAGE_SIZE);
  });

  test("refuses every prefix, other versions, and changes before the whole (seed 2)", () => {
    const image = new Float64Array(IMAGE_SIZE);
    const sender = createImageSender();
    const whole = packImage(sender, image, AT);
    image[0] = 1;
    const delta = packImage(sender, image, AT);
    expect(unpackImage(createImageReceiver(), delta)).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(unpackImage(createImageReceiver(), whole.subarray(0, length))).toBeUndefined();
      }),
      { seed: 2 },
    );
    expect(unpackImage(createImageReceiver(), Uint8Array.from([2, ...whole.subarray(1)]))).toBeUndefined();
  });

  test("never throws on arbitrary bytes, and never writes beside the image (seed 3)", () => {
    const receiver = createImageReceiver();
    unpackImage(receiver, packImage(createImageSender(), new Float64Array(IMAGE_SIZE), AT));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        if (bytes.length > 1) bytes.set([1, 1]);
        unpackImage(receiver, bytes);
        expect(receiver.image.length).toBe(IMAGE_SIZE);
      }),
      { seed: 3 },
    );
  });

  test("has a key that tells layouts apart, always the same for this one", () => {
    expect(layoutKey()).toMatch(/^[0-9a-f]+$/);
    expect(layoutKey()).toBe(layoutKey());
  });
});

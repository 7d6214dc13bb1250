// The ring of the last seconds, and frames as bytes.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  breakRing,
  createFrameRing,
  type FramePart,
  type FrameRing,
  isFrameDue,
  keepPart,
  markTrip,
  packFrame,
  takeFrame,
  unpackFrame,
} from "./freeze-frame.ts";

const S = 1_000_000;
const part = (kind: FramePart["kind"], end_s: number): FramePart => ({
  kind,
  end_us: end_s * S,
  bytes: Uint8Array.of(end_s),
});

/** Seconds of a device: a block each, a start each five. */
function pass(ring: FrameRing, from_s: number, to_s: number): void {
  for (let second = from_s; second < to_s; second++) {
    if (second % 5 === 0) keepPart(ring, part("start", second));
    keepPart(ring, part("inputs", second + 1));
  }
}

test("the ring keeps a start that lies at least 10 s back, and no more than it must", () => {
  const ring = createFrameRing();
  pass(ring, 0, 100);
  expect(ring.parts[0]).toEqual(part("start", 85)); // the last start was at 95 s
  expect(ring.parts.length).toBeLessThanOrEqual(19);
});

test("a frame reaches from 10 s before a trip to 5 s after it", () => {
  const ring = createFrameRing();
  pass(ring, 0, 43);
  markTrip(ring, 42.5 * S);
  pass(ring, 43, 47);
  expect(isFrameDue(ring, 47 * S)).toBe(false);
  pass(ring, 47, 48);
  expect(isFrameDue(ring, 47.5 * S)).toBe(true);
  const { parts, base_us, trip_us } = unpackFrame(packFrame(takeFrame(ring, 1e15)))!;
  expect([base_us, trip_us]).toEqual([1e15, 42.5 * S]);
  expect(parts[0]?.kind).toBe("start");
  expect(parts[0]!.end_us).toBeLessThanOrEqual(32.5 * S);
  expect(parts.at(-1)!.end_us).toBeGreaterThanOrEqual(47.5 * S);
  expect(isFrameDue(ring, 99 * S)).toBe(false);
});

test("while a trip waits for its frame nothing of it is forgotten", () => {
  const ring = createFrameRing();
  pass(ring, 0, 40);
  markTrip(ring, 40 * S);
  pass(ring, 40, 55);
  expect(ring.parts[0]!.end_us).toBeLessThanOrEqual(30 * S);
});

test("trips that follow one another share a frame, which ends 15 s after the first at the latest", () => {
  const ring = createFrameRing();
  pass(ring, 0, 20);
  for (let second = 20; second < 40; second++) markTrip(ring, second * S);
  expect(isFrameDue(ring, 34.9 * S)).toBe(false);
  expect(isFrameDue(ring, 35 * S)).toBe(true);
  expect(takeFrame(ring, 0).trip_us).toBe(20 * S);
});

test("a device that woke begins its ring anew", () => {
  const ring = createFrameRing();
  pass(ring, 0, 20);
  breakRing(ring);
  pass(ring, 20, 22);
  expect(ring.parts[0]).toEqual(part("start", 20));
});

test("any parts come back from their bytes, and no cut or longer bytes are taken for a frame", () => {
  const parts = fc.array(
    fc.record({
      kind: fc.constantFrom<FramePart["kind"]>("start", "inputs"),
      end_us: fc.nat(),
      bytes: fc.uint8Array({ maxLength: 40 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(parts, fc.nat(), fc.nat(), (some, cut, time_us) => {
      const given = { base_us: 1e15 + time_us, trip_us: time_us, parts: some };
      const packed = packFrame(given);
      expect(unpackFrame(packed)).toEqual(given);
      expect(unpackFrame(packed.subarray(0, cut % packed.length))).toBeUndefined();
      expect(unpackFrame(Uint8Array.of(...packed, 0))).toBeUndefined();
    }),
  );
});

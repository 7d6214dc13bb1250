// Frames as JSON and as candump's text. The lines are those of can-utils' own documentation and source.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CanFrame, candumpLine, canJson, canOfJson, frameOfCandump } from "./can-frame.ts";

const frame = (changes: Partial<CanFrame>): CanFrame => {
  const data = changes.data ?? new Uint8Array(0);
  return {
    bus: "can0",
    id: 0x123,
    extended: false,
    remote: false,
    error: false,
    length: data.length,
    direction: "rx",
    ...changes,
    data,
  };
};

const LINES: readonly (readonly [string, CanFrame])[] = [
  ["(1436509052.249713) can0 123#DEADBEEF", frame({ data: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) })],
  ["(1436509052.249713) can0 123#", frame({})],
  ["(1436509052.249713) vcan1 00000123#11", frame({ bus: "vcan1", extended: true, data: Uint8Array.of(0x11) })],
  [
    "(1436509052.249713) can0 1FFFFFFF#1122334455667788",
    frame({ id: 0x1fffffff, extended: true, data: Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88) }),
  ],
  ["(1436509052.249713) can0 7FF#R", frame({ id: 0x7ff, remote: true })],
  ["(1436509052.249713) can0 123#R4", frame({ remote: true, length: 4 })],
  // Controller trouble (class 4): the warning level of received errors is reached (data[1] = 4).
  [
    "(1436509052.249713) can0 20000004#0004000000000000",
    frame({ id: 4, error: true, data: Uint8Array.of(0, 4, 0, 0, 0, 0, 0, 0) }),
  ],
];

test.each(LINES)("%s is read and written as candump has it", (line, expected) => {
  expect(frameOfCandump(line)).toEqual({ frame: expected, time_us: 1_436_509_052_249_713 });
  expect(candumpLine(expected, 1_436_509_052_249_713)).toBe(line);
});

test("the direction that candump -x adds is understood, dots between bytes and small letters too", () => {
  expect(frameOfCandump("(0000000001.000002) can0 123#de.ad T")).toEqual({
    frame: frame({ data: Uint8Array.of(0xde, 0xad), direction: "tx" }),
    time_us: 1_000_002,
  });
  expect(frameOfCandump("(1.000002) can0 123#dead R")?.frame.direction).toBe("rx");
});

describe("is no classical frame:", () => {
  test.each([
    "",
    "can0 123#00",
    "(1.5) can0 123#00",
    "(1.000000) can0 12#00",
    "(1.000000) can0 800#00", // 12 bits
    "(1.000000) can0 123#0",
    "(1.000000) can0 123#112233445566778899", // nine bytes
    "(1.000000) can0 123#R9",
    "(1.000000) can0 123##1AABB", // CAN FD
    "(1.000000) can0 FFFFFFFF#R",
  ])("%j", (line) => expect(frameOfCandump(line)).toBeUndefined());

  test.each([
    null,
    "frame",
    {},
    { bus: "can0", id: 0x800, data: "", direction: "rx" },
    { bus: "can0", id: 1.5, data: "", direction: "rx" },
    { bus: "can0", id: 1, data: "0", direction: "rx" },
    { bus: "can0", id: 1, data: "", direction: "up" },
    { bus: "can0", id: 1, data: "00", remote: true, direction: "rx" },
    { bus: "can 0", id: 1, data: "", direction: "rx" },
  ])("%j", (value) => expect(canOfJson(value)).toBeUndefined());
});

const anyFrame = fc
  .oneof(
    fc.record({ extended: fc.boolean(), error: fc.boolean(), data: fc.uint8Array({ maxLength: 8 }) }),
    fc.record({ extended: fc.boolean(), length: fc.integer({ min: 0, max: 8 }) }),
  )
  .chain((part) => {
    const remote = !("data" in part);
    const error = "error" in part && part.error;
    const extended = part.extended && !error;
    return fc
      .record({
        id: fc.integer({ min: 0, max: extended || error ? 0x1fffffff : 0x7ff }),
        direction: fc.constantFrom("rx" as const, "tx" as const),
      })
      .map((rest) =>
        frame({
          ...rest,
          extended,
          error,
          remote,
          ...("data" in part ? { data: part.data, length: part.data.length } : { length: part.length }),
        }),
      );
  });

test("every frame survives JSON, and all but its direction candump's text", () => {
  fc.assert(
    fc.property(anyFrame, fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (any, time_us) => {
      expect(canOfJson(JSON.parse(canJson(any)))).toEqual(any);
      expect(frameOfCandump(candumpLine(any, time_us))).toEqual({ frame: { ...any, direction: "rx" }, time_us });
    }),
  );
});

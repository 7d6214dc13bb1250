// What the page saves is read back as the frames it showed.
import { expect, test } from "vitest";
import { frameOfCandump } from "../../log/can-frame.ts";
import type { BusFrame } from "../../monitor/told.ts";
import { candumpOf } from "./candump.ts";

const TIME_us = 1_796_000_000_123_456;
const frame = (more: Partial<BusFrame>): BusFrame => ({
  ...{ number: 1, time_us: TIME_us, bus: "can", direction: "sent", id: "351", data: "0102", name: "", text: "" },
  ...more,
});

test("standard, extended, empty and remote frames come back with time and direction", () => {
  const { text, frames, left } = candumpOf([
    frame({}),
    frame({ id: "18FF50E5", data: "0011223344556677", direction: "received" }),
    frame({ id: "080", data: "" }),
    frame({ id: "720", data: "", remote_bytes: 1, direction: "received" }),
  ]);
  expect([frames, left]).toEqual([4, 0]);
  const read = text
    .trimEnd()
    .split("\n")
    .map((line) => frameOfCandump(line)!);
  expect(read.map(({ time_us }) => time_us)).toEqual(Array(4).fill(TIME_us));
  expect(
    read.map(({ frame: { id, extended, remote, length, direction } }) => [id, extended, remote, length, direction]),
  ).toEqual([
    [0x351, false, false, 2, "tx"],
    [0x18ff50e5, true, false, 8, "rx"],
    [0x080, false, false, 0, "tx"],
    [0x720, false, true, 1, "rx"],
  ]);
});

test("passwords and requests of Modbus are no frames to be saved", () => {
  const { text, frames, left } = candumpOf([frame({ data: "", isHidden: true }), frame({ bus: "modbus", id: "32" })]);
  expect([text, frames, left]).toEqual(["", 0, 1]);
});

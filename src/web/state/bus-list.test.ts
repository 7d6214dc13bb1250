// Frames as the page keeps them: filtered by text, identifier, bus and direction, counted and timed for each identifier.
import { describe, expect, test } from "vitest";
import type { BusFrame } from "../../monitor/told.ts";
import { ALL, addFrames, createBusList, KEPT, newestFitting, passes, rateOf } from "./bus-list.ts";

const frame = (number: number, more: Partial<BusFrame> = {}): BusFrame => ({
  ...{ number, time_us: 100_000 * number, bus: "can", direction: "sent", id: "351" },
  ...{ data: "3002F401F401C001", name: "pylontech: limits", text: "charge_V 56 V, charge_A 50 A" },
  ...more,
});

describe("the filter", () => {
  test.each([
    [{}, true],
    [{ text: "LIMITS" }, true],
    [{ text: "56 v" }, true],
    [{ text: "f401f4" }, true],
    [{ text: "heartbeat" }, false],
    [{ id: "0x0351" }, true],
    [{ id: "35" }, false],
    [{ bus: "modbus" as const }, false],
    [{ direction: "received" as const }, false],
    [{ id: "351", text: "limits", direction: "sent" as const, bus: "can" as const }, true],
  ])("%j lets a frame of limits pass: %s", (filter, expected) => {
    expect(passes({ ...ALL, ...filter }, frame(1))).toBe(expected);
  });

  test("shows the newest first, so many at most", () => {
    const frames = [frame(1), frame(2, { id: "355" }), frame(3), frame(4)];
    expect(newestFitting(frames, { ...ALL, id: "351" }, 2).map(({ number }) => number)).toEqual([4, 3]);
  });
});

describe("counts", () => {
  test("of each identifier and direction apart, with its rate over its last frames", () => {
    const list = createBusList();
    addFrames(
      list,
      Array.from({ length: 200 }, (_, i) => frame(i + 1)),
    );
    addFrames(list, [frame(201, { direction: "received", id: "305", name: "reply" })]);
    const limits = list.ids.get("can 351 sent")!;
    expect(limits.count).toBe(200);
    expect(rateOf(limits, list.newest_us)).toBeCloseTo(10, 6);
    expect(rateOf(list.ids.get("can 305 received")!, list.newest_us)).toBeUndefined(); // one frame has no rate
    expect(rateOf(limits, list.newest_us + 21e6)).toBe(0);
  });

  test("memory stays bounded, and what is gone stays counted", () => {
    const list = createBusList();
    for (let round = 0; round < 30; round++)
      addFrames(
        list,
        Array.from({ length: 1000 }, (_, i) => frame(1000 * round + i + 1)),
      );
    expect(list.frames.length).toBeLessThanOrEqual(2 * KEPT);
    expect(list.frames.at(-1)!.number).toBe(30_000);
    expect(list.count).toBe(30_000);
    expect(list.ids.get("can 351 sent")!.count).toBe(30_000);
    expect(list.ids.get("can 351 sent")!.times_us.length).toBeLessThanOrEqual(64);
  });

  test("a flood of identifiers counts together", () => {
    const list = createBusList();
    addFrames(
      list,
      Array.from({ length: 2000 }, (_, i) => frame(i + 1, { id: i.toString(16) })),
    );
    expect(list.ids.size).toBeLessThanOrEqual(301);
    expect([...list.ids.values()].reduce((sum, { count }) => sum + count, 0)).toBe(2000);
  });
});

// Heartbeats and guarding, to the millisecond (CiA 301, 7.2.8.3.2), and what the node does about silence (1029h).

import { describe, expect, test } from "vitest";
import { bus, happened, pass, read, remote, start, startRig, times_ms, write } from "../../tools/fuzz/canopen-rig.ts";
import { nextDeadline_us, poll } from "./node.ts";

describe("the heartbeat producer, 1017h", () => {
  test("sends one each period after the boot-up message", () => {
    const rig = startRig({ presets: { heartbeat_ms: 250 } });
    expect(pass(rig, 1000)).toEqual(["720: 7F", "720: 7F", "720: 7F", "720: 7F"]);
    expect(times_ms(rig)).toEqual([250, 500, 750, 1000]);
  });

  test("0 sends none", () => {
    const rig = startRig();
    expect(pass(rig, 100_000)).toEqual([]);
  });

  test.each([1, 2, 65_535])("takes %d ms", (period_ms) => {
    const rig = startRig();
    expect(write(rig, 0x1017, 0, period_ms, 2)).toBe("ok");
    expect(nextDeadline_us(rig.node)).toBe(period_ms * 1000);
    expect(pass(rig, period_ms)).toEqual(["720: 7F"]);
  });

  test("a write restarts the cycle at once", () => {
    const rig = startRig({ presets: { heartbeat_ms: 1000 } });
    pass(rig, 900);
    write(rig, 0x1017, 0, 500, 2);
    expect(pass(rig, 499)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["720: 7F"]);
  });

  test("keeps its phase when it is polled late, and does not catch up what was missed", () => {
    const rig = startRig({ presets: { heartbeat_ms: 100 } });
    expect(poll(rig.node, 130_000).send.length).toBe(1);
    expect(nextDeadline_us(rig.node)).toBe(200_000);
    expect(poll(rig.node, 950_000).send.length).toBe(1);
    expect(nextDeadline_us(rig.node)).toBe(1_050_000);
  });
});

describe("the heartbeat consumer, 1016h", () => {
  const watching = (time_ms = 100) => {
    const rig = startRig();
    start(rig);
    expect(write(rig, 0x1016, 1, 0x0005_0000 + time_ms, 4)).toBe("ok");
    happened(rig);
    return rig;
  };

  test("does not watch before the first heartbeat", () => {
    const rig = watching();
    expect(pass(rig, 10_000)).toEqual([]);
    bus(rig, "705: 05");
    expect(happened(rig)).toEqual([{ kind: "heartbeat", node: 5, is: "first", state: 5 }]);
  });

  test("the boot-up message alone does not begin it, and is told", () => {
    const rig = watching();
    bus(rig, "705: 00");
    expect(pass(rig, 10_000)).toEqual([]);
    expect(happened(rig)).toEqual([{ kind: "heartbeat", node: 5, is: "bootUp", state: 0 }]);
  });

  test("a node that boots and then says nothing more is lost; its boot-up message ends no error", () => {
    const rig = watching();
    bus(rig, "705: 05");
    pass(rig, 60);
    bus(rig, "705: 00");
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 30 81 11 05 00 00 00 00"]);
    expect(bus(rig, "705: 00")).toEqual([]);
    expect(bus(rig, "705: 7F")).toEqual(["0A0: 00 00 00 05 00 00 00 00"]);
  });

  test("each heartbeat starts the time anew", () => {
    const rig = watching();
    bus(rig, "705: 05");
    for (let i = 0; i < 10; i++) {
      expect(pass(rig, 99)).toEqual([]);
      bus(rig, "705: 7F");
    }
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 30 81 11 05 00 00 00 00"]);
  });

  test("the next heartbeat ends the error", () => {
    const rig = watching();
    bus(rig, "705: 05");
    pass(rig, 100);
    expect(read(rig, 0x1001, 0)).toBe(0x11);
    expect(bus(rig, "705: 05")).toEqual(["0A0: 00 00 00 05 00 00 00 00"]);
    expect(read(rig, 0x1001, 0)).toBe(0);
    expect(
      happened(rig)
        .filter((event) => event.kind === "heartbeat")
        .map(({ is }) => is),
    ).toEqual(["first", "lost", "back"]);
  });

  test("is told once, however long the silence", () => {
    const rig = watching();
    bus(rig, "705: 05");
    expect(pass(rig, 60_000).length).toBe(1);
  });

  test.each([
    ["node-ID 0", 0x0000_0064],
    ["node-ID 128", 0x0080_0064],
    ["node-ID 255", 0x00ff_0064],
    ["time 0", 0x0005_0000],
  ])("an entry with %s watches nobody", (_, value) => {
    const rig = startRig();
    expect(write(rig, 0x1016, 1, value, 4)).toBe("ok");
    bus(rig, "705: 05");
    expect(pass(rig, 70_000)).toEqual([]);
  });

  test("a node cannot be watched twice (0604 0043h), nor bits 31-24 be set (0609 0030h)", () => {
    const rig = watching();
    expect(write(rig, 0x1016, 2, 0x0005_00c8, 4)).toBe("0604 0043");
    expect(write(rig, 0x1016, 2, 0x0006_00c8, 4)).toBe("ok");
    expect(write(rig, 0x1016, 1, 0x0005_00c8, 4)).toBe("ok");
    expect(write(rig, 0x1016, 3, 0x0100_0000, 4)).toBe("0609 0030");
    expect(write(rig, 0x1016, 0, 1, 1)).toBe("0601 0002");
  });

  test("taking an entry away ends its error", () => {
    const rig = watching();
    bus(rig, "705: 05");
    pass(rig, 100);
    expect(write(rig, 0x1016, 1, 0, 4)).toBe("ok");
    expect(read(rig, 0x1001, 0)).toBe(0);
  });

  test("changing another entry leaves a watch as it is", () => {
    const rig = watching();
    bus(rig, "705: 05");
    pass(rig, 60);
    write(rig, 0x1016, 7, 0x0009_0064, 4);
    expect(pass(rig, 40)).toEqual(["0A0: 30 81 11 05 00 00 00 00"]);
  });

  test("two nodes are watched apart: one lost leaves the register set while the other comes back", () => {
    const rig = watching();
    write(rig, 0x1016, 2, 0x0006_0064, 4);
    bus(rig, "705: 05");
    bus(rig, "706: 05");
    expect(pass(rig, 100).length).toBe(2);
    expect(bus(rig, "705: 05")).toEqual(["0A0: 00 00 11 05 00 00 00 00"]);
    expect(bus(rig, "706: 05")).toEqual(["0A0: 00 00 00 06 00 00 00 00"]);
  });
});

describe("error behaviour, 1029h sub 1", () => {
  test.each([
    [0, "operational", "preOperational"],
    [0, "stopped", "stopped"],
    [0, "preOperational", "preOperational"],
    [1, "operational", "operational"],
    [2, "operational", "stopped"],
    [2, "preOperational", "stopped"],
  ] as const)("%d: a heartbeat lost in %s leads to %s", (behaviour, from, to) => {
    const rig = startRig();
    write(rig, 0x1029, 1, behaviour, 1);
    write(rig, 0x1016, 1, 0x0005_0064, 4);
    bus(rig, { operational: "000: 01 20", stopped: "000: 02 20", preOperational: "000: 80 20" }[from]);
    bus(rig, "705: 05");
    pass(rig, 100);
    expect(rig.node.state).toBe(to);
  });

  test("3 is refused (0609 0030h)", () => {
    expect(write(startRig(), 0x1029, 1, 3, 1)).toBe("0609 0030");
  });
});

describe("node guarding", () => {
  test("the toggle bit begins with 0 and alternates", () => {
    const rig = startRig();
    const answers = Array.from({ length: 4 }, () => remote(rig, 0x720)[0]);
    expect(answers).toEqual(["720: 7F", "720: FF", "720: 7F", "720: FF"]);
    start(rig);
    expect(remote(rig, 0x720)).toEqual(["720: 05"]);
    expect(remote(rig, 0x720)).toEqual(["720: 85"]);
  });

  test("a reset of communication begins with 0 again", () => {
    const rig = startRig();
    remote(rig, 0x720);
    bus(rig, "000: 82 20");
    expect(remote(rig, 0x720)).toEqual(["720: 7F"]);
  });

  test("heartbeats win: with 1017h no request is answered", () => {
    expect(remote(startRig({ presets: { heartbeat_ms: 1000 } }), 0x720)).toEqual([]);
  });

  test("a request for another node is not answered", () => {
    expect(remote(startRig(), 0x721)).toEqual([]);
  });

  const guarded = (guard_ms: number, factor: number) => {
    const rig = startRig();
    write(rig, 0x100c, 0, guard_ms, 2);
    write(rig, 0x100d, 0, factor, 1);
    return rig;
  };

  test("life guarding begins with the first request and ends 100Ch times 100Dh after the last", () => {
    const rig = guarded(100, 3);
    expect(pass(rig, 5000)).toEqual([]);
    remote(rig, 0x720);
    expect(pass(rig, 299)).toEqual([]);
    remote(rig, 0x720);
    expect(pass(rig, 299)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 30 81 11 20 00 00 00 00"]);
    expect(remote(rig, 0x720)).toEqual(["720: 7F", "0A0: 00 00 00 20 00 00 00 00"]);
    expect(
      happened(rig)
        .filter((event) => event.kind === "guarding")
        .map(({ is }) => is),
    ).toEqual(["lost", "back"]);
  });

  test.each([
    [0, 3],
    [100, 0],
  ])("with %d ms and factor %d there is no life guarding", (guard_ms, factor) => {
    const rig = guarded(guard_ms, factor);
    remote(rig, 0x720);
    expect(pass(rig, 100_000)).toEqual([]);
  });
});

test("somebody else with this node-ID is a collision, 8150h", () => {
  const rig = startRig();
  expect(bus(rig, "720: 05")).toEqual(["0A0: 50 81 11 20 00 00 00 00"]);
  expect(bus(rig, "720: 05")).toEqual([]);
});

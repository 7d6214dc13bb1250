// TCP clients without any socket: streams cut anywhere, orders that the device answers later, slow and broken clients.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRig, type Rig } from "../../tools/fuzz/modbus-rig.ts";
import { rtuFrame, tcpFrame } from "./framing.ts";
import {
  createTcpConnection,
  type Framing,
  patienceEnd_us,
  serveConnection,
  type TcpConnection,
  takeChunk,
  takeConnectionOutcome,
} from "./tcp-connection.ts";

const READ = Uint8Array.of(3, 0x58, 0x30, 0, 1);
const OVERRIDE = Uint8Array.of(6, 0x51, 0x03, 0, 1);

const connect = (framing: Framing = "tcp"): TcpConnection => createTcpConnection(framing, 32, "127.0.0.1", true);
const bytesOf = (frames: readonly Uint8Array[]): number[] => frames.flatMap((frame) => [...frame]);

function take(rig: Rig, connection: TcpConnection, bytes: Uint8Array, most = 1000): number[] {
  takeChunk(connection, bytes, rig.now_us);
  return bytesOf(serveConnection(connection, rig.context, most, rig.now_us).send);
}

const ANSWER = [...tcpFrame(0x1234, 32, Uint8Array.of(3, 2, 0, 0))];

test("a request is answered with its transaction", () => {
  expect(take(createRig(), connect(), tcpFrame(0x1234, 32, READ))).toEqual(ANSWER);
});

test("however a stream of requests is cut, the answers are the same (seed 21)", () => {
  const stream = Buffer.concat([1, 2, 3, 4, 5].map((n) => tcpFrame(n, 32, READ)));
  const whole = take(createRig(), connect(), stream);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const rig = createRig();
      const connection = connect();
      const borders = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const answers = borders.slice(1).flatMap((end, i) => take(rig, connection, stream.subarray(borders[i], end)));
      expect(answers).toEqual(whole);
    }),
    { seed: 21, numRuns: 200 },
  );
});

test("so many requests are served in one turn, the rest in the next", () => {
  const rig = createRig();
  const connection = connect();
  takeChunk(connection, Buffer.concat(new Array(40).fill(tcpFrame(1, 32, READ))), 0);
  const turns = [1, 2, 3].map(() => serveConnection(connection, rig.context, 16, 0));
  expect(turns.map(({ send, hasMore }) => [send.length, hasMore])).toEqual([
    [16, true],
    [16, true],
    [8, false],
  ]);
});

describe("an order that the device answers with its next tick", () => {
  test("holds back the requests behind it, and answers stay in order", () => {
    const rig = createRig();
    const connection = connect();
    takeChunk(connection, Buffer.concat([tcpFrame(1, 32, OVERRIDE), tcpFrame(2, 32, READ)]), 0);
    const { send, asked } = serveConnection(connection, rig.context, 16, 0);
    expect([send.length, asked?.kind]).toEqual([0, "ask"]);
    expect(serveConnection(connection, rig.context, 16, 0).send).toEqual([]);
    expect(
      bytesOf(takeConnectionOutcome(connection, rig.context, { kind: "answers", answers: [{ ok: true }] }, 0)),
    ).toEqual([...tcpFrame(1, 32, OVERRIDE)]);
    expect(serveConnection(connection, rig.context, 16, 0).send).toEqual([tcpFrame(2, 32, Uint8Array.of(3, 2, 0, 0))]);
  });

  test("is a failure when the device refuses, and busy when it takes no more", () => {
    const rig = createRig();
    const connection = connect();
    takeChunk(connection, tcpFrame(1, 32, OVERRIDE), 0);
    serveConnection(connection, rig.context, 16, 0);
    expect(
      bytesOf(
        takeConnectionOutcome(connection, rig.context, { kind: "answers", answers: [{ ok: false, reason: "no" }] }, 0),
      ),
    ).toEqual([...tcpFrame(1, 32, Uint8Array.of(0x86, 4))]);
    takeChunk(connection, tcpFrame(2, 32, OVERRIDE), 0);
    serveConnection(connection, rig.context, 16, 0);
    expect(bytesOf(takeConnectionOutcome(connection, rig.context, { kind: "busy" }, 0))).toEqual([
      ...tcpFrame(2, 32, Uint8Array.of(0x86, 6)),
    ]);
  });
});

describe("slow clients", () => {
  test.each([1, 5, 6, 7, 11])(
    "%d bytes of a frame and then nothing for five seconds close the connection",
    (length) => {
      const rig = createRig();
      const connection = connect();
      takeChunk(connection, tcpFrame(1, 32, READ).subarray(0, length), 0);
      expect(serveConnection(connection, rig.context, 16, 4_999_999).isBroken).toBe(false);
      expect(patienceEnd_us(connection)).toBe(5_000_000);
      expect(serveConnection(connection, rig.context, 16, 5_000_000).isBroken).toBe(true);
    },
  );

  test("a byte a second does not buy more time", () => {
    const rig = createRig();
    const connection = connect();
    const frame = tcpFrame(1, 32, READ);
    for (let i = 0; i < 5; i++) takeChunk(connection, frame.subarray(i, i + 1), i * 1e6);
    expect(serveConnection(connection, rig.context, 16, 5_000_000).isBroken).toBe(true);
  });

  test("a client between frames may take all day", () => {
    const rig = createRig();
    const connection = connect();
    take(rig, connection, tcpFrame(1, 32, READ));
    expect(patienceEnd_us(connection)).toBeUndefined();
    rig.now_us += 86_400e6;
    expect(take(rig, connection, tcpFrame(0x1234, 32, READ))).toEqual(ANSWER);
  });
});

describe("RTU frames over TCP", () => {
  test("need no silence: two in one piece are both answered", () => {
    const both = Buffer.concat([rtuFrame(32, READ), rtuFrame(32, READ)]);
    const answer = [...rtuFrame(32, Uint8Array.of(3, 2, 0, 0))];
    expect(take(createRig(), connect("rtu"), both)).toEqual([...answer, ...answer]);
  });

  test("a wrong checksum is noise: nothing of it is carried out, and the next frame is heard", () => {
    const rig = createRig();
    const connection = connect("rtu");
    const wrong = rtuFrame(32, OVERRIDE).map((byte, i) => (i === 6 ? byte ^ 1 : byte));
    takeChunk(connection, wrong, 0);
    const step = serveConnection(connection, rig.context, 16, 0);
    expect([step.isBroken, step.asked, step.send.length]).toEqual([false, undefined, 0]);
    expect(rig.context.counters.tcp.communicationErrors).toBe(1);
    expect(take(rig, connection, rtuFrame(32, READ))).toEqual([...rtuFrame(32, Uint8Array.of(3, 2, 0, 0))]);
  });

  test("a piece of a frame is dropped after 0.3 s of nothing", () => {
    const rig = createRig();
    const connection = connect("rtu");
    takeChunk(connection, rtuFrame(32, READ).subarray(0, 5), 0);
    expect(serveConnection(connection, rig.context, 16, 299_999).isBroken).toBe(false);
    expect(serveConnection(connection, rig.context, 16, 300_000).isBroken).toBe(false);
    rig.now_us = 400_000;
    expect(take(rig, connection, rtuFrame(32, READ))).toEqual([...rtuFrame(32, Uint8Array.of(3, 2, 0, 0))]);
  });

  test("a request that is too short for its function is answered, for its checksum is right", () => {
    const answer = take(createRig(), connect("rtu"), rtuFrame(32, Uint8Array.of(3, 0)));
    expect(answer).toEqual([...rtuFrame(32, Uint8Array.of(0x83, 3))]);
  });

  test("another unit is not answered, and a broadcast is carried out without an answer", () => {
    const rig = createRig();
    const connection = connect("rtu");
    expect(take(rig, connection, rtuFrame(31, READ))).toEqual([]);
    takeChunk(connection, rtuFrame(0, OVERRIDE), 0);
    expect(serveConnection(connection, rig.context, 16, 0).asked?.kind).toBe("ask");
    expect(takeConnectionOutcome(connection, rig.context, { kind: "answers", answers: [{ ok: true }] }, 0)).toEqual([]);
  });

  test("a function nobody knows is an illegal function, diagnostics are answered", () => {
    const rig = createRig();
    const connection = connect("rtu");
    expect(take(rig, connection, rtuFrame(32, Uint8Array.of(0x41)))).toEqual([...rtuFrame(32, Uint8Array.of(0xc1, 1))]);
    const echo = Uint8Array.of(8, 0, 0, 0xa5, 0x37);
    expect(take(rig, connection, rtuFrame(32, echo))).toEqual([...rtuFrame(32, echo)]);
  });
});

test("memory of a connection stays as it was, whatever has come through it", () => {
  const rig = createRig();
  const connection = connect();
  for (let i = 0; i < 2000; i++) take(rig, connection, tcpFrame(i & 0xffff, 32, READ));
  expect(connection.buffer.length).toBe(4096);
  expect([connection.start - connection.end, connection.session.staged.size]).toEqual([0, 0]);
});

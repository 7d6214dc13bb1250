// The conformance suite against our server in this process, on a serial line and over TCP, on a clock that the test holds.
// Over a real pseudo-terminal and a real socket it runs in tests/modbus/conformance.test.ts.

import { describe, expect, test } from "vitest";
import { carryOut, createRig, type Rig, request, send } from "../../tools/fuzz/modbus-rig.ts";
import { rowsFor, runRow, type Subject } from "../cli/conformance-runner.ts";
import { bytesOf, isExpected, OWN_ADDRESSES } from "./conformance.ts";
import type { ConformanceRow } from "./conformance-rows.ts";
import { tcpFrame } from "./framing.ts";
import { rtuTiming } from "./rtu-timing.ts";
import { takeBytes } from "./serial-line.ts";
import { createTcpConnection, serveConnection, type TcpConnection, takeChunk } from "./tcp-connection.ts";

function serialSubject(rig: Rig): Subject {
  const timing = rtuTiming(rig.line.settings);
  return {
    ...{ link: "serial", unit: 32, addresses: OWN_ADDRESSES },
    begin: async () => {
      request(rig, [8, 0, 1, 0, 0]); // wakes a line that only listens
    },
    exchange: async (unit, pdu) => request(rig, pdu, unit),
    raw: async (pieces, pause_chars) => {
      rig.now_us += 100_000;
      const sent = pieces.flatMap((piece, i) => {
        if (i > 0) rig.now_us += pause_chars * timing.character_us + piece.length * timing.character_us;
        return sendOnly(rig, piece, i === pieces.length - 1);
      });
      return { bytes: sent[0] ?? new Uint8Array(0), isClosed: false };
    },
  };
}

/** The last piece is followed by silence. */
const sendOnly = (rig: Rig, piece: Uint8Array, isLast: boolean): Uint8Array[] =>
  isLast ? send(rig, piece) : sendPiece(rig, piece);
const sendPiece = (rig: Rig, piece: Uint8Array): Uint8Array[] =>
  carryOut(rig, takeBytes(rig.line, rig.context, piece, rig.now_us));

function tcpSubject(rig: Rig): Subject {
  let connection: TcpConnection;
  const take = (bytes: Uint8Array): { bytes: Uint8Array; isClosed: boolean } => {
    takeChunk(connection, bytes, rig.now_us);
    const { send: frames, isBroken } = serveConnection(connection, rig.context, 16, rig.now_us);
    return { bytes: Buffer.concat(frames), isClosed: isBroken };
  };
  return {
    ...{ link: "tcp", unit: 32, addresses: OWN_ADDRESSES },
    begin: async () => {
      connection = createTcpConnection("tcp", 32, "127.0.0.1", true);
    },
    exchange: async (unit, pdu) => {
      const { bytes } = take(tcpFrame(7, unit, pdu));
      return bytes.length === 0 ? undefined : bytes.slice(7);
    },
    raw: async (pieces) => {
      const heard = pieces.map(take);
      return {
        bytes: Buffer.concat(heard.map(({ bytes }) => bytes)),
        isClosed: heard.some(({ isClosed }) => isClosed),
      };
    },
  };
}

describe("on a serial line", () => {
  const subject = serialSubject(createRig());
  test.each(rowsFor("serial").map((row) => [row.name, row] as const))("%s", async (_, row) => {
    expect((await runRow(subject, row)).failure).toBeUndefined();
  });
});

describe("over TCP", () => {
  const subject = tcpSubject(createRig());
  test.each(rowsFor("tcp").map((row) => [row.name, row] as const))("%s", async (_, row) => {
    expect((await runRow(subject, row)).failure).toBeUndefined();
  });
});

describe("the suite can fail", () => {
  test.each([
    ["03 02 .. ..", [3, 2, 0, 1], true],
    ["03 02 .. ..", [3, 2, 0], false],
    ["03 02 .. ..", [0x83, 2], false],
    ["08 ...", [8], true],
    ["08 ...", [8, 1, 2], true],
    ["none", [8], false],
  ])("expected %s, given %j: %s", (expected, given, holds) => {
    expect(isExpected(expected, Uint8Array.from(given), OWN_ADDRESSES, 32)).toBe(holds);
  });

  test("silence is expected only where the row says so", () => {
    expect(isExpected("none", undefined, OWN_ADDRESSES, 32)).toBe(true);
    expect(isExpected("03 02 .. ..", undefined, OWN_ADDRESSES, 32)).toBe(false);
  });

  test("checksums are made behind what they cover", () => {
    expect([...bytesOf("01 03 00 00 00 0A {crc}", OWN_ADDRESSES, 1)].slice(-2)).toEqual([0xc5, 0xcd]);
    expect([...bytesOf("55 {unit} 03 00 00 00 0A {crc}", OWN_ADDRESSES, 1)].slice(-2)).toEqual([0xc5, 0xcd]);
    expect([...bytesOf("{unit} 03 00 00 00 0A {badcrc}", OWN_ADDRESSES, 1)].slice(-2)).not.toEqual([0xc5, 0xcd]);
  });

  test("a server that answers wrong is found out in every row that asks it something", async () => {
    const subject: Subject = {
      ...serialSubject(createRig()),
      exchange: async () => Uint8Array.of(0x99),
      raw: async () => ({ bytes: Uint8Array.of(1, 0x99, 0, 0), isClosed: false }),
    };
    for (const row of rowsFor("serial")) expect((await runRow(subject, row)).failure, row.name).toBeDefined();
  });

  test("a row that breaks off while the server only listens leaves it awake for the next", async () => {
    const rig = createRig();
    const row: ConformanceRow = {
      ...{ link: "serial", clause: "", name: "" },
      steps: [
        { pdu: "08 00 04 00 00", answer: "none" },
        { pdu: "03 {hold} 00 01", answer: "03 02 .. .." },
      ],
    };
    expect((await runRow(serialSubject(rig), row)).failure).toMatch(/^step 2: .* no answer/);
    expect(request(rig, [3, 0x58, 0x30, 0, 1])).toBeDefined();
  });

  test.each([
    ["in time at last: judged by that alone", 19, { failure: undefined }],
    ["never in time: neither held nor failed", Number.POSITIVE_INFINITY, { notJudged: "step 1: paused too long" }],
  ])("a machine that is too slow for the pauses of a row says it again, %s", async (_, slowTries, verdict) => {
    const subject = serialSubject(createRig());
    let tries = 0;
    const slow: Subject = {
      ...subject,
      raw: async (...asked) =>
        ++tries > slowTries
          ? subject.raw(...asked)
          : { bytes: new Uint8Array(0), isClosed: false, overlong: "paused too long" },
    };
    const row = rowsFor("serial").find(
      ({ name }) => name === "a frame with pauses of one character inside is answered",
    )!;
    expect(await runRow(slow, row)).toEqual({ row, ...verdict });
  });
});

// SLCAN on both sides: frames both ways, lines out of pieces and garbage, the adapter's commands with their preconditions, the
// host's opening with adapters that answer and with such that do not. Texts are those of the LAWICEL manual.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CanFrame, extendedFrame, isFrame, standardFrame } from "../base/can-frame.ts";
import { bytesOfAscii } from "./ascii.ts";
import { type BusState, QUIET_BUS } from "./bus-status.ts";
import { createLines, frameOfSlcan, slcanText, stampText, takeLines } from "./slcan.ts";
import {
  abandonSlcan,
  createSlcanAdapter,
  type SlcanBus,
  serveSlcan,
  slcanOfBus,
  takeSlcanBytes,
} from "./slcan-adapter.ts";
import { createSlcanHost, hostLine, startHost, takeHostBytes, wakeHost } from "./slcan-host.ts";

const data = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const remote = (id: number, length: number, extended = false): CanFrame => ({
  ...{ id, extended, remote: true, length },
  data: new Uint8Array(0),
});

describe("a frame as a line", () => {
  test.each([
    ["t10021133", standardFrame(0x100, data(0x11, 0x33))],
    ["t0000", standardFrame(0, data())],
    ["t7FF8FFFFFFFFFFFFFFFF", standardFrame(0x7ff, data(255, 255, 255, 255, 255, 255, 255, 255))],
    ["T00000100200FF", extendedFrame(0x100, data(0, 255))],
    ["T1FFFFFFF0", extendedFrame(0x1fffffff, data())],
    ["r1002", remote(0x100, 2)],
    ["R1FFFFFFF8", remote(0x1fffffff, 8, true)],
  ])("%s, both ways", (text, frame) => {
    expect(slcanText(frame)).toBe(text);
    expect(frameOfSlcan(text)).toEqual({ frame, stamp_ms: undefined });
    expect(frameOfSlcan(text.charAt(0) + text.slice(1).toLowerCase())?.frame).toEqual(frame);
  });

  test.each([
    ["t10001234", 0x1234],
    ["t1000EA5F", 59_999],
    ["T0000010010F0000", 0],
    ["r10001234", 0x1234],
  ])("%s has a time", (text, stamp_ms) => {
    expect(frameOfSlcan(text)?.stamp_ms).toBe(stamp_ms);
  });

  test.each([
    ...["", "t", "t1", "t100", "t10", "tXYZ0", "t8000", "t1009112233445566778899", "t1002113", "t10021133FF"],
    ...[
      "t1001G1",
      "T2000000000",
      "T1FFFFFFF",
      "R1FFFFFFF9",
      "r100",
      "x1000",
      "t1000EA60",
      "t10001234567",
      "t-0010",
      "t 10 0",
    ],
    ...["r100211", "t1002 1 3", "t100:"],
  ])('"%s" is none', (text) => {
    expect(frameOfSlcan(text)).toBeUndefined();
  });

  test("any text is a frame whose parts fit, or none (seed 51)", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[tTrR][0-9a-fA-F]{3,24}$/));
    fc.assert(
      fc.property(text, (line) => {
        const found = frameOfSlcan(line);
        if (found !== undefined) {
          expect(isFrame(found.frame)).toBe(true);
          expect(line.toUpperCase().startsWith(slcanText(found.frame).toUpperCase())).toBe(true);
        }
      }),
      { seed: 51, numRuns: 2000 },
    );
  });

  test.each([
    [0, "0000"],
    [999, "0000"],
    [1000, "0001"],
    [59_999_999, "EA5F"],
    [60_000_000, "0000"],
  ])("the stamp of %d us is %s", (time_us, text) => {
    expect(stampText(time_us)).toBe(text);
  });
});

describe("lines", () => {
  test("come whole out of pieces of any size", () => {
    const bytes = bytesOfAscii("t1000\r\n\r\x07z\rV1013\r");
    for (let size = 1; size <= bytes.length; size++) {
      const lines = createLines();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...takeLines(lines, bytes.subarray(at, at + size)));
      expect(found).toEqual(["t1000", "", "\x07", "z", "V1013"]);
    }
  });

  test("128 characters are a line, 129 are one that means nothing, and the next is whole again", () => {
    expect(takeLines(createLines(), bytesOfAscii(`${"a".repeat(128)}\r`))).toEqual(["a".repeat(128)]);
    const lines = createLines();
    expect(takeLines(lines, bytesOfAscii("a".repeat(1_000_000)))).toEqual([]);
    expect(lines.rest.length).toBeLessThanOrEqual(128);
    expect(takeLines(lines, bytesOfAscii("\rt1000\r"))).toEqual(["?".repeat(128), "t1000"]);
  });
});

function rig(rate_kbit_s = 250, state: BusState = "active") {
  const sent: CanFrame[] = [];
  const room = { left: Number.POSITIVE_INFINITY };
  const bus: SlcanBus = {
    rate_kbit_s,
    status: { ...QUIET_BUS, state },
    send: (frame) => {
      if (room.left-- <= 0) return false;
      sent.push(frame);
      return true;
    },
  };
  const adapter = createSlcanAdapter();
  const say = (text: string): string => {
    takeSlcanBytes(adapter, bytesOfAscii(text));
    return serveSlcan(adapter, bus);
  };
  return { adapter, bus, sent, room, say };
}

describe("the adapter", () => {
  test.each([
    ["V\r", "V1013\r"],
    ["N\r", "NBM51\r"],
    ["\r", "\r"],
    ["O\r", "\r"],
    ["O\rO\r", "\r\x07"],
    ["L\r", "\r"],
    ["C\r", "\x07"],
    ["O\rC\rC\r", "\r\r\x07"],
    ["S4\rS5\rS6\rS7\rS8\r", "\r\r\r\r\r"],
    ["S9\r", "\x07"],
    ["S\r", "\x07"],
    ["S55\r", "\x07"],
    ["O\rS5\r", "\r\x07"],
    ["s0102\r", "\x07"],
    ["Z1\rZ0\r", "\r\r"],
    ["Z2\r", "\x07"],
    ["O\rZ1\r", "\r\x07"],
    ["F\r", "\x07"],
    ["O\rF\r", "\rF00\r"],
    ["M00000000\rmFFFFFFFF\r", "\r\r"],
    ["M00000001\r", "\x07"],
    ["X1\rX0\r", "\r\x07"],
    ["t1000\r", "\x07"],
    ["O\rt1000\r", "\rz\r"],
    ["O\rT000001000\r", "\rZ\r"],
    ["O\rr1000\rR000001000\r", "\rz\rZ\r"],
    ["L\rt1000\r", "\r\x07"],
    ["O\rt100\r", "\r\x07"],
    ["O\rt1000EA5F\r", "\r\x07"],
    ["hello\r", "\x07"],
    ["O \r", "\x07"],
    ["\x07", "\x07"],
  ])("%j is answered with %j", (text, answers) => {
    expect(rig().say(text)).toBe(answers);
  });

  test("a program gets what is on the bus from O or L to C, with stamps where it asked for them", () => {
    const { adapter, bus, say } = rig();
    const frame = standardFrame(0x123, data(1, 2));
    expect(slcanOfBus(adapter, frame, 61_234_000, bus)).toBe("");
    say("O\r");
    expect(slcanOfBus(adapter, frame, 61_234_000, bus)).toBe("t12320102\r");
    say("C\rZ1\rL\r");
    expect(slcanOfBus(adapter, frame, 61_234_000, bus)).toBe("t1232010204D2\r");
    say("C\r");
    expect(slcanOfBus(adapter, frame, 0, bus)).toBe("");
  });

  test("at another bit rate than the bus it hears nothing, sends nothing, and its flags say bus error", () => {
    const { adapter, bus, sent, say } = rig(250);
    expect(say("S6\rO\rt1000\rF\rF\r")).toBe("\r\r\x07F82\rF80\r");
    expect(sent).toEqual([]);
    expect(slcanOfBus(adapter, standardFrame(1, data()), 0, bus)).toBe("");
    expect(say("C\rS5\rO\rt1000\r")).toBe("\r\r\rz\r");
  });

  test.each([
    ["active", "F00"],
    ["warning", "F04"],
    ["passive", "F24"],
    ["off", "FA4"],
  ] as const)("a bus that is %s is %s in its flags", (state, flags) => {
    expect(rig(250, state).say("O\rF\r")).toBe(`\r${flags}\r`);
  });

  test("while the bus has no room commands wait in order, and go on", () => {
    const { adapter, sent, room, say } = rig();
    room.left = 2;
    expect(say("O\rt0010\rt0020\rt0030\rV\r")).toBe("\rz\rz\r");
    expect(adapter.waiting).toHaveLength(2);
    room.left = 10;
    expect(say("")).toBe("z\rV1013\r");
    expect(sent.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test("of 5000 commands that come while there is no room 1024 wait, the others are refused", () => {
    const { adapter, room, say } = rig();
    say("O\r");
    room.left = 0;
    expect(say("t0010\r".repeat(5000))).toBe("\x07".repeat(5000 - 1024));
    expect(adapter.waiting).toHaveLength(1024);
    room.left = 1e6;
    expect(say("F\r")).toBe(`${"z\r".repeat(1024)}\x07`);
    expect(say("F\rF\r")).toBe("F02\rF00\r");
  });

  test("after its program has gone it is as new", () => {
    const { adapter, say } = rig();
    say("Z1\rS6\rO\rt00");
    abandonSlcan(adapter);
    expect(adapter).toEqual(createSlcanAdapter());
  });

  test("garbage never opens the channel by itself or throws, and is answered line by line (seed 7)", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const { adapter, bus, sent } = rig();
        for (const chunk of chunks) {
          takeSlcanBytes(adapter, chunk);
          const answers = serveSlcan(adapter, bus).replaceAll("\x07", "\r");
          expect(answers).toMatch(/^(?:[zZ]?\r|V1013\r|NBM51\r|F[\dA-F]{2}\r)*$/);
        }
        for (const frame of sent) expect(isFrame(frame)).toBe(true);
        expect(adapter.waiting).toEqual([]);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

/** Opens a host with an adapter that answers each command with what is given. */
function opened(answers: Readonly<Record<string, string>> = { S: "\r", O: "\r" }) {
  const host = createSlcanHost(250);
  let said = startHost(host, 0).send;
  said += wakeHost(host, 299_999).send;
  said += wakeHost(host, 300_000).send; // C has had its time
  const ofRate = takeHostBytes(host, bytesOfAscii(answers["S"] ?? ""), 310_000);
  const ofOpening = takeHostBytes(host, bytesOfAscii(answers["O"] ?? ""), 320_000);
  return { host, said: said + ofRate.send + ofOpening.send, ofRate, ofOpening };
}

describe("the host", () => {
  test.each([
    [125, "S4"],
    [250, "S5"],
    [500, "S6"],
    [800, "S7"],
    [1000, "S8"],
  ] as const)("at %d kbit/s closes, says %s, and opens", (rate, command) => {
    const host = createSlcanHost(rate);
    const sent = [startHost(host, 0).send];
    for (let time_us = 0; time_us < 1_500_000; time_us += 100_000) sent.push(wakeHost(host, time_us).send);
    expect(sent.join("").split("\r").slice(0, 5)).toEqual(["", "", "C", command, "O"]);
  });

  test("an adapter that answers is open with its answer, one that is silent after its time", () => {
    expect(opened().ofOpening.hasOpened).toBe(true);
    const { host, ofOpening } = opened({});
    expect(ofOpening.hasOpened).toBe(false);
    expect(wakeHost(host, 600_000)).toMatchObject({ send: "O\r", hasOpened: false });
    expect(wakeHost(host, 900_000).hasOpened).toBe(true);
  });

  test.each(["S", "O"])("a BEL to %s is a refusal", (letter) => {
    const { ofRate, ofOpening } = opened({ S: "\r", O: "\r", [letter]: "\x07" });
    expect((letter === "S" ? ofRate : ofOpening).refused).toMatch(letter);
  });

  test("a BEL to C is none: the channel was closed before", () => {
    const host = createSlcanHost(250);
    startHost(host, 0);
    expect(takeHostBytes(host, bytesOfAscii("\r\r\x07t1230\r"), 1000)).toMatchObject({
      refused: undefined,
      frames: [],
    });
    expect(wakeHost(host, 300_000).send).toBe("S5\r");
  });

  test("frames, acknowledgements and flags come in one stream, in pieces", () => {
    const { host } = opened();
    expect(hostLine(host, standardFrame(0x123, data(1)))).toBe("t123101\r");
    expect(wakeHost(host, 1_320_000).send).toBe("F\r");
    const first = takeHostBytes(host, bytesOfAscii("t4560\rz\rT18FF"), 1_330_000);
    const second = takeHostBytes(host, bytesOfAscii("50E5102\rF24\rt45601234\r"), 1_340_000);
    expect([...first.frames, ...second.frames].map(slcanText)).toEqual(["t4560", "T18FF50E5102", "t4560"]);
    expect(host.status.state).toBe("passive");
    expect(host.expected).toEqual([]);
    expect(first.lost + second.lost).toBe(0);
  });

  test("a frame that the adapter refuses, or that cannot be read, is lost", () => {
    const { host } = opened();
    hostLine(host, standardFrame(0x123, data(1)));
    expect(takeHostBytes(host, bytesOfAscii("\x07"), 400_000).lost).toBe(1);
    expect(takeHostBytes(host, bytesOfAscii("t12\r"), 400_000).lost).toBe(1);
  });

  test("an adapter without flags is not asked again", () => {
    const { host } = opened();
    expect(wakeHost(host, 1_320_000).send).toBe("F\r");
    takeHostBytes(host, bytesOfAscii("\x07"), 1_330_000);
    expect(wakeHost(host, 2_320_000).send).toBe("");
  });

  test.each([
    ["sa057033", "active", 57, 33],
    ["sw096000", "warning", 96, 0],
    ["sp000128", "passive", 0, 128],
    ["sb256256", "off", 256, 256],
  ])("%s: as Linux reads it", (line, state, receiveErrors, transmitErrors) => {
    const { host } = opened();
    takeHostBytes(host, bytesOfAscii(`${line}\r`), 400_000);
    expect(host.status).toEqual({ state, receiveErrors, transmitErrors });
  });

  test("garbage throws nothing and grows nothing (seed 8)", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const { host } = opened();
        for (const chunk of chunks)
          for (const frame of takeHostBytes(host, chunk, 400_000).frames) expect(isFrame(frame)).toBe(true);
        expect(host.expected.length).toBeLessThanOrEqual(512);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

test("host and adapter understand each other: what one sends the other hears, both ways", () => {
  const { adapter, bus, sent } = rig();
  const host = createSlcanHost(250);
  const heard: string[] = [];
  let toAdapter = startHost(host, 0).send;
  let isOpen = false;
  for (let time_us = 0; time_us < 1_000_000 && !isOpen; time_us += 50_000) {
    takeSlcanBytes(adapter, bytesOfAscii(toAdapter));
    const step = takeHostBytes(host, bytesOfAscii(serveSlcan(adapter, bus)), time_us);
    const woken = wakeHost(host, time_us);
    toAdapter = step.send + woken.send;
    isOpen = step.hasOpened || woken.hasOpened;
  }
  expect(adapter).toMatchObject({ channel: "open", rate_kbit_s: 250 });
  takeSlcanBytes(adapter, bytesOfAscii(hostLine(host, standardFrame(0x123, data(1)))));
  const answers = serveSlcan(adapter, bus) + slcanOfBus(adapter, extendedFrame(5, data(9)), 0, bus);
  for (const frame of takeHostBytes(host, bytesOfAscii(answers), 1_000_000).frames) heard.push(slcanText(frame));
  expect(sent.map(slcanText)).toEqual(["t123101"]);
  expect(heard).toEqual(["T00000005109"]);
  expect(host.expected).toEqual([]);
});

// The console's promises to programs and people. Clauses are those of CiA 309-3 DSP v3.0.0; the dictionary is a small one of
// this test, and whoever runs the console is played here.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../base/utf8.ts";
import {
  type ConsoleStep,
  createGateway,
  type Gateway,
  nextDeadline_us,
  poll,
  takeBytes,
  takeEvent,
  takeOutcome,
} from "./gateway.ts";
import type { ConsoleOutcome, ConsoleRequest, Directory, Named } from "./requests.ts";

const NAMED: readonly Named[] = [
  { name: "soc", index: 0x2100, subIndex: 0, type: "r32", access: "ro", unit: "ratio", help: "" },
  { name: "mode", index: 0x2101, subIndex: 0, type: "u8", access: "ro", unit: "", help: "", words: ["off", "running"] },
  { name: "battery.cells", index: 0x3000, subIndex: 0, type: "u8", access: "rw", unit: "count", help: "" },
  { name: "user.address", index: 0x3001, subIndex: 0, type: "vs", access: "rw", unit: "", help: "" },
  { name: "heartbeat", index: 0x1017, subIndex: 0, type: "u16", access: "rw", unit: "ms", help: "" },
];

const DIRECTORY: Directory = {
  find: (name) => NAMED.find((row) => row.name === name),
  at: (index, subIndex) => NAMED.find((row) => row.index === index && row.subIndex === subIndex),
  all: () => NAMED,
};

type Answering = (request: ConsoleRequest) => ConsoleOutcome | undefined;

/** Text that a console says to lines, each request answered at once. */
function talk(lines: string, answering: Answering = () => ({ kind: "done" }), gateway = open()): string {
  return settle(gateway, takeBytes(gateway, encodeUtf8(lines), 0), answering);
}

function settle(gateway: Gateway, step: ConsoleStep, answering: Answering): string {
  const outcome = step.asked === undefined ? undefined : answering(step.asked.request);
  if (outcome === undefined) return step.text;
  return step.text + settle(gateway, takeOutcome(gateway, outcome, 0), answering);
}

const open = (): Gateway =>
  createGateway({ directory: DIRECTORY, identity: () => ({ nodeId: 32, identity: [0x1a2, 2, 0x10003, 77] }) });

function requestOf(line: string, gateway = open()): ConsoleRequest | undefined {
  return takeBytes(gateway, encodeUtf8(`${line}\r\n`), 0).asked?.request;
}

const data = (...bytes: number[]): ConsoleOutcome => ({ kind: "data", data: Uint8Array.from(bytes) });

test("a device without a node-ID (255, after LSS) is still reached without a node number", () => {
  const nameless = (): Gateway =>
    createGateway({ directory: DIRECTORY, identity: () => ({ nodeId: 255, identity: [0x1a2, 2, 0x10003, 77] }) });
  expect(requestOf("r 0x1017 0 u16", nameless())).toMatchObject({ kind: "read", node: 255, index: 0x1017 });
  expect(requestOf("w 0x1017 0 u16 5", nameless())).toMatchObject({ kind: "write", node: 255, index: 0x1017 });
  expect(talk("[1] 255 r 0x1017 0 u16\n", undefined, nameless())).toMatch(/^\[1\] ERROR:107/);
});

test.each(["constructor", "toString", "hasOwnProperty", "__proto__"])("%s is no boolean", (word) => {
  expect(talk(`[1] 4 write 0x6000 0 b ${word}\n`)).toMatch(/^\[1\] ERROR:101/);
});

describe("answers to programs (5.1)", () => {
  test("an answer repeats the number of its command and ends with CR LF", () => {
    expect(talk("[1] 4 read 0x1017 0 u16\r\n", () => data(0xe8, 0x03))).toBe("[1] 1000\r\n");
    expect(talk("[4294967295] 4 write 0x1017 0 u16 1000\r\n")).toBe("[4294967295] OK\r\n");
  });

  test("a refused transfer tells the abort code of the SDO", () => {
    const abort: ConsoleOutcome = { kind: "abort", code: 0x06020000, text: "object does not exist" };
    expect(talk("[7] 4 r 0x2FFF 0 u8\n", () => abort)).toBe("[7] ERROR:0x06020000 #object does not exist\r\n");
  });

  test.each([
    ["[1] 4 red 0x1017 0 u16", 101],
    ["[1] 4 read 0x1017 u16", 101],
    ["[1] 4 read 0x10170 0 u16", 101],
    ["[1] 4 read 0x1017 256 u16", 101],
    ["[1] 4 read 0x1017 0 u17", 101],
    ["[1] 4 read 0x1017 0 u16 1", 101],
    ["[1] 4 write 0x1017 0 u16", 101],
    ["[1] 4 write 0x1017 0 u16 65536", 101],
    ["[1] 4 write 0x1017 0 i16 -32769", 101],
    ["[1] 4 write 0x1017 0 u8 -1", 101],
    ["[1] 4 write 0x1017 0 r32 1e39", 101],
    ["[1] 4 write 0x1017 0 d ????", 101],
    ['[1] 4 write 0x1017 0 vs "open', 101],
    ["[1]", 101],
    ["[1] [2] start", 101],
    ["[1] [4 start", 101],
    ["[1] 1 2 3 start", 101],
    ["[1] 4", 101],
    ["[1] reset everything", 101],
    ["[1] start", 105],
    ["[1] 128 start", 107],
    ["[1] 200 read 0x1017 0 u16", 107],
    ["[1] 2 4 read 0x1017 0 u16", 106],
    ["[1] set network 2", 106],
    ["[1] set node 128", 107],
    ["[1] set sdo_timeout 0", 101],
    ["[1] set sdo_block 2", 101],
    ["[1] set colour 2", 101],
    ["[1] enable guarding 100 2", 100],
    ["[1] lss_set_node 128", 502],
    ["[1] lss_switch_glob 2", 101],
    ["[1] lss_switch_sel 1 2 3", 101],
    ["[1] help weather", 101],
  ])("%s is error %i, and nothing is asked", (line, code) => {
    let asked = 0;
    const text = talk(`${line}\r\n`, () => {
      asked++;
      return { kind: "done" };
    });
    expect(text).toMatch(new RegExp(`^\\[1\\] ERROR:${code} #.+\r\n$`));
    expect(asked).toBe(0);
  });

  test.each<[string, ConsoleRequest]>([
    ["4 read 0x1018 1 u32", { kind: "read", node: 4, index: 0x1018, subIndex: 1 }],
    ["1 4 R 4120 1", { kind: "read", node: 4, index: 0x1018, subIndex: 1 }],
    ["read 0x1018 1", { kind: "read", node: 32, index: 0x1018, subIndex: 1 }],
    ["4 w 0x1017 0 u16 0x3E8", { kind: "write", node: 4, index: 0x1017, subIndex: 0, data: Uint8Array.of(0xe8, 3) }],
    ["4 w 0x2000 0 i8 -128", { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: Uint8Array.of(0x80) }],
    ["4 w 0x2000 0 b 1", { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: Uint8Array.of(1) }],
    [
      "4 w 0x2000 0 r32 1.5",
      { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: Uint8Array.of(0, 0, 0xc0, 0x3f) },
    ],
    ["4 w 0x2000 0 d AQID", { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: Uint8Array.of(1, 2, 3) }],
    [
      "4 w 0x2000 0 hex 01 02 ff",
      { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: Uint8Array.of(1, 2, 255) },
    ],
    [
      '4 w 0x2000 0 vs "a ""b"" #c" # note',
      { kind: "write", node: 4, index: 0x2000, subIndex: 0, data: encodeUtf8('a "b" #c') },
    ],
    ["4 start", { kind: "nmt", node: 4, command: "start" }],
    ["0 stop", { kind: "nmt", node: 0, command: "stop" }],
    ["4 preop", { kind: "nmt", node: 4, command: "preoperational" }],
    ["4 reset node", { kind: "nmt", node: 4, command: "resetNode" }],
    ["4 reset comm", { kind: "nmt", node: 4, command: "resetCommunication" }],
    ["4 reset communication", { kind: "nmt", node: 4, command: "resetCommunication" }],
    ["lss_switch_glob 1", { kind: "lss", lss: { service: "switchGlobal", isConfiguration: true } }],
    [
      "1 lss_switch_sel 1 2 0x10003 77",
      { kind: "lss", lss: { service: "switchSelective", address: [1, 2, 0x10003, 77] } },
    ],
    ["lss_set_node 0xFF", { kind: "lss", lss: { service: "setNode", nodeId: 255 } }],
    ["lss_conf_bitrate 0 3", { kind: "lss", lss: { service: "setBitRate", table: 0, index: 3 } }],
    ["lss_inquire_addr", { kind: "lss", lss: { service: "inquire", part: -1 } }],
    ["_lss_fastscan", { kind: "lss", lss: { service: "fastscan", timeout_ms: 100 } }],
  ])("%s asks for the right thing", (line, request) => {
    expect(requestOf(line)).toEqual(request);
  });

  test("what a command leaves out comes from set", () => {
    const gateway = open();
    expect(talk("[1] set node 9\n[2] set sdo_timeout 250\n[3] set sdo_block 1\n", undefined, gateway)).toBe(
      "[1] OK\r\n[2] OK\r\n[3] OK\r\n",
    );
    const { asked } = takeBytes(gateway, encodeUtf8("start\n"), 0);
    expect(asked).toEqual({
      request: { kind: "nmt", node: 9, command: "start" },
      options: { timeout_ms: 250, isBlock: true },
    });
  });

  test("commands are answered in their order, also when they come at once", () => {
    const text = talk("[1] 4 r 0x1000 0 u8\n[2] info version\n[3] 4 r 0x1001 0 u8\n", () => data(5));
    expect(text).toBe("[1] 5\r\n[2] 0x000001A2 0x00000002 0x00010003 0x0000004D 1 3.0 1\r\n[3] 5\r\n");
  });

  test("too many waiting commands are refused, the others answered", () => {
    const gateway = open();
    const lines = Array.from({ length: 80 }, (_, i) => `[${i}] 4 r 0x1000 0 u8\n`).join("");
    const refused = takeBytes(gateway, encodeUtf8(lines), 0);
    const all = settle(gateway, refused, () => data(1));
    expect(all.match(/ERROR:600/g)?.length).toBe(16);
    expect(all.match(/\] 1\r\n/g)?.length).toBe(64);
  });

  test.each<[string, string, number[], string]>([
    ["i8", "i8", [0xff], "-1"],
    ["u64", "u64", [255, 255, 255, 255, 255, 255, 255, 255], "18446744073709551615"],
    ["x32", "x32", [0xa2, 1, 0, 0], "0x000001A2"],
    ["r32", "r32", [0xcd, 0xcc, 0x4c, 0x3d], "0.05"],
    ["vs", "vs", [...encodeUtf8("BMS Mini")], '"BMS Mini"'],
    ["a text with a zero byte", "vs", [0x41, 0, 0x42], "A"],
    ["os", "os", [1, 2], "AQI="],
    ["time of day", "t", [0x00, 0x5c, 0x26, 0x05, 0x01, 0x00], "1 86400000"],
    ["hex", "hex", [0xde, 0xad], "DE AD"],
    ["b", "b", [1], "1"],
  ])("a value reads as the standard writes it: %s", (_, type, bytes, text) => {
    expect(talk(`[1] 4 r 0x2000 0 ${type}\n`, () => data(...bytes))).toBe(`[1] ${text}\r\n`);
  });

  test("bytes that are none of the asked type are told, not guessed", () => {
    expect(talk("[1] 4 r 0x2000 0 u16\n", () => data(1))).toMatch(/^\[1\] ERROR:0x06070010/);
  });
});

describe("people", () => {
  test("a name stands for index and sub-index, and its type is known", () => {
    expect(requestOf("r soc")).toEqual({ kind: "read", node: 32, index: 0x2100, subIndex: 0 });
    expect(talk("r mode\n", () => data(1))).toBe("1 #running\r\n");
    expect(requestOf("w battery.cells 8")).toEqual({
      kind: "write",
      node: 32,
      index: 0x3000,
      subIndex: 0,
      data: Uint8Array.of(8),
    });
    expect(requestOf("w mode running")).toEqual({
      kind: "write",
      node: 32,
      index: 0x2101,
      subIndex: 0,
      data: Uint8Array.of(1),
    });
    expect(talk("r sock\n")).toMatch(/^ERROR:101 #no such name: sock/);
  });

  test("a line without a number is answered without one, an empty line not at all", () => {
    expect(talk("\r\n  \n# only a remark\n")).toBe("");
    expect(talk("set node 5\n")).toBe("OK\r\n");
  });

  test("help and list are remarks before the answer, so that programs pass over them", () => {
    const lines = talk("[9] help\n[10] list battery\n").split("\r\n");
    expect(lines.at(-1)).toBe("");
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(# |\[9\] OK$|\[10\] OK$)/);
    expect(lines.some((line) => line.includes("0x3000") && line.includes("battery.cells"))).toBe(true);
  });

  test("watched values come again and again, at their period, and not while a command runs", () => {
    const gateway = open();
    expect(takeBytes(gateway, encodeUtf8("watch soc 500\n"), 1_000_000).text).toBe("OK\r\n");
    expect(nextDeadline_us(gateway)).toBe(1_000_000);
    expect(settle(gateway, poll(gateway, 1_000_000), () => data(0, 0, 0, 0x3f))).toBe("# soc 0.5 ratio\r\n");
    expect(poll(gateway, 1_499_999)).toEqual({ text: "" });
    expect(nextDeadline_us(gateway)).toBe(1_500_000);
    expect(poll(gateway, 1_500_000).asked?.request.kind).toBe("read");
    expect(poll(gateway, 9_000_000).asked).toBeUndefined();
    takeOutcome(gateway, data(0, 0, 0, 0), 9_000_000);
    takeBytes(gateway, encodeUtf8("watch off\n"), 9_000_000);
    expect(nextDeadline_us(gateway)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a wrong password and a missing one are told apart", () => {
    const login = (outcome: "granted" | "wrong" | "unset" | "unavailable"): string =>
      talk('login "a b"\n', (request) => {
        expect(request).toEqual({ kind: "login", password: "a b" });
        return { kind: "login", login: outcome };
      });
    expect(login("granted")).toBe("OK\r\n");
    expect(login("wrong")).toMatch(/^ERROR:300/);
    expect(login("unset")).toMatch(/^ERROR:302/);
    expect(login("unavailable")).toMatch(/^ERROR:102/);
  });

  test("logging out is told to whoever keeps the login", () => {
    expect(takeBytes(open(), encodeUtf8("logout\n"), 0)).toEqual({ text: "OK\r\n", isLogout: true });
  });

  test("events are told once wanted", () => {
    const gateway = open();
    const emergency = {
      kind: "emergency",
      node: 32,
      code: 0x8130,
      register: 0x11,
      bytes: Uint8Array.of(1, 2, 3, 4, 5),
    } as const;
    expect(takeEvent(gateway, emergency)).toBe("");
    talk("set events 1\n", undefined, gateway);
    expect(takeEvent(gateway, emergency)).toBe("1 32 EMCY 8130 11 1 2 3 4 5\r\n");
    expect(takeEvent(gateway, { kind: "bootUp", node: 5 })).toBe("1 5 BOOT_UP\r\n");
    expect(takeEvent(gateway, { kind: "heartbeatLost", node: 5 })).toBe("1 5 ERROR 203 #heartbeat lost\r\n");
  });

  test("what is typed is shown once asked for, and a backspace takes back a letter of any width", () => {
    const gateway = open();
    talk("set echo 1\n", undefined, gateway);
    expect(takeBytes(gateway, encodeUtf8("set nodé\be\x7fe 7\r"), 0).text).toMatch(/\r\nOK\r\n$/);
    expect(gateway.node).toBe(7);
  });
});

describe("bad input", () => {
  test.each([
    ["1024 bytes are a line", 1024, /^ERROR:101 #no such|^ERROR:101/],
    ["1025 bytes are a syntax error", 1025, /^ERROR:101 #syntax error\r\n$/],
    ["a million bytes are one syntax error", 1_000_000, /^ERROR:101 #syntax error\r\n$/],
  ])("%s", (_, length, text) => {
    expect(talk(`${"r ".padEnd(length, "x")}\n`)).toMatch(text);
  });

  test.each([
    ["control characters", Uint8Array.of(0x72, 0x00, 0x0a)],
    ["an escape sequence", Uint8Array.of(0x1b, 0x5b, 0x41, 0x0a)],
    ["bytes that are no UTF-8", Uint8Array.of(0x72, 0xff, 0xfe, 0x0a)],
  ])("%s are a syntax error", (_, bytes) => {
    expect(takeBytes(open(), bytes, 0).text).toBe("ERROR:101 #syntax error\r\n");
  });

  test("a line that comes in pieces is one line", () => {
    const gateway = open();
    const pieces = [..."[3] 4 start\r\n"].map((letter) => takeBytes(gateway, encodeUtf8(letter), 0));
    expect(pieces.at(-2)?.asked?.request).toEqual({ kind: "nmt", node: 4, command: "start" });
  });

  test("whatever comes, each line has one answer at most and nothing throws", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "[1] ",
        "4 ",
        "r ",
        "w ",
        "0x1017 ",
        "0 ",
        "u16 ",
        "5",
        '"',
        "#",
        "soc",
        "\n",
        "\r\n",
        "set ",
        "node ",
        "watch ",
        "lss_store",
        "[",
        "]",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const gateway = open();
        const bytes = encodeUtf8(pieces.join(""));
        const answers = settle(gateway, takeBytes(gateway, bytes, 0), () => data(1))
          .split("\r\n")
          .filter((line) => !line.startsWith("# "));
        const ends = [...bytes].filter((byte) => byte === 10 || byte === 13).length;
        expect(answers.length - 1).toBeLessThanOrEqual(ends);
        expect(gateway.reader.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  test("every number of every width reads back as it was written", () => {
    const types = fc.constantFrom(
      "i8",
      "i16",
      "i32",
      "i64",
      "u8",
      "u16",
      "u32",
      "u64",
      "x8",
      "x64",
      "r64",
      "os",
      "hex",
    );
    fc.assert(
      fc.property(types, fc.uint8Array({ minLength: 8, maxLength: 8 }), (type, bytes) => {
        const size = /\d+$/.exec(type) === null ? 8 : Number(/\d+$/.exec(type)?.[0]) / 8;
        const written = bytes.slice(0, size);
        const text = talk(`4 r 0x2000 0 ${type}\n`, () => ({ kind: "data", data: written })).trim();
        if (text === "NaN" || text.includes("Infinity")) return;
        const request = requestOf(`4 w 0x2000 0 ${type} ${text}`);
        expect(request?.kind === "write" && [...request.data]).toEqual([...written]);
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

// The server of the SDO protocol, byte for byte, on a clock that the test holds. The rows that any node can be held against
// are in conformance-rows.ts; here are the golden frames, and what rows cannot reach: abort codes of objects, time-outs,
// answers of the device that come later, memory.

import { describe, expect, test } from "vitest";
import { ABORT_CODES, answersTo, createSdoRig, REFUSING, type SdoRig } from "../../tools/fuzz/sdo-rig.ts";
import { ABORT } from "./abort-codes.ts";
import { hexOf } from "./conformance.ts";
import { type DictionaryObject, DONE } from "./object.ts";
import { pollSdoServer, takeSdoOutcome, takeSdoRequest } from "./sdo-server.ts";
import { forgetTransfer, type SdoTicket } from "./sdo-server-state.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text.split(" "), (word) => Number.parseInt(word, 16));
const request = (text: string): Uint8Array => Uint8Array.from({ length: 8 }, (_, i) => bytes(text)[i] ?? 0);
const ask = (rig: SdoRig, text: string, now_us = 0): string[] => answersTo(rig, request(text), now_us).map(hexOf);
const poll = (rig: SdoRig, now_us: number): string[] => pollSdoServer(rig.server, now_us).send.map(hexOf);

describe("golden frames", () => {
  const rig = createSdoRig();
  test.each([
    ["40 00 10 00 00 00 00 00", "43 00 10 00 A2 01 00 00"],
    ["2B 17 10 00 E8 03 00 00", "60 17 10 00 00 00 00 00"],
    ["23 10 10 01 73 61 76 65", "60 10 10 01 00 00 00 00"],
    ["23 11 10 01 6C 6F 61 64", "60 11 10 01 00 00 00 00"],
    ["2F 01 10 00 01 00 00 00", "80 01 10 00 02 00 01 06"],
    ["40 FF 2F 00 00 00 00 00", "80 FF 2F 00 00 00 02 06"],
    ["23 10 10 01 6C 6F 61 64", "80 10 10 01 20 00 00 08"], // "load" is no signature for storing (7.5.2.13)
  ])("%s is answered with %s", (sent, answer) => {
    expect(ask(rig, sent)).toEqual([answer]);
  });
});

describe("abort codes", () => {
  const rig = createSdoRig();
  const rows = ABORT_CODES.map((code, i) => [code.toString(16).padStart(8, "0"), i, code] as const);
  test.each(rows)("an object's own %s reaches the client, whatever it asked", (_, subIndex, code) => {
    const object = `${hexOf(Uint8Array.of(REFUSING & 0xff, REFUSING >> 8))} ${hexOf(Uint8Array.of(subIndex))}`;
    const told = hexOf(Uint8Array.from([0, 8, 16, 24], (shift) => code >>> shift));
    const aborted = [`80 ${object} ${told}`];
    expect(ask(rig, `40 ${object}`)).toEqual(aborted);
    expect(ask(rig, `A4 ${object} 7F`)).toEqual(aborted);
    expect(ask(rig, `2F ${object} 01`)).toEqual(aborted);
    ask(rig, `20 ${object}`);
    expect(ask(rig, "0D 01")).toEqual(aborted);
    ask(rig, `C0 ${object}`);
    ask(rig, "81 01");
    expect(ask(rig, "D9")).toEqual(aborted);
  });

  test("more bytes than there is memory for are refused, told or not", () => {
    const small = createSdoRig({ memory: 20 });
    expect(ask(small, "21 01 20 00 15")).toEqual(["80 01 20 00 05 00 04 05"]);
    expect(ask(small, "21 01 20 00 14")).toEqual(["60 01 20 00 00 00 00 00"]);
    expect(ask(small, "C6 01 20 00 15")).toEqual(["80 01 20 00 05 00 04 05"]);
    ask(small, "20 01 20 00");
    ask(small, "00");
    ask(small, "10");
    expect(ask(small, "01")).toEqual(["80 01 20 00 05 00 04 05"]); // the 21st byte
    ask(small, "C0 01 20 00");
    for (let i = 1; i <= 3; i++) expect(ask(small, `0${i}`)).toEqual([]); // of the third one byte may be none
    expect(ask(small, "04")).toEqual(["80 01 20 00 05 00 04 05"]);
    expect(small.written).toEqual([]);
  });

  test("a text is refused as soon as it is longer than its object takes", () => {
    const rig20 = createSdoRig();
    ask(rig20, "20 02 20 00");
    ask(rig20, "00");
    ask(rig20, "10");
    expect(ask(rig20, "00")).toEqual(["80 02 20 00 12 00 07 06"]);
  });

  test("the size that a client promises takes no memory before the bytes come", () => {
    const { server } = createSdoRig({ memory: 0xffff_ffff });
    takeSdoRequest(server, request("21 01 20 00 FF FF FF 7F"), 0);
    const { transfer } = server;
    expect(transfer.kind === "download" && transfer.gathering.bytes.length).toBeLessThan(1000);
  });
});

describe("time-outs (0504 0000)", () => {
  const TIMEOUT = "00 00 04 05";
  test.each([
    ["a download in segments", ["20 01 20 00", "00 01 02 03 04 05 06 07"], "01 20 00"],
    ["an upload in segments", ["40 08 10 00", "60"], "08 10 00"],
    ["a download in blocks that has not begun", ["C4 01 20 00"], "01 20 00"],
    ["a download in blocks that is not ended", ["C4 01 20 00", "81 01"], "01 20 00"],
    ["an upload in blocks that is not started", ["A4 08 10 00 7F"], "08 10 00"],
    ["an upload in blocks that is not acknowledged", ["A4 08 10 00 02", "A3"], "08 10 00"],
    ["an upload in blocks that is not ended", ["A4 08 10 00 7F", "A3", "A2 04 7F"], "08 10 00"],
  ])("%s is given up one second after the client's last word", (_, sent, object) => {
    const rig = createSdoRig();
    for (const [i, text] of sent.entries()) ask(rig, text, i * 900_000);
    const last_us = (sent.length - 1) * 900_000;
    expect(rig.server.deadline_us).toBe(last_us + 1_000_000);
    expect(poll(rig, last_us + 999_999)).toEqual([]);
    expect(poll(rig, last_us + 1_000_000)).toEqual([`80 ${object} ${TIMEOUT}`]);
    expect(rig.server.deadline_us).toBeUndefined();
    expect(poll(rig, last_us + 9_000_000)).toEqual([]);
    expect(rig.written).toEqual([]);
  });

  test("an idle server wants nothing", () => {
    const rig = createSdoRig();
    ask(rig, "40 00 10 00");
    expect(rig.server.deadline_us).toBeUndefined();
    expect(poll(rig, 1e12)).toEqual([]);
  });

  test("where the end of a block is lost, the server asks for it after half of the time, once", () => {
    const rig = createSdoRig();
    ask(rig, "C4 01 20 00");
    ask(rig, "01 11 12 13 14 15 16 17", 100_000);
    ask(rig, "02 21 22 23 24 25 26 27", 100_000);
    expect(rig.server.deadline_us).toBe(600_000);
    expect(poll(rig, 600_000)).toEqual(["A2 02 7F 00 00 00 00 00"]);
    expect(rig.server.deadline_us).toBe(1_100_000);
    expect(poll(rig, 1_100_000)).toEqual(["80 01 20 00 00 00 04 05"]);
  });

  test("a server that is polled too late gives the client up at once", () => {
    const rig = createSdoRig();
    ask(rig, "C4 01 20 00");
    ask(rig, "01 11 12 13 14 15 16 17", 100_000);
    expect(poll(rig, 1_100_000)).toEqual(["80 01 20 00 00 00 04 05"]);
  });

  test("after that the block goes on", () => {
    const rig = createSdoRig();
    ask(rig, "C4 01 20 00");
    ask(rig, "01 31 32 33 34 35 36 37", 100_000);
    poll(rig, 600_000);
    expect(ask(rig, "81 38 39", 900_000)).toEqual(["A2 01 7F 00 00 00 00 00"]);
    expect(ask(rig, "D5 C3 31", 1_800_000)).toEqual(["A1 00 00 00 00 00 00 00"]);
    expect(rig.written.map(({ data }) => hexOf(data))).toEqual(["31 32 33 34 35 36 37 38 39"]);
  });

  test("segments that bring nothing new give no more time", () => {
    const rig = createSdoRig();
    ask(rig, "C4 01 20 00");
    for (let now_us = 100_000; now_us < 1_000_000; now_us += 100_000) ask(rig, "40 00 10 00", now_us); // segment 64
    expect(poll(rig, 1_000_000)).toEqual(["80 01 20 00 00 00 04 05"]);
    expect(ask(rig, "40 00 10 00", 1_000_001)).toEqual(["43 00 10 00 A2 01 00 00"]);
  });
});

const ASKED = { kind: "ask", asks: [{ kind: "command", command: "clearErrors" }] } as const;

/** Reads and writes that the device has to answer. */
function later(heard: string[]): DictionaryObject {
  return {
    ...{ index: 0x3000, name: "Later", kind: "variable" },
    entries: [{ name: "Later", type: "domain", access: "rw" }],
    read: () => ({
      asked: { kind: "file", name: "a.mcap", offset: 0, length: 20 },
      finish: (outcome) => (outcome.kind === "file" ? outcome.data : ABORT.noData),
    }),
    write: (_, data) => ({
      asked: ASKED as never,
      finish: (outcome) => {
        heard.push(`${hexOf(data)} ${outcome.kind}`);
        return outcome.kind === "busy" ? ABORT.deviceState : DONE;
      },
    }),
  };
}

describe("what the device has to answer first", () => {
  const begin = () => {
    const heard: string[] = [];
    return { heard, rig: createSdoRig({}, [later(heard)]) };
  };
  const ticketOf = (rig: SdoRig, text: string, now_us = 0): SdoTicket => {
    const { send, ticket } = takeSdoRequest(rig.server, request(text), now_us);
    expect(send).toEqual([]);
    expect(ticket).toBeDefined();
    return ticket!;
  };
  const outcome = (rig: SdoRig, ticket: SdoTicket, what: Parameters<typeof takeSdoOutcome>[2]): string[] =>
    takeSdoOutcome(rig.server, ticket, what, 0).send.map(hexOf);
  const DONE_SO = { kind: "answers", answers: [{ ok: true }] } as const;

  test.each([
    ["in one frame", ["23 00 30 00 01 02 03 04"], "60 00 30 00 00 00 00 00"],
    ["in segments", ["20 00 30 00", "07 01 02 03 04"], "20 00 00 00 00 00 00 00"],
    ["in blocks", ["C0 00 30 00", "81 01 02 03 04", "CD"], "A1 00 00 00 00 00 00 00"],
  ])("a write %s is confirmed, or refused, once it has", (_, sent, confirmed) => {
    const { rig, heard } = begin();
    for (const text of sent.slice(0, -1)) ask(rig, text);
    const ticket = ticketOf(rig, sent.at(-1)!);
    expect(ticket.asked).toBe(ASKED);
    expect(outcome(rig, ticket, DONE_SO)).toEqual([confirmed]);
    for (const text of sent.slice(0, -1)) ask(rig, text);
    expect(outcome(rig, ticketOf(rig, sent.at(-1)!), { kind: "busy" })).toEqual(["80 00 30 00 22 00 00 08"]);
    expect(heard).toEqual(["01 02 03 04 answers", "01 02 03 04 busy"]);
    expect(rig.server.transfer.kind).toBe("idle");
  });

  test.each([
    ["a few bytes", "40 00 30 00", 3, ["47 00 30 00 07 07 07 00"]],
    ["segments", "40 00 30 00", 9, ["41 00 30 00 09 00 00 00"]],
    ["blocks", "A4 00 30 00 7F", 9, ["C6 00 30 00 09 00 00 00"]],
    ["no blocks where the client had rather none", "A4 00 30 00 7F 09", 9, ["41 00 30 00 09 00 00 00"]],
  ])("a read goes on with %s", (_, sent, length, answers) => {
    const { rig } = begin();
    expect(outcome(rig, ticketOf(rig, sent), { kind: "file", data: new Uint8Array(length).fill(7) })).toEqual(answers);
    expect(outcome(rig, ticketOf(rig, sent), { kind: "noFile" })).toEqual(["80 00 30 00 24 00 00 08"]);
  });

  test("a client that says the same again meanwhile is answered once, and the device asked once", () => {
    const { rig, heard } = begin();
    const ticket = ticketOf(rig, "23 00 30 00 01 02 03 04");
    expect(takeSdoRequest(rig.server, request("23 00 30 00 01 02 03 04"), 0)).toEqual({ send: [] });
    expect(outcome(rig, ticket, DONE_SO)).toEqual(["60 00 30 00 00 00 00 00"]);
    expect(heard).toHaveLength(1);
  });

  test("a client that begins something else meanwhile gets only that; the object hears what came of the first", () => {
    const { rig, heard } = begin();
    const first = ticketOf(rig, "23 00 30 00 01 02 03 04");
    const second = ticketOf(rig, "2F 00 30 00 05");
    expect(outcome(rig, first, DONE_SO)).toEqual([]);
    expect(outcome(rig, second, { kind: "busy" })).toEqual(["80 00 30 00 22 00 00 08"]);
    expect(heard).toEqual(["01 02 03 04 answers", "05 busy"]);
    const third = ticketOf(rig, "23 00 30 00 01 02 03 04");
    expect(ask(rig, "40 00 10 00")).toEqual(["43 00 10 00 A2 01 00 00"]);
    expect(outcome(rig, third, DONE_SO)).toEqual([]);
  });

  const silently = (rig: SdoRig): string[] => {
    forgetTransfer(rig.server);
    return [];
  };
  test.each([
    ["aborts", (rig: SdoRig) => ask(rig, "80 00 30 00 00 00 04 05")],
    ["is forgotten with a reset", silently],
  ])("a client that %s meanwhile hears no more of it", (_, leave) => {
    const { rig, heard } = begin();
    const ticket = ticketOf(rig, "23 00 30 00 01 02 03 04");
    expect(leave(rig)).toEqual([]);
    expect(outcome(rig, ticket, DONE_SO)).toEqual([]);
    expect(heard).toHaveLength(1);
    expect(rig.server.deadline_us).toBeUndefined();
  });

  test("a segment meanwhile is out of order and ends the transfer", () => {
    const { rig } = begin();
    const ticket = ticketOf(rig, "23 00 30 00 01 02 03 04");
    expect(ask(rig, "60")).toEqual(["80 00 30 00 01 00 04 05"]);
    expect(outcome(rig, ticket, DONE_SO)).toEqual([]);
  });

  test("a device that does not answer in ten seconds ends the transfer", () => {
    const { rig } = begin();
    const ticket = ticketOf(rig, "40 00 30 00", 5);
    expect(rig.server.deadline_us).toBe(10_000_005);
    expect(poll(rig, 10_000_004)).toEqual([]);
    expect(poll(rig, 10_000_005)).toEqual(["80 00 30 00 00 00 04 05"]);
    expect(outcome(rig, ticket, { kind: "file", data: new Uint8Array(3) })).toEqual([]);
  });
});

test("a server that is reset in the midst of a transfer forgets it without a word", () => {
  const rig = createSdoRig();
  ask(rig, "20 01 20 00");
  forgetTransfer(rig.server);
  expect(poll(rig, 1e9)).toEqual([]);
  expect(ask(rig, "00")).toEqual(["80 00 00 00 01 00 04 05"]);
});

test("an empty text is read in a segment of no bytes: one frame cannot say so", () => {
  const rig = createSdoRig();
  expect(ask(rig, "40 01 20 00")).toEqual(["41 01 20 00 00 00 00 00"]);
  expect(ask(rig, "60")).toEqual(["0F 00 00 00 00 00 00 00"]);
});

test("a real's limit that four bytes cannot hold exactly can itself be written, and the next value cannot", () => {
  const rig = createSdoRig();
  expect(ask(rig, "23 04 20 00 CD CC CC 3D")).toEqual(["60 04 20 00 00 00 00 00"]); // 0.1 as IEEE 754 has it
  expect(ask(rig, "23 04 20 00 CE CC CC 3D")).toEqual(["80 04 20 00 31 00 09 06"]);
  expect(ask(rig, "23 04 20 00 CD CC CC BD")).toEqual(["60 04 20 00 00 00 00 00"]);
  expect(ask(rig, "23 04 20 00 CE CC CC BD")).toEqual(["80 04 20 00 32 00 09 06"]);
});

// The client of the SDO protocol against servers that are not ours: the golden frames from its side, servers that tell no size,
// take smaller blocks, know none, answer wrong or not at all. Byte for byte, on a clock that the test holds.

import { describe, expect, test } from "vitest";
import { ABORT } from "./abort-codes.ts";
import { hexOf } from "./conformance.ts";
import { pollSdoClient, startDownload, startUpload, takeSdoAnswer } from "./sdo-client.ts";
import { createSdoClient, isBusy, type SdoClient, type SdoClientStep, type SdoMode } from "./sdo-client-state.ts";

const bytes = (text: string): Uint8Array =>
  Uint8Array.from(
    text.split(" ").filter((word) => word !== ""),
    (word) => Number.parseInt(word, 16),
  );
const frame = (text: string): Uint8Array => Uint8Array.from({ length: 8 }, (_, i) => bytes(text)[i] ?? 0);
const sent = ({ send }: SdoClientStep): string[] => send.map(hexOf);
const answer = (client: SdoClient, text: string, now_us = 0): SdoClientStep =>
  takeSdoAnswer(client, frame(text), now_us);

/** Begins, answers with each frame in turn, and gives everything sent and how it ended. */
function converse(client: SdoClient, first: SdoClientStep, answers: readonly string[]) {
  const all = sent(first);
  let { ended } = first;
  for (const text of answers) {
    const step = answer(client, text);
    all.push(...sent(step));
    ended = step.ended ?? ended;
  }
  return { sent: all, ended };
}

const read = (index: number, subIndex: number, mode: SdoMode, answers: readonly string[], options = {}) => {
  const client = createSdoClient(options);
  return { client, ...converse(client, startUpload(client, index, subIndex, mode, 0), answers) };
};
const write = (
  index: number,
  subIndex: number,
  data: string,
  mode: SdoMode,
  answers: readonly string[],
  options = {},
) => {
  const client = createSdoClient(options);
  return { client, ...converse(client, startDownload(client, index, subIndex, bytes(data), mode, 0), answers) };
};
const got = (text: string) => ({ ok: true, data: bytes(text) });
const WRITTEN = got("");
const told = (abort: number) => ({ ok: false, abort, by: "server" });
const gaveUp = (abort: number) => ({ ok: false, abort, by: "client" });

describe("golden frames", () => {
  test.each([
    [0x1000, "40 00 10 00 00 00 00 00", "43 00 10 00 A2 01 00 00", got("A2 01 00 00")],
    [0x2fff, "40 FF 2F 00 00 00 00 00", "80 FF 2F 00 00 00 02 06", told(0x06020000)],
  ])("reading %i sends %s", (index, request, answered, ended) => {
    expect(read(index, 0, "auto", [answered])).toMatchObject({ sent: [request], ended });
  });

  test.each([
    [0x1017, 0, "E8 03", "2B 17 10 00 E8 03 00 00", "60 17 10 00 00 00 00 00", WRITTEN],
    [0x1010, 1, "73 61 76 65", "23 10 10 01 73 61 76 65", "60 10 10 01 00 00 00 00", WRITTEN],
    [0x1011, 1, "6C 6F 61 64", "23 11 10 01 6C 6F 61 64", "60 11 10 01 00 00 00 00", WRITTEN],
    [0x1001, 0, "01", "2F 01 10 00 01 00 00 00", "80 01 10 00 02 00 01 06", told(0x06010002)],
  ])("writing %i:%i sends", (index, subIndex, data, request, answered, ended) => {
    expect(write(index, subIndex, data, "auto", [answered])).toMatchObject({ sent: [request], ended });
  });
});

describe("reading", () => {
  test.each([
    ["4F 08 10 00 01 FF FF FF", "01"],
    ["4B 08 10 00 01 02 FF FF", "01 02"],
    ["47 08 10 00 01 02 03 FF", "01 02 03"],
    ["43 08 10 00 01 02 03 04", "01 02 03 04"],
    ["42 08 10 00 01 02 03 04", "01 02 03 04"], // the size is not told: all four may be data
  ])("%s are the bytes %s", (answered, data) => {
    expect(read(0x1008, 0, "auto", [answered]).ended).toEqual(got(data));
  });

  test.each([
    ["with its size", "41 08 10 00 0A 00 00 00"],
    ["without its size", "40 08 10 00 00 00 00 00"],
  ])("in segments %s", (_, first) => {
    const { sent: all, ended } = read(0x1008, 0, "auto", [first, "00 01 02 03 04 05 06 07", "19 08 09 0A"]);
    expect(all).toEqual(["40 08 10 00 00 00 00 00", "60 00 00 00 00 00 00 00", "70 00 00 00 00 00 00 00"]);
    expect(ended).toEqual(got("01 02 03 04 05 06 07 08 09 0A"));
  });

  test("in segments with less than seven bytes in the middle", () => {
    const { ended } = read(0x1008, 0, "auto", ["40 08 10 00", "0C 01", "18 02 03 04", "0F"]);
    expect(ended).toEqual(got("01 02 03 04"));
  });

  test("in blocks, of the size it likes, with CRC", () => {
    const first = ["C6 01 20 00 09", "01 31 32 33 34 35 36 37", "82 38 39", "D5 C3 31"];
    const { sent: all, ended } = read(0x2001, 0, "block", first, { blockSize: 20, threshold: 0 });
    expect(all).toEqual([
      "A4 01 20 00 14 00 00 00",
      "A3 00 00 00 00 00 00 00",
      "A2 02 14 00 00 00 00 00",
      "A1 00 00 00 00 00 00 00",
    ]);
    expect(ended).toEqual(got("31 32 33 34 35 36 37 38 39"));
  });

  test.each([
    ["that does no CRC and tells no size", "C0 01 20 00", "D5"],
    ["that does no CRC and leaves rubbish where it would be", "C2 01 20 00 09", "D5 12 34"],
    ["that tells no size", "C4 01 20 00", "D5 C3 31"],
  ])("in blocks from a server %s", (_, first, last) => {
    const { ended } = read(0x2001, 0, "block", [first, "01 31 32 33 34 35 36 37", "82 38 39", last]);
    expect(ended).toEqual(got("31 32 33 34 35 36 37 38 39"));
  });

  test("blocks asked for, a plain answer: few bytes, or segments", () => {
    expect(read(0x2001, 0, "block", ["4B 01 20 00 05 06"], { threshold: 21 })).toMatchObject({
      sent: ["A4 01 20 00 7F 15 00 00"],
      ended: got("05 06"),
    });
    const { ended } = read(0x2001, 0, "block", ["41 01 20 00 05", "05 01 02 03 04 05"]);
    expect(ended).toEqual(got("01 02 03 04 05"));
  });

  test("a server that knows no blocks is asked again without", () => {
    const { sent: all, ended } = read(0x2001, 0, "block", ["80 01 20 00 01 00 04 05", "4F 01 20 00 07"]);
    expect(all).toEqual(["A4 01 20 00 7F 00 00 00", "40 01 20 00 00 00 00 00"]);
    expect(ended).toEqual(got("07"));
  });

  test("and where it knows the command without either, that is the end", () => {
    const refused = ["80 01 20 00 01 00 04 05", "80 01 20 00 01 00 04 05"];
    expect(read(0x2001, 0, "block", refused).ended).toEqual(told(ABORT.command));
  });

  test("segments of a block that are lost come again", () => {
    const { sent: all, ended } = read(0x2001, 0, "block", [
      ...["C6 01 20 00 10", "01 01 02 03 04 05 06 07", "83 0F 10"],
      ...["01 08 09 0A 0B 0C 0D 0E", "82 0F 10", "D5 E5 65"],
    ]);
    expect(all.slice(2, 4)).toEqual(["A2 01 7F 00 00 00 00 00", "A2 02 7F 00 00 00 00 00"]);
    expect(ended).toEqual(got("01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10"));
  });
});

describe("writing", () => {
  test("in segments", () => {
    const { sent: all, ended } = write(0x2001, 0, "01 02 03 04 05 06 07 08", "plain", ["60 01 20 00", "20", "30"]);
    expect(all).toEqual(["21 01 20 00 08 00 00 00", "00 01 02 03 04 05 06 07", "1D 08 00 00 00 00 00 00"]);
    expect(ended).toEqual(WRITTEN);
  });

  test("nothing is a segment of no bytes", () => {
    const { sent: all, ended } = write(0x2001, 0, "", "auto", ["60 01 20 00", "20"]);
    expect(all).toEqual(["21 01 20 00 00 00 00 00", "0F 00 00 00 00 00 00 00"]);
    expect(ended).toEqual(WRITTEN);
  });

  test("in blocks as small as the server wants, which may change, and again what it has not got", () => {
    const { sent: all, ended } = write(0x2001, 0, "31 32 33 34 35 36 37 38 39", "block", [
      ...["A4 01 20 00 01", "A2 01 02", "A2 00 7F", "A2 01 7F", "A1"],
    ]);
    expect(all).toEqual([
      "C6 01 20 00 09 00 00 00",
      "01 31 32 33 34 35 36 37",
      "81 38 39 00 00 00 00 00",
      "81 38 39 00 00 00 00 00",
      "D5 C3 31 00 00 00 00 00",
    ]);
    expect(ended).toEqual(WRITTEN);
  });

  test("nothing in blocks is a segment of no bytes, again where it has not come", () => {
    const answers = ["A4 01 20 00 7F", "A2 00 7F", "A2 01 7F", "A1"];
    const { sent: all, ended } = write(0x2001, 0, "", "block", answers);
    expect(all.slice(1)).toEqual(["81 00 00 00 00 00 00 00", "81 00 00 00 00 00 00 00", "DD 00 00 00 00 00 00 00"]);
    expect(ended).toEqual(WRITTEN);
  });

  test("in blocks to a server that does no CRC", () => {
    const { sent: all } = write(0x2001, 0, "31 32 33 34 35 36 37 38 39", "block", ["A0 01 20 00 7F", "A2 02 7F", "A1"]);
    expect(all.at(-1)).toBe("D5 00 00 00 00 00 00 00");
  });

  test("a server that knows no blocks gets segments", () => {
    const answers = ["80 01 20 00 01 00 04 05", "60 01 20 00", "20"];
    const { sent: all, ended } = write(0x2001, 0, "01 02 03 04 05", "block", answers);
    expect(all.slice(1)).toEqual(["21 01 20 00 05 00 00 00", "05 01 02 03 04 05 00 00"]);
    expect(ended).toEqual(WRITTEN);
  });

  test.each([
    [64, "21"],
    [65, "C6"],
  ])("%i bytes go with %s by themselves", (length, command) => {
    const client = createSdoClient();
    const { send } = startDownload(client, 0x2001, 0, new Uint8Array(length), "auto", 0);
    expect(hexOf(send[0].subarray(0, 1))).toBe(command);
  });
});

const abortOf = (text: string, code: string) => `80 ${text} ${code}`;

describe("what the client refuses, and tells the server", () => {
  const OBJECT = "01 20 00";
  const upload: readonly (readonly [string, SdoMode, readonly string[], string, number])[] = [
    ["an answer of a download to an upload", "auto", ["60 01 20 00"], "01 00 04 05", ABORT.command],
    ["blocks that nobody asked for", "auto", ["C6 01 20 00 09"], "01 00 04 05", ABORT.command],
    ["an unknown command", "auto", ["E0 01 20 00"], "01 00 04 05", ABORT.command],
    ["a first segment with the toggle set", "auto", ["40 01 20 00", "10"], "00 00 03 05", ABORT.toggle],
    ["the same toggle twice", "auto", ["40 01 20 00", "00", "00"], "00 00 03 05", ABORT.toggle],
    ["more bytes than were told", "auto", ["41 01 20 00 05", "00"], "12 00 07 06", ABORT.tooLong],
    ["fewer bytes than were told", "auto", ["41 01 20 00 05", "07 01 02 03 04"], "13 00 07 06", ABORT.tooShort],
    ["more than there is memory for", "auto", ["41 01 20 00 65"], "05 00 04 05", ABORT.memory],
    ["more than there is memory for, in blocks", "block", ["C6 01 20 00 65"], "05 00 04 05", ABORT.memory],
    ["a segment with number 0", "block", ["C4 01 20 00", "00"], "03 00 04 05", ABORT.sequence],
    ["a segment beyond the block", "block", ["C4 01 20 00", "7F"], "03 00 04 05", ABORT.sequence],
    ["a wrong CRC", "block", ["C4 01 20 00", "81 41", "D9 E4 58"], "04 00 04 05", ABORT.crc],
    [
      "blocks with fewer bytes than were told",
      "block",
      ["C6 01 20 00 02", "81 41", "D9 E5 58"],
      "13 00 07 06",
      ABORT.tooShort,
    ],
    ["no end behind the last segment", "block", ["C4 01 20 00", "81 41", "A1"], "01 00 04 05", ABORT.command],
  ];
  test.each(upload)("%s", (_, mode, answers, code, abort) => {
    const { sent: all, ended, client } = read(0x2001, 0, mode, answers, { memory: 100, blockSize: 100 });
    expect(all.at(-1)).toBe(abortOf(OBJECT, code));
    expect(ended).toEqual(gaveUp(abort));
    expect(isBusy(client)).toBe(false);
  });

  const download: readonly (readonly [string, SdoMode, readonly string[], string, number])[] = [
    ["an answer of an upload to a download", "plain", ["43 01 20 00"], "01 00 04 05", ABORT.command],
    ["the toggle that was not sent", "plain", ["60 01 20 00", "30"], "00 00 03 05", ABORT.toggle],
    ["something else than a segment's answer", "plain", ["60 01 20 00", "60 01 20 00"], "01 00 04 05", ABORT.command],
    ["blocks of no segments", "block", ["A4 01 20 00 00"], "02 00 04 05", ABORT.blockSize],
    ["blocks of 128 segments", "block", ["A4 01 20 00 80"], "02 00 04 05", ABORT.blockSize],
    ["a next block of no segments", "block", ["A4 01 20 00 01", "A2 01 00"], "02 00 04 05", ABORT.blockSize],
    ["more segments than were sent", "block", ["A4 01 20 00 01", "A2 02 01"], "03 00 04 05", ABORT.sequence],
    ["an end before all was sent", "block", ["A4 01 20 00 01", "A1"], "01 00 04 05", ABORT.command],
    ["no end behind the CRC", "block", ["A4 01 20 00 7F", "A2 02 7F", "A2 02 7F"], "01 00 04 05", ABORT.command],
  ];
  test.each(download)("%s", (_, mode, answers, code, abort) => {
    const { sent: all, ended } = write(0x2001, 0, "01 02 03 04 05 06 07 08", mode, answers);
    expect(all.at(-1)).toBe(abortOf(OBJECT, code));
    expect(ended).toEqual(gaveUp(abort));
  });
});

describe("a server that is lost", () => {
  const begun: readonly (readonly [string, SdoMode, readonly string[]])[] = [
    ["before its first word", "auto", []],
    ["between segments", "auto", ["40 01 20 00", "00"]],
    ["before the first block", "block", ["C4 01 20 00"]],
    ["behind the last block", "block", ["C4 01 20 00", "81"]],
  ];
  test.each(begun)("%s is given up after a second, and told so", (_, mode, answers) => {
    const { client } = read(0x2001, 0, mode, answers);
    expect(client.deadline_us).toBe(1_000_000);
    expect(pollSdoClient(client, 999_999)).toEqual({ send: [] });
    const step = pollSdoClient(client, 1_000_000);
    expect(sent(step)).toEqual(["80 01 20 00 00 00 04 05"]);
    expect(step.ended).toEqual(gaveUp(ABORT.timeout));
    expect(client.deadline_us).toBeUndefined();
    expect(pollSdoClient(client, 1e12)).toEqual({ send: [] });
  });

  test("in the midst of a block is asked for the rest once, and then given up", () => {
    const { client } = read(0x2001, 0, "block", ["C4 01 20 00", "01"]);
    expect(sent(pollSdoClient(client, 500_000))).toEqual(["A2 01 7F 00 00 00 00 00"]);
    expect(pollSdoClient(client, 1_000_000).ended).toEqual(gaveUp(ABORT.timeout));
  });

  test("each answer gives it another second", () => {
    const { client } = read(0x2001, 0, "auto", ["40 01 20 00"]);
    answer(client, "00", 900_000);
    expect(client.deadline_us).toBe(1_900_000);
  });

  test("a late answer about another object is passed over; one to nobody as well", () => {
    const { client } = read(0x2001, 0, "auto", ["43 00 10 00 01 02 03 04"]);
    expect(isBusy(client)).toBe(true);
    expect(answer(client, "4F 01 20 00 05").ended).toEqual(got("05"));
    expect(answer(client, "4F 01 20 00 05")).toEqual({ send: [] });
    expect(answer(client, "80 01 20 00 00 00 04 05")).toEqual({ send: [] });
    startDownload(client, 0x2001, 0, new Uint8Array(100), "block", 0);
    expect(answer(client, "A4 02 20 00 7F")).toEqual({ send: [] });
    expect(answer(client, "A4 01 20 00 7F").send).toHaveLength(15);
  });

  test("frames of fewer than eight bytes are none", () => {
    const { client } = read(0x2001, 0, "auto", []);
    expect(takeSdoAnswer(client, bytes("4F 01 20 00 05"), 0)).toEqual({ send: [] });
    expect(isBusy(client)).toBe(true);
  });
});

test("any code that a server ends with is handed on, also one that the standard has not", () => {
  for (const code of [...Object.values(ABORT), 0x1234_5678, 0xffff_ffff]) {
    const told32 = hexOf(Uint8Array.from([0, 8, 16, 24], (shift) => code >>> shift));
    expect(read(0x2001, 0, "auto", [`80 01 20 00 ${told32}`]).ended).toEqual(told(code));
    expect(read(0x2001, 0, "block", ["C4 01 20 00", "01", `80 01 20 00 ${told32}`]).ended).toEqual(told(code));
  }
});

test("one client carries one transfer, several clients several", () => {
  const [one, other] = [createSdoClient(), createSdoClient()];
  startUpload(one, 0x1000, 0, "auto", 0);
  expect(() => startUpload(one, 0x1000, 0, "auto", 0)).toThrow("one transfer at a time");
  startUpload(other, 0x1000, 0, "auto", 0);
  expect(answer(other, "43 00 10 00 01 02 03 04").ended).toEqual(got("01 02 03 04"));
  expect(isBusy(one)).toBe(true);
});

// Requests of Modbus and their answers in words, as a real server gives them.

import { expect, test } from "vitest";
import { createRig, hold, request } from "../../tools/fuzz/modbus-rig.ts";
import { bytesOfHex } from "../base/hex.ts";
import { named } from "./names.ts";
import { answerWords, requestWords } from "./request-words.ts";

const LOW_FIRST = true;
const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const addressOf = (name: string): number => named(name)!.register.address;
const read = (name: string, count: number): Uint8Array => Uint8Array.of(4, ...u16(addressOf(name)), ...u16(count));

test("a read names its registers, and its answer their values with units", () => {
  const rig = createRig();
  hold(rig, "battery_V", 51.2);
  hold(rig, "batteryValid", 1);
  const asked = read("battery_V", 2);
  const { name, text } = requestWords(asked, LOW_FIRST);
  expect(name).toMatch(/^read input registers 0x[0-9A-F]{4} × 2$/);
  expect(text).toBe("battery_V");
  const answer = request(rig, asked)!;
  expect(answerWords(asked, answer, LOW_FIRST).text).toBe("battery_V 51.2 V");
});

test("a refusal is told by its name", () => {
  const asked = Uint8Array.of(4, 0xff, 0xf0, 0, 1);
  expect(answerWords(asked, Uint8Array.of(0x84, 2), LOW_FIRST).text).toBe("illegal data address");
});

test("a password is named and not shown", () => {
  const login = Uint8Array.of(16, 0x58, 0x00, 0, 4, 8, ...Buffer.from("topsecre"));
  const said = requestWords(login, LOW_FIRST);
  expect(said).toMatchObject({ isSecret: true, text: "session.login" });
  expect(answerWords(login, login.slice(0, 5), LOW_FIRST)).toMatchObject({ isSecret: true, text: "done" });
});

test.each([["01 00 00 00 02"], ["05 00 03 FF 00"], ["0F 00 00 00 03 01 05"]])(
  "coils of %s are told by their signals",
  (hex) => {
    const said = requestWords(bytesOfHex(hex.replaceAll(" ", ""))!, LOW_FIRST);
    expect(said.name).toMatch(/coil/);
    expect(said.text).toMatch(/^[a-z][A-Za-z0-9]+/);
  },
);

test("no request and no answer of any length makes it throw", () => {
  for (let code = 0; code < 256; code++)
    for (let length = 1; length < 14; length++) {
      const pdu = new Uint8Array(length).fill(0xff);
      pdu[0] = code;
      answerWords(pdu, pdu, LOW_FIRST);
      answerWords(pdu, Uint8Array.of(code | 0x80), LOW_FIRST);
    }
});

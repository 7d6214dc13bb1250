// Frames of partners in words: captured bytes say what they say in the maker's own tables.

import { expect, test } from "vitest";
import { extendedFrame, standardFrame } from "../base/can-frame.ts";
import { bytesOfHex } from "../base/hex.ts";
import { createSettings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { createPartnerWords, partnerWords } from "./frame-words.ts";

const bytes = (hex: string): Uint8Array => bytesOfHex(hex.replaceAll(" ", ""))!;

function wordsUnder(changes: Readonly<Record<string, number | string | boolean>>) {
  const changed = changeSettings(createSettings(), changes);
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const words = createPartnerWords(changed.settings);
  return (id: number, hex: string) =>
    partnerWords(words, id > 0x7ff ? extendedFrame(id, bytes(hex)) : standardFrame(id, bytes(hex)));
}

const pylontech = wordsUnder({ "inverter.profile": "pylontech", "can.bitRate": "500" });

test.each([
  [0x351, "14 02 74 0E 74 0E", /53\.2 V.*370 A.*370 A/],
  [0x355, "1A 00 64 00", /soc 0\.26, soh 1/],
  [0x356, "4E 13 18 FC 14 01", /49\.42 V.*-100 A/],
  [0x35e, "50 59 4C 4F 4E 20 20 20", /"PYLON"/],
])("Pylontech 0x%s %s", (id, hex, text) => {
  expect(pylontech(id, hex)?.name).toMatch(/^pylontech: /);
  expect(pylontech(id, hex)?.text).toMatch(text);
});

test("alarms are told by name, and none are none", () => {
  const sma = wordsUnder({ "inverter.profile": "sma", "can.bitRate": "500" });
  expect(sma(0x35a, "04 00 00 00 00 00 00 00")?.text).toBe("alarm.highVoltage");
  expect(sma(0x35a, "AA AA AA AA AA AA AA AA")?.text).toBe("none");
});

test("a charger's command and status, with the id that its settings give it", () => {
  const elcon = wordsUnder({ "j1939Charger.enable": true, "j1939Charger.number": 2, "can.bitRate": "250" });
  expect(elcon(0x1806_e7f4, "02 30 00 96 00 00 00 00")).toMatchObject({
    text: "charge_V 56 V, charge_A 15 A, isStopped 0",
  });
  expect(elcon(0x18ff_50e7, "02 30 00 96 02 00 00 00")?.text).toBe("output_V 56 V, output_A 15 A, isHot");
  expect(elcon(0x1806_e5f4, "02 30 00 96 00 00 00 00")).toBeUndefined();
});

test("without partners no frame is a partner's, and none of any length makes it throw", () => {
  const none = wordsUnder({});
  for (const id of [0x351, 0x1806_e5f4]) expect(none(id, "00 00 00 00 00 00 00 00")).toBeUndefined();
  for (let id = 0; id < 0x800; id++) for (const hex of ["", "FF", "FF FF FF"]) pylontech(id, hex);
});

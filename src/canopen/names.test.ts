// Names and values for people.

import { describe, expect, test } from "vitest";
import { createDictionaryRig } from "../../tools/fuzz/dictionary-rig.ts";
import { SETTING_LIST } from "../model/settings.ts";
import { createNames } from "./names.ts";
import type { Entry } from "./object.ts";
import { parseValue, valueText } from "./value-text.ts";

const NAMES = createNames(createDictionaryRig().dictionary);
const places = (text: string): string[] =>
  NAMES.find(text).map(({ index, subIndex }) => `${index.toString(16)}:${subIndex}`);

describe("a name stands for its place", () => {
  test.each([
    ["battery.cells", ["3009:2"]],
    ["vendor.errors1", ["4020:0"]],
    ["4020", ["4020:0"]],
    ["4020:0", ["4020:0"]],
    ["0x1018:4", ["1018:4"]],
    ["5100:0A", ["5100:10"]],
    ["0x5100:0x0a", ["5100:10"]],
    ["vendor.override.batteryCover", ["5100:1"]],
  ])("%s: %j", (text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  test("elements count from 1, an array and a record stand for all they hold", () => {
    const [cells] = NAMES.find("cells_V[3]");
    expect(cells).toMatchObject({ subIndex: 3, entry: { unit: "V" } });
    expect(NAMES.find("cells_V").length).toBe(18);
    expect(NAMES.find("battery").map(({ entry }) => entry?.name)).toContain("battery.cells");
    expect(NAMES.find("5100").length).toBe(22);
    expect(NAMES.find("vendor.*").length).toBe(3 + 13 + 18 + 6 + 22);
  });

  test.each(["cells_V[0]", "cells_V[19]", "no such", "12345", "4020:", "4020:100", ""])("%j is none", (text) => {
    expect(NAMES.find(text)).toEqual([]);
  });

  test("every setting is found by its name", () => {
    for (const { name } of SETTING_LIST) expect([name, NAMES.find(name).length]).toEqual([name, 1]);
  });
});

describe("curves and tables in words", () => {
  const CURVE: Entry = { name: "x", type: "domain", access: "rw", form: "curve", maxLength: 516 };
  const TABLE: Entry = { ...CURVE, form: "table", maxLength: 4420 };

  test.each([
    [CURVE, '{"x":[0,1],"y":[3,3.4]}'],
    [TABLE, '{"x":[0,0.5,1],"y":[25],"z":[3,3.3,3.4]}'],
  ])("%j: %s becomes bytes and the same text again", (entry, text) => {
    const parsed = parseValue(entry, text) as { data: Uint8Array };
    expect(valueText(entry, parsed.data)).toBe(text);
  });

  test("the bytes of a curve: two points, no rows, x 0 and 1, y 3 and 3.5, low byte first", () => {
    expect(parseValue(CURVE, '{"x":[0,1],"y":[3,3.5]}')).toEqual({
      data: Uint8Array.of(
        2,
        0,
        0,
        0,
        ...[0, 0, 0, 0],
        ...[0, 0, 0x80, 0x3f],
        ...[0, 0, 0x40, 0x40],
        ...[0, 0, 0x60, 0x40],
      ),
    });
  });

  test.each([
    [CURVE, "{", "needs lists of numbers x and y"],
    [CURVE, '{"x":[0,1],"y":[3]}', "needs a y for each x"],
    [CURVE, '{"x":[0,"1"],"y":[3,4]}', "needs lists of numbers x and y"],
    [TABLE, '{"x":[0,1],"y":[25],"z":[3]}', "needs a z for each x and y, row by row"],
    [TABLE, "12", undefined],
  ])("%j: %s", (entry, text, wrong) => {
    const parsed = parseValue(entry, text);
    expect("wrong" in parsed ? parsed.wrong : undefined).toBe(wrong);
  });
});

describe("values in words", () => {
  const entry = (facts: Partial<Entry>): Entry => ({ name: "x", type: "u8", access: "rw", ...facts });

  test.each([
    [entry({ type: "real32", unit: "V" }), [0x9a, 0x99, 0x69, 0x40], "3.65 V"],
    [entry({ type: "real32", unit: "V" }), [0, 0, 0xc0, 0x7f], "not known"],
    [entry({ type: "u8", mayBeUnknown: true }), [0xff], "not known"],
    [entry({ type: "u8" }), [0xff], "255"],
    [entry({ type: "i16", unit: "0.1 A" }), [0x2e, 0xfb], "-1234 0.1 A"],
    [entry({ words: ["no", "yes"] }), [1], "yes"],
    [entry({ words: ["no", "yes"] }), [7], "7"],
    [entry({ type: "visibleString" }), [0x41, 0x42], "AB"],
    [entry({ type: "domain" }), [0x41, 0x0a], "A\n"],
    [entry({ type: "domain" }), [0, 0xff], "00 FF"],
    [entry({ type: "u32" }), [1, 2], "01 02"],
  ])("%j %j is %s", (facts, data, text) => {
    const shown = valueText(facts, Uint8Array.from(data));
    expect(shown).toBe(text);
  });

  test.each([
    [entry({ type: "real32", unit: "V" }), "3.65", [0x9a, 0x99, 0x69, 0x40]],
    [entry({ type: "real32", unit: "V" }), "3.65 V", [0x9a, 0x99, 0x69, 0x40]],
    [entry({ type: "i16" }), "-2", [0xfe, 0xff]],
    [entry({ type: "u16" }), "0x1234", [0x34, 0x12]],
    [entry({ words: ["none", "even"] }), "even", [1]],
    [entry({ type: "boolean", words: ["no", "yes"] }), "on", [1]],
    [entry({ type: "visibleString", maxLength: 2 }), "AB", [0x41, 0x42]],
    [entry({ type: "domain" }), "00 ff", [0, 0xff]],
  ])("%j: %s becomes %j", (facts, text, data) => {
    expect(parseValue(facts, text)).toEqual({ data: Uint8Array.from(data) });
  });

  test.each([
    [entry({ type: "u8", high: 20 }), "21", "must be 20 at most"],
    [entry({ type: "u8", low: 2 }), "1", "must be 2 or more"],
    [entry({ type: "u8" }), "256", "must be 0 to 255"],
    [entry({ type: "u8" }), "1.5", "is no whole number"],
    [entry({ type: "u8" }), "", "is no number"],
    [entry({ type: "u8" }), "1 A", "is no number"],
    [entry({ type: "u8", words: ["none", "even"] }), "odd", "is no one of none, even"],
    [entry({ type: "visibleString", maxLength: 2 }), "ABC", "may have 2 bytes at most"],
    [entry({ type: "domain" }), "0", "is no list of bytes in hexadecimal"],
  ])("%j: %s is refused: %s", (facts, text, wrong) => {
    expect(parseValue(facts, text)).toEqual({ wrong });
  });
});

// The committed data sheet, read by a parser that is not ours (Python's configparser) and held against CiA 306-1 and against the node: what
// it says of each entry is what the node answers.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEntry, writeEntry } from "../canopen/dictionary.ts";
import type { Node } from "../canopen/node-state.ts";
import { deliveredNode, deliveredSheet } from "./delivered-node.ts";

const FILE = join(import.meta.dirname, "../../docs/bms-mini.eds");
const PYTHON = "/usr/bin/python3";

/** Duplicated sections or keys are an error for it; keys keep their letters. */
const SCRIPT = `
import configparser, json, sys
parser = configparser.RawConfigParser(strict=True, delimiters=("=",), comment_prefixes=(";",), interpolation=None)
parser.optionxform = str
with open(sys.argv[1], encoding="iso-8859-1", newline="") as file:
    text = file.read()
assert text.endswith("\\r\\n") and "\\n" not in text.replace("\\r\\n", ""), "lines end with CR LF"
assert max(len(line) for line in text.split("\\r\\n")) <= 255, "lines have 255 characters at most"
parser.read_string(text)
print(json.dumps({name: dict(parser.items(name)) for name in parser.sections()}))
`;

type Sheet = Readonly<Record<string, Readonly<Record<string, string>>>>;

function parsed(): Sheet {
  const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", SCRIPT, FILE], { encoding: "utf8", maxBuffer: 1 << 26 });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const HEX4 = /^0x[\dA-F]{4}$/;
const upper = (index: number): string => index.toString(16).toUpperCase().padStart(4, "0");

/** Bytes of a value by the type's code, written here after CiA 301 table 44 and not with our encoder. */
function bytesOf(code: number, text: string, nodeId: number): Uint8Array {
  if (code === 9) return new TextEncoder().encode(text);
  const [, base] = /^\$NODEID\+(.*)$/.exec(text) ?? [];
  const value = base === undefined ? Number(text) : nodeId + Number(base);
  const view = new DataView(new ArrayBuffer(8));
  if (code === 8) view.setFloat32(0, value, true);
  else view.setBigInt64(0, BigInt(value), true);
  return new Uint8Array(view.buffer, 0, BYTES[code]);
}
const BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 1, 6: 2, 7: 4, 8: 4 };

/** The next REAL32 above or below. */
function nextReal(bytes: Uint8Array, step: 1 | -1): Uint8Array {
  const view = new DataView(bytes.slice().buffer);
  const value = view.getFloat32(0, true);
  if (value === 0) view.setFloat32(0, step * 1e-38, true);
  else view.setUint32(0, view.getUint32(0, true) + (value > 0 === step > 0 ? 1 : -1), true);
  return new Uint8Array(view.buffer);
}

describe.skipIf(!existsSync(PYTHON))("docs/bms-mini.eds", () => {
  const sheet = existsSync(PYTHON) ? parsed() : {};
  const node: Node = deliveredNode();
  const listed = ["MandatoryObjects", "OptionalObjects", "ManufacturerObjects"].map((name) => {
    const { SupportedObjects, ...numbered } = sheet[name] ?? {};
    expect(Object.keys(numbered)).toEqual(Array.from({ length: Number(SupportedObjects) }, (_, i) => String(i + 1)));
    return Object.values(numbered);
  });

  test("is what the dictionary gives, and what the node carries in 1021h", () => {
    const text = readFileSync(FILE, "latin1");
    expect(text === deliveredSheet()).toBe(true);
    const own = readEntry(node.dictionary, 0x1021, 0) as Uint8Array;
    expect(new TextDecoder().decode(own) === text).toBe(true);
  });

  test("has the sections and keys that the standard asks for", () => {
    const info = Object.keys(sheet.FileInfo!);
    for (const key of ["FileName", "FileVersion", "FileRevision", "EDSVersion", "Description", "CreatedBy"])
      expect(info).toContain(key);
    expect(sheet.FileInfo).toMatchObject({ EDSVersion: "4.0", FileName: "bms-mini.eds" });
    expect(sheet.FileInfo!.CreationTime).toMatch(/^(0\d|1[0-2]):[0-5]\d(AM|PM)$/);
    expect(sheet.FileInfo!.CreationDate).toMatch(/^(0\d|1[0-2])-[0-3]\d-\d{4}$/);
    expect(sheet.DeviceInfo).toMatchObject({
      ...{
        BaudRate_10: "0",
        BaudRate_125: "1",
        BaudRate_250: "1",
        BaudRate_500: "1",
        BaudRate_800: "0",
        BaudRate_1000: "1",
      },
      ...{ NrOfRXPDO: "4", NrOfTXPDO: "12", LSS_Supported: "1", SimpleBootUpSlave: "1" },
    });
    expect(Object.keys(sheet.DummyUsage!)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `Dummy000${n}`));
  });

  test("lists every object of the dictionary once, in the list its index belongs to", () => {
    expect(listed[0]).toEqual(["0x1000", "0x1001", "0x1018"]);
    for (const index of listed.flat()) expect(index).toMatch(HEX4);
    const all = [...node.dictionary.keys()].sort((a, b) => a - b);
    expect(
      listed
        .flat()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(all);
    expect(listed[2]!.map(Number).every((index) => index >= 0x2000 && index <= 0x5fff)).toBe(true);
    expect(listed[1]!.map(Number).every((index) => index < 0x2000 || index >= 0x6000)).toBe(true);
  });

  test("has a section for each object and sub-index and no other, counted by SubNumber", () => {
    const wanted = new Set([
      "FileInfo",
      "DeviceInfo",
      "DummyUsage",
      "Comments",
      "MandatoryObjects",
      "OptionalObjects",
      "ManufacturerObjects",
    ]);
    for (const { index, kind, entries } of node.dictionary.values()) {
      wanted.add(upper(index));
      if (kind === "variable" || kind === "domain") continue;
      const present = entries.flatMap((entry, subIndex) => (entry === undefined ? [] : [subIndex]));
      for (const subIndex of present) wanted.add(`${upper(index)}sub${subIndex.toString(16).toUpperCase()}`);
      expect([upper(index), sheet[upper(index)]!.SubNumber]).toEqual([upper(index), String(present.length)]);
    }
    expect(new Set(Object.keys(sheet))).toEqual(wanted);
  });

  const entries = Object.entries(sheet).flatMap(([name, values]) => {
    const [, index, subIndex = "0"] = /^([\dA-F]{4})(?:sub([\dA-F]+))?$/.exec(name) ?? [];
    if (index === undefined || values.DataType === undefined) return [];
    return [{ name, values, index: Number.parseInt(index, 16), subIndex: Number.parseInt(subIndex, 16) }];
  });

  test("gives each entry name, type, access and mapping in the standard's words", () => {
    expect(entries.length).toBeGreaterThan(1900);
    for (const { name, values } of entries) {
      const { ParameterName = "", ObjectType, DataType, AccessType, PDOMapping } = values;
      expect([name, ParameterName.length > 0 && ParameterName.length <= 241]).toEqual([name, true]);
      expect([name, ["0x7", "0x2"].includes(ObjectType!), HEX4.test(DataType!)]).toEqual([name, true, true]);
      expect([name, ["ro", "wo", "rw", "rwr", "rww", "const"].includes(AccessType!)]).toEqual([name, true]);
      const isDomain = DataType === "0x000F"; // has no PDOMapping
      expect([name, ObjectType === "0x2"]).toEqual([name, isDomain]);
      expect([name, isDomain ? PDOMapping === undefined : ["0", "1"].includes(PDOMapping!)]).toEqual([name, true]);
    }
  });

  test("tells length and default of each entry as the node answers them", () => {
    let compared = 0;
    for (const { name, values, index, subIndex } of entries) {
      const code = Number(values.DataType);
      const data = readEntry(node.dictionary, index, subIndex);
      if (values.AccessType === "wo") expect([name, data]).toEqual([name, 0x0601_0001]);
      if (!(data instanceof Uint8Array)) continue;
      if (BYTES[code] !== undefined) expect([name, data.length]).toEqual([name, BYTES[code]]);
      if (values.DefaultValue === undefined) continue;
      expect([name, [...data]]).toEqual([name, [...bytesOf(code, values.DefaultValue, node.nodeId)]]);
      compared++;
    }
    expect(compared).toBeGreaterThan(800);
  });

  test("tells the limits that the node keeps: one step outside is 0609 0031 or 0609 0032", () => {
    const open = deliveredNode((settings) => {
      settings.canopen.settingsAccess = "open";
    });
    let compared = 0;
    for (const { name, values, index, subIndex } of entries) {
      if (values.AccessType === "ro" || values.AccessType === "const") continue;
      const code = Number(values.DataType);
      for (const [limit, step, abort] of [
        [values.HighLimit, 1, 0x0609_0031],
        [values.LowLimit, -1, 0x0609_0032],
      ] as const) {
        if (limit === undefined || (code !== 4 && code !== 8 && Number(limit) + step < 0) || (code === 1 && step === 1))
          continue;
        const inner = bytesOf(code, limit, node.nodeId);
        const outside = code === 8 ? nextReal(inner, step) : bytesOf(code, String(Number(limit) + step), node.nodeId);
        expect([name, writeEntry(open.dictionary, index, subIndex, outside)]).toEqual([name, abort]);
        const inside = writeEntry(open.dictionary, index, subIndex, inner);
        expect([name, inside === 0x0609_0031 || inside === 0x0609_0032]).toEqual([name, false]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

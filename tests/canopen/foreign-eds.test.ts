// The electronic data sheet as a stack that is not ours reads it: npm's `canopen`, whose parser refuses what it does not understand.
// It does not compute with $NODEID, so defaults that hold it are not compared here.

import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

type DataObject = {
  readonly parameterName: string;
  readonly dataType: number;
  readonly accessType: string;
  readonly highLimit?: unknown;
  readonly subNumber?: number;
  readonly at: (subIndex: number) => DataObject | undefined;
};

type Eds = {
  readonly baudRates: readonly number[];
  readonly productName: string;
  readonly lssSupported: boolean;
  readonly nrOfTXPDO: number;
  readonly nrOfRXPDO: number;
  readonly keys: () => Iterable<string>;
  readonly getEntry: (index: number) => DataObject | undefined;
};

const require = createRequire(import.meta.url);
const { Eds } = require("canopen") as { Eds: { fromFile: (path: string) => Eds } };
const FILE = join(import.meta.dirname, "../../docs/bms-mini.eds");

let eds: Eds;
beforeAll(() => {
  eds = Eds.fromFile(FILE);
});

test("it reads the whole file: every object it lists, and who the device is", () => {
  const indexes = [...eds.keys()].map((key) => Number.parseInt(key, 16));
  expect(indexes.length).toBeGreaterThan(400);
  for (const index of indexes) expect(eds.getEntry(index), index.toString(16)).toBeDefined();
  expect(eds.productName).toBe("BMS Mini 2.1");
  expect(eds.lssSupported).toBe(true);
  expect([eds.nrOfTXPDO, eds.nrOfRXPDO]).toEqual([12, 4]);
  expect([...eds.baudRates].sort((a, b) => a - b)).toEqual([125_000, 250_000, 500_000, 1_000_000]);
});

describe("objects are what the standards say (CiA 301 table 44: 5 U8, 6 U16, 7 U32, 8 REAL32, 9 string, 15 domain, 3 I16)", () => {
  test.each([
    [0x1000, 0, 7, "ro"],
    [0x1001, 0, 5, "ro"],
    [0x1008, 0, 9, "const"],
    [0x1017, 0, 6, "rw"],
    [0x1018, 1, 7, "ro"],
    [0x1a00, 1, 7, "rw"],
    [0x1021, 0, 15, "ro"],
    [0x4000, 0, 6, "ro"],
    [0x4020, 0, 7, "ro"],
    [0x5100, 1, 6, "rw"],
    [0x6000, 0, 5, "ro"],
    [0x6010, 0, 3, "ro"],
    [0x6060, 0, 7, "ro"],
  ])("index %i, sub-index %i", (index, subIndex, dataType, access) => {
    const entry = eds.getEntry(index)!;
    const found = entry.subNumber === undefined ? entry : entry.at(subIndex)!;
    expect(found.dataType).toBe(dataType);
    expect(found.accessType).toBe(access);
  });
});

// Rows of a log as a table and as text. Quoting by RFC 4180, section 2.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvHeader, csvLine } from "./csv.ts";
import { columnsOf, columnValue, isMeant, isOfCell, type LogRow, rowOf } from "./table.ts";

const ROW: LogRow = {
  soc: 0.5,
  mode: 2,
  "fault.overvoltage": 1,
  cells_V: [3.301, null, 3.3],
  battery_V: 52.8,
  minCell: 4,
};
const TIME_us = 1_436_509_052_249_713;

test("columns stand in the order of the tables, elements by what they are and from 1", () => {
  expect(columnsOf(ROW).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "battery_V real",
    "cells_V.cell1 real",
    "cells_V.cell2 real",
    "cells_V.cell3 real",
    "minCell integer",
    "soc real",
    "mode word",
    "fault.overvoltage flag",
  ]);
});

test("signals of another program have the kind of their first value", () => {
  const foreign = { wheels: [true, false], driver: "Ann", trim: 0.5 };
  expect(columnsOf(foreign).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "driver word",
    "trim real",
    "wheels.1 flag",
    "wheels.2 flag",
  ]);
});

test.each([
  ["soc", ["soc"]],
  ["cells_V", ["cells_V.cell1", "cells_V.cell2", "cells_V.cell3"]],
  ["cells_V.cell2", ["cells_V.cell2"]],
  ["*.cell3", ["cells_V.cell3"]],
  ["fault.*", ["fault.overvoltage"]],
  ["*_V", ["battery_V", "cells_V.cell1", "cells_V.cell2", "cells_V.cell3"]],
  ["fault-*", []],
  ["so.", []],
])("%j means %j", (wish, names) => {
  const meant = columnsOf(ROW).filter((column) => isMeant(column, wish));
  expect(meant.map(({ name }) => name)).toEqual(names);
});

test("what is one per cell goes to the log of the cells, the rest to that of the battery", () => {
  const cells = columnsOf(ROW).filter(isOfCell);
  expect(cells.map(({ name }) => name)).toEqual(["cells_V.cell1", "cells_V.cell2", "cells_V.cell3"]);
});

test("a row is a line; codes are words, flags 0 and 1, unknown values empty", () => {
  expect(csvHeader(columnsOf(ROW))).toBe(
    "time,unix_s,battery_V,cells_V.cell1,cells_V.cell2,cells_V.cell3,minCell [index from 0],soc,mode,fault.overvoltage\r\n",
  );
  expect(csvLine(columnsOf(ROW), TIME_us, ROW)).toBe(
    "2015-07-10T06:17:32.249Z,1436509052.249,52.8,3.301,,3.3,4,0.5,starting,1\r\n",
  );
  expect(csvLine(columnsOf(ROW), TIME_us, {})).toBe("2015-07-10T06:17:32.249Z,1436509052.249,,,,,,,,\r\n");
  expect(csvLine(columnsOf(ROW), TIME_us, { ...ROW, mode: 99 })).toContain(",99,");
});

test("where the decimal sign is a comma, fields are apart by semicolons", () => {
  const columns = columnsOf({ soc: 0, battery_V: 0 });
  expect(csvHeader(columns, "comma")).toBe("time;unix_s;battery_V;soc\r\n");
  expect(csvLine(columns, TIME_us, { soc: 0.5, battery_V: -52.75 }, "comma")).toBe(
    "2015-07-10T06:17:32.249Z;1436509052,249;-52,75;0,5\r\n",
  );
});

describe("a field in quotes:", () => {
  test.each([
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["a;b", "a;b"],
    [" plain ", " plain "],
  ])("%j is %j", (text, written) => {
    const row = { note: text };
    expect(csvLine(columnsOf(row), 0, row)).toBe(`1970-01-01T00:00:00.000Z,0,${written}\r\n`);
  });

  test("whatever the words and numbers, a reader finds them again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (words, number) => {
          const row = { ...Object.fromEntries(words.map((word, i) => [`w${i}`, word])), z: number };
          const columns = columnsOf(row);
          const [, , ...fields] = readCsvLine(csvLine(columns, 0, row));
          expect(fields.map((text, i) => (columns[i]?.signal === "z" ? Number(text) : text))).toEqual(
            columns.map((column) => (column.signal === "z" ? number + 0 : columnValue(column, row))),
          );
        },
      ),
    );
  });
});

/** The fields of one record, read as RFC 4180 says, a sign at a time. */
function readCsvLine(line: string): string[] {
  const fields = [""];
  let inside = false;
  const body = line.slice(0, -2);
  for (let i = 0; i < body.length; i++) {
    const sign = body[i]!;
    const last = fields.length - 1;
    if (inside && sign === '"' && body[i + 1] === '"') fields[last] += body[++i]!;
    else if (sign === '"') inside = !inside;
    else if (sign === "," && !inside) fields.push("");
    else fields[last] += sign;
  }
  return fields;
}

test("bytes that are no JSON object are no row", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(["{", "[1]", "null", "1", ""].map((text) => rowOf(bytes(text)))).toEqual(Array(5).fill(undefined));
  expect(rowOf(bytes('{"soc":0.5}'))).toEqual({ soc: 0.5 });
});

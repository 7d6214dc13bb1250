// The vendor's journal of errors: 32 records, each with the words Errors 1 and Errors 2 as they stood after an error came or went and a
// packed time. The vendor shows it over Modbus; these indexes are ours.

import type { ErrorRing } from "../model/shown.ts";
import type { Application } from "./application.ts";
import { numberBytes } from "./data-types.ts";
import type { DictionaryObject } from "./object.ts";
import { array, variable } from "./object-shapes.ts";

export const JOURNAL = 0x5840;

const RECORDS = 32;
type Column = keyof ErrorRing["records"][number];

const COLUMNS: readonly (readonly [Column, string])[] = [
  ["errors1", "Errors 1 of each record."],
  ["errors2", "Errors 2 of each record."],
  [
    "stamp",
    "Time of each record, UTC: bits 0-5 year since 2000, 6-9 month, 10-14 day, 15-19 hour, 20-25 minute, 26-31 second.",
  ],
];

function column({ show }: Application, index: number, key: Column, help: string): DictionaryObject {
  const cells = Array.from({ length: RECORDS }, (_, n) => ({
    entry: { name: `journal.${key}[${n + 1}]`, type: "u32", access: "ro", unit: "none", help } as const,
    read: () => numberBytes("u32", show().journal.records[n]?.[key] ?? 0),
  }));
  return array(index, `journal.${key}`, cells);
}

export const journalObjects = (application: Application): readonly DictionaryObject[] => [
  variable(JOURNAL, "journal.last", {
    entry: {
      ...{ name: "journal.last", type: "u8", access: "ro", unit: "count" },
      help: "Number of the newest record of the journal of errors, 1 to 32.",
    },
    read: () => numberBytes("u8", application.show().journal.last),
  }),
  ...COLUMNS.map(([key, help], i) => column(application, JOURNAL + 1 + i, key, help)),
];

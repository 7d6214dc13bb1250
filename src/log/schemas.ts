// What a file says of its own contents: one JSON Schema for each kind of JSON row, made from the tables, so
// that a viewer shows names, units and meaning without knowing us. Recorder topics have none: their bytes are our own.

import type { McapTypes } from "@mcap/core";
import { encodeUtf8 } from "../base/utf8.ts";
import { EVENTS } from "../model/events.ts";
import type { SignalRow } from "../model/rows.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { stepOf } from "./resolution.ts";
import type { TopicName } from "./topics.ts";

type Json = { readonly [name: string]: unknown };

const text = (description: string): Json => ({ type: "string", description });
const number = (description: string): Json => ({ type: "number", description });

/**
 * Type, meaning, unit and step of one signal. One plain type for each: viewers refuse a choice of types, though a value
 * that is no number is null. Whole numbers that may be negative are "number", as Foxglove takes integers as unsigned.
 */
function signalSchema(row: SignalRow): Json {
  const one = {
    type: row.type === "real" || (row.min ?? 0) < 0 ? "number" : "integer",
    ...(row.unit === "none" ? {} : { unit: row.unit }),
    ...(stepOf(row) === 0 ? {} : { multipleOf: stepOf(row) }),
  };
  if (row.per !== undefined) return { type: "array", description: describe(row), items: one };
  const words = row.codes?.map((title, code) => ({ title, const: code }));
  return { ...one, description: row.help, ...(words === undefined ? {} : { oneOf: words }) };
}

const describe = ({ help, codes }: SignalRow): string =>
  codes === undefined ? help : `${help} ${codes.map((word, code) => `${code} ${word}`).join(", ")}.`;

const rowOf = (properties: Json): Json => ({ type: "object", properties });

const SIGNALS_SCHEMA = rowOf(Object.fromEntries(SIGNAL_NAMES.map((name) => [name, signalSchema(SIGNALS[name]!)])));

const EVENT_SCHEMA = rowOf({
  sequence: number("Number in the journal."),
  wall_ms: number("Wall time, ms since 1970."),
  clock: text("How far the wall clock is believed: synchronised, free-running, unset."),
  uptime_s: number("Time since the device's start, s."),
  source: text("Who noticed."),
  code: { type: "string", enum: Object.keys(EVENTS), description: "What happened." },
  severity: text("info, notice, warning, error or critical."),
  subject: text("What it is about."),
  value: number("Measured value, in the subject's unit."),
  limit: number("Limit, in the same unit."),
  actor: text("Who did it; empty for the device itself."),
  text: text("One sentence for a person."),
  previous: text("Hash of the entry before."),
  hash: text("Hash of this entry."),
});

/** The first message of a file has all settings by name; the later ones have these. */
const SETTINGS_SCHEMA = rowOf({
  changes: {
    type: "array",
    description: "Settings that changed: name, from, to.",
    items: { type: "object", properties: { name: text("Group and name.") } },
  },
  actor: text("Who changed them; empty for the device itself."),
  settings: text("Hash of all settings as they are now."),
});
const CAN_SCHEMA = rowOf({
  bus: text("Name of the bus."),
  id: number("Identifier; of an error frame the classes of error."),
  extended: { type: "boolean", description: "The identifier has 29 bits." },
  remote: { type: "boolean", description: "Asks for data and has none itself." },
  error: { type: "boolean", description: "Made by the controller, not seen on the wire." },
  length: number("Bytes it has or asks for, where this is not the length of the data."),
  data: text("Bytes, hexadecimal."),
  direction: text("rx: seen, tx: sent by us."),
});
const GAP_SCHEMA = rowOf({
  from_us: number("Time of the first record that was lost, microseconds since 1970."),
  to_us: number("Time of the last one."),
  reason: text("Why: missing, full, read-only, too slow, failed; budget or no start for the recorder."),
  lost: number("How many records."),
  stream: text("plain or recorder."),
});

const ROWS: readonly { readonly name: string; readonly topics: readonly TopicName[]; readonly schema: Json }[] = [
  { name: "bms.Signals", topics: ["/state", "/frame"], schema: SIGNALS_SCHEMA },
  { name: "bms.Event", topics: ["/events"], schema: EVENT_SCHEMA },
  { name: "bms.Settings", topics: ["/settings"], schema: SETTINGS_SCHEMA },
  { name: "bms.CanFrame", topics: ["/can"], schema: CAN_SCHEMA },
  { name: "bms.Gap", topics: ["/gap"], schema: GAP_SCHEMA },
];

/** All schemas of a file, numbered from 1. */
export const SCHEMAS: readonly McapTypes.Schema[] = ROWS.map(({ name, schema }, i) => ({
  id: i + 1,
  name,
  encoding: "jsonschema",
  data: encodeUtf8(JSON.stringify({ title: name, ...schema })),
}));

/** Number of a topic's schema; 0 where it has none. */
export const schemaIdOf = (topic: TopicName): number => ROWS.findIndex(({ topics }) => topics.includes(topic)) + 1;

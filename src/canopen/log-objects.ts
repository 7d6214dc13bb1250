// The log directory: the list of log files, and a part of one. A client writes which file (by name, or by its number in the list it
// has read) and from which byte, then reads the data.

import { ABORT } from "./abort-codes.ts";
import { type Application, LOG_PART } from "./application.ts";
import { numberBytes, numberOf, textBytes, textOf } from "./data-types.ts";
import { type DictionaryObject, DONE, type ReadResult, type WriteResult } from "./object.ts";
import { type Cell, record, variable } from "./object-shapes.ts";

export const LOG_LIST = 0x5830;
export const LOG_FILE = 0x5831;

const MOST_NAME = 255;

const list = (application: Application): Cell => ({
  entry: {
    ...{ name: "logs.list", type: "domain", access: "ro", unit: "none" },
    help: "One line for each log file: its name, a space, its bytes.",
  },
  read: () => ({
    asked: { kind: "files" },
    finish: (outcome) => {
      if (outcome.kind !== "files") return ABORT.hardware;
      application.session.log.files = outcome.files.map(({ name }) => name);
      return textBytes(outcome.files.map(({ name, bytes }) => `${name} ${bytes}\n`).join(""));
    },
  }),
});

/** A name never leads out of the directory. */
function select({ session: { log } }: Application, name: string): WriteResult {
  if (name === "" || /[/\\\ufffd]|^\.\.?$/.test(name)) return ABORT.value;
  log.name = name;
  log.offset = 0;
  return DONE;
}

function readPart({ session: { log } }: Application): ReadResult {
  const { name, offset, length } = log;
  if (name === "") return ABORT.noData;
  return {
    asked: { kind: "file", name, offset, length },
    finish: (outcome) => {
      if (outcome.kind === "noFile") return ABORT.noData;
      return outcome.kind === "file" ? outcome.data : ABORT.hardware;
    },
  };
}

function file(application: Application): DictionaryObject {
  const { log } = application.session;
  return record(LOG_FILE, "logs.file", [
    {
      entry: {
        ...{
          name: "logs.file.name",
          type: "visibleString",
          access: "rw",
          maxLength: MOST_NAME,
          preset: "",
          unit: "none",
        },
        help: "The file to read from, by its name. Writing it begins at its first byte.",
      },
      read: () => textBytes(log.name),
      write: (data) => select(application, textOf(data)),
    },
    {
      entry: {
        ...{ name: "logs.file.number", type: "u16", access: "rw", preset: 0, unit: "count" },
        help: "The same by its number in the list read last, from 1. 0: none of it.",
      },
      read: () => numberBytes("u16", log.files.indexOf(log.name) + 1),
      write: (data) => {
        const name = log.files[numberOf("u16", data) - 1];
        return name === undefined ? ABORT.value : select(application, name);
      },
    },
    {
      entry: {
        ...{ name: "logs.file.offset", type: "u32", access: "rw", preset: 0, unit: "count" },
        help: "The first byte to read.",
      },
      read: () => numberBytes("u32", log.offset),
      write: (data) => {
        log.offset = numberOf("u32", data);
        return DONE;
      },
    },
    {
      entry: {
        ...{ name: "logs.file.length", type: "u32", access: "rw", low: 1, high: LOG_PART, preset: LOG_PART },
        ...{ unit: "count", help: "Most bytes to read at once." },
      },
      read: () => numberBytes("u32", log.length),
      write: (data) => {
        log.length = numberOf("u32", data);
        return DONE;
      },
    },
    {
      entry: {
        ...{ name: "logs.file.data", type: "domain", access: "ro", unit: "none" },
        help: "These bytes; fewer at the end of the file, none behind it.",
      },
      read: () => readPart(application),
    },
  ]);
}

export const logObjects = (application: Application): readonly DictionaryObject[] => [
  variable(LOG_LIST, "logs.list", list(application)),
  file(application),
];

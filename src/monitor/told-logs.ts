// What is told of the log files of a device: what each of them holds, and of a damaged one what of it can be read.

import { Type } from "@sinclair/typebox";
import { nullable } from "./told.ts";

const time_us = (description: string) => Type.Number({ description: `${description}, microseconds since 1970` });

/** The same as the page tells of files that are dropped onto it (log/readable-part.ts). */
const LogDamageSchema = Type.Object({
  chunks: Type.Integer({ description: "pieces of about ten minutes" }),
  lost: Type.Integer({ description: "chunks that cannot be read" }),
  reason: Type.String({ description: "why the first of them cannot; empty where there is none" }),
  lostFrom_us: time_us("when the first of them begins; 0 where there is none"),
  whole_us: time_us("last time in a chunk that can be read; 0 where there is none"),
  isAltered: Type.Boolean({ description: "a byte is not as it was written, be it in a chunk or elsewhere" }),
  hasEnd: Type.Boolean({ description: "the file has its end, or a tail that goes on from it" }),
  between: nullable(
    Type.Object(
      { offset: Type.Integer(), reason: Type.String(), lostBytes: Type.Integer() },
      { description: "what makes no sense between the chunks, or behind the last" },
    ),
  ),
});

export const LogSchema = Type.Object({
  name: Type.String(),
  bytes: Type.Integer(),
  first_us: Type.Number(),
  last_us: Type.Number(),
  isFinished: Type.Boolean(),
  serialNumber: Type.String(),
  hasRecorder: Type.Boolean({ description: "it can be played again" }),
  isChecked: Type.Boolean({ description: "every byte was looked at; else only what shows without that" }),
  damage: nullable(LogDamageSchema),
});

export const CheckSchema = Type.Boolean({
  description: "look at every byte, some 256 MB of the newest logs at a time: ask again while one is not checked",
});

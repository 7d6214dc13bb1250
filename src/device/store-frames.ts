// The freeze-frames of the last trips, by the sequence of their journal entry, each with a CRC-32 of its own.

import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "../base/crc.ts";

/** Frames kept; older ones are removed. */
export const KEPT_FRAMES = 256;

export function putFrame(database: DatabaseSync, sequence: number, bytes: Uint8Array): void {
  database.prepare("INSERT OR REPLACE INTO frames VALUES (?, ?, ?)").run(sequence, crc32(bytes), bytes);
  database
    .prepare("DELETE FROM frames WHERE sequence NOT IN (SELECT sequence FROM frames ORDER BY sequence DESC LIMIT ?)")
    .run(KEPT_FRAMES);
}

/** The bytes of a frame; undefined where there is none, or where it is damaged. */
export function getFrame(database: DatabaseSync, sequence: number): Uint8Array | undefined {
  const row = database.prepare("SELECT crc, bytes FROM frames WHERE sequence = ?").get(sequence);
  if (row === undefined) return undefined;
  const bytes = row["bytes"] as Uint8Array;
  return crc32(bytes) === row["crc"] ? bytes : undefined;
}

/** Sequences of the entries that have a frame, oldest first. */
export const listFrames = (database: DatabaseSync): number[] =>
  database
    .prepare("SELECT sequence FROM frames ORDER BY sequence")
    .all()
    .map((row) => Number(row["sequence"]));

// Thirty days of log as a device leaves them: a finished file for each day, chunks of ten minutes with their extremes. Rows come every
// 24 s instead of every second: what a month is drawn from is as much, and there are more rows than are read one by one.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compressPlain } from "../src/device/log-compression.ts";
import { logFolderOf, logName, stemFor } from "../src/device/log-names.ts";
import { beginLog, chunkOf, endLog } from "../src/log/container.ts";
import { stateRows } from "./device-logs.ts";
import { BEGAN_us, IDENTITY } from "./fixed-logs.ts";

export const MONTH_us = 30 * 86_400_000_000;
/** A midnight, UTC. */
export const MONTH_BEGAN_us = BEGAN_us - 12 * 3_600_000_000;
const DAY_us = 86_400_000_000;
const CHUNK_us = 600_000_000;
const ROW_us = 24_000_000;

/** Writes them into the log folder of a data folder. */
export function writeMonthOfLogs(folder: string): void {
  mkdirSync(logFolderOf(folder), { recursive: true });
  const rows = stateRows(CHUNK_us / ROW_us);
  for (let day = 0; day < 30; day++) {
    const began_us = MONTH_BEGAN_us + day * DAY_us;
    const { file, bytes } = beginLog({ ...IDENTITY, began_us }, "{}", compressPlain);
    const parts = [bytes];
    for (let at_us = began_us; at_us < began_us + DAY_us; at_us += CHUNK_us)
      parts.push(
        chunkOf(
          file,
          rows.map((row, i) => ({ ...row, time_us: at_us + i * ROW_us })),
          compressPlain,
        ),
      );
    parts.push(endLog(file));
    writeFileSync(join(logFolderOf(folder), logName(stemFor(began_us, () => false))), Buffer.concat(parts));
  }
}

// Which log files go into a support bundle: the newest, as many as fit, and only those in which no secret is found. Logs
// are written without secrets; that is proven here again for each file, because it leaves the house.

import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { rowOf } from "../log/table.ts";
import { messagesOf } from "../log/tailed-log.ts";
import { TOPIC_NAMES } from "../log/topics.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { type LeftOut, writings } from "./bundle-contents.ts";
import { findLogs, type LogPlace, logFolder, namesOfLogs } from "./log-source.ts";
import { openPlace } from "./open-log.ts";

export type ChosenLogs = { readonly paths: readonly string[]; readonly leftOut: readonly LeftOut[] };

/** At most `count` files and `size_bytes` bytes, the newest first; a tail goes before its log. */
export function chooseLogs(data: string, count: number, size_bytes: number, secrets: readonly string[]): ChosenLogs {
  const folder = logFolder(data);
  const places =
    count > 0 && existsSync(folder) && namesOfLogs(folder).length > 0 ? findLogs([folder]).slice(-count) : [];
  const paths: string[] = [];
  const leftOut: LeftOut[] = [];
  let room = size_bytes;
  for (const place of places.toReversed()) {
    const size = sizeOf(place);
    const reason = size > room ? `${(size / 1e6).toFixed(1)} MB are too much; see --size` : secretIn(place, secrets);
    if (reason !== undefined) leftOut.push({ name: basename(place.path), reason });
    else {
      paths.push(...(place.tail === undefined ? [] : [place.tail]), place.path);
      room -= size;
    }
  }
  return { paths, leftOut };
}

const sizeOf = ({ path, tail }: LogPlace): number =>
  statSync(path).size + (tail === undefined ? 0 : (statSync(tail, { throwIfNoEntry: false })?.size ?? 0));

/** Why a log must stay at home; undefined for one without secrets. What is no log is no help either. */
function secretIn(place: LogPlace, secrets: readonly string[]): string | undefined {
  const log = openPlace(place);
  if ("problem" in log) return log.problem;
  try {
    const wanted = secrets.flatMap(writings).map((secret) => Buffer.from(secret));
    for (const { topic, data } of messagesOf(log, TOPIC_NAMES)) {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
      if (wanted.some((secret) => bytes.includes(secret))) return `a secret setting stands in a message of ${topic}`;
      if (topic === "/settings" && hasSecret(rowOf(data))) return "it holds a secret setting";
    }
    return undefined;
  } finally {
    log.close();
  }
}

/** Settings by dotted name or nested by group. */
function hasSecret(row: unknown): boolean {
  return SECRET_SETTINGS.some((name) => isFilled(at(row, [name])) || isFilled(at(row, name.split("."))));
}

const isFilled = (value: unknown): boolean => typeof value === "string" && value !== "";

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Readonly<Record<string, unknown>> | undefined)?.[key], value);

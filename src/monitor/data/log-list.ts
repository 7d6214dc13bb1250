// The list of logs, and of each how much of it can be read. What shows without reading all of a log is told at once; who asks for it has
// every byte looked at, so many at a time: what was looked at is known the next time.

import { crc32 } from "../../base/crc.ts";
import type { NamedLog } from "../../log/chunk-columns.ts";
import type { LogFile } from "../../log/log-file.ts";
import { partAtOnce, type ReadablePart, readableSteps } from "../../log/readable-part.ts";
import type { AnswerTo, Input } from "../schemas.ts";
import { type DataSource, tellLog, type UnreadableLog } from "./source.ts";

/** By the log as it was opened: one that has changed since is another. */
export type PartCache = WeakMap<LogFile, ReadablePart>;

/** An answer looks through so many bytes, or through one log. */
const MOST_bytes = 256 << 20;

type LogTold = AnswerTo<"logs">["logs"][number];

export function* logsSteps(
  parts: PartCache,
  { logs, unreadable = [], crc = crc32 }: DataSource,
  { check = false }: Input<"logs">,
): Generator<undefined, AnswerTo<"logs">> {
  let left_bytes = check ? MOST_bytes : 0;
  // what grows is another log with each answer: last, so that it does not keep the others from being reached
  const order = [...logs].reverse().sort((a, b) => Number(b.log.isFinished) - Number(a.log.isFinished));
  for (const named of order) {
    if (left_bytes <= 0) break;
    if (parts.has(named.log)) continue;
    parts.set(named.log, yield* readableSteps(named.log, hasTail(named), crc));
    left_bytes -= named.log.size;
  }
  return { logs: [...unreadable.map(tellUnreadable), ...logs.map((named) => tellChecked(parts, named))] };
}

function tellChecked(parts: PartCache, named: NamedLog): LogTold {
  const checked = parts.get(named.log);
  const part = checked ?? partAtOnce(named.log, hasTail(named));
  return {
    ...tellLog(named, named.log.size),
    isChecked: checked !== undefined,
    damage: part.isAltered ? tellDamage(part) : null,
  };
}

const tellDamage = ({ damage, ...part }: ReadablePart): LogTold["damage"] => ({ ...part, between: damage ?? null });

const hasTail = (named: NamedLog): boolean => named.hasTail ?? named.tail.length > 0;

const tellUnreadable = ({ name, bytes, reason }: UnreadableLog): LogTold => ({
  ...{ name, bytes, first_us: 0, last_us: 0, isFinished: false, serialNumber: "", hasRecorder: false, isChecked: true },
  damage: {
    ...{ chunks: 0, lost: 0, reason: "", lostFrom_us: 0, isAltered: true, hasEnd: false, whole_us: 0 },
    between: { offset: 0, reason, lostBytes: bytes },
  },
});

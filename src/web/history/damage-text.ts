// How much of a log file can be read, in words.

import type { ReadablePart } from "../../log/readable-part.ts";
import { texts } from "../texts/texts.ts";
import { timeText } from "./times.ts";

const T = texts.history;

/** Only of a file of which something is missing or altered. */
export function damageText(name: string, part: ReadablePart): string {
  const { chunks, lost, reason, lostFrom_us, damage, isAltered, hasEnd, whole_us } = part;
  const found = [
    ...(lost > 0 ? [T.chunksLost(lost, chunks, timeText(lostFrom_us, 0), reason)] : []),
    ...(damage === undefined ? [] : [T.bytesLost(damage.offset, damage.reason, damage.lostBytes)]),
    ...(isAltered && lost === 0 && damage === undefined ? [T.altered] : []),
  ];
  const until = whole_us > 0 ? T.wholeUntil(chunks - lost, timeText(whole_us, 0)) : T.nothingWhole;
  return found.length === 0 && !hasEnd ? T.noEnd(name, until) : T.damaged(name, found.join("; "), until);
}

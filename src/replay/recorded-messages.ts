// What the flight recorder left in logs, from a time to a time: the replay can begin only at a recorded start, so the last
// one before the beginning comes first.

import { messagesOf, spanOf, type TailedLog } from "../log/tailed-log.ts";
import type { LogMessage } from "../log/topics.ts";
import { KEYFRAME_us } from "./recorder.ts";

/** Log times, microseconds since 1970. */
export type Stretch = { readonly from_us: number; readonly to_us: number };

/** A recording writes a start at least so often, at the end of a second; further back none is looked for. */
const LOOK_BACK_us = KEYFRAME_us + 20_000_000;

/** The recorder's messages of logs, in their order: the last start at or before the beginning, and all that follows. */
export function* recordedMessages(logs: readonly TailedLog[], { from_us, to_us }: Stretch): Generator<LogMessage> {
  const topics = ["/recorder/start", "/recorder/inputs"] as const;
  let waiting: LogMessage[] = [];
  let begun = false;
  for (const log of logs)
    for (const message of messagesOf(log, topics, from_us - LOOK_BACK_us, to_us)) {
      if (begun) yield message;
      else if (message.time_us > from_us) {
        begun = true;
        yield* waiting;
        yield message;
      } else if (message.topic === "/recorder/start") waiting = [message];
      else if (waiting.length > 0) waiting.push(message);
    }
  if (!begun) yield* waiting;
}

/** The time that logs cover, cut to what was asked for; undefined where nothing is left. */
export function stretchOf(logs: readonly TailedLog[], asked: Stretch): Stretch | undefined {
  const spans = logs.map(spanOf);
  const from_us = Math.max(asked.from_us, Math.min(...spans.map(({ first_us }) => first_us)));
  const to_us = Math.min(asked.to_us, Math.max(...spans.map(({ last_us }) => last_us)) + 1);
  return from_us < to_us ? { from_us, to_us } : undefined;
}

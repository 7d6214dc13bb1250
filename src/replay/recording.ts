// The recorder's messages of a log in the pieces that can be replayed: a start and the inputs that follow it. A log may
// begin with inputs whose start is lost, and inputs may be missing in between: the replay notices by the device's time.

import type { LogMessage } from "../log/topics.ts";

export type Segment = {
  /** Undefined: inputs from before the first start; they cannot be replayed. */
  readonly start: LogMessage | undefined;
  readonly blocks: readonly LogMessage[];
};

/** Segments one after the other, as their messages are read; those of other topics are passed over. A segment is at most as long as from one start to the next. */
export function* segmentsOf(messages: Iterable<LogMessage>): Generator<Segment> {
  let start: LogMessage | undefined;
  let blocks: LogMessage[] = [];
  for (const message of messages) {
    if (message.topic === "/recorder/inputs") blocks.push(message);
    if (message.topic !== "/recorder/start") continue;
    if (start !== undefined || blocks.length > 0) yield { start, blocks };
    start = message;
    blocks = [];
  }
  if (start !== undefined || blocks.length > 0) yield { start, blocks };
}

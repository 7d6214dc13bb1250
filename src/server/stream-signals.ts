// The numbers of all signals by name, for programs: all of them first, then those that changed since they were sent last. A signal
// of several elements comes whole.

import type { AnswerTo } from "../monitor/schemas.ts";

type Snapshot = AnswerTo<"snapshot">;
type Value = Snapshot["signals"][string];

/** What one reader has been sent. */
export type SignalSender = { sent: Snapshot["signals"] };
export const createSignalSender = (): SignalSender => ({ sent: {} });

export function packSignals(sender: SignalSender, { time_us, signals }: Snapshot) {
  const changed = Object.entries(signals).filter(([name, value]) => !isSame(value, sender.sent[name]));
  sender.sent = signals;
  return { kind: "signals", time_us, signals: Object.fromEntries(changed) } as const;
}

function isSame(value: Value, before: Value | undefined): boolean {
  if (!Array.isArray(value)) return value === before;
  return Array.isArray(before) && value.length === before.length && value.every((each, i) => each === before[i]);
}

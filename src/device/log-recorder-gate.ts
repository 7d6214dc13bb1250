// Which of the recorder's blocks go into the log: only those that go on from a /recorder/start without a hole, and only
// within the budget of bytes in 24 hours. What is left out is counted and becomes one gap, written before the next start.
// Freeze-frames (/recorder/frame) are complete in themselves and always pass.

import type { LogMessage } from "../log/topics.ts";
import { addToSum, createDaySum, type RollingSum, sumOf } from "./log-meter.ts";
import { createLoss, type GapReason, gapMessage, type Loss, lose, moveLoss } from "./log-trouble.ts";

export type RecorderGate = {
  /** Bytes the recorder cost in the last 24 h. */
  readonly written: RollingSum;
  /** Whether the file being written has a start from which all blocks so far go on. */
  hasStart: boolean;
  /** Over the budget. */
  isOut: boolean;
  readonly loss: Loss;
  /** Why blocks are left out until the next start. */
  reason: GapReason;
  /** When a start was last asked for. */
  askedAt_ms: number;
};

const NEVER_ms = -1e9;
/** A start that does not come is asked for again after so long. */
const ASK_AGAIN_ms = 2000;
/** Over the budget, blocks come back when at least this part of it is free again: no start for a few blocks only. */
const FREE_AGAIN_ratio = 1 / 24;

export const createRecorderGate = (): RecorderGate => ({
  written: createDaySum(),
  hasStart: false,
  isOut: false,
  loss: createLoss("recorder"),
  reason: "no start",
  askedAt_ms: NEVER_ms,
});

/** Whether a new file should wait for a start of the recorder. */
export const isRecorderOn = ({ hasStart, isOut }: RecorderGate): boolean => hasStart && !isOut;

/**
 * Whether a record goes into the log.
 * @param budget_bytes most bytes of the recorder in 24 h; 0: no limit
 */
export function passes(
  gate: RecorderGate,
  { topic, time_us }: LogMessage,
  budget_bytes: number,
  now_ms: number,
): boolean {
  if (topic !== "/recorder/start" && topic !== "/recorder/inputs") return true;
  if (isWithinBudget(gate, budget_bytes, now_ms) && (topic === "/recorder/start" || gate.hasStart)) {
    gate.hasStart = true;
    return true;
  }
  if (gate.isOut) gate.reason = "budget";
  lose(gate.loss, time_us);
  gate.hasStart = false;
  return false;
}

function isWithinBudget(gate: RecorderGate, budget_bytes: number, now_ms: number): boolean {
  const written_bytes = sumOf(gate.written, now_ms);
  const limit_bytes = gate.isOut ? budget_bytes * (1 - FREE_AGAIN_ratio) : budget_bytes;
  gate.isOut = budget_bytes > 0 && written_bytes >= limit_bytes;
  return !gate.isOut;
}

/** Blocks were lost elsewhere: the next ones have nothing to go on from. */
export function breakOff(gate: RecorderGate, loss: Loss, reason: GapReason): void {
  if (loss.lost === 0) return;
  if (gate.hasStart) gate.reason = reason;
  moveLoss(loss, gate.loss);
  gate.hasStart = false;
}

/** A new file: the recording goes on with its own start. */
export function beginAnew(gate: RecorderGate): void {
  if (gate.hasStart) gate.reason = "no start";
  gate.hasStart = false;
}

/** The gap to be marked before a start, or at the end of a file; undefined when nothing was left out. */
export function takeGap(gate: RecorderGate): LogMessage | undefined {
  if (gate.loss.lost === 0) return undefined;
  const gap = gapMessage(gate.loss, gate.reason);
  gate.loss.lost = 0;
  return gap;
}

/** True when the recorder is to be asked for a start now; not again too soon. */
export function asksForStart(gate: RecorderGate, now_ms: number): boolean {
  if (gate.isOut || now_ms - gate.askedAt_ms < ASK_AGAIN_ms) return false;
  gate.askedAt_ms = now_ms;
  return true;
}

export const countRecorderBytes = (gate: RecorderGate, now_ms: number, bytes: number): void =>
  addToSum(gate.written, now_ms, bytes);

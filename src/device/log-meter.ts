// What the log does to its medium, measured on the way through: bytes written in the last hour (what wears a card), and
// whether it answers in time. Wraps the file functions; everyone else sees only those.

import type { LogFiles } from "./log-files.ts";

/** An operation that takes longer says the medium is too slow. */
export const PATIENCE_ms = 2000;

const MINUTE_ms = 60_000;
const HOUR_ms = 3_600_000;

/** Sums over the last `slots` periods, the running one included. */
export type RollingSum = { readonly period_ms: number; readonly slots: Float64Array; newest: number };

export const createRollingSum = (period_ms: number, slots: number): RollingSum => ({
  period_ms,
  slots: new Float64Array(slots),
  newest: 0,
});

/** Bytes in every minute of the last hour. */
export const createHourSum = (): RollingSum => createRollingSum(MINUTE_ms, 60);
/** Bytes in every hour of the last day. */
export const createDaySum = (): RollingSum => createRollingSum(HOUR_ms, 24);

export function addToSum(sum: RollingSum, now_ms: number, amount: number): void {
  moveOn(sum, now_ms);
  const slot = sum.newest % sum.slots.length;
  sum.slots[slot] = sum.slots[slot]! + amount;
}

export function sumOf(sum: RollingSum, now_ms: number): number {
  moveOn(sum, now_ms);
  return sum.slots.reduce((all, amount) => all + amount, 0);
}

function moveOn(sum: RollingSum, now_ms: number): void {
  const period = Math.floor(now_ms / sum.period_ms);
  if (period <= sum.newest) return;
  const passed = Math.min(period - sum.newest, sum.slots.length);
  for (let i = 0; i < passed; i++) sum.slots[(period - i) % sum.slots.length] = 0;
  sum.newest = period;
}

export type LogMeter = {
  readonly written: RollingSum;
  /** When an operation last took longer than the patience; minus infinity: never. */
  slowAt_ms: number;
};

/** Slow is said for so long after it was seen. */
const SLOW_ms = 10_000;

export const isSlow = ({ slowAt_ms }: LogMeter, now_ms: number): boolean => now_ms - slowAt_ms < SLOW_ms;

export const createLogMeter = (): LogMeter => ({ written: createHourSum(), slowAt_ms: Number.NEGATIVE_INFINITY });

/** The same functions, with bytes counted and slow ones noted. */
export function meteredFiles(files: LogFiles, meter: LogMeter, now_ms: () => number): LogFiles {
  const timed =
    <Args extends unknown[], Result>(operation: (...args: Args) => Result) =>
    (...args: Args): Result => {
      const before_ms = now_ms();
      try {
        return operation(...args);
      } finally {
        const after_ms = now_ms();
        if (after_ms - before_ms > PATIENCE_ms) meter.slowAt_ms = after_ms;
      }
    };
  const write = timed(files.write);
  return {
    ...files,
    write: (handle, bytes, offset) => {
      write(handle, bytes, offset);
      addToSum(meter.written, now_ms(), bytes.length);
    },
    create: timed(files.create),
    sync: timed(files.sync),
    truncate: timed(files.truncate),
    remove: timed(files.remove),
    syncFolder: timed(files.syncFolder),
  };
}

// Plays a candump log to a bus, in its own timing or faster or slower, once or again and again.

import { frameOfCandump } from "../log/can-frame.ts";
import type { CanConnection } from "./can-target.ts";
import { UsageError } from "./usage-error.ts";

export type Playing = {
  /** So many seconds of the log in one. */
  readonly speed: number;
  readonly loops: number;
  /** Instead of the log's timing: between two frames, ms. */
  readonly every_ms: number | undefined;
};

type Played = NonNullable<ReturnType<typeof frameOfCandump>>;

/** Frames of a candump log; what its controller told of itself is left out. Throws UsageError with the line that is none. */
export function framesOf(file: string, text: string): Played[] {
  const frames: Played[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const found = frameOfCandump(line);
    if (found === undefined) throw new UsageError(`${file}, line ${i + 1} is no frame of a candump log: ${line}`);
    if (!found.frame.error) frames.push(found);
  }
  if (frames.length === 0) throw new UsageError(`${file} has no frames`);
  return frames;
}

/** How many frames went out: less than all when the bus has gone. */
export async function play(bus: CanConnection, frames: readonly Played[], playing: Playing): Promise<number> {
  let sent = 0;
  for (let loop = 0; loop < playing.loops; loop++) {
    const began_ms = performance.now();
    for (const [i, { frame, time_us }] of frames.entries()) {
      const after_ms =
        playing.every_ms === undefined ? (time_us - frames[0]!.time_us) / 1000 / playing.speed : i * playing.every_ms;
      await sleepUntil(began_ms + after_ms);
      if (!(await bus.send(frame))) return sent;
      sent++;
    }
    if (playing.every_ms !== undefined) await sleepUntil(began_ms + frames.length * playing.every_ms);
  }
  return sent;
}

async function sleepUntil(time_ms: number): Promise<void> {
  const wait_ms = time_ms - performance.now();
  if (wait_ms >= 1) await new Promise((resolve) => setTimeout(resolve, wait_ms));
}

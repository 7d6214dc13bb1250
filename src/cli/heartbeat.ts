// Signs of life of a supervised process: it sends one four times a second, and whoever keeps it counts how long none has come. Time is
// counted in the supervisor's own looks: one that comes late, on a busy machine or after a suspend, counts as two at most, so that what
// stood still together with the supervisor is not taken for dead.

import { isSupervised, tellSupervisor } from "./supervised.ts";

/** Between two signs, and between two looks. */
export const BEAT_ms = 250;

/**
 * How long a process may be silent. The device: 200 ticks without protection, and what a machine that only falters has never needed.
 * The server: what it reads and computes has threads of its own, but it has the lower priority, and pages wait for 15 s.
 * Either while it starts or ends: it reads or writes a disk that may be slow, with open contactors.
 */
export const SILENCE_ms = { device: 2000, server: 10_000, starting: 30_000 } as const;

/** Working: as it should be. Starting, and ending: longer pauses are in order. Stuck: it has no sign to give. */
export type Health = "working" | "starting" | "stuck";

/** Until the returned function is called. Signs that are not taken do not pile up. */
export function beat(healthOf: () => Health): () => void {
  if (!isSupervised()) return () => {};
  let isUnderWay = false;
  const send = (): void => {
    const health = healthOf();
    if (health === "stuck" || isUnderWay) return;
    isUnderWay = true;
    void tellSupervisor({ kind: "beat", health }).then(() => {
      isUnderWay = false;
    });
  };
  send();
  const timer = setInterval(send, BEAT_ms).unref();
  return () => clearInterval(timer);
}

/** A ticking loop as `beat` asks for it: stuck when a tick is so long overdue and none has come since the last look. */
export function loopHealth(look: () => LoopLook | undefined, now_us: () => number): () => Health {
  let before_us = -1;
  return () => {
    const seen = look();
    if (seen === undefined) return "starting";
    const isStill = seen.time_us === before_us;
    before_us = seen.time_us;
    return isStill && now_us() > seen.deadline_us + OVERDUE_us ? "stuck" : "working";
  };
}

/** Time of the device, and when its next tick is due by the steady clock. */
export type LoopLook = { readonly time_us: number; readonly deadline_us: number };
const OVERDUE_us = 500_000;

/** What is known of one that is listened to. */
export type Pulse = { silence_ms: number; most_ms: number; isOver: boolean };
export const newPulse = (): Pulse => ({ silence_ms: 0, most_ms: SILENCE_ms.starting, isOver: false });

export function heardBeat(pulse: Pulse, of: "device" | "server", health: Health): void {
  pulse.silence_ms = 0;
  pulse.most_ms = health === "working" ? SILENCE_ms[of] : SILENCE_ms.starting;
}

/** A look after so long: true once it has been silent for too long. */
export function isSilent(pulse: Pulse, elapsed_ms: number): boolean {
  pulse.silence_ms += Math.min(elapsed_ms, 2 * BEAT_ms);
  if (pulse.isOver || pulse.silence_ms <= pulse.most_ms) return false;
  pulse.isOver = true;
  return true;
}

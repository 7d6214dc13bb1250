// Somebody on the other side of the bus: hears frames, says its own, and takes or gives current as it thinks it may. Written
// by the documents of the protocols and apart from src/equipment, whose tables it must not share.

import type { CanFrame } from "../../base/can-frame.ts";

export type BusPartner = {
  /** Hears a frame of the bus. */
  readonly hear: (frame: CanFrame, now_us: number) => void;
  /** Lets time pass. `battery_V` and `current_A` (charging positive) at its terminals. @returns what it says */
  readonly live: (now_us: number, battery_V: number, current_A: number) => readonly CanFrame[];
  /** What it would charge with, at most, and up to which voltage; 0: nothing. */
  readonly charge_A: () => number;
  readonly charge_V: () => number;
  /** What it would draw at most. */
  readonly discharge_A: () => number;
  /** Whether it has something to charge from now, or somebody to feed; otherwise both have their turns. */
  readonly wants?: (flow: "charging" | "discharging" | "none") => void;
};

/** How it misbehaves. All false and 0: it does not. */
export type Vices = {
  /** It does as it is told only so much later. */
  readonly delay_us: number;
  /** It goes on when it is told to stop. */
  readonly ignoresStop: boolean;
  /** It takes and gives what it likes. */
  readonly ignoresLimits: boolean;
  /** It goes on when nobody commands it any more. */
  readonly ignoresSilence: boolean;
  /** It never says anything. */
  readonly isMute: boolean;
};

export const VIRTUOUS: Vices = {
  delay_us: 0,
  ignoresStop: false,
  ignoresLimits: false,
  ignoresSilence: false,
  isMute: false,
};

/** The value something had a while ago: how a slow partner sees orders. */
export type Delayed<T> = { readonly entries: { readonly at_us: number; readonly value: T }[] };

/** Notes a value as of now. */
export function note<T>({ entries }: Delayed<T>, value: T, now_us: number): void {
  entries.push({ at_us: now_us, value });
  if (entries.length > 5000) entries.splice(0, 2500);
}

/** The latest value that is at least so old; undefined: none is. */
export function seen<T>({ entries }: Delayed<T>, delay_us: number, now_us: number): T | undefined {
  for (let i = entries.length - 1; i >= 0; i--) if (entries[i].at_us + delay_us <= now_us) return entries[i].value;
  return undefined;
}

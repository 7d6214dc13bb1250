// Frames of the bus for the log's channel /can, while a setting asks for it. They are collected between two ticks and handed over
// together, each with its own time; no more in a second than a log can carry: a flood on the bus must not push out what matters.

import type { CanFrame } from "../base/can-frame.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { canJson } from "../log/can-frame.ts";
import type { LogMessage } from "../log/topics.ts";
import type { Settings } from "../model/settings.ts";
import type { FlightRecorder } from "../virtual/flight-recorder.ts";
import type { CanHub, Looker } from "./can-hub.ts";

/** Frames a second; as many may come at once. A bus of 250 kbit/s that is half full. */
const MOST_PER_S = 2000;

type Seen = { readonly frame: CanFrame; readonly isOwn: boolean; readonly time_us: number };

export class CanLog {
  readonly #hub: CanHub;
  readonly #recorder: FlightRecorder;
  readonly #now_us: () => number;
  readonly #seen: Seen[] = [];
  readonly #look: Looker = (frame, isOwn, time_us) => {
    if (this.#allowance < 1) return;
    this.#allowance--;
    this.#seen.push({ frame, isOwn, time_us });
  };
  #allowance = MOST_PER_S;
  #looked_us: number;
  /** Log time up to which frames have been written. */
  #written_us = 0;

  /** @param now_us the hub's time */
  constructor(hub: CanHub, recorder: FlightRecorder, now_us: () => number) {
    this.#hub = hub;
    this.#recorder = recorder;
    this.#now_us = now_us;
    this.#looked_us = now_us();
  }

  /** After each tick. */
  afterTick({ log, channel }: Settings["canPort"]): void {
    const isLogging = log && this.#recorder.log !== undefined;
    if (isLogging) this.#hub.lookers.add(this.#look);
    else this.#hub.lookers.delete(this.#look);
    this.#write(channel === "" ? "can0" : channel);
  }

  /** A frame lies as long before this tick in the log as it came before it, and never before an earlier one. */
  #write(bus: string): void {
    const now_us = this.#now_us();
    const passed_us = now_us - this.#looked_us;
    this.#looked_us = now_us;
    this.#allowance = Math.min(MOST_PER_S, this.#allowance + (passed_us * MOST_PER_S) / 1e6);
    const tick_us = this.#recorder.time_us;
    const messages = this.#seen.splice(0).map(({ frame, isOwn, time_us }): LogMessage => {
      this.#written_us = Math.max(this.#written_us, tick_us - (now_us - time_us));
      const text = canJson({ ...frame, bus: bus.replaceAll(/\s/g, ""), error: false, direction: isOwn ? "tx" : "rx" });
      return { topic: "/can", time_us: this.#written_us, data: encodeUtf8(text) };
    });
    if (messages.length > 0) this.#recorder.frames(messages);
  }
}

// Frames that wait until the hub has room for them, in their order and up to a bound. The hub hands a frame on within send(), and
// what hears it may send again before send() returns: a frame leaves the outbox before it is sent.

import type { CanFrame } from "../base/can-frame.ts";
import type { CanPlace } from "./can-hub.ts";

export class CanOutbox {
  /** Frames that found no room. */
  lost = 0;
  readonly #most: number;
  readonly #frames: CanFrame[] = [];
  #place: CanPlace | undefined;

  /** @param most frames that may wait; what is more is lost, as on a bus that takes none */
  constructor(most: number) {
    this.#most = most;
  }

  /** Where frames go; undefined: nowhere, what waits is dropped. */
  set place(place: CanPlace | undefined) {
    this.#place = place;
    this.#frames.length = 0;
  }

  send(frame: CanFrame): void {
    this.sendAll([frame]);
  }

  /** Frames that belong together: what answers the first of them goes out after the last. */
  sendAll(frames: readonly CanFrame[]): void {
    for (const frame of frames) {
      if (this.#frames.length >= this.#most) this.lost++;
      else this.#frames.push(frame);
    }
    this.flush();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#frames.length = 0;
  }

  /** To be called when the hub has room again. */
  flush(): void {
    for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
      if (this.#place?.send(frame) === true) continue;
      this.#frames.unshift(frame);
      return;
    }
  }
}

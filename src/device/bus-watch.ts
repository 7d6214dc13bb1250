// Looks on at the device's buses while somebody watches them: keeps what passes as it is, and says it by name a bounded number at a
// time, so that a full bus costs the loop no more than a quiet one. What comes faster is counted, and told as such.

import type { CanFrame } from "../base/can-frame.ts";
import type { Node } from "../canopen/node-state.ts";
import type { Context } from "../modbus/server.ts";
import type { Settings } from "../model/settings.ts";
import type { BusRing } from "../monitor/bus-ring.ts";
import { createFrameTeller, type Exchange, tellExchange, tellFrame, tellMissed } from "../monitor/tell-frame.ts";
import type { CanHub, Looker } from "./can-hub.ts";

/** What there is to look at. */
export type Buses = {
  readonly hub: CanHub;
  readonly modbus: Context;
  /** The device's own node; undefined while there is none. */
  readonly node: () => Node | undefined;
  readonly settings: () => Settings;
  /** Log time of a steady time a moment ago. */
  readonly logTime_us: (steady_us: number) => number;
  readonly now_us: () => number;
};

type Seen =
  | { readonly time_us: number; readonly frame: CanFrame; readonly isOwn: boolean }
  | ({ readonly time_us: number } & Exchange);

/** Frames that wait to be said, and how many are said in one go: some hundred microseconds. */
const MOST_WAITING = 2000;
const SAID = 40;

export class BusWatch {
  readonly #buses: Buses;
  readonly #teller = createFrameTeller();
  #seen: Seen[] = [];
  #missed = 0;
  #isOn = false;
  readonly #look: Looker = (frame, isOwn, time_us) => this.#keep({ time_us, frame, isOwn });

  constructor(buses: Buses) {
    this.#buses = buses;
  }

  /** Looks on or away, and says what has come. */
  follow(isWanted: boolean, ring: BusRing): void {
    if (isWanted !== this.#isOn) this.#turn(isWanted);
    for (const seen of this.#seen.splice(0, SAID)) this.#say(ring, seen);
    if (this.#missed > 0 && this.#seen.length === 0) this.#tellMissed(ring);
  }

  #turn(isOn: boolean): void {
    const { hub, modbus, now_us } = this.#buses;
    this.#isOn = isOn;
    if (isOn) {
      hub.lookers.add(this.#look);
      modbus.look = (request, answer, actor) =>
        this.#keep({ time_us: now_us(), request: request.slice(), answer: answer.slice(), actor });
    } else {
      hub.lookers.delete(this.#look);
      modbus.look = undefined;
      this.#seen = [];
      this.#missed = 0;
    }
  }

  #keep(seen: Seen): void {
    if (this.#seen.length < MOST_WAITING) this.#seen.push(seen);
    else this.#missed++;
  }

  #say(ring: BusRing, seen: Seen): void {
    const [time_us, settings] = [this.#buses.logTime_us(seen.time_us), this.#buses.settings()];
    if ("frame" in seen)
      tellFrame(this.#teller, { settings, node: this.#buses.node() }, ring, seen.frame, seen.isOwn, time_us);
    else tellExchange(settings, ring, seen, time_us);
  }

  #tellMissed(ring: BusRing): void {
    tellMissed(ring, this.#missed, this.#buses.logTime_us(this.#buses.now_us()));
    this.#missed = 0;
  }
}

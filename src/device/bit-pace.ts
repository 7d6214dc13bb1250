// Lets frames go at a bit rate in real time: a modelled bus, and an adapter that cannot say when it has room.

import type { CanFrame } from "../base/can-frame.ts";
import { type BitBudget, createBudget, isFree, spend, wait_us } from "../can/bit-budget.ts";

export class BitPace {
  readonly #budget: BitBudget;
  readonly #now_us: () => number;
  readonly #ready: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param ready is called when there is room again, after hasRoom() said no */
  constructor(rate_kbit_s: number, now_us: () => number, ready: () => void) {
    this.#budget = createBudget(rate_kbit_s, now_us());
    this.#now_us = now_us;
    this.#ready = ready;
  }

  hasRoom(): boolean {
    if (isFree(this.#budget, this.#now_us())) return true;
    this.#timer ??= setTimeout(() => this.#again(), Math.ceil(wait_us(this.#budget) / 1000));
    return false;
  }

  #again(): void {
    this.#timer = undefined;
    this.#ready();
  }

  spend(frame: CanFrame): void {
    spend(this.#budget, frame);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

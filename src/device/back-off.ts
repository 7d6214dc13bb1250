// How long to wait before a port that failed is tried again: half a second first, then twice as long each time, half a
// minute at most; a port that held for a while begins anew.

const FIRST_ms = 500;
const LONGEST_ms = 30_000;
const STEADY_ms = 10_000;

export class BackOff {
  #wait_ms = FIRST_ms;
  #opened_ms = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  opened(now_ms: number): void {
    this.#opened_ms = now_ms;
  }

  /** Calls back after the pause that is due. */
  again(now_ms: number, act: () => void): void {
    if (now_ms - this.#opened_ms > STEADY_ms) this.#wait_ms = FIRST_ms;
    this.#opened_ms = Number.POSITIVE_INFINITY;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, this.#wait_ms);
    this.#timer.unref();
    this.#wait_ms = Math.min(LONGEST_ms, 2 * this.#wait_ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

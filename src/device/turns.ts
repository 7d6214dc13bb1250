// Who is served when many want it at once: in their order, a share each, and no longer than a bound in one turn of the event
// loop, so that the device's timers have theirs. Nothing waits while there is time: then serving is immediate.

/** Longest time of one turn, a share more at most. */
const TURN_us = 2000;

export class Turns<T> {
  readonly #serve: (item: T) => boolean;
  readonly #now_us: () => number;
  readonly #waiting = new Set<T>();
  #spent_us = 0;
  #isScheduled = false;

  /** @param serve gives one its share; true when it wants another */
  constructor(now_us: () => number, serve: (item: T) => boolean) {
    this.#now_us = now_us;
    this.#serve = serve;
  }

  /** Serves it at once, or when those before it have been served. */
  want(item: T): void {
    this.#waiting.add(item);
    this.#run();
  }

  forget(item: T): void {
    this.#waiting.delete(item);
  }

  #run(): void {
    let now_us = this.#now_us();
    for (const item of this.#waiting) {
      if (this.#spent_us >= TURN_us) break;
      this.#waiting.delete(item);
      if (this.#serve(item)) this.#waiting.add(item);
      const began_us = now_us;
      now_us = this.#now_us();
      this.#spent_us += now_us - began_us;
    }
    if (!this.#isScheduled) this.#schedule();
  }

  /** In the next turn time is counted anew, and whoever waits goes on. */
  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#spent_us = 0;
      if (this.#waiting.size > 0) this.#run();
    });
  }
}

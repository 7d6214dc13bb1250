// Who is served when many want it at once: in their order, a share each, and no longer than a bound in one turn of the event
// loop, so that the device's timers have theirs. Nothing waits while there is time: then serving is immediate. After a turn
// that was used up the process rests: one that never sleeps is made to wait by its system, and the loop with it.

/** Longest time of one turn, a share more at most. */
const TURN_us = 1000;
/** How long a flood has to wait after a turn that was used up. */
const REST_ms = 1;
/** Time is counted over several turns until it is worth asking for the next one: to ask costs as much as to serve. */
const SOON_us = 250;

export class Turns<T> {
  readonly #serve: (item: T, now_us: number) => boolean;
  readonly #now_us: () => number;
  readonly #waiting = new Set<T>();
  #spent_us = 0;
  #isScheduled = false;

  /** @param serve gives one its share; true when it wants another */
  constructor(now_us: () => number, serve: (item: T, now_us: number) => boolean) {
    this.#now_us = now_us;
    this.#serve = serve;
  }

  /** Serves it at once, or when those before it have been served. */
  want(item: T): void {
    if (this.#waiting.size > 0 || this.#spent_us >= TURN_us) this.#waiting.add(item);
    else this.#serveOne(item, this.#now_us());
    if (!this.#isScheduled && (this.#waiting.size > 0 || this.#spent_us >= SOON_us)) this.#schedule();
  }

  forget(item: T): void {
    this.#waiting.delete(item);
  }

  /** The time after it. */
  #serveOne(item: T, began_us: number): number {
    if (this.#serve(item, began_us)) this.#waiting.add(item);
    const now_us = this.#now_us();
    this.#spent_us += now_us - began_us;
    return now_us;
  }

  #run(): void {
    let now_us = this.#now_us();
    for (const item of this.#waiting) {
      if (this.#spent_us >= TURN_us) break;
      this.#waiting.delete(item);
      now_us = this.#serveOne(item, now_us);
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  /** In the next turn time is counted anew, and whoever waits goes on. */
  #schedule(): void {
    this.#isScheduled = true;
    const next = (): void => {
      this.#isScheduled = false;
      this.#spent_us = 0;
      if (this.#waiting.size > 0) this.#run();
    };
    if (this.#spent_us >= TURN_us) setTimeout(next, REST_ms);
    else setImmediate(next);
  }
}

// Who is served when many want it at once: in their order, a share each, and no more than a bound in one turn of the event loop,
// so that the device's timers have theirs. Nothing waits while there is room: then serving is immediate. After a turn that was
// used up the process rests: one that never sleeps is made to wait by its system, and the loop with it. What is counted are
// requests, some ten microseconds each, and not time: time also passes while the system lets others run.

/** Requests of one turn, a share more at most: about a millisecond. */
const TURN = 96;
/** How long a flood has to wait after a turn that was used up. */
const REST_ms = 1;
/** Requests are counted over several turns until it is worth asking for the next one: to ask costs as much as to serve. */
const SOON = 24;

export class Turns<T> {
  readonly #share: number;
  readonly #serve: (item: T) => number;
  readonly #waiting = new Set<T>();
  #served = 0;
  #isScheduled = false;

  /**
   * @param share most requests of one that are served before others have theirs
   * @param serve serves one up to its share; how many requests that were: a whole share means that there may be more
   */
  constructor(share: number, serve: (item: T) => number) {
    this.#share = share;
    this.#serve = serve;
  }

  /** Serves it at once, or when those before it have been served. */
  want(item: T): void {
    if (this.#waiting.size > 0 || this.#served >= TURN) this.#waiting.add(item);
    else this.#serveOne(item);
    if (!this.#isScheduled && (this.#waiting.size > 0 || this.#served >= SOON)) this.#schedule();
  }

  forget(item: T): void {
    this.#waiting.delete(item);
  }

  #serveOne(item: T): void {
    const served = this.#serve(item);
    if (served >= this.#share) this.#waiting.add(item);
    this.#served += served;
  }

  /** Those that wait, in their order; whoever wants more comes again behind the others. */
  #run(): void {
    for (const item of this.#waiting) {
      if (this.#served >= TURN) break;
      this.#waiting.delete(item);
      this.#serveOne(item);
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  /** In the next turn requests are counted anew, and whoever waits goes on: after a rest where this one is used up by then. */
  #schedule(): void {
    this.#isScheduled = true;
    if (this.#served >= TURN) setTimeout(() => this.#goOn(), REST_ms);
    else setImmediate(() => (this.#served >= TURN ? this.#schedule() : this.#goOn()));
  }

  #goOn(): void {
    this.#isScheduled = false;
    this.#served = 0;
    this.#run();
  }
}

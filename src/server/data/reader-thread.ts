// The thread that reads the data folder for the server, so that requests and streams never wait for a month of log. Answers are
// made in short steps: those that can be given at once pass by those that take long, and what nobody waits for is dropped.

import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { answerSteps, createDataCache, type DataName } from "../../monitor/data/answers.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { Input } from "../../monitor/schemas.ts";
import { type Broken, brokenOff } from "./broken-off.ts";
import { type FromReader, READER_THREAD, type ReadName, type ThreadStart, type ToReader } from "./data-messages.ts";
import { FolderSource } from "./folder-source.ts";

type Steps = Generator<undefined, Reply<unknown>>;
/** `isPatient`: it looks through all there is, and lets whatever else is asked go before. */
type Work = { readonly id: number; readonly steps: Steps; readonly isPatient: boolean };

/** The work of one turn, ms; then messages are looked at. */
const TURN_ms = 10;

class Reader {
  readonly #source: FolderSource;
  readonly #port: MessagePort;
  readonly #cache = createDataCache();
  /** Newest first: who moves about in a plot waits for the last thing asked. */
  #work: Work[] = [];
  #isTurning = false;

  constructor({ folder }: ThreadStart, port: MessagePort) {
    this.#source = new FolderSource(folder);
    this.#port = port;
    port.on("message", (message: ToReader) => this.#take(message));
  }

  #take(message: ToReader): void {
    if (message.kind === "drop") {
      this.#work = this.#work.filter(({ id }) => id !== message.id);
      return;
    }
    const { id, name, input, setup } = message;
    const isPatient = name === "logs" && (input as Input<"logs">).check === true;
    this.#work.unshift({ id, steps: this.#stepsOf(name, input, setup), isPatient });
    if (!this.#isTurning) setImmediate(() => this.#turn());
    this.#isTurning = true;
  }

  *#stepsOf(name: ReadName, input: unknown, setup: string): Steps {
    if (name === "revisions") return this.#source.revisions(input as never, setup);
    if (name === "revision") return this.#source.revision(input as never, setup);
    if (name === "copy") return this.#source.copy(input as never);
    return yield* answerSteps(this.#cache, this.#source.read(), name as DataName, input as never) as Steps;
  }

  /** A step of each, the newest first, until the turn is over. */
  #turn(): void {
    const until_ms = performance.now() + TURN_ms;
    while (this.#work.length > 0 && performance.now() < until_ms) for (const work of this.#next()) this.#step(work);
    this.#isTurning = this.#work.length > 0;
    if (this.#isTurning) setImmediate(() => this.#turn());
  }

  #next(): readonly Work[] {
    const hurried = this.#work.filter(({ isPatient }) => !isPatient);
    return hurried.length > 0 ? hurried : [...this.#work];
  }

  #step(work: Work): void {
    const came = stepped(work.steps);
    if (came === undefined) return;
    this.#work = this.#work.filter((other) => other !== work);
    this.#port.postMessage({ id: work.id, ...came } satisfies FromReader);
  }
}

/** The reply once it is there. */
function stepped(steps: Steps): Broken | undefined {
  try {
    const { done, value } = steps.next();
    return done === true ? { reply: value } : undefined;
  } catch (error) {
    return brokenOff(error);
  }
}

const start = workerData as ThreadStart | null;
if (start?.thread === READER_THREAD && parentPort !== null) new Reader(start, parentPort);

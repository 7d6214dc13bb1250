// Runs work that comes in steps without keeping its thread busy: a few milliseconds at a time, and in between whatever else is due.

/** Calls back soon, after what is due already. */
export type Later = (act: () => void) => void;

const TURN_ms = 8;

/** Runs to the end, or until it is not wanted any more. */
export function runSteps<T>(
  steps: Generator<undefined, T>,
  later: Later,
  now_ms: () => number,
  done: (result: T) => void,
  isWanted: () => boolean = () => true,
): void {
  const turn = (): void => {
    const until_ms = now_ms() + TURN_ms;
    do {
      if (!isWanted()) return;
      const { done: isDone, value } = steps.next();
      if (isDone === true) {
        done(value);
        return;
      }
    } while (now_ms() < until_ms);
    later(turn);
  };
  turn();
}

/** A worker's own way to call back soon: timers wait four milliseconds, messages do not. */
export function createLater(): Later {
  const { port1, port2 } = new MessageChannel();
  const acts: (() => void)[] = [];
  port1.onmessage = () => acts.shift()?.();
  return (act) => {
    acts.push(act);
    port2.postMessage(0);
  };
}

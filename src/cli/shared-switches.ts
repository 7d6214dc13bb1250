// How the thread that plays the recorded device tells the one that plays the altered one, while both run, which contactors
// were closed: in shared memory, block by block. The altered device never runs ahead of what it must know.

import { BIT, type Switches } from "../replay/commands.ts";
import { UsageError } from "./usage-error.ts";

const CONTACTORS = BIT.charge | BIT.discharge | BIT.precharge | BIT.common | BIT.main;
/** More switchings than any contactor lives. */
const MOST = 400_000;
const HEAD = 2;
/** A thread that tells nothing for so long has died. */
const PATIENCE_ms = 60_000;

/** Numbers: log time up to which all is told, count of changes (infinite: more than fit), then time and word of each. */
export type SharedSwitches = { readonly signal: SharedArrayBuffer; readonly numbers: SharedArrayBuffer };

export const createSharedSwitches = (most = MOST): SharedSwitches => ({
  signal: new SharedArrayBuffer(4),
  numbers: new SharedArrayBuffer((HEAD + 2 * most) * 8),
});

/** The telling side. Call after each block, and with Infinity at the end. */
export function createTeller(shared: SharedSwitches): (switches: Switches, wall_us: number) => void {
  const signal = new Int32Array(shared.signal);
  const numbers = new Float64Array(shared.numbers);
  const most = (numbers.length - HEAD) / 2;
  let [next, count, before] = [0, 0, -1];
  return (switches, wall_us) => {
    for (; next < switches.time_us.length; next++) {
      const word = switches.word[next]! & CONTACTORS;
      if (word === before) continue;
      before = word;
      if (count < most) {
        numbers[HEAD + 2 * count] = switches.time_us[next]!;
        numbers[HEAD + 2 * count + 1] = word;
      }
      count++;
    }
    numbers[1] = count > most ? Number.POSITIVE_INFINITY : count;
    numbers[0] = wall_us;
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
}

/**
 * The listening side: changes of the contactors' commands, and what waits until all are known up to a log time.
 * @param patience_ms `waitFor` throws UsageError when nothing was told for so long, and when more was switched than fits
 */
export function createListener(
  shared: SharedSwitches,
  patience_ms = PATIENCE_ms,
): { readonly switches: Switches; readonly waitFor: (wall_us: number) => void } {
  const signal = new Int32Array(shared.signal);
  const numbers = new Float64Array(shared.numbers);
  const switches: Switches = { time_us: [], word: [], cells: [] };
  const waitFor = (wall_us: number): void => {
    for (;;) {
      const seen = Atomics.load(signal, 0);
      if (numbers[0]! >= wall_us) break;
      if (Atomics.wait(signal, 0, seen, patience_ms) === "timed-out") throw silent(patience_ms);
    }
    if (numbers[1] === Number.POSITIVE_INFINITY) throw tooMany();
    for (let i = switches.time_us.length; i < numbers[1]!; i++) {
      switches.time_us.push(numbers[HEAD + 2 * i]!);
      switches.word.push(numbers[HEAD + 2 * i + 1]!);
    }
  };
  return { switches, waitFor };
}

const silent = (patience_ms: number): UsageError =>
  new UsageError(`the thread that replays the device as it was has said nothing for ${patience_ms / 1000} s`);

const tooMany = (): UsageError =>
  new UsageError(
    "the recording switches contactors more often than can be kept in mind: choose less with --from and --to",
  );

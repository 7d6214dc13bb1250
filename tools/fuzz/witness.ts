// A process that does nothing but wake when a tick of a device would be due, with the device's priority: how often it is woken a whole
// tick late, the machine was somewhere else. What a device overruns beyond that is its own.

import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";

export type Witness = {
  /** Times so far that it was woken a tick late or more. */
  readonly late: () => number;
  readonly end: () => void;
};

/** @throws nothing: where the system allows no priority, the device beside it has none either */
export function startWitness(): Witness {
  const child: ChildProcess = fork(new URL("witness-process.ts", import.meta.url).pathname, { stdio: "ignore" });
  let late = 0;
  child.on("message", (count) => (late = Number(count)));
  try {
    setPriority(child.pid!, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // shares like the device
  }
  return { late: () => late, end: () => void child.kill("SIGKILL") };
}

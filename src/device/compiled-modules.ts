// Threads find the modules that this one has compiled, where they have been written down: less memory and time than from
// the sources. Writing takes tens of milliseconds and holds up who asks, so it is done once for each kind of thread, at the
// start of the process; a thread that is started again from inside a tick does without.

import { flushCompileCache } from "node:module";

const written = new Set<string>();

/** Writes down what is compiled by now, at the first call for a kind of thread. */
export function shareCompiled(thread: string, write: () => void = flushCompileCache): void {
  if (written.has(thread)) return;
  written.add(thread);
  write();
}

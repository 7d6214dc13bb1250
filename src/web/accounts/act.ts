// One thing that is asked of the server at a time: whether it is under way, and what was wrong with it. Where the session has ended
// meanwhile, the page learns it and shows the way in.

import { createSignal } from "solid-js";
import { ProblemError } from "../link/link.ts";
import { type Monitor, useMonitor } from "../state/monitor.ts";

export type Act = ReturnType<typeof createAct>;

export function createAct() {
  const monitor = useMonitor();
  const [problem, setProblem] = createSignal("");
  const [isBusy, setBusy] = createSignal(false);
  /** What went wrong, or undefined. */
  const run = async (work: () => Promise<unknown>): Promise<string | undefined> => {
    setProblem("");
    setBusy(true);
    try {
      await work();
      return undefined;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.kind === "notLoggedIn") await whoAmI(monitor);
      return setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return { problem, isBusy, run };
}

/** Asks anew who is logged in: a change of one's own account ends the session. */
export async function whoAmI(monitor: Monitor): Promise<void> {
  monitor.setSession(await monitor.ask("session", {}));
}

/** A panel says when what it shows has come, or will not. */
export type Told = { readonly known: () => void };

export const wordOf = (fields: FormData, name: string): string => String(fields.get(name) ?? "");

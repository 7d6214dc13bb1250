// Which signals the page looks at, for links on which not everything can be told at once: a name that is new is told at once, one
// that nobody reads any more is forgotten at the next beat.

import type { Link } from "../link/link.ts";

export type Attention = {
  /** A signal is read. */
  readonly note: (name: string) => void;
  /** Called again and again: forgets what was not read since the last call. */
  readonly beat: () => void;
};

const NOBODY: Attention = { note: () => {}, beat: () => {} };

export function createAttention(link: Pick<Link, "attend">): Attention {
  if (link.attend === undefined) return NOBODY;
  const attend = (names: ReadonlySet<string>): void => link.attend!(names);
  let told = new Set<string>();
  let read = new Set<string>();
  let isDue = false;
  const tell = (): void => {
    isDue = false;
    attend(told);
  };
  return {
    note: (name) => {
      read.add(name);
      if (told.has(name)) return;
      told.add(name);
      if (!isDue) queueMicrotask(tell);
      isDue = true;
    },
    beat: () => {
      if (read.size === 0) return; // nothing has come, so nothing was read
      told = read;
      read = new Set();
      attend(told);
    },
  };
}

// Which time the history shows, whether it moves on with the device, and the way back through the times shown before.

import { createSignal } from "solid-js";
import type { View } from "./view.ts";

const MOST_BACK = 50;

export function createPlace() {
  const [view, setView] = createSignal<View>();
  const [follows, setFollows] = createSignal(false);
  const before: View[] = [];
  let isChosen = false;
  /** Whoever chooses what is shown keeps it: following ends. */
  const choose = (next: View): void => {
    isChosen = true;
    setFollows(false);
    setView(next);
  };
  return {
    ...{ view, setView, follows, setFollows },
    /** Of another past nothing is chosen yet, and there is no way back. */
    begin: (): void => {
      isChosen = false;
      before.length = 0;
    },
    /** What somebody has chosen since then: no answer that comes later takes it away again. */
    chosen: (): View | undefined => (isChosen ? view() : undefined),
    change: (next: View): void => {
      const now = view();
      const isSame = now?.from_us === next.from_us && now.to_us === next.to_us;
      if (now !== undefined && !isSame) before.push(now);
      if (before.length > MOST_BACK) before.shift();
      choose(next);
    },
    back: (): void => void (before.length > 0 && choose(before.pop()!)),
  };
}

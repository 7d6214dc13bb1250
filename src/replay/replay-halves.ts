// A recording replayed in two parts at the same time, as one result. The first part ends with the comparison of the start
// at which the second one begins, so that together they say what one replay of all says.

import type { Replayed } from "./replay.ts";

/** @param second what was played from the start with which `first` ended; of no account where `first` is different */
export function joinReplays(first: Replayed, second: Replayed): Replayed {
  if (first.firstDifference !== undefined) return first;
  const ticks = first.ticks + second.ticks;
  const { firstDifference } = second;
  return {
    identical: firstDifference === undefined && ticks > 0,
    seconds: (Math.round(first.seconds * 1e6) + Math.round(second.seconds * 1e6)) / 1e6,
    ticks,
    ...(firstDifference === undefined ? {} : { firstDifference }),
    gaps: first.gaps + second.gaps,
    unused: first.unused + second.unused,
    reasons: [...new Set([...first.reasons, ...second.reasons])],
  };
}

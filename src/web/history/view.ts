// The stretch of time that a plot shows: zoomed about a place, moved, never shorter than a tick nor longer than a life.

/** Microseconds since 1970. */
export type View = { readonly from_us: number; readonly to_us: number };

/** A tick: between two of them nothing is measured. */
const SHORTEST_us = 10_000;
/** Beyond it microseconds are no whole numbers any more. */
const LAST_us = 9e15;
const LONGEST_us = 40 * 365.25 * 86_400e6;

export const lengthOf = ({ from_us, to_us }: View): number => to_us - from_us;
export const middleOf = ({ from_us, to_us }: View): number => (from_us + to_us) / 2;
/** Whether they have any time in common. */
export const meets = (one: View, other: View): boolean => one.from_us < other.to_us && other.from_us < one.to_us;

/** Whole microseconds, in order, not too short and not too long; the middle stays. */
export function viewOf(from_us: number, to_us: number): View {
  const [first_us, last_us] = from_us <= to_us ? [from_us, to_us] : [to_us, from_us];
  const length_us = Math.min(LONGEST_us, Math.max(SHORTEST_us, last_us - first_us));
  const begin_us = Math.max(0, Math.round((first_us + last_us - length_us) / 2));
  return { from_us: begin_us, to_us: Math.round(begin_us + length_us) };
}

/** So many times as long (under 1: closer), with what is at `at_us` staying where it is. */
export function zoomed(view: View, at_us: number, factor: number): View {
  const length_us = Math.min(LONGEST_us, Math.max(SHORTEST_us, lengthOf(view) * factor));
  const part = (at_us - view.from_us) / lengthOf(view);
  const from_us = Math.max(0, at_us - part * length_us);
  return viewOf(from_us, from_us + length_us);
}

/** Moved by a part of its length: over 0 towards later. */
export function moved({ from_us, to_us }: View, part: number): View {
  const by_us = Math.min(LAST_us - to_us, Math.max(-from_us, part * (to_us - from_us)));
  return { from_us: Math.round(from_us + by_us), to_us: Math.round(to_us + by_us) };
}

/** What is read for a view: with half of it on either side, so that whoever moves sees something at once. */
export const readFor = (view: View): View => ({
  from_us: Math.max(0, Math.round(view.from_us - lengthOf(view) / 2)),
  to_us: Math.round(view.to_us + lengthOf(view) / 2),
});

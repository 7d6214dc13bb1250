// Two saved states (core/saved-state.ts) compared number by number, by the names of their entries.

import { decode } from "../core/saved-state.ts";

export type OddEntry = { readonly name: string; readonly ours: number; readonly theirs: number };

/**
 * The first number that differs in any bit, with its element counted from 0 where its entry has several; undefined when
 * there is none. An entry that only one of them has is no difference of numbers and is passed over.
 */
export function firstOddEntry(ours: Uint8Array, theirs: Uint8Array): OddEntry | undefined {
  const [left, right] = [decode(ours), decode(theirs)];
  if (!left.ok || !right.ok) return undefined;
  for (const [name, values] of left.entries) {
    const others = right.entries.get(name);
    if (others === undefined) continue;
    const at = values.findIndex((value, i) => !Object.is(value, others[i]));
    if (at < 0) continue;
    return { name: values.length > 1 ? `${name}.${at}` : name, ours: values[at], theirs: others[at] };
  }
  return undefined;
}

// Times spent in classes of temperature and charge, for the battery record (battery-record.ts).

import type { TimeClass } from "./record-entry.ts";

/**
 * Each class with its borders; the first and the last are open.
 * @param word a border as people write it
 */
export function classes(
  times_s: readonly number[],
  borders: readonly number[],
  word: (border: number) => string,
): readonly TimeClass[] {
  return times_s.map((time_s, i) => {
    const from = borders[i - 1] ?? null;
    const to = borders[i] ?? null;
    return { class: className(from, to, word), from, to, time_s };
  });
}

function className(from: number | null, to: number | null, word: (border: number) => string): string {
  if (from === null) return to === null ? "all" : `below ${word(to)}`;
  return to === null ? `from ${word(from)}` : `${word(from)} to ${word(to)}`;
}

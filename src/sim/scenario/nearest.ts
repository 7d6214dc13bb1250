// Helps a person who mistyped a name: the known name that takes the fewest changes.

/** The nearest of some names, or undefined when none is near (more than a third of its letters differ). */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(2, Math.ceil(best.length / 3)) ? best : undefined;
}

/** "; did you mean X?", or what is known when the list is short, or nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return known.length <= 16 ? `; known: ${known.join(", ")}` : "";
}

/** Letters to insert, delete, replace or exchange with their neighbour to turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let k = 1; k <= to.length; k++) {
      const replaced = row[k - 1] + (from[i - 1] === to[k - 1] ? 0 : 1);
      const exchanged = i > 1 && k > 1 && from[i - 1] === to[k - 2] && from[i - 2] === to[k - 1];
      const swapped = exchanged ? before[k - 2] + 1 : replaced;
      next.push(Math.min(replaced, swapped, row[k] + 1, next[k - 1] + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length];
}

// The middle one of the cells (median): the yard-stick of differences, as one bad cell does not make the others look good.

/** Median of the first `cells` values, sorted by insertion into `sorted`. */
export function middleOf(sorted: Float64Array, values: Float64Array, cells: number): number {
  for (let cell = 0; cell < cells; cell++) {
    let at = cell;
    for (; at > 0 && sorted[at - 1] > values[cell]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = values[cell];
  }
  const half = cells >> 1;
  return cells % 2 === 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

/** Makes values into differences from their median. */
export function takeMiddleOff(sorted: Float64Array, values: Float64Array, cells: number): void {
  const middle = middleOf(sorted, values, cells);
  for (let cell = 0; cell < cells; cell++) values[cell] -= middle;
}

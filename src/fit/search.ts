// Search for one number at a time: steps in its logarithm that shrink, as long as the error falls. The error is smooth and
// the numbers hardly push each other, so a few rounds over all of them find the bottom.

/** @returns the best value between the bounds and its error */
export function searchOne(
  from: number,
  low: number,
  high: number,
  factor: number,
  errorOf: (value: number) => number,
): { readonly value: number; readonly error: number } {
  let best = { value: from, error: errorOf(from) };
  for (let step = factor; step > 1.03; step = Math.sqrt(step)) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const value of [best.value * step, best.value / step]) {
        if (value < low || value > high) continue;
        const error = errorOf(value);
        if (error >= best.error * (1 - 1e-5)) continue;
        best = { value, error };
        moved = true;
        break;
      }
    }
  }
  return best;
}

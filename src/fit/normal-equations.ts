// Least squares for rows that touch few unknowns: the normal equations are summed up row by row and solved by Cholesky's
// factors. Penalties are rows like any other.

export type NormalEquations = {
  readonly size: number;
  /** Lower triangle by rows. */
  readonly matrix: Float64Array;
  readonly right: Float64Array;
};

export const createEquations = (size: number): NormalEquations => ({
  size,
  matrix: new Float64Array(size * size),
  right: new Float64Array(size),
});

/** Adds weight * (sum of factors * unknowns - value)^2. `count` entries of both lists count. */
export function addRow(
  { size, matrix, right }: NormalEquations,
  at: Int32Array,
  factors: Float64Array,
  count: number,
  value: number,
  weight: number,
): void {
  for (let a = 0; a < count; a++) {
    const scaled = weight * factors[a];
    if (scaled === 0) continue;
    right[at[a]] += scaled * value;
    for (let b = 0; b < count; b++) {
      if (at[b] <= at[a]) matrix[at[a] * size + at[b]] += scaled * factors[b];
    }
  }
}

/** The unknowns. Unknowns nothing speaks of come out as 0. */
export function solve({ size, matrix, right }: NormalEquations): Float64Array {
  const factor = matrix.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = factor[row * size + column];
      for (let k = 0; k < column; k++) sum -= factor[row * size + k] * factor[column * size + k];
      if (row === column) factor[row * size + row] = sum > 1e-12 ? Math.sqrt(sum) : 1e12;
      else factor[row * size + column] = sum / factor[column * size + column];
    }
  }
  const found = right.slice();
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) found[row] -= factor[row * size + k] * found[k];
    found[row] /= factor[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) found[row] -= factor[k * size + row] * found[k];
    found[row] /= factor[row * size + row];
  }
  return found;
}

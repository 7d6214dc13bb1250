// Inverse of a symmetric matrix of three rows, for the least-squares fits of this stage. A matrix is six numbers: the upper triangle
// row by row, [00, 01, 02, 11, 12, 22].

export type Symmetric = Float64Array;

/** Writes the inverse of a positive definite matrix into `inverse`, by cofactors. */
export function invert(matrix: Symmetric, inverse: Symmetric): void {
  const a = matrix[0];
  const b = matrix[1];
  const c = matrix[2];
  const d = matrix[3];
  const e = matrix[4];
  const f = matrix[5];
  const aa = d * f - e * e;
  const bb = c * e - b * f;
  const cc = b * e - c * d;
  const scale = 1 / (a * aa + b * bb + c * cc);
  inverse[0] = aa * scale;
  inverse[1] = bb * scale;
  inverse[2] = cc * scale;
  inverse[3] = (a * f - c * c) * scale;
  inverse[4] = (b * c - a * e) * scale;
  inverse[5] = (a * d - b * b) * scale;
}

// exp and ln from the four exact operations only. The language leaves Math.exp and Math.log approximate, so two
// engines may differ in the last bit; the core must give the same bits everywhere, or a replay is no replay.

const LN2_HIGH = 0.6931471803691238; // ln 2 split so that k * LN2_HIGH is exact for small k (as in fdlibm)
const LN2_LOW = 1.9082149292705877e-10;

/** e to the power x; 0 below -700, clamped at 700. Relative error below 1e-14. */
export function exp(x: number): number {
  if (x < -700) return 0;
  const bounded = x > 700 ? 700 : x;
  const k = Math.round(bounded / (LN2_HIGH + LN2_LOW));
  const r = bounded - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * r) / n; // Horner form of the Taylor series, |r| <= 0.35
  return scale(sum, k);
}

/** Natural logarithm of x > 0. Relative error below 1e-14. */
export function ln(x: number): number {
  let k = 0;
  let m = x;
  while (m > 1.4142135623730951) {
    m /= 2;
    k++;
  }
  while (m < 0.7071067811865476) {
    m *= 2;
    k--;
  }
  const s = (m - 1) / (m + 1); // ln m = 2 artanh s, |s| <= 0.172
  const square = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * sum);
}

function scale(value: number, k: number): number {
  let result = value;
  const step = k < 0 ? 0.5 : 2;
  for (let i = k < 0 ? -k : k; i > 0; i--) result *= step;
  return result;
}

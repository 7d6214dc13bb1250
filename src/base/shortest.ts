// The decimal a person meant by a single-precision number.

/** The shortest decimal that is this single-precision number: 3.65, not 3.6500000953674316. */
export function shortest(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return Number(value.toPrecision(9));
}

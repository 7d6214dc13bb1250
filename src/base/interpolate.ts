// Linear interpolation in tables with ascending axes, clamped to the ends. No allocation.

/** Index i with axis[i] <= x < axis[i + 1], kept inside 0..length-2. */
export function segment(axis: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = axis.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (axis[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Position of x inside a segment, 0..1, clamped. */
export function fraction(axis: ArrayLike<number>, index: number, x: number): number {
  const from = axis[index]!;
  const part = (x - from) / (axis[index + 1]! - from);
  return part < 0 ? 0 : part > 1 ? 1 : part;
}

/** y at x on a curve of at least one point; the ends hold outside the axis. */
export function interpolate(axis: ArrayLike<number>, values: ArrayLike<number>, x: number): number {
  if (axis.length < 2) return values[0]!;
  const index = segment(axis, x);
  const part = fraction(axis, index, x);
  return values[index]! * (1 - part) + values[index + 1]! * part;
}

/** z at (x, y) on a grid stored row by row: values[row * columns + column], row along y, column along x. */
export function interpolateGrid(
  columns: ArrayLike<number>,
  rows: ArrayLike<number>,
  values: ArrayLike<number>,
  x: number,
  y: number,
): number {
  const width = columns.length;
  const column = width < 2 ? 0 : segment(columns, x);
  const row = rows.length < 2 ? 0 : segment(rows, y);
  const right = width < 2 ? 0 : 1;
  const below = rows.length < 2 ? 0 : width;
  const partX = width < 2 ? 0 : fraction(columns, column, x);
  const partY = rows.length < 2 ? 0 : fraction(rows, row, y);
  const at = row * width + column;
  const upper = values[at]! * (1 - partX) + values[at + right]! * partX;
  const lower = values[at + below]! * (1 - partX) + values[at + below + right]! * partX;
  return upper * (1 - partY) + lower * partY;
}

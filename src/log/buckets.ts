// Values by time gathered into so many stretches, of each its least and largest: what a chart draws, however many values there are.

/** Points in order of time: the middle of each stretch that has values, its least and its largest value. */
export type Decimated = { readonly time_us: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

export type Buckets = {
  readonly from_us: number;
  readonly to_us: number;
  readonly width_us: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
};

/** Stretches from `from_us` to before `to_us`, microseconds. */
export function createBuckets(from_us: number, to_us: number, points: number): Buckets {
  const width_us = Math.max(1, (to_us - from_us) / points);
  return {
    from_us,
    to_us,
    width_us,
    min: new Float64Array(points).fill(Number.NaN),
    max: new Float64Array(points).fill(Number.NaN),
  };
}

/** Takes the least and the largest value at a time; NaN is none, and what is outside is left out. */
export function addAt(buckets: Buckets, time_us: number, least: number, most: number): void {
  const { from_us, to_us, width_us, min } = buckets;
  if (time_us < from_us || time_us >= to_us || Number.isNaN(least)) return;
  take(buckets, Math.min(min.length - 1, Math.floor((time_us - from_us) / width_us)), least, most);
}

/** Takes the extremes of a time from first to last: at its middle where it is shorter than a stretch, else all along. */
export function addAlong(buckets: Buckets, first_us: number, last_us: number, least: number, most: number): void {
  const { from_us, to_us, width_us, min } = buckets;
  if (last_us - first_us <= width_us) {
    addAt(buckets, (first_us + last_us) / 2, least, most);
    return;
  }
  if (last_us < from_us || first_us >= to_us || Number.isNaN(least)) return;
  const first = Math.max(0, Math.floor((first_us - from_us) / width_us));
  const last = Math.min(min.length - 1, Math.floor((last_us - from_us) / width_us));
  for (let at = first; at <= last; at++) take(buckets, at, least, most);
}

function take({ min, max }: Buckets, at: number, least: number, most: number): void {
  if (!(min[at]! <= least)) min[at] = least;
  if (!(max[at]! >= most)) max[at] = most;
}

export function pointsOf({ from_us, width_us, min, max }: Buckets): Decimated {
  const full = [...min.keys()].filter((at) => !Number.isNaN(min[at]!));
  return {
    time_us: Float64Array.from(full, (at) => Math.round(from_us + (at + 0.5) * width_us)),
    min: Float64Array.from(full, (at) => min[at]!),
    max: Float64Array.from(full, (at) => max[at]!),
  };
}

// Values by time gathered into so many stretches, of each its least and largest: what a chart draws, however many values there are.

/** Points in order of time: the middle of each stretch that has values, its least and its largest value; neighbours at their own time. */
export type Decimated = { readonly time_us: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

export type Buckets = {
  readonly from_us: number;
  readonly to_us: number;
  readonly width_us: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** What lies next to the time on either side, believed or not, at most so far away: a line through it reaches the edges. */
  readonly reach_us: number;
  readonly before: Neighbour;
  readonly after: Neighbour;
};

/** NaN where there is none. */
type Neighbour = { time_us: number; min: number; max: number };

const noNeighbour = (): Neighbour => ({ time_us: Number.NaN, min: Number.NaN, max: Number.NaN });

/** Stretches from `from_us` to before `to_us`, microseconds; neighbours no further than `reach_us` from it, 0 for none. */
export function createBuckets(from_us: number, to_us: number, points: number, reach_us = 0): Buckets {
  const width_us = Math.max(1, (to_us - from_us) / points);
  return {
    from_us,
    to_us,
    width_us,
    min: new Float64Array(points).fill(Number.NaN),
    max: new Float64Array(points).fill(Number.NaN),
    reach_us,
    before: noNeighbour(),
    after: noNeighbour(),
  };
}

/** Takes the least and the largest value at a time; NaN is none, and what is outside is left out, but for the nearest there. */
export function addAt(buckets: Buckets, time_us: number, least: number, most: number): void {
  const { from_us, to_us, width_us, min } = buckets;
  if (time_us < from_us || time_us >= to_us) takeOutside(buckets, time_us, least, most);
  else if (!Number.isNaN(least))
    take(buckets, Math.min(min.length - 1, Math.floor((time_us - from_us) / width_us)), least, most);
}

/** The nearest on either side hides those behind it, also where it is not believed: no line is drawn through what is not there. */
function takeOutside(
  { from_us, to_us, reach_us, before, after }: Buckets,
  time_us: number,
  min: number,
  max: number,
): void {
  const isBefore = time_us < from_us;
  const side = isBefore ? before : after;
  const isFar = isBefore ? time_us < from_us - reach_us : time_us >= to_us + reach_us;
  if (isFar || (isBefore ? time_us < side.time_us : time_us > side.time_us)) return;
  Object.assign(side, { time_us, min, max });
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

export function pointsOf({ from_us, width_us, min, max, before, after }: Buckets): Decimated {
  const full = [...min.keys()].filter((at) => !Number.isNaN(min[at]!));
  const [first, last] = [before, after].map((side) => (Number.isNaN(side.min) ? [] : [side]));
  const withNeighbours = (of: keyof Neighbour, own: (at: number) => number): Float64Array =>
    Float64Array.from([...first!.map((side) => side[of]), ...full.map(own), ...last!.map((side) => side[of])]);
  return {
    time_us: withNeighbours("time_us", (at) => Math.round(from_us + (at + 0.5) * width_us)),
    min: withNeighbours("min", (at) => min[at]!),
    max: withNeighbours("max", (at) => max[at]!),
  };
}

// How far a track of states of charge was from the truth, in the figures published work uses, over equally weighted samples.

/** State of charge after each sample, with its 95 % half-width; NaN: none stated. */
export type Track = { readonly soc: Float64Array; readonly bound: Float64Array };

export type Figures = {
  /** Root mean square, mean and, from the tenth minute on, largest error; null where nothing was estimated. */
  readonly rmse: number | null;
  readonly mae: number | null;
  readonly max10: number | null;
  /** Mean signed error: estimate minus truth. */
  readonly bias: number | null;
  /** Share of samples whose error was within the stated bound, and that bound's mean; null where none is stated. */
  readonly inside: number | null;
  readonly halfWidth: number | null;
  /** Time from which the error stayed under 5 and 3 %; null: it did not. */
  readonly settle5_s: number | null;
  readonly settle3_s: number | null;
  readonly samples: number;
  /** Root mean square error in each tenth of the true state of charge, from empty on; null where no sample was. */
  readonly bySoc: readonly (number | null)[];
};

const TENTHS = 10;

/** "Maximum after 10 min", as published figures count it. */
const LEARNED_s = 600;

/** @param time_s of each sample; counted from the first */
export function tally(track: Track, truth: Float64Array, time_s: Float64Array): Figures {
  const sum = { square: 0, size: 0, signed: 0, largest: -1, samples: 0, inside: 0, bounds: 0, width: 0 };
  const squares = new Float64Array(TENTHS);
  const counts = new Float64Array(TENTHS);
  const end_s = time_s[time_s.length - 1] - time_s[0];
  let beyond5_s = -1,
    beyond3_s = -1;
  for (let i = 0; i < truth.length; i++) {
    const error = track.soc[i] - truth[i];
    const size = Math.abs(error);
    const at_s = time_s[i] - time_s[0];
    if (!(size <= 0.05)) beyond5_s = at_s;
    if (!(size <= 0.03)) beyond3_s = at_s;
    if (Number.isNaN(error)) continue;
    sum.samples++;
    sum.square += error * error;
    sum.size += size;
    const tenth = truth[i] <= 0 ? 0 : truth[i] >= 1 ? TENTHS - 1 : Math.floor(truth[i] * TENTHS);
    squares[tenth] += error * error;
    counts[tenth]++;
    sum.signed += error;
    if (at_s > LEARNED_s && size > sum.largest) sum.largest = size;
    if (Number.isNaN(track.bound[i])) continue;
    sum.bounds++;
    sum.width += track.bound[i];
    if (size <= track.bound[i]) sum.inside++;
  }
  const mean = (total: number, count: number): number | null => (count > 0 ? total / count : null);
  const settled = (beyond_s: number): number | null => (beyond_s >= end_s ? null : beyond_s < 0 ? 0 : beyond_s);
  return {
    rmse: sum.samples > 0 ? Math.sqrt(sum.square / sum.samples) : null,
    mae: mean(sum.size, sum.samples),
    max10: sum.largest < 0 ? null : sum.largest,
    bias: mean(sum.signed, sum.samples),
    inside: mean(sum.inside, sum.bounds),
    halfWidth: mean(sum.width, sum.bounds),
    settle5_s: settled(beyond5_s),
    settle3_s: settled(beyond3_s),
    samples: sum.samples,
    bySoc: Array.from(counts, (count, i) => (count > 0 ? Math.sqrt(squares[i] / count) : null)),
  };
}

/** The figures of several recordings together: samples weigh alike, the worst maximum and settling time count. */
export function together(parts: readonly Figures[]): Figures {
  const samples = parts.reduce((sum, part) => sum + part.samples, 0);
  const weighted = (of: (part: Figures) => number | null): number | null => {
    let sum = 0,
      weight = 0;
    for (const part of parts) {
      const value = of(part);
      if (value === null) continue;
      sum += value * part.samples;
      weight += part.samples;
    }
    return weight > 0 ? sum / weight : null;
  };
  const square = weighted(({ rmse }) => (rmse === null ? null : rmse * rmse));
  const worst = (of: (part: Figures) => number | null): number | null =>
    parts.some((part) => of(part) === null) ? null : Math.max(...parts.map((part) => of(part) ?? 0));
  const known = parts.flatMap(({ max10 }) => (max10 === null ? [] : [max10]));
  return {
    rmse: square === null ? null : Math.sqrt(square),
    mae: weighted(({ mae }) => mae),
    max10: known.length > 0 ? Math.max(...known) : null,
    bias: weighted(({ bias }) => bias),
    inside: weighted(({ inside }) => inside),
    halfWidth: weighted(({ halfWidth }) => halfWidth),
    settle5_s: worst(({ settle5_s }) => settle5_s),
    settle3_s: worst(({ settle3_s }) => settle3_s),
    samples,
    bySoc: Array.from({ length: TENTHS }, (_, i) => {
      const here = parts.flatMap((part) => part.bySoc[i] ?? []);
      return here.length === 0 ? null : Math.sqrt(here.reduce((sum, value) => sum + value * value, 0) / here.length);
    }),
  };
}

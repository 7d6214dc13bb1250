// The picture of a what-if: both devices over the same inputs. Solid is what was recorded, dashed what would have been; the
// stretch in which that is a guess is shaded.

import type { Settings } from "../model/settings.ts";
import { clock, type Line, type LinesPanel, type Panel, type Plot, type Shade } from "../sim/drawing/plot.ts";
import { durationText } from "../sim/scenario/duration.ts";
import type { Mark } from "../sim/scenario/trace.ts";
import { BIT, type Switches } from "./commands.ts";
import { type ComparedTrip, opensOther } from "./compared-trips.ts";
import type { Track } from "./track.ts";
import type { Samples } from "./track-samples.ts";
import type { WhatIf } from "./what-if.ts";

export const COLOR = {
  ink: "#243b53",
  blue: "#2b6cb0",
  orange: "#dd6b20",
  green: "#2f855a",
  red: "#d64545",
  grey: "#829ab1",
} as const;

const MOST_BINS = 1300;

/** @param result of the same two tracks */
export function whatIfPlot(baseline: Track, whatIf: Track, result: WhatIf): Plot {
  const length_s = Math.max(1e-3, (result.last_us - result.first_us) / 1e6);
  const bins = Math.max(1, Math.min(MOST_BINS, baseline.samples.time_us.length));
  const axis: Axis = { first_us: result.first_us, bin_us: (length_s * 1e6) / bins, bins };
  return {
    title: `What if ${titleOf(result)}`,
    subtitle: subtitleOf(result, length_s),
    bin_s: axis.bin_us / 1e6,
    bins,
    panels: [
      cellPanel(axis, baseline, whatIf),
      currentPanel(axis, baseline, whatIf),
      socPanel(axis, baseline.samples, whatIf.samples),
      switchPanel(axis, baseline, whatIf),
    ],
    marks: result.trips
      .filter(({ consequence }) => !consequence)
      .map((trip) => markOf(trip, result.first_us, length_s)),
    shades: shadesOf(result, length_s),
  };
}

function titleOf({ settings }: WhatIf): string {
  if (settings.length === 0) return "nothing had been set otherwise";
  const most = settings.slice(0, 2).reduce((sum, { name }) => sum + name.length, 0) > 60 ? 1 : 2;
  const shown = settings.slice(0, most).map(({ name, recorded, whatIf }) => {
    const values = typeof whatIf === "object" ? "another table" : `${recorded} → ${whatIf}`;
    return `${name.replace(/^protections\./, "")} ${values}`;
  });
  return `${shown.join(", ")}${settings.length > most ? ` and ${settings.length - most} more` : ""}`;
}

function subtitleOf({ trips, hard_us, first_us }: WhatIf, length_s: number): string {
  const own = trips.filter(({ consequence }) => !consequence);
  const indications = countWords(own.filter(({ level: severity }) => severity === "indication"));
  const trust =
    hard_us === Number.POSITIVE_INFINITY ? "to the end" : `until ${clock((hard_us - first_us) / 1e6, length_s)}`;
  return [
    `${durationText(length_s)} replayed`,
    `trips: ${countWords(own.filter(({ level: severity }) => severity === "error"))}`,
    ...(indications === NONE ? [] : [`indications: ${indications}`]),
    `to be trusted ${trust}`,
  ].join("; ");
}

const NONE = "none";

/** "1 appears, 2 move". */
function countWords(trips: readonly ComparedTrip[]): string {
  const told = (["appears", "vanishes", "moves", "stays"] as const).flatMap((kind) => {
    const count = trips.filter((trip) => trip.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? kind : kind.replace(/s$/, "").replace(/she$/, "sh")}`];
  });
  return told.length === 0 ? NONE : told.join(", ");
}

function shadesOf({ hard_us, first_us }: WhatIf, length_s: number): Shade[] {
  const from_s = (hard_us - first_us) / 1e6;
  if (!(from_s < length_s)) return [];
  return [{ from_s, to_s: length_s, label: "a guess: the inputs would have been others", color: COLOR.orange }];
}

function markOf(compared: ComparedTrip, first_us: number, length_s: number): Mark {
  const { kind, level, baseline, whatIf, trusted } = compared;
  const trip = kind === "vanishes" ? baseline! : whatIf!;
  const guess = trusted ? "" : " (a guess)";
  const from = kind === "moves" ? ` from ${clock((baseline!.at_us - first_us) / 1e6, length_s)}` : "";
  const moved = `${from}${opensOther(compared) ? " and opens otherwise" : ""}`;
  return {
    at_s: (trip.at_us - first_us) / 1e6,
    kind: level === "error" ? "trip" : "indication",
    text: `${kind}${moved}${guess}: ${trip.sentence}`,
  };
}

type Axis = { readonly first_us: number; readonly bin_us: number; readonly bins: number };
type Extremes = { readonly last: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

const binAt = ({ first_us, bin_us, bins }: Axis, time_us: number): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((time_us - first_us - 1) / bin_us)));

/** A column of samples in the bins of the picture; NaN where there is nothing. */
function binned(axis: Axis, time_us: readonly number[], least: readonly number[], most = least): Extremes {
  const empty = (): Float64Array => new Float64Array(axis.bins).fill(Number.NaN);
  const column = { last: empty(), min: empty(), max: empty() };
  for (let i = 0; i < time_us.length; i++) {
    const bin = binAt(axis, time_us[i]);
    column.last[bin] = most[i];
    if (!(column.min[bin] <= least[i])) column.min[bin] = least[i];
    if (!(column.max[bin] >= most[i])) column.max[bin] = most[i];
  }
  return column;
}

function line({ last, min, max }: Extremes, label: string, color: string, options: Partial<Line> = {}): Line {
  return { label, color, width: 1.3, dash: "", last, min, max, inLegend: true, ...options };
}

const single = (values: Float64Array): Extremes => ({ last: values, min: values, max: values });
const level = (axis: Axis, value: number): Extremes => single(new Float64Array(axis.bins).fill(value));
const negative = (values: readonly number[]): number[] => values.map((value) => -value);
const DASHED = { dash: "6 3", width: 1.5 } as const;

const freePanel = (title: string, unit: string, height: number): LinesPanel => ({
  kind: "lines",
  title,
  unit,
  height,
  from: Number.NaN,
  to: Number.NaN,
  percent: false,
  bands: [],
  lines: [],
});

function cellPanel(axis: Axis, baseline: Track, whatIf: Track): Panel {
  const { time_us, minCell_V, maxCell_V } = baseline.samples;
  const lowest = binned(axis, time_us, minCell_V);
  const highest = binned(axis, time_us, maxCell_V);
  return {
    ...freePanel("Cell voltages, and the limits they are judged by", "V", 210),
    bands: [{ label: "cells", color: COLOR.blue, low: lowest.min, high: highest.max }],
    lines: [
      line(single(highest.max), "highest cell", COLOR.blue),
      line(single(lowest.min), "lowest cell", COLOR.green),
      ...limitLines(axis, baseline.settings, whatIf.settings),
    ],
  };
}

/** Over- and undervoltage as recorded, and dashed where the what-if has another one. */
function limitLines(axis: Axis, recorded: Settings | undefined, whatIf: Settings | undefined): Line[] {
  if (recorded === undefined || whatIf === undefined) return [];
  return (["overvoltage", "undervoltage"] as const).flatMap((name, i) => {
    const before = recorded.protections[name].limit_V;
    const after = whatIf.protections[name].limit_V;
    const isFirst = i === 0;
    return [
      line(level(axis, before), "limits", COLOR.red, { width: 1, inLegend: isFirst }),
      ...(before === after ? [] : [line(level(axis, after), "what if", COLOR.orange, { ...DASHED, inLegend: true })]),
    ];
  });
}

function currentPanel(axis: Axis, { samples: a }: Track, { samples: b }: Track): Panel {
  const limit = (samples: Samples, which: "chargeLimit_A" | "dischargeLimit_A"): Extremes =>
    binned(axis, samples.time_us, which === "chargeLimit_A" ? samples[which] : negative(samples[which]));
  return {
    ...freePanel("Current (charging positive), and the limits given to partners", "A", 190),
    lines: [
      line(binned(axis, a.time_us, a.minCurrent_A, a.maxCurrent_A), "current", COLOR.blue, { width: 1.1 }),
      line(limit(a, "chargeLimit_A"), "limits", COLOR.red, { width: 1 }),
      line(limit(a, "dischargeLimit_A"), "", COLOR.red, { width: 1, inLegend: false }),
      line(limit(b, "chargeLimit_A"), "what if", COLOR.orange, DASHED),
      line(limit(b, "dischargeLimit_A"), "", COLOR.orange, { ...DASHED, inLegend: false }),
    ],
  };
}

function socPanel(axis: Axis, a: Samples, b: Samples): Panel {
  const bound = (samples: Samples, sign: number): Float64Array =>
    binned(
      axis,
      samples.time_us,
      samples.soc.map((soc, i) => Math.min(1, Math.max(0, soc + sign * samples.bound[i]))),
    ).last;
  return {
    ...freePanel("State of charge", "%", 170),
    percent: true,
    bands: [
      { label: "bound", color: COLOR.ink, low: bound(a, -1), high: bound(a, 1) },
      { label: "what if", color: COLOR.orange, low: bound(b, -1), high: bound(b, 1) },
    ],
    lines: [
      line(single(binned(axis, a.time_us, a.soc).last), "recorded", COLOR.ink, { width: 1.6 }),
      line(single(binned(axis, b.time_us, b.soc).last), "what if", COLOR.orange, DASHED),
    ],
  };
}

const ROWS = ["charge", "discharge", "precharge", "common", "main", "balancing", "heater", "cooler", "error"] as const;

/** Two rows for each that is ever on: as recorded, and as it would have been. */
function switchPanel(axis: Axis, baseline: Track, whatIf: Track): Panel {
  const used = ROWS.filter((name) =>
    [baseline, whatIf].some(({ switches }) => switches.word.some((word) => (word & BIT[name]) !== 0)),
  );
  return {
    kind: "strips",
    title: "Contactors and states: as recorded, and below each as it would have been",
    rows: used.flatMap((name) => [
      { label: name, color: name === "error" ? COLOR.red : COLOR.blue, on: onOf(axis, baseline, BIT[name]) },
      { label: "what if", color: COLOR.orange, on: onOf(axis, whatIf, BIT[name]) },
    ]),
  };
}

function onOf(axis: Axis, { switches, last_us }: Track, bit: number): Float64Array {
  const on = new Float64Array(axis.bins);
  const { time_us, word }: Switches = switches;
  for (let i = 0; i < time_us.length; i++) {
    if ((word[i] & bit) === 0) continue;
    const to = binAt(axis, time_us[i + 1] ?? last_us);
    for (let bin = binAt(axis, time_us[i]); bin <= to; bin++) on[bin] = 1;
  }
  return on;
}

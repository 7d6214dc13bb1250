// The picture of an explanation: the seconds around a trip or an opening in every tick, with the guilty quantity, its limits,
// the current, and what each contactor was told and did. Zero on the time axis is the trip.

import { CONTACTORS } from "../core/decide/decided.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import type { FaultRow } from "../model/rows.ts";
import type { Line, LinesPanel, Panel, Plot, Shade, StripsPanel } from "../sim/drawing/plot.ts";
import type { Mark } from "../sim/scenario/trace.ts";
import { modeWords } from "./explain-opening.ts";
import { amperes, elementWords } from "./explain-words.ts";
import { CONTACTOR_WORDS } from "./reasons.ts";
import { COLOR } from "./replay-plot.ts";
import type { Series } from "./series.ts";
import type { Story } from "./story.ts";
import type { Trip } from "./trips.ts";

export type Explained = {
  readonly headline: string;
  readonly when: string;
  readonly story: Story;
  readonly series: Series;
  /** Log time of the trip or opening. */
  readonly middle_us: number;
  readonly trip: Trip | undefined;
};

const MOST_BINS = 1500;

/** @param explained its series must have two ticks at least */
export function explainPlot(explained: Explained): Plot {
  const { series, middle_us, headline } = explained;
  const first_us = series.time_us[0];
  const length_us = series.time_us[series.time_us.length - 1] - first_us;
  const bins = Math.max(1, Math.min(MOST_BINS, series.time_us.length - 1));
  const axis: Axis = { first_us, bin_us: length_us / bins, bins };
  return {
    title: titleOf(explained),
    subtitle: headline.length > 150 ? `${headline.slice(0, 148)}…` : headline,
    bin_s: axis.bin_us / 1e6,
    bins,
    panels: [
      ...guiltyPanel(axis, explained),
      ...cellPanel(axis, explained),
      currentPanel(axis, series),
      stripsPanel(axis, explained),
    ],
    marks: marksOf(explained, first_us),
    shades: shadesOf(explained, first_us),
    origin_s: (first_us - middle_us) / 1e6,
  };
}

const titleOf = ({ trip, when, story, middle_us }: Explained): string => {
  const move = story.moves.find(({ decided_us, closes }) => decided_us === middle_us && !closes);
  const what =
    trip !== undefined
      ? FAULT_ROWS[trip.name].title
      : move === undefined
        ? "What happened"
        : `The ${CONTACTOR_WORDS[move.contactor]} opened`;
  return `${what}, ${when}`;
};

type Axis = { readonly first_us: number; readonly bin_us: number; readonly bins: number };
type Extremes = { readonly last: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

function binned({ first_us, bin_us, bins }: Axis, time_us: readonly number[], values: readonly number[]): Extremes {
  const empty = (): Float64Array => new Float64Array(bins).fill(Number.NaN);
  const column = { last: empty(), min: empty(), max: empty() };
  for (let i = 0; i < time_us.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((time_us[i] - first_us) / bin_us)));
    column.last[bin] = values[i];
    if (!(column.min[bin] <= values[i])) column.min[bin] = values[i];
    if (!(column.max[bin] >= values[i])) column.max[bin] = values[i];
  }
  return column;
}

const line = ({ last, min, max }: Extremes, label: string, color: string, options: Partial<Line> = {}): Line => ({
  ...{ label, color, width: 1.5, dash: "", last, min, max, inLegend: true },
  ...options,
});

function level(axis: Axis, value: number): Extremes {
  const values = new Float64Array(axis.bins).fill(value);
  return { last: values, min: values, max: values };
}

const linesPanel = (title: string, unit: string, height: number, lines: readonly Line[]): LinesPanel => ({
  ...{ kind: "lines", title, unit, height, from: Number.NaN, to: Number.NaN, percent: unit === "%", bands: [] },
  lines,
});

const isNumber = ({ limit, unit }: FaultRow): boolean => limit !== undefined && unit !== undefined && unit !== "none";
const isCell = ({ of }: FaultRow): boolean => /^measure\.(min|max)Cell_V$/.test(of);

const ruleOf = ({ story, trip }: Explained): Rule | undefined =>
  story.settings === undefined ? undefined : planProtect(story.settings).rules.find(({ name }) => name === trip?.name);

/** What tripped, with its limit and the value at which it clears; nothing where the protection judges a flag. */
function guiltyPanel(axis: Axis, explained: Explained): Panel[] {
  const { series, trip } = explained;
  const rule = ruleOf(explained);
  if (trip === undefined || rule === undefined || !isNumber(FAULT_ROWS[trip.name])) return [];
  const row = FAULT_ROWS[trip.name];
  const name = elementWords(row, trip.element);
  const unit = row.unit === "ratio" ? "%" : row.unit === "degC" ? "°C" : (row.unit ?? "");
  const title =
    isCell(row) || row.unit === "degC"
      ? `What tripped: ${name === "" ? row.title : name}`
      : `What tripped: ${row.title}`;
  const panel = linesPanel(title, unit, 220, [
    line(binned(axis, series.time_us, series.value), name === "" ? "value" : name, COLOR.blue, { width: 1.9 }),
    line(level(axis, rule.sign * rule.limit), "limit", COLOR.red, { width: 1.2 }),
    line(level(axis, rule.sign * rule.tolerant), "clears at", COLOR.orange, { width: 1.2, dash: "6 3" }),
  ]);
  if (!isCell(row)) return [panel];
  const low = binned(axis, series.time_us, series.minCell_V).last;
  const high = binned(axis, series.time_us, series.maxCell_V).last;
  return [{ ...panel, bands: [{ label: "all cells", color: COLOR.grey, low, high }] }];
}

/** Lowest and highest cell, where they are not shown above. */
function cellPanel(axis: Axis, { trip, series }: Explained): Panel[] {
  if (trip !== undefined && isCell(FAULT_ROWS[trip.name])) return [];
  return [
    linesPanel(`Cell voltages${wireCells(trip)}`, "V", 130, [
      line(binned(axis, series.time_us, series.maxCell_V), "highest cell", COLOR.blue),
      line(binned(axis, series.time_us, series.minCell_V), "lowest cell", COLOR.green),
    ]),
  ];
}

/** The cells that an open sense wire is between: Ck is the upper end of cell k and the lower end of the next. */
function wireCells(trip: Trip | undefined): string {
  if (trip === undefined || FAULT_ROWS[trip.name].elementName !== "wire" || trip.element < 0) return "";
  const { element } = trip;
  if (element === 0) return " (sense wire C0 is the lower end of cell 1)";
  return ` (sense wire C${element} is the upper end of cell ${element} and the lower end of the next)`;
}

function currentPanel(axis: Axis, series: Series): Panel {
  const discharge = series.dischargeLimit_A.map((limit_A) => -limit_A);
  return linesPanel("Current (charging positive), and the limits given to partners", "A", 160, [
    line(binned(axis, series.time_us, series.current_A), "current", COLOR.blue, { width: 1.6 }),
    line(binned(axis, series.time_us, series.chargeLimit_A), "limits", COLOR.grey, { width: 1.1, dash: "5 3" }),
    line(binned(axis, series.time_us, discharge), "", COLOR.grey, { width: 1.1, dash: "5 3", inLegend: false }),
  ]);
}

function stripsPanel(axis: Axis, { series, trip }: Explained): StripsPanel {
  const bit = (k: number): number[] => series.contactors.map((bits) => (bits >> k) & 1);
  const row = (label: string, color: string, values: readonly number[]) => ({
    label,
    color,
    on: binned(axis, series.time_us, values).max,
  });
  const used = CONTACTORS.flatMap((name, k) =>
    series.contactors.some((bits) => ((bits >> k) | (bits >> (8 + k))) & 1) ? [{ name, k }] : [],
  );
  return {
    kind: "strips",
    title: "Contactors: what each was told, and below what its contact says",
    rows: [
      ...used.flatMap(({ name, k }) => [row(name, COLOR.blue, bit(k)), row("contact", COLOR.grey, bit(8 + k))]),
      row("may charge", COLOR.green, series.allowCharging),
      ...(trip === undefined
        ? []
        : [
            row(
              "delay runs",
              COLOR.orange,
              series.condition.map((value) => (value === 1 ? 1 : 0)),
            ),
            row(
              "set",
              COLOR.red,
              series.condition.map((value) => (value === 2 ? 1 : 0)),
            ),
          ]),
    ],
  };
}

/** The set delay of the trip. */
function shadesOf({ trip }: Explained, first_us: number): Shade[] {
  if (trip === undefined || trip.at_us <= trip.began_us) return [];
  return [
    {
      from_s: Math.max(0, (trip.began_us - first_us) / 1e6),
      to_s: (trip.at_us - first_us) / 1e6,
      label: "",
      color: COLOR.orange,
    },
  ];
}

function marksOf({ story, series, trip }: Explained, first_us: number): Mark[] {
  const last_us = series.time_us[series.time_us.length - 1];
  const at = (at_us: number): number => (at_us - first_us) / 1e6;
  const isShown = ({ at_us }: { readonly at_us: number }): boolean => at_us >= first_us && at_us <= last_us;
  const moves = story.moves.map(({ contactor, closes, coil_us, current_A }) => ({
    at_us: coil_us,
    text: `the ${CONTACTOR_WORDS[contactor]} is switched ${closes ? "on" : "off"} at ${Number.isNaN(current_A) ? "an unknown current" : amperes(current_A)}`,
  }));
  return [
    ...(trip === undefined || trip.began_us >= trip.at_us
      ? []
      : [{ at_us: trip.began_us, text: "the condition begins, the set delay runs (shaded)", kind: "event" as const }]),
    ...story.trips.map(({ at_us, sentence, level: severity }) => ({
      at_us,
      text: sentence,
      kind: severity === "error" ? ("trip" as const) : ("indication" as const),
    })),
    ...moves.map((move) => ({ ...move, kind: "event" as const })),
    ...story.requests.map(({ at_us, text }) => ({ at_us, text: `asked: ${text}`, kind: "event" as const })),
    ...story.button.map(({ at_us, text }) => ({ at_us, text, kind: "event" as const })),
    ...story.inputs.map(({ at_us, signal, on }) => ({
      ...{ at_us, kind: "event" as const },
      text: `the input signal ${INPUT_SIGNALS[signal].title} goes ${on ? "on" : "off"}`,
    })),
    ...story.modes.map(({ at_us, mode }) => ({
      at_us,
      text: `the mode becomes ${modeWords(mode)}`,
      kind: "event" as const,
    })),
  ]
    .filter(isShown)
    .map(({ at_us, text, kind }) => ({ at_s: at(at_us), text, kind }));
}

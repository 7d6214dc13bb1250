// Draws a run as one SVG text: panels over a shared time axis, with marks for events and trips. Knows nothing of
// batteries: what is drawn, and in which colours, comes with the plot.

import type { Mark } from "../scenario/trace.ts";
import { type AxisTick, axisValues, timeTicks } from "./plot-axis.ts";

/** One line over bins; `min` and `max` shade what happened inside each bin. NaN leaves a gap. */
export type Line = {
  readonly label: string;
  readonly color: string;
  readonly width: number;
  readonly dash: string;
  readonly last: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly inLegend: boolean;
};
/** A filled range. */
export type Band = {
  readonly label: string;
  readonly color: string;
  readonly low: Float64Array;
  readonly high: Float64Array;
};
export type LinesPanel = {
  readonly kind: "lines";
  readonly title: string;
  readonly unit: string;
  readonly height: number;
  readonly bands: readonly Band[];
  readonly lines: readonly Line[];
  /** Range that must be visible at least; NaN: as the values want it. */
  readonly from: number;
  readonly to: number;
  readonly percent: boolean;
};
/** Rows that are on (above 0) or off. */
export type StripsPanel = {
  readonly kind: "strips";
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly color: string; readonly on: Float64Array }[];
};
export type Panel = LinesPanel | StripsPanel;
export type Plot = {
  readonly title: string;
  readonly subtitle: string;
  readonly bin_s: number;
  readonly bins: number;
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
  /** Stretches of time drawn darker behind everything, with a word on them. */
  readonly shades?: readonly Shade[];
  /** What the left edge is called on the time axis; 0 where nothing is said. Times of marks and shades count from the edge. */
  readonly origin_s?: number;
};
export type Shade = { readonly from_s: number; readonly to_s: number; readonly label: string; readonly color: string };

const WIDTH = 1200;
const LEFT = 76;
const RIGHT = 26;
const INNER = WIDTH - LEFT - RIGHT;
const HEAD = 108;
const GAP = 44;
const ROW = 21;
const MOST_MARKS = 16;
const TAG_WIDTH = 19;
const INK = "#1f2933";
const FAINT = "#7b8794";
const GRID = "#e4e7eb";
const MARK_COLOR = { event: "#627d98", trip: "#d64545", indication: "#b7791f" } as const;

/** The picture, 1200 wide, as high as its panels. */
export function renderPlot(plot: Plot): string {
  const marks = shownMarks(plot.marks);
  const heights = plot.panels.map(panelHeight);
  const bottom = HEAD + heights.reduce((sum, height) => sum + height + GAP, 0) - GAP;
  const height = bottom + 52 + marks.length * 19 + (marks.length > 0 ? 22 : 0);
  const end_s = plot.bin_s * plot.bins;
  const origin_s = plot.origin_s ?? 0;
  const ticks = timeTicks(end_s, origin_s);
  const parts: string[] = [head(plot, height), ...drawShades(plot.shades ?? [], bottom, end_s)];
  let top = HEAD;
  for (let i = 0; i < plot.panels.length; i++) {
    parts.push(drawPanel(plot, plot.panels[i], top, heights[i], ticks, end_s));
    top += heights[i] + GAP;
  }
  parts.push(drawTimeAxis(ticks, bottom, end_s), drawMarks(marks, bottom, end_s, origin_s), "</svg>\n");
  return parts.join("\n");
}

const panelHeight = (panel: Panel): number => (panel.kind === "lines" ? panel.height : panel.rows.length * ROW + 6);
const px = (value: number): string => value.toFixed(1);
const xOf = (time_s: number, end_s: number): number => LEFT + (time_s / end_s) * INNER;

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${px(x)}" y="${px(y)}" ${attributes}>${escapeXml(words)}</text>`;
}

function head(plot: Plot, height: number): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 36, plot.title, `font-size="21" font-weight="600" fill="${INK}"`),
    text(LEFT, 57, plot.subtitle, `font-size="12.5" fill="${FAINT}"`),
  ].join("\n");
}

function drawPanel(
  plot: Plot,
  panel: Panel,
  top: number,
  height: number,
  ticks: readonly AxisTick[],
  end_s: number,
): string {
  const grid = ticks.map(
    ({ at }) =>
      `<line x1="${px(xOf(at, end_s))}" x2="${px(xOf(at, end_s))}" y1="${px(top)}" y2="${px(top + height)}" stroke="${GRID}"/>`,
  );
  const body = panel.kind === "lines" ? drawLines(plot, panel, top, height) : drawStrips(plot, panel, top);
  const frame = `<rect x="${LEFT}" y="${px(top)}" width="${INNER}" height="${px(height)}" fill="none" stroke="#cbd2d9"/>`;
  const title = text(LEFT, top - 10, panel.title, `font-size="13" font-weight="600" fill="${INK}"`);
  const legend = panel.kind === "lines" ? drawLegend(panel, top - 10) : "";
  return [...grid, body, frame, title, legend].join("\n");
}

function drawLines(plot: Plot, panel: LinesPanel, top: number, height: number): string {
  const scale = scaleOf(panel);
  const y = (value: number): number => top + height - ((value - scale.from) / (scale.to - scale.from)) * height;
  const parts: string[] = [];
  for (const tick of scale.ticks) {
    parts.push(
      `<line x1="${LEFT}" x2="${LEFT + INNER}" y1="${px(y(tick.at))}" y2="${px(y(tick.at))}" stroke="${tick.at === 0 && scale.from < 0 ? "#9aa5b1" : GRID}"/>`,
    );
    parts.push(text(LEFT - 8, y(tick.at) + 4, tick.label, `text-anchor="end" fill="${FAINT}"`));
  }
  parts.push(
    `<text transform="translate(20 ${px(top + height / 2)}) rotate(-90)" text-anchor="middle" fill="${FAINT}">${escapeXml(panel.unit)}</text>`,
  );
  for (const { low, high, color } of panel.bands) parts.push(area(plot, low, high, y, color, 0.2));
  for (const line of panel.lines) {
    parts.push(area(plot, line.min, line.max, y, line.color, 0.28));
    parts.push(
      `<path d="${linePath(plot, line.last, y)}" fill="none" stroke="${line.color}" stroke-width="${line.width}" stroke-linejoin="round"${line.dash === "" ? "" : ` stroke-dasharray="${line.dash}"`}/>`,
    );
  }
  return parts.join("\n");
}

type Scale = { readonly from: number; readonly to: number; readonly ticks: readonly AxisTick[] };

function scaleOf(panel: LinesPanel): Scale {
  let least = Number.isNaN(panel.from) ? Infinity : panel.from;
  let most = Number.isNaN(panel.to) ? -Infinity : panel.to;
  const columns = [
    ...panel.lines.flatMap(({ min, max }) => [min, max]),
    ...panel.bands.flatMap(({ low, high }) => [low, high]),
  ];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      if (column[i] < least) least = column[i];
      if (column[i] > most) most = column[i];
    }
  }
  return axisValues(least, most, Math.max(3, Math.round(panel.height / 40)), panel.percent);
}

/** Middle of a bin. */
const binX = (plot: Plot, bin: number): number => LEFT + ((bin + 0.5) / plot.bins) * INNER;

function linePath(plot: Plot, values: Float64Array, y: (value: number) => number): string {
  let path = "";
  let pen = "M";
  for (let bin = 0; bin < plot.bins; bin++) {
    if (Number.isNaN(values[bin])) pen = "M";
    else {
      path += `${pen}${px(binX(plot, bin))} ${px(y(values[bin]))}`;
      pen = "L";
    }
  }
  return path;
}

/** The range between two columns, in one shape for each stretch without gaps; nothing where they hardly differ. */
function area(
  plot: Plot,
  low: Float64Array,
  high: Float64Array,
  y: (value: number) => number,
  color: string,
  opacity: number,
): string {
  let path = "";
  let seen = false;
  for (let from = 0; from < plot.bins; from++) {
    if (Number.isNaN(low[from]) || Number.isNaN(high[from])) continue;
    let to = from;
    while (to + 1 < plot.bins && !Number.isNaN(low[to + 1]) && !Number.isNaN(high[to + 1])) to++;
    let back = "";
    for (let bin = from; bin <= to; bin++) {
      path += `${bin === from ? "M" : "L"}${px(binX(plot, bin))} ${px(y(high[bin]))}`;
      back = `L${px(binX(plot, bin))} ${px(y(low[bin]))}${back}`;
      if (Math.abs(y(high[bin]) - y(low[bin])) > 0.8) seen = true;
    }
    path += `${back}Z`;
    from = to;
  }
  return seen ? `<path d="${path}" fill="${color}" fill-opacity="${opacity}" stroke="none"/>` : "";
}

function drawStrips(plot: Plot, panel: StripsPanel, top: number): string {
  const parts: string[] = [];
  for (let i = 0; i < panel.rows.length; i++) {
    const { label, color, on } = panel.rows[i];
    const y = top + 3 + i * ROW;
    parts.push(text(LEFT - 8, y + 14.5, label, `text-anchor="end" font-size="11" fill="${FAINT}"`));
    parts.push(`<rect x="${LEFT}" y="${px(y + 3)}" width="${INNER}" height="${ROW - 6}" fill="#f5f7fa"/>`);
    for (let from = 0; from < plot.bins; from++) {
      if (!(on[from] > 0)) continue;
      let to = from;
      while (to + 1 < plot.bins && on[to + 1] > 0) to++;
      const x = LEFT + (from / plot.bins) * INNER;
      const width = Math.max(1.2, ((to + 1 - from) / plot.bins) * INNER);
      parts.push(`<rect x="${px(x)}" y="${px(y + 3)}" width="${px(width)}" height="${ROW - 6}" fill="${color}"/>`);
      from = to;
    }
  }
  return parts.join("\n");
}

/** To the right of the title, from the right edge. */
function drawLegend(panel: LinesPanel, y: number): string {
  const entries = [
    ...panel.bands.map(({ label, color }) => ({ label, color, band: true, dash: "" })),
    ...panel.lines
      .filter(({ inLegend }) => inLegend)
      .map(({ label, color, dash }) => ({ label, color, band: false, dash })),
  ];
  const parts: string[] = [];
  let x = LEFT + INNER;
  for (const { label, color, band, dash } of entries.reverse()) {
    x -= label.length * 6.4 + 4;
    parts.push(text(x, y, label, `fill="${INK}" font-size="11.5"`));
    x -= 28;
    const sample = band
      ? `<rect x="${px(x)}" y="${px(y - 10)}" width="22" height="11" fill="${color}" fill-opacity="0.25"/>`
      : `<line x1="${px(x)}" x2="${px(x + 22)}" y1="${px(y - 4)}" y2="${px(y - 4)}" stroke="${color}" stroke-width="2.2"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`;
    parts.push(sample);
    x -= 14;
  }
  return parts.join("\n");
}

function drawTimeAxis(ticks: readonly AxisTick[], bottom: number, end_s: number): string {
  return ticks
    .map(({ at, label }) => text(xOf(at, end_s), bottom + 18, label, `text-anchor="middle" fill="${FAINT}"`))
    .join("\n");
}

function drawShades(shades: readonly Shade[], bottom: number, end_s: number): string[] {
  return shades.map(({ from_s, to_s, label, color }) => {
    const x = xOf(Math.max(0, from_s), end_s);
    const width = xOf(Math.min(end_s, to_s), end_s) - x;
    const words = text(x + width, bottom + 36, label, `text-anchor="end" font-style="italic" fill="${color}"`);
    return `<rect x="${px(x)}" y="${HEAD}" width="${px(width)}" height="${px(bottom - HEAD)}" fill="${color}" fill-opacity="0.09"/>${words}`;
  });
}

type ShownMark = Mark & { readonly tag: string };

/** The first ones of each text, numbered; trips before indications when there are too many. */
function shownMarks(marks: readonly Mark[]): readonly ShownMark[] {
  const seen = new Set<string>();
  const fresh = marks.filter(
    ({ text: words, kind }) =>
      !seen.has(kind + words.replace(/[\d.,-]+/g, "#")) && seen.add(kind + words.replace(/[\d.,-]+/g, "#")),
  );
  const weight = { trip: 0, event: 1, indication: 2 } as const;
  const chosen = [...fresh].sort((a, b) => weight[a.kind] - weight[b.kind] || a.at_s - b.at_s).slice(0, MOST_MARKS);
  return chosen.sort((a, b) => a.at_s - b.at_s).map((mark, i) => ({ ...mark, tag: String(i + 1) }));
}

function drawMarks(marks: readonly ShownMark[], bottom: number, end_s: number, origin_s: number): string {
  const parts: string[] = [];
  const places = spread(marks.map(({ at_s }) => xOf(Math.max(0, at_s), end_s)));
  for (let i = 0; i < marks.length; i++) {
    const { at_s, kind, tag } = marks[i];
    const x = xOf(Math.max(0, at_s), end_s);
    const color = MARK_COLOR[kind];
    const leaning = `M${px(places[i])} ${HEAD - 28}L${px(x)} ${HEAD - 6}V${px(bottom)}`;
    parts.push(
      `<path d="${leaning}" fill="none" stroke="${color}" stroke-opacity="0.7" stroke-dasharray="3 3"/>`,
      `<circle cx="${px(places[i])}" cy="${HEAD - 36}" r="8.5" fill="${color}"/>`,
      text(places[i], HEAD - 32.3, tag, 'text-anchor="middle" font-size="10.5" font-weight="600" fill="#ffffff"'),
    );
  }
  let y = bottom + 58;
  for (const { kind, tag, text: words, at_s } of marks) {
    parts.push(`<circle cx="${LEFT + 8}" cy="${px(y - 4)}" r="8.5" fill="${MARK_COLOR[kind]}"/>`);
    parts.push(text(LEFT + 8, y, tag, 'text-anchor="middle" font-size="10.5" font-weight="600" fill="#ffffff"'));
    parts.push(text(LEFT + 110, y, clock(at_s + origin_s, end_s), `text-anchor="end" fill="${FAINT}"`));
    parts.push(text(LEFT + 122, y, words.length > 150 ? `${words.slice(0, 148)}…` : words, `fill="${INK}"`));
    y += 19;
  }
  return parts.join("\n");
}

/** Ascending places moved apart so that their tags do not cover each other, inside the panel. */
function spread(places: readonly number[]): readonly number[] {
  const moved = [...places];
  for (let round = 0; round < 60; round++) {
    for (let i = 1; i < moved.length; i++) {
      const overlap = TAG_WIDTH - (moved[i] - moved[i - 1]);
      if (overlap <= 0) continue;
      moved[i - 1] -= overlap / 2;
      moved[i] += overlap / 2;
    }
  }
  return moved.map((x) => Math.min(Math.max(x, LEFT), LEFT + INNER));
}

export function clock(time_s: number, end_s: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  if (end_s < 60) return `${time_s < 0 ? "−" : ""}${Math.abs(time_s).toFixed(2)} s`;
  if (end_s > 4 * 86_400)
    return `day ${Math.floor(time_s / 86_400)}, ${two((time_s % 86_400) / 3600)}:${two((time_s % 3600) / 60)}`;
  return end_s > 7200
    ? `${two(time_s / 3600)}:${two((time_s % 3600) / 60)}:${two(time_s % 60)}`
    : `${two(time_s / 60)}:${(time_s % 60).toFixed(2).padStart(5, "0")}`;
}

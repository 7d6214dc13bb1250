// Draws curves over any axis as one SVG text: panels side by side, each with its own axes. Knows nothing of batteries.

import { escapeXml } from "./plot.ts";
import { axisValues } from "./plot-axis.ts";

export type ChartCurve = {
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
  /** Points are drawn too. */
  readonly dots?: boolean;
  /** NaN leaves a gap. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
};
export type ChartPanel = {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Axes that count in percent show 0.5 as 50. */
  readonly xPercent?: boolean;
  readonly yPercent?: boolean;
  readonly curves: readonly ChartCurve[];
  /** A horizontal line that is to be seen, for example a bar. */
  readonly level?: number;
};

const WIDTH = 1200;
const LEFT = 64;
const GAP = 84;
const TOP = 96;
const HEIGHT = 260;
const ROW = HEIGHT + 110;
const INK = "#1f2933";
const FAINT = "#7b8794";
const GRID = "#e4e7eb";

/** The picture, 1200 wide, with so many panels in a row. */
export function renderChart(title: string, subtitle: string, panels: readonly ChartPanel[], columns = 2): string {
  const width = (WIDTH - LEFT - 24 - GAP * (columns - 1)) / columns;
  const rows = Math.ceil(panels.length / columns);
  const height = TOP + rows * ROW;
  const parts = panels.map((panel, i) =>
    drawPanel(panel, LEFT + (i % columns) * (width + GAP), TOP + Math.floor(i / columns) * ROW, width),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    words(LEFT, 34, title, `font-size="20" font-weight="600" fill="${INK}"`),
    words(LEFT, 54, subtitle, `font-size="12.5" fill="${FAINT}"`),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

const px = (value: number): string => value.toFixed(1);
const words = (x: number, y: number, text: string, attributes: string): string =>
  `<text x="${px(x)}" y="${px(y)}" ${attributes}>${escapeXml(text)}</text>`;

function drawPanel(panel: ChartPanel, left: number, top: number, width: number): string {
  const xs = axisOf(
    panel.curves.map(({ x }) => x),
    Math.round(width / 80),
    panel.xPercent === true,
    Number.NaN,
  );
  const ys = axisOf(
    panel.curves.map(({ y }) => y),
    6,
    panel.yPercent === true,
    panel.level ?? Number.NaN,
  );
  const xAt = (value: number): number => left + ((value - xs.from) / (xs.to - xs.from)) * width;
  const yAt = (value: number): number => top + HEIGHT - ((value - ys.from) / (ys.to - ys.from)) * HEIGHT;
  const grid = [
    ...xs.ticks.flatMap(({ at, label }) => [
      `<line x1="${px(xAt(at))}" x2="${px(xAt(at))}" y1="${top}" y2="${top + HEIGHT}" stroke="${GRID}"/>`,
      words(xAt(at), top + HEIGHT + 16, label, `text-anchor="middle" fill="${FAINT}"`),
    ]),
    ...ys.ticks.flatMap(({ at, label }) => [
      `<line x1="${px(left)}" x2="${px(left + width)}" y1="${px(yAt(at))}" y2="${px(yAt(at))}" stroke="${GRID}"/>`,
      words(left - 7, yAt(at) + 4, label, `text-anchor="end" fill="${FAINT}"`),
    ]),
  ];
  const level =
    panel.level === undefined
      ? []
      : [
          `<line x1="${px(left)}" x2="${px(left + width)}" y1="${px(yAt(panel.level))}" y2="${px(yAt(panel.level))}" stroke="#d64545" stroke-dasharray="5 4"/>`,
        ];
  return [
    ...grid,
    ...level,
    ...panel.curves.map((curve) => drawCurve(curve, xAt, yAt)),
    `<rect x="${px(left)}" y="${top}" width="${px(width)}" height="${HEIGHT}" fill="none" stroke="#cbd2d9"/>`,
    words(left, top - 12, panel.title, `font-size="13" font-weight="600" fill="${INK}"`),
    words(left + width / 2, top + HEIGHT + 34, panel.xTitle, `text-anchor="middle" fill="${FAINT}"`),
    `<text transform="translate(${px(left - 46)} ${px(top + HEIGHT / 2)}) rotate(-90)" text-anchor="middle" fill="${FAINT}">${escapeXml(panel.yTitle)}</text>`,
    drawLegend(panel.curves, left, top + HEIGHT + 54, width),
  ].join("\n");
}

function axisOf(columns: readonly ArrayLike<number>[], count: number, percent: boolean, also: number) {
  let least = Number.isNaN(also) ? Infinity : also;
  let most = Number.isNaN(also) ? -Infinity : also;
  for (const column of columns)
    for (let i = 0; i < column.length; i++) {
      if (column[i] < least) least = column[i];
      if (column[i] > most) most = column[i];
    }
  return axisValues(least, most, Math.max(3, count), percent);
}

function drawCurve(
  { x, y, color, dash, dots }: ChartCurve,
  xAt: (value: number) => number,
  yAt: (value: number) => number,
): string {
  let path = "";
  let pen = "M";
  let circles = "";
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(y[i]) || Number.isNaN(x[i])) {
      pen = "M";
      continue;
    }
    path += `${pen}${px(xAt(x[i]))} ${px(yAt(y[i]))}`;
    pen = "L";
    if (dots === true) circles += `<circle cx="${px(xAt(x[i]))}" cy="${px(yAt(y[i]))}" r="3" fill="${color}"/>`;
  }
  const dashed = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.6" stroke-linejoin="round"${dashed}/>${circles}`;
}

/** Under the panel, in rows. */
function drawLegend(curves: readonly ChartCurve[], left: number, top: number, width: number): string {
  const parts: string[] = [];
  let x = left,
    y = top;
  for (const { label, color, dash } of curves) {
    const need = 34 + label.length * 6.4;
    if (x + need > left + width + 1 && x > left) {
      x = left;
      y += 16;
    }
    const dashed = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
    parts.push(
      `<line x1="${px(x)}" x2="${px(x + 20)}" y1="${px(y - 4)}" y2="${px(y - 4)}" stroke="${color}" stroke-width="2.2"${dashed}/>`,
      words(x + 25, y, label, `fill="${INK}" font-size="11.5"`),
    );
    x += need;
  }
  return parts.join("\n");
}

/** Colours from cold to warm for so many rows. */
export function temperatureColors(count: number): readonly string[] {
  const ramp = ["#1a4fa0", "#2b8cbe", "#35a79c", "#7fae3a", "#e0a020", "#d9662b", "#b8232f", "#7a1530"];
  return Array.from(
    { length: count },
    (_, i) => ramp[count < 2 ? 3 : Math.round((i * (ramp.length - 1)) / (count - 1))],
  );
}

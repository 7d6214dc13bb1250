// Saving what is shown: a table as CSV, the plots as one PNG with their headings, keys and times.

import { type LineLook, strokeOf } from "../parts/plot-look.ts";
import { saveBlob } from "../parts/save-file.ts";
import { csvOf, type Series } from "./chart-data.ts";
import { timeText, zoneText } from "./times.ts";
import { lengthOf, type View } from "./view.ts";

/** A plot as it is saved. */
export type Picture = {
  readonly canvas: HTMLCanvasElement;
  readonly heading: string;
  readonly lines: readonly { readonly title: string; readonly look: LineLook }[];
};

const stamp = ({ from_us }: View): string => new Date(from_us / 1000).toISOString().slice(0, 19).replaceAll(":", "-");

export const saveCsv = (series: readonly Series[], view: View): void =>
  saveBlob(`history-${stamp(view)}Z.csv`, new Blob([csvOf(series, view)], { type: "text/csv" }));

const LINE_px = 22;
const MARGIN_px = 6;
const SAMPLE_px = 28;
const GAP_px = 14;

/** A part of a text or of a key with its place: how wide it is decides where the next one stands. */
export type Placed<T> = { readonly of: T; readonly x: number; readonly row: number };

/** Places parts one behind the other, in rows no wider than `width`; one that is wider has a row of its own. */
export function inRows<T>(parts: readonly T[], widthOf: (part: T) => number, gap: number, width: number): Placed<T>[] {
  let [x, row] = [0, 0];
  return parts.map((of) => {
    const wide = widthOf(of);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    const placed = { of, x, row };
    x += wide + gap;
    return placed;
  });
}

/** Plots one below the other, on the page's own paper. */
export function savePng(pictures: readonly Picture[], view: View): void {
  if (pictures.length === 0) return;
  const whole = document.createElement("canvas");
  const ctx = whole.getContext("2d")!;
  const scale = devicePixelRatio;
  const font = `${13 * scale}px system-ui, sans-serif`;
  ctx.font = font;
  const width = Math.max(...pictures.map(({ canvas }) => canvas.width));
  const time = `${timeText(view.from_us, lengthOf(view))} – ${timeText(view.to_us, lengthOf(view))} (${zoneText(view.to_us)})`;
  const blocks = [
    ...placeWords(ctx, time, width, scale),
    ...pictures.flatMap((each) => blocksOf(ctx, each, width, scale)),
  ];
  whole.width = width;
  whole.height = blocks.reduce((sum, { height }) => sum + height, 0);
  const style = getComputedStyle(document.body);
  ctx.fillStyle = style.backgroundColor;
  ctx.fillRect(0, 0, whole.width, whole.height);
  ctx.fillStyle = style.color;
  ctx.font = font; // a new size forgets it
  let top = 0;
  for (const { height, draw } of blocks) {
    draw(top);
    top += height;
  }
  whole.toBlob((blob) => blob !== null && saveBlob(`history-${stamp(view)}Z.png`, blob), "image/png");
}

type Block = { readonly height: number; readonly draw: (top: number) => void };
type Context = CanvasRenderingContext2D;

const blocksOf = (ctx: Context, { canvas, heading, lines }: Picture, width: number, scale: number): Block[] => [
  ...placeWords(ctx, heading, width, scale),
  placeKey(ctx, lines, width, scale),
  { height: canvas.height, draw: (top) => ctx.drawImage(canvas, 0, top) },
];

function placeWords(ctx: Context, text: string, width: number, scale: number): Block[] {
  const gap = ctx.measureText(" ").width;
  const inside = width - 2 * MARGIN_px * scale;
  const words = inRows(text.split(" "), (word) => ctx.measureText(word).width, gap, inside);
  const draw = (top: number): void => {
    for (const { of, x, row } of words) ctx.fillText(of, MARGIN_px * scale + x, top + (row + 0.7) * LINE_px * scale);
  };
  return [{ height: rowsOf(words) * LINE_px * scale, draw }];
}

function placeKey(ctx: Context, lines: Picture["lines"], width: number, scale: number): Block {
  const [line, sample, margin] = [LINE_px * scale, SAMPLE_px * scale, MARGIN_px * scale];
  const wide = ({ title }: Picture["lines"][number]): number => sample + margin + ctx.measureText(title).width;
  const placed = inRows(lines, wide, GAP_px * scale, width - 2 * margin);
  const draw = (top: number): void => {
    for (const { of, x, row } of placed) {
      const middle = top + (row + 0.5) * line;
      ctx.strokeStyle = strokeOf(document.body, of.look);
      ctx.lineWidth = 2 * scale;
      ctx.setLineDash(of.look.dash.map((part) => part * scale));
      ctx.beginPath();
      ctx.moveTo(margin + x, middle);
      ctx.lineTo(margin + x + sample, middle);
      ctx.stroke();
      ctx.fillText(of.title, 2 * margin + x + sample, top + (row + 0.7) * line);
    }
  };
  return { height: rowsOf(placed) * line, draw };
}

const rowsOf = (placed: readonly Placed<unknown>[]): number => (placed.at(-1)?.row ?? 0) + 1;

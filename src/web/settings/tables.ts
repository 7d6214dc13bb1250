// Curves and grids under a person's hands: points moved, added and taken away, without touching the table that is in force, and which
// of their numbers are wrong.

import type { Curve, CurveRow, Grid, GridRow } from "../../model/rows.ts";
import { MOST_X, MOST_Y } from "../../model/values.ts";

export type Table = Curve | Grid;
export type TableRow = CurveRow | GridRow;

/** What the parts of the editor get. */
export type TableProps = {
  readonly id: string;
  readonly name: string;
  readonly row: TableRow;
  readonly table: Table;
  readonly isLocked: boolean;
  readonly put: (table: Table) => void;
};

/** A number of a table: of the axes, or a value at column and row. */
export type Place =
  | { readonly kind: "x"; readonly at: number }
  | { readonly kind: "y"; readonly at: number }
  | { readonly kind: "value"; readonly column: number; readonly row: number };

export const isGrid = (table: Table): table is Grid => "z" in table;

/** Rows of values: one for a curve, one for each y of a grid. */
export function valuesOf(table: Table): readonly (readonly number[])[] {
  if (!isGrid(table)) return [table.y];
  const { x, y, z } = table;
  return y.map((_, row) => z.slice(row * x.length, (row + 1) * x.length));
}

const fromRows = (
  table: Table,
  x: readonly number[],
  y: readonly number[],
  rows: readonly (readonly number[])[],
): Table => (isGrid(table) ? { x, y, z: rows.flat() } : { x, y: rows[0]! });

const replaced = (list: readonly number[], at: number, value: number): number[] =>
  list.map((each, i) => (i === at ? value : each));

/** The table with one number changed. */
export function withNumber(table: Table, place: Place, number: number): Table {
  const rows = valuesOf(table);
  switch (place.kind) {
    case "x":
      return fromRows(table, replaced(table.x, place.at, number), table.y, rows);
    case "y":
      return fromRows(table, table.x, replaced(table.y, place.at, number), rows);
    case "value":
      return fromRows(
        table,
        table.x,
        table.y,
        rows.map((row, i) => (i === place.row ? replaced(row, place.column, number) : row)),
      );
  }
}

const middle = (a: number, b: number): number => Number(((a + b) / 2).toPrecision(6));
const widened = (list: readonly number[], after: number, number: number): number[] => [
  ...list.slice(0, after + 1),
  number,
  ...list.slice(after + 1),
];

/** With a column halfway to the next, on the line that was there; behind the last a step further at its value. */
export function withColumn(table: Table, after: number): Table {
  const { x } = table;
  if (x.length >= MOST_X) return table;
  const isLast = after >= x.length - 1;
  const step = x.length > 1 ? x[x.length - 1]! - x[x.length - 2]! : 1;
  const at = isLast ? Number((x[after]! + step).toPrecision(6)) : middle(x[after]!, x[after + 1]!);
  const rows = valuesOf(table).map((row) =>
    widened(row, after, isLast ? row[after]! : middle(row[after]!, row[after + 1]!)),
  );
  return fromRows(table, widened(x, after, at), table.y, rows);
}

/** With a row of a grid halfway to the next; behind the last ten units further. */
export function withRow(table: Grid, after: number): Grid {
  const { x, y } = table;
  if (y.length >= MOST_Y) return table;
  const rows = valuesOf(table);
  const isLast = after >= y.length - 1;
  const next = isLast ? rows[after]! : rows[after]!.map((value, i) => middle(value, rows[after + 1]![i]!));
  const at = isLast ? y[after]! + 10 : middle(y[after]!, y[after + 1]!);
  const all = [...rows.slice(0, after + 1), next, ...rows.slice(after + 1)];
  return { x, y: widened(y, after, at), z: all.flat() };
}

const shortened = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

/** Without a column; the last one stays. */
export const withoutColumn = (table: Table, at: number): Table =>
  table.x.length <= 1
    ? table
    : fromRows(
        table,
        shortened(table.x, at),
        isGrid(table) ? table.y : shortened(table.y, at),
        valuesOf(table).map((row) => shortened(row, at)),
      );

export const withoutRow = (table: Grid, at: number): Grid =>
  table.y.length <= 1 ? table : { x: table.x, y: shortened(table.y, at), z: shortened(valuesOf(table), at).flat() };

/** Why a number of the table is wrong: out of its range, an axis that does not ascend, a column where values must rise and do not. */
export type Fault = "range" | "axis" | "falls";

export function faultOf(row: TableRow, table: Table, place: Place, rises: boolean): Fault | undefined {
  if (place.kind !== "value") {
    const axis = place.kind === "x" ? table.x : table.y;
    return place.at > 0 && axis[place.at]! <= axis[place.at - 1]! ? "axis" : undefined;
  }
  const values = valuesOf(table)[place.row]!;
  const value = values[place.column]!;
  if (!(value >= row.min && value <= row.max)) return "range";
  return rises && place.column > 0 && value <= values[place.column - 1]! ? "falls" : undefined;
}

/** What a plot of the table spans. */
export type Span = { readonly x0: number; readonly x1: number; readonly y0: number; readonly y1: number };

/** All points with some air, yet no further than values may go. */
export function spanOf(row: TableRow, table: Table): Span {
  const all = valuesOf(table).flat();
  const low = Math.min(...all);
  const high = Math.max(...all);
  const air = high > low ? 0.15 * (high - low) : Math.max(0.1 * Math.abs(high), 0.01 * (row.max - row.min));
  const [first, last] = [table.x[0]!, table.x[table.x.length - 1]!];
  const half = last > first ? 0 : 0.5;
  return {
    x0: first - half,
    x1: last + half,
    y0: Math.max(row.min, low - air),
    y1: Math.min(row.max, high + air),
  };
}

/** About a hundredth of the span as a round figure: what an arrow key moves a point by. */
export function stepIn(span: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(span, 1e-9) / 50));
  return [1, 2, 5, 10].map((each) => each * size).find((each) => each >= span / 100) ?? size;
}

/** A number rounded to a step, without the noise of binary fractions. */
export const rounded = (value: number, step: number): number =>
  Number((Math.round(value / step) * step).toPrecision(10));

// Whether a single value fits its row: kind, range, length, axes. What belongs together is judged in cross-checks.ts.

import type { Curve, CurveRow, Grid, GridRow, SettingRow } from "./rows.ts";

/** What is wrong with a value for a row, or undefined. */
export function judgeValue(row: SettingRow, value: unknown): string | undefined {
  switch (row.kind) {
    case "number":
    case "integer":
      return judgeNumber(row, value);
    case "flag":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "choice":
      return typeof value === "string" && row.choices.includes(value) ? undefined : `must be one of ${row.choices.join(", ")}`;
    case "text":
      return typeof value === "string" && value.length <= row.maxLength ? undefined : `must be text of at most ${row.maxLength} characters`;
    case "curve":
      return judgeCurve(row, value);
    case "grid":
      return judgeGrid(row, value);
  }
}

/** Numbers that people write without a unit. */
const PLAIN_UNITS: ReadonlySet<string> = new Set(["none", "count", "ratio"]);

function judgeNumber(row: { kind: string; min: number; max: number; unit: string }, value: unknown): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
  if (row.kind === "integer" && !Number.isInteger(value)) return "must be a whole number";
  if (value < row.min || value > row.max) return `must be ${row.min} to ${row.max}${PLAIN_UNITS.has(row.unit) ? "" : ` ${row.unit}`}, is ${value}`;
  return undefined;
}

const isList = (value: unknown): value is number[] => Array.isArray(value) && value.every((item) => typeof item === "number" && Number.isFinite(item));
const ascends = (axis: readonly number[]): boolean => axis.every((x, i) => i === 0 || x > axis[i - 1]!);

/** Most points of a curve or of a table's x, and of a table's y: addresses of field buses are laid out for them. */
export const MOST_X = 64;
export const MOST_Y = 16;

function judgeAxis(axis: unknown, name: string, most = MOST_X): string | undefined {
  if (!isList(axis) || axis.length < 1) return `${name} must be a list of numbers`;
  if (axis.length > most) return `${name} may have ${most} points at most`;
  return ascends(axis) ? undefined : `${name} must ascend`;
}

function judgeValues(values: unknown, count: number, row: CurveRow | GridRow): string | undefined {
  if (!isList(values) || values.length !== count) return `must have ${count} values`;
  const bad = values.find((value) => value < row.min || value > row.max);
  return bad === undefined ? undefined : `every value must be ${row.min} to ${row.max} ${row.unit}, one is ${bad}`;
}

function judgeCurve(row: CurveRow, value: unknown): string | undefined {
  const curve = value as Partial<Curve> | null;
  if (typeof curve !== "object" || curve === null) return "must be a curve with x and y";
  return judgeAxis(curve.x, "x") ?? judgeValues(curve.y, curve.x!.length, row);
}

function judgeGrid(row: GridRow, value: unknown): string | undefined {
  const grid = value as Partial<Grid> | null;
  if (typeof grid !== "object" || grid === null) return "must be a grid with x, y and z";
  return judgeAxis(grid.x, "x") ?? judgeAxis(grid.y, "y", MOST_Y) ?? judgeValues(grid.z, grid.x!.length * grid.y!.length, row);
}

// A number on the command line, within its range.

import { UsageError } from "./usage-error.ts";

/** Throws UsageError where it is none, or outside the range. */
export function numberOption(name: string, text: string, least: number, most: number, whole = false): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`${name} must be a ${whole ? "whole " : ""}number from ${least} to ${most}, not "${text}"`);
}

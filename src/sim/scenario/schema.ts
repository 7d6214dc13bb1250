// Reads plain data (from YAML or JSON) into records and says of each problem where it is and what is allowed. The reader
// knows no files and no lines: a problem carries the path of keys, and whoever read the file turns it into a line.

import { DURATION_UNITS, parseDuration_s } from "./duration.ts";
import { suggestion } from "./nearest.ts";

export type Path = readonly (string | number)[];
/** `atKey`: the key itself is wrong, not its value. */
export type Problem = { readonly path: Path; readonly message: string; readonly atKey: boolean };
export type Problems = Problem[];
export type Fields = { readonly [name: string]: unknown };

export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part + 1}]` : i === 0 ? part : `.${part}`)).join("");

export function complain(problems: Problems, path: Path, message: string, atKey = false): undefined {
  problems.push({ path, message, atKey });
  return undefined;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A record whose keys are all known. Unknown ones are named with the nearest known one. */
export function readFields(problems: Problems, value: unknown, path: Path, known: readonly string[]): Fields {
  if (value === null || value === undefined) return {};
  if (!isFields(value)) {
    complain(problems, path, `must be a record with ${known.join(", ")}`);
    return {};
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) complain(problems, [...path, key], `is unknown here${suggestion(key, known)}`, true);
  }
  return value;
}

export type Range = { readonly min?: number; readonly max?: number; readonly integer?: boolean };

export function readNumber(problems: Problems, value: unknown, path: Path, range: Range = {}): number | undefined {
  if (typeof value !== "number" || !Number.isFinite(value))
    return complain(problems, path, `must be a number${rangeText(range)}${found(value)}`);
  const whole = range.integer !== true || Number.isInteger(value);
  if (!whole || value < (range.min ?? -Infinity) || value > (range.max ?? Infinity)) {
    return complain(
      problems,
      path,
      `must be ${range.integer === true ? "a whole number" : "a number"}${rangeText(range)}, is ${value}`,
    );
  }
  return value;
}

function rangeText({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

const found = (value: unknown): string =>
  typeof value === "string" || typeof value === "boolean" ? `, is "${value}"` : "";

export function readFlag(problems: Problems, value: unknown, path: Path): boolean | undefined {
  return typeof value === "boolean" ? value : complain(problems, path, `must be true or false${found(value)}`);
}

export function readText(problems: Problems, value: unknown, path: Path): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : complain(problems, path, "must be a text");
}

export function readChoice<T extends string>(
  problems: Problems,
  value: unknown,
  path: Path,
  choices: readonly T[],
): T | undefined {
  if (typeof value === "string" && (choices as readonly string[]).includes(value)) return value as T;
  const near = typeof value === "string" ? suggestion(value, choices) : "";
  const all = choices.length > 16 ? near : `; known: ${choices.join(", ")}`;
  return complain(problems, path, `must be one of the known words${found(value)}${all === "" ? near : all}`);
}

export function readNumbers(
  problems: Problems,
  value: unknown,
  path: Path,
  count?: number,
): readonly number[] | undefined {
  const fits =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === "number" && Number.isFinite(item));
  if (!fits) return complain(problems, path, "must be a list of numbers");
  if (count !== undefined && value.length !== count)
    return complain(problems, path, `must have ${count} numbers, has ${value.length}`);
  return value as readonly number[];
}

/** Seconds. A plain 0 is accepted; any other time needs a unit. */
export function readDuration_s(problems: Problems, value: unknown, path: Path): number | undefined {
  if (value === 0) return 0;
  const duration_s = typeof value === "string" ? parseDuration_s(value) : undefined;
  if (duration_s !== undefined) return duration_s;
  return complain(
    problems,
    path,
    `must be a duration such as "10 s" or "2h 30m" (${DURATION_UNITS.slice(0, 6).join(", ")})${found(value)}`,
  );
}

/** A list of anything; a single value is a list of one. */
export function readList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Like `readFields`, with values of the kind the template has: numbers, flags and texts. */
export function readLike<T extends object>(problems: Problems, value: unknown, path: Path, template: T): Partial<T> {
  const fields = readFields(problems, value, path, Object.keys(template));
  const result: { [key: string]: unknown } = {};
  for (const [key, sample] of Object.entries(template)) {
    if (!Object.hasOwn(fields, key)) continue;
    const read = readSame(problems, fields[key], [...path, key], sample);
    if (read !== undefined) result[key] = read;
  }
  return result as Partial<T>;
}

function readSame(problems: Problems, value: unknown, path: Path, sample: unknown): unknown {
  if (typeof sample === "number") return readNumber(problems, value, path);
  if (typeof sample === "boolean") return readFlag(problems, value, path);
  if (typeof sample === "string") return readText(problems, value, path);
  if (Array.isArray(sample)) return readNumbers(problems, value, path);
  return readLike(problems, value, path, sample as object);
}

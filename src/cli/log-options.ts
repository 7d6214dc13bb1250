// What people write after bms log export and its neighbours, judged: times, durations, formats, names of signals.

import { SIGNALS } from "../model/signals.ts";
import { parseDuration_s } from "../sim/scenario/duration.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import type { Wishes } from "./exporter.ts";
import { UsageError } from "./usage-error.ts";

export const FORMATS = ["csv", "parquet", "jsonl", "candump", "mcap"] as const;
export type Format = (typeof FORMATS)[number];

export type ExportOptions = {
  readonly format: string;
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly last?: string;
  readonly signals?: string;
  readonly every?: string;
  readonly events?: boolean;
  readonly decimalComma?: boolean;
  readonly raw?: boolean;
};

/** Microseconds since 1970; `last_us`: instead of from, so much before the end. */
export type Span = { readonly from_us: number; readonly to_us: number; readonly last_us: number };

export type ExportPlan = Wishes & { readonly format: Format; readonly output: string; readonly span: Span };

/** Throws UsageError for what cannot be meant. */
export function exportPlan(options: ExportOptions): ExportPlan {
  const format = FORMATS.find((name) => name === options.format);
  if (format === undefined)
    throw new UsageError(`--format must be one of ${FORMATS.join(", ")}, not "${options.format}"`);
  const isTable = format === "csv" || format === "parquet";
  if (options.events === true && !isTable)
    throw new UsageError(`--events goes with csv and parquet; ${format} has its own`);
  if (options.raw === true && !isTable) throw new UsageError(`--raw goes with csv and parquet; ${format} is as logged`);
  if (options.decimalComma === true && format !== "csv") throw new UsageError("--decimal-comma goes with --format csv");
  if (options.output === "-" && format !== "jsonl" && format !== "candump")
    throw new UsageError(`--output - goes with jsonl and candump; ${format} needs a folder`);
  if (format === "mcap" && (options.signals !== undefined || options.every !== undefined))
    throw new UsageError("--signals and --every go with other formats: an MCAP export is cut in time only");
  return {
    format,
    output: options.output,
    span: spanOf(options),
    signals: signalsOf(options.signals),
    every_us: options.every === undefined ? 0 : duration_us("--every", options.every),
    events: options.events === true,
    raw: options.raw === true,
    decimalSign: options.decimalComma === true ? "comma" : "point",
  };
}

function spanOf({ from, to, last }: ExportOptions): Span {
  if (last !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError("--last goes without --from and --to");
  const span = {
    from_us: from === undefined ? 0 : time_us("--from", from),
    to_us: to === undefined ? Number.MAX_SAFE_INTEGER : time_us("--to", to),
    last_us: last === undefined ? 0 : duration_us("--last", last),
  };
  if (span.from_us > span.to_us) throw new UsageError(`--from ${from} is after --to ${to}`);
  return span;
}

const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Microseconds since 1970 of a time in ISO 8601; without a zone it is UTC. Throws UsageError. */
export function time_us(option: string, text: string): number {
  const time_ms = TIME.test(text) ? Date.parse(completed(text)) : Number.NaN;
  if (Number.isFinite(time_ms)) return time_ms * 1000;
  throw new UsageError(`${option} must be a time like 2026-11-23 or 2026-11-23T05:25:52Z, not "${text}"`);
}

/** With minutes and a zone, as the language's own reader wants it. */
function completed(text: string): string {
  const [, date = "", clock = "00:00", zone = "Z"] = /^([\d-]{10})(?:[T ]([\d:.]+))?(.*)?$/i.exec(text) ?? [];
  return `${date}T${clock.includes(":") ? clock : `${clock}:00`}${zone === "" ? "Z" : zone}`;
}

export function duration_us(option: string, text: string): number {
  const seconds = parseDuration_s(text);
  if (seconds !== undefined && seconds > 0) return Math.round(seconds * 1e6);
  throw new UsageError(`${option} must be a duration like "10s", "5min" or "2h", not "${text}"`);
}

/** The names as they were written; one that is no signal, no column of one and no pattern of either is refused. */
function signalsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new UsageError('--signals needs names with commas between: "soc,cells_V"');
  return names;
}

/** Throws UsageError for wishes that no column of a log's rows fulfils. */
export function refuseUnknown(wishes: readonly string[], isKnown: (wish: string) => boolean): void {
  const unknown = wishes.find((wish) => !isKnown(wish));
  if (unknown !== undefined)
    throw new UsageError(
      `--signals: there is no signal "${unknown}" in the log${suggestion(unknown, Object.keys(SIGNALS))}`,
    );
}

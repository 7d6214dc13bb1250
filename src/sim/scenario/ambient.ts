// The weather of a scenario: one temperature, a day's wave, or a table over time.

import { interpolate } from "../../base/interpolate.ts";
import { complain, isFields, type Path, type Problems, readFields, readNumber, readNumbers } from "./schema.ts";

export type Ambient =
  | { readonly kind: "constant"; readonly degC: number }
  /** A sine over the day about a mean, highest at warmest_h; the run starts at start_h. */
  | {
      readonly kind: "day";
      readonly mean_degC: number;
      readonly swing_degC: number;
      readonly warmest_h: number;
      readonly start_h: number;
    }
  | { readonly kind: "table"; readonly time_h: readonly number[]; readonly degC: readonly number[] };

const DEGREES = { min: -60, max: 90 };
const HOURS = { min: 0, max: 24 };

/** `ambient: 25`, `ambient: {mean_degC: 12, swing_degC: 6, warmest_h: 15, start_h: 8}` or `ambient: {time_h: [..], degC: [..]}`. */
export function readAmbient(problems: Problems, value: unknown, path: Path, standard_degC: number): Ambient {
  const constant: Ambient = { kind: "constant", degC: standard_degC };
  if (value === undefined || value === null) return constant;
  if (!isFields(value)) return { kind: "constant", degC: readNumber(problems, value, path, DEGREES) ?? standard_degC };
  if ("time_h" in value || "degC" in value) return readTable(problems, value, path) ?? constant;
  const fields = readFields(problems, value, path, ["mean_degC", "swing_degC", "warmest_h", "start_h"]);
  const number = (key: string, range: { min: number; max: number }, usual: number): number =>
    Object.hasOwn(fields, key) ? (readNumber(problems, fields[key], [...path, key], range) ?? usual) : usual;
  return {
    kind: "day",
    mean_degC: number("mean_degC", DEGREES, standard_degC),
    swing_degC: number("swing_degC", { min: 0, max: 40 }, 5),
    warmest_h: number("warmest_h", HOURS, 15),
    start_h: number("start_h", HOURS, 0),
  };
}

function readTable(problems: Problems, value: unknown, path: Path): Ambient | undefined {
  const fields = readFields(problems, value, path, ["time_h", "degC"]);
  const time_h = readNumbers(problems, fields["time_h"], [...path, "time_h"]);
  const degC = readNumbers(problems, fields["degC"], [...path, "degC"], time_h?.length);
  if (time_h === undefined || degC === undefined) return undefined;
  if (time_h.some((hour, i) => i > 0 && hour <= time_h[i - 1]))
    return complain(problems, [...path, "time_h"], "must ascend");
  return { kind: "table", time_h, degC };
}

/** Temperature of the surroundings, degC, at a time since the start; the ends of a table hold. */
export function ambientAt_degC(ambient: Ambient, time_s: number): number {
  switch (ambient.kind) {
    case "constant":
      return ambient.degC;
    case "table":
      return interpolate(ambient.time_h, ambient.degC, time_s / 3600);
    case "day": {
      const hour = ambient.start_h + time_s / 3600;
      return ambient.mean_degC + ambient.swing_degC * Math.cos(((hour - ambient.warmest_h) / 12) * Math.PI);
    }
  }
}

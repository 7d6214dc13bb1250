// The 100 kOhm NTC thermistors that fit header X6, and their resistance over temperature. Constants follow the makers'
// sheets: Steinhart-Hart 1/T = A + B ln R + C (ln R)^3 through three published points, or the beta formula
// R = R25 exp(beta (1/T - 1/298.15)). Below 0 degC real parts lie under a constant-beta curve.

import { assert } from "../base/assert.ts";
import { exp, ln } from "../base/exponential.ts";

export type SteinhartHart = { readonly kind: "steinhart-hart"; readonly a: number; readonly b: number; readonly c: number };
/** Points of ln R over 1/T from 25 degC upwards; it runs straight between them. */
export type Beta = { readonly kind: "beta"; readonly inverses: readonly number[]; readonly lns: readonly number[] };

export type Thermistor = {
  readonly curve: SteinhartHart | Beta;
  readonly source: string;
};

const ZERO_degC = 273.15;
const LN_25 = 11.512925464970229; // ln of 100 kOhm
const COLDEST_degC = -60;
const HOTTEST_degC = 200;

/** The points that published betas from 25 degC to given temperatures stand for. */
function beta(...betas: readonly { readonly to_degC: number; readonly beta_kelvin: number }[]): Beta {
  const inverse25 = 1 / (25 + ZERO_degC);
  const inverses = betas.map(({ to_degC }) => 1 / (to_degC + ZERO_degC));
  const lns = betas.map(({ beta_kelvin }, i) => LN_25 + beta_kelvin * (inverses[i]! - inverse25));
  return { kind: "beta", inverses: [inverse25, ...inverses], lns: [LN_25, ...lns] };
}

export const THERMISTORS = {
  "Generic 3950":         { curve: beta({ to_degC: 50, beta_kelvin: 3950 }),
    source: "B25/50 3950 K, as printed on parts without a maker's sheet; real parts differ by some kelvin below 0 degC" },
  "TDK NTCG104LH104":     { curve: { kind: "steinhart-hart", a: 9.763986e-4, b: 1.968848e-4, c: 7.267192e-8 },
    source: "TDK sheet of NTCG104LH104JT1: 100 kOhm at 25, 31.23 kOhm at 50, 2.066 kOhm at 125 degC" },
  "EPCOS B57560G104F":    { curve: { kind: "steinhart-hart", a: 7.221363e-4, b: 2.167666e-4, c: 8.929358e-8 },
    source: "EPCOS sheet: 100 kOhm at 25, 1641.9 Ohm at 150, 226.15 Ohm at 250 degC; weak below 0 degC" },
  "Semitec 104GT-2":      { curve: { kind: "steinhart-hart", a: 8.096511e-4, b: 2.11636e-4, c: 7.074209e-8 },
    source: "Semitec sheet: 126.8 kOhm at 20, 1360 Ohm at 150, 80.65 Ohm at 300 degC" },
  "Murata NCPxxWF104":    { curve: beta({ to_degC: 50, beta_kelvin: 4250 }, { to_degC: 85, beta_kelvin: 4311 }, { to_degC: 100, beta_kelvin: 4334 }),
    source: "Murata parametric data of NCPxxWF104 and NXFT15WF104: B25/50 4250 K, B25/85 4311 K, B25/100 4334 K" },
  "Honeywell 135-104LAG": { curve: beta({ to_degC: 85, beta_kelvin: 3974 }),
    source: "Honeywell sheet of 135-104LAG-J01: beta 3974 K" },
} as const satisfies Record<string, Thermistor>;

export type ThermistorName = keyof typeof THERMISTORS;
export const THERMISTOR_NAMES = [
  "Generic 3950", "TDK NTCG104LH104", "EPCOS B57560G104F", "Semitec 104GT-2", "Murata NCPxxWF104", "Honeywell 135-104LAG",
] as const satisfies readonly ThermistorName[];

/** Resistance at 25 degC of all of them, and of the board's resistor to the supply in the divider. */
export const RESISTANCE_25_Ohm = 100_000;
export const PULL_UP_Ohm = 100_000;
/** More than any of them has at -40 degC with margin: the thermistor or its wire is open. */
export const OPEN_ABOVE_Ohm = 8_000_000;
/** The same seen at the converter: the divider reads its supply. */
export const OPEN_ABOVE_RATIO = 0.99;
/** Less than any of them has at 150 degC: shorted. */
export const SHORT_BELOW_Ohm = 1_000;

/** Resistance in ohms at a temperature in degC, clamped to -60..200 degC. */
export function resistance_Ohm(name: ThermistorName, temperature_degC: number): number {
  const bounded_degC = Math.min(Math.max(temperature_degC, COLDEST_degC), HOTTEST_degC);
  const inverse = 1 / (bounded_degC + ZERO_degC);
  const curve: Thermistor["curve"] = THERMISTORS[name].curve;
  return exp(curve.kind === "beta" ? chord(curve.inverses, curve.lns, inverse) : steinhartLn(curve, inverse));
}

/** Temperature in degC of a resistance in ohms above 0, clamped to -60..200 degC. The inverse of resistance_Ohm. */
export function temperature_degC(name: ThermistorName, resistance_Ohm: number): number {
  if (!(resistance_Ohm > 0)) return HOTTEST_degC;
  const y = ln(Math.min(resistance_Ohm, 1e12));
  const curve: Thermistor["curve"] = THERMISTORS[name].curve;
  const inverse = curve.kind === "beta" ? chord(curve.lns, curve.inverses, y) : curve.a + (curve.b + curve.c * y * y) * y;
  if (inverse <= 1 / (HOTTEST_degC + ZERO_degC)) return HOTTEST_degC;
  return Math.max(1 / inverse - ZERO_degC, COLDEST_degC);
}

/** Resistance in ohms from the voltage over the thermistor as a part of the supply, 0..1 (1 gives Infinity). */
export const dividerResistance_Ohm = (ratio: number): number => (ratio >= 1 ? Infinity : (PULL_UP_Ohm * Math.max(ratio, 0)) / (1 - ratio));

/** Voltage over a thermistor of so many ohms, as a part of the supply. */
export const dividerRatio = (resistance_Ohm: number): number => resistance_Ohm / (resistance_Ohm + PULL_UP_Ohm);

/** What a divider reading says of the thermistor and its wires. A reading that is no number counts as open. */
export function thermistorCondition(ratio: number): "good" | "open" | "shorted" {
  if (!(ratio <= OPEN_ABOVE_RATIO) || dividerResistance_Ohm(ratio) > OPEN_ABOVE_Ohm) return "open";
  return dividerResistance_Ohm(ratio) < SHORT_BELOW_Ohm ? "shorted" : "good";
}

const STEPS = 1024; // keeps the chord within 0.02 degC of the curve from -40 to 100 degC

/** Temperatures in degC for 1025 equal steps of the divider ratio from 0 to 1, for tableTemperature_degC. */
export function temperatureTable(name: ThermistorName): Float64Array {
  const table = new Float64Array(STEPS + 1);
  for (let i = 0; i <= STEPS; i++) table[i] = temperature_degC(name, Math.min(dividerResistance_Ohm(i / STEPS), 1e12));
  return table;
}

/** Temperature in degC at a divider ratio, clamped to 0..1: two reads and a chord, within 0.05 degC from -40 to 100. */
export function tableTemperature_degC(table: Float64Array, ratio: number): number {
  assert(table.length === STEPS + 1, "a table of temperatureTable");
  const position = ratio > 0 ? Math.min(ratio, 1) * STEPS : 0;
  const index = Math.min(Math.floor(position), STEPS - 1);
  const low_degC = table[index]!;
  return low_degC + (table[index + 1]! - low_degC) * (position - index);
}

/** y at x on the line through both lists, which fall together; straight on beyond the last point and before the first. */
function chord(xs: readonly number[], ys: readonly number[], x: number): number {
  let i = 1;
  while (i < xs.length - 1 && x < xs[i]!) i++;
  return ys[i]! + ((ys[i]! - ys[i - 1]!) / (xs[i]! - xs[i - 1]!)) * (x - xs[i]!);
}

/** ln R of a + b y + c y^3 = 1/T by Newton's rule: the cubic only rises, eight steps reach the last bit from 25 degC. */
function steinhartLn({ a, b, c }: SteinhartHart, inverse: number): number {
  let y = LN_25;
  for (let i = 0; i < 8; i++) y -= (a + (b + c * y * y) * y - inverse) / (b + 3 * c * y * y);
  return y;
}

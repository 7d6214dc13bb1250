// The 100 kOhm NTC thermistors that fit header X6, and their resistance over temperature. Constants follow the makers'
// sheets: Steinhart-Hart 1/T = A + B ln R + C (ln R)^3 through three published points, or the beta formula
// R = R25 exp(beta (1/T - 1/298.15)); below 0 degC real parts lie under a constant-beta curve.

import { assert } from "../base/assert.ts";
import { exp, ln } from "../base/exponential.ts";

export type SteinhartHart = { readonly kind: "steinhart-hart"; readonly a: number; readonly b: number; readonly c: number };
/** Each beta holds from the end of the one before it up to `upTo_degC`; the last holds for all above. */
export type Beta = { readonly kind: "beta"; readonly pieces: readonly { readonly upTo_degC: number; readonly beta_kelvin: number }[] };

export type Thermistor = {
  readonly title: string;
  readonly curve: SteinhartHart | Beta;
  readonly source: string;
};

export const THERMISTORS = {
  ntcg104lh104: {
    title: "TDK NTCG104LH104JT1",
    curve: { kind: "steinhart-hart", a: 9.763986e-4, b: 1.968848e-4, c: 7.267192e-8 },
    source: "TDK data sheet points 25 degC 100 kOhm, 50 degC 31.23 kOhm, 125 degC 2.066 kOhm",
  },
  b57560g104f: {
    title: "EPCOS B57560G104F",
    curve: { kind: "steinhart-hart", a: 7.221363e-4, b: 2.167666e-4, c: 8.929358e-8 },
    source: "EPCOS data sheet points 25 degC, 150 degC 1641.9 Ohm, 250 degC 226.15 Ohm; weak below 0 degC",
  },
  "104gt2": {
    title: "Semitec 104GT-2",
    curve: { kind: "steinhart-hart", a: 8.096511e-4, b: 2.11636e-4, c: 7.074209e-8 },
    source: "Semitec data sheet points 20 degC 126.8 kOhm, 150 degC 1360 Ohm, 300 degC 80.65 Ohm",
  },
  ncpwf104: {
    title: "Murata NCPxxWF104 / NXFT15WF104",
    curve: { kind: "beta", pieces: [{ upTo_degC: 50, beta_kelvin: 4250 }, { upTo_degC: 85, beta_kelvin: 4311 }, { upTo_degC: 1000, beta_kelvin: 4334 }] },
    source: "Murata parametric data: B25/50 4250 K, B25/85 4311 K, B25/100 4334 K",
  },
  generic3950: {
    title: "Generic 3950",
    curve: { kind: "beta", pieces: [{ upTo_degC: 1000, beta_kelvin: 3950 }] },
    source: "B25/50 3950 K as printed on unbranded parts",
  },
  "135-104lag": {
    title: "Honeywell 135-104LAG-J01",
    curve: { kind: "beta", pieces: [{ upTo_degC: 1000, beta_kelvin: 3974 }] },
    source: "Honeywell data sheet: beta 3974 K",
  },
} as const satisfies Record<string, Thermistor>;

export type ThermistorName = keyof typeof THERMISTORS;
export const THERMISTOR_NAMES = Object.keys(THERMISTORS) as readonly ThermistorName[];

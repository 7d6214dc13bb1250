// What an estimator is put through: each error of sensors and of prior knowledge alone, with both signs, and all together
// with the signs that push the state of charge the same way. Sizes follow the usual protocol of such comparisons: the
// reference comes from the same current the estimator reads, so untouched sensors and a right start prove nothing.

import type { SensorErrors } from "../sim/recorded/recorded-board.ts";

/** What the estimator is told of the state of charge at the first sample. */
export type Start = "right" | "low" | "high" | "unknown";

export type Perturbation = {
  readonly name: string;
  readonly title: string;
  readonly start: Start;
  /** The estimator joins, told nothing, where the true state of charge has fallen to this; 1: at the first sample. */
  readonly joinAt: number;
  /** Error of the current sensor in parts of the capacity per hour (0.01: C/100), and of its gain. */
  readonly offset_C: number;
  readonly gain: number;
  readonly noise_V: number;
  readonly offset_V: number;
  readonly offset_K: number;
  /** The capacity the estimator is told, over the true one. */
  readonly capacity: number;
  /** The current is read once a sample instead of averaged over it. */
  readonly sampled: boolean;
};

const NONE: Perturbation = {
  name: "none",
  title: "right start, untouched sensors",
  start: "right",
  joinAt: 1,
  offset_C: 0,
  gain: 0,
  noise_V: 0,
  offset_V: 0,
  offset_K: 0,
  capacity: 1,
  sampled: false,
};

const START_ERROR = 0.2;
const STATED_START = 0.02;
const all = (sign: 1 | -1): Omit<Perturbation, "name" | "title" | "start"> => ({
  joinAt: 1,
  offset_C: sign * 0.01,
  gain: sign * -0.01, // recordings of use discharge: a current read too large empties the count
  noise_V: 0.002,
  offset_V: sign * 0.003,
  offset_K: sign * -2, // a cell thought warmer is thought to drop less, so its voltage reads as less charge
  capacity: 1 + sign * 0.1,
  sampled: true,
});

/** Every perturbation by its name, in the order in which they are told. */
export const PERTURBATIONS: readonly Perturbation[] = [
  NONE,
  { ...NONE, name: "start-", title: "start told 20 % too low", start: "low" },
  { ...NONE, name: "start+", title: "start told 20 % too high", start: "high" },
  { ...NONE, name: "unknown", title: "start not told", start: "unknown" },
  { ...NONE, name: "joined", title: "joins under load at 60 %, told nothing", start: "unknown", joinAt: 0.6 },
  { ...NONE, name: "offset-", title: "current offset of -C/100", offset_C: -0.01 },
  { ...NONE, name: "offset+", title: "current offset of +C/100", offset_C: 0.01 },
  { ...NONE, name: "gain-", title: "current gain 1 % low", gain: -0.01 },
  { ...NONE, name: "gain+", title: "current gain 1 % high", gain: 0.01 },
  { ...NONE, name: "noise", title: "2 mV of noise on every voltage", noise_V: 0.002 },
  { ...NONE, name: "voltage-", title: "voltage 3 mV low", offset_V: -0.003 },
  { ...NONE, name: "voltage+", title: "voltage 3 mV high", offset_V: 0.003 },
  { ...NONE, name: "capacity-", title: "capacity told 10 % too small", capacity: 0.9 },
  { ...NONE, name: "capacity+", title: "capacity told 10 % too large", capacity: 1.1 },
  { ...NONE, name: "temperature-", title: "temperature 2 K low", offset_K: -2 },
  { ...NONE, name: "temperature+", title: "temperature 2 K high", offset_K: 2 },
  { ...NONE, name: "sampling", title: "current read once a sample", sampled: true },
  { ...all(-1), name: "all-", title: "all errors push down, start told 20 % too low", start: "low" },
  { ...all(1), name: "all+", title: "all errors push up, start told 20 % too high", start: "high" },
  { ...all(-1), name: "all-unknown", title: "all errors push down, start not told", start: "unknown" },
  { ...all(1), name: "all+unknown", title: "all errors push up, start not told", start: "unknown" },
];

/** The row that stands for all errors together: for each recording and estimator the worst of these. */
export const TOGETHER = "all";
export const TOGETHER_NAMES: readonly string[] = ["all-", "all+", "all-unknown", "all+unknown"];

/** Words a list may hold beside the names: one error with both its signs, and all together. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  start: ["start-", "start+", "unknown", "joined"],
  offset: ["offset-", "offset+"],
  gain: ["gain-", "gain+"],
  voltage: ["voltage-", "voltage+"],
  capacity: ["capacity-", "capacity+"],
  temperature: ["temperature-", "temperature+"],
  together: TOGETHER_NAMES,
  all: PERTURBATIONS.map(({ name }) => name),
};

export const PERTURBATION_WORDS: readonly string[] = [
  ...new Set([...PERTURBATIONS.map(({ name }) => name), ...Object.keys(FAMILIES)]),
];

/** The perturbations a list of words means, in the order of the table; undefined for a word nobody knows. */
export function perturbationsOf(words: readonly string[]): readonly Perturbation[] | undefined {
  const names = new Set<string>();
  for (const word of words) {
    const meant = FAMILIES[word] ?? (PERTURBATIONS.some(({ name }) => name === word) ? [word] : undefined);
    if (meant === undefined) return undefined;
    for (const name of meant) names.add(name);
  }
  return PERTURBATIONS.filter(({ name }) => names.has(name));
}

/** What the sensors of a cell of that capacity get wrong. */
export const sensorErrors = (perturbation: Perturbation, capacity_Ah: number): SensorErrors => ({
  currentOffset_A: perturbation.offset_C * capacity_Ah,
  currentGain: perturbation.gain,
  cellOffset_V: perturbation.offset_V,
  cellNoise_V: perturbation.noise_V,
  temperatureOffset_K: perturbation.offset_K,
});

export type Told = { readonly soc: number; readonly bound: number };

/**
 * The state of charge an estimator is told, with the 95 % half-width it is told with: 2 % where it is right, 20 % where it
 * is 20 % off. Undefined: told nothing. No battery is told more than full or less than empty.
 */
export function toldStart({ start }: Perturbation, truth: number): Told | undefined {
  if (start === "unknown") return undefined;
  if (start === "right") return { soc: inside(truth), bound: STATED_START };
  return { soc: inside(truth + (start === "low" ? -START_ERROR : START_ERROR)), bound: START_ERROR };
}

const inside = (soc: number): number => (soc < 0 ? 0 : soc > 1 ? 1 : soc);

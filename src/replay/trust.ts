// From when on the comparison of two devices on the same inputs can no longer be trusted: as soon as their commands differ
// in a way that would have changed the inputs. Hard: whether current could flow at all. Weak: what shifts a value a little,
// or what a partner that obeys would have done otherwise.

import { BIT, type Switches } from "./commands.ts";
import type { Track } from "./track.ts";

export const TRUST_KINDS = {
  contactors: {
    weight: "hard",
    bits: BIT.charge | BIT.discharge | BIT.common | BIT.main,
    words: "another contactor is closed: current would have flowed that did not, or the other way round",
  },
  power: {
    weight: "hard",
    bits: BIT.power,
    words: "one device switches its supply off and the other does not",
  },
  precharge: {
    weight: "weak",
    bits: BIT.precharge,
    words: "precharge runs at another time: the current of some hundred milliseconds would be another",
  },
  balancing: {
    weight: "weak",
    bits: BIT.balancing,
    words: "other cells are balanced: their voltages would shift, by millivolts at once and slowly with the charge",
  },
  heat: {
    weight: "weak",
    bits: BIT.heater | BIT.cooler,
    words: "heater or cooler runs at another time: the temperatures would be others",
  },
  auxiliary: {
    weight: "weak",
    bits: BIT.auxiliary | BIT.external,
    words: "another auxiliary load is switched: its current would be missing, or come on top",
  },
  allowCharging: {
    weight: "weak",
    bits: BIT.allowCharging,
    words: "a charger that obeys would have charged when it did not, or the other way round",
  },
  chargeLimit: {
    weight: "weak",
    bits: 0,
    words:
      "the limit of the charging current is another where it counts: a charger that obeys would have given another current",
  },
  dischargeLimit: {
    weight: "weak",
    bits: 0,
    words:
      "the limit of the discharging current is another where it counts: a load that obeys would have taken another current",
  },
} as const satisfies Record<string, { weight: "hard" | "weak"; bits: number; words: string }>;

export type TrustKind = keyof typeof TRUST_KINDS;
const KINDS = Object.keys(TRUST_KINDS) as readonly TrustKind[];

/** The first time of a kind, log time in microseconds. */
export type Distrust = { readonly kind: TrustKind; readonly weight: "hard" | "weak"; readonly at_us: number };

/** The first time of each kind that occurs, earliest first. */
export function distrust(baseline: Track, whatIf: Track): Distrust[] {
  const first = new Map<TrustKind, number>();
  compareSwitches(baseline.switches, whatIf.switches, first);
  compareLimits(baseline, whatIf, first);
  return [...first]
    .map(([kind, at_us]) => ({ kind, weight: TRUST_KINDS[kind].weight, at_us }))
    .sort((a, b) => a.at_us - b.at_us);
}

/** Both lists of changes side by side, from one change of either to the next. */
function compareSwitches(a: Switches, b: Switches, first: Map<TrustKind, number>): void {
  let [i, k] = [0, 0];
  while (i < a.time_us.length || k < b.time_us.length) {
    const at_us = Math.min(a.time_us[i] ?? Infinity, b.time_us[k] ?? Infinity);
    while (i < a.time_us.length && a.time_us[i] <= at_us) i++;
    while (k < b.time_us.length && b.time_us[k] <= at_us) k++;
    if (i === 0 || k === 0) continue; // one of them has not begun yet
    const differing = a.word[i - 1] ^ b.word[k - 1];
    for (const kind of KINDS)
      if ((differing & TRUST_KINDS[kind].bits) !== 0 && !first.has(kind)) first.set(kind, at_us);
    if (a.cells[i - 1] !== b.cells[k - 1] && !first.has("balancing")) first.set("balancing", at_us);
  }
}

/** A limit counts where the current is held by it, or is beyond the other one: else who obeys does the same under both. */
const NEAR = 0.95;
const ROUND_A = 0.5;

function compareLimits({ samples: a }: Track, { samples: b }: Track, first: Map<TrustKind, number>): void {
  for (let i = 0; i < Math.min(a.time_us.length, b.time_us.length); i++) {
    if (isBinding(a.maxCurrent_A[i], a.chargeLimit_A[i], b.chargeLimit_A[i]) && !first.has("chargeLimit"))
      first.set("chargeLimit", a.time_us[i]);
    if (isBinding(-a.minCurrent_A[i], a.dischargeLimit_A[i], b.dischargeLimit_A[i]) && !first.has("dischargeLimit"))
      first.set("dischargeLimit", a.time_us[i]);
  }
}

function isBinding(current_A: number, recorded_A: number, whatIf_A: number): boolean {
  if (!(current_A > ROUND_A) || Math.abs(recorded_A - whatIf_A) < ROUND_A) return false;
  const obeyed = current_A <= recorded_A + ROUND_A;
  return obeyed && (whatIf_A < current_A || current_A >= NEAR * recorded_A);
}

// What share of a load's drop the identified model misses: of each recording of use the root mean square of what is missed, over that of
// the drop of late as a device reckons it (core/estimate/cell-model.ts): whole resistance times a mean square of the current that
// comes within minutes and goes within half an hour. A third of the recordings are better: what is missed in the cold, or by a recording
// that does not fit, is stated over temperature beside it. A device counts the share twice, of the drop now and of that of late.

import { createHats, followStates, type States } from "./cell-curves.ts";
import type { Identified } from "./identify.ts";
import { drop_V, modelled_V } from "./linear-fit.ts";
import { inUse } from "./stretches.ts";
import type { Trial } from "./trial.ts";

/** How fast the memory of a load comes and goes. */
const HEATS_s = 120;
const COOLS_s = 1800;
/** Below this charge the rest voltage is steep, which has a doubt of its own. */
const LEAST_SOC = 0.1;
/** No better known than in steps of this, and never surer than the least. */
const STEP = 0.005;
const LEAST = 0.02;

export function loadErrorOf(cell: Identified): number {
  const shares = inUse(cell.used)
    .map((trial) => shareOf(trial, cell))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const third = shares.length === 0 ? LEAST : shares[Math.floor(shares.length / 3)] / Math.SQRT2;
  return Math.max(LEAST, Number((STEP * Math.round(third / STEP)).toFixed(3)));
}

function shareOf(trial: Trial, { shape, ground, curves }: Identified): number {
  const states = followStates(trial, shape, ground.nodes, ground.capacity_Ah);
  const hats = createHats();
  const one = unitLoad(trial.soc.length);
  let late_A2 = 0,
    missed = 0,
    late = 0;
  for (let i = 1; i < trial.soc.length; i++) {
    const square = states.bent_A[i] ** 2 - late_A2;
    late_A2 += square * (1 - Math.exp((trial.time_s[i - 1] - trial.time_s[i]) / (square > 0 ? HEATS_s : COOLS_s)));
    if (trial.soc[i] < LEAST_SOC) continue;
    const missed_V = trial.voltage_V[i] - modelled_V(trial, states, curves, ground, i, hats);
    missed += trial.weight[i] * missed_V * missed_V;
    late += trial.weight[i] * drop_V(trial, one, curves, ground, i, hats) ** 2 * late_A2;
  }
  return Math.sqrt(missed / late);
}

/** One ampere through the resistance and both pairs: the drop is the whole resistance. */
function unitLoad(rows: number): States {
  const ones = new Float64Array(rows).fill(1);
  return { bent_A: ones, fast_A: ones, slow_A: ones, surface: ones, branch: ones };
}

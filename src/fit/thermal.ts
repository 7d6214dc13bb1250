// Heat of a cell from the temperature it showed under load: heat capacity and cooling by least squares on
// C dT/dt = I (U - U0) - h (T - Ta), with the surroundings' temperature free for each recording.

import { createHats, placeHats } from "./cell-curves.ts";
import type { Identified } from "./identify.ts";
import { OCV_NODES } from "./linear-fit.ts";
import { addRow, createEquations, solve } from "./normal-equations.ts";
import type { Trial } from "./trial.ts";

export type Heat = { readonly heat_J_per_K: number; readonly cooling_W_per_K: number };

/** Temperatures are read over that long: their steps are coarse. */
const SPAN_s = 120;
/** Less than this change of temperature in a recording tells nothing. */
const LEAST_K = 1.5;

/** Undefined where no recording warmed the cell enough, or its temperature is no measurement. */
export function heatOf(trials: readonly Trial[], cell: Identified): Heat | undefined {
  const warmed = trials.filter((trial) => trial.kind === "drive" && swing_K(trial) > LEAST_K);
  if (warmed.length === 0) return undefined;
  const equations = createEquations(2 + warmed.length);
  const at = new Int32Array(3);
  const factors = new Float64Array(3);
  warmed.forEach((trial, t) => {
    for (const { rate_K_per_s, heat_W, degC } of spansOf(trial, cell)) {
      at.set([0, 1, 2 + t]);
      factors.set([heat_W, -degC, 1]);
      addRow(equations, at, factors, 3, rate_K_per_s * 1000, 1);
    }
  });
  const [perHeat, perKelvin] = solve(equations);
  const heat_J_per_K = 1000 / perHeat;
  const cooling_W_per_K = perKelvin / perHeat;
  return heat_J_per_K > 1 && heat_J_per_K < 1e6 && cooling_W_per_K > 0 ? { heat_J_per_K, cooling_W_per_K } : undefined;
}

function swing_K({ degC }: Trial): number {
  let low = degC[0],
    high = degC[0];
  for (const value of degC) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

type Span = { readonly rate_K_per_s: number; readonly heat_W: number; readonly degC: number };

function spansOf(trial: Trial, cell: Identified): readonly Span[] {
  const { time_s, degC } = trial;
  const spans: Span[] = [];
  for (let from = 0, to = 0; to < time_s.length; to++) {
    const span_s = time_s[to] - time_s[from];
    if (span_s < SPAN_s) continue;
    let heat_J = 0;
    for (let i = from + 1; i <= to; i++) heat_J += lost_W(trial, cell, i) * (time_s[i] - time_s[i - 1]);
    spans.push({
      rate_K_per_s: (degC[to] - degC[from]) / span_s,
      heat_W: heat_J / span_s,
      degC: 0.5 * (degC[to] + degC[from]),
    });
    from = to;
  }
  return spans;
}

const HATS = createHats();

function lost_W(trial: Trial, { curves, ground }: Identified, i: number): number {
  placeHats(HATS, OCV_NODES, ground.nodes, trial.soc[i], trial.degC[i]);
  let rest_V = 0;
  for (let k = 0; k < 4; k++) if (HATS.part[k] !== 0) rest_V += HATS.part[k] * curves.rest_V[HATS.at[k]];
  return trial.current_A[i] * (trial.voltage_V[i] - rest_V);
}

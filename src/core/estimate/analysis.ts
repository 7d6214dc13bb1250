// Cell analysis: the discharge characteristic of one cell, its voltage before and after each of 21 steps of a 21st of its
// capacity (vendor's rule). Charge put back in between has to be drawn again.

import type { Bms } from "../bms.ts";

export const ANALYSIS_STEPS = 21;

/** Starts to record a cell (from 0), or with -1 the one that the settings name. */
export function beginAnalysis(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const chosen = plan.analyseMostDischarged ? estimate.mostDischargedCell : plan.analyseCell;
  const analysed = cell >= 0 ? cell : chosen;
  const { analysis } = estimate;
  analysis.running = 1;
  analysis.done = 0;
  analysis.cell = analysed < plan.cells ? analysed : 0;
  analysis.step = 0;
  analysis.drawn_Ah = 0;
  analysis.start_Ah = estimate.lifetimeDischarged_Ah - estimate.lifetimeCharged_Ah;
  analysis.points_V.fill(0);
  analysis.points_V[0] = measure.cells_V[analysis.cell];
}

/** With each set of cell voltages. A voltage that is not believed waits for one that is. */
export function recordAnalysis(bms: Bms): void {
  const { estimate, measure } = bms;
  const { analysis } = estimate;
  if (analysis.running === 0) return;
  analysis.drawn_Ah = estimate.lifetimeDischarged_Ah - estimate.lifetimeCharged_Ah - analysis.start_Ah;
  const step_Ah = estimate.cellCapacity_Ah[analysis.cell] / ANALYSIS_STEPS;
  if (!(step_Ah > 0) || measure.cellValid[analysis.cell] === 0) return;
  if (analysis.drawn_Ah < (analysis.step + 1) * step_Ah - 1e-9) return;
  analysis.step++;
  analysis.points_V[analysis.step] = measure.cells_V[analysis.cell];
  if (analysis.step < ANALYSIS_STEPS) return;
  analysis.running = 0;
  analysis.done = 1;
}

// Resistance of the cells from steps of the current, by the vendor's two rules: leaving relaxation, R = (U - Uocv) / Istable;
// between two stable currents, R = (U2 - U1) / (Istable2 - Istable1) when they differ by more than a fifth of the capacity.
// Stable: within 5 % for the stabilisation time. What the pairs have already taken up is counted with the current, and the
// result is brought to 25 degC and half charge.

import type { Bms } from "../bms.ts";
import { driveOf } from "./cell-model.ts";
import { surfaceAt } from "./surface.ts";

const BAND = 0.05;
/** After this long without a stable current the old voltages say nothing any more. */
const EXPIRY_us = 60_000_000;
const RELAXED = 1;
const STABLE = 2;
/** A new value counts this much once there is an old one, and must lie between these parts of the nominal one. */
const WEIGHT = 0.25;
const LEAST = 0.25;
const MOST = 8;

/** Every tick: how long the current has stayed within 5 % of where it was. */
export function followStability(bms: Bms, dt_us: number): void {
  const o = bms.estimate.observer;
  const current_A = bms.measure.current_A;
  const believed = bms.measure.currentValid === 1;
  const off_A = current_A > o.stable_A ? current_A - o.stable_A : o.stable_A - current_A;
  const band_A = BAND * (o.stable_A < 0 ? -o.stable_A : o.stable_A);
  if (believed && off_A <= band_A) {
    o.stable_us += dt_us;
  } else {
    o.stable_A = current_A;
    o.stable_us = 0;
  }
  o.referenceAge_us += dt_us;
}

/** With each set of cell voltages. */
export function measureResistance(bms: Bms): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  if (!plan.measureResistance || estimate.started === 0) return;
  if (estimate.relaxed === 1) {
    keepReference(bms, RELAXED, 0);
    return;
  }
  if (o.reference !== 0 && o.referenceAge_us > EXPIRY_us) o.reference = 0;
  if (o.stable_us < plan.stabilisation_us || isIdle(bms, o.stable_A)) return;
  const step_A = o.stable_A - o.reference_A;
  if (o.reference !== 0 && (step_A > plan.step_A || step_A < -plan.step_A)) takeStep(bms);
  keepReference(bms, STABLE, o.stable_A);
}

const isIdle = (bms: Bms, current_A: number): boolean =>
  current_A < bms.plan.estimate.absentCharge_A && current_A > -bms.plan.estimate.absentDischarge_A;

function keepReference(bms: Bms, kind: number, current_A: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  o.reference = kind;
  o.referenceAge_us = 0;
  o.reference_A = current_A;
  o.referenceDrive_A = driveOf(estimate, plan, measure.current_A);
  for (let cell = 0; cell < plan.cells; cell++) {
    o.reference_V[cell] = measure.cells_V[cell];
    o.referenceValid[cell] = measure.cellValid[cell];
  }
}

function takeStep(bms: Bms): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const drive_A = driveOf(estimate, plan, measure.current_A) - o.referenceDrive_A;
  for (let cell = 0; cell < plan.cells; cell++) {
    if (o.referenceValid[cell] === 0 || measure.cellValid[cell] === 0) continue;
    const ratio = surfaceAt(plan.resistanceRatio, estimate.cellSoc[cell], measure.cellTemperatures_degC[cell]);
    takeResistance(bms, cell, (measure.cells_V[cell] - o.reference_V[cell]) / (drive_A * ratio));
  }
}

function takeResistance(bms: Bms, cell: number, measured_Ohm: number): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  if (!(measured_Ohm > LEAST * plan.resistance_Ohm && measured_Ohm < MOST * plan.resistance_Ohm)) return;
  const weight = o.steps[cell] === 0 ? 1 : WEIGHT;
  estimate.cellResistance_Ohm[cell] += weight * (measured_Ohm - estimate.cellResistance_Ohm[cell]);
  if (o.steps[cell] < 1000) o.steps[cell]++;
}

// The stage "estimate": charge, health and limits from the history of current and voltage. Charge is counted in every tick;
// cell voltages are used when new ones have come, a few cells at a time; slow things follow each second.

import { unreachable } from "../../base/assert.ts";
import type { Bms } from "../bms.ts";
import { beginAnalysis, recordAnalysis } from "./analysis.ts";
import { anchorCell } from "./anchors.ts";
import { adoptNominals, followCapacity } from "./capacity.ts";
import { followBleeding } from "./cell-charge.ts";
import { followSpread } from "./cell-spread.ts";
import { findWeakest, followApart, followBalancingTime } from "./cell-verdict.ts";
import { clearCounters, countCharge, spreadCharge } from "./charge-count.ts";
import { adoptCell, correctWhenOverdue, settle } from "./correction.ts";
import { wearZero } from "./current-zero.ts";
import { observeCell } from "./enhanced-method.ts";
import { REASON } from "./estimated.ts";
import { KEPT_FIELDS } from "./kept.ts";
import { countLife } from "./lifetime.ts";
import { limitCurrents } from "./limits.ts";
import { mergeCells } from "./pack-soc.ts";
import { watchCharge } from "./partial-charges.ts";
import { followPower, statePower } from "./power-limits.ts";
import { believeReading, readVoltage, refreshCell } from "./reading.ts";
import { followStability, measureResistance } from "./resistance.ts";
import { followResponse, learnResponse, solveResponse } from "./response.ts";
import { followRest } from "./rest.ts";
import { followRuntime } from "./runtime.ts";
import { readAtWake } from "./self-discharge.ts";
import { countAndCorrect } from "./simplified-method.ts";
import { remember, startBlock } from "./uncertainty.ts";
import { followUsable } from "./usable-capacity.ts";
import { followVoltage } from "./voltage-method.ts";

/** Fields of the stage's state that survive a power cycle. */
export const ESTIMATE_KEPT: readonly string[] = KEPT_FIELDS;

/** Cells are given their charge at least this often, also when no cell voltages come. */
const SPREAD_us = 200_000;
const SECOND_us = 1_000_000;

export function estimate(bms: Bms, dt_us: number): void {
  const observer = bms.estimate.observer;
  countCharge(bms, dt_us);
  followRest(bms, dt_us);
  followStability(bms, dt_us);
  followResponse(bms, dt_us);
  if (bms.measure.fresh === 1) useVoltages(bms);
  else if (observer.pending_us >= SPREAD_us) withoutVoltages(bms);
  if (observer.second_us >= SECOND_us) everySecond(bms);
}

/** New cell voltages: some cells get their turn, and what depends on all of them is made anew. */
function useVoltages(bms: Bms): void {
  const observer = bms.estimate.observer;
  const elapsed_us = observer.pending_us;
  adoptNominals(bms);
  spreadCharge(bms);
  for (let turn = 0; turn < bms.plan.estimate.cellsPerTurn; turn++) nextCell(bms, elapsed_us);
  if (bms.estimate.life.restDue === 1) readAtWake(bms);
  judgeVoltages(bms);
  measureResistance(bms);
  learnResponse(bms);
  followPower(bms);
  recordAnalysis(bms);
  mergeIfStarted(bms);
  limitCurrents(bms, elapsed_us);
  observer.sample_A = bms.measure.current_A;
}

function withoutVoltages(bms: Bms): void {
  const elapsed_us = bms.estimate.observer.pending_us;
  spreadCharge(bms);
  mergeIfStarted(bms);
  limitCurrents(bms, elapsed_us);
}

function nextCell(bms: Bms, elapsed_us: number): void {
  const { cells, cellsPerTurn } = bms.plan.estimate;
  const { observer } = bms.estimate;
  const cell = observer.nextCell < cells ? observer.nextCell : 0;
  observer.nextCell = cell + 1 < cells ? cell + 1 : 0;
  if (observer.due[cell] !== 0) settle(bms, cell);
  if (observer.due[cell] === 1) return;
  refreshCell(bms, cell);
  if (bms.plan.estimate.method !== "voltage") anchorCell(bms, cell, (elapsed_us * cells) / cellsPerTurn);
  follow(bms, cell, (elapsed_us * cells) / cellsPerTurn);
  watchCharge(bms, cell);
}

function follow(bms: Bms, cell: number, elapsed_us: number): void {
  const { method } = bms.plan.estimate;
  switch (method) {
    case "voltage":
      followVoltage(bms, cell);
      return;
    case "simplified":
      countAndCorrect(bms, cell);
      correctWhenOverdue(bms, cell);
      return;
    case "enhanced":
      observeCell(bms, cell, elapsed_us);
      correctWhenOverdue(bms, cell);
      return;
    default:
      unreachable(method);
  }
}

/** Cell voltages without the drop over the cell's resistance, U - I R, and the rest voltages the estimate stands for. */
function judgeVoltages(bms: Bms): void {
  const { estimate, measure } = bms;
  const { cells } = bms.plan.estimate;
  let minRest_V = 99,
    maxRest_V = 0,
    minOcv_V = 99,
    maxOcv_V = 0;
  for (let cell = 0; cell < cells; cell++) {
    const rest_V = measure.cells_V[cell] - measure.current_A * estimate.observer.actual_Ohm[cell];
    const ocv_V = estimate.cellOcv_V[cell];
    if (rest_V < minRest_V) minRest_V = rest_V;
    if (rest_V > maxRest_V) maxRest_V = rest_V;
    if (ocv_V < minOcv_V) minOcv_V = ocv_V;
    if (ocv_V > maxOcv_V) maxOcv_V = ocv_V;
  }
  const believed = measure.cellsValid === 1 && measure.currentValid === 1;
  estimate.minRest_V = believed ? minRest_V : measure.minCell_V; // what cannot be corrected is judged as it is
  estimate.maxRest_V = believed ? maxRest_V : measure.maxCell_V;
  estimate.minOcv_V = minOcv_V;
  estimate.maxOcv_V = maxOcv_V;
  estimate.power_W = measure.battery_V * measure.current_A;
}

/** The battery has a state of charge once every cell has one. */
function mergeIfStarted(bms: Bms): void {
  const { estimate } = bms;
  const { due } = estimate.observer;
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) {
    if (due[cell] === 1) {
      estimate.started = 0;
      return;
    }
  }
  const first = estimate.started === 0;
  estimate.started = 1;
  mergeCells(bms);
  if (first) estimate.dod_Ah = (1 - estimate.internalSoc) * estimate.effectiveCapacity_Ah;
}

function everySecond(bms: Bms): void {
  const { estimate, measure } = bms;
  const elapsed_us = estimate.observer.second_us;
  estimate.observer.second_us = 0;
  if (estimate.started === 0 && measure.cellsValid === 1) estimate.observer.waiting_us += elapsed_us;
  wearZero(bms, elapsed_us * 1e-6);
  if (estimate.started === 1) remember(estimate, bms.plan.estimate.cells);
  followCapacity(bms);
  solveResponse(bms);
  followBleeding(estimate, bms.plan.estimate.cells);
  followUsable(bms);
  followApart(bms, elapsed_us * 1e-6);
  followSpread(bms, elapsed_us * 1e-6);
  findWeakest(bms);
  followBalancingTime(bms);
  statePower(bms);
  followRuntime(bms, elapsed_us * 1e-6);
  countLife(bms, elapsed_us * 1e-6);
}

/** Command: state of charge from the rest voltage, resistance and capacity from the settings, for every cell. */
export function resetParameters(bms: Bms): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  estimate.effectiveCapacity_Ah = plan.capacity_Ah;
  estimate.countedFromFull = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    estimate.cellCapacity_Ah[cell] = plan.capacity_Ah;
    estimate.cellResistance_Ohm[cell] = plan.resistance_Ohm;
    estimate.observer.model_Ohm[cell] = plan.resistance_Ohm;
    estimate.cellDrawn_Ah[cell] = -1;
    estimate.observer.steps[cell] = 0;
    adoptCell(bms, cell);
    startBlock(estimate, plan, cell);
    if (measure.cellValid[cell] === 0 || measure.currentValid === 0) {
      estimate.observer.due[cell] = 1;
      continue;
    }
    readVoltage(bms, cell);
    believeReading(bms, cell, estimate.observer.readBound, REASON.reset);
    estimate.observer.due[cell] = 0;
  }
  mergeIfStarted(bms);
  if (estimate.started === 1) estimate.dod_Ah = (1 - estimate.internalSoc) * plan.capacity_Ah;
}

/** Command: the cycle counter starts at zero. */
export function resetCycles(bms: Bms): void {
  bms.estimate.cycles = 0;
  bms.estimate.cycleDepth_Ah = 0;
}

/** Command: the resettable counters of charge and energy start at zero. */
export function resetCounters(bms: Bms): void {
  clearCounters(bms.estimate);
}

/** Command: record the discharge characteristic of a cell (from 0), or with -1 of the one the settings name. */
export function startAnalysis(bms: Bms, cell: number): void {
  beginAnalysis(bms, cell);
}

/** Command: end the recording; the points so far stay. */
export function stopAnalysis(bms: Bms): void {
  bms.estimate.analysis.running = 0;
}

// The cells: charge, two relaxations, hysteresis of two speeds, and the voltage that follows. One call per conversion
// moves the charge of the time since the last; resistances follow temperature and SOC once a second (thermal.ts).
// A cell is: rest voltage(SOC, T, history) + two RC voltages + R0 * current, with leaks and balancing beside it.

import { assert } from "../../base/assert.ts";
import { fraction, interpolate, segment } from "../../base/interpolate.ts";
import { CELL_INPUTS } from "../../core/sensors.ts";
import type { CellModel } from "./cell-models.ts";

/** SOC axis of the resampled curves: equal steps, some way beyond empty and full. */
export const LOW_SOC = -0.2;
export const HIGH_SOC = 1.25;
const POINTS = 581;
const LOWEST_SOC = LOW_SOC + 0.01;
const HIGHEST_SOC = HIGH_SOC - 0.01;
const STEPS_PER_SOC = (POINTS - 1) / (HIGH_SOC - LOW_SOC);

export type Cells = {
  count: number;
  model: CellModel;
  /** Curves resampled over LOW_SOC..HIGH_SOC. */
  ocv_V: Float64Array;
  halfGap_V: Float64Array;
  entropy_V_per_K: Float64Array;
  bySoc: Float64Array;
  soc: Float64Array;
  /** Hysteresis states, -1 after long discharge .. 1 after long charge. */
  fastMemory: Float64Array;
  slowMemory: Float64Array;
  relaxation1_V: Float64Array;
  relaxation2_V: Float64Array;
  temperature_degC: Float64Array;
  /** At 25 degC, with ageing; and as delivered. */
  capacity25_Ah: Float64Array;
  newCapacity_Ah: Float64Array;
  resistanceFactor: Float64Array;
  selfDischargeFactor: Float64Array;
  fadeCycles: Float64Array;
  fadeCalendar: Float64Array;
  throughput_Ah: Float64Array;
  /** Of the present temperature and SOC. */
  r0_Ohm: Float64Array;
  r1_Ohm: Float64Array;
  r2_Ohm: Float64Array;
  stretch: Float64Array;
  gapFactor: Float64Array;
  entropyShift_V: Float64Array;
  selfDischarge_A: Float64Array;
  leak_S: Float64Array;
  /** 1 / (1 + R0 * leak): what the leak leaves at the terminals; and -1 for a reversed cell. */
  share: Float64Array;
  polarity: Float64Array;
  /** Inner voltage without R0; its part at equilibrium. */
  inner_V: Float64Array;
  equilibrium_V: Float64Array;
  terminal_V: Float64Array;
  balancing_A: Float64Array;
  abuse: Uint8Array;
  /** Irreversible heat and charge since the last heat step; all irreversible heat so far. */
  heat_J: Float64Array;
  moved_As: Float64Array;
  totalHeat_J: number;
  balanced_J: number;
  /** The stack as the circuit sees it until the next update. */
  stack_V: number;
  stack_Ohm: number;
  dt_us: number;
  decay1: number;
  decay2: number;
};

/** Cells of a model at rest; the caller fills soc, temperature, capacities and factors, then refreshes. */
export function createCells(model: CellModel, count: number): Cells {
  assert(count >= 1 && count <= CELL_INPUTS, "1..18 cells");
  const row = (): Float64Array => new Float64Array(CELL_INPUTS);
  return {
    count,
    model,
    ocv_V: resampleVoltage(model),
    halfGap_V: resample(model.soc, model.halfGap),
    entropy_V_per_K: resample(model.soc, model.entropy),
    bySoc: resample(model.soc, model.resistanceBySoc),
    soc: row(),
    fastMemory: row(),
    slowMemory: row(),
    relaxation1_V: row(),
    relaxation2_V: row(),
    temperature_degC: row(),
    capacity25_Ah: row(),
    newCapacity_Ah: row(),
    resistanceFactor: row(),
    selfDischargeFactor: row(),
    fadeCycles: row(),
    fadeCalendar: row(),
    throughput_Ah: row(),
    r0_Ohm: row(),
    r1_Ohm: row(),
    r2_Ohm: row(),
    stretch: row().fill(1),
    gapFactor: row().fill(1),
    entropyShift_V: row(),
    selfDischarge_A: row(),
    leak_S: row(),
    share: row().fill(1),
    polarity: row().fill(1),
    inner_V: row(),
    equilibrium_V: row(),
    terminal_V: row(),
    balancing_A: row(),
    abuse: new Uint8Array(CELL_INPUTS),
    heat_J: row(),
    moved_As: row(),
    totalHeat_J: 0,
    balanced_J: 0,
    stack_V: 0,
    stack_Ohm: 0,
    dt_us: 0,
    decay1: 0,
    decay2: 0,
  };
}

function resample(axis: readonly number[], values: readonly number[]): Float64Array {
  const table = new Float64Array(POINTS);
  for (let i = 0; i < POINTS; i++) table[i] = interpolate(axis, values, LOW_SOC + i / STEPS_PER_SOC);
  return table;
}

function resampleVoltage(model: CellModel): Float64Array {
  const table = resample(model.soc, model.ocv);
  for (let i = 0; i < POINTS; i++) {
    const soc = LOW_SOC + i / STEPS_PER_SOC;
    if (soc > 1) table[i] = Math.min(table[i] + (soc - 1) * model.overcharge.slope, model.overcharge.end_V);
    if (soc < 0) table[i] = Math.max(table[i] + soc * model.overdischarge.slope, model.overdischarge.end_V);
  }
  return table;
}

/** What flowed since the last update. */
export type Flow = {
  /** Mean and mean square of the current through the stack, charging positive; the current at the end. */
  mean_A: number;
  square_A2: number;
  now_A: number;
  /** Conductance of a balancing resistor, averaged over its pauses; 0 while the board is off. */
  balance_S: number;
};

const FAST_MEMORY = 120; // per unit of SOC: the fast half of the gap is crossed in about a percent,
const SLOW_MEMORY = 18; // the slow half in about six

/** Move the charge of dt_us through all cells and find the voltages that follow. */
export function moveCharge(cells: Cells, flow: Flow, balance: Uint8Array, dt_us: number): void {
  if (dt_us !== cells.dt_us) setStep(cells, dt_us);
  const dt_s = dt_us * 1e-6;
  let stack_V = 0;
  let stack_Ohm = 0;
  for (let k = 0; k < cells.count; k++) {
    const balancing_A = balance[k] === 1 ? cells.terminal_V[k] * flow.balance_S : 0;
    cells.balancing_A[k] = balancing_A;
    cells.balanced_J += balancing_A * cells.terminal_V[k] * dt_s;
    const polarity = cells.polarity[k];
    moveCell(cells, k, polarity * flow.mean_A - balancing_A, flow.square_A2 - flow.mean_A * flow.mean_A, dt_s);
    const share = cells.share[k];
    const r0 = cells.r0_Ohm[k];
    cells.terminal_V[k] = (cells.inner_V[k] + r0 * (polarity * flow.now_A - balancing_A)) * share;
    stack_V += polarity * (cells.inner_V[k] - r0 * balancing_A) * share;
    stack_Ohm += r0 * share;
  }
  cells.stack_V = stack_V;
  cells.stack_Ohm = stack_Ohm;
}

function setStep(cells: Cells, dt_us: number): void {
  cells.dt_us = dt_us;
  cells.decay1 = Math.exp((-dt_us * 1e-6) / cells.model.tau1_s);
  cells.decay2 = Math.exp((-dt_us * 1e-6) / cells.model.tau2_s);
}

/** One cell with the mean current at its terminals and the variance of that current. */
function moveCell(cells: Cells, k: number, outer_A: number, variance_A2: number, dt_s: number): void {
  const r0 = cells.r0_Ohm[k];
  const before_V = cells.inner_V[k];
  const leak_S = cells.leak_S[k];
  const leak_A = leak_S > 0 ? (before_V + r0 * outer_A) * cells.share[k] * leak_S : 0;
  const r0_A = outer_A - leak_A;
  const lost_A = cells.selfDischarge_A[k];
  const inner_A = r0_A - lost_A;
  const moved = moveSoc(cells, k, inner_A, dt_s);
  const memory = remember(cells, k, moved);
  const target1_V = inner_A * cells.r1_Ohm[k];
  const target2_V = inner_A * cells.r2_Ohm[k];
  const v1 = (cells.relaxation1_V[k] - target1_V) * cells.decay1 + target1_V;
  const v2 = (cells.relaxation2_V[k] - target2_V) * cells.decay2 + target2_V;
  cells.relaxation1_V[k] = v1;
  cells.relaxation2_V[k] = v2;
  const wasApart_V = before_V - cells.equilibrium_V[k];
  const apart_V = findVoltage(cells, k, memory, v1 + v2);
  const ohmic_W = (r0_A * r0_A + variance_A2) * r0 + leak_A * cells.terminal_V[k];
  const heat_J = (inner_A * 0.5 * (wasApart_V + apart_V) + ohmic_W + lost_A * before_V) * dt_s;
  cells.heat_J[k] += heat_J;
  cells.totalHeat_J += heat_J;
  cells.moved_As[k] += inner_A * dt_s;
}

/** New SOC, kept inside the curves; returns the part of the capacity that was moved. */
function moveSoc(cells: Cells, k: number, inner_A: number, dt_s: number): number {
  const capacity_Ah = cells.capacity25_Ah[k];
  const moved = (inner_A * dt_s) / (3600 * capacity_Ah);
  const soc = cells.soc[k] + moved;
  cells.soc[k] = soc > HIGHEST_SOC ? HIGHEST_SOC : soc < LOWEST_SOC ? LOWEST_SOC : soc;
  cells.throughput_Ah[k] += (moved < 0 ? -moved : moved) * capacity_Ah;
  return moved;
}

/** Both memories go towards the present direction; returns their mean. */
function remember(cells: Cells, k: number, moved: number): number {
  const distance = moved < 0 ? -moved : moved;
  const side = moved < 0 ? -1 : 1;
  const fastPart = distance * FAST_MEMORY;
  const slowPart = distance * SLOW_MEMORY;
  const fast = cells.fastMemory[k];
  const slow = cells.slowMemory[k];
  const fastNow = fast + (side - fast) * (fastPart < 1 ? fastPart : 1);
  const slowNow = slow + (side - slow) * (slowPart < 1 ? slowPart : 1);
  cells.fastMemory[k] = fastNow;
  cells.slowMemory[k] = slowNow;
  return 0.5 * (fastNow + slowNow);
}

/** Inner voltage from SOC, memory and relaxations; returns how far it is from equilibrium. */
function findVoltage(cells: Cells, k: number, memory: number, relaxing_V: number): number {
  const place = (1 - (1 - cells.soc[k]) * cells.stretch[k] - LOW_SOC) * STEPS_PER_SOC;
  const bounded = place > 0 ? (place < POINTS - 1.001 ? place : POINTS - 1.001) : 0;
  const index = bounded | 0;
  const low = cells.ocv_V[index];
  const equilibrium_V = low + (cells.ocv_V[index + 1] - low) * (bounded - index) + cells.entropyShift_V[k];
  const apart_V = cells.halfGap_V[index] * cells.gapFactor[k] * memory + relaxing_V;
  cells.equilibrium_V[k] = equilibrium_V;
  cells.inner_V[k] = equilibrium_V + apart_V;
  return apart_V;
}

/** Rest voltage of cell k as it would settle: without relaxations, with its hysteresis. */
export function rest_V(cells: Cells, k: number): number {
  return cells.inner_V[k] - cells.relaxation1_V[k] - cells.relaxation2_V[k];
}

/** Resistances, self-discharge and curve shifts at each cell's present temperature and SOC; and the faults of the cells. */
export function refreshParameters(
  cells: Cells,
  leak_S: Float64Array,
  added_Ohm: Float64Array,
  reversed: Uint8Array,
): void {
  const model = cells.model;
  for (let k = 0; k < cells.count; k++) {
    const temperature = cells.temperature_degC[k];
    const at = segment(model.temperature_degC, temperature);
    const part = fraction(model.temperature_degC, at, temperature);
    const soc = cells.soc[k];
    const index = Math.min(POINTS - 1, Math.max(0, Math.round((soc - LOW_SOC) * STEPS_PER_SOC)));
    const scale = (cells.bySoc[index] * cells.resistanceFactor[k]) / cells.newCapacity_Ah[k];
    const relaxing = mix(model.rcFactor, at, part) * scale;
    cells.r0_Ohm[k] = model.r0_OhmAh * mix(model.r0Factor, at, part) * scale + added_Ohm[k];
    cells.r1_Ohm[k] = model.r1_OhmAh * relaxing;
    cells.r2_Ohm[k] = model.r2_OhmAh * relaxing;
    cells.stretch[k] = 1 / mix(model.capacityFactor, at, part);
    cells.gapFactor[k] = mix(model.gapFactor, at, part);
    cells.entropyShift_V[k] = cells.entropy_V_per_K[index] * (temperature - 25);
    cells.selfDischarge_A[k] = soc > 0 ? selfDischarge_A(cells, k, temperature) : 0;
    cells.leak_S[k] = leak_S[k];
    cells.share[k] = 1 / (1 + cells.r0_Ohm[k] * leak_S[k]);
    cells.polarity[k] = reversed[k] === 1 ? -1 : 1;
  }
}

const mix = (values: readonly number[], at: number, part: number): number =>
  values[at] * (1 - part) + values[at + 1] * part;

/** Doubles with each 10 K; a part of the capacity per 30 days at 25 degC. */
function selfDischarge_A(cells: Cells, k: number, temperature_degC: number): number {
  const perHour = (cells.model.selfDischarge * cells.selfDischargeFactor[k]) / 720;
  return cells.capacity25_Ah[k] * perHour * Math.exp((temperature_degC - 25) * 0.0693147);
}

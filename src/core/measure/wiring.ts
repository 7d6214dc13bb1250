// Whether the wires of X8 go where they should: open-wire tests of the front end (rule of the LTC6813-1 data sheet), and
// the patterns of reversed cells, swapped wires, and cells that do not add up to the supply.

import type { Sensors } from "../sensors.ts";
import type { Measured } from "./measured.ts";
import type { CellsPlan } from "./plan.ts";

/** The data sheet says "= 0"; noise and the input clamp leave some millivolts. */
const ZERO_V = 0.05;
/** No cell in order reads under this, not even one that was forced through zero by its neighbours for a moment. */
const REVERSED_V = -0.3;
/** Sum of cells and supply may differ by the larger of these: wires, converters, and a load step between both. */
const SUM_TOLERANCE_V = 2;
const SUM_TOLERANCE = 0.05;
/** One disturbed conversion is no wiring. */
const REPEATS = 3;

const GOOD = 0;
const SUSPECTED = 1;
const OPEN = 2;

/**
 * Takes the result of an open-wire test. A first finding only takes the belief in the cells at the wire and calls for
 * another test at once; the second makes it an open wire. So one disturbed test opens no contactor under load, and an
 * open wire is told within the period of the tests and one conversion.
 */
export function testWires(measured: Measured, plan: CellsPlan, sensors: Sensors): void {
  const { wireState, wireConnected } = measured;
  let first = -1;
  let suspects = 0;
  for (let wire = 0; wire <= plan.cells; wire++) {
    const finding = looksOpen(measured, plan, sensors, wire);
    const state = !finding ? GOOD : wireState[wire] === GOOD ? SUSPECTED : OPEN;
    wireState[wire] = state;
    wireConnected[wire] = state === OPEN ? 0 : 1;
    if (state === SUSPECTED) suspects++;
    if (state === OPEN && first < 0) first = wire;
  }
  for (let cell = 0; cell < plan.cells; cell++) {
    measured.cellWiresConnected[cell] = wireConnected[cell] & wireConnected[cell + 1];
    measured.cellDoubt[cell] = 0;
  }
  measured.openWire = first < 0 ? 0 : 1;
  measured.openWireIndex = first;
  measured.openWireSequence = sensors.openWireSequence;
  measured.wiresTested = 1;
  measured.wireTest_us = 0;
  measured.wireTestDue = suspects > 0 ? 1 : 0;
}

/**
 * LTC6813-1: PU(k+1) - PD(k+1) under the negative threshold: Ck is open; PU(1) = 0: C0; PD(N) = 0: CN.
 * An end cell that reads nothing whichever way the current is pulled is dead or missing: that is the cell count's to tell.
 */
function looksOpen(measured: Measured, plan: CellsPlan, sensors: Sensors, wire: number): boolean {
  const { pullUp_V, pullDown_V } = sensors;
  if (wire > 0 && wire < plan.cells) {
    const saturated = pullUp_V[wire] === Infinity && pullDown_V[wire] === Infinity; // a voltage's trouble, not a wire's
    return !saturated && !(pullUp_V[wire] - pullDown_V[wire] >= -plan.wireThreshold_V);
  }
  const cell = wire === 0 ? 0 : plan.cells - 1;
  const pulled_V = wire === 0 ? pullUp_V[cell] : pullDown_V[cell];
  const other_V = wire === 0 ? pullDown_V[cell] : pullUp_V[cell];
  if (Math.abs(pulled_V) > ZERO_V) return false;
  const dead = Math.abs(other_V) <= ZERO_V && Math.abs(measured.readings_V[cell]) <= plan.missing_V;
  return !dead;
}

/** A test is due at the start, after each period, and at once while a cell is doubted. It stays due until it is done. */
export function callWireTest(measured: Measured, plan: CellsPlan): void {
  if (measured.wireTestDue === 1) return;
  if (measured.wiresTested === 0 || measured.wireTest_us >= plan.wireTestPeriod_us) measured.wireTestDue = 1;
  else if (measured.fresh === 1) {
    for (let cell = 0; cell < plan.cells; cell++) if (measured.cellDoubt[cell] === 1) measured.wireTestDue = 1;
  }
}

/** Looks for wrong wiring in a new conversion. The same picture three times in a row counts, and ends likewise. */
export function judgeWiring(measured: Measured, plan: CellsPlan): void {
  const cell = negativeCell(measured, plan.cells);
  const pattern = cell >= 0 ? (isSwap(measured, plan.cells, cell) ? 2 : 1) : sumDiffers(measured) ? 3 : 0;
  const same = pattern === measured.wiringPattern && cell === measured.wiringPatternCell;
  measured.wiringCount = same ? measured.wiringCount + 1 : 1;
  measured.wiringPattern = pattern;
  measured.wiringPatternCell = cell;
  if (measured.wiringCount < REPEATS) return;
  measured.wiringFault = pattern;
  measured.wiringCell = cell;
}

/** First cell that reads reversed; a cell at a bad wire floats and says nothing. -1 if none. */
function negativeCell({ readings_V, cellDoubt, wireState }: Measured, cells: number): number {
  for (let cell = 0; cell < cells; cell++) {
    if (readings_V[cell] < REVERSED_V && cellDoubt[cell] === 0 && wireState[cell] + wireState[cell + 1] === 0)
      return cell;
  }
  return -1;
}

/**
 * Wires C(k) and C(k+1) swapped: cell k+1 reads its own voltage negative and its neighbours theirs plus that. A cell put
 * in the wrong way round leaves its neighbours where the others are.
 */
function isSwap({ readings_V }: Measured, cells: number, cell: number): boolean {
  let others_V = 0;
  let others = 0;
  for (let i = 0; i < cells; i++) {
    if (i >= cell - 1 && i <= cell + 1) continue;
    others_V += readings_V[i];
    others++;
  }
  const raised_V = others_V / others - readings_V[cell] / 2;
  const below = cell === 0 || readings_V[cell - 1] > raised_V;
  const above = cell === cells - 1 || readings_V[cell + 1] > raised_V;
  return below && above;
}

function sumDiffers(measured: Measured): boolean {
  if (measured.cellsValid === 0 || measured.supplyValid === 0) return false;
  const tolerance_V = Math.max(SUM_TOLERANCE_V, SUM_TOLERANCE * measured.cellSum_V);
  return Math.abs(measured.cellSum_V - measured.supply_V) > tolerance_V;
}

// Cell voltages: taken when the front end has finished a conversion, compensated, doubted where neighbours jump against
// each other, and summed up over what is believed. Between two conversions they only grow old.

import { CELL_INPUTS, type Sensors } from "../sensors.ts";
import type { Measured } from "./measured.ts";
import type { CellsPlan } from "./plan.ts";
import { callWireTest, judgeWiring, testWires } from "./wiring.ts";

/**
 * A lithium cell is never outside; LTO at 1.5 V and NMC at 4.5 V lie well inside, two cells in series do not. A reading
 * above may still be a cell that is being destroyed: it is no voltage to count with, but it is judged as the upper bound.
 */
const PLAUSIBLE_MIN_V = -1;
const PLAUSIBLE_MAX_V = 5.5;
/** The board runs on 14 to 78 V (connection manual 1.2); below 9 V its outputs fall off. */
const SUPPLY_MIN_V = 9;
const SUPPLY_MAX_V = 100;
/** All cells moving the same way by more than this within one conversion are moved by current. */
const MOVE_V = 0.02;

/** Cell voltages and all that is said of them. A doubt beyond staleAfter_ms or a silent front end ends every belief. */
export function measureCells(measured: Measured, plan: CellsPlan, sensors: Sensors, dt_us: number): void {
  const converted = hasMoved(sensors.cellSequence, measured.cellSequence);
  const tested = hasMoved(sensors.openWireSequence, measured.openWireSequence);
  measured.fresh = converted ? 1 : 0;
  measured.packMoved = 0;
  measured.cellAge_us = converted ? 0 : measured.cellAge_us + dt_us;
  measured.wireTest_us += dt_us;
  readSupply(measured, plan, sensors);
  if (converted) takeReadings(measured, plan, sensors);
  if (tested) testWires(measured, plan, sensors);
  if (measured.readingsKnown === 1 && measured.cellAge_us > plan.stale_us) forget(measured, plan);
  else if (measured.readingsKnown === 1 && (converted || tested)) believe(measured, plan);
  watchLostCells(measured, plan, dt_us);
  if (converted) judgeWiring(measured, plan);
  callWireTest(measured, plan);
}

/** A count that is no number differs from everything, itself too: it must not pass old values off as new in each tick. */
const hasMoved = (now: number, before: number): boolean => now !== before && !Number.isNaN(now);

function readSupply(measured: Measured, plan: CellsPlan, sensors: Sensors): void {
  const supply_V = sensors.supply_V;
  const valid = supply_V >= SUPPLY_MIN_V && supply_V <= SUPPLY_MAX_V;
  measured.supplyValid = valid ? 1 : 0;
  measured.supply_V = supply_V;
  if (!plan.bySupply) return;
  measured.batteryValid = measured.supplyValid;
  if (valid) measured.battery_V = supply_V;
}

function takeReadings(measured: Measured, plan: CellsPlan, sensors: Sensors): void {
  const { readings_V, cellDoubt, readingsKnown: known } = measured;
  const last = plan.cells - 1;
  let before_V = 0; // how far the cell below has moved
  let least_V = Infinity;
  let most_V = -Infinity;
  for (let cell = 0; cell < CELL_INPUTS; cell++) {
    let cell_V = sensors.cells_V[cell];
    if (cell === 0) cell_V += plan.firstDrop_V;
    if (cell === last) cell_V += plan.lastDrop_V;
    const moved_V = cell_V - readings_V[cell];
    readings_V[cell] = cell_V;
    if (known === 0 || cell > last) continue;
    least_V = Math.min(least_V, moved_V);
    most_V = Math.max(most_V, moved_V);
    if (cell > 0 && opposed(before_V, moved_V, plan.jump_V)) cellDoubt[cell] = cellDoubt[cell - 1] = 1;
    if (cell === 1 && alone(before_V, moved_V, plan.jump_V)) cellDoubt[0] = 1;
    if (cell === last && alone(moved_V, before_V, plan.jump_V)) cellDoubt[last] = 1;
    before_V = moved_V;
  }
  measured.packMoved = known === 1 && (least_V > MOVE_V || most_V < -MOVE_V) ? 1 : 0;
  measured.cellSequence = sensors.cellSequence;
  measured.readingsKnown = 1;
}

/** The wire between two cells has moved: one fell and the other rose, their sum stayed. */
function opposed(lower_V: number, upper_V: number, jump_V: number): boolean {
  const apart = (lower_V > jump_V && upper_V < -jump_V) || (lower_V < -jump_V && upper_V > jump_V);
  return apart && Math.abs(lower_V + upper_V) < jump_V;
}

/** The outer wire of an end cell has moved: the end cell jumped and its only neighbour did not come along. */
const alone = (end_V: number, neighbour_V: number, jump_V: number): boolean =>
  Math.abs(end_V) > jump_V && Math.abs(neighbour_V) < jump_V / 2;

/** The front end is silent: nothing is believed, numbers stay. The next conversion has nothing to be compared with. */
function forget(measured: Measured, plan: CellsPlan): void {
  measured.cellMonitorOnline = 0;
  measured.cellsValid = 0;
  measured.someCellValid = 0;
  measured.readingsKnown = 0;
  measured.cellValid.fill(0);
  if (!plan.bySupply) measured.batteryValid = 0;
}

/**
 * Which readings count as cell voltages, and what follows from those that do. Extremes go on over the cells that are
 * left: a lost one must not keep the protections from the others. A reading above all reason joins them at the bound.
 */
function believe(measured: Measured, plan: CellsPlan): void {
  const { readings_V, cells_V, cellValid, cellLost_us } = measured;
  const { cells } = plan;
  countCells(measured, plan);
  let believed = 0;
  let judged = 0;
  let sum_V = 0;
  let min = 0;
  let max = 0;
  let min_V = Infinity;
  let max_V = -Infinity;
  for (let cell = 0; cell < cells; cell++) {
    const sound = readings_V[cell] >= PLAUSIBLE_MIN_V && isWired(measured, cell) && !isMiswired(measured, cell);
    const valid = sound && readings_V[cell] <= PLAUSIBLE_MAX_V;
    cellValid[cell] = valid ? 1 : 0;
    if (!sound) continue;
    const cell_V = valid ? readings_V[cell] : PLAUSIBLE_MAX_V;
    judged++;
    sum_V += cell_V;
    if (cell_V < min_V) {
      min_V = cell_V;
      min = cell;
    }
    if (cell_V > max_V) {
      max_V = cell_V;
      max = cell;
    }
    if (!valid) continue;
    cellLost_us[cell] = 0;
    cells_V[cell] = cell_V;
    believed++;
  }
  measured.cellMonitorOnline = 1;
  measured.cellsValid = believed === cells ? 1 : 0;
  measured.someCellValid = judged > 0 ? 1 : 0;
  if (judged > 0) {
    measured.minCell = min;
    measured.maxCell = max;
    measured.minCell_V = min_V;
    measured.maxCell_V = max_V;
    measured.averageCell_V = sum_V / judged;
    measured.spread_V = max_V - min_V;
  }
  if (believed === cells) measured.cellSum_V = sum_V; // the sum of some cells is no battery voltage
  if (plan.bySupply) return;
  measured.battery_V = measured.cellSum_V;
  measured.batteryValid = measured.cellsValid;
}

/** How long each configured cell has not been believed; the clock stands while the front end is silent. */
function watchLostCells(measured: Measured, { cells, stale_us }: CellsPlan, dt_us: number): void {
  if (measured.cellMonitorOnline === 0) return;
  measured.cellLost = 0;
  measured.cellLostIndex = -1;
  if (measured.cellsValid === 1) return;
  for (let cell = cells - 1; cell >= 0; cell--) {
    if (measured.cellValid[cell] === 1) continue;
    measured.cellLost_us[cell] += dt_us;
    if (measured.cellLost_us[cell] <= stale_us) continue;
    measured.cellLost = 1;
    measured.cellLostIndex = cell;
  }
}

/**
 * Inputs that carry a cell, with either sign. One beside a bad wire floats: it counts as what it should be, because a bad
 * wire is told as that and not as a wrong count too; so does one that gives no number at all, which is told as lost. A
 * count that goes wrong calls for a wire test at once.
 */
function countCells(measured: Measured, { cells, missing_V }: CellsPlan): void {
  const { readings_V, cellPresent, cellValid } = measured;
  let found = 0;
  for (let input = 0; input < CELL_INPUTS; input++) {
    const cell_V = readings_V[input];
    const used = input < cells;
    const carries = cell_V > missing_V || cell_V < -missing_V;
    const known = !Number.isNaN(cell_V) && isWired(measured, used ? input : cells - 1);
    const present = known ? carries : used;
    cellPresent[input] = present ? 1 : 0;
    if (present) found++;
    if (!used) cellValid[input] = 0;
  }
  if (found !== cells && found !== measured.cellsFound) measured.wireTestDue = 1;
  measured.cellsFound = found;
  measured.cellCountWrong = found === cells ? 0 : 1;
}

/** Neither of its wires has been found open or is doubted. */
const isWired = ({ cellDoubt, wireState }: Measured, cell: number): boolean =>
  cellDoubt[cell] === 0 && wireState[cell] === 0 && wireState[cell + 1] === 0;

/** A reversed cell is wrong by itself, swapped wires spoil the cells on both sides too. */
function isMiswired(measured: Measured, cell: number): boolean {
  if (measured.wiringFault === 1) return cell === measured.wiringCell;
  if (measured.wiringFault === 2) return cell >= measured.wiringCell - 1 && cell <= measured.wiringCell + 1;
  return false;
}

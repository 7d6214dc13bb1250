// Cell voltages: taken when the front end has finished a conversion, compensated, doubted where neighbours jump against
// each other, and summed up over what is believed. Between two conversions they only grow old.

import { CELL_INPUTS, type Sensors } from "../sensors.ts";
import type { Measured } from "./measured.ts";
import type { CellsPlan } from "./plan.ts";
import { callWireTest, judgeWiring, testWires } from "./wiring.ts";

/** A lithium cell is never outside; LTO at 1.5 V and NMC at 4.5 V lie well inside, two cells in series do not. */
const PLAUSIBLE_MIN_V = -1;
const PLAUSIBLE_MAX_V = 5.5;
/** The board runs on 14 to 78 V (connection manual 1.2); below 9 V its outputs fall off. */
const SUPPLY_MIN_V = 9;
const SUPPLY_MAX_V = 100;
/** All cells moving the same way by more than this within one conversion are moved by current. */
const MOVE_V = 0.02;

/** Cell voltages and all that is said of them. A doubt beyond staleAfter_ms or a silent front end ends every belief. */
export function measureCells(measured: Measured, plan: CellsPlan, sensors: Sensors, dt_us: number): void {
  const converted = sensors.cellSequence !== measured.cellSequence;
  const tested = sensors.openWireSequence !== measured.openWireSequence;
  measured.fresh = converted ? 1 : 0;
  measured.packMoved = 0;
  measured.cellAge_us = converted ? 0 : measured.cellAge_us + dt_us;
  measured.wireTest_us += dt_us;
  readSupply(measured, plan, sensors);
  if (converted) takeReadings(measured, plan, sensors);
  if (tested) testWires(measured, plan, sensors);
  if (measured.readingsKnown === 1 && measured.cellAge_us > plan.stale_us) forget(measured, plan);
  else if (measured.readingsKnown === 1 && (converted || tested)) believe(measured, plan);
  if (converted) judgeWiring(measured, plan);
  callWireTest(measured, plan);
}

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
  measured.readingsKnown = 0;
  measured.cellValid.fill(0);
  if (!plan.bySupply) measured.batteryValid = 0;
}

/** Which readings count as cell voltages, and what follows from those that do. */
function believe(measured: Measured, plan: CellsPlan): void {
  const { readings_V, cells_V, cellValid } = measured;
  const { cells } = plan;
  countCells(measured, plan);
  let believed = 0;
  let sum_V = 0;
  let min = 0;
  let max = 0;
  let min_V = Infinity;
  let max_V = -Infinity;
  for (let cell = 0; cell < cells; cell++) {
    const cell_V = readings_V[cell];
    const plausible = cell_V >= PLAUSIBLE_MIN_V && cell_V <= PLAUSIBLE_MAX_V;
    const valid = plausible && isWired(measured, cell) && !isMiswired(measured, cell);
    cellValid[cell] = valid ? 1 : 0;
    if (!valid) continue;
    cells_V[cell] = cell_V;
    sum_V += cell_V;
    believed++;
    if (cell_V < min_V) {
      min_V = cell_V;
      min = cell;
    }
    if (cell_V > max_V) {
      max_V = cell_V;
      max = cell;
    }
  }
  measured.cellMonitorOnline = 1;
  measured.cellsValid = believed === cells ? 1 : 0;
  if (believed > 0) {
    measured.minCell = min;
    measured.maxCell = max;
    measured.minCell_V = min_V;
    measured.maxCell_V = max_V;
    measured.averageCell_V = sum_V / believed;
    measured.spread_V = max_V - min_V;
  }
  if (believed === cells) measured.cellSum_V = sum_V; // the sum of some cells is no battery voltage
  if (plan.bySupply) return;
  measured.battery_V = measured.cellSum_V;
  measured.batteryValid = measured.cellsValid;
}

/**
 * Inputs that carry a cell, with either sign. One beside a bad wire floats: it counts as what it should be, because a bad
 * wire is told as that and not as a wrong count too. A count that goes wrong calls for a wire test at once.
 */
function countCells(measured: Measured, { cells, missing_V }: CellsPlan): void {
  const { readings_V, cellPresent, cellValid } = measured;
  let found = 0;
  for (let input = 0; input < CELL_INPUTS; input++) {
    const cell_V = readings_V[input];
    const used = input < cells;
    const carries = cell_V > missing_V || cell_V < -missing_V;
    const present = isWired(measured, used ? input : cells - 1) ? carries : used;
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

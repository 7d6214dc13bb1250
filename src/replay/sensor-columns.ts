// The columns of recorded inputs: every number of the sensors (core/sensors.ts), in groups that are recorded together.
// Group "tick" has a row for each tick; the others have one only for the ticks in which something in them is not as it
// was. `perUnit`: steps of the converter in one unit. Numbers between the steps are kept too, at eight bytes each.

import { CELL_INPUTS, INPUTS, OUTPUTS, type Sensors, THERMISTOR_INPUTS } from "../core/sensors.ts";

export type GroupName = "tick" | "conversion" | "wires" | "switches";
/** Each column: which field of the sensors, which element of it (-1: it has none), and its resolution. */
export type SensorColumn = {
  readonly group: GroupName;
  readonly field: keyof Sensors;
  readonly index: number;
  readonly perUnit: number;
};

const CELL_STEPS = 10_000;
const ANALOG_STEPS = 12_800;
const SUPPLY_STEPS = 640;
const TEMPERATURE_STEPS = 4;

const one = (group: GroupName, field: keyof Sensors, perUnit: number): SensorColumn[] => [
  { group, field, index: -1, perUnit },
];
const many = (group: GroupName, field: keyof Sensors, count: number, perUnit: number): SensorColumn[] =>
  Array.from({ length: count }, (_, index) => ({ group, field, index, perUnit }));

/** In the order in which blocks have them. Columns alike stand together: they share the head of their code. */
export const SENSOR_COLUMNS: readonly SensorColumn[] = [
  ...one("tick", "hall_V", ANALOG_STEPS),
  ...one("tick", "hallReference_V", ANALOG_STEPS),
  ...one("tick", "hallSupply_V", ANALOG_STEPS),
  ...one("tick", "supply_V", SUPPLY_STEPS),
  ...many("conversion", "cells_V", CELL_INPUTS, CELL_STEPS),
  ...many("conversion", "thermistors_V", THERMISTOR_INPUTS, ANALOG_STEPS),
  ...one("conversion", "thermistorSupply_V", ANALOG_STEPS),
  ...one("conversion", "board_degC", TEMPERATURE_STEPS),
  ...one("conversion", "heatSink_degC", TEMPERATURE_STEPS),
  ...one("conversion", "cellSequence", 1),
  ...many("wires", "pullUp_V", CELL_INPUTS, CELL_STEPS),
  ...many("wires", "pullDown_V", CELL_INPUTS, CELL_STEPS),
  ...one("wires", "openWireSequence", 1),
  ...many("switches", "feedback", OUTPUTS, 1),
  ...many("switches", "inputs", INPUTS, 1),
  ...one("switches", "button", 1),
];

/** The groups in the order of the columns, and where in SENSOR_COLUMNS each begins. */
export const GROUPS: readonly { readonly name: GroupName; readonly first: number; readonly width: number }[] = (
  ["tick", "conversion", "wires", "switches"] as const
).map((name) => ({
  name,
  first: SENSOR_COLUMNS.findIndex(({ group }) => group === name),
  width: SENSOR_COLUMNS.filter(({ group }) => group === name).length,
}));

export const TICK_WIDTH = 4;
const SUPPLY_AT = CELL_INPUTS + THERMISTOR_INPUTS;
const BUTTON_AT = OUTPUTS + INPUTS;

/** The row of each tick. Rows are written and read by hand, because this happens in every tick. */
export function readTickRow(sensors: Sensors, row: Float64Array, at: number): void {
  row[at] = sensors.hall_V;
  row[at + 1] = sensors.hallReference_V;
  row[at + 2] = sensors.hallSupply_V;
  row[at + 3] = sensors.supply_V;
}

export function writeTickRow(row: Float64Array, at: number, sensors: Sensors): void {
  sensors.hall_V = row[at];
  sensors.hallReference_V = row[at + 1];
  sensors.hallSupply_V = row[at + 2];
  sensors.supply_V = row[at + 3];
}

/** Brings a group's last row up to date; true when anything in it has changed. */
export function readGroupRow(group: number, sensors: Sensors, row: Float64Array): boolean {
  if (group === 1) return readConversion(sensors, row);
  return group === 2 ? readWires(sensors, row) : readSwitches(sensors, row);
}

export function writeGroupRow(group: number, row: Float64Array, at: number, sensors: Sensors): void {
  if (group === 1) writeConversion(row, at, sensors);
  else if (group === 2) writeWires(row, at, sensors);
  else writeSwitches(row, at, sensors);
}

function readConversion(sensors: Sensors, row: Float64Array): boolean {
  let moved = take(sensors.cells_V, row, 0);
  moved = take(sensors.thermistors_V, row, CELL_INPUTS) || moved;
  moved = put(row, SUPPLY_AT, sensors.thermistorSupply_V) || moved;
  moved = put(row, SUPPLY_AT + 1, sensors.board_degC) || moved;
  moved = put(row, SUPPLY_AT + 2, sensors.heatSink_degC) || moved;
  return put(row, SUPPLY_AT + 3, sensors.cellSequence) || moved;
}

function writeConversion(row: Float64Array, at: number, sensors: Sensors): void {
  give(row, at, sensors.cells_V);
  give(row, at + CELL_INPUTS, sensors.thermistors_V);
  sensors.thermistorSupply_V = row[at + SUPPLY_AT];
  sensors.board_degC = row[at + SUPPLY_AT + 1];
  sensors.heatSink_degC = row[at + SUPPLY_AT + 2];
  sensors.cellSequence = row[at + SUPPLY_AT + 3];
}

function readWires(sensors: Sensors, row: Float64Array): boolean {
  let moved = take(sensors.pullUp_V, row, 0);
  moved = take(sensors.pullDown_V, row, CELL_INPUTS) || moved;
  return put(row, 2 * CELL_INPUTS, sensors.openWireSequence) || moved;
}

function writeWires(row: Float64Array, at: number, sensors: Sensors): void {
  give(row, at, sensors.pullUp_V);
  give(row, at + CELL_INPUTS, sensors.pullDown_V);
  sensors.openWireSequence = row[at + 2 * CELL_INPUTS];
}

function readSwitches(sensors: Sensors, row: Float64Array): boolean {
  let moved = takeBytes(sensors.feedback, row, 0);
  moved = takeBytes(sensors.inputs, row, OUTPUTS) || moved;
  return put(row, BUTTON_AT, sensors.button) || moved;
}

function writeSwitches(row: Float64Array, at: number, sensors: Sensors): void {
  giveBytes(row, at, sensors.feedback);
  giveBytes(row, at + OUTPUTS, sensors.inputs);
  sensors.button = row[at + BUTTON_AT];
}

function take(from: Float64Array, row: Float64Array, at: number): boolean {
  let moved = false;
  for (let i = 0; i < from.length; i++) {
    const value = from[i];
    if ((value !== row[at + i] || value === 0) && put(row, at + i, value)) moved = true;
  }
  return moved;
}

function takeBytes(from: Uint8Array, row: Float64Array, at: number): boolean {
  let moved = false;
  for (let i = 0; i < from.length; i++) {
    if (from[i] === row[at + i]) continue;
    row[at + i] = from[i];
    moved = true;
  }
  return moved;
}

function give(row: Float64Array, at: number, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = row[at + i];
}

function giveBytes(row: Float64Array, at: number, to: Uint8Array): void {
  for (let i = 0; i < to.length; i++) to[i] = row[at + i];
}

/** Whether it differs in any bit that arithmetic can tell: 0 from -0, but not one "not a number" from another. */
function put(row: Float64Array, at: number, value: number): boolean {
  const before = row[at];
  if (value === before && (value !== 0 || 1 / value === 1 / before)) return false;
  row[at] = value;
  return !Number.isNaN(value) || !Number.isNaN(before);
}

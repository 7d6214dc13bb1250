// What a block of inputs builds upon: the last values of every column, and how each is predicted. A start of a recording
// holds it as bytes, so that a player can begin there. Encoder and player carry the same memory through the same blocks.

import { createSensors, type Sensors } from "../core/sensors.ts";
import { type ColumnMemory, createColumnMemory } from "../log/column-code.ts";
import { GROUPS, readGroupRow, readTickRow, SENSOR_COLUMNS, writeGroupRow, writeTickRow } from "./sensor-columns.ts";

export type InputMemory = {
  /** Sum of (dt - period) up to the last tick. */
  late_us: number;
  period_us: number;
  /** Blocks so far, modulo 256, and the device's time after the last one. */
  blocks: number;
  time_us: number;
  readonly late: ColumnMemory;
  readonly columns: readonly ColumnMemory[];
  /** Of the ticks between the rows of each group, and how many there were since the last one. */
  readonly gaps: readonly ColumnMemory[];
  readonly since: Float64Array;
  /** The last row of each group as numbers; a player, which has the sensors, leaves them as they were. */
  readonly rows: readonly Float64Array[];
};

const PERIOD_us = 10_000;

/** The memory of a board that has measured nothing yet. */
export function createInputMemory(): InputMemory {
  const sensors = createSensors();
  const rows = GROUPS.map(({ width }) => new Float64Array(width));
  readTickRow(sensors, rows[0], 0);
  for (let group = 1; group < GROUPS.length; group++) readGroupRow(group, sensors, rows[group]);
  return {
    late_us: 0,
    period_us: PERIOD_us,
    blocks: 0,
    time_us: 0,
    late: createColumnMemory(),
    columns: SENSOR_COLUMNS.map(createColumnMemory),
    gaps: GROUPS.map(createColumnMemory),
    since: new Float64Array(GROUPS.length),
    rows,
  };
}

/** The sensors as the memory last saw them. */
export function recallSensors(memory: InputMemory, sensors: Sensors): void {
  writeTickRow(memory.rows[0], 0, sensors);
  for (let group = 1; group < GROUPS.length; group++) writeGroupRow(group, memory.rows[group], 0, sensors);
}

/** The memory as numbers; in the order of the fields, each column as last, before, sum, code. Between two blocks only. */
export function memoryNumbers(memory: InputMemory): Float64Array {
  const numbers = [memory.late_us, memory.period_us, memory.blocks, memory.time_us, ...memory.since];
  for (const { last, before, sum, code } of [memory.late, ...memory.columns, ...memory.gaps])
    numbers.push(last, before, sum, code);
  for (const row of memory.rows) numbers.push(...row);
  return Float64Array.from(numbers);
}

/** Takes numbers as `memoryNumbers` gave them; false when there are too many or too few. */
export function takeMemory(memory: InputMemory, numbers: Float64Array): boolean {
  if (numbers.length !== memoryNumbers(memory).length) return false;
  let at = 0;
  memory.late_us = numbers[at++];
  memory.period_us = numbers[at++];
  memory.blocks = numbers[at++];
  memory.time_us = numbers[at++];
  for (let group = 0; group < GROUPS.length; group++) memory.since[group] = numbers[at++];
  for (const column of [memory.late, ...memory.columns, ...memory.gaps]) {
    column.last = numbers[at++];
    column.before = numbers[at++];
    column.sum = numbers[at++];
    column.code = numbers[at++];
  }
  for (const row of memory.rows) for (let i = 0; i < row.length; i++) row[i] = numbers[at++];
  return true;
}

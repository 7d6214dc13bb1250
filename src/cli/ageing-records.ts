// The records of a cell's life from a table: one for each charge or discharge, with the capacity measured in its cycle.

import type { Segment } from "../score/ageing.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import { hasColumn, type MeasuredTable, numbersOf, wordsOf } from "./measured-table.ts";

type Columns = {
  readonly cycle: Float64Array;
  readonly kind: readonly string[];
  readonly start_h: Float64Array | undefined;
  readonly time_s: Float64Array;
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  readonly temperature_degC: Float64Array;
  readonly charge_Ah: Float64Array;
};

/** Records in their order. A cycle's capacity is what its discharge gave, or its charge where only charges were recorded. */
export function ageingRecords(table: MeasuredTable): readonly Segment[] {
  const columns: Columns = {
    cycle: numbersOf(table, "cycle"),
    kind: hasColumn(table, "type") ? wordsOf(table, "type") : table.lines.map(() => "c"),
    start_h: hasColumn(table, "start_h") ? numbersOf(table, "start_h") : undefined,
    time_s: numbersOf(table, "time_s"),
    voltage_V: numbersOf(table, "voltage_v"),
    current_A: numbersOf(table, "current_a"),
    temperature_degC: numbersOf(table, "temperature_c"),
    charge_Ah: numbersOf(table, "ah"),
  };
  const parts = partsOf(columns);
  const measured = capacities(columns, parts);
  return parts.flatMap(({ from, to }, i) => {
    const recording = recordingOf(columns, from, to);
    const capacity_Ah = measured.get(columns.cycle[from]!);
    if (recording === undefined || capacity_Ah === undefined) return [];
    const before = parts[i - 1];
    const since_s =
      columns.start_h === undefined || before === undefined
        ? undefined
        : Math.max(0, (columns.start_h[from]! - columns.start_h[before.from]!) * 3600 - columns.time_s[before.to - 1]!);
    return [{ cycle: columns.cycle[from]!, recording, since_s, measured_Ah: capacity_Ah }];
  });
}

type Part = { readonly from: number; readonly to: number };

function partsOf({ cycle, kind }: Columns): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let i = 1; i <= cycle.length; i++) {
    if (i < cycle.length && cycle[i] === cycle[from] && kind[i] === kind[from]) continue;
    parts.push({ from, to: i });
    from = i;
  }
  return parts;
}

function capacities({ cycle, kind, charge_Ah }: Columns, parts: readonly Part[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const discharges = kind.includes("d");
  for (const { from, to } of parts) {
    if (discharges && kind[from] !== "d") continue;
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(charge_Ah[i]! - charge_Ah[from]!));
    found.set(cycle[from]!, most);
  }
  return found;
}

const LEAST_ROWS = 10;

/** Rows whose time rises and whose values a sensor can show; undefined where too few are left. */
function recordingOf(columns: Columns, from: number, to: number): Recording | undefined {
  const rows: number[] = [];
  for (let i = from; i < to; i++) {
    const last = rows.at(-1);
    if (last !== undefined && !(columns.time_s[i]! > columns.time_s[last]!)) continue;
    const { voltage_V, current_A, charge_Ah } = columns;
    if (Number.isFinite(voltage_V[i]! + current_A[i]! + charge_Ah[i]!) && voltage_V[i]! > 0 && voltage_V[i]! < 6)
      rows.push(i);
  }
  if (rows.length < LEAST_ROWS) return undefined;
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  return {
    time_s: pick(columns.time_s),
    voltage_V: pick(columns.voltage_V),
    current_A: pick(columns.current_A),
    temperature_degC: pick(columns.temperature_degC).map((value) => (Number.isNaN(value) ? 25 : value)),
    charge_Ah: pick(columns.charge_Ah),
    mean_A: new Float64Array(0),
    reference: new Float64Array(0),
  };
}

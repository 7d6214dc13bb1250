// A trip as a person wants to read it: which cell or sensor, value, limit, for how long, and what it opened.

import type { FaultName } from "../../model/faults.ts";
import { FAULT_ROWS } from "../../model/faults.ts";
import type { FaultRow, Unit } from "../../model/rows.ts";
import type { FaultState } from "./protection.ts";

const OPENED = ["charging contactor", "discharging contactor", "charge/discharge contactor", "main contactor"] as const;
const DECIMALS: Partial<Record<Unit, number>> = { V: 3, A: 1, degC: 1, Ah: 2, count: 0 };

/** One sentence, for example "Cell 3 was at 3.812 V, over the limit of 3.750 V for 1.00 s; opened charging contactor." */
export function explain(name: FaultName, state: FaultState): string {
  const row = FAULT_ROWS[name];
  const lasted_s = (state.tripped_us - state.began_us) / 1e6;
  const during = lasted_s > 0 ? ` for ${lasted_s.toFixed(2)} s` : "";
  return `${happened(row, state)}${during}; ${openedWords(state.opened)}.`;
}

/** The contactors that a trip opened, in words. */
export function openedWords(opened: number): string {
  const names = OPENED.filter((_, bit) => (opened >> bit) & 1);
  return names.length === 0 ? "nothing was opened" : `opened ${names.join(" and ")}`;
}

/** What was wrong where, without for how long and what came of it. */
export function happened(row: FaultRow, state: Pick<FaultState, "element" | "value" | "limit">): string {
  const says = state.element < 0 ? row.says.replace(" at cell {element}", "") : row.says; // of all cells together
  return says
    .replace("{element}", elementWord(row, state.element))
    .replace("{value}", quantity(state.value, row.unit))
    .replace("{limit}", quantity(state.limit, row.unit))
    .replace("{code}", row.codes?.[state.value] ?? `code ${state.value}`);
}

/** Cells and sensors count from 1 for people; sense wires keep the board's C0..C18; a count is itself. */
function elementWord(row: FaultRow, element: number): string {
  return String(row.elementName === "wire" || row.elementName === "count" ? element : element + 1);
}

/** A value with its unit, as people write it: 3.750 V, -4.0 degC, 12.5 %. */
export function quantity(value: number, unit: Unit | undefined): string {
  if (unit === undefined || unit === "none") return String(value);
  if (unit === "ratio") return `${(value * 100).toFixed(1)} %`;
  const digits = value.toFixed(DECIMALS[unit] ?? 2);
  return unit === "count" ? digits : `${digits} ${unit === "degC" ? "°C" : unit}`;
}

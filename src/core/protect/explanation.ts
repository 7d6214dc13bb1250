// A trip as a person wants to read it: which cell or sensor, value, limit, for how long, and what it opened.

import { sayFault } from "../../model/fault-sentences.ts";
import { FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { FaultRow, Unit } from "../../model/rows.ts";
import { type Said, speak } from "../../model/said.ts";
import type { FaultState } from "./protection.ts";

const OPENED = ["charge", "discharge", "common", "main"] as const;
const DECIMALS: Partial<Record<Unit, number>> = { V: 3, A: 1, degC: 1, Ah: 2, count: 0 };

/** One sentence, for example "Cell 3 was at 3.812 V, over the limit of 3.750 V for 1.00 s; opened charging contactor." */
export const explain = (name: FaultName, state: FaultState): string => speak(tripSaid(name, state));

/** The same as its templates and their values. */
export function tripSaid(name: FaultName, state: FaultState): Said {
  const lasted_s = (state.tripped_us - state.began_us) / 1e6;
  const values = { happened: happened(name, state), opened: openedSaid(state.opened) };
  return lasted_s > 0
    ? sayFault("trippedAfter", { ...values, time: `${lasted_s.toFixed(2)} s` })
    : sayFault("tripped", values);
}

/** The contactors that a trip opened, in words. */
export const openedWords = (opened: number): string => speak(openedSaid(opened));

function openedSaid(opened: number): Said {
  const contactors = OPENED.filter((_, bit) => (opened >> bit) & 1).map((name) => sayFault(name));
  return contactors.length === 0 ? sayFault("openedNothing") : sayFault("opened", { contactors });
}

/** What was wrong where, without for how long and what came of it. */
export function happened(name: FaultName, state: Pick<FaultState, "element" | "value" | "limit">): Said {
  const row = FAULT_ROWS[name];
  const isOfAll = state.element < 0 && row.saysOfAll !== undefined; // of all cells together
  return {
    code: `faults.${name}.${isOfAll ? "saysOfAll" : "says"}`,
    says: isOfAll ? row.saysOfAll! : row.says,
    values: {
      element: elementWord(row, state.element),
      value: quantity(state.value, row.unit),
      limit: quantity(state.limit, row.unit),
      code: codeSaid(name, row, state.value),
    },
  };
}

function codeSaid(name: FaultName, row: FaultRow, value: number): Said {
  const says = row.codes?.[value];
  if (says === undefined) return sayFault("unknownCode", { code: value });
  return { code: `faults.${name}.codes.${says}`, says, values: {} };
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

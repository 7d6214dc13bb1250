// What can be broken in the modelled world, in the language of the pages.

import type { Unit } from "../../model/rows.ts";
import { FAULT_CATALOGUE, type WorldFaultKind } from "../../sim/fault-catalogue.ts";
import type { Say } from "../texts/language.ts";
import { word } from "../texts/texts.ts";
import { spokenRows } from "./spoken.ts";

export type WorldFaultParameter = {
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly help: string;
};
export type WorldFaultRow = {
  readonly title: string;
  readonly help: string;
  readonly element: "cell" | "wire" | "thermistor" | "output" | "input" | "none";
  readonly parameters: Readonly<Record<string, WorldFaultParameter>>;
};
type WorldFaultRows = Readonly<Record<WorldFaultKind, WorldFaultRow>>;

export function worldFaultRows(say: Say): WorldFaultRows {
  const rows = spokenRows<WorldFaultKind, WorldFaultRow>(say, "worldFaults", FAULT_CATALOGUE, ["title", "help"]);
  const spoken = Object.entries(rows).map(([kind, row]) => [
    kind,
    { ...row, parameters: spokenRows(say, `worldFaults.${kind}`, row.parameters, ["help"]) },
  ]);
  return Object.fromEntries(spoken);
}

export const WORLD_FAULTS: WorldFaultRows = worldFaultRows(word);

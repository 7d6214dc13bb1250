// What the interpreter needs of each fault row and its settings, in the units of the tick.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { FaultRow } from "../../model/rows.ts";
import type { Settings } from "../../model/settings.ts";
import { JUDGED_PATHS } from "./judged.ts";

export type Rule = {
  readonly name: FaultName;
  readonly error: boolean;
  readonly enable: boolean;
  /** "below" is judged as "above" of the negated value. */
  readonly sign: 1 | -1;
  readonly limit: number;
  readonly tolerant: number;
  readonly set_us: number;
  readonly clear_us: number;
  readonly lock: boolean;
  readonly critical: boolean;
  readonly opensCharge: boolean;
  readonly opensDischarge: boolean;
  readonly openDelay_us: number;
  /** False for a limit of current: what flows while a contactor is open does not flow through it. */
  readonly holdsOpen: boolean;
  /** Judges the voltage without the drop over the resistance. */
  readonly rest: boolean;
};

export type ProtectPlan = {
  readonly rules: readonly Rule[];
  // What the pass over all rules needs of each: index of its value in JUDGED_PATHS, sign, and limit; none if it is off.
  readonly sources: Uint8Array;
  readonly signs: Float64Array;
  readonly limits: Float64Array;
  /** For each value of JUDGED_PATHS the bounds within which no rule that is on has anything against it. */
  readonly least: Float64Array;
  readonly most: Float64Array;
};

type FaultSettingValues = Readonly<Record<string, number | boolean>>;

export function planProtect(settings: Settings): ProtectPlan {
  const rules = FAULT_NAMES.map((name) =>
    makeRule(name, FAULT_ROWS[name], settings.protections[name] as FaultSettingValues),
  );
  const sources = Uint8Array.from(rules, (rule) => JUDGED_PATHS.indexOf(sourceOf(rule)));
  return {
    rules,
    sources,
    signs: Float64Array.from(rules, (rule) => rule.sign),
    limits: Float64Array.from(rules, (rule) => (rule.enable ? rule.limit : Number.POSITIVE_INFINITY)),
    ...boundsOf(rules, sources),
  };
}

function boundsOf(rules: readonly Rule[], sources: Uint8Array): { least: Float64Array; most: Float64Array } {
  const least = new Float64Array(JUDGED_PATHS.length).fill(Number.NEGATIVE_INFINITY);
  const most = new Float64Array(JUDGED_PATHS.length).fill(Number.POSITIVE_INFINITY);
  for (const [i, { enable, sign, limit }] of rules.entries()) {
    const at = sources[i];
    if (enable && sign === 1) most[at] = Math.min(most[at], limit);
    if (enable && sign === -1) least[at] = Math.max(least[at], -limit);
  }
  return { least, most };
}

function sourceOf({ name, rest }: Rule): string {
  const row: FaultRow = FAULT_ROWS[name];
  return rest ? (row.ofRest ?? row.of) : row.of;
}

function makeRule(name: FaultName, row: FaultRow, values: FaultSettingValues): Rule {
  const sign = row.when === "below" ? -1 : 1;
  const limited = row.limit !== undefined;
  return {
    name,
    error: row.level === "error",
    enable: values["enable"] === true,
    sign,
    limit: limited ? sign * Number(values[`limit_${row.unit}`]) : 0.5,
    tolerant: limited ? sign * Number(values[`tolerant_${row.unit}`]) : 0.5,
    set_us: Number(values["setDelay_ms"]) * 1000,
    clear_us: Math.round(Number(values["clearDelay_s"]) * 1e6),
    lock: values["lock"] === true,
    critical: values["critical"] === true,
    opensCharge: values["opensCharge"] === true,
    opensDischarge: values["opensDischarge"] === true,
    openDelay_us: Number(values["openDelay_ms"]) * 1000,
    holdsOpen: row.unit !== "A",
    rest: values["judgeRest"] === true,
  };
}

// The settings of each protection, made from its row: nobody writes them by hand. Group name = fault name.

import { FAULTS, type FaultName } from "./faults.ts";
import type { FaultRow, FlagRow, NumberRow, SettingGroup } from "./rows.ts";

type Common = { enable: FlagRow; setDelay_ms: NumberRow; clearDelay_s: NumberRow; lock: FlagRow; critical: FlagRow; opensCharge: FlagRow; opensDischarge: FlagRow; openDelay_ms: NumberRow };
type Limited<R extends FaultRow> = R extends { unit: infer U extends string; limit: object } ? { [K in `limit_${U}` | `tolerant_${U}`]: NumberRow } : unknown;
type Rest<R extends FaultRow> = R extends { ofRest: string } ? { judgeRest: FlagRow } : unknown;
type GroupOf<R extends FaultRow> = Omit<SettingGroup, "rows"> & { rows: Common & Limited<R> & Rest<R> };
export type FaultSettingGroups = { [F in FaultName]: GroupOf<(typeof FAULTS)[F]> };

/** What each setting of a protection means; {help} is that of its row. */
export const FAULT_SETTING_WORDS = {
  limitAbove: "Set while above this for the set delay. {help}",
  limitBelow: "Set while below this for the set delay. {help}",
  tolerantAbove: "Cleared while above this for the clear delay.",
  tolerantBelow: "Cleared while below this for the clear delay.",
  judgeRest: "Judge the voltage without the drop over the cell's resistance instead of the actual one.",
  setDelay_ms: "The condition must last this long to set the error.",
  clearDelay_s: "The condition must be gone for this long to clear the error.",
  lock: "The error stays until it is acknowledged or the device restarts.",
  critical: "Also raises Critical error, which opens all contactors at once.",
  opensCharge: "Opens the charging contactor.",
  opensDischarge: "Opens the discharging contactor.",
  openDelay_ms: "Own delay between error and opening, where custom delays are used. It lets a charger or load stop by itself, so that the contactor breaks no current.",
} as const;
const W = FAULT_SETTING_WORDS;

/** Which of these words a setting of a protection is told by; undefined: by the row's own help, as "enable" is. */
export function faultSettingWord(row: FaultRow, setting: string): keyof typeof FAULT_SETTING_WORDS | undefined {
  if (setting.startsWith("limit_")) return row.when === "above" ? "limitAbove" : "limitBelow";
  if (setting.startsWith("tolerant_")) return row.when === "above" ? "tolerantBelow" : "tolerantAbove";
  return Object.hasOwn(W, setting) ? (setting as keyof typeof FAULT_SETTING_WORDS) : undefined;
}

const flag = (preset: boolean, help: string): FlagRow => ({ kind: "flag", default: preset, help, source: "S" });

function limitRows(row: FaultRow): Record<string, NumberRow> {
  if (row.limit === undefined || row.unit === undefined) return {};
  const shape = { kind: "number", unit: row.unit, min: row.limit.min, max: row.limit.max, source: row.source } as const;
  const words = (setting: string): string => W[faultSettingWord(row, setting)!].replace("{help}", row.help);
  return {
    [`limit_${row.unit}`]: { ...shape, default: row.limit.default, help: words("limit_") },
    [`tolerant_${row.unit}`]: { ...shape, default: row.tolerant ?? row.limit.default, help: words("tolerant_") },
  };
}

function groupOf(row: FaultRow): SettingGroup {
  return {
    title: row.title,
    menu: `${row.level === "error" ? "Protections" : "Control"} → ${row.title}`,
    rows: {
      enable: flag(row.enable, row.help),
      ...limitRows(row),
      ...(row.ofRest === undefined ? {} : { judgeRest: { ...flag(false, W.judgeRest), source: "F" } }),
      setDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 3_600_000, default: row.setDelay_ms, help: W.setDelay_ms, source: "S" },
      clearDelay_s: { kind: "number", unit: "s", min: 0, max: 86_400, default: row.clearDelay_s, help: W.clearDelay_s, source: "S" },
      lock: flag(row.lock, W.lock),
      critical: flag(row.critical, W.critical),
      opensCharge: flag(row.opens.includes("charge"), W.opensCharge),
      opensDischarge: flag(row.opens.includes("discharge"), W.opensDischarge),
      openDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 60_000, default: row.openDelay_ms ?? 500, help: W.openDelay_ms, source: "S" },
    },
  };
}

export const FAULT_SETTINGS = Object.fromEntries(
  Object.entries(FAULTS).map(([name, row]) => [name, groupOf(row)]),
) as unknown as FaultSettingGroups;

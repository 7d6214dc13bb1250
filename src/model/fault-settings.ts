// The settings of each protection, made from its row: nobody writes them by hand. Group name = fault name.

import { FAULTS, type FaultName } from "./faults.ts";
import type { FaultRow, FlagRow, NumberRow, SettingGroup } from "./rows.ts";

type Common = { enable: FlagRow; setDelay_ms: NumberRow; clearDelay_s: NumberRow; lock: FlagRow; critical: FlagRow; opensCharge: FlagRow; opensDischarge: FlagRow; openDelay_ms: NumberRow };
type Limited<R extends FaultRow> = R extends { unit: infer U extends string; limit: object } ? { [K in `limit_${U}` | `tolerant_${U}`]: NumberRow } : unknown;
type Rest<R extends FaultRow> = R extends { ofRest: string } ? { judgeRest: FlagRow } : unknown;
type GroupOf<R extends FaultRow> = Omit<SettingGroup, "rows"> & { rows: Common & Limited<R> & Rest<R> };
export type FaultSettingGroups = { [F in FaultName]: GroupOf<(typeof FAULTS)[F]> };

const flag = (preset: boolean, help: string): FlagRow => ({ kind: "flag", default: preset, help, source: "S" });

function limitRows(row: FaultRow): Record<string, NumberRow> {
  if (row.limit === undefined || row.unit === undefined) return {};
  const shape = { kind: "number", unit: row.unit, min: row.limit.min, max: row.limit.max, source: row.source } as const;
  const side = row.when === "above" ? "above" : "below";
  const back = row.when === "above" ? "below" : "above";
  return {
    [`limit_${row.unit}`]: { ...shape, default: row.limit.default, help: `Set while ${side} this for the set delay. ${row.help}` },
    [`tolerant_${row.unit}`]: { ...shape, default: row.tolerant ?? row.limit.default, help: `Cleared while ${back} this for the clear delay.` },
  };
}

function groupOf(row: FaultRow): SettingGroup {
  return {
    title: row.title,
    menu: `${row.level === "error" ? "Protections" : "Control"} → ${row.title}`,
    rows: {
      enable: flag(row.enable, row.help),
      ...limitRows(row),
      ...(row.ofRest === undefined ? {} : { judgeRest: { ...flag(false, "Judge the voltage without the drop over the cell's resistance instead of the actual one."), source: "F" } }),
      setDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 3_600_000, default: row.setDelay_ms, help: "The condition must last this long to set the error.", source: "S" },
      clearDelay_s: { kind: "number", unit: "s", min: 0, max: 86_400, default: row.clearDelay_s, help: "The condition must be gone for this long to clear the error.", source: "S" },
      lock: flag(row.lock, "The error stays until it is acknowledged or the device restarts."),
      critical: flag(row.critical, "Also raises Critical error, which opens all contactors at once."),
      opensCharge: flag(row.opens.includes("charge"), "Opens the charging contactor."),
      opensDischarge: flag(row.opens.includes("discharge"), "Opens the discharging contactor."),
      openDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 60_000, default: row.openDelay_ms ?? 500, help: "Own delay between error and opening, where custom delays are used. It lets a charger or load stop by itself, so that the contactor breaks no current.", source: "S" },
    },
  };
}

export const FAULT_SETTINGS = Object.fromEntries(
  Object.entries(FAULTS).map(([name, row]) => [name, groupOf(row)]),
) as unknown as FaultSettingGroups;

// The commissioning report as data, for programs and for the page made of it (commissioning-page.ts): who the battery is, what the
// device checked, cells, limits, what differs from the defaults, errors and the journal, all as of one moment.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import { settingChanges } from "../../model/kept-settings.ts";
import { pinUses } from "../../model/pin-uses.ts";
import { SECRET, SECRET_SETTINGS } from "../../model/secrets.ts";
import { createSettings, type Settings, type SettingValue } from "../../model/settings.ts";
import type { ActiveFault, DeviceTold, EventTold } from "../../monitor/told.ts";
import { type Finding, type Look, wiringFindings } from "../../monitor/wiring-findings.ts";
import { type Check, commissioningChecks } from "./checks.ts";

export type CellLine = {
  readonly cell: number;
  readonly voltage_V: number | null;
  readonly fromMean_mV: number | null;
  readonly soc: number | null;
  readonly temperature_degC: number | null;
  readonly wiresConnected: boolean;
};
export type ProtectionLine = {
  readonly name: FaultName;
  readonly title: string;
  readonly enabled: boolean;
  readonly limit: number | null;
  readonly unit: string;
  readonly setDelay_ms: number;
  readonly opens: readonly string[];
  readonly critical: boolean;
  readonly locked: boolean;
};
export type SettingLine = { readonly name: string; readonly value: SettingValue; readonly default: SettingValue };

export type Commissioning = {
  readonly kind: "commissioning report";
  readonly made_ms: number;
  readonly device: Omit<DeviceTold, "errors" | "indications">;
  readonly user: Settings["user"];
  readonly state: Readonly<Record<StateName, number | null>>;
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
  readonly cells: readonly CellLine[];
  readonly protections: readonly ProtectionLine[];
  readonly active: readonly ActiveFault[];
  readonly settings: readonly SettingLine[];
  readonly journal: readonly EventTold[];
};

const STATE_NAMES = [
  ...["battery_V", "supply_V", "current_A", "soc", "socBound", "minCell_V", "maxCell_V", "averageCell_V", "spread_V"],
  ...["minTemperature_degC", "maxTemperature_degC", "chargeLimit_A", "dischargeLimit_A", "maximumCharge_V"],
  ...["uptime_s", "operating_s"],
] as const;
type StateName = (typeof STATE_NAMES)[number];

/** @param journal newest first */
export function makeCommissioning(
  look: Look,
  device: DeviceTold,
  settings: Settings,
  journal: readonly EventTold[],
  made_ms: number,
): Commissioning {
  const { errors, indications, ...told } = device;
  const findings = wiringFindings(look, settings, pinUses(settings, settings.battery.cells), errors);
  return {
    kind: "commissioning report",
    made_ms,
    device: told,
    user: settings.user,
    state: Object.fromEntries(STATE_NAMES.map((name) => [name, look.value(name) ?? null])) as Commissioning["state"],
    checks: commissioningChecks(look, settings, device, findings),
    findings,
    cells: Array.from({ length: settings.battery.cells }, (_, cell) => cellLine(look, cell)),
    protections: FAULT_NAMES.filter((name) => FAULT_ROWS[name].level === "error").map((name) =>
      protection(settings, name),
    ),
    active: [...errors, ...indications],
    settings: differing(settings),
    journal,
  };
}

function cellLine(look: Look, cell: number): CellLine {
  const voltage_V = look.value("cells_V", cell) ?? null;
  const mean_V = look.value("averageCell_V");
  return {
    cell: cell + 1,
    voltage_V,
    fromMean_mV: voltage_V === null || mean_V === undefined ? null : 1000 * (voltage_V - mean_V),
    soc: look.value("cellSoc", cell) ?? null,
    temperature_degC: look.value("cellTemperatures_degC", cell) ?? null,
    wiresConnected: look.raw("cellWiresConnected", cell) === 1,
  };
}

function protection(settings: Settings, name: FaultName): ProtectionLine {
  const row = FAULT_ROWS[name];
  const set = settings.protections[name] as Readonly<Record<string, number | boolean>>;
  const limit = row.unit === undefined ? undefined : set[`limit_${row.unit}`];
  return {
    ...{ name, title: row.title, enabled: set.enable === true },
    ...{ limit: typeof limit === "number" && row.unit !== "none" ? limit : null, unit: row.unit ?? "none" },
    setDelay_ms: Number(set.setDelay_ms),
    opens: [...(set.opensCharge === true ? ["charge"] : []), ...(set.opensDischarge === true ? ["discharge"] : [])],
    ...{ critical: set.critical === true, locked: set.lock === true },
  };
}

const differing = (settings: Settings): SettingLine[] =>
  settingChanges(createSettings(), settings).map(({ name, from, to }) => ({
    name,
    value: SECRET_SETTINGS.includes(name) ? SECRET : to!,
    default: SECRET_SETTINGS.includes(name) ? "" : from!,
  }));

// All settings in one table of groups, their values as one record, and the reading of single values by dotted name.

import { BATTERY_SETTINGS } from "./settings-battery.ts";
import { CONTROL_SETTINGS } from "./settings-control.ts";
import { FAULT_SETTINGS } from "./fault-settings.ts";
import type { Curve, Grid, SettingGroup, SettingRow, ValuesOf } from "./rows.ts";
import { SERVICE_SETTINGS } from "./settings-service.ts";
import { SIGNAL_SETTINGS } from "./settings-signals.ts";

/** A protection's settings hang under protections, so that its group can share a name with a control group. */
export const SETTINGS = { ...SIGNAL_SETTINGS, ...BATTERY_SETTINGS, ...CONTROL_SETTINGS, ...SERVICE_SETTINGS } as const;

export type Settings = ValuesOf<typeof SETTINGS> & { protections: ValuesOf<typeof FAULT_SETTINGS> };
export type SettingValue = number | boolean | string | Curve | Grid;

/** unknown: no such setting; value: the value does not fit its row; conflict: with another setting; closed: a contactor is closed. */
export type ViolationKind = "unknown" | "value" | "conflict" | "closed";
/** What is wrong with one setting. `setting` is its dotted name. */
export type Violation = { readonly setting: string; readonly kind: ViolationKind; readonly reason: string };

type NamesOf<T> = { [G in keyof T & string]: T[G] extends { rows: infer R } ? `${G}.${keyof R & string}` : never }[keyof T & string];
/** Every setting but those of the protections, by dotted name. */
export type PlainSettingName = NamesOf<typeof SETTINGS>;

/** `parts`: the name cut at its dots. */
export type NamedSetting = { readonly name: string; readonly parts: readonly string[]; readonly group: SettingGroup; readonly row: SettingRow };

/** Every setting with its dotted name, in table order: "battery.cells", "protections.overvoltage.limit_V". */
export const SETTING_LIST: readonly NamedSetting[] = [
  ...listOf("", SETTINGS as Readonly<Record<string, SettingGroup>>),
  ...listOf("protections.", FAULT_SETTINGS as unknown as Readonly<Record<string, SettingGroup>>),
];

export const SETTING_BY_NAME: ReadonlyMap<string, NamedSetting> = new Map(SETTING_LIST.map((entry) => [entry.name, entry]));

/** Whether a setting can only be changed while all contactors are open. */
export function needsOpenContactors(name: string): boolean {
  const entry = SETTING_BY_NAME.get(name);
  return entry !== undefined && (entry.row.whileOpen === true || entry.group.whileOpen === true);
}

function listOf(prefix: string, groups: Readonly<Record<string, SettingGroup>>): NamedSetting[] {
  return Object.entries(groups).flatMap(([groupName, group]) =>
    Object.entries(group.rows).map(([rowName, row]) => {
      const name = `${prefix}${groupName}.${rowName}`;
      return { name, parts: name.split("."), group, row };
    }),
  );
}

type Nested = { [key: string]: Nested | SettingValue };

/** The value of a setting by dotted name, or undefined where no such setting exists. */
export function getSetting(settings: Settings, name: string): SettingValue | undefined {
  const entry = SETTING_BY_NAME.get(name);
  if (entry === undefined) return undefined;
  let at: Nested | SettingValue = settings as unknown as Nested;
  for (const part of entry.parts) at = (at as Nested)[part]!;
  return at as SettingValue;
}

/** Writes one value in place; the name must exist. Use `changeSettings` for anything a person asked for. */
export function putSetting(settings: Settings, name: string, value: SettingValue): void {
  const parts = SETTING_BY_NAME.get(name)?.parts ?? name.split(".");
  let at = settings as unknown as Nested;
  for (let i = 0; i < parts.length - 1; i++) at = at[parts[i]!] as Nested;
  at[parts[parts.length - 1]!] = value as Nested | SettingValue;
}

/** The record under a key, made where it is missing. */
function branch(node: Nested, key: string): Nested {
  node[key] ??= {};
  return node[key] as Nested;
}

/** Settings with every default: 16 LFP cells of 100 Ah. Always the same shape, in table order. */
export function createSettings(): Settings {
  const settings: Nested = {};
  for (const { parts, row } of SETTING_LIST) {
    let at = settings;
    for (let i = 0; i < parts.length - 1; i++) at = branch(at, parts[i]!);
    at[parts[parts.length - 1]!] = row.default;
  }
  return settings as unknown as Settings;
}

/** A copy that shares only the tables (curves and grids are never changed in place). */
export function copySettings(settings: Settings): Settings {
  const copy: Nested = {};
  for (const [group, values] of Object.entries(settings)) copy[group] = { ...(values as unknown as Nested) };
  const protections = copy["protections"] as Nested;
  for (const [name, values] of Object.entries(protections)) protections[name] = { ...(values as Nested) };
  return copy as unknown as Settings;
}

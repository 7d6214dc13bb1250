// Settings as they are kept: only what differs from the settings a device is made with, by dotted name. Every value that
// differs is kept, also those a chemistry once filled in, so that a later program with other presets changes nothing.

import { SECRET, SECRET_SETTINGS } from "./secrets.ts";
import {
  copySettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
  type Violation,
} from "./settings.ts";
import { validateSettings } from "./validation.ts";

/** Settings that differ from those the device is made with, by dotted name. */
export type KeptChanges = Readonly<Record<string, SettingValue>>;

/** One setting that changed. null: the value the device is made with, where nobody said which that is. */
export type SettingChange = {
  readonly name: string;
  readonly from: SettingValue | null;
  readonly to: SettingValue | null;
};

export type Revision = {
  readonly revision: number;
  readonly wall_ms: number;
  readonly actor: string;
  readonly changes: readonly SettingChange[];
};


/** The settings whose values differ from those of `base`. */
export function differences(base: Settings, settings: Settings): KeptChanges {
  const changed = SETTING_LIST.filter(({ name }) => !equal(getSetting(base, name), getSetting(settings, name)));
  return Object.fromEntries(changed.map(({ name }) => [name, getSetting(settings, name)!]));
}

const equal = (a: SettingValue | undefined, b: SettingValue | undefined): boolean =>
  a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

export type Reapplied = { readonly settings: Settings; readonly violations: readonly Violation[] };

/** `base` with kept changes. Names this program does not know are violations, and so is whatever no longer fits. */
export function reapply(base: Settings, changes: KeptChanges): Reapplied {
  const settings = copySettings(base);
  const unknown = Object.keys(changes).filter((name) => !SETTING_BY_NAME.has(name));
  for (const [name, value] of Object.entries(changes)) if (SETTING_BY_NAME.has(name)) putSetting(settings, name, value);
  return {
    settings,
    violations: [
      ...unknown.map((setting) => ({ setting, kind: "unknown" as const, reason: "is not known to this program" })),
      ...validateSettings(settings),
    ],
  };
}

/** Every setting that differs between two, with both values, in table order. */
export const settingChanges = (before: Settings, after: Settings): SettingChange[] =>
  SETTING_LIST.map(({ name }) => ({ name, from: getSetting(before, name)!, to: getSetting(after, name)! })).filter(
    ({ from, to }) => !equal(from, to),
  );

/** What differs between two sets of kept changes. */
export function keptDifferences(before: KeptChanges, after: KeptChanges): SettingChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, from: before[name] ?? null, to: after[name] ?? null }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** Changes as they may be shown: secret values stand as a word. */
export const hideSecrets = (changes: readonly SettingChange[]): SettingChange[] =>
  changes.map(({ name, from, to }) =>
    SECRET_SETTINGS.includes(name) ? { name, from: SECRET, to: SECRET } : { name, from, to },
  );

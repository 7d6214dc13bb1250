// Settings as they are kept: only what differs from the settings a device is made with, by dotted name. Every value that
// differs is kept, also those a chemistry once filled in, so that a later program with other presets changes nothing.

import { hash as digest } from "node:crypto";
import { withoutSecrets } from "../model/secrets.ts";
import {
  copySettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
  type Violation,
} from "../model/settings.ts";
import { validateSettings } from "../model/validation.ts";
import type { KeptChanges } from "./store.ts";
import type { SettingChange } from "./store-settings.ts";

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

/** SHA-256 of all settings but secrets, by dotted name in table order, in hexadecimal: which ones were in force. */
export function settingsHash(settings: Settings): string {
  const values = Object.fromEntries(SETTING_LIST.map(({ name }) => [name, getSetting(settings, name)!]));
  return digest("sha256", JSON.stringify(withoutSecrets(values)));
}

// A set of changes is judged whole: every value against its row, then the result against the cross-checks. All
// violations are given, each with the setting's name, and the changes apply whole or not at all.

import { CROSS_CHECKS } from "./cross-checks.ts";
import { expandChanges } from "./presets.ts";
import { copySettings, getSetting, putSetting, SETTING_BY_NAME, SETTING_LIST, type Settings, type SettingValue, type Violation } from "./settings.ts";
import { judgeValue } from "./values.ts";

export type Changed = { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly violations: readonly Violation[] };

/**
 * The settings with the changes applied, or every reason why not. The given settings are never touched.
 * Choosing a chemistry or a sensor type fills what depends on it; changes given beside it stand above.
 */
export function changeSettings(settings: Settings, changes: Readonly<Record<string, SettingValue>>): Changed {
  const violations: Violation[] = [];
  const changed = copySettings(settings);
  const all = expandChanges(changes, (name) => getSetting(settings, name));
  for (const [name, value] of Object.entries(all)) {
    const entry = SETTING_BY_NAME.get(name);
    const reason = entry === undefined ? `there is no such setting${nearest(name)}` : judgeValue(entry.row, value);
    if (reason !== undefined) violations.push({ setting: name, kind: entry === undefined ? "unknown" : "value", reason });
    else putSetting(changed, name, value);
  }
  if (violations.length === 0) violations.push(...crossCheck(changed));
  return violations.length > 0 ? { ok: false, violations } : { ok: true, settings: changed };
}

/** Every violation of complete settings: ranges first, then what belongs together. */
export function validateSettings(settings: Settings): Violation[] {
  const violations: Violation[] = [];
  for (const { name, row } of SETTING_LIST) {
    const reason = judgeValue(row, getSetting(settings, name));
    if (reason !== undefined) violations.push({ setting: name, kind: "value", reason });
  }
  return violations.length > 0 ? violations : crossCheck(settings);
}

function crossCheck(settings: Settings): Violation[] {
  return CROSS_CHECKS.flatMap((check) => {
    const reason = check.judge(settings);
    return reason === undefined ? [] : [{ setting: check.setting, kind: "conflict", reason }];
  });
}

/** " (did you mean battery.cells?)" for a name that is nearly right. */
export function nearest(name: string): string {
  const last = name.split(".").pop()!;
  const found = SETTING_LIST.find((entry) => entry.name.endsWith(`.${last}`) || entry.name.toLowerCase() === name.toLowerCase());
  return found === undefined ? "" : ` (did you mean ${found.name}?)`;
}

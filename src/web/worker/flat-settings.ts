// All settings of a log's first message by dotted name, whether they stand there nested or dotted already.

import { getSetting, SETTING_LIST, type Settings, type SettingValue } from "../../model/settings.ts";

/** Those that this program knows; none where the text is no object. */
export function flatSettings(text: string): Record<string, SettingValue> {
  const found: Record<string, SettingValue> = {};
  const whole = parsed(text);
  for (const { name } of SETTING_LIST) {
    const value = Object.hasOwn(whole, name) ? whole[name] : nested(whole, name);
    if (value !== undefined && value !== null) found[name] = value as SettingValue;
  }
  return found;
}

function nested(whole: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return getSetting(whole as unknown as Settings, name);
  } catch {
    return undefined;
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

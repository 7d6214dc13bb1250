// The settings in force, asked for again whenever the device says that they are others.

import { createResource } from "solid-js";
import { createSettings, putSetting, SETTING_BY_NAME, type Settings, type SettingValue } from "../../model/settings.ts";
import type { Monitor } from "./monitor.ts";

/** Settings from their values by dotted name; what this page does not know is left out. */
export function settingsOf(values: Readonly<Record<string, SettingValue>>): Settings {
  const settings = createSettings();
  for (const [name, value] of Object.entries(values)) if (SETTING_BY_NAME.has(name)) putSetting(settings, name, value);
  return settings;
}

/** Undefined until they are known. */
export function createSettingsInForce(monitor: Monitor): () => Settings | undefined {
  const [settings] = createResource(
    () => monitor.device()?.settingsKey,
    async () => settingsOf((await monitor.ask("settings", {})).values),
  );
  return () => settings.latest;
}

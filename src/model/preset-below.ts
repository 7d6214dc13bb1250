// What a device's settings stand on: those that its chemistry, number of cells and capacity alone would give. Whatever differs
// from them, a person has set.

import { createSettings, getSetting, type Settings, type SettingValue } from "./settings.ts";
import { changeSettings } from "./validation.ts";

export const FOUNDATIONS: readonly string[] = ["battery.chemistry", "battery.cells", "battery.capacity_Ah"];

/** The settings a chemistry, cells and capacity alone give, or the defaults where these do not go together. */
export function presetBelow(settings: Settings): Settings {
  const changes = Object.fromEntries(FOUNDATIONS.map((name) => [name, getSetting(settings, name)!]));
  const changed = changeSettings(createSettings(), changes);
  return changed.ok ? changed.settings : createSettings();
}

/** The default of a setting: as shipped for what others stand on, else what is below. `below` is from `presetBelow`. */
export const defaultAbove = (below: Settings, name: string): SettingValue =>
  getSetting(FOUNDATIONS.includes(name) ? createSettings() : below, name)!;

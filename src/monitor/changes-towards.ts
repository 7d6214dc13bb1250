// The way from the settings in force to others that are known whole: for going back to a revision, by hand or at once.

import { differences, reapply } from "../model/kept-settings.ts";
import { expandChanges } from "../model/presets.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { createSettings, getSetting, type Settings, type SettingValue } from "../model/settings.ts";

type Values = Readonly<Record<string, SettingValue>>;

/** The changes that lead from one set of settings to another, whatever presets would fill in between. Secrets stay as they are. */
export function changesTowards(inForce: Settings, target: Settings): Values {
  const current = (name: string): SettingValue | undefined => getSetting(inForce, name);
  let changes = differences(inForce, target);
  for (let filled = true; filled; ) {
    const expanded = expandChanges(changes, current);
    const astray = Object.keys(expanded).filter((name) => !equalValues(expanded[name], getSetting(target, name)));
    filled = astray.length > 0;
    changes = { ...changes, ...Object.fromEntries(astray.map((name) => [name, getSetting(target, name)!])) };
  }
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !SECRET_SETTINGS.includes(name)));
}

/** The same by dotted names, as the settings in force and those of a revision are told. */
export const changesBack = (inForce: Values, revision: Values): Values =>
  changesTowards(reapply(createSettings(), inForce).settings, reapply(createSettings(), revision).settings);

const equalValues = (one: SettingValue | undefined, other: SettingValue | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

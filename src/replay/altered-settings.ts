// Settings other than the recorded ones: applied where a recorded device begins, and defended against what people set
// while the recording ran.

import type { Request } from "../core/requests.ts";
import { type Changes, expandChanges } from "../model/presets.ts";
import { getSetting, SETTING_LIST, type Settings, type SettingValue, type Violation } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";

/** Why altered settings cannot be used; `at_us`: log time of the recorded start they do not fit. */
export type SettingsRefused = {
  readonly ok: false;
  readonly violations: readonly Violation[];
  readonly at_us: number;
};

export type Altered = { readonly ok: true; readonly settings: Settings } | SettingsRefused;

/** Recorded settings with the changes applied, and judged. What needs open contactors is allowed: the replay begins anew. */
export function alteredSettings(recorded: Settings, changes: Changes, at_us: number): Altered {
  if (Object.keys(changes).length === 0) return { ok: true, settings: recorded };
  const changed = changeSettings(recorded, changes);
  return changed.ok ? changed : { ok: false, violations: changed.violations, at_us };
}

/**
 * A recorded request as the altered device gets it: a change of an altered setting is taken out, and one that would move it
 * along (a chemistry, a capacity) leaves it where it is.
 * @returns the request, the same where nothing collides, and the names that were kept
 */
export function keepAltered(
  request: Request,
  changes: Changes,
  settings: Settings,
): { readonly request: Request; readonly names: readonly string[] } {
  if (request.kind !== "set") return { request, names: [] };
  const all = expandChanges(request.changes, (name) => getSetting(settings, name));
  const names = Object.keys(all).filter((name) => Object.hasOwn(changes, name) && !isSame(all[name]!, changes[name]!));
  if (names.length === 0) return { request, names };
  const kept = Object.fromEntries(names.map((name) => [name, changes[name]!]));
  return { request: { ...request, changes: { ...request.changes, ...kept } }, names };
}

const isSame = (a: SettingValue, b: SettingValue): boolean => JSON.stringify(a) === JSON.stringify(b);

export type SettingDifference = {
  readonly name: string;
  readonly recorded: SettingValue;
  readonly whatIf: SettingValue;
};

/** Every setting that is another, in the order of the tables. */
export const settingDifferences = (recorded: Settings, whatIf: Settings): SettingDifference[] =>
  SETTING_LIST.flatMap(({ name }) => {
    const [before, after] = [getSetting(recorded, name)!, getSetting(whatIf, name)!];
    return isSame(before, after) ? [] : [{ name, recorded: before, whatIf: after }];
  });

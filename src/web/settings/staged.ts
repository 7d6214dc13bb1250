// Changes that a person has gathered and not applied: what they want, what was in force when they wanted it, and so what somebody
// else has changed under their hands. All of it is judged in the page at once, by the same tables as in the device.

import { expandChanges } from "../../model/presets.ts";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import {
  getSetting,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
  type Violation,
} from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";

export type Values = Readonly<Record<string, SettingValue>>;

export type Staged = {
  /** What the person wants, by dotted name. */
  readonly changes: Values;
  /** What was in force when they wanted it. */
  readonly seen: Values;
};

export const NOTHING_STAGED: Staged = { changes: {}, seen: {} };

/** One thing that would change. `follows`: a chemistry or sensor type brings it along, nobody asked for it by name. */
export type StagedChange = {
  readonly name: string;
  readonly from: SettingValue;
  readonly to: SettingValue;
  readonly follows: boolean;
};

export type Judged = {
  /** Complete settings after the changes; undefined while something is wrong with them. */
  readonly settings: Settings | undefined;
  readonly changes: readonly StagedChange[];
  readonly violations: readonly Violation[];
};

export const equalValues = (a: SettingValue | undefined, b: SettingValue | undefined): boolean =>
  a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

/** With one more wish. What is as in force already is no wish, unless a chemistry beside it would fill something else. */
export function stage(staged: Staged, inForce: Settings, name: string, value: SettingValue): Staged {
  const rest = unstage(staged, name);
  const now = getSetting(inForce, name)!;
  const filled = expandChanges(rest.changes, (each) => getSetting(inForce, each))[name];
  if (equalValues(value, filled ?? now)) return rest;
  return { changes: { ...rest.changes, [name]: value }, seen: { ...rest.seen, [name]: staged.seen[name] ?? now } };
}

export const unstage = ({ changes, seen }: Staged, name: string): Staged => ({
  changes: without(changes, name),
  seen: without(seen, name),
});

const without = (values: Values, name: string): Values =>
  Object.fromEntries(Object.entries(values).filter(([each]) => each !== name));

/** Wishes all at once, in place of whatever was wished before. */
export const stageAll = (inForce: Settings, changes: Values): Staged => ({
  changes,
  seen: Object.fromEntries(Object.keys(changes).map((name) => [name, getSetting(inForce, name)!])),
});

export function judge(inForce: Settings, { changes }: Staged): Judged {
  const expanded = expandChanges(changes, (name) => getSetting(inForce, name));
  const list = SETTING_LIST.flatMap(({ name }): StagedChange[] => {
    const to = expanded[name];
    const from = getSetting(inForce, name)!;
    return to === undefined || equalValues(from, to) ? [] : [{ name, from, to, follows: !(name in changes) }];
  });
  const changed = changeSettings(inForce, changes);
  return changed.ok
    ? { settings: changed.settings, changes: list, violations: [] }
    : { settings: undefined, changes: list, violations: changed.violations };
}

/** A wish whose ground somebody else has moved meanwhile. */
export type Clash = {
  readonly name: string;
  readonly seen: SettingValue;
  readonly now: SettingValue;
  readonly mine: SettingValue;
};

export const clashesOf = ({ changes, seen }: Staged, inForce: Settings): Clash[] =>
  Object.entries(changes).flatMap(([name, mine]): Clash[] => {
    const now = getSetting(inForce, name);
    const before = seen[name];
    if (now === undefined || before === undefined || equalValues(before, now) || equalValues(now, mine)) return [];
    return [{ name, seen: before, now, mine }];
  });

/** The wish stands, on the new ground. */
export const keepMine = (staged: Staged, inForce: Settings, name: string): Staged => ({
  ...staged,
  seen: { ...staged.seen, [name]: getSetting(inForce, name)! },
});

/** As text for the browser's own memory. A secret does not go there. */
export const packStaged = ({ changes, seen }: Staged): string =>
  JSON.stringify({ changes: plainOnly(changes), seen: plainOnly(seen) });

const plainOnly = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !SECRET_SETTINGS.includes(name)));

/** The same back; whatever does not read as staged changes of this program is none. */
export function unpackStaged(text: string | null): Staged {
  try {
    const { changes, seen } = JSON.parse(text ?? "null") as Staged;
    const known = (values: Values): Values =>
      Object.fromEntries(Object.entries(values).filter(([name]) => SETTING_BY_NAME.has(name)));
    return { changes: known(changes), seen: known(seen) };
  } catch {
    return NOTHING_STAGED;
  }
}

// Which settings are passwords or keys, and settings without them: what leaves the device (logs, recordings, support
// files, journal) is made of these, so that a file can be handed to strangers.

import { SETTING_LIST } from "./settings.ts";

/** Dotted names of the settings that never leave the device. */
export const SECRET_SETTINGS: readonly string[] = SETTING_LIST.filter(({ row }) => row.kind === "text" && row.secret === true).map(({ name }) => name);

/** What stands in place of a secret where people read it. */
export const SECRET = "(secret)";

/** The values by dotted name without the secret ones. */
export const withoutSecrets = <T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !SECRET_SETTINGS.includes(name)));

// Which settings were in force, as a number that fits into a journal's entry.

import { hash as digest } from "node:crypto";
import { withoutSecrets } from "../model/secrets.ts";
import { getSetting, SETTING_LIST, type Settings } from "../model/settings.ts";

/** SHA-256 of all settings but secrets, by dotted name in table order, in hexadecimal: which ones were in force. */
export function settingsHash(settings: Settings): string {
  const values = Object.fromEntries(SETTING_LIST.map(({ name }) => [name, getSetting(settings, name)!]));
  return digest("sha256", JSON.stringify(withoutSecrets(values)));
}

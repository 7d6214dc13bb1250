// The altered settings of a what-if, from --set name=value and --settings FILE on top of the recorded ones, judged whole:
// every violation is one line.

import type { Changes } from "../model/presets.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { SETTING_BY_NAME, type Settings, type SettingValue, type Violation } from "../model/settings.ts";
import { violationLine } from "../monitor/settings-text.ts";
import { alterationsOf } from "../replay/what-if-play.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { protectionSuggestion } from "./setting-suggestion.ts";
import { readSettingsFile } from "./settings-file.ts";
import { UsageError } from "./usage-error.ts";

/** The words of --set as changes. Throws UsageError with a line for each that is none. */
export function parseSets(words: readonly string[]): Record<string, SettingValue> {
  const changes: Record<string, SettingValue> = {};
  const wrong: string[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    const name = word.slice(0, Math.max(0, at)).trim();
    const entry = SETTING_BY_NAME.get(name);
    if (at < 1) wrong.push(`--set needs name=value, is "${withoutSecret(word)}"`);
    else if (entry === undefined)
      wrong.push(
        `--set ${name}: there is no such setting${protectionSuggestion(name) ?? suggestion(name, [...SETTING_BY_NAME.keys()])}`,
      );
    else if (Object.hasOwn(changes, name)) wrong.push(`--set ${name}: is given twice`);
    else changes[name] = meant(entry.row.kind, word.slice(at + 1).trim());
  }
  if (wrong.length > 0) throw new UsageError(wrong.join("\n"));
  return changes;
}

/** A password behind a slip of the pen (ftp.password:…) is not printed again. */
const withoutSecret = (word: string): string => {
  const name = SECRET_SETTINGS.find((secret) => word.toLowerCase().includes(secret.toLowerCase()));
  return name === undefined ? word : `${name}…`;
};

/** A word as the kind of its row wants it; what cannot be meant stays a word, and is refused with the row's own reason. */
function meant(kind: string, word: string): SettingValue {
  switch (kind) {
    case "number":
    case "integer":
      return word !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
    case "flag":
      return word === "true" ? true : word === "false" ? false : word;
    case "curve":
    case "grid":
      return parsed(word);
    default:
      return word;
  }
}

function parsed(word: string): SettingValue {
  try {
    return JSON.parse(word) as SettingValue;
  } catch {
    return word;
  }
}

/** What is to be other than recorded. Throws UsageError, one line for each violation. */
export function alterations(recorded: Settings, sets: Changes, file: string | undefined): Changes {
  const base = file === undefined ? recorded : fromFile(file, recorded);
  const altered = alterationsOf(recorded, base, sets);
  if (!altered.ok) throw new UsageError(violationLines(altered.violations));
  return altered.changes;
}

function fromFile(file: string, recorded: Settings): Settings {
  const read = readSettingsFile(file, recorded);
  if (read.ok) return read.settings;
  throw new UsageError(read.violations.map((violation) => violationLine(file, violation)).join("\n"));
}

export const violationLines = (violations: readonly Violation[]): string =>
  violations.map(({ setting, reason }) => `${setting}: ${reason}`).join("\n");

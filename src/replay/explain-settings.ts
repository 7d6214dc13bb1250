// The settings a protection goes by, by the names under which others can be tried on the recording (explain.ts).

import type { FaultName } from "../model/faults.ts";
import { getSetting, SETTING_LIST, type Settings } from "../model/settings.ts";

/** "protections.overvoltage: limit_V 3.75, …", and how to try others. @param settings those at the end of the story */
export function settingsSentences(settings: Settings | undefined, name: FaultName): string[] {
  if (settings === undefined) return [];
  const group = `protections.${name}.`;
  const values = SETTING_LIST.filter((entry) => entry.name.startsWith(group)).map(
    (entry) => `${entry.name.slice(group.length)}=${getSetting(settings, entry.name)}`,
  );
  return [
    `protections.${name}: ${values.join(", ")}.`,
    `What others would have done: bms replay LOG --set ${group}setDelay_ms=…`,
  ];
}

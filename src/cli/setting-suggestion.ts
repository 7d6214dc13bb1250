// Which setting of a protection is meant by a name that calls the protection by its title or by the vendor's abbreviation, as
// trips and screens do: "OV.limit_V", "protections.Overvoltage.limit_V".

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { SETTING_LIST } from "../model/settings.ts";
import { nearestName } from "../sim/scenario/nearest.ts";

/** "; did you mean …?" where the name calls a protection so; undefined where it does not. */
export function protectionSuggestion(name: string): string | undefined {
  const [called, setting] = partsOf(name.replace(/^protections?\./i, ""));
  const groups = FAULT_NAMES.filter((fault) => isCalled(fault, called));
  if (groups.length === 0) return undefined;
  const known = groups.flatMap((fault) => nearest(fault, setting) ?? []);
  if (known.length > 0) return `; did you mean ${known.map((found) => `"${found}"`).join(" or ")}?`;
  return groups.map((fault) => `; protections.${fault} has ${settingsOf(fault).join(", ")}`).join("");
}

/** A protection, and after the last dot one of its settings; "" without a dot. */
function partsOf(name: string): readonly [called: string, setting: string] {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
}

const letters = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]/g, "");

const isCalled = (fault: FaultName, called: string): boolean =>
  [fault, FAULT_ROWS[fault].title, FAULT_ROWS[fault].vendor?.abbreviation ?? ""].some(
    (word) => word !== "" && letters(word) === letters(called),
  );

const settingsOf = (fault: FaultName): string[] =>
  SETTING_LIST.filter(({ name }) => name.startsWith(`protections.${fault}.`)).map(
    ({ name }) => name.split(".").at(-1)!,
  );

function nearest(fault: FaultName, setting: string): string | undefined {
  const found = setting === "" ? undefined : nearestName(setting, settingsOf(fault));
  return found === undefined ? undefined : `protections.${fault}.${found}`;
}

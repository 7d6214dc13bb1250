// What people and programs ask of the device, as the journal, what-if and explanations call it.

import type { Request } from "../core/requests.ts";
import type { Asking } from "../model/asking.ts";
import { COMMANDS } from "../model/commands.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { SECRET, SECRET_SETTINGS } from "../model/secrets.ts";
import type { SettingValue } from "../model/settings.ts";

/** Settings told one by one in a sentence. */
export const MOST_TOLD = 20;

/**
 * Whether somebody asks for something; all else are reports, of partners on a bus and of the log, which come all the time. To change
 * no setting asks for nothing.
 */
export const isAsked = (request: Request): request is Asking =>
  (request.kind === "set" && Object.keys(request.changes).length > 0) ||
  request.kind === "override" ||
  request.kind === "acknowledge" ||
  request.kind === "command";

/** A request as a person calls it, without secrets; a report by its kind. Names may be of any program's version. */
export function requestWords(request: Request): string {
  switch (request.kind) {
    case "set":
      return changeWords(Object.entries(request.changes));
    case "override":
      return overrideWords(request.signal, request.value);
    case "acknowledge":
      return acknowledgeWords(request.faults);
    case "command":
      return commandWords(request.command, request.argument);
    default:
      return request.kind;
  }
}

function changeWords(changes: readonly (readonly [string, SettingValue])[]): string {
  const told = changes.slice(0, MOST_TOLD).map(([name, value]) => `${name} to ${settingWords(name, value)}`);
  return `change ${told.join(", ")}${changes.length > MOST_TOLD ? ` and ${changes.length - MOST_TOLD} more` : ""}`;
}

/** The value of a setting in a sentence; null is one that was not set. What was asked may be no value at all. */
export function settingWords(name: string, value: SettingValue | null): string {
  if (SECRET_SETTINGS.includes(name)) return SECRET;
  if (value === null) return "its default";
  if (typeof value === "object") return pointsWords(value);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function pointsWords(value: { readonly x?: ArrayLike<number>; readonly z?: unknown }): string {
  if (typeof value.x !== "object") return "no curve or table";
  return `${"z" in value ? "a table" : "a curve"} of ${value.x.length} points`;
}

function overrideWords(signal: string, value: number): string {
  const title = Object.hasOwn(INPUT_SIGNALS, signal)
    ? INPUT_SIGNALS[signal as keyof typeof INPUT_SIGNALS].title
    : signal;
  const how = value === 0 ? "driven off" : value === 1 ? "driven on" : "follows its input again";
  return `input signal ${title}: ${how}`;
}

function acknowledgeWords(faults: readonly FaultName[] | "all"): string {
  if (faults === "all") return "acknowledge all errors";
  const titles = faults.map((name) => (Object.hasOwn(FAULT_ROWS, name) ? FAULT_ROWS[name].title : name));
  return `acknowledge ${titles.join(", ")}`;
}

function commandWords(command: keyof typeof COMMANDS, argument = -1): string {
  const title = Object.hasOwn(COMMANDS, command) ? COMMANDS[command].title : command;
  return `command: ${title}${argument === -1 ? "" : ` (cell ${argument})`}`;
}

// What people and programs asked of the device, as events of the journal: who changed which setting from what to what, who
// gave a command, and what was refused. Reports of partners on a bus come many times a second and are no events.

import { unreachable } from "../base/assert.ts";
import type { Answer, Request } from "../core/requests.ts";
import { COMMANDS } from "../model/commands.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import type { Settings, SettingValue } from "../model/settings.ts";
import { type Happening, happening } from "./happenings.ts";
import { settingChanges } from "./kept-settings.ts";
import { SECRET, type SettingChange } from "./store-settings.ts";

/** Changes told one by one; the history of the settings has all of them. */
const TOLD = 20;

/**
 * The event of a request that has been answered.
 * @param before settings in force before the request, `after` those after it
 * @param actor who asked: a user, a bus and node, "cli"
 * @returns undefined for what is no event: a partner's report, or settings that were so already
 */
export function draftOf(
  request: Request,
  answer: Answer,
  before: Settings,
  after: Settings,
  actor: string,
): Happening | undefined {
  const asked = askedOf(request);
  if (asked === undefined) return undefined;
  if (!answer.ok) return refused(asked, answer, actor);
  if (request.kind === "set") return settingsChanged(settingChanges(before, after), actor);
  return { ...asked, actor };
}

/** What was asked, as the event it is when it is done. */
function askedOf(request: Request): Happening | undefined {
  switch (request.kind) {
    case "set":
      return happening("settingsChanged", `change ${namesOf(Object.keys(request.changes))}`, {
        subject: subjectOf(Object.keys(request.changes)),
      });
    case "override":
      return overridden(request.signal, request.value);
    case "acknowledge":
      return acknowledged(request.faults);
    case "command":
      return commandGiven(request);
    case "charger":
    case "partner":
    case "transmission":
    case "log":
    case "store":
    case "shunt":
      return undefined;
    default:
      return unreachable(request);
  }
}

function refused({ subject, text }: Happening, answer: Extract<Answer, { ok: false }>, actor: string): Happening {
  const why = (answer.violations ?? []).slice(0, TOLD).map(({ setting, reason }) => `${setting} ${reason}`);
  const all = [answer.reason, ...why].join("; ");
  return happening("requestRefused", `refused: ${text}: ${all}`, { subject, actor });
}

/** Each change with old and new value; undefined where there is none. `value`: the new one, of a single number. */
export function settingsChanged(changes: readonly SettingChange[], actor: string): Happening | undefined {
  if (changes.length === 0) return undefined;
  const value = changes.length === 1 ? changes[0]?.to : undefined;
  const told = changes
    .slice(0, TOLD)
    .map(({ name, from, to }) => `${name} from ${word(name, from)} to ${word(name, to)}`);
  const more = changes.length > TOLD ? `; and ${changes.length - TOLD} more` : "";
  return happening("settingsChanged", `settings changed: ${told.join("; ")}${more}`, {
    ...{ subject: subjectOf(changes.map(({ name }) => name)), actor },
    ...(typeof value === "number" ? { value } : {}),
  });
}

function word(name: string, value: SettingValue | null): string {
  if (SECRET_SETTINGS.includes(name)) return SECRET;
  if (value === null) return "its default";
  if (typeof value === "object") return `${"z" in value ? "a table" : "a curve"} of ${value.x.length} points`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const subjectOf = (names: readonly string[]): string => (names.length === 1 ? names[0]! : "");

const namesOf = (names: readonly string[]): string =>
  names.slice(0, TOLD).join(", ") + (names.length > TOLD ? ` and ${names.length - TOLD} more` : "");

/** `value`: 0 off, 1 on, 2 the physical input. */
function overridden(signal: string, value: number): Happening {
  const title = Object.hasOwn(INPUT_SIGNALS, signal)
    ? INPUT_SIGNALS[signal as keyof typeof INPUT_SIGNALS].title
    : signal;
  const how = value === 0 ? "driven off" : value === 1 ? "driven on" : "follows its input again";
  return happening("overridden", `input signal ${title}: ${how}`, { subject: signal, value: Math.min(value, 2) });
}

function acknowledged(faults: readonly FaultName[] | "all"): Happening {
  if (faults === "all") return happening("acknowledged", "acknowledge all errors", { subject: "all" });
  const titles = faults.map((name) => (Object.hasOwn(FAULT_ROWS, name) ? FAULT_ROWS[name].title : name));
  return happening("acknowledged", `acknowledge ${titles.join(", ")}`, { subject: subjectOf(faults) });
}

/** `value`: the cell, from 1, where the command has one. */
function commandGiven({ command, argument = -1 }: Extract<Request, { kind: "command" }>): Happening {
  const title = Object.hasOwn(COMMANDS, command) ? COMMANDS[command].title : command;
  const cell = argument === -1 ? "" : ` (cell ${argument})`;
  return happening("commandGiven", `command: ${title}${cell}`, {
    ...{ subject: command },
    ...(argument === -1 ? {} : { value: argument }),
  });
}

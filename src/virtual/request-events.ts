// What people and programs asked of the device, as events of the journal: who changed which setting from what to what, who
// gave a command, and what was refused. Reports of partners on a bus come many times a second and are no events.

import { unreachable } from "../base/assert.ts";
import type { Request } from "../core/requests.ts";
import type { Answer } from "../model/asking.ts";
import type { SettingChange } from "../model/kept-settings.ts";
import { settingChanges } from "../model/kept-settings.ts";
import type { Settings } from "../model/settings.ts";
import { isAsked, MOST_TOLD, requestWords, settingWords } from "../replay/request-words.ts";
import { type Happening, happening } from "./happenings.ts";

/**
 * The event of a request that has been answered.
 * @param before settings in force before the request, `after` those after it
 * @param actor who asked: as in model/events.ts
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
  if (!isAsked(request)) return undefined;
  const text = requestWords(request);
  switch (request.kind) {
    case "set":
      return happening("settingsChanged", text, { subject: subjectOf(Object.keys(request.changes)) });
    case "override": // value: 0 off, 1 on, 2 the physical input
      return happening("overridden", text, { subject: request.signal, value: Math.min(request.value, 2) });
    case "acknowledge":
      return happening("acknowledged", text, {
        subject: request.faults === "all" ? "all" : subjectOf(request.faults),
      });
    case "command": // value: the cell, from 1, where the command has one
      return happening("commandGiven", text, { subject: request.command, ...cellOf(request.argument) });
    default:
      return unreachable(request);
  }
}

const cellOf = (argument = -1): { readonly value?: number } => (argument === -1 ? {} : { value: argument });

function refused({ subject, text }: Happening, answer: Extract<Answer, { ok: false }>, actor: string): Happening {
  const why = (answer.violations ?? []).slice(0, MOST_TOLD).map(({ setting, reason }) => `${setting} ${reason}`);
  const all = [answer.reason, ...why].join("; ");
  return happening("requestRefused", `refused: ${text}: ${all}`, { subject, actor });
}

/** Each change with old and new value; undefined where there is none. `value`: the new one, of a single number. */
export function settingsChanged(changes: readonly SettingChange[], actor: string): Happening | undefined {
  if (changes.length === 0) return undefined;
  const value = changes.length === 1 ? changes[0]?.to : undefined;
  const told = changes
    .slice(0, MOST_TOLD)
    .map(({ name, from, to }) => `${name} from ${settingWords(name, from)} to ${settingWords(name, to)}`);
  const more = changes.length > MOST_TOLD ? `; and ${changes.length - MOST_TOLD} more` : "";
  return happening("settingsChanged", `settings changed: ${told.join("; ")}${more}`, {
    ...{ subject: subjectOf(changes.map(({ name }) => name)), actor },
    ...(typeof value === "number" ? { value } : {}),
  });
}

const subjectOf = (names: readonly string[]): string => (names.length === 1 ? names[0]! : "");

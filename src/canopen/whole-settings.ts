// All settings as one text, to keep a setup or to bring one: JSON as settings files have it. What is written is staged like single
// values, all of it or nothing; the commit applies it.

import { mayService } from "../model/access.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import {
  copySettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  type Settings,
  type SettingValue,
} from "../model/settings.ts";
import { judgeValue } from "../model/values.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import { type Application, stage } from "./application.ts";
import { textBytes, textOf } from "./data-types.ts";
import { type DictionaryObject, DONE, type WriteResult } from "./object.ts";
import { variable } from "./object-shapes.ts";
import { refuse, rulesOf } from "./orders.ts";

export const WHOLE_SETTINGS = 0x5820;
const MOST_BYTES = 0x4_0000;

export function wholeSettings(application: Application): DictionaryObject {
  const { show } = application;
  const kept: { of: Settings | undefined; text: Uint8Array } = { of: undefined, text: new Uint8Array() };
  const read = (): Uint8Array => {
    const { settings } = show();
    if (settings !== kept.of) kept.text = textBytes(settingsText(settings)); // every change makes new ones
    kept.of = settings;
    return kept.text;
  };
  return variable(WHOLE_SETTINGS, "settings", {
    entry: {
      ...{ name: "settings", type: "domain", access: "rw", maxLength: MOST_BYTES, unit: "none" },
      help: "All settings in force as JSON, without passwords. Some or all of them may be written in the same form and are staged.",
    },
    read,
    write: (data) => write(application, textOf(data)),
  });
}

/** Passwords are empty in it. */
function settingsText(settings: Settings): string {
  const copy = copySettings(settings);
  for (const name of SECRET_SETTINGS) putSetting(copy, name, "");
  return JSON.stringify(copy);
}

function write(application: Application, text: string): WriteResult {
  const { session, now_us } = application;
  if (!mayService(rulesOf(application), session, now_us)) return refuse(application, 4);
  const tree = parsed(text);
  if (tree === undefined) return wrong(application, "", "the text is no JSON object");
  const values = new Map<string, unknown>();
  flatten(tree, "", values);
  for (const [name, value] of values) {
    const setting = SETTING_BY_NAME.get(name);
    const why = setting === undefined ? "is no setting" : judgeValue(setting.row, value);
    if (why !== undefined) return wrong(application, name, why);
  }
  for (const [name, value] of values) take(application, name, plain(value as SettingValue));
  return DONE;
}

/** A curve or table without whatever else the text has in it. */
function plain(value: SettingValue): SettingValue {
  if (typeof value !== "object") return value;
  return "z" in value ? { x: value.x, y: value.y, z: value.z } : { x: value.x, y: value.y };
}

/** The owner's settings stay as they are, and so does a password that the text leaves out. */
function take(application: Application, name: string, value: SettingValue): void {
  const { session, show } = application;
  const isSecret = SECRET_SETTINGS.includes(name) && value === "";
  if (SETTING_BY_NAME.get(name)!.group.access === "owner" || isSecret) return;
  const isSame = JSON.stringify(getSetting(show().settings, name)) === JSON.stringify(value);
  if (isSame) session.staged.delete(name);
  else stage(application, name, value);
}

function wrong(application: Application, name: string, why: string): AbortCode {
  const violations = SETTING_BY_NAME.has(name) ? [{ setting: name, reason: 2 as const, text: why }] : [];
  application.session.result = { code: 2, violations, text: `${name} ${why}`.trim() };
  return ABORT.value;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** "protections.overvoltage.limit_V": groups lie no deeper. */
const DEEPEST = 2;

/** Values by dotted name; what is no group is a value. */
function flatten(tree: object, prefix: string, values: Map<string, unknown>, depth = 0): void {
  for (const [key, value] of Object.entries(tree)) {
    const name = `${prefix}${key}`;
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value) && !SETTING_BY_NAME.has(name);
    if (isGroup && depth < DEEPEST) flatten(value, `${name}.`, values, depth + 1);
    else values.set(name, value);
  }
}

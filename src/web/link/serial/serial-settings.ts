// Settings over a console: all of them are read as one text, changes are judged here first, then staged one by one and applied
// together by the device, which has the last word.

import { hideSecrets, settingChanges } from "../../../model/kept-settings.ts";
import { REASON_OF } from "../../../model/results.ts";
import { SECRET, SECRET_SETTINGS } from "../../../model/secrets.ts";
import {
  copySettings,
  createSettings,
  getSetting,
  needsOpenContactors,
  putSetting,
  SETTING_BY_NAME,
  type Settings,
  type SettingValue,
  type Violation,
  type ViolationKind,
} from "../../../model/settings.ts";
import { changeSettings } from "../../../model/validation.ts";
import type { Problem } from "../../../monitor/problem.ts";
import type { AnswerTo } from "../../../monitor/schemas.ts";
import { ProblemError } from "../link.ts";
import { type ConsoleLine, ConsoleRefusal } from "./console-line.ts";
import { decodedText, staged } from "./setting-text.ts";

type Changes = Readonly<Record<string, SettingValue>>;

/** All settings in force; secrets are empty. */
export async function readSettings(line: ConsoleLine): Promise<Settings> {
  const tree = JSON.parse(decodedText(await line.ask("r settings"))) as Readonly<Record<string, unknown>>;
  const settings = copySettings(createSettings());
  for (const name of SETTING_BY_NAME.keys()) {
    const value = valueAt(tree, name);
    if (value !== undefined) putSetting(settings, name, value);
  }
  return settings;
}

function valueAt(tree: Readonly<Record<string, unknown>>, name: string): SettingValue | undefined {
  let at: unknown = tree;
  for (const part of name.split(".")) at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
  return at as SettingValue | undefined;
}

/** A secret that comes back as the word for it stays as it is: it is not sent at all. */
const withoutMasks = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([name, value]) => !isMask(name, value)));
const isMask = (name: string, value: SettingValue): boolean => SECRET_SETTINGS.includes(name) && value === SECRET;

/** Judged by the tables alone; what would happen to the device, its console does not say. */
export function checkSerial(
  settings: Settings,
  changes: Changes,
  isClosed: boolean,
  note: string,
): AnswerTo<"checkSettings"> {
  const changed = changeSettings(settings, withoutMasks(changes));
  if (!changed.ok) return { violations: [...changed.violations], changes: [], needOpen: [], effects: [] };
  const differences = settingChanges(settings, changed.settings);
  const needOpen = differences.map(({ name }) => name).filter(needsOpenContactors);
  const reason = "can only be changed while all contactors are open";
  const violations = isClosed ? needOpen.map((setting) => ({ setting, kind: "closed" as const, reason })) : [];
  return { violations, changes: hideSecrets(differences), needOpen, effects: [{ kind: "note", text: note }] };
}

/** Has the device take the changes, all or none. Rejects with its reasons. */
export async function applySerial(line: ConsoleLine, settings: Settings, changes: Changes): Promise<void> {
  const wanted = Object.entries(withoutMasks(changes)).filter(([name, value]) => !isSame(settings, name, value));
  const judged = changeSettings(settings, Object.fromEntries(wanted));
  if (!judged.ok) throw refused("the settings do not fit", judged.violations);
  if (wanted.length === 0) return;
  await line.ask("w session.commit 2"); // whatever was staged before
  try {
    for (const [name, value] of wanted) await line.ask(staged(name, value));
    await line.ask("w session.commit 1");
  } catch (error) {
    if (!(error instanceof ConsoleRefusal)) throw error;
    const violations = await violationsOf(line);
    await line.ask("w session.commit 2").catch(() => undefined);
    throw refused(error.message, violations);
  }
}

const isSame = (settings: Settings, name: string, value: SettingValue): boolean =>
  JSON.stringify(getSetting(settings, name)) === JSON.stringify(value);

function refused(detail: string, violations: readonly Violation[]): ProblemError {
  const problem: Problem = { kind: "refused", detail, ...(violations.length > 0 && { violations }) };
  return new ProblemError(problem);
}

/** What was wrong with the last commit: one line each, "battery.cells is ...", with a number that says of which kind. */
async function violationsOf(line: ConsoleLine): Promise<Violation[]> {
  const text = decodedText(await line.ask("r session.violationText").catch(() => ""));
  const lines = text.split("\n").filter((each) => each !== "");
  return Promise.all(
    lines.map(async (each, n) => {
      const code = Number(await line.ask(`r session.violations[${n + 1}]`).catch(() => "0")) & 0xff;
      const kinds = Object.keys(REASON_OF) as ViolationKind[];
      const [setting = "", ...words] = each.split(" ");
      return { setting, kind: kinds.find((kind) => REASON_OF[kind] === code) ?? "conflict", reason: words.join(" ") };
    }),
  );
}

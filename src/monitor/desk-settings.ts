// Settings at the desk: what they are, what changes to them would mean, and the changes themselves, all or none.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import { hideSecrets, settingChanges } from "../model/kept-settings.ts";
import { SECRET, SECRET_SETTINGS } from "../model/secrets.ts";
import {
  getSetting,
  needsOpenContactors,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
} from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import type { Desk } from "./desk.ts";
import type { Who } from "./desk-host.ts";
import { effectsOf } from "./effects.ts";
import { isAllowed } from "./operations.ts";
import { type Reply, refuse } from "./problem.ts";
import type { AnswerTo, Input } from "./schemas.ts";
import { settingsKey } from "./tell-device.ts";

type Changes = Readonly<Record<string, SettingValue>>;

/** By dotted name; a secret stands as a word, and as nothing where there is none. */
export const allSettings = (settings: Settings): Record<string, SettingValue> =>
  Object.fromEntries(SETTING_LIST.map(({ name }) => [name, shown(name, getSetting(settings, name)!)]));

const shown = (name: string, value: SettingValue): SettingValue =>
  SECRET_SETTINGS.includes(name) && value !== "" ? SECRET : value;

export function checkSettings(bms: Bms, changes: Changes, isAwake: boolean): AnswerTo<"checkSettings"> {
  const { settings } = bms;
  const changed = changeSettings(settings, unmasked(settings, changes));
  if (!changed.ok) return { violations: [...changed.violations], changes: [], needOpen: [], effects: [] };
  const differences = settingChanges(settings, changed.settings);
  const needOpen = differences.map(({ name }) => name).filter(needsOpenContactors);
  const isClosed = CONTACTORS.some(
    (name) => bms.decide.contactors[name].closed === 1 || bms.decide.contactors[name].on === 1,
  );
  const violations = isClosed
    ? needOpen.map((setting) => ({
        setting,
        kind: "closed" as const,
        reason: "can only be changed while all contactors are open",
      }))
    : [];
  const effects = isAwake ? effectsOf(bms, changed.settings) : [];
  return { violations, changes: hideSecrets(differences), needOpen, effects };
}

/** Of the settings that would change, those of groups that govern access, for somebody who may not change these. */
const ownersOnly = (settings: Settings, changes: Changes, { role }: Who): string[] =>
  Object.entries(changes)
    .filter(
      ([name, value]) =>
        !isAllowed(role, SETTING_BY_NAME.get(name)?.group.access ?? "viewer") && getSetting(settings, name) !== value,
    )
    .map(([name]) => name);

/** A secret that comes back as the word for it is left as it is. */
const unmasked = (settings: Settings, changes: Changes): Changes =>
  Object.fromEntries(
    Object.entries(changes).map(([name, value]) =>
      SECRET_SETTINGS.includes(name) && value === SECRET ? [name, getSetting(settings, name)!] : [name, value],
    ),
  );

export function applySettings(
  desk: Desk,
  { changes, settingsKey: seen }: Input<"applySettings">,
  who: Who,
  done: (reply: Reply<AnswerTo<"applySettings">>) => void,
): void {
  const { host, teller } = desk;
  const before = host.device.bms.settings;
  if (seen !== undefined && seen !== settingsKey(teller)) {
    done(refuse("conflict", "the settings were changed by somebody else meanwhile: look at them again"));
    return;
  }
  if (Object.keys(changes).length === 0) {
    done({ ok: true, answer: { settingsKey: settingsKey(teller), changes: [] } }); // nothing is asked of the device
    return;
  }
  const closed = ownersOnly(before, changes, who);
  if (closed.length > 0) {
    done(refuse("notAllowed", `only an owner may change ${closed.join(", ")}`));
    return;
  }
  const taken = host.hand(
    { kind: "set", changes: unmasked(before, changes), actor: who.actor },
    who.actor,
    (answer) => {
      const { settings } = host.device.bms;
      if (answer.ok)
        done({
          ok: true,
          answer: { settingsKey: settingsKey(teller), changes: hideSecrets(settingChanges(before, settings)) },
        });
      else
        done({
          ok: false,
          problem: {
            kind: "refused",
            detail: answer.reason,
            ...(answer.violations && { violations: answer.violations }),
          },
        });
    },
  );
  if (!taken) done(refuse("tooMany", "too many requests wait already: try again"));
}

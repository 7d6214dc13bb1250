// Settings in the language of the pages. Those of the protections are told by the words of their faults.

import { FAULT_SETTING_WORDS, faultSettingWord } from "../../model/fault-settings.ts";
import { FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { SettingGroup, SettingRow } from "../../model/rows.ts";
import { SETTING_LIST as ENGLISH, type NamedSetting } from "../../model/settings.ts";
import type { Say } from "../texts/language.ts";
import { word } from "../texts/texts.ts";
import { faultRows } from "./faults.ts";

const ARROW = " → ";

/** `shown`: its choices as people read them. */
type SpokenSetting = NamedSetting & { readonly shown: Readonly<Record<string, string>> };

export function settingList(say: Say): readonly SpokenSetting[] {
  const faults = faultRows(say);
  const faultOf = ([menu, fault = ""]: readonly string[]) =>
    menu === "protections" ? faults[fault as FaultName] : undefined;
  const groupOf = ({ parts, group }: NamedSetting): SettingGroup => {
    const fault = faultOf(parts);
    const title = fault?.title ?? say(`settingGroups.${parts[0]}`, group.title);
    const step = (english: string): string =>
      english === group.title ? title : say(`settingMenus.${english}`, english);
    return { ...group, title, menu: group.menu.split(ARROW).map(step).join(ARROW) };
  };
  const rowOf = ({ name, parts, row }: NamedSetting): SettingRow => {
    const fault = faultOf(parts);
    if (fault === undefined) return { ...row, help: say(`settings.${name}.help`, row.help) };
    const key = faultSettingWord(FAULT_ROWS[parts[1] as FaultName], parts[2]!);
    const template = key === undefined ? "{help}" : say(`faultSettings.${key}`, FAULT_SETTING_WORDS[key]);
    return { ...row, help: template.replace("{help}", fault.help) };
  };
  const shownOf = ({ name, row }: NamedSetting): SpokenSetting["shown"] => {
    const choices = row.kind === "choice" ? row.choices : [];
    return Object.fromEntries(choices.map((each) => [each, say(`settings.${name}.choices.${each}`, each)]));
  };
  return ENGLISH.map((entry) => ({ ...entry, group: groupOf(entry), row: rowOf(entry), shown: shownOf(entry) }));
}

export const SETTING_LIST: readonly SpokenSetting[] = settingList(word);
export const SETTING_BY_NAME: ReadonlyMap<string, SpokenSetting> = new Map(
  SETTING_LIST.map((entry) => [entry.name, entry]),
);

/** One of the choices of a setting as people read it. */
export const choiceText = (name: string, choice: string): string => SETTING_BY_NAME.get(name)?.shown[choice] ?? choice;

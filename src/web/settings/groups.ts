// The settings as people find them: a tree by the menus of their groups, and a search over all that is written about them.

import type { NamedSetting } from "../../model/settings.ts";
import { choiceText, SETTING_LIST } from "../tables/settings.ts";
import { titleOf, unitText } from "./words.ts";

/** Settings that stand together. `key`: what their names have in common, "battery" or "protections.overvoltage". */
export type Group = {
  readonly key: string;
  readonly title: string;
  readonly menu: readonly string[];
  readonly entries: readonly NamedSetting[];
};

/** A place in the tree: a group, or what leads to groups, or both. */
export type Branch = {
  readonly label: string;
  readonly group: Group | undefined;
  readonly branches: readonly Branch[];
};

export const groupKeyOf = (name: string): string => name.slice(0, name.lastIndexOf("."));

export const GROUPS: readonly Group[] = groupsOf(SETTING_LIST);
export const GROUP_BY_KEY: ReadonlyMap<string, Group> = new Map(GROUPS.map((group) => [group.key, group]));

function groupsOf(list: readonly NamedSetting[]): Group[] {
  const byKey = new Map<string, NamedSetting[]>();
  for (const entry of list) {
    const key = groupKeyOf(entry.name);
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  return [...byKey].map(([key, entries]) => {
    const { title, menu } = entries[0]!.group;
    return { key, title, menu: menu.split(" → "), entries };
  });
}

type Growing = { readonly label: string; group: Group | undefined; readonly branches: Growing[] };

/** The tree of all groups, in the order of the tables. */
export function treeOf(groups: readonly Group[]): readonly Branch[] {
  const roots: Growing[] = [];
  for (const group of groups) {
    let level = roots;
    for (const [depth, label] of group.menu.entries()) {
      const known = level.find((each) => each.label === label);
      const branch: Growing = known ?? { label, group: undefined, branches: [] };
      if (known === undefined) level.push(branch);
      if (depth === group.menu.length - 1) branch.group = group;
      level = branch.branches;
    }
  }
  return roots;
}

/** What a setting is found by, and its heaviest part: name and title. */
type Findable = { readonly entry: NamedSetting; readonly head: string; readonly all: string };

const FINDABLE: readonly Findable[] = SETTING_LIST.map((entry) => {
  const { name, group, row } = entry;
  const head = `${name} ${titleOf(name)} ${group.title}`.toLowerCase();
  const unit = "unit" in row ? `${row.unit} ${unitText(row.unit)}` : "";
  const choices = row.kind === "choice" ? row.choices.map((each) => `${each} ${choiceText(name, each)}`).join(" ") : "";
  return { entry, head, all: `${head} ${group.menu} ${row.help} ${row.vendor ?? ""} ${unit} ${choices}`.toLowerCase() };
});

/** Settings in whose name, title, help, unit or vendor's name every word of the query stands; those by name and title first. */
export function findSettings(query: string): readonly NamedSetting[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const found = FINDABLE.filter(({ all }) => words.every((word) => all.includes(word)));
  const byName = found.filter(({ head }) => words.every((word) => head.includes(word)));
  return [...byName, ...found.filter((each) => !byName.includes(each))].map(({ entry }) => entry);
}

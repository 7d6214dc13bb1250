// The text of a settings file: YAML (or JSON, which is YAML), nested by group or with dotted names, only what differs from the
// preset or all of it. Reading gives the settings or every violation with its line; writing gives a text that reads the same.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  stringify,
} from "yaml";
import { wrap } from "../base/wrap.ts";
import { type Cell, cellSettings } from "../model/cell.ts";
import { FOUNDATIONS, presetBelow } from "../model/preset-below.ts";
import type { Changes } from "../model/presets.ts";
import type { SettingGroup, SettingRow } from "../model/rows.ts";
import {
  createSettings,
  getSetting,
  SETTING_BY_NAME,
  SETTING_LIST,
  type Settings,
  type SettingValue,
  type Violation,
} from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { judgeValue } from "../model/values.ts";
import { suggestion } from "../sim/scenario/nearest.ts";

/** One thing that is wrong; line 0: not known, the value is not in the file. */
export type FileViolation = Omit<Violation, "kind"> & { readonly line: number };
export type SettingsFile =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly violations: readonly FileViolation[] };

/** The cell of a name or of a file that a text names, or why there is none. */
export type CellOf = (word: string) => Cell | string;
const NO_CELLS: CellOf = () => "a cell file can only be read by the command line";

/** "pack.yaml:12: protections.overvoltage.limit_V: must be …"; without the line where it is not in the file. */
export const violationLine = (file: string, { setting, reason, line }: FileViolation): string =>
  `${file}${line > 0 ? `:${line}` : ""}: ${setting === "" ? "" : `${setting}: `}${reason}`;

type Given = { readonly name: string; readonly value: unknown; readonly line: number };

/**
 * The settings of a text on top of the defaults, where its chemistry (LFP if it names none), or the cell it names, fills
 * what depends on it; or on top of settings that are complete already.
 */
export function parseSettings(text: string, base?: Settings, cellOf: CellOf = NO_CELLS): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors.map((error) => violation("", oneLine(error.message), error.linePos?.[0].line ?? 0));
  if (broken.length > 0) return { ok: false, violations: broken };
  const given: Given[] = [];
  const wrong: FileViolation[] = [];
  const cell = takeCell(document, lines, cellOf, wrong);
  collect(document, document.contents, "", lines, given, wrong);
  return judge(given, wrong, base, cell);
}

/** The cell a file names with `cell: name or file`; taken out of the tree, because it is no setting. */
function takeCell(document: Document, lines: LineCounter, cellOf: CellOf, wrong: FileViolation[]): Cell | undefined {
  const tree = document.contents;
  const pair = isMap(tree) ? tree.items.find(({ key }) => isScalar(key) && key.value === "cell") : undefined;
  if (pair === undefined || !isMap(tree)) return undefined;
  tree.delete("cell");
  const cell = cellOf(isScalar(pair.value) ? String(pair.value.value) : "");
  if (typeof cell !== "string") return cell;
  wrong.push(violation("cell", cell, lineOf(pair.key as Node, lines)));
  return undefined;
}

const violation = (setting: string, reason: string, line: number): FileViolation => ({ setting, reason, line });
const oneLine = (message: string): string => (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");

/** Every setting the tree names, and what in it is none. */
function collect(
  document: Document,
  node: ParsedNode | Node | null,
  prefix: string,
  lines: LineCounter,
  given: Given[],
  wrong: FileViolation[],
): void {
  if (node === null) return;
  if (!isMap(node)) {
    wrong.push(violation(prefix, "must be a record of settings", lineOf(node, lines)));
    return;
  }
  for (const { key, value } of node.items) {
    const word = isScalar(key) ? String(key.value) : "?";
    const name = prefix === "" ? word : `${prefix}.${word}`;
    const line = lineOf(key as Node, lines);
    const target = isAlias(value) ? value.resolve(document) : (value as Node | null);
    if (SETTING_BY_NAME.has(name)) given.push({ name, value: plain(document, target ?? null), line });
    else if (isMap(target) && target.items.length > 0) collect(document, target, name, lines, given, wrong);
    else if (target !== null || !isGroup(name))
      wrong.push(violation(name, `there is no such setting${suggestion(name, NAMES)}`, line));
  }
}

const NAMES = SETTING_LIST.map(({ name }) => name);
const isGroup = (name: string): boolean => NAMES.some((known) => known.startsWith(`${name}.`));
const lineOf = (node: Node, lines: LineCounter): number => (node.range ? lines.linePos(node.range[0]).line : 0);
const plain = (document: Document, node: Node | null): unknown => (node === null ? null : node.toJS(document));

/** 250 for the choice "250" is meant as the word. */
function meant(row: SettingRow, value: unknown): unknown {
  return (row.kind === "choice" || row.kind === "text") && typeof value === "number" ? String(value) : value;
}

function judge(
  given: readonly Given[],
  wrong: FileViolation[],
  base: Settings | undefined,
  cell: Cell | undefined,
): SettingsFile {
  const changes: { [name: string]: SettingValue } = {};
  const lineOfName = new Map<string, number>();
  for (const { name, value, line } of given) {
    const row = SETTING_BY_NAME.get(name)!.row;
    const reason = lineOfName.has(name)
      ? `is given twice, first in line ${lineOfName.get(name)}`
      : judgeValue(row, meant(row, value));
    if (reason !== undefined) wrong.push(violation(name, reason, line));
    else changes[name] = meant(row, value) as SettingValue;
    if (!lineOfName.has(name)) lineOfName.set(name, line);
  }
  const chemistry = base === undefined ? { "battery.chemistry": createSettings().battery.chemistry } : {};
  const filled = cell === undefined ? {} : cellFilling(cell, changes);
  const changed = changeSettings(base ?? createSettings(), { ...chemistry, ...filled, ...changes });
  if (changed.ok) return wrong.length === 0 ? changed : { ok: false, violations: byLine(wrong) };
  const bad = wrong.map(({ setting }) => setting);
  const consequences = changed.violations.filter((found) => !followsFrom(found, bad));
  return {
    ok: false,
    violations: byLine([
      ...wrong,
      ...consequences.map((found) => violation(found.setting, found.reason, lineOfName.get(found.setting) ?? 0)),
    ]),
  };
}

/** What a cell fills for the number of cells and the capacity that the file gives, or those of the default and of the cell. */
function cellFilling(cell: Cell, changes: { readonly [name: string]: SettingValue }): Changes {
  const cells = changes["battery.cells"] ?? createSettings().battery.cells;
  const capacity_Ah = changes["battery.capacity_Ah"] ?? cell.capacity_Ah;
  return cellSettings(cell, Number(cells), Number(capacity_Ah));
}

/** Whether a cross-check may fail only because a wrong value was left out. */
const followsFrom = (found: Violation, bad: readonly string[]): boolean =>
  bad.some((name) => FOUNDATIONS.includes(name) || found.setting === name || found.reason.includes(name));

const byLine = (violations: readonly FileViolation[]): FileViolation[] =>
  [...violations].sort((a, b) => a.line - b.line);

/** Names of all settings, or of those that the preset alone does not give; the foundations of the preset always. */
export function namesToPrint(settings: Settings, changedOnly: boolean): readonly string[] {
  if (!changedOnly) return NAMES;
  const preset = presetBelow(settings);
  return NAMES.filter(
    (name) =>
      FOUNDATIONS.includes(name) ||
      JSON.stringify(getSetting(preset, name)) !== JSON.stringify(getSetting(settings, name)),
  );
}

/** YAML by group, each setting under a comment that says what it is, its unit and what is allowed. */
export function settingsYaml(settings: Settings, names: readonly string[]): string {
  const lines: string[] = [];
  const told = new Map<string, string>();
  let open: readonly string[] = [];
  for (const name of names) {
    const entry = SETTING_BY_NAME.get(name)!;
    const groups = name.split(".").slice(0, -1);
    openGroups(lines, open, groups, entry.group);
    open = groups;
    const indent = "  ".repeat(groups.length);
    lines.push(...wrap(`${entry.row.help} ${allowedOnce(entry, told)}`, 118, `${indent}# `));
    lines.push(...valueLines(name.split(".").pop()!, getSetting(settings, name)!).map((line) => indent + line));
  }
  return `${lines.join("\n")}\n`;
}

/** A long list of choices is told once; later rows with the same refer to the first. */
function allowedOnce(
  { name, row }: { readonly name: string; readonly row: SettingRow },
  told: Map<string, string>,
): string {
  const text = allowed(row);
  const first = told.get(text);
  if (first !== undefined && text.length > 80) return `[as ${first}]`;
  told.set(text, name);
  return text;
}

function openGroups(lines: string[], open: readonly string[], groups: readonly string[], group: SettingGroup): void {
  let same = 0;
  while (same < groups.length && open[same] === groups[same]) same++;
  for (let depth = same; depth < groups.length; depth++) {
    const title = depth === groups.length - 1 ? ` # ${group.title}` : "";
    if (lines.length > 0) lines.push("");
    lines.push(`${"  ".repeat(depth)}${groups[depth]}:${title}`);
  }
}

function valueLines(key: string, value: SettingValue): string[] {
  if (typeof value !== "object")
    return stringify({ [key]: value })
      .trimEnd()
      .split("\n");
  const lists = Object.entries(value).map(
    ([axis, numbers]) => `  ${axis}: [${(numbers as readonly number[]).join(", ")}]`,
  );
  return [`${key}:`, ...lists];
}

/** What a row allows, in brackets. */
export function allowed(row: SettingRow): string {
  const unit =
    "unit" in row && row.unit !== "none" && row.unit !== "count"
      ? ` ${row.unit === "ratio" ? "(1 is all)" : row.unit}`
      : "";
  switch (row.kind) {
    case "number":
    case "integer":
      return `[${row.min} to ${row.max}${unit}]`;
    case "flag":
      return "[true or false]";
    case "choice":
      return `[${row.choices.join(", ")}]`;
    case "text":
      return `[text of at most ${row.maxLength} characters]`;
    case "curve":
      return `[x: ${row.xUnit}; y: ${row.min} to ${row.max}${unit}]`;
    case "grid":
      return `[x: ${row.xUnit}; y: ${row.yUnit}; z row by row: ${row.min} to ${row.max}${unit}]`;
  }
}

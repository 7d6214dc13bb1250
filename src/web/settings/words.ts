// Settings in words: a title from the name, unit, range, a value as it is read, and the step by which a key changes a number.

import type { NumberRow, SettingRow, Unit } from "../../model/rows.ts";
import type { NamedSetting, SettingValue } from "../../model/settings.ts";
import { choiceText, SETTING_BY_NAME } from "../tables/settings.ts";
import type { Say } from "../texts/language.ts";
import { texts, word } from "../texts/texts.ts";
import { isGrid, type Table, type TableRow, valuesOf } from "./tables.ts";

const T = texts.settings;

/** "protections.overvoltage.setDelay_ms" is "Set delay", "inputs.assignment1" is "Assignment 1". */
export const titleOf = (name: string): string => titleIn(word, name);

/** The same in a language. */
export function titleIn(say: Say, name: string): string {
  const bare = name.slice(name.lastIndexOf(".") + 1).replace(/_.*$/, "");
  const words = bare.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/([a-z])(\d)/g, "$1 $2");
  const known = words.toLowerCase().replace(/\b(ocv|soc|can|tcp|usb|rtu|pdo|id)\b/g, (word) => word.toUpperCase());
  return say(`titles.${bare}`, known.charAt(0).toUpperCase() + known.slice(1));
}

/** "Overvoltage: Set delay": where its group is not to be seen. */
export function labelOf(name: string): string {
  const group = SETTING_BY_NAME.get(name)?.group.title;
  return group === undefined ? titleOf(name) : `${group}: ${titleOf(name)}`;
}

const SYMBOLS: Readonly<Partial<Record<Unit, string>>> = {
  degC: "°C",
  "degC/W": "°C/W",
  Ohm: "Ω",
  kelvin: "K",
  day: "d",
  us: "µs",
  count: "",
  none: "",
  ratio: "",
};

/** The unit as it stands behind a value. Fractions have none: settings are given as 0.05, not 5 %, in every interface. */
export const unitText = (unit: Unit): string => SYMBOLS[unit] ?? unit;

const withUnit = (text: string, unit: Unit): string => (unitText(unit) === "" ? text : `${text} ${unitText(unit)}`);

/** "20 °C", "0.5". */
export const amount = (value: number, unit: Unit): string => withUnit(plain(value), unit);

/** What is allowed. */
export function rangeText(row: SettingRow): string {
  switch (row.kind) {
    case "number":
    case "integer":
      return `${T.range(plain(row.min), withUnit(plain(row.max), row.unit))}${row.unit === "ratio" ? ` (${T.ratio})` : ""}`;
    case "text":
      return T.characters(row.maxLength);
    case "curve":
    case "grid":
      return T.valuesRange(plain(row.min), withUnit(plain(row.max), row.unit));
    case "flag":
    case "choice":
      return "";
  }
}

/** A value as it stands in a list of changes. */
export function valueText({ name, row }: Pick<NamedSetting, "name" | "row">, value: SettingValue | null): string {
  if (value === null) return T.unknownValue;
  if (typeof value === "boolean") return value ? T.on : T.off;
  if (typeof value === "number") return "unit" in row ? withUnit(plain(value), row.unit) : plain(value);
  if (typeof value === "string")
    return value === "" ? T.empty : row.kind === "choice" ? choiceText(name, value) : value;
  return T.points("z" in value ? value.z.length : value.x.length);
}

/** So many places of a table are told one by one. */
const MOST_PLACES = 3;

/** Where two tables differ: "0.5, 25 °C: 3.3 V → 3.31 V", or that they have other points. */
export function differenceText(row: TableRow, from: Table, to: Table): string {
  const isSame = (a: readonly number[], b: readonly number[]): boolean =>
    a.length === b.length && a.every((x, i) => x === b[i]);
  if (!isSame(from.x, to.x) || (isGrid(from) && isGrid(to) && !isSame(from.y, to.y)))
    return T.otherPoints(T.points(valuesOf(from).flat().length), T.points(valuesOf(to).flat().length));
  const before = valuesOf(from);
  const places = valuesOf(to).flatMap((values, i) =>
    values.flatMap((value, column) =>
      value === before[i]![column] ? [] : [placeText(row, to, i, column, before[i]![column]!, value)],
    ),
  );
  const more = places.length - MOST_PLACES;
  return [...places.slice(0, MOST_PLACES), ...(more > 0 ? [T.morePlaces(more)] : [])].join("; ");
}

function placeText(row: TableRow, table: Table, at: number, column: number, from: number, to: number): string {
  const y = isGrid(table) && "yUnit" in row ? `, ${amount(table.y[at]!, row.yUnit)}` : "";
  return `${amount(table.x[column]!, row.xUnit)}${y}: ${amount(from, row.unit)} → ${amount(to, row.unit)}`;
}

/** A number with what it has of digits and no noise of binary fractions. */
export const plain = (value: number): string => String(Number(value.toPrecision(12)));

/** By how much an arrow key changes a number: about a hundredth of what it usually is, as a round figure. */
export function stepOf({ kind, unit, min, max, default: usual }: NumberRow): number {
  if (unit === "degC") return 1;
  const size = usual === 0 ? (max - min) / 10 : Math.abs(usual);
  const step = 10 ** (Math.floor(Math.log10(size)) - 2);
  return kind === "integer" ? Math.max(1, step) : step;
}

/** The next round figure in a direction, not beyond the ends. */
export function stepped(row: NumberRow, value: number, steps: number): number {
  const step = stepOf(row);
  const next = Number((Math.round(value / step + steps) * step).toPrecision(12));
  return Math.min(row.max, Math.max(row.min, next));
}

/** Ten thousand to some, ten to others. */
const TWO_WAYS = /^([-+\u2212]?\d+),(\d{3})(e[+-]?\d+)?$/i;

/** A number as people type it, with point or comma; undefined for anything else, and where a comma could part thousands. */
export function readNumber(text: string): number | undefined {
  if (TWO_WAYS.test(text.trim())) return undefined;
  const bare = text.trim().replace(",", ".").replace("\u2212", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare) ? Number(bare) : undefined;
}

/** What is wrong with a text that is no number, and how to write it where it could be two. */
export function numberProblem(text: string): string {
  const [, whole, digits, power = ""] = TWO_WAYS.exec(text.trim()) ?? [];
  return whole === undefined ? T.notNumber : T.twoWays(`${whole}${digits}${power}`, `${whole}.${digits}${power}`);
}

// Cell files: one particular cell as identified from measurements (YAML). Shipped ones by name, others by path. A cell file
// has the columns of a chemistry; what it does not say is its chemistry's. Whatever is wrong is told in one line.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import { messageOf } from "../base/error-text.ts";
import { type Cell, type CellColumns, cellSettings, plainCell } from "../model/cell.ts";
import { CHEMISTRIES, CHEMISTRY_NAMES, isChemistryName } from "../model/chemistries.ts";
import { createSettings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { UsageError } from "./usage-error.ts";

const SHIPPED = join(import.meta.dirname, "../model/cells");
const LONGEST_BYTES = 1_000_000;

/** Names of the shipped cells, in order. */
export const shippedCells = (): readonly string[] =>
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();

/** The cell with a shipped name, or in the file at a path; undefined where there is neither. */
export function findCell(nameOrPath: string): Cell | undefined {
  const shipped = join(SHIPPED, `${nameOrPath}.yaml`);
  if (/^[\w-]+$/.test(nameOrPath) && existsSync(shipped)) return readCell(readFileSync(shipped, "utf8"), nameOrPath);
  if (!existsSync(nameOrPath)) return undefined;
  return readCell(readText(nameOrPath), basename(nameOrPath));
}

/** The same; throws UsageError where there is neither. */
export function loadCell(nameOrPath: string): Cell {
  const cell = findCell(nameOrPath);
  if (cell !== undefined) return cell;
  throw new UsageError(
    `there is no cell file ${nameOrPath}${suggestion(nameOrPath, shippedCells())}; shipped are ${shippedCells().join(", ")}`,
  );
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > LONGEST_BYTES) throw new UsageError(`${path} is too long for a cell file (${size} bytes)`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

const HEAD = ["title", "chemistry", "capacity_Ah"];

/** A cell from the text of a file. Throws UsageError with one line for anything that is not one. */
export function readCell(text: string, file: string): Cell {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) throw new UsageError(`${file}: ${document.errors[0]!.message.split("\n")[0]}`);
  const given = recordFrom(document.toJS(), file, "a cell file");
  const { title, chemistry, capacity_Ah, plain, ...columns } = given;
  if (typeof chemistry !== "string" || !isChemistryName(chemistry))
    throw new UsageError(`${file}: chemistry must be one of ${CHEMISTRY_NAMES.join(", ")}`);
  if (typeof capacity_Ah !== "number" || !(capacity_Ah > 0))
    throw new UsageError(`${file}: capacity_Ah must be above 0`);
  const cell: Cell = {
    title: typeof title === "string" ? title : file,
    chemistry,
    capacity_Ah,
    columns: columnsFrom(columns, CHEMISTRIES[chemistry], file, ""),
    ...(plain === undefined
      ? {}
      : { plain: columnsFrom(recordFrom(plain, file, "plain"), CHEMISTRIES[chemistry], file, "plain.") }),
  };
  checkCell(cell, file);
  checkCell(plainCell(cell), file);
  return cell;
}

type Data = { readonly [key: string]: unknown };

function recordFrom(value: unknown, file: string, what: string): Data {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Data;
  throw new UsageError(`${file}: ${what} must be a record of names and values`);
}

/** Each column has the shape of the chemistry's: number, text, curve, grid or record of numbers. */
function columnsFrom(given: Data, model: Data, file: string, prefix: string): CellColumns {
  const names = Object.keys(model);
  for (const [name, value] of Object.entries(given)) {
    const place = prefix + name;
    const example = model[name];
    if (example === undefined)
      throw new UsageError(
        `${file}: there is no column ${place}${suggestion(name, prefix === "" ? [...HEAD, ...names] : names)}`,
      );
    if (typeof example !== typeof value)
      throw new UsageError(
        `${file}: ${place} must be ${typeof example === "number" ? "a number" : "like that of a chemistry"}`,
      );
    if (typeof example !== "object" || example === null) continue;
    const record = recordFrom(value, file, place);
    if ("x" in example) checkTable(record, "z" in example, file, place);
    else columnsFrom(record, example as Data, file, `${place}.`);
  }
  return given as CellColumns;
}

function checkTable(table: Data, isGrid: boolean, file: string, place: string): void {
  const length = (key: string): number => {
    const list = table[key];
    if (Array.isArray(list) && list.every((value) => typeof value === "number" && Number.isFinite(value)))
      return list.length;
    throw new UsageError(`${file}: ${place}.${key} must be a list of numbers`);
  };
  const wanted = isGrid ? length("x") * length("y") : length("x");
  const found = isGrid ? length("z") : length("y");
  if (found !== wanted) throw new UsageError(`${file}: ${place} has ${found} values for ${wanted} places`);
}

/** What the device would refuse is refused here, with the setting it would become. */
function checkCell(cell: Cell, file: string): void {
  const changed = changeSettings(createSettings(), cellSettings(cell, 6, Math.max(cell.capacity_Ah, 1)));
  if (changed.ok) return;
  const [{ setting, reason }] = changed.violations as [(typeof changed.violations)[0]];
  throw new UsageError(`${file}: a device would refuse this cell: ${setting} ${reason}`);
}

const WIDTH = 118;

/** The text of a cell file; reads the same. */
export function cellText(cell: Cell, notes: readonly string[]): string {
  const lines = [
    ...notes.map((note) => `# ${note}`),
    `title: ${JSON.stringify(cell.title)}`,
    `chemistry: ${cell.chemistry}`,
    `capacity_Ah: ${cell.capacity_Ah}`,
  ];
  for (const [name, value] of Object.entries(cell.columns)) lines.push(...columnLines(name, value, ""));
  if (cell.plain !== undefined)
    lines.push(
      "",
      "# The textbook's model of the same recordings: for comparisons, not for devices.",
      ...columnLines("plain", cell.plain, ""),
    );
  return `${lines.join("\n")}\n`;
}

function columnLines(name: string, value: unknown, indent: string): readonly string[] {
  if (typeof value === "string") return [`${indent}${name}: ${JSON.stringify(value)}`];
  if (typeof value !== "object" || value === null) return [`${indent}${name}: ${value}`];
  const { x, z } = value as { readonly x?: readonly number[]; readonly z?: readonly number[] };
  const inner = `${indent}  `;
  return [
    `${indent}${name}:`,
    ...Object.entries(value).flatMap(([key, list]) =>
      Array.isArray(list)
        ? listLines(key, list, key === "z" && z !== undefined ? (x?.length ?? 0) : 0, inner)
        : columnLines(key, list, inner),
    ),
  ];
}

/** One line where it fits, else one line for each row. */
function listLines(key: string, list: readonly number[], width: number, indent: string): readonly string[] {
  const whole = `${indent}${key}: [${list.join(", ")}]`;
  if (width === 0 || whole.length <= WIDTH) return [whole];
  const rows = Array.from({ length: list.length / width }, (_, row) => list.slice(row * width, (row + 1) * width));
  return [`${indent}${key}: [`, ...rows.map((row) => `${indent}  ${row.join(", ")},`), `${indent}]`];
}

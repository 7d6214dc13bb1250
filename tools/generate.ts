// `npm run generate`: writes every document that follows from the tables. With --check it writes nothing and fails when a
// committed document differs.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deliveredSheet } from "../src/device/delivered-node.ts";
import { openApiText } from "../src/server/openapi.ts";
import { canopenChapter } from "./generate/canopen-chapter.ts";
import {
  chemistriesChapter,
  faultsChapter,
  inputsChapter,
  settingsChapter,
  signalsChapter,
} from "./generate/chapters.ts";
import { consoleChapter } from "./generate/console-chapter.ts";
import { dbcFile } from "./generate/dbc-file.ts";
import { equipmentChapter } from "./generate/equipment-chapter.ts";
import { logChapter } from "./generate/log-chapter.ts";
import { modbusChapter, modbusCsv } from "./generate/modbus-chapter.ts";

/** Path from the root of the project, and how to make its text. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  "docs/settings.md": settingsChapter,
  "docs/signals.md": signalsChapter,
  "docs/errors.md": faultsChapter,
  "docs/inputs-and-commands.md": inputsChapter,
  "docs/chemistries.md": chemistriesChapter,
  "docs/log-format.md": logChapter,
  "docs/equipment.md": equipmentChapter,
  "docs/modbus.md": modbusChapter,
  "docs/modbus.csv": modbusCsv,
  "docs/canopen.md": canopenChapter,
  "docs/console.md": consoleChapter,
  "docs/openapi.json": openApiText,
  "docs/bms-mini.eds": deliveredSheet,
  "docs/bms-mini.dbc": dbcFile,
};

/** Documents whose committed text differs from what the tables say. */
export function staleDocuments(root: string): string[] {
  return Object.entries(GENERATED).flatMap(([path, make]) => {
    const file = join(root, path);
    return existsSync(file) && readFileSync(file, "utf8") === make() ? [] : [path];
  });
}

function writeAll(root: string): void {
  for (const [path, make] of Object.entries(GENERATED)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, make());
    console.log(path);
  }
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname);
  const checkOnly = process.argv.includes("--check");
  if (!checkOnly) writeAll(root);
  const stale = staleDocuments(root);
  for (const path of stale) console.error(`${path} differs from the tables: run npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
}

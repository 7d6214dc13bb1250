// Settings files on disk: reads them, with the cell files that they name beside them. What stands in them: monitor/settings-text.ts.

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cell } from "../model/cell.ts";
import type { Settings } from "../model/settings.ts";
import { parseSettings, type SettingsFile } from "../monitor/settings-text.ts";
import { loadCell } from "./cell-file.ts";
import { cannotRead } from "./log-source.ts";
import { UsageError } from "./usage-error.ts";

const LONGEST_BYTES = 1_000_000;

/** Throws UsageError when the file cannot be read at all. */
export function readSettingsFile(path: string, base?: Settings): SettingsFile {
  return parseSettings(readText(path), base, (word) => cellBeside(dirname(path), word));
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > LONGEST_BYTES) throw new UsageError(`${path} is too long for a settings file (${size} bytes)`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw cannotRead(path, error);
  }
}

/** The cell in a file beside the settings file, else the shipped one of this name. */
function cellBeside(folder: string, word: string): Cell | string {
  try {
    const beside = join(folder, word);
    return loadCell(word !== "" && existsSync(beside) ? beside : word);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

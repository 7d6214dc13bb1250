// The shipped scenarios for whoever chooses one: name, what it is about and how long it takes, read off the heads of their files.
// The running device lists them, which must not parse whole files in its loop; playing one reads all of it (cli/scenario-file.ts).

import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ScenarioTold } from "../monitor/desk-host.ts";

const FOLDER = join(import.meta.dirname, "../sim/scenarios");
const HEAD_bytes = 1024;

/** In the order of their names. */
export function listScenarios(): ScenarioTold[] {
  if (!existsSync(FOLDER)) return [];
  const names = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
  return names.sort().map((file) => told(file.replace(/\.yaml$/, ""), headOf(join(FOLDER, file))));
}

const told = (name: string, head: string): ScenarioTold => ({
  name,
  description: /^description: (.*)$/m.exec(head)?.[1] ?? "",
  duration_s: Number(/^hours: ([\d.]+)$/m.exec(head)?.[1] ?? 1) * 3600,
});

function headOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(HEAD_bytes);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, HEAD_bytes, 0));
  } finally {
    closeSync(file);
  }
}

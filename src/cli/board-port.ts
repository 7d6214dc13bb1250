// The ports that the modelled board makes in its data folder are links to pseudo-terminals. Those of a device that was killed stay, and the
// system gives their terminals to others: whoever followed one would speak to another battery.

import { lstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import { isHeld } from "../device/store-folder.ts";
import { UsageError } from "./usage-error.ts";

/** Throws UsageError where the path is a port in the data folder of a device that does not run. */
export function refuseStale(path: string): void {
  const ports = dirname(path);
  if (basename(ports) !== "ports" || lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const folder = dirname(ports);
  if (!isHeld(folder)) throw new UsageError(`${path}: no device runs on ${folder}; start it with bms run`);
}

// What a new run takes over from the last one: settings, the device's counters and charge, and the modelled pack after the
// time it was left alone. What cannot be taken over is told in one line each.

import { resume } from "../core/resume.ts";
import { restoreKept } from "../core/saved-state.ts";
import type { Settings } from "../model/settings.ts";
import type { World } from "../sim/world.ts";
import type { Device } from "./device.ts";
import { reapply } from "./kept-settings.ts";
import { packIdentity, passTimeOff, restorePack } from "./pack-memory.ts";
import type { Contents, KeptChanges } from "./store.ts";
import { StoreError } from "./store-error.ts";

/**
 * The settings to run with: `given` ones, or those the folder keeps.
 * Throws a StoreError with what to do when they do not fit this program.
 */
export function settingsOf(
  base: Settings,
  given: KeptChanges | undefined,
  contents: Contents,
  folder: string,
): Settings {
  const { settings, violations } = reapply(base, given ?? contents.changes);
  const [first] = violations;
  if (first === undefined) return settings;
  throw new StoreError(
    "newer",
    `the settings kept in ${folder} do not fit this program: ${first.setting} ${first.reason}; give new ones with --settings`,
  );
}

/** Goes on where the last run of this pack ended; false where there is nothing to go on from. Adds to the remarks. */
export function takeUp(device: Device, { saved }: Contents, wall_ms: number, remarks: string[]): boolean {
  if (saved === undefined) return false;
  if (saved.pack !== packIdentity(device.world)) {
    remarks.push("this is another pack than last time: charge and counters start anew");
    return false;
  }
  const off_s = (wall_ms - saved.saved_ms) / 1000;
  resumePack(device.world, saved.world, off_s, remarks);
  const restored = restoreKept(device.bms, saved.device);
  if (!restored.ok) remarks.push(`the saved state was not used: ${restored.reason}`);
  else resume(device.bms, off_s < 0 ? -1 : off_s);
  return restored.ok;
}

function resumePack(world: World, bytes: Uint8Array, off_s: number, remarks: string[]): void {
  if (!restorePack(world, bytes)) remarks.push("the saved state of the modelled pack was not used: it starts anew");
  else passTimeOff(world, off_s);
}

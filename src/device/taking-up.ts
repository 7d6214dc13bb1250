// What a new run takes over from the last one: settings, the device's counters and charge, and the modelled pack after the
// time it was left alone. What cannot be taken over is told in one line each.

import type { Bms } from "../core/bms.ts";
import { resetParameters } from "../core/estimate/estimate.ts";
import { resume } from "../core/resume.ts";
import { restoreKept } from "../core/saved-state.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { reapply } from "../model/kept-settings.ts";
import type { Settings } from "../model/settings.ts";
import type { World } from "../sim/world.ts";
import type { Device } from "../virtual/device.ts";
import { batteryIdentity, kinshipOf } from "./battery-identity.ts";
import { packIdentity, passTimeOff, restorePack } from "./pack-memory.ts";
import type { Contents } from "./store.ts";
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

/** Goes on where the last run of this battery ended; false where there is nothing to go on from. Adds to the remarks. */
export function takeUp(device: Device, { saved }: Contents, wall_ms: number, remarks: string[]): boolean {
  if (saved === undefined) return false;
  const { bms, world } = device;
  const kinship = kinshipOf(saved.pack, batteryIdentity(packIdentity(world), bms.settings.user.serialNumber));
  if (kinship === "another") {
    remarks.push("this is another battery than last time: charge and counters start anew");
    return false;
  }
  const off_s = (wall_ms - saved.saved_ms) / 1000;
  if (kinship === "same") resumePack(world, saved.world, off_s, remarks);
  const restored = restoreKept(bms, saved.device);
  if (!restored.ok) remarks.push(`the saved state was not used: ${restored.reason}`);
  else if (kinship === "same") resume(bms, off_s < 0 ? -1 : off_s);
  else goOnAltered(bms, remarks);
  return restored.ok;
}

/** Counters and the battery record are the battery's; what was learned of its cells no longer fits. */
function goOnAltered(bms: Bms, remarks: string[]): void {
  resume(bms, -1);
  resetParameters(bms);
  remarks.push("the modelled pack is made otherwise than last time: its charge is estimated anew, counters go on");
}

function resumePack(world: World, bytes: Uint8Array, off_s: number, remarks: string[]): void {
  if (!restorePack(world, bytes)) remarks.push("the saved state of the modelled pack was not used: it starts anew");
  else passTimeOff(world, off_s);
}

// The battery record of a data folder, read beside a running device or without one: the kept settings and the state that
// was saved last, taken into a device of its own that never ticks.

import { type BatteryRecord, batteryRecord } from "../core/battery-record.ts";
import { createBms } from "../core/bms.ts";
import { restoreKept } from "../core/saved-state.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { reapply } from "../model/kept-settings.ts";
import type { Settings } from "../model/settings.ts";
import { DATABASE_FILE, peek } from "./store.ts";
import { readFirstUse } from "./store-service.ts";

export type KeptRecord =
  | {
      readonly ok: true;
      readonly record: BatteryRecord;
      /** Wall time at which the state was saved, ms since 1970. */
      readonly saved_ms: number;
    }
  | { readonly ok: false; readonly reason: string };

const refuse = (reason: string): KeptRecord => ({ ok: false, reason });

/**
 * What a folder keeps of a setup ("default", or that of a scenario), up to the last saving, which is at most a minute ago
 * while a device runs. Throws what SQLite throws for a file it cannot read.
 * @param base the settings the device is made with
 */
export function readRecord(folder: string, setup: string, base: Settings): KeptRecord {
  const kept = peek(folder, setup);
  if (kept === undefined) return refuse(`there is no data of a device in ${folder}`);
  if (kept.saved === undefined) return refuse(`no state has been saved in ${folder} yet`);
  const { settings, violations } = reapply(base, kept.changes);
  if (violations[0] !== undefined)
    return refuse(
      `the settings kept in ${folder} do not fit this program: ${violations[0].setting} ${violations[0].reason}`,
    );
  const bms = createBms(settings);
  const restored = restoreKept(bms, kept.saved.device);
  if (!restored.ok) return refuse(`the state saved in ${folder} cannot be used: ${restored.reason}`);
  const firstUsed_ms = readFirstUse(folder, DATABASE_FILE, setup, kept.saved.pack);
  const record = batteryRecord(takeSnapshot(createSnapshotReader(bms)), settings, { firstUsed_ms });
  return { ok: true, record, saved_ms: kept.saved.saved_ms };
}

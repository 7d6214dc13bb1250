// When what must survive goes to the disk: settings at once when they change; the state as soon as the device runs, then
// every 30 s or 60 s of device time, at once after a count that people rely on (a contactor switched, a protection
// tripped), and at the end. The store writes in its own thread; nothing here waits.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import { saveKept } from "../core/saved-state.ts";
import type { Settings } from "../model/settings.ts";
import type { Device } from "./device.ts";
import { differences, settingChanges } from "./kept-settings.ts";
import { packIdentity, savePack } from "./pack-memory.ts";
import type { Saved } from "./store.ts";
import type { StoreThread } from "./store-thread.ts";

/** Saved so often in real time and in device time, whichever comes first, but not more often than the least period. */
const SAVE_PERIOD_us = 30_000_000;
const SAVE_DEVICE_PERIOD_us = 60_000_000;
const SAVE_LEAST_us = 1_000_000;

export type Keeper = {
  readonly store: StoreThread;
  readonly base: Settings;
  /** Steady real time and wall time. */
  readonly now_us: () => number;
  readonly wall_ms: () => number;
  settings: Settings;
  /** The last ones that are known to be on the disk. */
  kept: Settings;
  /** Who changed the settings last. */
  actor: string;
  lastSave_us: number;
  /** Device time of the last save handed over, and of the last one that is on the disk. */
  handed_us: number;
  saved_us: number;
  /** 1 once a state of the running device is on its way to the disk. */
  ran: number;
  /** Switchings and trips at the last save. */
  counted: number;
};

export const createKeeper = (
  store: StoreThread,
  base: Settings,
  device: Device,
  now_us: () => number,
  wall_ms: () => number,
): Keeper => ({
  store,
  base,
  now_us,
  wall_ms,
  settings: device.bms.settings,
  kept: device.bms.settings,
  actor: "",
  lastSave_us: now_us(),
  handed_us: 0,
  saved_us: 0,
  ran: 0,
  counted: eventsOf(device.bms),
});

/** After each tick: hands over what is due. */
export function keepUp(keeper: Keeper, device: Device): void {
  if (device.bms.settings !== keeper.settings) keepSettings(keeper, device);
  else if (isSaveDue(keeper, device)) saveNow(keeper, device);
}

function keepSettings(keeper: Keeper, device: Device): void {
  const changes = settingChanges(keeper.settings, device.bms.settings);
  keeper.settings = device.bms.settings;
  const by = { wall_ms: keeper.wall_ms(), actor: keeper.actor, changes };
  const { settings } = keeper;
  void keeper.store.keep(differences(keeper.base, settings), by).then((revision) => {
    if (revision > 0) keeper.kept = settings;
  });
  saveNow(keeper, device);
}

/** The first state of a running device is not kept waiting: whoever kills it early loses little. */
function isSaveDue(keeper: Keeper, { run, bms }: Device): boolean {
  const passed_us = keeper.now_us() - keeper.lastSave_us;
  if (passed_us < SAVE_LEAST_us) return false;
  return (
    passed_us >= SAVE_PERIOD_us ||
    run.time_us - keeper.handed_us >= SAVE_DEVICE_PERIOD_us ||
    (keeper.ran === 0 && bms.decide.mode === "running") ||
    eventsOf(bms) !== keeper.counted
  );
}

/** Grows with every switching of a contactor and every trip. */
function eventsOf(bms: Bms): number {
  let count = bms.protect.sequence;
  for (const name of CONTACTORS) count += bms.decide.contactors[name].switchings;
  return count;
}

function saveNow(keeper: Keeper, device: Device): void {
  keeper.lastSave_us = keeper.now_us();
  keeper.handed_us = device.run.time_us;
  keeper.counted = eventsOf(device.bms);
  if (device.bms.decide.mode === "running") keeper.ran = 1;
  const { handed_us } = keeper;
  void keeper.store.save(stateOf(keeper, device)).then((written) => {
    if (written) keeper.saved_us = handed_us;
  });
}

/** What the store keeps of device and pack at this instant. */
export function stateOf({ wall_ms }: Keeper, { bms, world }: Device): Saved {
  return { pack: packIdentity(world), saved_ms: wall_ms(), device: saveKept(bms), world: savePack(world) };
}

// When what must survive goes to the disk: settings at once when they change; the state as soon as the device runs, then
// each second (or as sdCard.sync_s says, where a card is to be spared), after a count that people rely on (a contactor
// switched, a protection tripped), and at the end. The store writes in its own thread; nothing here waits.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import { saveKept } from "../core/saved-state.ts";
import { differences, settingChanges } from "../model/kept-settings.ts";
import type { Settings } from "../model/settings.ts";
import type { Device } from "../virtual/device.ts";
import { batteryIdentity } from "./battery-identity.ts";
import { packIdentity, savePack } from "./pack-memory.ts";
import type { Saved } from "./store.ts";
import type { StoreThread } from "./store-thread.ts";

/** The state is saved as often as records of the log are (sdCard.sync_s), but not more often than this. */
const SAVE_LEAST_us = 1_000_000;
const KEEP_AGAIN_us = 5_000_000;

export type Keeper = {
  readonly store: StoreThread;
  readonly base: Settings;
  /** Steady real time and wall time. */
  readonly now_us: () => number;
  readonly wall_ms: () => number;
  settings: Settings;
  /** The last ones that are known to be on the disk. */
  kept: Settings;
  /** Some are on their way; and when they were last handed over. */
  keeping: boolean;
  triedAt_us: number;
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
  keeping: false,
  triedAt_us: 0,
  actor: "",
  lastSave_us: now_us(),
  handed_us: 0,
  saved_us: 0,
  ran: 0,
  counted: eventsOf(device.bms),
});

/** After each tick: hands over what is due. */
export function keepUp(keeper: Keeper, device: Device): void {
  const { settings } = device.bms;
  if (settings !== keeper.settings) {
    keeper.settings = settings;
    if (!keeper.keeping) void keepSettings(keeper);
    saveNow(keeper, device);
  } else if (isKeepDue(keeper)) void keepSettings(keeper);
  else if (isSaveDue(keeper, device)) saveNow(keeper, device);
}

/** Settings in force that are not on the disk are tried again: whoever changed them was told that they hold. */
const isKeepDue = ({ settings, kept, keeping, triedAt_us, now_us }: Keeper): boolean =>
  settings !== kept && !keeping && now_us() - triedAt_us >= KEEP_AGAIN_us;

/** Brings the settings in force to the disk, one write after the other. False when they are not there. */
export async function keepSettings(keeper: Keeper): Promise<boolean> {
  const { settings, kept, actor, base } = keeper;
  const changes = settingChanges(kept, settings);
  keeper.keeping = true;
  keeper.triedAt_us = keeper.now_us();
  const by = { wall_ms: keeper.wall_ms(), actor, changes };
  const isKept = changes.length === 0 || (await keeper.store.keep(differences(base, settings), by)) > 0;
  if (isKept) keeper.kept = settings;
  keeper.keeping = false;
  return isKept && keeper.settings !== settings ? keepSettings(keeper) : isKept;
}

/** At the end: settings that are not on the disk yet are tried once more. */
export const keepLast = (keeper: Keeper): Promise<boolean> =>
  keeper.settings === keeper.kept ? Promise.resolve(true) : keepSettings(keeper);

/** What people rely on is not kept waiting: the first state of a running device, a contactor that switched, a trip. */
function isSaveDue(keeper: Keeper, { bms }: Device): boolean {
  const passed_us = keeper.now_us() - keeper.lastSave_us;
  if (passed_us < SAVE_LEAST_us) return false;
  return (
    passed_us >= bms.settings.sdCard.sync_s * 1e6 ||
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
  const pack = batteryIdentity(packIdentity(world), bms.settings.user.serialNumber);
  return { pack, saved_ms: wall_ms(), device: saveKept(bms), world: savePack(world) };
}

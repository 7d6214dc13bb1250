// One run of the device from start to an orderly end: opens the store, takes up what the last run left, ticks, saves now
// and then, and at the end has the contactors opened, the state written and the store closed. Whoever shows it (live
// view, lines) reads device, journal and loop, and asks through ask().

import { resume } from "../core/resume.ts";
import { restoreKept, saveKept } from "../core/saved-state.ts";
import type { Settings } from "../model/settings.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import type { World } from "../sim/world.ts";
import { ask, createDevice, type Device, forceOpen, isOpen, tickDevice } from "./device.ts";
import { createJournal, type Journal, note, noteChanges } from "./journal.ts";
import { differences, reapply } from "./kept-settings.ts";
import { type Clock, type Loop, startLoop } from "./loop.ts";
import { packIdentity, passTimeOff, restorePack, savePack } from "./pack-memory.ts";
import type { Contents, KeptChanges, Saved } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { StoreThread } from "./store-thread.ts";

export type SessionOptions = {
  readonly folder: string;
  /** Under which name settings and state are kept: "default", or that of a scenario. */
  readonly setup: string;
  readonly base: Settings;
  /** Changes that replace the kept ones; undefined: those of the last run go on. */
  readonly changes: KeptChanges | undefined;
  /** The world and what happens in it, for the settings in force. */
  readonly scenario: (settings: Settings) => Scenario;
  readonly seed: number;
  readonly tick_us: number;
  readonly speed: number;
  /** Device time after which the session ends by itself, s. */
  readonly duration_s: number;
  readonly clock: Clock;
  /** Wall time for what is saved. */
  readonly wall_ms: () => number;
};

export type Outcome =
  | { readonly kind: "stopped"; readonly open: boolean; readonly saved: boolean }
  | { readonly kind: "failed"; readonly error: unknown; readonly open: boolean };

/** How long an orderly power down may take in real time before the contactors are opened by force. */
const POWER_DOWN_us = 2_000_000;
/** Saved so often in real time and in device time, whichever comes first, but not more often than the least period. */
const SAVE_PERIOD_us = 30_000_000;
const SAVE_DEVICE_PERIOD_us = 60_000_000;
const SAVE_LEAST_us = 1_000_000;

export class Session {
  readonly device: Device;
  readonly journal: Journal = createJournal();
  /** What the start had to tell: damage, another pack. One line each. */
  readonly remarks: string[];
  readonly done: Promise<Outcome>;
  /** Whether a state of an earlier run was taken up. */
  readonly resumed: boolean;
  loop: Loop | undefined;
  /** From the start of the process to the end of the first tick; 0 before it. */
  start_ms = 0;
  readonly #options: SessionOptions;
  readonly #store: StoreThread;
  #resolve: (outcome: Outcome) => void = () => {};
  #settings: Settings;
  #lastSave_us: number;
  /** Device time of the last save. */
  #savedTime_us = 0;
  /** 1 once a state of the running device is on its way to the disk. */
  #savedRunning = 0;
  #lost_us = 0;
  #forceAt_us = Number.MAX_SAFE_INTEGER;

  private constructor(
    options: SessionOptions,
    store: StoreThread,
    device: Device,
    remarks: string[],
    resumed: boolean,
  ) {
    this.#options = options;
    this.#store = store;
    this.device = device;
    this.remarks = remarks;
    this.resumed = resumed;
    this.#settings = device.bms.settings;
    this.#lastSave_us = options.clock.now_us();
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    store.onTrouble = (message) => note(this.journal, this.#time_s(), "error", `cannot save: ${message}`);
    for (const remark of remarks) note(this.journal, 0, "error", remark);
  }

  /** Throws a StoreError when the data folder cannot be used, or keeps settings that do not fit this program. */
  static async open(options: SessionOptions): Promise<Session> {
    const { store, contents } = await StoreThread.open(options.folder, options.setup);
    try {
      const settings = settingsOf(options, contents);
      const device = createDevice(options.scenario(settings), settings, options.seed);
      const remarks = [...contents.problems];
      if (remarks.length > 0) device.bms.stateLost = 1;
      const resumed = takeUp(device, contents, options, remarks);
      if (options.changes !== undefined) await store.keep(differences(options.base, settings));
      return new Session(options, store, device, remarks, resumed);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  start(): void {
    const { clock, tick_us, speed } = this.#options;
    this.loop = startLoop(
      clock,
      tick_us,
      speed,
      (dt_us) => this.#tick(dt_us),
      (error) => void this.fail(error),
    );
  }

  /** Asks for an orderly power down; the contactors are open after two seconds at the latest. A second call ends at once. */
  stop(): void {
    if (this.isStopping) {
      this.#forceAt_us = 0;
      return;
    }
    this.#forceAt_us = this.#options.clock.now_us() + POWER_DOWN_us;
    note(this.journal, this.#time_s(), "info", "asked to end: powering down");
    ask(this.device, { kind: "command", command: "powerDown" });
  }

  get isStopping(): boolean {
    return this.#forceAt_us !== Number.MAX_SAFE_INTEGER;
  }

  #time_s(): number {
    return this.device.run.time_us / 1e6;
  }

  #tick(dt_us: number): boolean {
    const { device, journal } = this;
    tickDevice(device, dt_us);
    if (this.start_ms === 0) this.start_ms = Math.round(performance.now());
    noteChanges(journal, device.bms, device.run.time_us / 1e6);
    if (device.bms.settings !== this.#settings) this.#keepSettings();
    if (this.#speed === 1) this.#noteLost();
    if (this.#isSaveDue()) this.#saveNow();
    if (!this.isStopping) {
      if (device.run.time_us >= this.#options.duration_s * 1e6) this.stop();
      return true;
    }
    if (!isOpen(device) && this.#options.clock.now_us() < this.#forceAt_us) return true;
    void this.#finish();
    return false;
  }

  get #speed(): number {
    return this.loop?.pace.speed ?? 1;
  }

  /** The machine was suspended for longer than is caught up; the model stood still with it. */
  #noteLost(): void {
    const lost_us = this.loop?.pace.lost_us ?? 0;
    if (lost_us - this.#lost_us >= 1e6)
      note(
        this.journal,
        this.#time_s(),
        "error",
        `this machine stood still for ${((lost_us - this.#lost_us) / 1e6).toFixed(0)} s`,
      );
    this.#lost_us = lost_us;
  }

  #keepSettings(): void {
    this.#settings = this.device.bms.settings;
    void this.#store.keep(differences(this.#options.base, this.#settings));
    this.#saveNow();
  }

  /** The first state of a running device is not kept waiting: whoever kills it early loses little. */
  #isSaveDue(): boolean {
    const passed_us = this.#options.clock.now_us() - this.#lastSave_us;
    if (passed_us < SAVE_LEAST_us) return false;
    const { run, bms } = this.device;
    return (
      passed_us >= SAVE_PERIOD_us ||
      run.time_us - this.#savedTime_us >= SAVE_DEVICE_PERIOD_us ||
      (this.#savedRunning === 0 && bms.decide.mode === "running")
    );
  }

  #saveNow(): void {
    this.#lastSave_us = this.#options.clock.now_us();
    this.#savedTime_us = this.device.run.time_us;
    if (this.device.bms.decide.mode === "running") this.#savedRunning = 1;
    void this.#store.save(this.#state());
  }

  #state(): Saved {
    const { bms, world } = this.device;
    return {
      pack: packIdentity(world),
      saved_ms: this.#options.wall_ms(),
      device: saveKept(bms),
      world: savePack(world),
    };
  }

  async #finish(): Promise<void> {
    try {
      const open = isOpen(this.device) || forceOpen(this.device);
      const saved = await this.#store.saveLast(this.#state());
      await this.#store.close();
      this.#resolve({ kind: "stopped", open, saved });
    } catch (error) {
      await this.fail(error);
    }
  }

  /** Our own mistake: contactors open, and the last good state on disk stays as it is. */
  async fail(error: unknown): Promise<void> {
    if (this.loop !== undefined) this.loop.running = false;
    const open = safely(() => forceOpen(this.device));
    await this.#store.close();
    this.#resolve({ kind: "failed", error, open });
  }
}

function safely(act: () => boolean): boolean {
  try {
    return act();
  } catch {
    return false;
  }
}

function settingsOf(options: SessionOptions, contents: Contents): Settings {
  const { settings, violations } = reapply(options.base, options.changes ?? contents.changes);
  const [first] = violations;
  if (first === undefined) return settings;
  throw new StoreError(
    "newer",
    `the settings kept in ${options.folder} do not fit this program: ${first.setting} ${first.reason}; give new ones with --settings`,
  );
}

/** Goes on where the last run of this pack ended. */
function takeUp(device: Device, contents: Contents, options: SessionOptions, remarks: string[]): boolean {
  const { saved } = contents;
  if (saved === undefined) return false;
  if (saved.pack !== packIdentity(device.world)) {
    remarks.push("this is another pack than last time: charge and counters start anew");
    return false;
  }
  const off_s = (options.wall_ms() - saved.saved_ms) / 1000;
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

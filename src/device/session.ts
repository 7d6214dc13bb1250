// One run of the device from start to an orderly end: opens store and log, takes up what the last run left, ticks, has
// everything written down, and at the end has the contactors opened, the state written, log and store closed. Whoever
// shows it (live view, lines) reads device, journal, loop and log, and asks through ask().

import { messageOf } from "../base/error-text.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { differences, reapply, settingChanges } from "../model/kept-settings.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import { ask, createDevice, type Device, forceOpen, isOpen, tickDevice } from "../virtual/device.ts";
import { happening, stoodStill } from "../virtual/happenings.ts";
import { createJournal, enter, type Journal } from "../virtual/journal.ts";
import { type Clock, type Loop, startLoop } from "../virtual/loop.ts";
import { settingsChanged } from "../virtual/request-events.ts";
import { BusDesk } from "./bus-desk.ts";
import { keepLast, stateOf } from "./keeper.ts";
import { logFolderOf } from "./log-names.ts";
import { createWallClock } from "./machine-clock.ts";
import { MonitorPort } from "./monitor-port.ts";
import { within } from "./patience.ts";
import { Ports } from "./ports.ts";
import type { Contents } from "./store.ts";
import { WHOLE } from "./store-journal.ts";
import { readVendorJournal } from "./store-reader.ts";
import { StoreThread } from "./store-thread.ts";
import { settingsOf, takeUp } from "./taking-up.ts";
import { Writing } from "./writing.ts";

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
  /** For measurements and tests: the file that the log's thread runs. */
  readonly logWorker?: URL;
  /** Wall time for what is saved. */
  readonly wall_ms: () => number;
  /** Open the ports of field buses. */
  readonly hasPorts?: boolean;
  /** Open the socket for monitors. */
  readonly hasMonitor?: boolean;
  /** Has somebody start the device again in the world of a scenario, once it has ended; false: there is nobody. */
  readonly restartIn?: (scenario: string) => boolean;
  /** Why the run before was cut off, where somebody has seen it. */
  readonly endedBy?: string | undefined;
};

export type Outcome =
  | { readonly kind: "stopped"; readonly open: boolean; readonly saved: boolean }
  | { readonly kind: "failed"; readonly error: unknown; readonly open: boolean };

/** How long an orderly power down may take in real time before the contactors are opened by force. */
const POWER_DOWN_us = 2_000_000;
/** How long a disk that does not answer is waited for at the end. */
const PATIENCE_ms = 5000;

export class Session {
  readonly device: Device;
  readonly journal: Journal;
  readonly writing: Writing;
  /** Field buses; undefined where there are none. */
  readonly ports: Ports | undefined;
  /** Its server finds the device there; undefined where there is none. */
  readonly monitor: MonitorPort | undefined;
  /** What the start had to tell: damage, another pack. One line each. */
  readonly remarks: string[];
  readonly done: Promise<Outcome>;
  /** Whether a state of an earlier run was taken up. */
  readonly resumed: boolean;
  loop: Loop | undefined;
  /** From the start of the process to the end of the first tick; 0 before it. */
  start_ms = 0;
  onFirstTick: () => void = () => {};
  readonly #options: SessionOptions;
  #resolve: (outcome: Outcome) => void = () => {};
  #lost_us = 0;
  #forceAt_us = Number.MAX_SAFE_INTEGER;

  private constructor(options: SessionOptions, device: Device, writing: Writing, taken: Taken) {
    this.#options = options;
    this.device = device;
    this.writing = writing;
    this.journal = writing.journal;
    const desk = new BusDesk(device, writing.journal, writing.store);
    const { folder, hasPorts = false, hasMonitor = false } = options;
    this.ports = hasPorts ? new Ports(device, writing.journal, writing.store, desk, folder) : undefined;
    this.ports?.recordTo(writing.recorder);
    this.monitor = hasMonitor ? this.#createMonitor(desk) : undefined;
    this.remarks = taken.remarks;
    this.resumed = taken.resumed;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Throws a StoreError when the data folder cannot be used, or keeps settings that do not fit this program. */
  static async open(options: SessionOptions): Promise<Session> {
    const { store, contents } = await StoreThread.open(options.folder, options.setup);
    try {
      const settings = settingsOf(options.base, options.changes, contents, options.folder);
      const device = createDevice(options.scenario(settings), settings, options.seed);
      const taken = takeOver(device, contents, options);
      const given = await keepGiven(store, contents, settings, options);
      const writing = new Writing(
        device,
        store,
        createJournal(createWallClock(options.wall_ms), readVendorJournal(options.folder)),
        {
          ...options,
          logFolder: logFolderOf(options.folder),
          now_us: options.clock.now_us,
        },
      );
      noteStart(writing, contents, taken, options.endedBy);
      if (given !== undefined) enter(writing.journal, 0, given);
      return new Session(options, device, writing, taken);
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
    this.ports?.open();
    this.monitor?.open();
  }

  #createMonitor(desk: BusDesk): MonitorPort {
    const { device, journal, writing } = this;
    const { folder, setup, clock, base } = this.#options;
    const now_us = clock.now_us;
    const made = differences(createSettings(), base);
    const monitor = new MonitorPort(
      {
        ...{ device, journal, desk, store: writing.store, setup, now_us, made, loop: () => this.loop },
        base_us: () => writing.recorder.time_us - device.run.time_us,
        restartIn: (scenario) => this.#restartIn(scenario),
      },
      this.ports?.buses((steady_us) => writing.recorder.time_us - (now_us() - steady_us)),
      folder,
    );
    writing.onEvents = (events) => monitor.enter(events);
    return monitor;
  }

  #restartIn(scenario: string): boolean {
    const isTaken = !this.isStopping && this.#options.restartIn?.(scenario) === true;
    if (isTaken) this.stop();
    return isTaken;
  }

  /** Asks for an orderly power down; the contactors are open after two seconds at the latest. A second call ends at once. */
  stop(): void {
    if (this.isStopping) {
      this.#forceAt_us = 0;
      return;
    }
    this.#forceAt_us = this.#options.clock.now_us() + POWER_DOWN_us;
    ask(this.device, { kind: "command", command: "powerDown" }, undefined, "command line");
  }

  get isStopping(): boolean {
    return this.#forceAt_us !== Number.MAX_SAFE_INTEGER;
  }

  /** Since the start, s. */
  get time_s(): number {
    return this.device.run.time_us / 1e6;
  }

  #tick(dt_us: number): boolean {
    const { device } = this;
    tickDevice(device, dt_us);
    if (this.start_ms === 0) {
      this.start_ms = Math.round(performance.now());
      this.onFirstTick();
    }
    if ((this.loop?.pace.speed ?? 1) === 1) this.#noteLost();
    this.writing.afterTick();
    this.ports?.afterTick();
    this.monitor?.afterTick();
    if (!this.isStopping) {
      if (device.run.time_us >= this.#options.duration_s * 1e6) this.stop();
      return true;
    }
    if (!isOpen(device) && this.#options.clock.now_us() < this.#forceAt_us) return true;
    void this.#finish();
    return false;
  }

  /** The machine was suspended for longer than is caught up; the model stood still with it. */
  #noteLost(): void {
    const lost_us = this.loop?.pace.lost_us ?? 0;
    if (lost_us - this.#lost_us >= 1e6) enter(this.journal, this.time_s, stoodStill((lost_us - this.#lost_us) / 1e6));
    this.#lost_us = lost_us;
  }

  async #finish(): Promise<void> {
    const { writing } = this;
    try {
      const open = isOpen(this.device) || forceOpen(this.device);
      await this.monitor?.close();
      await this.ports?.close();
      enter(this.journal, this.time_s, ended(open));
      await within(PATIENCE_ms, writing.handDrafts());
      await within(PATIENCE_ms, keepLast(writing.keeper));
      const saved = await writing.store.saveLast(stateOf(writing.keeper, this.device));
      await writing.end();
      await writing.store.close();
      this.#resolve({ kind: "stopped", open, saved });
    } catch (error) {
      await this.fail(error);
    }
  }

  /** What has become of the monitor's server. */
  noteServer(text: string): void {
    enter(this.journal, this.time_s, happening("busTrouble", text, { source: "http" }));
  }

  /** Our own mistake: contactors open, and the last good state on disk stays as it is. */
  async fail(error: unknown): Promise<void> {
    if (this.loop !== undefined) this.loop.running = false;
    const open = safely(() => forceOpen(this.device));
    const { writing } = this;
    enter(this.journal, this.time_s, failed(error, open));
    void this.monitor?.close();
    void this.ports?.close();
    await within(PATIENCE_ms, writing.handDrafts());
    await writing.end().catch(() => false);
    await writing.store.close();
    this.#resolve({ kind: "failed", error, open });
  }
}

const failed = (error: unknown, open: boolean): ReturnType<typeof happening> => {
  const message = messageOf(error);
  return happening("failed", `internal error: ${message}; contactors ${open ? "opened" : "could not be opened"}`, {
    subject: WHOLE,
  });
};

/** Settings given at the start are kept from now on; the event of what they change, if anything. */
async function keepGiven(store: StoreThread, contents: Contents, settings: Settings, options: SessionOptions) {
  if (options.changes === undefined) return undefined;
  const changes = settingChanges(reapply(options.base, contents.changes).settings, settings);
  const actor = "command line";
  await store.keep(differences(options.base, settings), { wall_ms: options.wall_ms(), actor, changes });
  return settingsChanged(changes, actor);
}

type Taken = { readonly resumed: boolean; readonly remarks: string[] };

function takeOver(device: Device, contents: Contents, options: SessionOptions): Taken {
  const remarks = [...contents.problems, ...contents.remarks];
  if (contents.problems.length > 0) device.bms.stateLost = 1;
  const resumed = takeUp(device, contents, options.wall_ms(), remarks);
  return { resumed, remarks };
}

const UNSEEN = "killed, or the power was cut";

/** The first entries of a run's journal. */
function noteStart({ journal }: Writing, contents: Contents, { resumed, remarks }: Taken, endedBy = UNSEEN): void {
  if (contents.wasCutOff) enter(journal, 0, happening("killed", `the run before ended without order: ${endedBy}`));
  const from = resumed ? "with the state of the last run" : "anew";
  enter(journal, 0, happening("started", `started ${from}`));
  for (const remark of remarks) enter(journal, 0, happening("remark", remark));
}

const ended = (open: boolean): ReturnType<typeof happening> =>
  open
    ? happening("ended", "ended in order: all contactors open")
    : happening("ended", "ended: a contactor did not open", { severity: "critical" });

function safely(act: () => boolean): boolean {
  try {
    return act();
  } catch {
    return false;
  }
}

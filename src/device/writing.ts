// All that a running device has written down: its journal, its log with the flight recorder, its settings and its state.
// One call after each tick; store and log write in threads of their own, and how the log fares comes back as a request.

import type { LogReport } from "../core/equipment.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import { withoutSecrets } from "../model/secrets.ts";
import type { Settings } from "../model/settings.ts";
import { getSetting, SETTING_LIST } from "../model/settings.ts";
import { ask, type Device, type Done } from "./device.ts";
import { FlightRecorder } from "./flight-recorder.ts";
import { happening } from "./happenings.ts";
import { enter, type Journal, noteChanges, noteClock, takeDrafts } from "./journal.ts";
import { createKeeper, type Keeper, keepUp } from "./keeper.ts";
import { settingChanges, settingsHash } from "./kept-settings.ts";
import type { LogBeginning } from "./log-growing.ts";
import { LogThread } from "./log-thread.ts";
import { packIdentity } from "./pack-memory.ts";
import { draftOf } from "./request-events.ts";
import { hideSecrets } from "./store-settings.ts";
import type { StoreThread } from "./store-thread.ts";
import { programOf } from "./version.ts";

export type WritingOptions = {
  readonly base: Settings;
  readonly setup: string;
  readonly logFolder: string;
  readonly speed: number;
  /** Steady time, and wall time for what is written. */
  readonly now_us: () => number;
  readonly wall_ms: () => number;
};

/** How the log fares is told to the core when it changes, and otherwise so often. */
const REPORT_us = 60_000_000;
const NOTHING = Promise.resolve(0);
const TROUBLE_WORDS = FAULT_ROWS.logging.codes;

export class Writing {
  readonly journal: Journal;
  readonly keeper: Keeper;
  readonly store: StoreThread;
  readonly recorder: FlightRecorder;
  readonly #device: Device;
  readonly #options: WritingOptions;
  readonly #program = programOf();
  readonly #base_us: number;
  #log: LogThread | undefined;
  /** When the log before it has let go of the folder. */
  #ended: Promise<boolean> | undefined;
  #settings: Settings;
  #settingsHash: string;
  #told: LogReport | undefined;
  #told_us = 0;

  constructor(device: Device, store: StoreThread, journal: Journal, options: WritingOptions) {
    this.#device = device;
    this.#options = options;
    this.journal = journal;
    this.store = store;
    this.#settings = device.bms.settings;
    this.#settingsHash = settingsHash(this.#settings);
    this.keeper = createKeeper(store, options.base, device, options.now_us, options.wall_ms);
    this.#base_us = Math.round(options.wall_ms() * 1000) - device.run.time_us;
    this.recorder = new FlightRecorder(device.run, store, undefined, this.#base_us, this.#program);
    device.run.tap = this.recorder.tap;
    device.onDone = (done) => this.#noteRequest(done);
    store.onEntries = (entries) => this.recorder.entries(entries);
    store.onTrouble = (message) => this.#enter("storeTrouble", `cannot save: ${message}`);
    this.#switchLog();
  }

  /** The log's thread; undefined while the log is switched off. */
  get log(): LogThread | undefined {
    return this.#log;
  }

  get #time_s(): number {
    return this.#device.run.time_us / 1e6;
  }

  /** After each tick. */
  afterTick(): void {
    const { journal, keeper } = this;
    const device = this.#device;
    noteChanges(journal, device.bms, this.#time_s);
    noteClock(journal, keeper.now_us(), this.#time_s);
    if (device.bms.settings !== this.#settings) this.#takeSettings();
    keepUp(keeper, device);
    void this.handDrafts();
  }

  /** Events that wait for their place in the journal go to the store. Done when they are on the disk. */
  handDrafts(): Promise<number> {
    const drafts = takeDrafts(this.journal);
    for (const { code, uptime_s } of drafts) if (code === "tripped") this.recorder.tripped(uptime_s);
    return drafts.length > 0 ? this.store.journal(drafts, this.#settingsHash) : NOTHING;
  }

  /** Ends the log in order. False when something of it is not on the medium. */
  async end(): Promise<boolean> {
    this.recorder.end();
    return this.#log === undefined || (await this.#log.close());
  }

  #noteRequest({ request, answer, actor, before }: Done): void {
    const draft = draftOf(request, answer, before, this.#device.bms.settings, actor);
    if (draft !== undefined) enter(this.journal, this.#time_s, draft);
    if (request.kind === "set") this.keeper.actor = actor;
  }

  #enter(code: "storeTrouble" | "logTrouble" | "logResumed", text: string): void {
    enter(this.journal, this.#time_s, happening(code, text));
  }

  #takeSettings(): void {
    const before = this.#settings;
    this.#settings = this.#device.bms.settings;
    this.#settingsHash = settingsHash(this.#settings);
    const changes = hideSecrets(settingChanges(before, this.#settings));
    this.recorder.tell("/settings", { changes, actor: this.keeper.actor, settings: this.#settingsHash });
    this.#switchLog();
  }

  /** Opens or closes the log, or tells it of changed limits. */
  #switchLog(): void {
    const { sdCard } = this.#settings;
    if (!sdCard.enable) {
      this.#ended = this.#log?.close();
      this.#log = undefined;
    } else if (this.#log === undefined) this.#openLog();
    else {
      this.#log.limit(sdCard);
      this.#log.begin(this.#beginning());
    }
    this.recorder.log = this.#log;
  }

  #openLog(): void {
    const after = this.#ended;
    const log = LogThread.open(this.#options.logFolder, this.#settings.sdCard, this.#beginning(), { after });
    log.onReport = (report) => this.#takeReport(report);
    log.onNewFile = () => this.recorder.demandStart();
    log.onRemark = (remark) => this.#enter("logTrouble", remark);
    this.#log = log;
  }

  #beginning(): LogBeginning {
    const { serialNumber, manufacturer } = this.#settings.user;
    const { clock } = this.journal;
    return {
      identity: {
        ...{ serialNumber, manufacturer, program: this.#program },
        ...{ pack: packIdentity(this.#device.world), setup: this.#options.setup, speed: this.#options.speed },
        ...{ began_us: this.recorder.time_us, clock: clock.quality() },
      },
      settings: JSON.stringify(
        withoutSecrets(Object.fromEntries(SETTING_LIST.map(({ name }) => [name, getSetting(this.#settings, name)]))),
      ),
    };
  }

  #takeReport(report: LogReport): void {
    const told = this.#told;
    const now_us = this.keeper.now_us();
    if (told?.trouble !== report.trouble) this.#noteTrouble(told?.trouble ?? 0, report.trouble);
    const isNews = told?.trouble !== report.trouble || told.state !== report.state || told.gaps !== report.gaps;
    if (!isNews && now_us - this.#told_us < REPORT_us) return;
    this.#told = report;
    this.#told_us = now_us;
    ask(this.#device, { kind: "log", report });
  }

  #noteTrouble(before: number, trouble: number): void {
    if (trouble !== 0)
      this.#enter("logTrouble", `the log is not written: its medium ${TROUBLE_WORDS?.[trouble] ?? "fails"}`);
    else if (before !== 0) this.#enter("logResumed", "the log is written again; what was lost is marked as a gap");
  }
}

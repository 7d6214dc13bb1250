// All that a running device has written down: its journal, its log with the flight recorder, its settings and its state.
// One call after each tick; store and log write in threads of their own, and how the log fares comes back as a request.
// A mistake of ours in here is told and ends what was at it; it never ends the tick (docs/decisions/0008-records.md).

import { messageOf } from "../base/error-text.ts";
import type { Bms } from "../core/bms.ts";
import type { LogReport } from "../core/equipment.ts";
import type { Request } from "../core/requests.ts";
import type { EventCode, EventDraft, JournalEntry } from "../model/events.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import { hideSecrets, settingChanges } from "../model/kept-settings.ts";
import { withoutSecrets } from "../model/secrets.ts";
import { getSetting, SETTING_LIST, type Settings } from "../model/settings.ts";
import { LOG_TROUBLES } from "../model/signals-equipment.ts";
import { ask, type Device, type Done } from "../virtual/device.ts";
import { FlightRecorder } from "../virtual/flight-recorder.ts";
import { happening } from "../virtual/happenings.ts";
import { enter, type Journal, noteChanges, noteClock, takeDrafts } from "../virtual/journal.ts";
import { draftOf } from "../virtual/request-events.ts";
import { createKeeper, type Keeper, keepUp } from "./keeper.ts";
import type { LogBeginning } from "./log-growing.ts";
import { LogThread } from "./log-thread.ts";
import { packIdentity } from "./pack-memory.ts";
import { settingsHash } from "./settings-hash.ts";
import type { StoreThread } from "./store-thread.ts";
import { programOf } from "./version.ts";

export type WritingOptions = {
  readonly base: Settings;
  readonly setup: string;
  readonly logFolder: string;
  readonly speed: number;
  /** The file that the log's thread runs, where it is another than the device's own. */
  readonly logWorker?: URL;
  /** Steady time, and wall time for what is written. */
  readonly now_us: () => number;
  readonly wall_ms: () => number;
};

/** How the log fares is told to the core when it changes, and otherwise so often. */
const REPORT_us = 60_000_000;
const NOTHING = Promise.resolve(0);
const NO_REPORT: LogReport = { state: 0, trouble: 0, bytesPerHour: 0, size_MB: 0, gaps: 0 };
const TROUBLE_WORDS = FAULT_ROWS.logging.codes;

/** What may fail apart from the rest. */
type Part = "journal" | "recorder" | "keeper";

export class Writing {
  readonly journal: Journal;
  readonly keeper: Keeper;
  readonly store: StoreThread;
  readonly recorder: FlightRecorder;
  /** Called with events once they are on the disk, or with those that wait for it too long. */
  onEvents: (events: readonly (EventDraft | JournalEntry)[]) => void = () => {};
  readonly #device: Device;
  readonly #options: WritingOptions;
  readonly #program = programOf();
  #log: LogThread | undefined;
  /** When the log before it has let go of the folder. */
  #ended: Promise<boolean> | undefined;
  #gone: Promise<unknown> | undefined;
  #settings: Settings;
  #settingsHash: string;
  #told: LogReport | undefined;
  #told_us = 0;
  /** The device that was told. */
  #toldTo: Bms | undefined;
  /** Requests of the tick under way, and the settings before it. */
  #heard: { readonly requests: readonly Request[]; readonly before: Settings } | undefined;
  /** What has made a mistake, and does nothing any more. */
  readonly #broken = new Set<Part>();

  constructor(device: Device, store: StoreThread, journal: Journal, options: WritingOptions) {
    this.#device = device;
    this.#options = options;
    this.journal = journal;
    this.store = store;
    this.#settings = device.bms.settings;
    this.#settingsHash = settingsHash(this.#settings);
    this.keeper = createKeeper(store, options.base, device, options.now_us, options.wall_ms);
    const base_us = Math.round(options.wall_ms() * 1000) - device.run.time_us;
    this.recorder = new FlightRecorder(device.run, store, base_us, this.#program);
    const { before, after } = this.recorder.tap;
    device.run.tap = {
      before: (bms, sensors, requests, dt_us) => {
        if (requests.length > 0) this.#heard = { requests: [...requests], before: bms.settings };
        this.#guard("recorder", () => before(bms, sensors, requests, dt_us));
      },
      after: (bms, dt_us) => {
        if (this.#heard !== undefined) this.#guard("journal", () => this.#noteUnasked(bms));
        this.#guard("recorder", () => after(bms, dt_us));
      },
    };
    device.onDone = (done) => this.#guard("journal", () => this.#noteRequest(done));
    store.onEntries = (entries, told) => {
      this.#guard("recorder", () => this.recorder.entries(entries, told));
      this.onEvents(entries.slice(told));
    };
    store.onStalled = (drafts) => {
      this.#guard("recorder", () => this.recorder.stalled(drafts));
      this.onEvents(drafts);
    };
    store.onReport = () => this.#tellOfStore();
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
    this.#guard("journal", () => this.#note());
    this.#guard("recorder", () => this.#follow());
    this.#guard("keeper", () => keepUp(this.keeper, this.#device));
    this.#guard("journal", () => void this.handDrafts());
  }

  #note(): void {
    const { journal, keeper } = this;
    noteChanges(journal, this.#device.bms, this.#time_s);
    const step_s = noteClock(journal, keeper.now_us(), this.#time_s);
    if (step_s !== 0) this.recorder.rebase(Math.round(step_s * 1e6));
  }

  #follow(): void {
    const { bms } = this.#device;
    if (bms.settings !== this.#settings) this.#takeSettings();
    const { awake } = this.#device.run;
    if (awake !== 1 || bms === this.#toldTo || this.#told === undefined) return;
    this.#tell(this.#told); // it woke, and knows nothing of it
    this.#tellOfStore();
  }

  /** Contactors must not open because something could not be written down. */
  #guard(part: Part, act: () => void): void {
    if (this.#broken.has(part)) return;
    try {
      act();
    } catch (error) {
      this.#broken.add(part);
      this.#mistake(part, messageOf(error));
    }
  }

  #mistake(part: Part, message: string): void {
    if (part === "recorder") this.#withoutRecorder();
    const text = `internal error in the ${part}: ${message}; it stops until the next start, protection goes on`;
    if (part !== "journal") {
      this.#enter("failed", text);
      return;
    }
    const { wall_ms } = this.#options;
    const draft = { wall_ms: wall_ms(), clock: "free-running", uptime_s: this.#time_s, ...happening("failed", text) };
    void this.store.journal([draft as EventDraft], this.#settingsHash);
  }

  /** Events that wait for their place in the journal go to the store. Done when they are on the disk. */
  handDrafts(): Promise<number> {
    const drafts = takeDrafts(this.journal);
    for (const { code, uptime_s } of drafts) if (code === "tripped") this.recorder.tripped(uptime_s);
    return drafts.length > 0 ? this.store.journal(drafts, this.#settingsHash) : NOTHING;
  }

  /** Ends the log in order. False when something of it is not on the medium. */
  async end(): Promise<boolean> {
    this.#guard("recorder", () => this.recorder.end());
    await this.#ended;
    return this.#log === undefined || (await this.#log.close());
  }

  #withoutRecorder(): void {
    this.#device.run.tap = undefined;
    this.#tell({ ...(this.#told ?? NO_REPORT), state: 0, trouble: LOG_TROUBLES.indexOf("failed") });
  }

  /** Requests that nobody asked through the device come from the scenario, behind those that people asked. */
  #noteUnasked({ answers }: Bms): void {
    const { requests, before } = this.#heard!;
    this.#heard = undefined;
    for (let i = this.#device.asking; i < requests.length; i++)
      this.#noteRequest({ request: requests[i]!, answer: answers[i]!, actor: "scenario", before });
  }

  #noteRequest({ request, answer, actor, before }: Done): void {
    const draft = draftOf(request, answer, before, this.#device.bms.settings, actor);
    if (draft !== undefined) enter(this.journal, this.#time_s, draft);
    if (request.kind === "set") this.keeper.actor = actor;
  }

  #enter(code: EventCode, text: string, source = "device"): void {
    enter(this.journal, this.#time_s, happening(code, text, { source }));
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
      this.#gone = this.#log?.gone;
      this.#log = undefined;
    } else if (this.#log === undefined) this.#openLog();
    else {
      this.#log.limit(sdCard);
      this.#log.begin(this.#beginning());
    }
    this.recorder.log = this.#log;
  }

  #openLog(): void {
    const after = this.#gone;
    const log = LogThread.open(this.#options.logFolder, this.#settings.sdCard, this.#beginning(), {
      after,
      ...(this.#options.logWorker === undefined ? {} : { worker: this.#options.logWorker }),
    });
    log.onReport = (report) => this.#takeReport(report);
    log.onNewFile = () => this.recorder.demandStart();
    log.onRemark = (remark) => this.#enter("logTrouble", remark, "log");
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
    if (this.#broken.has("recorder")) return;
    const told = this.#told;
    const now_us = this.keeper.now_us();
    if (told?.trouble !== report.trouble) this.#noteTrouble(told?.trouble ?? 0, report.trouble);
    const isNews = told?.trouble !== report.trouble || told.state !== report.state || told.gaps !== report.gaps;
    if (!isNews && now_us - this.#told_us < REPORT_us) return;
    this.#told = report;
    this.#told_us = now_us;
    this.#tell(report);
  }

  #tellOfStore(): void {
    ask(this.#device, { kind: "store", report: { trouble: this.store.trouble } });
  }

  /** A device that sleeps hears it when it wakes. */
  #tell(report: LogReport): void {
    const { bms } = this.#device;
    this.#toldTo = bms;
    ask(this.#device, { kind: "log", report }, (answer) => {
      if (!answer.ok && this.#toldTo === bms) this.#toldTo = undefined;
    });
  }

  #noteTrouble(before: number, trouble: number): void {
    if (trouble !== 0)
      this.#enter("logTrouble", `the log is not written: its medium ${TROUBLE_WORDS?.[trouble] ?? "fails"}`, "log");
    else if (before !== 0)
      this.#enter("logResumed", "the log is written again; what was lost is marked as a gap", "log");
  }
}

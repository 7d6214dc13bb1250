// The loop's side of what is written down: looks on at each tick, and hands state rows, the recorder's blocks, events and
// freeze-frames to the log and the store. Everything here is copying and packing; both write in threads of their own.
// The seconds around a trip are kept in memory whatever the log does, so that a trip has its freeze-frame in any case.

import { encodeUtf8 } from "../base/utf8.ts";
import type { Bms } from "../core/bms.ts";
import { createSnapshotReader, type SnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { createStateRows, type StateRows, stateMessage } from "../log/state-row.ts";
import type { LogMessage } from "../log/topics.ts";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import type { Settings } from "../model/settings.ts";
import {
  breakRing,
  createFrameRing,
  isFrameDue,
  keepPart,
  markTrip,
  packFrame,
  START_PERIOD_us,
  takeFrame,
} from "../replay/freeze-frame.ts";
import {
  createRecorder,
  demandStart,
  endBlock,
  recordAfter,
  recordBefore,
  startBytes,
  takeMessages,
} from "../replay/recorder.ts";
import type { Run, Tap } from "../sim/scenario/run.ts";
import { isAboutWriting } from "./event-folding.ts";

/** Where records go; the log's thread, or nowhere when the log is switched off. */
export type Sink = { readonly write: (messages: readonly LogMessage[], isUrgent?: boolean) => void };
/** Where freeze-frames go, by the journal's sequence number of their trip. */
export type FrameSink = { readonly frame: (sequence: number, bytes: Uint8Array) => unknown };

export class FlightRecorder {
  readonly tap: Tap;
  /** Undefined: the log is switched off, or not open yet. */
  log: Sink | undefined;
  readonly #frames: FrameSink;
  readonly #run: Run;
  /** Log time at the start of the device, microseconds since 1970. */
  #base_us: number;
  readonly #recorder;
  readonly #ring = createFrameRing();
  #ringStart_us = 0;
  /** Trips that wait for their frame, by the journal's number; and the last frame, with the time of its last trip. */
  readonly #named: number[] = [];
  #written: { readonly until_us: number; readonly bytes: Uint8Array } = { until_us: -1, bytes: new Uint8Array(0) };
  #reader: SnapshotReader | undefined;
  #rows: StateRows | undefined;
  /** For which device and settings reader and rows were made. */
  #settings: Settings | undefined;
  #read: Bms | undefined;
  /** Whose seconds the ring holds. */
  #kept: Bms | undefined;
  #rowDue_us = 0;
  #out: LogMessage[] = [];

  constructor(run: Run, frames: FrameSink, base_us: number, program: string) {
    this.#run = run;
    this.#frames = frames;
    this.#base_us = base_us;
    this.#recorder = createRecorder(program);
    this.tap = {
      before: (bms, sensors, requests, dt_us) =>
        recordBefore(this.#recorder, bms, sensors, requests, dt_us, this.time_us),
      after: (bms) => this.#after(bms),
    };
  }

  /** Log time now: wall time of the start and what the device counted since. */
  get time_us(): number {
    return this.#base_us + this.#run.time_us;
  }

  /** The wall clock was set: log time goes on from there. */
  rebase(step_us: number): void {
    this.#base_us += step_us;
  }

  /** The log begins a new file, or has lost blocks: the recording goes on with a start. */
  demandStart(): void {
    demandStart(this.#recorder);
  }

  /** A protection has tripped, at a time since the start: the seconds around it are kept. */
  tripped(uptime_s: number): void {
    markTrip(this.#ring, Math.round(uptime_s * 1e6));
  }

  /**
   * Entries of the journal, once they are on the disk: they go into the log, and a trip gets its freeze-frame.
   * @param told so many of them, the first ones, are in the log already (stalled)
   */
  entries(entries: readonly JournalEntry[], told = 0): void {
    for (const { code, sequence, uptime_s } of entries)
      if (code === "tripped") this.#nameTrip(sequence, Math.round(uptime_s * 1e6));
    this.#writeEvents(entries.slice(told));
  }

  /** Events that the store does not take: they go into the log without their number. */
  stalled(drafts: readonly EventDraft[]): void {
    this.#writeEvents(drafts);
  }

  #writeEvents(events: readonly EventDraft[]): void {
    const messages = events.map((event): LogMessage => {
      const time_us = this.#base_us + Math.round(event.uptime_s * 1e6);
      return { topic: "/events", time_us, data: encodeUtf8(JSON.stringify(event)) };
    });
    const isUrgent = events.some(({ code }) => !isAboutWriting(code));
    if (messages.length > 0) this.log?.write(messages, isUrgent);
  }

  /** The journal's number of a trip comes when its entry is on the disk, usually long before its frame is complete. */
  #nameTrip(sequence: number, time_us: number): void {
    if (time_us <= this.#written.until_us) void this.#frames.frame(sequence, this.#written.bytes);
    else this.#named.push(sequence);
  }

  /** Anything else for the log, now. */
  tell(topic: "/settings", content: unknown): void {
    const data = encodeUtf8(JSON.stringify(content));
    this.log?.write([{ topic, time_us: this.time_us, data }], true);
  }

  /** Frames of the CAN bus, with their own times. */
  frames(messages: readonly LogMessage[]): void {
    this.log?.write(messages);
  }

  /** The device ends: the block under way, and the frame of a trip that waits for its last seconds. */
  end(): void {
    endBlock(this.#recorder);
    this.#collect();
    if (this.#ring.firstTrip_us >= 0) this.#writeFrame();
    this.#hand();
  }

  #after(bms: Bms): void {
    recordAfter(this.#recorder, bms, this.time_us);
    if (this.#recorder.messages.length > 0) this.#endOfBlock(bms);
    // A device that falls asleep tells nothing more of the seconds after its trip.
    if (bms.decide.mode === "standby" && this.#ring.firstTrip_us >= 0) this.#writeFrame();
    if (this.#run.time_us >= this.#rowDue_us || bms.settings !== this.#settings) this.#row(bms);
    if (this.#out.length > 0) this.#hand();
  }

  #endOfBlock(bms: Bms): void {
    this.#collect();
    const now_us = this.#run.time_us;
    if (isFrameDue(this.#ring, now_us)) this.#writeFrame();
    if (now_us - this.#ringStart_us >= START_PERIOD_us && this.#recorder.encoder.ticks === 0) this.#keepStart(bms);
  }

  /** Takes the recorder's messages to the ring and, where the recorder is switched on, to the log. */
  #collect(): void {
    const end_us = this.#run.time_us;
    for (const message of takeMessages(this.#recorder)) {
      const kind = message.topic === "/recorder/start" ? "start" : "inputs";
      if (kind === "start") this.#begin();
      keepPart(this.#ring, { kind, end_us, bytes: message.data });
      if (this.#isRecording) this.#out.push(message);
    }
  }

  get #isRecording(): boolean {
    return this.#recorder.bms?.settings.sdCard.recorder === true;
  }

  #begin(): void {
    if (this.#kept !== this.#recorder.bms) {
      if (this.#ring.firstTrip_us >= 0) this.#writeFrame();
      breakRing(this.#ring);
    }
    this.#kept = this.#recorder.bms;
    this.#ringStart_us = this.#run.time_us;
  }

  #keepStart(bms: Bms): void {
    this.#ringStart_us = this.#run.time_us;
    keepPart(this.#ring, { kind: "start", end_us: this.#run.time_us, bytes: startBytes(this.#recorder, bms) });
  }

  #writeFrame(): void {
    const until_us = this.#ring.lastTrip_us;
    const frame = takeFrame(this.#ring, this.#base_us);
    const bytes = packFrame(frame);
    for (const sequence of this.#named.splice(0)) void this.#frames.frame(sequence, bytes);
    this.#written = { until_us, bytes };
    this.#out.push({ topic: "/recorder/frame", time_us: this.#base_us + frame.trip_us, data: bytes });
  }

  #row(bms: Bms): void {
    const period_us = Math.round(bms.settings.sdCard.period_s * 1e6);
    this.#rowDue_us = period_us * (Math.floor(this.#run.time_us / period_us) + 1);
    if (this.#read !== bms || this.#settings !== bms.settings) this.#prepareRows(bms);
    if (this.log === undefined) return;
    this.#out.push(stateMessage(this.#rows!, takeSnapshot(this.#reader!), this.time_us));
  }

  #prepareRows(bms: Bms): void {
    const { sdCard, battery } = bms.settings;
    this.#read = bms;
    this.#settings = bms.settings;
    this.#rows = createStateRows(sdCard.cells ? battery.cells : 0);
    this.#reader = createSnapshotReader(bms);
  }

  #hand(): void {
    this.log?.write(this.#out);
    this.#out = [];
  }
}

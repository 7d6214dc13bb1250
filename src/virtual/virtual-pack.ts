// A whole device on its modelled board that keeps what it writes down in memory: for a page, where there is no disk. What a
// process does with store and log (device/writing.ts) is here a list of entries, the frames of trips and the last megabytes of log.

import type { Request } from "../core/requests.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import { hideSecrets, type Revision, settingChanges } from "../model/kept-settings.ts";
import type { Settings } from "../model/settings.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import { createDevice, type Device, type Done, tickDevice } from "./device.ts";
import { FlightRecorder } from "./flight-recorder.ts";
import { happening } from "./happenings.ts";
import { createJournal, enter, type Journal, noteChanges, takeDrafts } from "./journal.ts";
import { draftOf } from "./request-events.ts";

export type VirtualPack = {
  readonly device: Device;
  readonly journal: Journal;
  readonly recorder: FlightRecorder;
  /** The journal, oldest first. */
  readonly entries: JournalEntry[];
  /** Freeze-frames by the sequence of their trip. */
  readonly frames: Map<number, Uint8Array>;
  /** Settings it was made with, before all revisions. */
  readonly made: Settings;
  /** History of the settings, oldest first. */
  readonly revisions: { readonly revision: Revision; readonly settings: Settings }[];
  /** What the log of a device on a disk would hold, the newest KEPT_bytes of it. */
  log: LogMessage[];
  logSize_bytes: number;
  /** Log time of the start, microseconds since 1970. */
  readonly base_us: number;
};

export type VirtualPackOptions = {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly seed: number;
  readonly program: string;
  /** Wall time of the start. */
  readonly began_ms: number;
};

const KEPT_bytes = 64 << 20;
const KEPT_ENTRIES = 5000;
const KEPT_FRAMES = 50;
const NO_HASH = "";

/** A pack that has just got its supply. */
export function createVirtualPack({ scenario, settings, seed, program, began_ms }: VirtualPackOptions): VirtualPack {
  const device = createDevice(scenario, settings, seed);
  const frames = new Map<number, Uint8Array>();
  const base_us = Math.round(began_ms * 1000);
  const recorder = new FlightRecorder(
    device.run,
    { frame: (sequence, bytes) => keepFrame(frames, sequence, bytes) },
    base_us,
    program,
  );
  const clock = {
    wall_ms: () => began_ms + device.run.time_us / 1000,
    quality: () => "free-running" as const,
  };
  const journal = createJournal(clock);
  const pack: VirtualPack = {
    ...{ device, journal, recorder, frames, base_us, made: settings },
    ...{ entries: [], revisions: [], log: [], logSize_bytes: 0 },
  };
  recorder.log = { write: (messages) => keepLog(pack, messages) };
  listen(pack);
  enter(journal, 0, happening("started", "started anew"));
  return pack;
}

/** One tick of the whole: 1 us to 1 s. */
export function tickPack(pack: VirtualPack, dt_us: number): void {
  const { device, journal } = pack;
  tickDevice(device, dt_us);
  noteChanges(journal, device.bms, device.run.time_us / 1e6);
  const drafts = takeDrafts(journal);
  if (drafts.length === 0) return;
  const entries = drafts.map((draft): JournalEntry => {
    if (draft.code === "tripped") pack.recorder.tripped(draft.uptime_s);
    const sequence = (pack.entries.at(-1)?.sequence ?? 0) + 1;
    const entry = { ...draft, sequence, settings: NO_HASH, previous: NO_HASH, hash: NO_HASH };
    pack.entries.push(entry);
    return entry;
  });
  if (pack.entries.length > KEPT_ENTRIES) pack.entries.splice(0, pack.entries.length - KEPT_ENTRIES);
  pack.recorder.entries(entries);
}

/** Requests of people and of the scenario become entries; changed settings also revisions. */
function listen(pack: VirtualPack): void {
  const { device, recorder } = pack;
  let heard: { readonly requests: readonly Request[]; readonly before: Settings } | undefined;
  device.run.tap = {
    before: (bms, sensors, requests, dt_us) => {
      heard = requests.length > 0 ? { requests: [...requests], before: bms.settings } : undefined;
      recorder.tap.before(bms, sensors, requests, dt_us);
    },
    after: (bms, dt_us) => {
      const { requests = [], before = bms.settings } = heard ?? {};
      for (let i = device.asking; i < requests.length; i++)
        noteDone(pack, { request: requests[i]!, answer: bms.answers[i]!, actor: "scenario", before });
      recorder.tap.after(bms, dt_us);
    },
  };
  device.onDone = (done) => noteDone(pack, done);
}

function noteDone(pack: VirtualPack, { request, answer, actor, before }: Done): void {
  const { device, journal, revisions } = pack;
  const { settings } = device.bms;
  const draft = draftOf(request, answer, before, settings, actor);
  if (draft !== undefined) enter(journal, device.run.time_us / 1e6, draft);
  if (request.kind !== "set" || !answer.ok) return;
  const changes = hideSecrets(settingChanges(before, settings));
  const revision = (revisions.at(-1)?.revision.revision ?? 0) + 1;
  if (changes.length > 0)
    revisions.push({ revision: { revision, wall_ms: journal.clock.wall_ms(), actor, changes }, settings });
}

function keepFrame(frames: Map<number, Uint8Array>, sequence: number, bytes: Uint8Array): void {
  frames.set(sequence, bytes);
  for (const old of frames.keys()) {
    if (frames.size <= KEPT_FRAMES) return;
    frames.delete(old);
  }
}

function keepLog(pack: VirtualPack, messages: readonly LogMessage[]): void {
  for (const message of messages) {
    pack.log.push(message);
    pack.logSize_bytes += message.data.length;
  }
  if (pack.logSize_bytes <= KEPT_bytes) return;
  const gone = pack.log.splice(0, pack.log.length >> 2);
  for (const { data } of gone) pack.logSize_bytes -= data.length;
}

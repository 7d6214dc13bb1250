// What one device does on recorded inputs, in as few numbers as a comparison needs: its trips, each change of a command, and
// samples of charge, limits, current and cells. Two tracks over the same inputs line up sample by sample. Made apart, so that
// two threads can make two at once.

import { type Bms, step } from "../core/bms.ts";
import type { LogMessage } from "../log/topics.ts";
import type { Changes } from "../model/presets.ts";
import type { Settings } from "../model/settings.ts";
import { alteredSettings, type SettingsRefused } from "./altered-settings.ts";
import { BIT, type Switches, wordOf } from "./commands.ts";
import { type Contacts, createContacts, giveContacts, takeBack } from "./contacts.ts";
import { nextTick, requestsNow } from "./input-player.ts";
import { createPassage, type Passage, piecesOf } from "./passage.ts";
import { type Start, settingsOf, startBms } from "./start.ts";
import { zeroShunt } from "./still-current.ts";
import { type AskedTrack, type Remark, stepAsked } from "./track-requests.ts";
import { createSampler, type Sampler, type Samples, sampleTick } from "./track-samples.ts";
import { createTripWatch, type Trip, type TripWatch, watchFrom, watchTrips } from "./trips.ts";

export type Track = AskedTrack & {
  /** Log time at the beginning of the first tick and at the end of the last; both 0 while there is none. */
  first_us: number;
  last_us: number;
  ticks: number;
  /** Time replayed, without sleeps and gaps. */
  played_us: number;
  readonly trips: Trip[];
  readonly switches: Switches;
  readonly samples: Samples;
  /** Log times at which a device began anew: the first, each wake, each end of a gap. */
  readonly starts_us: number[];
  /** Log time from which the recorded current was first kept from open contactors; -1: never. */
  stilled_us: number;
  readonly lost: Remark[];
  /** Settings at the beginning. */
  settings: Settings | undefined;
};

export type TrackOptions = {
  /** Altered settings; they also withstand what was set while the recording ran. */
  readonly changes?: Changes;
  /** Commands of the recorded device: where this one's differ, its contacts follow its own. */
  readonly recorded?: Switches;
  /** Samples so often at most, microseconds. */
  readonly sample_us: number;
  /** Told before each block of about a second, with the log time at its end. */
  readonly beforeBlock?: (wall_us: number) => void;
  /** Told after each block, with the log time and what has been switched so far. */
  readonly onBlock?: (wall_us: number, switches: Switches) => void;
};

type Follow = {
  readonly track: Track;
  readonly changes: Changes | undefined;
  readonly contacts: Contacts | undefined;
  readonly sampler: Sampler;
  readonly passage: Passage;
  readonly watch: TripWatch;
  bms: Bms | undefined;
  word: number;
  cells: number;
};

export type Followed = { readonly ok: true; readonly track: Track } | SettingsRefused;

/**
 * Plays a recording through one device. Altered settings that do not fit the recorded ones are refused, at whatever start
 * they do not; what of the recording cannot be used is left out and told in `lost`.
 */
export function followTrack(messages: Iterable<LogMessage>, options: TrackOptions): Followed {
  const follow = createFollow(options);
  for (const piece of piecesOf(follow.passage, messages)) {
    if (piece.kind === "lost") lose(follow, piece.reason, piece.wall_us);
    else if (piece.kind === "start") {
      const refused = begin(follow, piece.start, piece.wall_us);
      if (refused !== undefined) return refused;
    } else {
      options.beforeBlock?.(piece.wall_us);
      playBlock(follow, piece.ticks, piece.shift_us);
      options.onBlock?.(piece.wall_us, follow.track.switches);
    }
  }
  return { ok: true, track: follow.track };
}

function createFollow({ changes, recorded, sample_us }: TrackOptions): Follow {
  const watch = createTripWatch();
  const sampler = createSampler(sample_us);
  return {
    track: createTrack(watch.trips, sampler.samples),
    changes,
    contacts: recorded === undefined ? undefined : createContacts(recorded),
    sampler,
    passage: createPassage(),
    watch,
    bms: undefined,
    word: -1,
    cells: 0,
  };
}

const createTrack = (trips: Trip[], samples: Samples): Track => ({
  first_us: 0,
  last_us: 0,
  ticks: 0,
  played_us: 0,
  trips,
  switches: { time_us: [], word: [], cells: [] },
  samples,
  starts_us: [],
  requests: 0,
  refused: [],
  withstood: [],
  stilled_us: -1,
  lost: [],
  settings: undefined,
});

function lose(follow: Follow, reason: string, at_us: number): void {
  follow.bms = undefined;
  follow.track.lost.push({ at_us, text: reason });
}

/** A device from a recorded start, with the settings it had there or with altered ones. */
function begin(follow: Follow, start: Start, wall_us: number): SettingsRefused | undefined {
  const { track, watch, changes } = follow;
  const recorded = settingsOf(start);
  if (!recorded.ok) {
    lose(follow, recorded.reason, wall_us);
    return undefined;
  }
  const altered = alteredSettings(recorded.settings, changes ?? {}, wall_us);
  if (!altered.ok) return altered;
  const started = startBms(start, altered.settings);
  if (!started.ok) {
    lose(follow, started.reason, wall_us);
    return undefined;
  }
  follow.bms = started.bms;
  follow.word = -1;
  track.settings ??= started.bms.settings;
  track.starts_us.push(wall_us);
  if (track.first_us === 0) track.first_us = wall_us;
  watchFrom(watch, started.bms);
  return undefined;
}

function playBlock(follow: Follow, ticks: number, shift_us: number): void {
  const { bms, track, passage, watch, contacts, sampler, changes } = follow;
  if (bms === undefined) return;
  const { player, sensors } = passage;
  const { measure, protect } = bms;
  const begin_us = bms.time_us;
  if (track.ticks === 0) track.first_us = begin_us + shift_us;
  for (let tick = 0; tick < ticks; tick++) {
    const dt_us = nextTick(player, sensors);
    const told = requestsNow(player);
    const replaced =
      contacts !== undefined && giveContacts(contacts, bms, sensors, follow.word, bms.time_us + dt_us + shift_us);
    const requests = replaced && contacts.still ? zeroShunt(told) : told;
    if (requests.length === 0) step(bms, sensors, requests, dt_us);
    else stepAsked(track, bms, sensors, requests, changes, dt_us, bms.time_us + dt_us + shift_us);
    if (replaced) takeBack(contacts, sensors);
    const time_us = bms.time_us + shift_us;
    const word = wordOf(bms);
    if (word !== follow.word || measure.fresh === 1) noteCommands(follow, bms, word, time_us);
    if (protect.sequence !== watch.sequence) watchTrips(watch, bms, time_us);
    sampleTick(sampler, bms, time_us);
  }
  track.ticks += ticks;
  track.stilled_us = contacts?.stilled_us ?? -1;
  track.played_us += bms.time_us - begin_us;
  track.last_us = bms.time_us + shift_us;
}

function noteCommands(follow: Follow, { commands: { balance } }: Bms, word: number, time_us: number): void {
  let cells = 0;
  if ((word & BIT.balancing) !== 0) for (let cell = 0; cell < balance.length; cell++) cells |= balance[cell] << cell;
  if (word === follow.word && cells === follow.cells) return;
  follow.word = word;
  follow.cells = cells;
  const { switches } = follow.track;
  switches.time_us.push(time_us);
  switches.word.push(word);
  switches.cells.push(cells);
}

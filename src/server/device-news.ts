// What the device tells, for all who read it here: the numbers of all signals, the device in words, the world, events, frames of the
// buses. The device is asked for what the readers want together, and for nothing while there are none.

import type { FromDevice, Watch } from "../device/monitor-frames.ts";
import type { AnswerTo } from "../monitor/schemas.ts";
import { createImageReceiver, type ImageFrame, type ImageReceiver, unpackImage } from "../monitor/stream.ts";
import { tellSnapshot } from "../monitor/tell-snapshot.ts";
import type { BusFrame, DeviceTold, EventTold, WorldTold } from "../monitor/told.ts";
import type { DeviceLine } from "./device-line.ts";
import type { DeviceState } from "./device-link.ts";

/** The numbers that came last. They hold until the next come. */
export type Picture = {
  readonly image: Float64Array;
  readonly frame: ImageFrame;
  /** Steady time at which they came. */
  readonly came_ms: number;
  /** By name; made once, when first asked for. */
  readonly snapshot: () => AnswerTo<"snapshot">;
};

/** What a reader is called with; what it leaves out it is not told. */
export type ReaderEvents = {
  readonly picture?: (picture: Picture) => void;
  readonly device?: (device: DeviceTold) => void;
  readonly world?: (world: WorldTold) => void;
  readonly events?: (events: readonly EventTold[]) => void;
  readonly bus?: (frames: readonly BusFrame[], last: number) => void;
  readonly state?: (state: DeviceState) => void;
};

export type Reader = {
  readonly want: (watch: Watch) => void;
  readonly end: () => void;
};

const NOTHING: Watch = { rate_Hz: 0, world: false, bus: false };
type Entry = { watch: Watch; readonly events: ReaderEvents };

export class DeviceNews {
  /** Undefined while the device is down, and until the first numbers have come. */
  picture: Picture | undefined;
  device: DeviceTold | undefined;
  world: WorldTold | undefined;
  readonly #line: DeviceLine;
  readonly #readers = new Set<Entry>();
  #receiver: ImageReceiver = createImageReceiver();
  #watched: Watch = NOTHING;

  constructor(line: DeviceLine) {
    this.#line = line;
    line.events = {
      told: (message) => this.#hear(message),
      picture: (bytes) => this.#see(bytes),
      changed: (state) => this.#change(state),
    };
  }

  get state(): DeviceState {
    return this.#line.state;
  }

  /** From now on, until it ends. */
  read(watch: Watch, events: ReaderEvents): Reader {
    const entry: Entry = { watch, events };
    this.#readers.add(entry);
    this.#follow();
    return {
      want: (wanted) => {
        entry.watch = wanted;
        this.#follow();
      },
      end: () => {
        this.#readers.delete(entry);
        this.#follow();
      },
    };
  }

  #follow(): void {
    const all = [...this.#readers].map(({ watch }) => watch);
    const wanted: Watch = {
      rate_Hz: all.reduce((most, { rate_Hz }) => Math.max(most, rate_Hz), 0),
      world: all.some(({ world }) => world),
      bus: all.some(({ bus }) => bus),
    };
    const { rate_Hz, world, bus } = this.#watched;
    if (wanted.rate_Hz === rate_Hz && wanted.world === world && wanted.bus === bus) return;
    this.#watched = wanted;
    if (!wanted.world) this.world = undefined;
    if (wanted.rate_Hz === 0) this.#forget();
    this.#line.watch(wanted);
  }

  #forget(): void {
    this.picture = undefined;
    this.device = undefined;
    this.world = undefined;
    this.#receiver = createImageReceiver();
  }

  #change(state: DeviceState): void {
    if (state.isUp) this.#forget();
    for (const { events } of this.#readers) events.state?.(state);
  }

  #see(bytes: Uint8Array): void {
    const frame = unpackImage(this.#receiver, bytes);
    if (frame === undefined) return;
    const { image } = this.#receiver;
    let snapshot: AnswerTo<"snapshot"> | undefined;
    this.picture = {
      ...{ image, frame, came_ms: performance.now() },
      snapshot: () => (snapshot ??= tellSnapshot(image, frame.time_us)),
    };
    for (const { events } of this.#readers) events.picture?.(this.picture);
  }

  #hear(message: Exclude<FromDevice, { readonly kind: "reply" | "hello" }>): void {
    if (message.kind === "device") this.device = message.device;
    else if (message.kind === "world") this.world = message.world;
    for (const { events, watch } of this.#readers) {
      if (message.kind === "device") events.device?.(message.device);
      else if (message.kind === "events") events.events?.(message.events);
      else if (message.kind === "world" && watch.world) events.world?.(message.world);
      else if (message.kind === "bus" && watch.bus) events.bus?.(message.frames, message.last);
    }
  }
}

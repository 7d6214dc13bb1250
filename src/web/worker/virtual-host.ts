// A virtual device with what surrounds it: the loop at a clock that is handed in, the desk that answers, and what is told. In a
// page it stands in a worker. A mistake of ours stops it: contactors open, who looks is told, and a new start begins anew.

import { messageOf } from "../../base/error-text.ts";
import { createSettings } from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";
import { type BusRing, createBusRing, framesAfter, isWatched, watchBus } from "../../monitor/bus-ring.ts";
import { createDataCache, type DataCache } from "../../monitor/data/answers.ts";
import { fileOfPack } from "../../monitor/data/source.ts";
import { askDesk, createDesk, type Desk, deskImage, isByDevice } from "../../monitor/desk.ts";
import type { DeskHost } from "../../monitor/desk-host.ts";
import { isInput } from "../../monitor/judge-input.ts";
import type { OperationName } from "../../monitor/operations.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { Input } from "../../monitor/schemas.ts";
import { tellDevice } from "../../monitor/tell-device.ts";
import { createFrameTeller, tellExchange, tellFrame } from "../../monitor/tell-frame.ts";
import { tellWorld } from "../../monitor/tell-world.ts";
import type { DeviceTold } from "../../monitor/told.ts";
import { benchWorld } from "../../virtual/bench.ts";
import { ask, forceOpen, plainScenario } from "../../virtual/device.ts";
import { type Clock, type Loop, startLoop } from "../../virtual/loop.ts";
import { setSpeed } from "../../virtual/pace.ts";
import { createVirtualBus, stepBus, type VirtualBus } from "../../virtual/virtual-bus.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "../../virtual/virtual-pack.ts";
import type { Wish } from "../link/link.ts";
import { askMemory, changesOfRollback } from "./memory-data.ts";
import { BENCH, type FromWorker, type ToWorker, type VirtualStart } from "./messages.ts";
import type { ScenarioShelf } from "./scenarios.ts";

export type Surroundings = {
  readonly clock: Clock;
  readonly wall_ms: () => number;
  readonly shelf: ScenarioShelf;
  readonly post: (message: FromWorker, transfer?: Transferable[]) => void;
};

/** A device that runs. */
type Running = {
  readonly start: VirtualStart;
  readonly pack: VirtualPack;
  readonly desk: Desk;
  readonly bus: VirtualBus;
  readonly loop: Loop;
  readonly cache: DataCache;
};
/** What was told last, and when on the clock. */
type Told = { image_us: number; words_us: number; device: string; world: string; sequence: number; frames: number };
type Done = (reply: Reply<unknown>) => void;

const TICK_us = 10_000;
/** Up to a speed the device ticks in steps of so much: a computer carries out some thousand ticks in a second. */
const STEPS: readonly (readonly [speed: number, step_us: number])[] = [
  [50, TICK_us],
  [100, 20_000],
  [250, 50_000],
  [500, 100_000],
  [1000, 200_000],
  [Number.POSITIVE_INFINITY, 500_000],
];
const NOT_RUNNING = "the virtual pack has stopped: start it anew";
const WORDS_us = 250_000;
const NEVER_us = -1e12;
const FIRST_WISH: Wish = { rate_Hz: 10, bus: false, world: true };
/** Who acts in a page of one's own: everything is allowed. */
const ME = { actor: "this page", role: "owner" } as const;
/** These look at the scenarios, which may still be on their way. */
const ABOUT_SCENARIOS: readonly OperationName[] = ["scenarios", "startScenario"];

export class VirtualHost {
  readonly #around: Surroundings;
  #running: Running | undefined;
  /** The start that is under way or done. */
  #began: Promise<void> = Promise.resolve();
  #starts = 0;
  #wish = FIRST_WISH;
  #told = toldNothing();
  /** Time that has passed and is not yet a step. */
  #owed_us = 0;
  /** For the speed that is reached: device time and clock at the last look. */
  #before = { run_us: 0, now_us: 0, reached: 0 };

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The device, for whoever looks behind the page. */
  get pack(): VirtualPack | undefined {
    return this.#running?.pack;
  }

  /** Ends when what was asked for is begun. */
  take(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case "start":
        this.#began = this.#begin(message.start).catch((error) => this.#fail(error));
        return this.#began;
      case "want":
        this.#wish = message.wish;
        this.#told = { ...toldNothing(), sequence: this.#told.sequence, frames: this.#told.frames };
        return this.#began;
      case "log":
        return this.#began.then(() => this.#giveLog(message.id));
      case "call": {
        const { id, name, input } = message;
        return this.#call(name, input, (reply) => this.#around.post({ kind: "reply", id, reply }));
      }
    }
  }

  async #begin(start: VirtualStart): Promise<void> {
    const number = ++this.#starts;
    this.#stop();
    const pack = await makePack(start, this.#around);
    if (number !== this.#starts) return; // another start came meanwhile
    const { clock, shelf } = this.#around;
    const desk = createDesk(this.#deskHost(pack, start));
    this.#told = toldNothing();
    this.#owed_us = 0;
    this.#before = { run_us: 0, now_us: clock.now_us(), reached: start.speed };
    const loop = startLoop(
      clock,
      TICK_us,
      start.speed,
      (dt_us) => this.#tick(dt_us),
      (error) => this.#fail(error),
    );
    this.#running = {
      start,
      pack,
      desk,
      bus: createVirtualBus(pack.device, pack.journal),
      loop,
      cache: createDataCache(),
    };
    void shelf.open().catch((error) => this.#fail(error));
  }

  #stop(): void {
    if (this.#running !== undefined) this.#running.loop.running = false;
    this.#running = undefined;
  }

  /** Our own mistake: nothing that this device says is believed any more. */
  #fail(error: unknown): void {
    const device = this.#running === undefined ? undefined : lastWords(this.#running);
    this.#stop();
    if (device !== undefined) this.#around.post({ kind: "device", told: device });
    this.#around.post({ kind: "failed", message: messageOf(error) });
  }

  /** All that is kept in memory, as a log file. */
  #giveLog(id: number): void {
    const pack = this.#running?.pack;
    const reply: Reply<unknown> =
      pack === undefined ? refuse("unavailable", NOT_RUNNING) : { ok: true, answer: fileOfPack(pack) };
    this.#around.post({ kind: "reply", id, reply });
  }

  async #call(name: OperationName, input: unknown, done: Done): Promise<void> {
    await this.#began;
    try {
      if (ABOUT_SCENARIOS.includes(name)) await this.#around.shelf.open();
      const running = this.#running;
      if (running === undefined) done(refuse("unavailable", NOT_RUNNING));
      else if (isByDevice(name) && !isInput(name, input)) done(refuse("invalid", `"${name}" does not take this`));
      else if (isByDevice(name)) askDesk(running.desk, name, input as Input<typeof name>, ME, done);
      else if (name === "rollback") this.#rollBack(running, input as Input<"rollback">, done);
      else askMemory({ ...running, clock: this.#around.clock }, name, input, done);
    } catch (error) {
      done(refuse("failed", messageOf(error)));
      this.#fail(error);
    }
  }

  #rollBack({ pack, desk }: Running, input: Input<"rollback">, done: Done): void {
    const changes = changesOfRollback(pack, input);
    if (changes.ok) askDesk(desk, "applySettings", { ...keyOf(input), changes: changes.answer }, ME, done);
    else done(changes);
  }

  #tick(dt_us: number): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    this.#owed_us += dt_us;
    if (this.#owed_us < stepAt_us(running.loop.pace.speed)) return true;
    tickPack(running.pack, this.#owed_us);
    this.#owed_us = 0;
    if (this.#wish.bus) watchBus(running.desk.host.bus, running.pack.device.run.time_us);
    lookOn(running);
    stepBus(running.bus);
    const now_us = this.#around.clock.now_us();
    if (now_us - this.#told.image_us >= 1e6 / this.#wish.rate_Hz) this.#tellImage(running, now_us);
    if (now_us - this.#told.words_us >= Math.max(WORDS_us, 1e6 / this.#wish.rate_Hz)) this.#tellWords(running, now_us);
    return true;
  }

  #tellImage({ pack, desk }: Running, now_us: number): void {
    this.#told.image_us = now_us;
    const { time_us } = pack.device.run;
    const image = deskImage(desk).slice();
    const frame = { time_us: pack.base_us + time_us, uptime_us: time_us };
    this.#around.post({ kind: "image", image, frame }, [image.buffer]);
  }

  #tellFrames(ring: BusRing): void {
    const frames = framesAfter(ring, this.#told.frames);
    if (frames.length === 0) return;
    this.#told.frames = ring.last;
    this.#around.post({ kind: "bus", frames, last: ring.last });
  }

  /** What changed, in words. */
  #tellWords({ pack, desk }: Running, now_us: number): void {
    this.#told.words_us = now_us;
    this.#measureSpeed(pack, now_us);
    if (this.#wish.bus) this.#tellFrames(desk.host.bus);
    const { post } = this.#around;
    const device = tellDevice(desk.teller);
    if (isNews(this.#told, "device", device)) post({ kind: "device", told: device });
    const world = this.#wish.world ? tellWorld(desk.host) : undefined;
    if (world !== undefined && isNews(this.#told, "world", world)) post({ kind: "world", told: world });
    const events = pack.entries.filter(({ sequence }) => sequence > this.#told.sequence);
    this.#told.sequence = events.at(-1)?.sequence ?? this.#told.sequence;
    if (events.length > 0)
      post({ kind: "events", events: events.map((entry) => ({ ...entry, hasFrame: entry.code === "tripped" })) });
  }

  #measureSpeed({ device }: VirtualPack, now_us: number): void {
    const { run_us, now_us: then_us } = this.#before;
    if (now_us - then_us < 1e6) return;
    const { time_us } = device.run;
    this.#before = { run_us: time_us, now_us, reached: (time_us - run_us) / (now_us - then_us) };
  }

  #deskHost(pack: VirtualPack, start: VirtualStart): DeskHost {
    const { shelf } = this.#around;
    const pace = () => this.#running?.loop.pace;
    return {
      ...{ device: pack.device, journal: pack.journal, bus: createBusRing() },
      ...{ model: "BMS Mini 2.1", program: "bms-mini", setup: start.name, made: {} },
      base_us: () => pack.base_us,
      service: () => ({ firstUsed_ms: pack.base_us / 1000 }),
      hand: (asking, actor, answered) => {
        ask(pack.device, asking, answered, actor);
        return true;
      },
      speed: () => ({ wanted: pace()?.speed ?? start.speed, reached: this.#before.reached }),
      setSpeed: (speed) => setSpeed(pace()!, speed),
      scenarios: shelf.list,
      startScenario: (name) => {
        if (name !== BENCH && !shelf.list().some((scenario) => scenario.name === name)) return false;
        void this.take({ kind: "start", start: { ...start, scenario: name, speed: pace()?.speed ?? start.speed } });
        return true;
      },
    };
  }
}

/** At real speed every tick is as long as it took. */
const stepAt_us = (speed: number): number => (speed === 1 ? 0 : STEPS.find(([most]) => speed <= most)![1]);

const toldNothing = (): Told => ({
  image_us: NEVER_us,
  words_us: NEVER_us,
  device: "",
  world: "",
  sequence: 0,
  frames: 0,
});

/** A pack on the bench with the settings that are wished, or in the world of a scenario with that one's settings. */
async function makePack(start: VirtualStart, { shelf, wall_ms }: Surroundings): Promise<VirtualPack> {
  const common = { seed: start.seed, program: "bms-mini", began_ms: wall_ms() };
  if (start.scenario !== BENCH) {
    const scenario = await shelf.load(start.scenario);
    return createVirtualPack({ scenario, settings: scenario.settings, ...common });
  }
  const changed = changeSettings(createSettings(), start.changes);
  if (!changed.ok) throw new Error(changed.violations.map(({ setting, reason }) => `${setting} ${reason}`).join("; "));
  const { settings } = changed;
  return createVirtualPack({ scenario: plainScenario(benchWorld(settings), settings), settings, ...common });
}

/** Has the bus told while somebody watches it. */
function lookOn({ pack, desk, bus }: Running): void {
  const ring = desk.host.bus;
  const isWanted = isWatched(ring, pack.device.run.time_us);
  if (isWanted === (bus.looker !== undefined)) return;
  const teller = createFrameTeller();
  const settings = () => pack.device.bms.settings;
  bus.looker = isWanted
    ? {
        frame: (frame, isOwn, time_us) =>
          tellFrame(teller, { settings: settings(), node: bus.node }, ring, frame, isOwn, pack.base_us + time_us),
        exchange: (request, answer, actor, time_us) =>
          tellExchange(settings(), ring, { request, answer, actor }, pack.base_us + time_us),
      }
    : undefined;
}

/** Opens the contactors without the core, and says that they are. */
const keyOf = ({ settingsKey }: Input<"rollback">): { settingsKey?: string } =>
  settingsKey === undefined ? {} : { settingsKey };

function lastWords({ pack, desk }: Running): DeviceTold | undefined {
  try {
    forceOpen(pack.device);
    const told = tellDevice(desk.teller);
    const contactors = told.contactors.map((contactor) => ({ ...contactor, closed: false, phase: "open" }));
    return { ...told, mode: "stopped", isAwake: false, contactors };
  } catch {
    return undefined; // what is broken cannot even be told of
  }
}

/** Whether something is told otherwise than last time; remembers it. */
function isNews(told: Told, key: "device" | "world", value: unknown): boolean {
  const text = JSON.stringify(value);
  if (told[key] === text) return false;
  told[key] = text;
  return true;
}

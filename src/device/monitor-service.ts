// Serves the device's desk to monitors' servers: answers what they ask and tells what they want to be told, a bounded share of it
// in each tick. Loaded when the first server comes, in small steps (monitor-port.ts): a device without one does not pay for it.

import type { Socket } from "node:net";
import { messageOf } from "../base/error-text.ts";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { framesAfter, isWatched, watchBus } from "../monitor/bus-ring.ts";
import { askDesk, createDesk, type Desk, deskImage, isByDevice } from "../monitor/desk.ts";
import { isInput } from "../monitor/judge-input.ts";
import { OPERATIONS, type OperationName } from "../monitor/operations.ts";
import { type Reply, refuse } from "../monitor/problem.ts";
import { layoutKey, packImage } from "../monitor/stream.ts";
import { tellDevice } from "../monitor/tell-device.ts";
import { tellWorld } from "../monitor/tell-world.ts";
import type { EventTold } from "../monitor/told.ts";
import { type Buses, BusWatch } from "./bus-watch.ts";
import { type Asked, type ClientEvents, MonitorClient } from "./monitor-client.ts";
import { type FromDevice, textFrame } from "./monitor-frames.ts";
import { createHost, type MonitorOf } from "./monitor-host.ts";

/** What one stretch of the loop's time carries: a tick at real speed. */
const STRETCH_us = 10_000;
const ASKS = 4;
/** How often what is told in words is looked at. */
const DEVICE_us = 200_000;
const WORLD_us = 500_000;
const BUS_us = 100_000;
/** Frames of the buses in one message, and for how long somebody who asked for them looks on. */
const MOST_FRAMES = 300;
const BUS_ASKED_us = 10_000_000;
/** Events that wait to be told. */
const MOST_EVENTS = 500;

/** What all are told alike: the frame, by a number that rises when it changes. */
type Told = { text: string; frame: Buffer; number: number; due_us: number };
const nothingTold = (): Told => ({ text: "", frame: Buffer.alloc(0), number: -1, due_us: 0 });

export class MonitorService {
  readonly #clients = new Set<MonitorClient>();
  readonly #desk: Desk;
  readonly #of: MonitorOf;
  readonly #bus: BusWatch | undefined;
  readonly #told = { device: nothingTold(), world: nothingTold() };
  readonly #events: EventTold[] = [];
  #lastEvent = 0;
  #busAsked_us = Number.NEGATIVE_INFINITY;
  #stretch_us = 0;
  #asksLeft = ASKS;

  constructor(of: MonitorOf, buses: Buses | undefined) {
    this.#of = of;
    this.#bus = buses === undefined ? undefined : new BusWatch(buses);
    this.#desk = createDesk(createHost(of));
  }

  welcome(socket: Socket, events: Pick<ClientEvents, "said" | "guard" | "mistaken">): void {
    const { program, model } = this.#desk.host;
    const client = new MonitorClient(socket, {
      ...events,
      asked: (one) => this.#asked(one),
      left: (one) => this.#clients.delete(one),
    });
    client.has.event = this.#lastEvent;
    client.has.frame = this.#desk.host.bus.last;
    this.#clients.add(client);
    client.send({ kind: "hello", layout: layoutKey(), program, model });
  }

  /** Entries of the journal once they are written, or without their number where they cannot be. */
  enter(events: readonly (EventDraft | JournalEntry)[]): void {
    if (this.#clients.size === 0) return;
    this.#events.push(...events.map(eventTold));
    this.#lastEvent += events.length;
    if (this.#events.length > MOST_EVENTS) this.#events.splice(0, this.#events.length - MOST_EVENTS);
  }

  /** At once while there is room in this stretch of time, else in the next. */
  #asked(client: MonitorClient): void {
    while (this.#asksLeft > 0 && client.asked.length > 0) this.#answer(client);
  }

  /** After each tick, however many of them a batch has: cheap until it is time. */
  afterTick(now_us: number): void {
    if (now_us - this.#stretch_us < STRETCH_us && now_us >= this.#stretch_us) return;
    this.#stretch_us = now_us;
    this.#asksLeft = ASKS;
    this.#answerInTurn();
    this.#followBus(now_us);
    for (const client of this.#clients) if (client.isListening && client.hasRoom) this.#tell(client, now_us);
  }

  /** One of each, until there is no more time or nobody waits. */
  #answerInTurn(): void {
    let isMore = true;
    while (isMore && this.#asksLeft > 0) {
      isMore = false;
      for (const client of this.#clients) {
        if (client.asked.length === 0 || this.#asksLeft === 0) continue;
        this.#answer(client);
        isMore = true;
      }
    }
  }

  #answer(client: MonitorClient): void {
    const asked = client.asked.shift()!;
    this.#asksLeft--;
    const reply = (given: Reply<unknown>): void => client.send({ kind: "reply", id: asked.id, reply: given });
    try {
      this.#carryOut(asked, reply);
    } catch (error) {
      reply(refuse("failed", `internal error: ${messageOf(error)}`));
      client.mistaken(asked.name, error);
    }
  }

  #carryOut({ name, input, who }: Asked, reply: (given: Reply<unknown>) => void): void {
    if (!isOperation(name) || !isByDevice(name)) {
      reply(refuse("unknown", `the device does not know "${name}"`));
    } else if (!isInput(name, input)) {
      reply(refuse("invalid", `"${name}" does not take this`));
    } else {
      if (name === "bus") this.#busAsked_us = this.#of.now_us();
      askDesk(this.#desk, name, input as never, who, reply);
    }
  }

  /** One thing of each kind at most: a picture, or what has changed in words. */
  #tell(client: MonitorClient, now_us: number): void {
    if (now_us >= client.imageDue_us) this.#tellImage(client, now_us);
    else if (!this.#tellWords(client, now_us)) this.#tellNews(client, now_us);
  }

  #tellImage(client: MonitorClient, now_us: number): void {
    const period_us = 1e6 / client.watch.rate_Hz;
    const isLate = now_us - client.imageDue_us > period_us;
    client.imageDue_us = isLate ? now_us + period_us : client.imageDue_us + period_us;
    const { run } = this.#of.device;
    const time = { time_us: this.#of.base_us() + run.time_us, uptime_us: run.time_us };
    client.picture(packImage(client.sender, deskImage(this.#desk), time));
  }

  /** Device and world; false where there was nothing to tell. */
  #tellWords(client: MonitorClient, now_us: number): boolean {
    const { device, world } = this.#told;
    const { teller, host } = this.#desk;
    if (now_us >= device.due_us)
      renew(device, now_us + DEVICE_us, () => ({ kind: "device", device: tellDevice(teller) }));
    else if (client.watch.world && now_us >= world.due_us)
      renew(world, now_us + WORLD_us, () => ({ kind: "world", world: tellWorld(host) }));
    return this.#pass(client, "device") || (client.watch.world && this.#pass(client, "world"));
  }

  #pass(client: MonitorClient, what: "device" | "world"): boolean {
    const { number, frame } = this.#told[what];
    if (client.has[what] === number) return false;
    client.has[what] = number;
    client.write(frame);
    return true;
  }

  /** Events, and frames of the buses. */
  #tellNews(client: MonitorClient, now_us: number): void {
    const news = this.#lastEvent - client.has.event;
    if (news > 0) client.send({ kind: "events", events: this.#events.slice(-news) });
    client.has.event = this.#lastEvent;
    const { bus } = this.#desk.host;
    if (!client.watch.bus || bus.last === client.has.frame || now_us < client.busDue_us) return;
    const frames = framesAfter(bus, client.has.frame).slice(-MOST_FRAMES);
    client.has.frame = bus.last;
    client.busDue_us = now_us + BUS_us;
    client.send({ kind: "bus", frames, last: bus.last });
  }

  #followBus(now_us: number): void {
    const { bus, device } = this.#desk.host;
    const isWanted =
      now_us - this.#busAsked_us < BUS_ASKED_us ||
      [...this.#clients].some(({ watch, isListening }) => isListening && watch.bus);
    if (isWanted && !isWatched(bus, device.run.time_us)) watchBus(bus, device.run.time_us);
    this.#bus?.follow(isWanted, bus);
  }
}

const isOperation = (name: string): name is OperationName => Object.hasOwn(OPERATIONS, name);

function renew(told: Told, due_us: number, make: () => FromDevice): void {
  told.due_us = due_us;
  const text = JSON.stringify(make());
  if (text === told.text) return;
  Object.assign(told, { text, frame: textFrame(text), number: told.number + 1 });
}

function eventTold(event: EventDraft | JournalEntry): EventTold {
  const { wall_ms, clock, uptime_s, source, code, severity, subject, value, limit, actor, text } = event;
  return {
    sequence: "sequence" in event ? event.sequence : 0,
    ...{ wall_ms, clock, uptime_s, source, code, severity, subject },
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined ? {} : { limit }),
    ...{ actor, text },
  };
}

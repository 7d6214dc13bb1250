// The running device's door for monitors: a socket in its data folder, behind which the desk of monitor/ answers and tells. The
// server that connects is a process of its own (server/device-link.ts), for the same user. What the desk needs is loaded when the
// first server comes: a device without one does not pay for it.

import type { Socket } from "node:net";
import { messageOf } from "../base/error-text.ts";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { happening } from "../virtual/happenings.ts";
import { enter } from "../virtual/journal.ts";
import { BackOff } from "./back-off.ts";
import type { Buses } from "./bus-watch.ts";
import type { MonitorPlace } from "./monitor-frames.ts";
import type { MonitorOf } from "./monitor-host.ts";
import { createNotes, enterNote, type Notes } from "./monitor-notes.ts";
import type { MonitorService } from "./monitor-service.ts";
import { type Listening, listenAt, monitorSocket } from "./monitor-socket.ts";

/** Servers at a time: one, and another that takes its place. */
const MOST_SERVERS = 4;
/** Of our own, after which it is opened again. */
export const MOST_MISTAKES = 3;
/** Mistakes in single answers, and of the server, that are told. */
const MOST_NOTED = 50;

export class MonitorPort {
  /** Called with a line for a person. */
  onTold: (text: string) => void = () => {};
  /** Where the server says that it is to be found; called when that changes. */
  place: MonitorPlace | undefined;
  onPlace: (place: MonitorPlace) => void = () => {};
  readonly #of: MonitorOf;
  readonly #buses: Buses | undefined;
  readonly #path: string;
  readonly #backOff = new BackOff();
  readonly #notes: Notes = createNotes();
  readonly #sockets = new Set<Socket>();
  #listening: Promise<Listening> | undefined;
  #service: MonitorService | undefined;
  #loading: Promise<MonitorService> | undefined;
  #isClosed = false;
  #isFailing = false;
  /** After a mistake of ours, until it is opened again. */
  #isPausing = false;
  #mistakes = 0;
  readonly #noted = new Set<string>();

  constructor(of: MonitorOf, buses: Buses | undefined, folder: string) {
    this.#of = of;
    this.#buses = buses;
    this.#path = monitorSocket(folder);
  }

  /** Opens the socket, or goes on trying. */
  open(): void {
    this.#listening = listenAt(this.#path, (socket) => this.#guard(() => this.#welcome(socket)));
    this.#listening.then(
      () => this.#backOff.opened(performance.now()),
      (error: unknown) => this.#failed(messageOf(error)),
    );
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#backOff.stop();
    for (const socket of this.#sockets) socket.destroy();
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.close();
  }

  /** After each tick. */
  afterTick(): void {
    if (this.#service !== undefined) this.#guard(() => this.#service?.afterTick(this.#of.now_us()));
  }

  /** Events of the journal, once they are written. */
  enter(events: readonly (EventDraft | JournalEntry)[]): void {
    if (this.#service !== undefined) this.#guard(() => this.#service?.enter(events));
  }

  #failed(why: string): void {
    if (this.#isClosed) return;
    if (!this.#isFailing) this.#tell("busTrouble", `the monitor's socket cannot be opened: ${why}; trying again`);
    this.#isFailing = true;
    this.#backOff.again(performance.now(), () => this.open());
  }

  #welcome(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (this.#isClosed || this.#sockets.size >= MOST_SERVERS) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    this.#loading ??= this.#load();
    void this.#loading.then(
      (service) => this.#guard(() => this.#serve(service, socket)),
      (error: unknown) => this.#mistake(error),
    );
  }

  async #load(): Promise<MonitorService> {
    const { MonitorService } = await import("./monitor-service.ts");
    this.#service = new MonitorService(this.#of, this.#buses);
    return this.#service;
  }

  #serve(service: MonitorService, socket: Socket): void {
    if (socket.destroyed || this.#isClosed) return;
    service.welcome(socket, {
      said: (message) => {
        if (message.kind === "note") enterNote(this.#notes, this.#of, message.noted);
        else if (message.kind === "mistake") this.#noteMistake(message.text);
        else {
          this.place = { urls: message.urls, code: message.code };
          this.onPlace(this.place);
        }
      },
      mistaken: (where, error) => {
        this.#noteMistake(`internal error in ${where}: ${messageOf(error)}; protection goes on`);
      },
      guard: (act) => this.#guard(act),
    });
  }

  /** One that ends nothing. Each stands in the journal once, and so many at most: an asker may find it again and again. */
  #noteMistake(text: string): void {
    if (this.#noted.has(text) || this.#noted.size >= MOST_NOTED) return;
    this.#noted.add(text);
    this.#tell("failed", text);
  }

  /** A mistake of ours in here ends the monitor for a while and never the loop. */
  #guard(act: () => void): void {
    if (this.#isClosed || this.#isPausing) return;
    try {
      act();
    } catch (error) {
      this.#mistake(error);
    }
  }

  #mistake(error: unknown): void {
    if (this.#isClosed || this.#isPausing) return;
    this.#mistakes++;
    const isLast = this.#mistakes > MOST_MISTAKES;
    const then = isLast
      ? "it stops until the next start"
      : `it is opened again (${this.#mistakes} of ${MOST_MISTAKES})`;
    if (isLast) void this.close();
    else this.#pause();
    this.#service = undefined;
    this.#loading = undefined;
    this.#tell("failed", `internal error in the monitor's port: ${messageOf(error)}; ${then}, protection goes on`);
  }

  #pause(): void {
    this.#isPausing = true;
    for (const socket of this.#sockets) socket.destroy();
    const closed = Promise.resolve(this.#listening?.then((listening) => listening.close())).catch(() => undefined);
    this.#listening = undefined;
    this.#backOff.again(performance.now(), () => void closed.then(() => this.#goOn()));
  }

  #goOn(): void {
    if (this.#isClosed) return;
    this.#isPausing = false;
    this.open();
  }

  #tell(code: "busTrouble" | "failed", text: string): void {
    enter(this.#of.journal, this.#time_s, happening(code, text, { source: "http" }));
    this.onTold(text);
  }

  get #time_s(): number {
    return this.#of.device.run.time_us / 1e6;
  }
}

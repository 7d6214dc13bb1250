// The server's line to the running device: over its socket it asks and is told, and it comes back by itself when the device does.
// Reads that many want at once are asked once, and snapshots are made here from the numbers that come anyway, so that the device's
// loop has the same work for one reader as for a hundred.

import type { MonitorPlace, Noted } from "../device/monitor-frames.ts";
import type { Who } from "../monitor/desk-host.ts";
import type { OperationName } from "../monitor/operations.ts";
import { isAllowed, OPERATIONS } from "../monitor/operations.ts";
import { type Reply, refuse } from "../monitor/problem.ts";
import type { AnswerTo, Input } from "../monitor/schemas.ts";
import type { DeviceLink as Answerer, NamesBy } from "./answerers.ts";
import { DeviceLine } from "./device-line.ts";
import { DeviceNews, type Reader } from "./device-news.ts";

type Name = NamesBy<"device">;

/** Is the device there, and since when (wall time, microseconds since 1970). */
export type DeviceState = { readonly isUp: boolean; readonly since_us: number };

/** Reads without an input: what one is told, all may be told who ask at the same time. */
const SHARED: ReadonlySet<Name> = new Set<Name>(["device", "snapshot", "settings", "record", "world", "scenarios"]);
/** A read that was answered so lately is not asked again; a picture of the numbers is as good so long. */
const FRESH_ms = 20;
const PICTURE_ms = 60;
/** After a snapshot was asked for, numbers are watched for so long. */
const WATCHED_ms = 2000;
const MOST_RATE_Hz = 20;

type Shared = { readonly reply: Promise<Reply<unknown>>; readonly epoch: number; answered_ms: number };

export class SocketLink implements Answerer {
  readonly news: DeviceNews;
  readonly #line: DeviceLine;
  readonly #shared = new Map<Name, Shared>();
  /** Rises with each change that was asked for or answered: what was read before it is old. */
  #epoch = 0;
  #changed_ms = Number.NEGATIVE_INFINITY;
  #snapshotReader: Reader | undefined;
  #snapshotEnd: NodeJS.Timeout | undefined;

  /** @param folder the device's data folder */
  constructor(folder: string) {
    this.#line = new DeviceLine(folder);
    this.news = new DeviceNews(this.#line);
  }

  open(): void {
    this.#line.open();
  }

  close(): void {
    clearTimeout(this.#snapshotEnd);
    this.#line.close();
  }

  /** How long an answer of the device is waited for. */
  set answer_ms(most_ms: number) {
    this.#line.answer_ms = most_ms;
  }

  get state(): DeviceState {
    return this.#line.state;
  }

  readonly ask = <K extends Name>(name: K, input: Input<K>, who: Who): Promise<Reply<AnswerTo<K>>> =>
    this.#ask(name, input, who) as Promise<Reply<AnswerTo<K>>>;

  /** Tells the device's journal, when the device is up. */
  readonly tell = (noted: Noted): void => this.#line.note(noted);

  /** A mistake of ours, in a line for the device's journal; at once, or when the device is up again. */
  mistake(text: string): void {
    this.#line.mistake(text);
  }

  /** Where the monitor is to be found, for the device's terminal. */
  place(place: MonitorPlace): void {
    this.#line.place(place);
  }

  #ask(name: Name, input: unknown, who: Who): Promise<Reply<unknown>> {
    const { role } = OPERATIONS[name];
    if (!isAllowed(who.role, role)) return Promise.resolve(refuse("notAllowed", `needs the role ${role}`));
    if (name === "snapshot") return this.#snapshot(who);
    if (SHARED.has(name)) return this.#share(name, input, who);
    return isRead(name) ? this.#line.ask(name, input, who) : this.#change(name, input, who);
  }

  async #change(name: Name, input: unknown, who: Who): Promise<Reply<unknown>> {
    this.#epoch++;
    const reply = await this.#line.ask(name, input, who);
    this.#epoch++;
    this.#changed_ms = performance.now();
    return reply;
  }

  /** One question for all who ask while it is under way, or just after. */
  #share(name: Name, input: unknown, who: Who): Promise<Reply<unknown>> {
    const before = this.#shared.get(name);
    if (before?.epoch === this.#epoch && performance.now() - before.answered_ms < FRESH_ms) return before.reply;
    const reply = this.#line.ask(name, input, who);
    const shared: Shared = { reply, epoch: this.#epoch, answered_ms: Number.POSITIVE_INFINITY };
    this.#shared.set(name, shared);
    void reply.then(({ ok }) => {
      shared.answered_ms = ok ? performance.now() : Number.NEGATIVE_INFINITY;
    });
    return reply;
  }

  /** From the numbers that came last, where they are of now and of after the last change; else the device is asked. */
  #snapshot(who: Who): Promise<Reply<unknown>> {
    this.#watchNumbers();
    const { picture } = this.news;
    const isFresh = picture !== undefined && performance.now() - picture.came_ms < PICTURE_ms;
    if (!isFresh || picture.came_ms <= this.#changed_ms) return this.#share("snapshot", {}, who);
    return Promise.resolve({ ok: true, answer: picture.snapshot() });
  }

  #watchNumbers(): void {
    this.#snapshotReader ??= this.news.read({ rate_Hz: MOST_RATE_Hz, world: false, bus: false }, {});
    if (this.#snapshotEnd !== undefined) this.#snapshotEnd.refresh();
    else
      this.#snapshotEnd = setTimeout(() => {
        this.#snapshotReader?.end();
        this.#snapshotReader = undefined;
        this.#snapshotEnd = undefined;
      }, WATCHED_ms).unref();
  }
}

const isRead = (name: OperationName): boolean => OPERATIONS[name].method === "GET" || name === "checkSettings";

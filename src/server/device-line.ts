// The socket to the running device: opened again and again while the device is not there, its frames taken apart, questions paired
// with their answers. A question without an answer in time ends as a problem, whatever becomes of the device.

import { connect, type Socket } from "node:net";
import {
  createIntake,
  type FromDevice,
  type FromServer,
  jsonFrame,
  MOST_TO_DEVICE_bytes,
  MOST_TO_SERVER_bytes,
  type MonitorPlace,
  type Noted,
  parseMessage,
  takeBytes,
  type Watch,
} from "../device/monitor-frames.ts";
import { monitorSocket, type SocketAddress, socketAddress } from "../device/monitor-socket.ts";
import type { Who } from "../monitor/desk-host.ts";
import { type Reply, refuse } from "../monitor/problem.ts";
import { layoutKey } from "../monitor/stream.ts";
import type { DeviceState } from "./device-link.ts";

const ANSWER_ms = 10_000;
const FIRST_WAIT_ms = 100;
const LONGEST_WAIT_ms = 1000;
const MOST_PENDING = 512;
/** Mistakes that wait for the device, and letters of one. */
const MOST_MISTAKES = 8;
const MOST_TEXT = 300;
const MOST_UNSENT_bytes = 4 * 1024 * 1024;

export type LineEvents = {
  readonly told: (message: Exclude<FromDevice, { readonly kind: "reply" | "hello" }>) => void;
  readonly picture: (bytes: Uint8Array) => void;
  /** The device has come, or has gone. */
  readonly changed: (state: DeviceState) => void;
};

type Pending = { readonly done: (reply: Reply<unknown>) => void; readonly timer: NodeJS.Timeout };

const DOWN = "the device does not answer: it is starting again or has been stopped";

export class DeviceLine {
  /** How long an answer is waited for. */
  answer_ms = ANSWER_ms;
  state: DeviceState = { isUp: false, since_us: Date.now() * 1000 };
  events: LineEvents = { told: () => {}, picture: () => {}, changed: () => {} };
  readonly #path: string;
  readonly #pending = new Map<number, Pending>();
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait_ms = FIRST_WAIT_ms;
  #lastId = 0;
  #watch: Watch = { rate_Hz: 0, world: false, bus: false };
  #place: MonitorPlace | undefined;
  #why = DOWN;
  readonly #mistakes: string[] = [];
  #isClosed = false;

  constructor(folder: string) {
    this.#path = monitorSocket(folder);
  }

  open(): void {
    let address: SocketAddress | undefined;
    try {
      address = socketAddress(this.#path);
      this.#connect(address);
    } catch {
      address?.release();
      this.#openLater(); // its folder is not there yet
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  ask(name: string, input: unknown, who: Who): Promise<Reply<unknown>> {
    if (!this.state.isUp) return Promise.resolve(refuse("unavailable", this.#why));
    const socket = this.#socket!;
    if (this.#pending.size >= MOST_PENDING || socket.writableLength > MOST_UNSENT_bytes)
      return Promise.resolve(refuse("tooMany", "too many requests wait for the device: try again"));
    const id = ++this.#lastId;
    const frame = jsonFrame({ kind: "ask", id, name, input, who });
    if (frame.length > MOST_TO_DEVICE_bytes)
      return Promise.resolve(refuse("tooLarge", "the request is too large for the device"));
    return new Promise((done) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        done(refuse("unavailable", "the device did not answer in time: what came of it is not known"));
      }, this.answer_ms);
      this.#pending.set(id, { done, timer });
      socket.write(frame);
    });
  }

  watch(watch: Watch): void {
    this.#watch = watch;
    this.#send({ kind: "watch", ...watch });
  }

  note(noted: Noted): void {
    this.#send({ kind: "note", noted });
  }

  /** Waits for the device where it is down. */
  mistake(text: string): void {
    if (this.state.isUp) this.#send({ kind: "mistake", text: text.slice(0, MOST_TEXT) });
    else if (this.#mistakes.length < MOST_MISTAKES) this.#mistakes.push(text);
  }

  /** Told again to each device that comes. */
  place(place: MonitorPlace): void {
    this.#place = place;
    this.#send({ kind: "place", ...place });
  }

  #send(message: FromServer): void {
    if (this.state.isUp) this.#socket?.write(jsonFrame(message));
  }

  #connect({ address, release }: SocketAddress): void {
    const socket = connect(address);
    const intake = createIntake(MOST_TO_SERVER_bytes);
    this.#socket = socket;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      for (const taken of takeBytes(intake, chunk) ?? [undefined]) {
        if (taken?.kind === "image") this.events.picture(taken.bytes);
        else if (taken === undefined || !this.#hear(parseMessage(taken.text))) socket.destroy();
      }
    });
    socket.on("close", () => {
      release();
      this.#lost();
    });
  }

  /** False: that was no device of ours. */
  #hear(message: { readonly kind: string } | undefined): boolean {
    if (message === undefined) return false;
    const told = message as FromDevice;
    if (told.kind === "hello") return this.#greet(told);
    if (told.kind === "reply") this.#settle(told.id, told.reply);
    else this.events.told(told);
    return true;
  }

  #greet({ layout, program }: Extract<FromDevice, { readonly kind: "hello" }>): boolean {
    if (layout !== layoutKey()) {
      this.#why = `the device runs another program (${program}) than its monitor: start both anew`;
      return false;
    }
    this.#why = DOWN;
    this.#wait_ms = FIRST_WAIT_ms;
    this.#change(true);
    if (this.#place !== undefined) this.place(this.#place);
    this.watch(this.#watch);
    for (const text of this.#mistakes.splice(0)) this.mistake(text);
    return true;
  }

  #settle(id: number, reply: Reply<unknown>): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return; // too late
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.done(reply);
  }

  #lost(): void {
    for (const id of [...this.#pending.keys()])
      this.#settle(id, refuse("unavailable", "the device went away while it was asked: what came of it is not known"));
    if (this.state.isUp) this.#change(false);
    this.#socket = undefined;
    this.#openLater();
  }

  #openLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.open(), this.#wait_ms).unref();
    this.#wait_ms = Math.min(LONGEST_WAIT_ms, 2 * this.#wait_ms);
  }

  #change(isUp: boolean): void {
    this.state = { isUp, since_us: Date.now() * 1000 };
    this.events.changed(this.state);
  }
}

// One monitor's server at the device's socket: what it wants to be told, what it has been sent, and what it asks. The work of a
// tick is bounded, and so is what waits: a server that does not read gets fewer pictures, and one that goes on not reading is
// closed; one that asks too much at once is told to try again.

import type { Socket } from "node:net";
import { createImageSender, type ImageSender } from "../monitor/stream.ts";
import {
  createIntake,
  type FromDevice,
  type FromServer,
  type Intake,
  imageFrame,
  jsonFrame,
  MOST_RATE_Hz,
  MOST_TO_DEVICE_bytes,
  parseMessage,
  takeBytes,
  type Watch,
} from "./monitor-frames.ts";

/** Bytes that wait for a server that does not read: beyond them nothing new is told, and beyond the second it is closed. */
const UNREAD_bytes = 256 * 1024;
const MOST_UNREAD_bytes = 8 * 1024 * 1024;
/** Messages that wait for their turn. */
const MOST_WAITING = 256;
/** Letters of one. */
const MOST_MISTAKE = 400;

export type Asked = Extract<FromServer, { readonly kind: "ask" }>;
export type ClientEvents = {
  /** Something waits in `asked`. */
  readonly asked: (client: MonitorClient) => void;
  readonly said: (message: Exclude<FromServer, Asked | { readonly kind: "watch" }>) => void;
  readonly left: (client: MonitorClient) => void;
  /** An answer in which a mistake of ours was in the way. @param where in words */
  readonly mistaken: (where: string, error: unknown) => void;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
};

const NOTHING: Watch = { rate_Hz: 0, world: false, bus: false };

export class MonitorClient {
  watch: Watch = NOTHING;
  readonly asked: Asked[] = [];
  readonly sender: ImageSender = createImageSender();
  /** When the next picture is due, steady time. */
  imageDue_us = 0;
  busDue_us = 0;
  /** What of the told it has, by their numbers. */
  readonly has = { device: -1, world: -1, frame: 0, event: 0 };
  readonly #socket: Socket;
  readonly #events: ClientEvents;
  readonly #intake: Intake = createIntake(MOST_TO_DEVICE_bytes);

  constructor(socket: Socket, events: ClientEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (chunk: Buffer) => events.guard(() => this.#take(chunk)));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => events.left(this));
  }

  get isListening(): boolean {
    return this.watch.rate_Hz > 0 && !this.#socket.destroyed;
  }

  /** It has read most of what it was sent. */
  get hasRoom(): boolean {
    return this.#socket.writableLength < UNREAD_bytes;
  }

  send(message: FromDevice): void {
    this.write(jsonFrame(message));
  }

  picture(bytes: Uint8Array): void {
    this.write(imageFrame(bytes));
  }

  write(frame: Buffer): void {
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength > MOST_UNREAD_bytes) this.close();
    else this.#socket.write(frame);
  }

  mistaken(what: string, error: unknown): void {
    this.#events.mistaken(`the answer to ${what}`, error);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const taken = takeBytes(this.#intake, chunk);
    if (taken === undefined) {
      this.close();
      return;
    }
    for (const each of taken) {
      const message = each.kind === "json" ? parseMessage(each.text) : undefined;
      if (message === undefined || !this.#hear(message)) this.close();
    }
    if (this.asked.length > 0) this.#events.asked(this);
  }

  /** False where it is no message of a server. */
  #hear(message: { readonly kind: string }): boolean {
    if (isAsk(message)) this.#ask(message);
    else if (isWatch(message)) this.#follow(message);
    else if (message.kind === "note" || message.kind === "place" || isMistake(message))
      this.#events.said(message as Parameters<ClientEvents["said"]>[0]);
    else return false;
    return true;
  }

  #ask(asked: Asked): void {
    if (this.asked.length < MOST_WAITING) this.asked.push(asked);
    else
      this.send({
        kind: "reply",
        id: asked.id,
        reply: { ok: false, problem: { kind: "tooMany", detail: "too many requests wait already: try again" } },
      });
  }

  /** Whoever begins to look gets everything anew. */
  #follow({ rate_Hz, world, bus }: Watch): void {
    if (this.watch.rate_Hz === 0) {
      this.sender.isFresh = true;
      Object.assign(this.has, { device: -1, world: -1 });
      this.imageDue_us = 0;
    }
    if (!this.watch.world) this.has.world = -1;
    this.watch = { rate_Hz: Math.min(MOST_RATE_Hz, rate_Hz), world, bus };
  }
}

type Message = Readonly<Record<string, unknown>>;

function isAsk(message: { readonly kind: string }): message is Asked {
  const { kind, id, name, who } = message as Message;
  if (kind !== "ask" || typeof id !== "number" || typeof name !== "string") return false;
  const { actor, role } = (typeof who === "object" && who !== null ? who : {}) as Message;
  return typeof actor === "string" && actor.length <= 200 && (role === undefined || typeof role === "string");
}

function isMistake(message: { readonly kind: string }): boolean {
  const { kind, text } = message as Message;
  return kind === "mistake" && typeof text === "string" && text.length <= MOST_MISTAKE;
}

function isWatch(message: { readonly kind: string }): message is { readonly kind: "watch" } & Watch {
  const { kind, rate_Hz, world, bus } = message as Message;
  const isRate = typeof rate_Hz === "number" && rate_Hz >= 0;
  return kind === "watch" && isRate && typeof world === "boolean" && typeof bus === "boolean";
}

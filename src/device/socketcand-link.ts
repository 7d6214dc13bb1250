// A CAN bus that a server shares over TCP by the socketcand protocol: another machine's adapter, or another device of ours.

import { connect, type Socket } from "node:net";
import type { CanFrame } from "../base/can-frame.ts";
import { sendElement } from "../can/socketcand.ts";
import { type ClientStep, createClient, takeClientChunk } from "../can/socketcand-client.ts";
import { portTrouble } from "./byte-link.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";
import { nameOfTarget, type SocketcandPlace } from "./can-target.ts";

/** How long the server may take to open the bus. */
const PATIENCE_ms = 5000;
/** Bytes that may wait for a server that does not read. */
const UNREAD = 16_384;
const KEEP_ALIVE_ms = 10_000;

/** Throws what the system or the server says when the bus cannot be opened. */
export async function openSocketcand(place: SocketcandPlace, events: CanLinkEvents): Promise<CanLink> {
  const { host, port, channel } = place;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_ms });
  const link = new SocketcandSession(socket, place, events);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server does not open ${channel}`)), PATIENCE_ms);
    link.settle = (error) => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return link;
}

class SocketcandSession implements CanLink {
  readonly place: string;
  /** Called once, when the bus is open or cannot be opened. */
  settle: ((error?: Error) => void) | undefined;
  readonly #socket: Socket;
  readonly #events: CanLinkEvents;
  readonly #client;
  /** Frames that were not taken yet: the socket is not read meanwhile. */
  #waiting: CanFrame[] = [];
  #out = "";
  #isClosed = false;

  constructor(socket: Socket, place: SocketcandPlace, events: CanLinkEvents) {
    this.place = nameOfTarget({ kind: "socketcand", ...place });
    this.#socket = socket;
    this.#events = events;
    this.#client = createClient(place.channel);
    socket.on("data", (chunk: Buffer) => this.#take(takeClientChunk(this.#client, chunk)));
    socket.on("drain", () => events.ready());
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(Object.assign(new Error("the server has closed"), { code: "ENODEV" })));
  }

  hasRoom(): boolean {
    return this.#socket.writableLength + this.#out.length < UNREAD;
  }

  send(frame: CanFrame): boolean {
    if (!this.hasRoom()) return false;
    if (frame.remote) this.#events.lost();
    else this.#write(sendElement(frame));
    return true;
  }

  /** Frames of one turn go out together. */
  #write(text: string): void {
    if (this.#out === "") queueMicrotask(() => this.#flush());
    this.#out += text;
  }

  #flush(): void {
    if (!this.#isClosed) this.#socket.write(this.#out, "latin1");
    this.#out = "";
  }

  #take(step: ClientStep): void {
    if (step.send !== "") this.#write(step.send);
    for (let i = 0; i < step.lost; i++) this.#events.lost();
    if (step.hasOpened) this.#settled();
    if (step.refused !== undefined) this.#fail(new Error(`the server says: ${step.refused}`));
    this.#waiting.push(...step.frames);
    this.resume();
  }

  resume(): void {
    let taken = 0;
    while (taken < this.#waiting.length && this.#events.received(this.#waiting[taken]!)) taken++;
    this.#waiting.splice(0, taken);
    if (this.#waiting.length > 0) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #settled(error?: Error): void {
    const { settle } = this;
    this.settle = undefined;
    settle?.(error);
  }

  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    if (this.settle === undefined) this.#events.failed(portTrouble(error));
    else this.#settled(error);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#socket.destroySoon();
  }
}

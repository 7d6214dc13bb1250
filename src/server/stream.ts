// The stream of a page: a WebSocket on which the server tells what changes on the device, as fast as the reader wants and can. The
// first picture is whole, then come the numbers that changed since the last one that was sent: a reader that is slow skips
// pictures and never sees an old one. For other people's programs the numbers come by name, as JSON (`?format=json`).

import fastifyWebsocket from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { versionOf } from "../device/version.ts";
import { createImageSender, layoutKey, packImage } from "../monitor/stream.ts";
import type { DeviceNews, Picture, Reader } from "./device-news.ts";
import { admit, type Door, visitorOf } from "./door.ts";
import { BASE } from "./openapi.ts";
import { sendProblem } from "./problems.ts";
import { createSignalSender, packSignals } from "./stream-signals.ts";

/** What a reader says it wants. */
type Wanted = { readonly rate_Hz: number; readonly world: boolean; readonly bus: boolean };

const PRESET: Wanted = { rate_Hz: 10, world: false, bus: false };
const LEAST_RATE_Hz = 1;
const MOST_RATE_Hz = 20;
const MOST_MESSAGE_bytes = 1024;
const MOST_READERS = 200;
/** Bytes that wait for a reader: beyond them it skips pictures, and beyond the second it is closed. */
const UNREAD_bytes = 64 * 1024;
const MOST_UNREAD_bytes = 8 * 1024 * 1024;
/** How often it is asked whether it is there, and whether who opened it may still read. */
const PING_ms = 15_000;
const LOOK_ms = 2_000;
/** Pictures come a little early or late. */
const EARLY_ms = 10;
/** Codes of closing: of RFC 6455, and one of our own as HTTP has it. */
const CLOSE = { unreadable: 1007, full: 1013, loggedOut: 4401 } as const;

/** Adds the stream to the application. */
export async function addStream(app: FastifyInstance, door: Door, news: DeviceNews): Promise<void> {
  const readers = new Set<StreamReader>();
  await app.register(fastifyWebsocket, { options: { maxPayload: MOST_MESSAGE_bytes, perMessageDeflate: false } });
  app.route<{ Querystring: { format?: string } }>({
    method: "GET",
    url: `${BASE}/stream`,
    preValidation: async (request, reply) => {
      await admit(door, "stream", { method: "GET", role: "viewer" }, request, reply);
    },
    handler: (_, reply) => sendProblem(reply, { kind: "invalid", detail: "this is asked as a WebSocket" }),
    wsHandler: (socket, request) => {
      if (readers.size >= MOST_READERS) {
        socket.close(CLOSE.full, "too many readers");
        return;
      }
      const reader = new StreamReader(socket, news, request.query.format === "json", () => mayRead(door, request));
      readers.add(reader);
      socket.once("close", () => readers.delete(reader));
    },
  });
}

const mayRead = (door: Door, request: FastifyRequest): boolean => visitorOf(door, request).role !== undefined;

class StreamReader {
  readonly #socket: WebSocket;
  readonly #news: DeviceNews;
  readonly #pack: (picture: Picture) => string | Uint8Array;
  readonly #reader: Reader;
  #wanted = PRESET;
  #due_ms = 0;
  #isThere = true;

  constructor(socket: WebSocket, news: DeviceNews, isJson: boolean, mayRead: () => boolean) {
    this.#socket = socket;
    this.#news = news;
    this.#pack = isJson ? byName() : byPlace();
    const timers = [
      setInterval(() => this.#ping(), PING_ms),
      setInterval(() => mayRead() || this.#socket.close(CLOSE.loggedOut, "the session has ended"), LOOK_ms),
    ];
    socket.on("pong", () => {
      this.#isThere = true;
    });
    socket.on("message", (data, isBinary) => this.#hear(isBinary ? "" : String(data)));
    socket.on("error", () => socket.terminate());
    socket.once("close", () => {
      timers.forEach(clearInterval);
      this.#reader.end();
    });
    this.#send({ kind: "hello", layout: layoutKey(), version: versionOf() });
    if (!news.state.isUp) this.#send({ kind: "down", since_us: news.state.since_us });
    this.#reader = news.read(PRESET, {
      picture: (picture) => this.#show(picture),
      device: (device) => this.#send({ kind: "device", ...device }),
      world: (world) => this.#send({ kind: "world", ...world }),
      events: (events) => this.#send({ kind: "events", events }),
      bus: (frames, last) => this.#send({ kind: "bus", frames, last }),
      state: ({ isUp, since_us }) => this.#send({ kind: isUp ? "up" : "down", since_us }),
    });
    if (news.device !== undefined) this.#send({ kind: "device", ...news.device });
    if (news.picture !== undefined) this.#show(news.picture);
  }

  #ping(): void {
    if (!this.#isThere) this.#socket.terminate();
    this.#isThere = false;
    this.#socket.ping();
  }

  #hear(text: string): void {
    const wanted = wantedIn(text);
    if (wanted === undefined) {
      this.#socket.close(CLOSE.unreadable, 'say {"rate_Hz": 1 to 20, "world": false, "bus": false}');
      return;
    }
    const hadWorld = this.#wanted.world;
    this.#wanted = wanted;
    this.#reader.want(wanted);
    if (wanted.world && !hadWorld && this.#news.world !== undefined) this.#send({ kind: "world", ...this.#news.world });
  }

  /** No faster than wanted on the average, and not while the reader has not read what it was sent. */
  #show(picture: Picture): void {
    const now_ms = performance.now();
    if (now_ms < this.#due_ms - EARLY_ms || this.#socket.bufferedAmount > UNREAD_bytes) return;
    const period_ms = 1000 / this.#wanted.rate_Hz;
    this.#due_ms = now_ms > this.#due_ms + period_ms ? now_ms + period_ms : this.#due_ms + period_ms;
    this.#socket.send(this.#pack(picture));
  }

  #send(message: object): void {
    if (this.#socket.bufferedAmount > MOST_UNREAD_bytes) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }
}

function byPlace(): (picture: Picture) => Uint8Array {
  const sender = createImageSender();
  return ({ image, frame }) => packImage(sender, image, frame);
}

function byName(): (picture: Picture) => string {
  const sender = createSignalSender();
  return (picture) => JSON.stringify(packSignals(sender, picture.snapshot()));
}

/** What a reader's message wants; undefined where it is none. What it leaves out is as it is at first. */
function wantedIn(text: string): Wanted | undefined {
  const said = parsed(text);
  if (said === undefined) return undefined;
  const { rate_Hz, world, bus, ...more } = { ...PRESET, ...said };
  const isRate = typeof rate_Hz === "number" && rate_Hz >= LEAST_RATE_Hz && rate_Hz <= MOST_RATE_Hz;
  const isGood = isRate && typeof world === "boolean" && typeof bus === "boolean" && Object.keys(more).length === 0;
  return isGood ? { rate_Hz, world, bus } : undefined;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

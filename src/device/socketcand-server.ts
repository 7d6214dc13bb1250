// Serves the bus to programs over TCP by the socketcand protocol, which python-can and others speak. Each client is on the bus
// like a node of its own: it hears all others, and they hear it. Clients, what they send in one go and what waits for them are
// bounded; one that reads nothing loses frames and is closed in the end, as a program that does not keep up loses them on a wire.

import type { Socket } from "node:net";
import type { CanFrame } from "../base/can-frame.ts";
import {
  createSession,
  elementOfBus,
  GREETING,
  type SocketcandSession,
  serveSocketcand,
  takeSocketcandChunk,
} from "../can/socketcand-server.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import { makeRoom, type Placed } from "./client-places.ts";
import { readInPlace } from "./in-place-socket.ts";
import type { PortEvents } from "./port-board.ts";
import { type ListenAt, TcpListener } from "./tcp-listener.ts";
import { Turns } from "./turns.ts";

const MOST_CLIENTS = 32;
/** Elements of one client that are served before others have their share. */
const SHARE = 16;
/** So many bytes cost as much to read as one element costs to serve: what means nothing is not free. */
const READ_B = 1024;
/** Bytes that wait for a client that does not read; what comes beyond them is lost to it. */
const UNREAD = 65_536;
/** A client that reads nothing for so long is closed. */
const UNREAD_ms = 10_000;

type Client = Placed & {
  readonly session: SocketcandSession;
  readonly place: CanPlace;
  /** Text of this turn. */
  out: string;
  /** Bytes read since it was served last. */
  read_B: number;
  timer: NodeJS.Timeout | undefined;
};

export class SocketcandServer {
  /** Frames that clients did not get. */
  lost = 0;
  readonly at: ListenAt;
  readonly bus: string;
  readonly #hub: CanHub;
  readonly #events: PortEvents;
  readonly #listener: TcpListener;
  readonly #clients = new Set<Client>();
  readonly #turns: Turns<Client>;

  /** @param bus by which name clients open it */
  constructor(hub: CanHub, bus: string, at: ListenAt, events: PortEvents) {
    this.at = at;
    this.bus = bus;
    this.#hub = hub;
    this.#events = events;
    this.#listener = new TcpListener(`CAN bus ${bus} (socketcand)`, at, events, (socket) => this.#welcome(socket));
    this.#turns = new Turns(SHARE, (client) => this.#serveGuarded(client));
  }

  get clients(): number {
    return this.#clients.size;
  }

  get port(): number {
    return this.#listener.port;
  }

  open(): void {
    this.#listener.open();
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy();
    await this.#listener.close();
  }

  #welcome(accepted: Socket): void {
    makeRoom(this.#clients, MOST_CLIENTS);
    const socket = readInPlace(accepted, (chunk) => this.#events.guard(() => this.#take(client, chunk)));
    const place = this.#hub.attach({
      receive: (frame, time_us) => this.#tell(client, frame, time_us),
      ready: () => this.#turns.want(client),
    });
    const client: Client = {
      ...{ socket, place, session: createSession() },
      ...{ out: "", read_B: 0, timer: undefined, heard_us: steady_us() },
    };
    this.#clients.add(client);
    socket.on("drain", () => this.#hasRead(client));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#events.guard(() => this.#leave(client)));
    this.#write(client, GREETING);
  }

  #leave(client: Client): void {
    clearTimeout(client.timer);
    this.#turns.forget(client);
    client.place.detach();
    this.#clients.delete(client);
  }

  #take(client: Client, chunk: Uint8Array): void {
    client.heard_us = steady_us();
    client.read_B += chunk.length;
    takeSocketcandChunk(client.session, chunk);
    this.#turns.want(client);
    if (client.read_B > 0) client.socket.pause();
  }

  #serveGuarded(client: Client): number {
    let served = 0;
    this.#events.guard(() => {
      served = this.#serve(client);
    });
    return served;
  }

  /** One share; what waits longer is not added to: the socket is read again when all of it has been served. */
  #serve(client: Client): number {
    const { socket, session, place } = client;
    if (socket.destroyed) return 0;
    const bus = { name: this.bus, send: place.send };
    const { answers, served, isBlocked } = serveSocketcand(session, bus, SHARE);
    const cost = Math.max(served, Math.ceil(client.read_B / READ_B));
    client.read_B = 0;
    if (answers !== "") this.#write(client, answers);
    if (session.isBroken) {
      this.#flush(client);
      socket.destroySoon();
      return 0;
    }
    if (session.waiting.length > 0) socket.pause();
    else if (socket.isPaused()) socket.resume();
    return session.waiting.length > 0 && !isBlocked ? Math.max(SHARE, cost) : cost;
  }

  #tell(client: Client, frame: CanFrame, time_us: number): void {
    const element = elementOfBus(client.session, frame, WALL_us + time_us);
    if (element === "") return;
    if (client.socket.writableLength + client.out.length < UNREAD) this.#write(client, element);
    else this.#lose(client);
  }

  #lose(client: Client): void {
    this.lost++;
    client.timer ??= setTimeout(() => client.socket.destroy(), UNREAD_ms).unref();
  }

  #hasRead(client: Client): void {
    clearTimeout(client.timer);
    client.timer = undefined;
  }

  /** What is told in one turn goes out together. */
  #write(client: Client, text: string): void {
    if (client.out === "") queueMicrotask(() => this.#events.guard(() => this.#flush(client)));
    client.out += text;
  }

  #flush(client: Client): void {
    const { out, socket } = client;
    client.out = "";
    if (out !== "" && !socket.destroyed) socket.write(out, "latin1");
  }
}

/** The hub's steady time counts from here, us since 1970. */
const WALL_us = Math.round(performance.timeOrigin * 1000);

const steady_us = (): number => performance.now() * 1000;

// Modbus over TCP: listens where the settings say, serves a bounded number of clients and of requests in one go, so that no
// client and no flood keeps the loop waiting. A port that cannot be opened is told and tried again.

import type { Socket } from "node:net";
import {
  type ConnectionStep,
  createTcpConnection,
  type Framing,
  forget,
  isFull,
  patienceEnd_us,
  serveConnection,
  type TcpConnection,
  takeChunk,
  takeConnectionOutcome,
} from "../modbus/tcp-connection.ts";
import type { Asked, Outcome } from "../model/asking.ts";
import { makeRoom, type Placed } from "./client-places.ts";
import { readInPlace } from "./in-place-socket.ts";
import type { ModbusDesk } from "./modbus-desk.ts";
import type { PortEvents } from "./port-board.ts";
import { type ListenAt, TcpListener } from "./tcp-listener.ts";
import { Turns } from "./turns.ts";

export type Listening = ListenAt & { readonly framing: Framing; readonly unit: number };

const TITLES = { tcp: "Modbus TCP", rtu: "Modbus RTU over TCP" } as const;
const MOST_CLIENTS = 32;
/** Requests of one client that are served before others have their share. */
const SHARE = 16;
/** Answers that wait for a client that does not read; more, and its requests wait too. */
const UNREAD = 65_536;
/** A client that reads nothing for so long is closed. */
const UNREAD_ms = 10_000;

type Client = Placed & {
  readonly connection: TcpConnection;
  timer: NodeJS.Timeout | undefined;
};

export class ModbusTcp {
  readonly #desk: ModbusDesk;
  readonly #events: PortEvents;
  readonly #now_us: () => number;
  readonly #listener: TcpListener;
  readonly #clients = new Set<Client>();
  readonly #turns: Turns<Client>;
  listening: Listening;

  constructor(desk: ModbusDesk, listening: Listening, now_us: () => number, events: PortEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#now_us = now_us;
    this.listening = listening;
    this.#listener = new TcpListener(TITLES[listening.framing], listening, events, (socket) => this.#welcome(socket));
    this.#turns = new Turns(SHARE, (client) => this.#serveGuarded(client));
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** The port that was opened; 0 while there is none. */
  get port(): number {
    return this.#listener.port;
  }

  open(): void {
    this.#listener.open();
  }

  /** A new address of this server holds for clients that are connected, too. */
  setUnit(unit: number): void {
    for (const { connection } of this.#clients) connection.unit = unit;
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy();
    await this.#listener.close();
  }

  #welcome(accepted: Socket): void {
    makeRoom(this.#clients, MOST_CLIENTS);
    const { framing, unit } = this.listening;
    const host = accepted.remoteAddress ?? "";
    const connection = createTcpConnection(framing, unit, hostName(host), isLoopback(host));
    const socket = readInPlace(accepted, (chunk) => this.#events.guard(() => this.#take(client, chunk)));
    const client: Client = { socket, connection, timer: undefined, heard_us: this.#now_us() };
    this.#clients.add(client);
    socket.on("drain", () => this.#turns.want(client));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#leave(client));
  }

  #leave(client: Client): void {
    clearTimeout(client.timer);
    this.#turns.forget(client);
    forget(client.connection);
    this.#clients.delete(client);
  }

  #take(client: Client, chunk: Uint8Array): void {
    if (!this.#desk.isAwake) {
      client.socket.destroy(); // nobody is there; half a frame must not wait for the waking
      return;
    }
    client.heard_us = this.#now_us();
    takeChunk(client.connection, chunk, client.heard_us);
    if (isFull(client.connection)) client.socket.pause(); // it is read on when this has been served
    this.#turns.want(client);
  }

  #serveGuarded(client: Client): number {
    let served = 0;
    this.#events.guard(() => {
      served = this.#serve(client);
    });
    return served;
  }

  /** One share: how many requests were served, a whole share while there are more. */
  #serve(client: Client): number {
    const { socket, connection } = client;
    if (socket.destroyed || !this.#desk.isAwake) return 0;
    if (client.timer !== undefined) this.#stopWatching(client);
    if (socket.writableLength > UNREAD) return this.#waitForReader(client);
    return this.#carryOut(client, serveConnection(connection, this.#desk.context, SHARE, this.#now_us()));
  }

  #carryOut(client: Client, { send, asked, isBroken, hasMore }: ConnectionStep): number {
    const { socket } = client;
    this.#send(socket, send);
    if (isBroken) {
      socket.destroySoon();
      return 0;
    }
    if (asked !== undefined) this.#hand(client, asked);
    const mustWait = client.connection.waiting !== undefined;
    if (mustWait || hasMore) socket.pause();
    else if (socket.isPaused()) socket.resume();
    if (!hasMore) this.#watch(client);
    return hasMore ? SHARE : send.length;
  }

  #send(socket: Socket, frames: readonly Uint8Array[]): void {
    if (frames.length === 1) socket.write(pooled(frames[0]!));
    else if (frames.length > 1) socket.write(Buffer.concat(frames));
  }

  /** A frame that does not get whole closes the connection. */
  #watch(client: Client): void {
    const end_us = patienceEnd_us(client.connection);
    if (end_us === undefined || client.connection.waiting !== undefined) return;
    const wait_ms = Math.max(1, Math.ceil((end_us - this.#now_us()) / 1000));
    client.timer = setTimeout(() => this.#turns.want(client), wait_ms).unref();
  }

  #stopWatching(client: Client): void {
    clearTimeout(client.timer);
    client.timer = undefined;
  }

  #waitForReader({ socket }: Client): number {
    socket.pause();
    const timer = setTimeout(() => socket.destroy(), UNREAD_ms).unref();
    socket.once("drain", () => clearTimeout(timer));
    return 0;
  }

  #hand(client: Client, asked: Asked): void {
    this.#desk.hand(asked, client.connection.session.actor, (outcome) => this.#goOn(client, outcome));
  }

  /** The answer that a client was waiting for, and what it has asked meanwhile. */
  #goOn(client: Client, outcome: Outcome): void {
    this.#events.guard(() => {
      if (client.socket.destroyed) return;
      this.#send(client.socket, takeConnectionOutcome(client.connection, this.#desk.context, outcome, this.#now_us()));
      this.#turns.want(client);
    });
  }
}

const isLoopback = (host: string): boolean => /^(::ffff:)?127\.|^::1$/.test(host);
const hostName = (host: string): string => host.replace(/^::ffff:/, "");

/** A stream takes a plain array of bytes only with a memory of its own behind it, which costs more than this copy. */
function pooled(frame: Uint8Array): Buffer {
  const buffer = Buffer.allocUnsafe(frame.length);
  buffer.set(frame);
  return buffer;
}

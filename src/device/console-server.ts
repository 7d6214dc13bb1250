// The console over TCP: the same as at the USB port, for each client one with a login of its own. There is no encryption, so it listens
// on this machine alone unless the owner says otherwise.

import type { Socket } from "node:net";
import type { ConsoleEvent } from "../console/answers.ts";
import type { ConsoleDesk, ConsolePeer } from "./console-desk.ts";
import { ConsolePort } from "./console-port.ts";
import type { PortEvents } from "./port-board.ts";
import { type ListenAt, TcpListener } from "./tcp-listener.ts";

const MOST_CLIENTS = 8;
/** Bytes that wait for a client that does not read; it is closed when there are more. */
const UNREAD = 0x4_0000;

export class ConsoleServer {
  readonly at: ListenAt;
  readonly #desk: (peer: ConsolePeer) => ConsoleDesk;
  readonly #events: PortEvents;
  readonly #now_us: () => number;
  readonly #listener: TcpListener;
  readonly #clients = new Map<Socket, ConsolePort>();

  constructor(desk: (peer: ConsolePeer) => ConsoleDesk, at: ListenAt, now_us: () => number, events: PortEvents) {
    this.at = at;
    this.#desk = desk;
    this.#events = events;
    this.#now_us = now_us;
    this.#listener = new TcpListener("console", at, events, (socket) => this.#welcome(socket));
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

  tell(event: ConsoleEvent): void {
    for (const port of this.#clients.values()) port.tell(event);
  }

  async close(): Promise<void> {
    for (const socket of this.#clients.keys()) socket.destroy();
    await this.#listener.close();
  }

  #welcome(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (this.#clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    const host = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    const isLocal = host === "::1" || host.startsWith("127.");
    const port = new ConsolePort(this.#desk({ actor: `console ${host}`, isLocal }), {
      write: (text) => this.#write(socket, text),
      guard: this.#events.guard,
      now_us: this.#now_us,
    });
    this.#clients.set(socket, port);
    socket.on("data", (chunk) => this.#events.guard(() => port.take(chunk)));
    socket.on("close", () => {
      port.close();
      this.#clients.delete(socket);
    });
  }

  #write(socket: Socket, text: string): void {
    if (socket.writableLength > UNREAD) socket.destroy();
    else if (!socket.destroyed) socket.write(text);
  }
}

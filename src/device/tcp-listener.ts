// A listening TCP port: opened where it is wanted, tried again with growing pauses while it cannot be. What to do with whoever
// connects is the owner's.

import { createServer, type Server, type Socket } from "node:net";
import { BackOff } from "./back-off.ts";
import { portTrouble } from "./byte-link.ts";
import type { PortEvents } from "./port-board.ts";

const KEEP_ALIVE_ms = 30_000;

/** `isPublic`: on all addresses, not only for programs of this machine. Port 0: one that is free. */
export type ListenAt = { readonly port: number; readonly isPublic: boolean };

export class TcpListener {
  readonly #title: string;
  readonly #at: ListenAt;
  readonly #events: PortEvents;
  readonly #welcome: (socket: Socket) => void;
  readonly #backOff = new BackOff();
  #server: Server | undefined;
  #isClosed = false;

  /** @param title for people: what is served there */
  constructor(title: string, at: ListenAt, events: PortEvents, welcome: (socket: Socket) => void) {
    this.#title = title;
    this.#at = at;
    this.#events = events;
    this.#welcome = welcome;
  }

  /** The port that was opened; 0 while there is none. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  open(): void {
    const { port, isPublic } = this.#at;
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_ms });
    this.#server = server;
    server.on("connection", (socket) => this.#events.guard(() => this.#welcome(socket)));
    server.on("error", (error) => this.#failed(server, error));
    server.listen(isPublic ? { port } : { port, host: "127.0.0.1" }, () => {
      if (this.#isClosed) return;
      this.#backOff.opened(performance.now());
      this.#events.opened(`${this.#title} at ${isPublic ? "all addresses" : "127.0.0.1"}, port ${this.port}`);
    });
  }

  #failed(server: Server, error: Error): void {
    if (server !== this.#server || this.#isClosed) return;
    this.#server = undefined;
    server.close();
    const trouble = portTrouble(error);
    this.#events.failed(trouble, `${this.#title}: port ${this.#at.port}: ${trouble.message}; trying again`);
    this.#backOff.again(performance.now(), () => this.open());
  }

  /** Clients are closed by their owner first. A port that is just being opened is waited for: it would open afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backOff.stop();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    if (!server.listening) await settled(server);
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Open, or failed to. */
const settled = (server: Server): Promise<unknown> =>
  new Promise((resolve) => {
    server.once("listening", resolve);
    server.once("error", resolve);
  });

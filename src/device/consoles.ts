// The consoles of a running device: at its USB port and over TCP, as the settings want them.

import type { NodeEvent } from "../canopen/node-step.ts";
import type { ConsoleEvent } from "../console/answers.ts";
import type { Settings } from "../model/settings.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { CanSide } from "./can-side.ts";
import { ConsoleDesk, type ConsolePeer } from "./console-desk.ts";
import { ConsoleServer } from "./console-server.ts";
import type { PortBoard } from "./port-board.ts";
import type { ListenAt } from "./tcp-listener.ts";
import { UsbConsole } from "./usb-console.ts";

const AT_USB: ConsolePeer = { actor: "USB console", isLocal: true };

export class Consoles {
  readonly #board: PortBoard;
  /** Where the modelled board's USB port gets its name. */
  readonly #name: string;
  readonly #now_us: () => number;
  readonly #deskFor: (peer: ConsolePeer) => ConsoleDesk;
  #settings: Settings;
  #usb: UsbConsole | undefined;
  #server: ConsoleServer | undefined;

  constructor(desk: BusDesk, side: CanSide, settings: Settings, name: string, now_us: () => number, board: PortBoard) {
    this.#board = board;
    this.#name = name;
    this.#now_us = now_us;
    this.#settings = settings;
    this.#deskFor = (peer) => new ConsoleDesk(desk, side, peer, now_us);
    side.onEvent = (event) => this.#tell(event);
  }

  open(): void {
    this.take(this.#settings);
  }

  get clients(): number {
    return this.#server?.clients ?? 0;
  }

  /** TCP port that is open; 0 while there is none. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Opens and closes until all is as the settings say. */
  take(settings: Settings): void {
    this.#settings = settings;
    const { usb, tcp, tcpPort, listen } = settings.console;
    this.#present(usb);
    this.#serve(tcp ? { port: tcpPort, isPublic: listen === "any" } : undefined);
  }

  #present(isWanted: boolean): void {
    if (isWanted) this.#usb?.take(this.#settings);
    if (isWanted === (this.#usb !== undefined)) return;
    void this.#usb?.close();
    this.#usb = undefined;
    this.#board.wanted("usb", isWanted);
    if (!isWanted) return;
    const deskForUsb = (): ConsoleDesk => this.#deskFor(AT_USB);
    this.#usb = new UsbConsole(deskForUsb, this.#settings, this.#name, this.#now_us, this.#board.events("usb"));
    void this.#usb.open();
  }

  #serve(wanted: ListenAt | undefined): void {
    const at = this.#server?.at;
    if (at?.port === wanted?.port && at?.isPublic === wanted?.isPublic) return;
    void this.#server?.close();
    this.#server = undefined;
    this.#board.wanted("console", wanted !== undefined);
    if (wanted === undefined) return;
    this.#server = new ConsoleServer(this.#deskFor, wanted, this.#now_us, this.#board.events("console"));
    this.#server.open();
  }

  #tell(event: NodeEvent): void {
    const told = consoleEvent(event);
    if (told === undefined) return;
    this.#usb?.tell(told);
    this.#server?.tell(told);
  }

  async closePart(part: "usb" | "console"): Promise<void> {
    await (part === "usb" ? this.#usb : this.#server)?.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.#usb?.close(), this.#server?.close()]);
  }
}

/** What consoles tell of what happens to the node. */
function consoleEvent(event: NodeEvent): ConsoleEvent | undefined {
  if (event.kind === "emergency") {
    const { node, code, data } = event;
    return { kind: "emergency", node, code, register: data[2]!, bytes: data.subarray(3, 8) };
  }
  if (event.kind !== "heartbeat") return undefined;
  if (event.is === "bootUp") return { kind: "bootUp", node: event.node };
  return { kind: event.is === "lost" ? "heartbeatLost" : "heartbeatStarted", node: event.node };
}

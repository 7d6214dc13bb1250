// The console at the USB port: a virtual COM port of the settings, or the modelled board's own, a pseudo-terminal in the data folder.
// A port that is missing or unplugged is told and tried again. Whoever leaves the modelled one, killed or not, takes the login along:
// the next one finds a fresh terminal under the same name.

import type { ConsoleEvent } from "../console/answers.ts";
import type { Settings } from "../model/settings.ts";
import { BackOff } from "./back-off.ts";
import { type ByteLink, type LinkEvents, type PortTrouble, portTrouble } from "./byte-link.ts";
import type { ConsoleDesk } from "./console-desk.ts";
import { ConsolePort } from "./console-port.ts";
import type { PortEvents } from "./port-board.ts";

/** A long list is read in pieces. */
const UNREAD = 0x4_0000;
const FORMAT = { baud: 115_200, parity: "none", stopBits: 1 } as const;

export class UsbConsole {
  readonly #desk: () => ConsoleDesk;
  readonly #events: PortEvents;
  readonly #name: string;
  readonly #now_us: () => number;
  readonly #backOff = new BackOff();
  #path: string;
  #link: ByteLink | undefined;
  #port: ConsolePort | undefined;
  #generation = 0;
  #isClosed = false;

  /** @param name where the modelled board's port gets its name */
  constructor(desk: () => ConsoleDesk, settings: Settings, name: string, now_us: () => number, events: PortEvents) {
    this.#desk = desk;
    this.#path = settings.console.usbPort;
    this.#name = name;
    this.#now_us = now_us;
    this.#events = events;
  }

  /** @param isNews whether a person is told where it is */
  async open(isNews = true): Promise<void> {
    const generation = ++this.#generation;
    const isCurrent = (): boolean => generation === this.#generation && !this.#isClosed;
    const guarded = (act: () => void): void => {
      if (isCurrent()) this.#events.guard(act);
    };
    try {
      const events = {
        received: (chunk: Uint8Array) => guarded(() => this.#take(chunk)),
        failed: (trouble: PortTrouble) => guarded(() => this.#failed(trouble)),
      };
      const link = await this.#openLink(events, () => guarded(() => this.#left()));
      if (!isCurrent()) return await link.close();
      this.#link = link;
      this.#backOff.opened(performance.now());
      if (isNews) this.#events.opened(`USB: console at ${link.place}`);
    } catch (error) {
      if (isCurrent()) this.#failed(portTrouble(error));
    }
  }

  async #openLink(events: LinkEvents, left: () => void): Promise<ByteLink> {
    if (this.#path === "")
      return (await import("./pseudo-terminal.ts")).openPseudoTerminal(this.#name, events, UNREAD, left);
    return (await import("./serial-port.ts")).openSerialPort(this.#path, FORMAT, events);
  }

  /** The console is made when somebody types for the first time. */
  #take(chunk: Uint8Array): void {
    this.#port ??= new ConsolePort(this.#desk(), {
      write: (text) => this.#link?.write(Buffer.from(text)),
      guard: this.#events.guard,
      now_us: this.#now_us,
    });
    this.#port.take(chunk);
  }

  #left(): void {
    void this.#drop();
    void this.open(false);
  }

  tell(event: ConsoleEvent): void {
    this.#port?.tell(event);
  }

  /** Another port by the settings. */
  take(settings: Settings): void {
    if (settings.console.usbPort === this.#path) return;
    this.#path = settings.console.usbPort;
    this.#backOff.stop();
    void this.#drop().then(() => (this.#isClosed ? undefined : this.open()));
  }

  async #drop(): Promise<void> {
    this.#generation++;
    const link = this.#link;
    this.#link = undefined;
    this.#port?.close();
    this.#port = undefined;
    await link?.close().catch(() => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backOff.stop();
    await this.#drop();
  }

  #failed(trouble: PortTrouble): void {
    void this.#drop();
    this.#events.failed(
      trouble,
      `USB: ${this.#path === "" ? this.#name : this.#path}: ${trouble.message}; trying again`,
    );
    this.#backOff.again(performance.now(), () => void this.open());
  }
}

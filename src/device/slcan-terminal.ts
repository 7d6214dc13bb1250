// A pseudo-terminal that stands for a CAN adapter: programs that know SLCAN adapters at serial ports reach the bus through it.
// Whoever opens its channel is on the bus. Nothing is read faster than the bus takes it; what a program does not read is lost to
// it, and one that reads nothing for long is taken for gone.

import type { CanFrame } from "../base/can-frame.ts";
import { bytesOfAscii } from "../can/ascii.ts";
import type { BusStatus } from "../can/bus-status.ts";
import {
  abandonSlcan,
  createSlcanAdapter,
  type SlcanBus,
  serveSlcan,
  slcanOfBus,
  takeSlcanBytes,
} from "../can/slcan-adapter.ts";
import { BackOff } from "./back-off.ts";
import { type ByteLink, portTrouble } from "./byte-link.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import type { PortEvents } from "./port-board.ts";

/** Bytes that wait for a program that does not read. */
const UNREAD = 16_384;
/** How soon they are offered again, and after how long without success the program is taken for gone. */
const AGAIN_ms = 5;
const GONE_ms = 10_000;

type Bus = () => { readonly rate_kbit_s: number; readonly status: BusStatus };

export class SlcanTerminal {
  /** Frames that the program did not get. */
  lost = 0;
  readonly #hub: CanHub;
  readonly #name: string;
  readonly #bus: Bus;
  readonly #events: PortEvents;
  readonly #backOff = new BackOff();
  readonly #adapter = createSlcanAdapter();
  #link: ByteLink | undefined;
  #place: CanPlace | undefined;
  #out = "";
  #timer: NodeJS.Timeout | undefined;
  #stuck_ms = 0;
  #isClosed = false;

  /**
   * @param name path of its symbolic link
   * @param bus what an adapter would know of the bus
   */
  constructor(hub: CanHub, name: string, bus: Bus, events: PortEvents) {
    this.#hub = hub;
    this.#name = name;
    this.#bus = bus;
    this.#events = events;
  }

  /** Opens the pseudo-terminal, or goes on trying. */
  async open(): Promise<void> {
    try {
      const { openPseudoTerminal } = await import("./pseudo-terminal.ts");
      const link = await openPseudoTerminal(this.#name, {
        received: (chunk) => this.#events.guard(() => this.#take(chunk)),
        failed: (trouble) => this.#failed(trouble),
      });
      if (this.#isClosed) return await link.close();
      this.#join(link);
    } catch (error) {
      if (!this.#isClosed) this.#failed(portTrouble(error));
    }
  }

  #join(link: ByteLink): void {
    this.#link = link;
    this.#place = this.#hub.attach({
      receive: (frame, time_us) => this.#tell(frame, time_us),
      ready: () => this.#serve(),
    });
    this.#backOff.opened(performance.now());
    this.#events.opened(`CAN: slcan adapter at ${link.place}`);
  }

  #failed(trouble: ReturnType<typeof portTrouble>): void {
    void this.#drop();
    this.#events.failed(trouble, `CAN: ${this.#name}: ${trouble.message}; trying again`);
    this.#backOff.again(performance.now(), () => void this.open());
  }

  async #drop(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#place?.detach();
    this.#place = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#out = "";
    abandonSlcan(this.#adapter);
    await link?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backOff.stop();
    await this.#drop();
  }

  #take(chunk: Uint8Array): void {
    takeSlcanBytes(this.#adapter, chunk);
    this.#serve();
  }

  /** Answers what waits; while some of it has to wait on, nothing more is read. */
  #serve(): void {
    this.#write(serveSlcan(this.#adapter, this.#busNow()));
    this.#link?.hold?.(this.#adapter.waiting.length > 0);
  }

  #busNow(): SlcanBus {
    return { ...this.#bus(), send: (frame) => this.#place?.send(frame) ?? false };
  }

  #tell(frame: CanFrame, time_us: number): void {
    const line = slcanOfBus(this.#adapter, frame, time_us, this.#busNow());
    if (this.#out.length + line.length <= UNREAD) this.#write(line);
    else this.lost++;
  }

  /** What is written in one turn goes out together. */
  #write(text: string): void {
    if (text === "") return;
    if (this.#out === "" && this.#timer === undefined) queueMicrotask(() => this.#events.guard(() => this.#flush()));
    this.#out += text;
  }

  #flush(): void {
    if (this.#link === undefined || this.#out === "") return;
    const taken = this.#link.write(bytesOfAscii(this.#out));
    this.#out = this.#out.slice(taken);
    this.#stuck_ms = taken > 0 ? 0 : this.#stuck_ms + AGAIN_ms;
    if (this.#stuck_ms >= GONE_ms) this.#abandon();
    if (this.#out !== "") this.#timer = setTimeout(() => this.#flushAgain(), AGAIN_ms).unref();
  }

  #flushAgain(): void {
    this.#timer = undefined;
    this.#events.guard(() => this.#flush());
  }

  #abandon(): void {
    abandonSlcan(this.#adapter);
    this.#out = "";
    this.#stuck_ms = 0;
  }
}

// A CAN adapter at a serial port that speaks SLCAN: opens its channel at the bus's bit rate, and sends no faster than the bus
// carries, because such adapters have little room and do not say how much. One whose controller has gone off the bus, or that
// refuses to open, fails; whoever opens it again starts it anew.

import type { CanFrame } from "../base/can-frame.ts";
import { bytesOfAscii } from "../can/ascii.ts";
import { RATES_kbit_s } from "../can/slcan.ts";
import {
  createSlcanHost,
  hostLine,
  type SlcanHost,
  type SlcanHostStep,
  startHost,
  takeHostBytes,
  wakeHost,
} from "../can/slcan-host.ts";
import { PORT_TROUBLES } from "../model/signals-equipment.ts";
import { BitPace } from "./bit-pace.ts";
import type { ByteLink, PortTrouble } from "./byte-link.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";
import { nameOfTarget, type SlcanPlace } from "./can-target.ts";

const FASTEST_kbit_s = 1000;
/** The port is closed when the last command has had time to go out. */
const CLOSING_ms = 20;

const troubleOf = (message: string): PortTrouble => ({ code: PORT_TROUBLES.indexOf("failed"), message });

/** Throws what the system says when the port cannot be opened, and what the adapter refuses. */
export async function openSlcan(place: SlcanPlace, now_us: () => number, events: CanLinkEvents): Promise<CanLink> {
  if (place.path === "") throw new Error("the path of its serial port is not set (canPort.device)");
  const rate_kbit_s = RATES_kbit_s.find((each) => each === place.rate_kbit_s);
  if (rate_kbit_s !== place.rate_kbit_s) throw new Error(`slcan has no ${place.rate_kbit_s} kbit/s`);
  const session = new SlcanSession(createSlcanHost(rate_kbit_s), place, now_us, events);
  await session.open();
  return session;
}

class SlcanSession implements CanLink {
  readonly place: string;
  readonly #host: SlcanHost;
  readonly #where: SlcanPlace;
  readonly #now_us: () => number;
  readonly #events: CanLinkEvents;
  readonly #pace: BitPace;
  #link: ByteLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settle: ((trouble?: PortTrouble) => void) | undefined;
  #isClosed = false;

  constructor(host: SlcanHost, where: SlcanPlace, now_us: () => number, events: CanLinkEvents) {
    this.place = nameOfTarget({ kind: "slcan", ...where });
    this.#host = host;
    this.#where = where;
    this.#now_us = now_us;
    this.#events = events;
    this.#pace = new BitPace(where.rate_kbit_s ?? FASTEST_kbit_s, now_us, events.ready);
  }

  /** Returns when the channel is open. */
  async open(): Promise<void> {
    const { path, baud } = this.#where;
    const { openSerialPort } = await import("./serial-port.ts");
    this.#link = await openSerialPort(
      path,
      { baud, parity: "none", stopBits: 1 },
      {
        received: (chunk) => this.#carryOut(takeHostBytes(this.#host, chunk, this.#now_us())),
        failed: (trouble) => this.#fail(trouble),
      },
    );
    const opened = new Promise<void>((resolve, reject) => {
      this.#settle = (trouble) => (trouble === undefined ? resolve() : reject(new Error(trouble.message)));
    });
    this.#carryOut(startHost(this.#host, this.#now_us()));
    await opened;
  }

  hasRoom(): boolean {
    return this.#pace.hasRoom();
  }

  send(frame: CanFrame): boolean {
    if (!this.#pace.hasRoom()) return false;
    this.#pace.spend(frame);
    if (!this.#write(hostLine(this.#host, frame))) this.#events.lost();
    return true;
  }

  /** Closes the channel: the adapter should not go on acknowledging frames for nobody. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#pace.close();
    this.#write("C\r");
    await new Promise((resolve) => setTimeout(resolve, CLOSING_ms));
    await this.#link?.close();
  }

  /** False: the port has not taken it. */
  #write(text: string): boolean {
    return text === "" || this.#link === undefined || this.#link.write(bytesOfAscii(text)) > 0;
  }

  #carryOut(step: SlcanHostStep): void {
    if (this.#isClosed) return;
    this.#write(step.send);
    for (const frame of step.frames) if (!this.#events.received(frame)) this.#events.lost();
    for (let i = 0; i < step.lost; i++) this.#events.lost();
    if (step.hasOpened) this.#hasOpened();
    if (step.refused !== undefined) this.#fail(troubleOf(`the adapter refuses the command ${step.refused}`));
    else this.#look();
  }

  #hasOpened(): void {
    this.#settle?.();
    this.#settle = undefined;
  }

  /** Passes on how the controller fares, and calls at the host's next deadline. */
  #look(): void {
    const { status, due_us } = this.#host;
    this.#events.bus(status);
    if (status.state === "off") this.#fail(troubleOf("its controller has gone off the bus"));
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const wait_ms = Math.max(0, Math.ceil((due_us - this.#now_us()) / 1000));
    this.#timer = setTimeout(() => this.#carryOut(wakeHost(this.#host, this.#now_us())), wait_ms).unref();
  }

  #fail(trouble: PortTrouble): void {
    if (this.#isClosed) return;
    const settle = this.#settle;
    this.#settle = undefined;
    void this.close().catch(() => {});
    if (settle === undefined) this.#events.failed(trouble);
    else settle(trouble);
  }
}

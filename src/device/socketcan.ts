// A CAN interface of Linux (SocketCAN), through the npm package of that name: an optional one with a native part, which is there
// where it could be compiled. Its administrator brings the interface up and chooses the bit rate; this end says what is missing.
// A controller that goes off the bus is restarted by the kernel (restart-ms) or by its administrator: the state tells of it.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { CanFrame } from "../base/can-frame.ts";
import { QUIET_BUS } from "../can/bus-status.ts";
import { isOverflow, statusAfter } from "../can/linux-errors.ts";
import { type PortTrouble, portTrouble } from "./byte-link.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";

/** What is used here of the package. `err`: an error frame. */
type Message = {
  readonly id: number;
  readonly ext: boolean;
  readonly rtr: boolean;
  readonly err?: boolean;
  readonly data: Buffer;
};
type Channel = {
  readonly addListener: (event: "onMessage" | "onStopped", act: (message: Message) => void) => void;
  readonly start: () => void;
  readonly stop: () => void;
  /** Bytes sent, or -1. */
  readonly send: (message: Message) => number;
};
type Package = {
  readonly createRawChannelWithOptions: (name: string, options: { readonly non_block_send: boolean }) => Channel;
};

/** How soon a frame for which the kernel had no room is offered again, and how long. */
const AGAIN_ms = 2;
const PATIENCE_ms = 500;
/** How often to look whether the interface is up. */
const LOOK_ms = 1000;
const IS_UP = 0x1;

/** Throws with one line that says what is missing: package, kernel, interface, or that it is down. */
export async function openSocketCan(channel: string, rate_kbit_s: number, events: CanLinkEvents): Promise<CanLink> {
  const native = loadPackage();
  const trouble = whatIsMissing(channel, rate_kbit_s);
  if (trouble !== undefined) throw trouble;
  return new SocketCanSession(openChannel(native, channel), channel, rate_kbit_s, events);
}

const missing = (message: string): Error => Object.assign(new Error(message), { code: "ENODEV" });

function loadPackage(): Package {
  try {
    return createRequire(import.meta.url)("socketcan") as Package;
  } catch {
    const why =
      process.platform === "linux"
        ? "npm install socketcan@4.3.1, with Node.js 24 and a C++ compiler"
        : "only Linux has it";
    throw missing(`the npm package socketcan is not there (${why})`);
  }
}

/** The package says only that there was an error; the kernel's files say which. */
function whatIsMissing(channel: string, rate_kbit_s: number): Error | undefined {
  const folder = `/sys/class/net/${channel}`;
  if (channel === "" || channel.includes("/") || !existsSync(folder)) {
    const hasCan = existsSync("/proc/net/can");
    return missing(hasCan ? `there is no interface ${channel}` : `no interface ${channel}, and no CAN in this kernel`);
  }
  if (isUp(channel)) return undefined;
  const bitRate = `bitrate ${rate_kbit_s * 1000}`;
  return missing(`${channel} is down; its administrator: ip link set ${channel} up type can ${bitRate} restart-ms 100`);
}

const isUp = (channel: string): boolean =>
  (Number(readFileSync(`/sys/class/net/${channel}/flags`, "utf8").trim()) & IS_UP) !== 0;

function openChannel(native: Package, channel: string): Channel {
  try {
    return native.createRawChannelWithOptions(channel, { non_block_send: true });
  } catch {
    const hasCan = existsSync("/proc/net/can");
    throw missing(hasCan ? `${channel} is no CAN interface` : "this kernel has no CAN (SocketCAN)");
  }
}

class SocketCanSession implements CanLink {
  readonly place: string;
  readonly #name: string;
  readonly #rate_kbit_s: number;
  readonly #channel: Channel;
  readonly #events: CanLinkEvents;
  readonly #look: NodeJS.Timeout;
  #status = QUIET_BUS;
  /** What the kernel had no room for. */
  #waiting: Message | undefined;
  #waited_ms = 0;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(channel: Channel, name: string, rate_kbit_s: number, events: CanLinkEvents) {
    this.place = `SocketCAN ${name}`;
    this.#name = name;
    this.#rate_kbit_s = rate_kbit_s;
    this.#channel = channel;
    this.#events = events;
    channel.addListener("onMessage", (message) => this.#take(message));
    channel.addListener("onStopped", () => this.#fail(portTrouble(missing(`${name} has gone`))));
    channel.start();
    this.#look = setInterval(() => this.#lookAtInterface(), LOOK_ms).unref();
  }

  hasRoom(): boolean {
    return this.#waiting === undefined;
  }

  send({ id, extended, remote, length, data }: CanFrame): boolean {
    if (this.#waiting !== undefined) return false;
    const bytes = remote ? Buffer.alloc(length) : Buffer.from(data); // a remote frame's length is that of its bytes here
    this.#offer({ id, ext: extended, rtr: remote, data: bytes });
    return true;
  }

  #offer(message: Message): void {
    if (this.#channel.send(message) > 0) return;
    this.#waiting = message;
    this.#waited_ms = 0;
    this.#again = setInterval(() => this.#offerAgain(message), AGAIN_ms);
  }

  /** A bus that takes nothing for long: nobody acknowledges. The frame is lost, and the next may try. */
  #offerAgain(message: Message): void {
    this.#waited_ms += AGAIN_ms;
    const isSent = this.#channel.send(message) > 0;
    if (!isSent && this.#waited_ms < PATIENCE_ms) return;
    if (!isSent) this.#events.lost();
    clearInterval(this.#again);
    this.#waiting = undefined;
    this.#events.ready();
  }

  #take({ id, ext, rtr, err, data }: Message): void {
    if (this.#isClosed) return;
    if (err === true) {
      this.#takeError(id, data);
      return;
    }
    const remote = rtr;
    const frame: CanFrame = {
      ...{ id, extended: ext, remote, length: data.length },
      data: remote ? NO_DATA : Uint8Array.from(data),
    };
    if (data.length > 8 || !this.#events.received(frame)) this.#events.lost(); // CAN FD is none of ours
  }

  #takeError(id: number, data: Uint8Array): void {
    if (isOverflow(id, data)) this.#events.lost();
    this.#status = statusAfter(this.#status, id, data);
    this.#events.bus(this.#status);
  }

  #lookAtInterface(): void {
    const trouble = whatIsMissing(this.#name, this.#rate_kbit_s);
    if (trouble !== undefined) this.#fail(portTrouble(trouble));
  }

  #fail(trouble: PortTrouble): void {
    if (this.#isClosed) return;
    void this.close();
    this.#events.failed(trouble);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#look);
    clearInterval(this.#again);
    this.#channel.stop();
  }
}

const NO_DATA = new Uint8Array(0);

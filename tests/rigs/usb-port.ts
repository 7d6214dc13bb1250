// A USB socket of a computer with a device that may be plugged in, as a page sees it: navigator.serial and a port of streams.

import type { LinkClock, UsbPort, UsbPorts } from "../../src/web/link/serial/usb-port.ts";
import type { UsbDevice } from "./usb-device.ts";

/** A clock a thousand times as fast as the wall's: pauses of the link take no time. */
export const FAST_CLOCK: LinkClock = {
  now_ms: () => Date.now(),
  after: (time_ms, act) => {
    const timer = setTimeout(act, time_ms / 1000);
    return () => clearTimeout(timer);
  },
};

export class UsbSocket {
  readonly ports: UsbPorts;
  readonly port: UsbPort;
  /** Everything that the page has written. */
  written = "";
  readonly #listeners = new Set<() => void>();
  #device: UsbDevice | undefined;
  #console: ReturnType<UsbDevice["attach"]> | undefined;
  #fromDevice: ReadableStreamDefaultController<Uint8Array> | undefined;
  #readable: ReadableStream<Uint8Array> | null = null;
  #writable: WritableStream<Uint8Array> | null = null;

  constructor(device: UsbDevice) {
    this.#device = device;
    const socket = this;
    this.port = {
      get readable() {
        return socket.#readable;
      },
      get writable() {
        return socket.#writable;
      },
      open: () => this.#open(),
      close: () => this.#close(),
      getInfo: () => ({ usbVendorId: 0x1d6b, usbProductId: 0x0104 }),
    };
    this.ports = {
      getPorts: async () => (this.#device === undefined ? [] : [this.port]),
      addEventListener: (_, listener) => void this.#listeners.add(listener),
      removeEventListener: (_, listener) => void this.#listeners.delete(listener),
    };
  }

  get isOpen(): boolean {
    return this.#readable !== null;
  }

  /** The cable is pulled. */
  unplug(): void {
    this.#device = undefined;
    this.#console?.close();
    this.#fromDevice?.error(new Error("The device has been lost."));
  }

  plugIn(device: UsbDevice): void {
    this.#device = device;
    for (const listener of this.#listeners) listener();
  }

  async #open(): Promise<void> {
    const device = this.#device;
    if (device === undefined) throw new Error("Failed to open serial port.");
    if (this.isOpen) throw new Error("The port is already open.");
    const encoder = new TextEncoder();
    const attached = device.attach((text) => this.#fromDevice?.enqueue(encoder.encode(text)));
    this.#console = attached;
    this.#readable = new ReadableStream({
      start: (controller) => {
        this.#fromDevice = controller;
      },
    });
    this.#writable = new WritableStream({
      write: (chunk) => {
        this.written += new TextDecoder().decode(chunk);
        attached.take(chunk);
      },
    });
  }

  async #close(): Promise<void> {
    this.#console?.close();
    this.#readable = null;
    this.#writable = null;
    this.#fromDevice = undefined;
  }
}

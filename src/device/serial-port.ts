// A real serial port by its path, through the serialport project's bindings. Reading ends when the port is unplugged. What has
// come is handed on in the turn of the event loop in which it is found: whoever lets one turn pass has all there is.

import { readSync, writeSync } from "node:fs";
import type { BindingPortInterface, LinuxPortBinding } from "@serialport/bindings-cpp";
import type { LineFormat } from "../modbus/rtu-timing.ts";
import { type ByteLink, type LinkEvents, portTrouble } from "./byte-link.ts";

const CHUNK = 1024;
/** Bytes that wait for a port that takes none; what comes beyond them is not taken. */
const UNSENT = 0x1_0000;

/** Throws what the system says when the port cannot be opened. */
export async function openSerialPort(path: string, format: LineFormat, events: LinkEvents): Promise<ByteLink> {
  const { autoDetect } = await import("@serialport/bindings-cpp");
  const { baud, parity, stopBits } = format;
  const port: BindingPortInterface = await autoDetect().open({
    ...{ path, baudRate: baud, dataBits: 8, parity, stopBits },
    ...{ lock: true, hupcl: false, rtscts: false, xon: false, xoff: false, xany: false },
  });
  let isOpen = true;
  const fail = (error: unknown): void => {
    if (!isOpen) return;
    isOpen = false;
    void port.close().catch(() => {});
    events.failed(portTrouble(error));
  };
  void readOn(port, events, () => isOpen).catch(fail);
  const output = new Output(port, fail);
  return {
    place: path,
    write: (bytes) => output.write(bytes),
    close: async () => {
      isOpen = false;
      await port.close().catch(() => {});
    },
  };
}

async function readOn(port: BindingPortInterface, events: LinkEvents, isOpen: () => boolean): Promise<void> {
  const buffer = Buffer.alloc(CHUNK);
  while (isOpen()) {
    const size = isPolled(port) ? await readFound(port, buffer) : (await port.read(buffer, 0, CHUNK)).bytesRead;
    if (size > 0 && isOpen()) events.received(Uint8Array.from(buffer.subarray(0, size)));
  }
}

/** A port that can be waited for: any but that of Windows. */
type Polled = Pick<LinuxPortBinding, "poller" | "fd">;
const isPolled = (port: object): port is Polled => "poller" in port;

/**
 * Waits until something has come, and reads it. The binding's own reading goes by a thread: it brings bytes turns later, and from a
 * port that is unplugged meanwhile it reads nothing for ever. Throws when the port has gone.
 */
async function readFound(port: Polled, buffer: Buffer): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    port.poller.once("readable", (error) => (error === null ? resolve() : reject(gone())));
  });
  const size = port.fd === null ? 0 : readIfAny(port.fd, buffer);
  if (size === 0) throw gone();
  return size ?? 0;
}

const gone = (): Error => Object.assign(new Error("the port has gone"), { code: "ENODEV" });

/** 0: the port has gone. undefined: there is nothing after all. */
function readIfAny(fd: number, buffer: Buffer): number | undefined {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EINTR") return undefined;
    throw error;
  }
}

/**
 * What goes out: at once as far as it fits, so that whoever measures pauses knows when; the rest as the port takes it. One write at a
 * time: the binding hands two at once to two threads, and the second may overtake the first.
 */
class Output {
  readonly #port: BindingPortInterface;
  readonly #fail: (error: unknown) => void;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #isWriting = false;

  constructor(port: BindingPortInterface, fail: (error: unknown) => void) {
    this.#port = port;
    this.#fail = fail;
  }

  /** All of the bytes, or none. */
  write(bytes: Uint8Array): number {
    if (this.#size + bytes.length > UNSENT) return 0;
    const rest = this.#size > 0 ? bytes : bytes.subarray(writeWhatFits(this.#port, bytes));
    if (rest.length === 0) return bytes.length;
    this.#waiting.push(rest.slice());
    this.#size += rest.length;
    if (!this.#isWriting) void this.#goOn().catch(this.#fail);
    return bytes.length;
  }

  async #goOn(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const piece = Buffer.concat(this.#waiting);
      this.#waiting = [];
      await this.#port.write(piece);
      this.#size -= piece.length;
    }
    this.#isWriting = false;
  }
}

/** How many bytes the port has taken. One that fails says so to the write that follows. */
function writeWhatFits(port: BindingPortInterface, bytes: Uint8Array): number {
  if (!isPolled(port) || port.fd === null) return 0;
  try {
    return writeSync(port.fd, bytes);
  } catch {
    return 0;
  }
}

// A real serial port by its path, through the serialport project's bindings. Reading ends when the port is unplugged.

import type { BindingPortInterface } from "@serialport/bindings-cpp";
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
    const { bytesRead } = await port.read(buffer, 0, CHUNK);
    if (bytesRead > 0 && isOpen()) events.received(Uint8Array.from(buffer.subarray(0, bytesRead)));
  }
}

/** One write at a time: the binding hands two at once to two threads, and the second may overtake the first. */
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
    this.#waiting.push(bytes.slice());
    this.#size += bytes.length;
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

// A real serial port by its path, through the serialport project's bindings. Reading ends when the port is unplugged.

import type { BindingPortInterface } from "@serialport/bindings-cpp";
import type { LineFormat } from "../modbus/rtu-timing.ts";
import { type ByteLink, type LinkEvents, portTrouble } from "./byte-link.ts";

const CHUNK = 1024;

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
  return {
    place: path,
    write: (bytes) => {
      void port.write(Buffer.from(bytes)).catch(fail);
      return bytes.length;
    },
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

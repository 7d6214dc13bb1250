// Serial lines without wires: two pseudo-terminals of which each hears what is said into the other, and a serial device
// server, which hands RTU frames from TCP to a port and back.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { ByteLink } from "../../src/device/byte-link.ts";
import { openPseudoTerminal } from "../../src/device/pseudo-terminal.ts";
import { openSerialPort } from "../../src/device/serial-port.ts";

export type PtyPair = {
  /** Paths of its ends. */
  readonly ends: readonly [string, string];
  readonly close: () => Promise<void>;
};

/** @param folder where its ends get their names */
export async function openPtyPair(folder: string): Promise<PtyPair> {
  const ends = [join(folder, "a"), join(folder, "b")] as const;
  const links: ByteLink[] = [];
  for (const [i, end] of ends.entries())
    links.push(await openPseudoTerminal(end, { received: (chunk) => links[1 - i]?.write(chunk), failed: () => {} }));
  return { ends, close: async () => void (await Promise.all(links.map((link) => link.close()))) };
}

/** `idle`: when the last client has gone and the serial port is free again. */
export type DeviceServer = {
  readonly port: number;
  readonly idle: () => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Serves a serial port at a TCP port, to one client after the other. */
export async function serveSerialPort(path: string): Promise<DeviceServer> {
  let idle: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    idle = connectTo(socket, path);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    idle: () => idle,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Done when the client has gone and the port is closed. */
async function connectTo(socket: Socket, path: string): Promise<void> {
  socket.pause();
  const format = { baud: 9600, parity: "none", stopBits: 1 } as const;
  const link = await openSerialPort(path, format, { received: (chunk) => socket.write(chunk), failed: () => {} });
  socket.on("data", (chunk) => link.write(chunk));
  socket.resume();
  await once(socket, "close");
  await link.close();
}

// A running device under bad Modbus input: floods over TCP and over its serial line, clients that send a byte a second, and
// clients that never read. How its ticks and its memory fare meanwhile, against a time of rest just before.

import { createWriteStream, existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createRandom, nextUint32 } from "../../src/base/random.ts";
import { freePort, type RunningDevice, startDevice } from "./running-device.ts";

export type Flood = {
  readonly overrunsAtRest: number;
  readonly overruns: number;
  readonly memoryAtRest_MB: number;
  readonly memory_MB: number;
  readonly sent_MB: number;
  /** What went wrong; "" where nothing did. */
  readonly trouble: string;
};

/** @param seconds of rest, and of flood */
export async function floodDevice(seconds: number): Promise<Flood> {
  const port = await freePort();
  const device = startDevice({ modbus: { tcpPort: port } });
  try {
    return await measure(device, port, seconds);
  } finally {
    device.end();
  }
}

async function measure(device: RunningDevice, port: number, seconds: number): Promise<Flood> {
  const first = await device.after(5);
  const rest = await device.after(5 + seconds);
  const memoryAtRest_MB = device.memory_MB();
  const settings = device.settings();
  const flood = startFlood(port, join(device.data, "ports/rs485"));
  const end = await device.after(5 + 2 * seconds);
  const memory_MB = device.memory_MB();
  const sent_MB = flood.stop();
  return {
    ...{ overrunsAtRest: rest.overruns - first.overruns, overruns: end.overruns - rest.overruns },
    ...{ memoryAtRest_MB, memory_MB, sent_MB },
    trouble: device.settings() === settings ? device.mistakes() : "a setting changed",
  };
}

const READ_125 = Uint8Array.of(0, 1, 0, 0, 0, 6, 32, 4, 0x80, 0, 0, 125);
/** 115 200 bit/s carry so many bytes in 10 ms. */
const LINE_BYTES = 115;

/** Returns what was sent when stopped, MB. */
function startFlood(port: number, pty: string): { readonly stop: () => number } {
  const random = createRandom(99);
  let sent = 0;
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  const open = (act: (socket: Socket) => void): void => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("connect", () => act(socket));
    socket.on("close", () => setTimeout(() => timers.length > 0 && open(act), 20).unref());
    sockets.push(socket);
  };
  const write = (socket: Socket, bytes: Uint8Array): void => {
    if (socket.destroyed || socket.writableLength > 1e6) return;
    sent += bytes.length;
    socket.write(bytes);
  };
  const rubbish = (length: number): Uint8Array => Uint8Array.from({ length }, () => nextUint32(random) & 0xff);
  const every = (period_ms: number, act: () => void): void => void timers.push(setInterval(act, period_ms));
  const many = Buffer.concat(new Array(200).fill(READ_125));
  for (let i = 0; i < 4; i++) open((socket) => every(1, () => write(socket, many))); // never read: answers pile up
  for (let i = 0; i < 4; i++)
    open((socket) => {
      socket.resume();
      every(2, () => write(socket, many));
    });
  for (let i = 0; i < 4; i++) open((socket) => every(10, () => write(socket, rubbish(500))));
  for (let i = 0; i < 8; i++) open((socket) => every(1000, () => write(socket, READ_125.subarray(0, 1))));
  const line = existsSync(pty) ? createWriteStream(pty, { flags: "r+" }) : undefined;
  line?.on("error", () => {});
  every(10, () => {
    if (line === undefined || line.writableNeedDrain) return;
    sent += LINE_BYTES;
    line.write(rubbish(LINE_BYTES));
  });
  return {
    stop: () => {
      for (const timer of timers.splice(0)) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      line?.destroy();
      return sent / 1e6;
    },
  };
}

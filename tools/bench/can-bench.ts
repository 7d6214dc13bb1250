// How many frames a second the hub hands on, and how many go from a client over TCP to another through the server, on a bus
// without a bit rate: what is left of a core when a real bus, of 9000 frames a second at most at 500 kbit/s, is busy.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { standardFrame } from "../../src/base/can-frame.ts";
import { CanHub, QUEUE } from "../../src/device/can-hub.ts";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
import { SocketcandServer } from "../../src/device/socketcand-server.ts";
import { atLeast, type Figure } from "./measurement.ts";

const HUB_FRAMES = 50_000;
const SERVER_FRAMES = 50_000;
/** The fastest bus carries 21 000 of the shortest frames a second; a full one must leave most of the time to others. */
const BAR_per_s = 40_000;

export async function benchCan(): Promise<Figure[]> {
  return [await benchHub(), await benchServer()];
}

function signal(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

const newHub = (): CanHub =>
  new CanHub(
    () => MACHINE_CLOCK.now_us(),
    (act) => act(),
  );

/** One sends, three hear; the rests after each turn are in it. */
async function benchHub(): Promise<Figure> {
  const hub = newHub();
  let heard = 0;
  const { ended, end } = signal();
  const frame = standardFrame(0x123, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  for (let i = 0; i < 2; i++) hub.attach({ receive: () => {} });
  hub.attach({
    receive: () => {
      if (++heard === HUB_FRAMES) end();
    },
  });
  let sent = 0;
  const feed = (): void => {
    while (sent < HUB_FRAMES + QUEUE && sender.send(frame)) sent++;
  };
  const sender = hub.attach({ receive: () => {}, ready: feed });
  const began_ms = performance.now();
  feed();
  await ended;
  return atLeast("can.hub", (HUB_FRAMES * 1000) / (performance.now() - began_ms), "frames/s", BAR_per_s);
}

async function benchServer(): Promise<Figure> {
  const ready = signal();
  const server = new SocketcandServer(
    newHub(),
    "can0",
    { port: 0, isPublic: false },
    { opened: ready.end, failed: () => {}, noticed: () => {}, guard: (act) => act() },
  );
  server.open();
  await ready.ended;
  const [from, to] = [await client(server.port), await client(server.port)];
  let heard = 0;
  const { ended, end } = signal();
  to.on("data", (text: string) => {
    for (let at = text.indexOf(">"); at >= 0; at = text.indexOf(">", at + 1)) heard++;
    if (heard >= SERVER_FRAMES) end();
  });
  const began_ms = performance.now();
  from.write("< send 123 8 1 2 3 4 5 6 7 8 >".repeat(SERVER_FRAMES));
  await ended;
  const passed_ms = performance.now() - began_ms;
  for (const socket of [from, to]) socket.destroy();
  await server.close();
  return atLeast("can.server", (SERVER_FRAMES * 1000) / passed_ms, "frames/s", BAR_per_s / 2);
}

/** On the bus by the time it is returned. */
async function client(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1");
  socket.write("< open can0 >< rawmode >");
  for (let said = ""; !said.includes("< ok >< ok >"); ) said += (await once(socket, "data"))[0];
  return socket;
}

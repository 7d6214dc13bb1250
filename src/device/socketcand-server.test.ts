// The socketcand server on a real port: floods of what means nothing wait their turn, and mistakes of ours end the server alone.

import { connect, Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { CanHub } from "./can-hub.ts";
import { MACHINE_CLOCK } from "./machine-clock.ts";
import type { PortEvents } from "./port-board.ts";
import { SocketcandServer } from "./socketcand-server.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

const start = (guard: PortEvents["guard"]): Promise<SocketcandServer> =>
  new Promise((resolve) => {
    const hub = new CanHub(MACHINE_CLOCK.now_us, guard);
    const events = { guard, opened: () => resolve(server), failed: () => {}, noticed: () => {} };
    const server = new SocketcandServer(hub, "can0", { port: 0, isPublic: false }, events);
    ends.push(() => server.close());
    server.open();
  });

function attach(port: number): { readonly socket: Socket; readonly heard: (words: string) => Promise<void> } {
  const socket = connect({ port, host: "127.0.0.1" });
  let text = "";
  let look = (): void => {};
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    look();
  });
  ends.push(async () => socket.destroy());
  const heard = (words: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => (text.includes(words) ? resolve() : undefined);
      look();
    });
  return { socket, heard };
}

test("floods of bytes that mean nothing have to rest like those of elements, and then all are served", async () => {
  const server = await start((act) => act());
  const clients = Array.from({ length: 8 }, () => attach(server.port));
  for (const { heard } of clients) await heard("< hi >");
  const timers = vi.spyOn(globalThis, "setTimeout");
  for (const { socket } of clients) socket.write(`${">".repeat(2 ** 20)}< open can0 >`);
  for (const { heard } of clients) await heard("< ok >");
  const rests = timers.mock.calls.filter(([, wait_ms]) => wait_ms === 1).length;
  expect(rests).toBeGreaterThanOrEqual(40); // 8 MiB are 85 turns used up, were they read in one go
});

test("a mistake of ours in what is written after a turn goes to the port's guard and not to the process", async () => {
  const mistake = new Error("ours");
  const caught = new Promise<unknown>((resolve) => {
    void start((act) => {
      try {
        act();
      } catch (error) {
        resolve(error);
      }
    }).then((server) => {
      vi.spyOn(Socket.prototype, "write").mockImplementationOnce(() => {
        throw mistake;
      });
      attach(server.port); // it is greeted
    });
  });
  expect(await caught).toBe(mistake);
});

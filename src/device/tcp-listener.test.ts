// A listening port: what is closed stays closed, also while it was still being opened.

import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import type { PortEvents } from "./port-board.ts";
import { TcpListener } from "./tcp-listener.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });

test.each([
  ["on this machine", false],
  ["on all addresses", true],
])("a port %s that is closed before it has opened does not open afterwards", async (_, isPublic) => {
  const port = await freePort();
  const told: string[] = [];
  const events: PortEvents = {
    guard: (act) => act(),
    opened: (words) => told.push(words),
    failed: () => {},
    noticed: () => {},
  };
  const listener = new TcpListener("test", { port, isPublic }, events, () => {});
  listener.open();
  await listener.close();
  expect(await answers(port)).toBe(false);
  expect(told).toEqual([]);
});

// Accepted sockets read in place: everything arrives, in order, whatever its size; pausing and closing work as ever.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readInPlace } from "./in-place-socket.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Both ends of a connection; the server's is read in place. */
async function pair(take: (chunk: Uint8Array) => void): Promise<{ ours: Socket; theirs: Socket; server: Server }> {
  let ours: Socket | undefined;
  const server = createServer((accepted) => {
    ours = readInPlace(accepted, take);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const theirs = connect({ port: (server.address() as { port: number }).port, host: "127.0.0.1" });
  ends.push(
    () => theirs.destroy(),
    () => ours?.destroy(),
    () => server.close(),
  );
  await once(server, "connection");
  return { ours: ours!, theirs, server };
}

test.each([1, 12, 4096, 4097, 300_000])("%d bytes arrive as they were sent, and come back", async (length) => {
  const heard: number[] = [];
  const { ours, theirs } = await pair((chunk) => {
    heard.push(...chunk);
    ours.write(Uint8Array.from(chunk));
  });
  const sent = Uint8Array.from({ length }, (_, i) => i % 251);
  theirs.write(sent);
  let back = 0;
  for await (const chunk of theirs) {
    back += (chunk as Buffer).length;
    if (back === length) break;
  }
  expect(heard).toEqual([...sent]);
});

test("a paused socket is not read, and goes on when it is resumed", async () => {
  let heard = 0;
  const { ours, theirs } = await pair((chunk) => {
    heard += chunk.length;
    ours.pause();
  });
  theirs.write(new Uint8Array(20_000));
  while (heard === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toBe(4096);
  while (heard < 20_000) {
    ours.resume();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test("each end learns that the other has closed, and the server can close", async () => {
  const first = await pair(() => {});
  first.theirs.destroy();
  await once(first.ours, "close");
  const second = await pair(() => {});
  second.ours.destroy();
  await once(second.theirs, "close");
  second.server.close();
  await once(second.server, "close");
});

test("a connection that is torn down by the other side ends, and throws nothing", async () => {
  const { ours, theirs } = await pair(() => {});
  ours.on("error", () => {});
  theirs.resetAndDestroy();
  await new Promise((resolve) => ours.once("close", resolve));
});

// The hub: everybody hears all others, in order, in turns; queues are bounded; the adapter holds the bus; nobody's answers in
// the middle of a frame come before it is through.

import { describe, expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { CanHub, QUEUE } from "./can-hub.ts";

const frame = (id: number): CanFrame => standardFrame(id, new Uint8Array(0));
const newHub = (): CanHub =>
  new CanHub(
    () => Math.round(performance.now() * 1000),
    (act) => act(),
  );
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3));

/** A station that keeps what it hears. */
function listener(hub: CanHub, more: { readonly isOwn?: boolean } = {}) {
  const heard: number[] = [];
  const place = hub.attach({ receive: ({ id }) => heard.push(id), ...more });
  return { heard, ...place };
}

describe("a hub", () => {
  test("hands a frame to all but its sender, at once", () => {
    const hub = newHub();
    const [a, b, c] = [listener(hub, { isOwn: true }), listener(hub), listener(hub)];
    expect(a.send(frame(1))).toBe(true);
    expect(b.send(frame(2))).toBe(true);
    expect([a.heard, b.heard, c.heard]).toEqual([[2], [1], [1, 2]]);
    expect([hub.sent, hub.received]).toEqual([1, 1]);
  });

  test("an answer comes after the frame that it answers, for everybody", () => {
    const hub = newHub();
    const server = hub.attach({
      receive: ({ id }) => {
        if (id === 1) expect(server.send(frame(2))).toBe(true);
      },
    });
    const client = listener(hub);
    const witness = listener(hub);
    client.send(frame(1));
    expect(client.heard).toEqual([2]);
    expect(witness.heard).toEqual([1, 2]);
  });

  test("takes no more of one station than its queue holds, tells it of room, and loses nothing that it took", async () => {
    const hub = newHub();
    const witness = listener(hub);
    let next = 0;
    let told = 0;
    const feed = (): void => {
      while (next < 2000 && flood.send(frame(next))) next++;
    };
    const flood = hub.attach({
      receive: () => {},
      ready: () => {
        told++;
        feed();
      },
    });
    feed();
    expect(next).toBeLessThanOrEqual(QUEUE + 200);
    expect(flood.room()).toBe(0);
    while (witness.heard.length < 2000) await turn();
    expect(witness.heard).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(told).toBeGreaterThan(5);
  });

  test("a station in the middle of sending is not told of room before it is through", async () => {
    const hub = newHub();
    const witness = listener(hub);
    const waiting = Array.from({ length: 3000 }, (_, i) => i);
    let depth = 0;
    const serve = (): void => {
      expect(++depth).toBe(1);
      let served = 0;
      for (const id of waiting) {
        if (!flood.send(frame(id % 0x800))) break;
        served++;
      }
      waiting.splice(0, served);
      depth--;
    };
    const flood = hub.attach({ receive: () => {}, ready: serve });
    while (witness.heard.length < 3000) {
      serve();
      await turn();
    }
    expect(witness.heard).toEqual(Array.from({ length: 3000 }, (_, i) => i % 0x800));
  });

  test("a flood keeps nobody waiting: each other frame goes next to one of the flood's", () => {
    const hub = newHub();
    const witness = listener(hub);
    const flood = listener(hub);
    const calm = listener(hub);
    for (let i = 0; i < QUEUE; i++) flood.send(frame(7)); // the first of them use the turn up
    const before = witness.heard.length;
    calm.send(frame(1));
    return turn().then(() => expect(witness.heard.slice(before, before + 2)).toContain(1));
  });

  test("a flood rests after each turn", async () => {
    const hub = newHub();
    const witness = listener(hub);
    const flood = listener(hub);
    for (let i = 0; i < QUEUE; i++) flood.send(frame(7));
    const first = witness.heard.length;
    expect(first).toBeLessThan(QUEUE);
    await new Promise((resolve) => setImmediate(resolve));
    while (witness.heard.length < QUEUE) await turn();
  });

  test("a flood that began calmly rests as well: the turn that was asked for before does not run beside the rest", async () => {
    const hub = newHub();
    const witness = listener(hub);
    const flood = listener(hub);
    for (let i = 0; i < 30; i++) flood.send(frame(7)); // enough that the next turn is asked for
    for (let i = 0; i < QUEUE; i++) flood.send(frame(7));
    const first = witness.heard.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(witness.heard.length).toBe(first);
    while (witness.heard.length < 30 + QUEUE) await turn();
  });

  test("waits while the adapter has no room, and goes on when it says so", () => {
    const hub = newHub();
    let hasRoom = true;
    const onWire: number[] = [];
    hub.attach({ receive: ({ id }) => onWire.push(id), mayTake: () => hasRoom });
    const witness = listener(hub);
    const node = listener(hub);
    hasRoom = false;
    node.send(frame(1));
    expect([onWire, witness.heard]).toEqual([[], []]);
    hasRoom = true;
    hub.go();
    expect([onWire, witness.heard]).toEqual([[1], [1]]);
  });

  test("goes on without an adapter that has left, and without whoever left in the middle", () => {
    const hub = newHub();
    const adapter = hub.attach({ receive: () => {}, mayTake: () => false });
    const witness = listener(hub);
    const node = listener(hub);
    node.send(frame(1));
    adapter.detach();
    expect(witness.heard).toEqual([1]);
    node.detach();
    expect(node.send(frame(2))).toBe(false);
    expect(node.room()).toBe(0);
    expect(witness.heard).toEqual([1]);
  });

  test("what a station has sent goes out though it leaves, and it hears nothing more; of 33 such one is dropped", async () => {
    const hub = newHub();
    let hasRoom = false;
    hub.attach({ receive: () => {}, mayTake: () => hasRoom });
    const witness = listener(hub);
    const left = Array.from({ length: 33 }, (_, i) => {
      const station = listener(hub);
      for (const id of [i, 0x100 + i]) station.send(frame(id));
      station.detach();
      return station;
    });
    hasRoom = true;
    hub.go();
    while (witness.heard.length < 64) await turn();
    await turn();
    expect(new Set(witness.heard).size).toBe(64);
    expect(left.flatMap(({ heard }) => heard)).toEqual([]);
    expect(left[0]?.send(frame(1))).toBe(false);
  });

  test("what is no frame is not sent", () => {
    const hub = newHub();
    const witness = listener(hub);
    expect(listener(hub).send({ ...frame(1), id: 0x800 })).toBe(false);
    expect(witness.heard).toEqual([]);
  });
});

// Frames that wait for room on the hub: their order where others answer at once, their bound, and that they can be forgotten.

import { expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { CanHub, QUEUE } from "./can-hub.ts";
import { CanOutbox } from "./can-outbox.ts";

const frame = (id: number): CanFrame => standardFrame(id, new Uint8Array(0));

/** A hub with a station that sends through an outbox, and a witness of all that goes over it. */
function start(answer: (id: number, outbox: CanOutbox) => void, most = 1024, mayTake = () => true) {
  let now_us = 0;
  const hub = new CanHub(
    () => now_us++,
    (act) => act(),
  );
  const outbox = new CanOutbox(most);
  const heard: number[] = [];
  hub.attach({ receive: () => {}, mayTake });
  const asker = hub.attach({
    receive: ({ id }) => {
      heard.push(id);
      if (id === 1) asker.send(frame(100)); // a question that comes while the first frame is still handed on
    },
  });
  outbox.place = hub.attach({ receive: ({ id }) => answer(id, outbox), ready: () => outbox.flush() });
  return { hub, outbox, heard };
}

test("what answers the first of a step's frames goes out after the last of them", () => {
  const { outbox, heard } = start((id, box) => id === 100 && box.sendAll([frame(7), frame(8)]));
  outbox.sendAll([frame(1), frame(2), frame(3)]);
  expect(heard).toEqual([1, 2, 3, 7, 8]);
});

test("frames beyond the bound are counted as lost, and those that wait go out in order once there is room", async () => {
  let isFree = false;
  const { hub, outbox, heard } = start(
    () => {},
    10,
    () => isFree,
  );
  outbox.sendAll(Array.from({ length: QUEUE + 15 }, (_, i) => frame(200 + i)));
  expect(outbox.lost).toBe(QUEUE + 5);
  outbox.sendAll(Array.from({ length: 4 }, (_, i) => frame(700 + i)));
  isFree = true;
  hub.go();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toEqual([...Array.from({ length: 10 }, (_, i) => 200 + i), 700, 701, 702, 703]);
});

test("what still waits when a device goes to standby is never sent", async () => {
  let isFree = false;
  const { hub, outbox, heard } = start(
    () => {},
    1024,
    () => isFree,
  );
  outbox.sendAll(Array.from({ length: QUEUE + 50 }, () => frame(5)));
  outbox.clear();
  isFree = true;
  hub.go();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toHaveLength(QUEUE);
});

// A node on a bus where anything is said: it never throws, sends only frames that are frames, not many for one, and heaps up
// nothing. Ids are mostly those it listens to, commands mostly those that mean something.

import { describe, expect, test } from "vitest";
import { bus, createRig, NODE_ID, pass, type Rig, sent, take } from "../../tools/fuzz/canopen-rig.ts";
import { type CanFrame, isFrame, standardFrame } from "../base/can-frame.ts";
import { createRandom, nextUint32, type Random } from "../base/random.ts";
import { finish, nextDeadline_us, noteTick, poll, takeFrame } from "./node.ts";
import type { NodeStep } from "./node-step.ts";

const IDS = [0x000, 0x080, 0x100, 0x085, 0x200 + NODE_ID, 0x600 + NODE_ID, 0x705, 0x700 + NODE_ID, 0x7e5] as const;
const INDEXES = [
  ...[0x1003, 0x1005, 0x1006, 0x1007, 0x100c, 0x100d, 0x1010, 0x1011, 0x1012, 0x1014, 0x1015, 0x1016, 0x1017],
  ...[0x1019, 0x1020, 0x1028, 0x1029, 0x1400, 0x1600, 0x1800, 0x1801, 0x1a00, 0x1a01, 0x1f80, 0x2002, 0x2012],
] as const;
const COMMANDS = [
  0x23, 0x27, 0x2b, 0x2f, 0x40, 0x21, 0x60, 0x70, 0x00, 0x10, 0xa4, 0xa3, 0xa2, 0xa1, 0xc4, 0x80,
] as const;

const below = (random: Random, end: number): number => nextUint32(random) % end;
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

function anyFrame(random: Random): CanFrame {
  const extended = below(random, 50) === 0;
  const isOurs = below(random, 4) > 0;
  const id = isOurs ? pick(random, IDS) : below(random, extended ? 0x2000_0000 : 0x800);
  const length = below(random, 3) === 0 ? below(random, 9) : 8;
  const data = Uint8Array.from({ length }, () => below(random, 256));
  if (id === 0x600 + NODE_ID && length === 8) shape(random, data);
  const remote = below(random, 30) === 0;
  return { id, extended, remote, length, data: remote ? new Uint8Array(0) : data };
}

/** Mostly a request that means something. */
function shape(random: Random, data: Uint8Array): void {
  if (below(random, 8) === 0) return;
  const index = pick(random, INDEXES);
  data.set([pick(random, COMMANDS), index & 0xff, index >> 8, below(random, 8)]);
  if (below(random, 2) === 0) data.set([below(random, 4), 0, 0, below(random, 2) * 0x80], 4);
}

function judge(rig: Rig, step: NodeStep, most: number): void {
  for (const frame of step.send) expect(isFrame(frame) && frame.id <= 0x7ff).toBe(true);
  expect(step.send.length).toBeLessThanOrEqual(most);
  expect(nextDeadline_us(rig.node)).not.toBeNaN();
  expect(rig.node.tickets.open.size).toBeLessThanOrEqual(64);
}

/** A block upload sends 127 segments at once; beside it a reset tells emergencies anew. */
const MOST = 127 + 40;

describe.each([1, 2, 3, 4])("with seed %d", (seed) => {
  test("5000 frames of anything do no harm", () => {
    const random = createRandom(seed);
    const rig = createRig({ presets: { heartbeat_ms: 100, startup: 0 } });
    pass(rig, 0);
    for (let i = 0; i < 5000; i++) {
      rig.now_us += below(random, 20_000);
      const step = takeFrame(rig.node, anyFrame(random), rig.now_us);
      judge(rig, step, MOST);
      for (const { ticket } of step.asked)
        if (below(random, 4) > 0) judge(rig, finish(rig.node, ticket, { kind: "stored", ok: true }, rig.now_us), MOST);
      judge(rig, noteTick(rig.node, rig.now_us), 16);
      if (below(random, 3) === 0) judge(rig, poll(rig.node, rig.now_us), MOST);
    }
    expect(rig.node.emergency.waiting.length).toBeLessThanOrEqual(32);
    expect(rig.node.emergency.history.length).toBeLessThanOrEqual(32);
  });
});

test("polling at its deadlines never stands still (seed 9)", () => {
  const random = createRandom(9);
  const rig = createRig({ presets: { heartbeat_ms: 10, sync_ms: 5, startup: 0 } });
  for (let i = 0; i < 2000; i++) {
    pass(rig, below(random, 30)); // throws where the node wants to be polled without end
    take(rig, takeFrame(rig.node, anyFrame(random), rig.now_us));
    rig.asked = [];
    rig.events = [];
  }
  sent(rig);
  pass(rig, 1000);
  const { nodeId } = rig.node;
  take(rig, takeFrame(rig.node, standardFrame(0x600 + nodeId, Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0)), rig.now_us)); // ends what runs
  take(rig, takeFrame(rig.node, standardFrame(0, Uint8Array.of(0x82, nodeId)), rig.now_us)); // reset communication
  pass(rig, 1000);
  expect(rig.node.nodeId).toBe(NODE_ID);
  expect(bus(rig, "620: 40 00 10 00 00 00 00 00")).toContain("5A0: 43 00 10 00 A2 01 01 00");
});

// Our SDO client with our server: data of any length by each mode, on a bus without faults and on one that loses, repeats and
// reorders frames. A transfer ends, with the right bytes or with an abort on both sides; nothing wrong is ever written.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carryTransfer, createSdoBus, NO_FAULTS, type SdoBus, settle } from "../../tools/fuzz/sdo-bus.ts";
import { AT, answersTo, createSdoRig, type SdoRig } from "../../tools/fuzz/sdo-rig.ts";
import { createRandom, nextUint32, type Random, uniform } from "../base/random.ts";
import { type DictionaryObject, DONE } from "./object.ts";
import { startDownload, startUpload, takeSdoAnswer } from "./sdo-client.ts";
import { createSdoClient, isBusy, type SdoMode } from "./sdo-client-state.ts";

const { index } = AT.free;
const MODES: readonly SdoMode[] = ["plain", "block", "auto"];
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(uniform(random) * list.length)];
const anyBytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => nextUint32(random) & 0xff);

describe("on a bus without faults", () => {
  const data = fc.uint8Array({ maxLength: 3000, size: "max" });
  const mode = fc.constantFrom(...MODES);
  const blockSize = fc.integer({ min: 1, max: 127 });

  test("0 to 3000 bytes, written by any mode, are read back by any other", () => {
    const both = fc.tuple(mode, mode, blockSize, blockSize, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(data, both, (bytes, [up, down, ours, theirs, threshold]) => {
        const rig = createSdoRig({ blockSize: theirs });
        const client = createSdoClient({ blockSize: ours, threshold });
        const bus = createSdoBus(client, rig.server, createRandom(1), NO_FAULTS);
        expect(carryTransfer(bus, startDownload(client, index, 0, bytes, down, 0))).toEqual({
          ...{ ok: true, data: new Uint8Array(0) },
        });
        expect(rig.written).toHaveLength(1);
        expect(carryTransfer(bus, startUpload(client, index, 0, up, bus.now_us))).toEqual({ ok: true, data: bytes });
        settle(bus);
        expect(rig.server.transfer.kind).toBe("idle");
      }),
      { numRuns: 150 },
    );
  });

  test.each(MODES)("lengths beside those that fill a frame, a segment, a block: %s", (by) => {
    for (const length of [0, 1, 3, 4, 5, 6, 7, 8, 13, 14, 15, 63, 64, 65, 888, 889, 890, 895, 896, 897, 1778, 1779]) {
      const rig = createSdoRig();
      const client = createSdoClient();
      const bus = createSdoBus(client, rig.server, createRandom(1), NO_FAULTS);
      const bytes = anyBytes(createRandom(length), length);
      expect(carryTransfer(bus, startDownload(client, index, 0, bytes, by, 0)).ok, `${length}`).toBe(true);
      const result = carryTransfer(bus, startUpload(client, index, 0, by, 0));
      expect(result, `${length}`).toEqual({ ok: true, data: bytes });
    }
  });

  test("a megabyte goes in blocks: of 100 frames 99 carry data", () => {
    const rig = createSdoRig();
    const client = createSdoClient();
    const bus = createSdoBus(client, rig.server, createRandom(1), NO_FAULTS);
    const bytes = anyBytes(createRandom(8), 0x10_0000);
    expect(carryTransfer(bus, startDownload(client, index, 0, bytes, "auto", 0)).ok).toBe(true);
    expect(bus.frames).toBeLessThan((bytes.length / 7) * 1.009);
    const result = carryTransfer(bus, startUpload(client, index, 0, "block", bus.now_us));
    expect(result.ok && Buffer.compare(result.data, bytes)).toBe(0);
    expect(bus.frames).toBeLessThan((bytes.length / 7) * 2 * 1.009);
  });
});

type Counts = { ok: number; aborted: number; writes: number };

/** An object that the device has to be asked for; it holds what was written, and says so a while later. */
function asked(rig: { held: Uint8Array; written: Uint8Array[] }): DictionaryObject {
  return {
    ...{ index: 0x3000, name: "Asked", kind: "domain" },
    entries: [{ name: "Asked", type: "domain", access: "rw" }],
    read: () => ({ asked: { kind: "files" }, finish: () => rig.held }),
    write: (_, data) => ({
      asked: { kind: "files" },
      finish: () => {
        rig.held = data;
        rig.written.push(data);
        return DONE;
      },
    }),
  };
}

/**
 * Writes and reads in turn; throws where a promise breaks. On a bus that repeats frames each begins after the rest of the one
 * before: SDO numbers no transfers, and a copy of an old answer about the same object cannot be told from a new one.
 */
function transferAll(
  bus: SdoBus,
  rig: SdoRig,
  far: { held: Uint8Array; written: Uint8Array[] },
  times: number,
): Counts {
  const { client, random } = bus;
  const counts: Counts = { ok: 0, aborted: 0, writes: 0 };
  const sent: string[] = [];
  const mustRest = bus.faults.copies > 0;
  for (let i = 0; i < times; i++) {
    const object = pick(random, [index, 0x3000]);
    const bytes = anyBytes(random, Math.floor(pick(random, [4, 30, 200, 3000]) * uniform(random)));
    sent.push(text(bytes));
    const wrote = carryTransfer(bus, startDownload(client, object, 0, bytes, pick(random, MODES), bus.now_us));
    const written = [...rig.written.map(({ data }) => data), ...far.written].map(text);
    for (const each of written) if (!sent.includes(each)) throw new Error("written what was never sent");
    if (wrote.ok && !written.includes(text(bytes))) throw new Error("said to be written, and was not");
    if (mustRest || uniform(random) < 0.5) settle(bus);
    const read = carryTransfer(bus, startUpload(client, object, 0, pick(random, MODES), bus.now_us));
    const held = object === index ? rig.values.get(index * 256)! : far.held;
    if (read.ok && text(read.data) !== text(held)) throw new Error("read what is not held");
    if (mustRest || uniform(random) < 0.5) settle(bus);
    for (const { ok } of [wrote, read]) counts[ok ? "ok" : "aborted"]++;
  }
  settle(bus);
  counts.writes = rig.written.length + far.written.length;
  expect(isBusy(client)).toBe(false);
  expect(rig.server.transfer.kind).toBe("idle");
  return counts;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function transfers(seed: number, faults: SdoBus["faults"], times: number): Counts {
  const far = { held: new Uint8Array(3), written: [] as Uint8Array[] };
  const rig = createSdoRig({}, [asked(far)]);
  const bus = createSdoBus(createSdoClient(), rig.server, createRandom(seed), faults, () => ({
    kind: "files",
    files: [],
  }));
  return transferAll(bus, rig, far, times);
}

describe("on a bus with faults a transfer brings the right bytes or ends with an abort", () => {
  test.each([
    ["loses 1 of 200 frames", 11, { loss: 0.005, copies: 0, swaps: 0 }],
    ["loses 1 of 20 frames", 12, { loss: 0.05, copies: 0, swaps: 0 }],
    ["loses half of its frames", 13, { loss: 0.5, copies: 0, swaps: 0 }],
    ["repeats 1 of 100 frames", 14, { loss: 0, copies: 0.01, swaps: 0 }],
    ["repeats 1 of 5 frames", 15, { loss: 0, copies: 0.2, swaps: 0 }],
    ["does all of it a little", 17, { loss: 0.005, copies: 0.005, swaps: 0.005 }],
    ["does all of it a lot", 18, { loss: 0.05, copies: 0.05, swaps: 0.05 }],
  ])("that %s (seed %d)", (_, seed, faults) => {
    const { ok, aborted, writes } = transfers(seed, faults, 100);
    expect(ok).toBeGreaterThan(10);
    expect(aborted).toBeGreaterThan(0);
    expect(writes).toBeGreaterThan(5);
  });

  test.each([
    ["without faults", 19, NO_FAULTS],
    ["where only the order of waiting frames changes", 16, { loss: 0, copies: 0, swaps: 0.02 }],
  ])("and %s all of them succeed (seed %d)", (_, seed, faults) => {
    expect(transfers(seed, faults, 100)).toEqual({ ok: 200, aborted: 0, writes: 100 });
  });

  test("blocks get through where one frame of 200 is lost (seed 20)", () => {
    const rig = createSdoRig();
    const client = createSdoClient();
    const bus = createSdoBus(client, rig.server, createRandom(20), { loss: 0.005, copies: 0, swaps: 0 });
    const counts = { ok: 0, aborted: 0 };
    for (let i = 0; i < 40; i++) {
      const bytes = anyBytes(bus.random, 3000);
      const wrote = carryTransfer(bus, startDownload(client, index, 0, bytes, "block", bus.now_us));
      counts[wrote.ok ? "ok" : "aborted"]++;
      settle(bus);
    }
    expect(counts.ok).toBeGreaterThan(30); // only what is sent once in a transfer cannot be repeated
  });
});

test.each(["plain", "block"] as const)(
  "a write that the client gives up before its last frame is not written: %s",
  (mode) => {
    const all = requestsOf(mode);
    expect(all.length).toBeGreaterThan(6);
    for (let cut = 1; cut < all.length; cut++) {
      const rig = createSdoRig();
      for (const request of all.slice(0, cut)) answersTo(rig, request);
      expect(answersTo(rig, Uint8Array.of(0x80, 0x01, 0x20, 0, 0, 0, 0, 8))).toEqual([]);
      answersTo(rig, all.at(-1)!);
      expect(rig.written).toEqual([]);
      for (const request of all) answersTo(rig, request);
      expect(rig.written).toHaveLength(1);
    }
  },
);

/** All that a client sends for a write of 40 bytes. */
function requestsOf(mode: SdoMode): Uint8Array[] {
  const rig = createSdoRig();
  const client = createSdoClient();
  const sent: Uint8Array[] = [];
  const queue = [...startDownload(client, index, 0, new Uint8Array(40), mode, 0).send];
  for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
    sent.push(request);
    for (const answer of answersTo(rig, request)) queue.push(...takeSdoAnswer(client, answer, 0).send);
  }
  return sent;
}

// What an SDO costs inside the device: an expedited answer of its own node, with a real core's signals behind each entry, and
// how many frames of a block transfer go through client and server.

import { standardFrame } from "../../src/base/can-frame.ts";
import { createRandom } from "../../src/base/random.ts";
import { turnTo } from "../../src/canopen/application.ts";
import { sizeOf } from "../../src/canopen/data-types.ts";
import { takeFrame } from "../../src/canopen/node.ts";
import { startDownload } from "../../src/canopen/sdo-client.ts";
import { createSdoClient } from "../../src/canopen/sdo-client-state.ts";
import { NODE_ID, type Rig, startRig } from "../fuzz/canopen-rig.ts";
import { createDictionaryRig } from "../fuzz/dictionary-rig.ts";
import { carryTransfer, createSdoBus, NO_FAULTS } from "../fuzz/sdo-bus.ts";
import { AT, createSdoRig } from "../fuzz/sdo-rig.ts";
import { atLeast, atMost, type Figure } from "./measurement.ts";
import { benchSdoLine } from "./sdo-line-bench.ts";

const REQUESTS = 50_000;
/** Requests before the measurement, for the compiler. */
const WARM_UP = 5000;
const BAR_ms = 0.5;
const PAUSE_us = 1000;
const MEGABYTE = 0x10_0000;

export const benchSdo = (): Figure[] => [...benchExpedited(), benchBlocks(), ...benchSdoLine()];

function benchExpedited(): Figure[] {
  const rig = createDevice();
  const requests = expeditedReads(rig);
  const taken_ms = new Float64Array(REQUESTS);
  for (let i = 0; i < WARM_UP + REQUESTS; i++) {
    rig.now_us += PAUSE_us;
    const frame = requests[i % requests.length]!;
    const began_ms = performance.now();
    const { send } = takeFrame(rig.node, frame, rig.now_us);
    const time_ms = performance.now() - began_ms;
    if ((send[0]!.data[0]! & 0xe3) !== 0x43) throw new Error("an answer that is not expedited");
    if (i >= WARM_UP) taken_ms[i - WARM_UP] = time_ms;
  }
  taken_ms.sort();
  return [
    atMost("canopen.sdo.expedited.p50", taken_ms[REQUESTS >> 1]!, "ms"),
    atMost("canopen.sdo.expedited.p99", taken_ms[Math.floor(0.99 * (REQUESTS - 1))]!, "ms", BAR_ms),
  ];
}

/** The device's node with all its objects. */
function createDevice(): Rig {
  const { application, dictionary } = createDictionaryRig();
  return startRig({
    objects: [...dictionary.values()],
    turn: (now_us) => turnTo(application, now_us),
    presets: { transmit: [], receive: [] },
  });
}

/** A read of each entry that is a number of up to four bytes and can be read at any time. */
function expeditedReads(rig: Rig): ReturnType<typeof standardFrame>[] {
  const frames = [...rig.node.dictionary.values()].flatMap(({ index, entries }) =>
    [...entries.entries()].flatMap(([subIndex, entry]) => {
      const isOne = entry !== undefined && entry.access !== "wo" && sizeOf(entry.type) > 0 && sizeOf(entry.type) <= 4;
      const request = Uint8Array.of(0x40, index & 0xff, index >> 8, subIndex, 0, 0, 0, 0);
      return isOne ? [standardFrame(0x600 + NODE_ID, request)] : [];
    }),
  );
  return frames.filter((frame) => (takeFrame(rig.node, frame, rig.now_us).send[0]?.data[0] ?? 0x80) !== 0x80);
}

/** A megabyte in blocks, the third of three. */
function benchBlocks(): Figure {
  let rate = 0;
  for (let round = 0; round < 3; round++) {
    const client = createSdoClient();
    const bus = createSdoBus(client, createSdoRig().server, createRandom(1), NO_FAULTS);
    const began_ms = performance.now();
    const data = new Uint8Array(MEGABYTE);
    const result = carryTransfer(bus, startDownload(client, AT.free.index, 0, data, "block", 0));
    if (!result.ok) throw new Error("the transfer was aborted");
    rate = bus.frames / ((performance.now() - began_ms) / 1000);
  }
  return atLeast("canopen.sdo.block.frames", rate, "1/s");
}

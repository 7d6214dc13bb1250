// How much of a CAN bus a block transfer of a megabyte uses: on the timed bus with its stuff bits and intermissions, between a
// client and a server that answer at once. 1: nothing but segments, one behind the other.

import { standardFrame } from "../../src/base/can-frame.ts";
import { createRandom, nextUint32 } from "../../src/base/random.ts";
import { frameBits } from "../../src/can/bit-time.ts";
import { attachNode, createTimedBus, nextEvent_us, runTo, sendTimed, type TimedNode } from "../../src/can/timed-bus.ts";
import { startDownload, startUpload, takeSdoAnswer } from "../../src/canopen/sdo-client.ts";
import {
  createSdoClient,
  type SdoClient,
  type SdoClientStep,
  type SdoResult,
} from "../../src/canopen/sdo-client-state.ts";
import { takeSdoRequest } from "../../src/canopen/sdo-server.ts";
import { AT, createSdoRig } from "../fuzz/sdo-rig.ts";
import { atLeast, type Figure } from "./measurement.ts";

const MEGABYTE = 0x10_0000;
const SEGMENT = 7;
const RATE_kbit_s = 250;
const NODE_ID = 0x20;
const BAR = 0.9;

export function benchSdoLine(): Figure[] {
  const random = createRandom(1);
  const data = Uint8Array.from({ length: MEGABYTE }, () => nextUint32(random) & 0xff);
  const rig = createSdoRig();
  const client = createSdoClient();
  const down = share(rig, client, (now_us) => startDownload(client, AT.free.index, 0, data, "block", now_us));
  const up = share(rig, client, (now_us) => startUpload(client, AT.free.index, 0, "block", now_us));
  return [atLeast("canopen.sdo.block.down", down, "of rate", BAR), atLeast("canopen.sdo.block.up", up, "of rate", BAR)];
}

type Begin = (now_us: number) => SdoClientStep;

/** The part of a transfer's time in which the bus carried segments. */
function share({ server }: ReturnType<typeof createSdoRig>, client: SdoClient, begin: Begin): number {
  const bus = createTimedBus(RATE_kbit_s);
  let ended: SdoResult | undefined;
  const bits = { download: 0, upload: 0 };
  const send = (node: TimedNode, id: number, frames: readonly Uint8Array[], way: keyof typeof bits): void => {
    for (const frame of frames.map((data) => standardFrame(id + NODE_ID, data))) {
      if (!sendTimed(node, frame)) throw new Error("a controller has no room for a block");
      bits[way] += frameBits(frame);
    }
  };
  const master = attachNode(bus, {
    receive: ({ data }, time_us) => {
      const step = takeSdoAnswer(client, data, Math.floor(time_us));
      ended = step.ended ?? ended;
      send(master, 0x600, step.send, "download");
    },
  });
  const slave = attachNode(bus, {
    receive: ({ data }, time_us) =>
      send(slave, 0x580, takeSdoRequest(server, data, Math.floor(time_us)).send, "upload"),
  });
  send(master, 0x600, begin(0).send, "download");
  while (ended === undefined) runTo(bus, nextEvent_us(bus));
  if (!ended.ok || bus.now_bits * SEGMENT < MEGABYTE) throw new Error("the transfer was aborted");
  return Math.max(bits.download, bits.upload) / bus.now_bits;
}

// Frames such as no device should see and some will: valid ones, valid ones with bits turned, and random ones, mixed by a seed. Left out
// are those that would rightly change something: NMT commands for the node itself, the enabled charger's own frames, and what LSS
// may order without a login (a bit rate, a node-ID).

import { type CanFrame, extendedFrame, standardFrame } from "../../src/base/can-frame.ts";
import { createRandom, nextUint32, type Random } from "../../src/base/random.ts";

const NODE_ID = 32;
/** Status of the charger that the settings enable: genericCharger.statusId. */
export const CHARGER_STATUS = 0x18ff50e5;
const LSS_MASTER = 0x7e5;
const below = (random: Random, limit: number): number => nextUint32(random) % limit;
const bytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => nextUint32(random) & 0xff);

/** Objects that people ask for, and some that there are not. */
const OBJECTS = [
  ...[0x1000, 0x1001, 0x1003, 0x1008, 0x1010, 0x1017, 0x1018, 0x1021, 0x1200, 0x1800, 0x1a00, 0x2000, 0x2e00],
  ...[0x3009, 0x3023, 0x3028, 0x4020, 0x4f00, 0x4f01, 0x5100, 0x5802, 0x5803, 0x5810, 0x5840, 0x6000, 0x9999],
] as const;

/** Starts of transfers, segments, blocks, aborts. */
const SDO_COMMANDS = [0x40, 0x40, 0x40, 0x60, 0x70, 0x23, 0x2b, 0x2f, 0x21, 0x00, 0x11, 0xa4, 0xa3, 0xa2, 0xc6, 0x80];

function sdo(random: Random): CanFrame {
  const data = bytes(random, 8);
  const index = OBJECTS[below(random, OBJECTS.length)]!;
  data.set([SDO_COMMANDS[below(random, SDO_COMMANDS.length)]!, index & 0xff, index >> 8, below(random, 12)]);
  return standardFrame(0x600 + NODE_ID, data);
}

const nmtForOthers = (random: Random): CanFrame =>
  standardFrame(0, Uint8Array.of([1, 2, 0x80, 0x81, 0x82][below(random, 5)]!, 33 + below(random, 90)));

/** Selecting, identifying, scanning, inquiring, storing. */
function lss(random: Random): CanFrame {
  const data = bytes(random, 8);
  data[0] = [0x04, 0x17, 0x40, 0x41, 0x42, 0x43, 0x46, 0x4b, 0x4c, 0x51, 0x5a, 0x5e][below(random, 12)]!;
  if (data[0] === 0x04) data[1] = below(random, 3);
  return standardFrame(LSS_MASTER, data);
}

/** J1939 and Eltek frames as chargers send them, from other addresses. */
function charger(random: Random): CanFrame {
  const data = bytes(random, 8);
  const ids = [0x18ff50e6, 0x18ff50e7, 0x18ff5080, 0x18eeff00 + below(random, 256), 0x05014004, 0x1806e5f4];
  return extendedFrame(ids[below(random, ids.length)]!, data);
}

/** Heartbeats, emergencies, PDOs and SYNC of others; the node's own id too. */
function others(random: Random): CanFrame {
  const service = [0x080, 0x180, 0x200, 0x280, 0x580, 0x700][below(random, 6)]!;
  if (service === 0x080 && below(random, 2) === 0) return standardFrame(0x080, new Uint8Array(0));
  return standardFrame(service + 1 + below(random, 127), bytes(random, service === 0x700 ? 1 : 8));
}

const anyStandard = (random: Random): CanFrame => standardFrame(below(random, 0x800), bytes(random, below(random, 9)));
const anyExtended = (random: Random): CanFrame =>
  extendedFrame(nextUint32(random) & 0x1fffffff, bytes(random, below(random, 9)));

const KINDS = [sdo, sdo, sdo, sdo, nmtForOthers, lss, charger, charger, others, others, anyStandard, anyExtended];

/** A bit of the id or of the data turned, or a byte cut off. */
function mutated(frame: CanFrame, random: Random): CanFrame {
  const data = frame.data.slice(0, Math.max(0, frame.length - below(random, 2)));
  if (data.length > 0) data[below(random, data.length)]! ^= 1 << below(random, 8);
  const id = below(random, 4) === 0 ? frame.id ^ (1 << below(random, 11)) : frame.id;
  return frame.extended ? extendedFrame(id, data) : standardFrame(id, data);
}

function isHarmless({ id, extended, data }: CanFrame): boolean {
  if (extended) return id !== CHARGER_STATUS;
  if (id === 0) return data[1] !== 0 && data[1] !== NODE_ID;
  return id !== LSS_MASTER || data[0] === undefined || data[0] < 0x11 || data[0] > 0x15;
}

/** The next frame, and the next; the same for the same seed. */
export function createTraffic(seed: number): () => CanFrame {
  const random = createRandom(seed);
  const next = (): CanFrame => {
    const frame = KINDS[below(random, KINDS.length)]!(random);
    return below(random, 5) === 0 ? mutated(frame, random) : frame;
  };
  return () => {
    for (;;) {
      const frame = next();
      if (isHarmless(frame)) return frame;
    }
  };
}

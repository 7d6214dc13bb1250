// Bad input for the whole CAN side, from a seed: random frames, frames that mean something, and frames of the device itself with
// bits changed, to its node and its partners over its own dictionary. Nothing may throw, no frame go out that is none, nothing
// pile up, and no setting change: nobody on this bus has the password. Used by a test in short and by `npm run fuzz`.

import { type CanFrame, extendedFrame, isFrame, standardFrame } from "../../src/base/can-frame.ts";
import { createRandom, type Random, uniform } from "../../src/base/random.ts";
import { sizeOf } from "../../src/canopen/data-types.ts";
import { deviceNodeOptions } from "../../src/canopen/device-node.ts";
import { createNode, finish, nextDeadline_us, noteTick, poll, takeFrame } from "../../src/canopen/node.ts";
import type { Node } from "../../src/canopen/node-state.ts";
import type { NodeStep } from "../../src/canopen/node-step.ts";
import type { Dictionary } from "../../src/canopen/object.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  poll as pollEquipment,
  takeFrame as takePartnerFrame,
} from "../../src/equipment/equipment.ts";
import type { Settings } from "../../src/model/settings.ts";
import { createDictionaryRig, type DictionaryRig, outcomeOf } from "./dictionary-rig.ts";

export type CanFuzzCount = {
  frames: number;
  /** Frames that the device sent. */
  sent: number;
  /** Input signals driven, errors acknowledged, operator's commands given: what is open to whoever is on the wire. */
  orders: number;
  /** Passwords tried. */
  logins: number;
  /** Times that LSS or a reset brought another node id. */
  renumbered: number;
};

type Fuzz = {
  readonly random: Random;
  readonly device: DictionaryRig;
  readonly node: Node;
  readonly equipment: Equipment;
  readonly indexes: readonly number[];
  /** What one frame can write: index, sub-index, bytes. */
  readonly writable: readonly (readonly [index: number, subIndex: number, size: number])[];
  /** What the device said last, to be sent back changed. */
  readonly recent: CanFrame[];
  readonly counts: CanFuzzCount;
  nodeId: number;
  tick_us: number;
};

const below = (random: Random, end: number): number => Math.floor(uniform(random) * end);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;
const bytesOf = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => below(random, 256));

/** Partners that may share a bus, in turn. */
const BUSES: readonly ((settings: Settings) => void)[] = [
  ({ canopen }) => {
    canopen.pdoSet = "both";
  },
  (settings) => {
    settings.can.bitRate = "500";
    settings.inverter.profile = "victron";
    settings.j1939Charger.enable = true;
    settings.cia419Charger.enable = true;
    settings.shunt.enable = true;
  },
  (settings) => {
    settings.can.bitRate = "125";
    settings.eltekCharger.enable = true;
  },
  (settings) => {
    settings.inverter.profile = "growatt";
    settings.genericCharger.enable = true;
  },
];
/** A device lives for so many frames at most; then another one with other partners. */
const LONGEST_LIFE = 20_000;

/** Identifiers that partners listen to. */
const PARTNER_IDS = [0x305, 0x306, 0x307, 0x301, 0x300, 0x18a, 0x38a, 0x70a, 0x521];
const LONG_PARTNER_IDS = [
  ...[0x18ff50e5, 0x18fecae5, 0x18eefff4, 0x18eafff9, 0x1cecffe5, 0x1cebffe5, 0x05001418, 0x05014004, 0x0501400c],
  ...[0x0501bffc, 0x05014400],
];
/** Predefined connections that are nobody's own: NMT, SYNC, TIME, heartbeat of another, LSS. */
const COMMON_IDS = [0x000, 0x080, 0x100, 0x085, 0x705, 0x7e5, 0x7e5];
/** Bases of a node's own. */
const OWN_BASES = [0x600, 0x600, 0x600, 0x600, 0x200, 0x300, 0x400, 0x500, 0x700];
const SDO_COMMANDS = [
  ...[0x23, 0x27, 0x2b, 0x2f, 0x22, 0x40, 0x21, 0x20, 0x60, 0x70, 0x00, 0x0d, 0x10, 0x1d, 0xa4, 0xa3, 0xa2, 0xa1],
  ...[0xc4, 0xc6, 0xc1, 0x80, 0x81, 0x01],
];
/** Of LSS, those that set something among them: node id, bit rate, activation, store. */
const LSS_COMMANDS = [0x04, 0x04, 0x11, 0x13, 0x15, 0x17, 0x17, 0x40, 0x41, 0x42, 0x43, 0x46, 0x4c, 0x51, 0x5a, 0x5e];
/** 1010h, 1011h, orders, the first settings: tried more often than their number says. */
const TEMPTING = [
  0x1010, 0x1011, 0x1f80, 0x1017, 0x5800, 0x5801, 0x5802, 0x5803, 0x5804, 0x5820, 0x4000, 0x4100, 0x5100,
];

/** Throws where a promise breaks; `what` says which. */
function check(holds: boolean, what: string, { id, data }: CanFrame): void {
  if (!holds) throw new Error(`${what}: ${id.toString(16)}#${Buffer.from(data).toString("hex")}`);
}

/** @param told hears how many frames are done */
export function fuzzCan(seed: number, frames: number, told: (done: number) => void = () => {}): CanFuzzCount {
  const counts: CanFuzzCount = { frames: 0, sent: 0, orders: 0, logins: 0, renumbered: 0 };
  const random = createRandom(seed);
  const most = Math.min(LONGEST_LIFE, Math.ceil(frames / BUSES.length));
  for (let life = 0; counts.frames < frames; life++) {
    const fuzz = createFuzz(random, BUSES[life % BUSES.length]!, counts);
    const before = JSON.stringify(fuzz.device.bms.settings);
    const end = Math.min(frames, counts.frames + most);
    for (; counts.frames < end; counts.frames++) giveFrame(fuzz, anyFrame(fuzz));
    check(
      JSON.stringify(fuzz.device.bms.settings) === before,
      "a setting has changed",
      standardFrame(0, new Uint8Array(0)),
    );
    told(counts.frames);
  }
  return counts;
}

function createFuzz(random: Random, change: (settings: Settings) => void, counts: CanFuzzCount): Fuzz {
  const device = createDictionaryRig(change);
  device.login = "wrong";
  const dictionary = (): Dictionary => node.dictionary;
  const node: Node = createNode(deviceNodeOptions(device.application, { stored: undefined, dictionary }));
  const fuzz: Fuzz = {
    ...{ random, device, node, equipment: createEquipment(device.bms.settings), counts },
    ...{ indexes: [...node.dictionary.keys()], writable: writableOf(node), recent: [] },
    ...{ nodeId: node.nodeId, tick_us: device.now_us },
  };
  takeStep(fuzz, poll(node, device.now_us), standardFrame(0, new Uint8Array(0)));
  return fuzz;
}

/** The password may be four bytes. */
const writableOf = ({ dictionary }: Node): Fuzz["writable"] =>
  [...dictionary.values()].flatMap(({ index, entries }) =>
    entries.flatMap((entry, subIndex) => {
      if (entry === undefined || entry.access === "ro" || entry.access === "const") return [];
      const size = entry.name === "session.login" ? 4 : sizeOf(entry.type);
      return size >= 1 && size <= 4 ? [[index, subIndex, size] as const] : [];
    }),
  );

function anyFrame(fuzz: Fuzz): CanFrame {
  const { random, recent } = fuzz;
  const kind = below(random, 20);
  if (kind === 0) return stray(random);
  if (kind < 3 && recent.length > 0) return mutated(random, pick(random, recent));
  if (kind < 6) return partnerFrame(random);
  return kind < 10 ? commonFrame(fuzz) : ownFrame(fuzz);
}

function stray(random: Random): CanFrame {
  const extended = below(random, 2) === 0;
  const id = below(random, extended ? 0x2000_0000 : 0x800);
  const remote = below(random, 4) === 0;
  const length = below(random, 9);
  return { id, extended, remote, length, data: bytesOf(random, remote ? 0 : length) };
}

function mutated(random: Random, { id, extended, data }: CanFrame): CanFrame {
  const changed = data.slice(0, below(random, 4) === 0 ? below(random, data.length + 1) : data.length);
  if (changed.length > 0) changed[below(random, changed.length)]! ^= 1 << below(random, 8);
  const other = below(random, 3) === 0 ? id ^ (1 << below(random, 11)) : id;
  return extended ? extendedFrame(other, changed) : standardFrame(other & 0x7ff, changed);
}

function partnerFrame(random: Random): CanFrame {
  const data = bytesOf(random, below(random, 4) === 0 ? below(random, 9) : 8);
  if (below(random, 2) === 0) return extendedFrame(pick(random, LONG_PARTNER_IDS), data);
  return standardFrame(pick(random, PARTNER_IDS), data);
}

function commonFrame({ random, nodeId }: Fuzz): CanFrame {
  const id = pick(random, COMMON_IDS);
  if (id === 0) {
    const command = pick(random, [1, 1, 1, 2, 0x80, 0x81, 0x82, 0x82, below(random, 256)]);
    return standardFrame(0, Uint8Array.of(command, pick(random, [0, nodeId & 0x7f, below(random, 256)])));
  }
  const data = bytesOf(random, below(random, 6) === 0 ? below(random, 9) : 8);
  if (id === 0x7e5) shapeLss(random, data);
  return standardFrame(id, data);
}

const ACTIVATE = 0x15;

/** Long delays of a bit rate are left out: a node keeps silent meanwhile. So it does for long without a node id. */
function shapeLss(random: Random, data: Uint8Array): void {
  if (data.length < 8) return;
  data.set([pick(random, LSS_COMMANDS), below(random, 30) === 0 ? 255 : pick(random, [0, 1, 1, 32, 32, 40])]);
  if (data[0] === ACTIVATE || below(random, 2) === 0) data.fill(0, 2);
}

/** Something for the node itself; mostly SDO that is right in its form. */
function ownFrame(fuzz: Fuzz): CanFrame {
  const { random, nodeId, indexes } = fuzz;
  if (below(random, 4) === 0) return goodWrite(fuzz);
  const id = pick(random, OWN_BASES) + (nodeId & 0x7f);
  const data = bytesOf(random, below(random, 10) === 0 ? below(random, 9) : 8);
  if (below(random, 8) === 0 || data.length < 8) return standardFrame(id, data);
  const index = pick(random, below(random, 3) === 0 ? TEMPTING : indexes);
  data.set([pick(random, SDO_COMMANDS), index & 0xff, index >> 8, below(random, 12)]);
  if (below(random, 2) === 0) data.set([below(random, 4), 0, 0, 0], 4);
  if (index === 0x1010) data.set([0x73, 0x61, 0x76, 0x65], 4);
  if (index === 0x1011) data.set([0x6c, 0x6f, 0x61, 0x64], 4);
  return standardFrame(id, data);
}

/** A write that the protocol takes, of a small number; half of them to objects that give orders. */
function goodWrite({ random, nodeId, writable }: Fuzz): CanFrame {
  const orders = writable.filter(([index]) => TEMPTING.includes(index));
  const [index, subIndex, size] = pick(random, below(random, 2) === 0 ? orders : writable);
  const command = 0x23 | ((4 - size) << 2);
  const value = below(random, 3) === 0 ? below(random, 256) : below(random, 3);
  return standardFrame(
    0x600 + (nodeId & 0x7f),
    Uint8Array.of(command, index & 0xff, index >> 8, subIndex, value, 0, 0, 0),
  );
}

const TICK_us = 10_000;

/** A frame to all who listen, and what time brings after it. */
function giveFrame(fuzz: Fuzz, frame: CanFrame): void {
  const { random, device, node, equipment } = fuzz;
  device.now_us += below(random, 1000) === 0 ? 2_000_000 : below(random, 400);
  const { now_us } = device;
  if (nextDeadline_us(node) <= now_us) takeStep(fuzz, poll(node, now_us), frame);
  takeStep(fuzz, takeFrame(node, frame, now_us), frame);
  takePartnerStep(fuzz, takePartnerFrame(equipment, frame, device.application.show(), now_us), frame);
  if (now_us >= fuzz.tick_us) tick(fuzz, frame);
  judge(fuzz, frame);
}

function tick(fuzz: Fuzz, frame: CanFrame): void {
  const { device, node, equipment } = fuzz;
  fuzz.tick_us = device.now_us + TICK_us;
  takeStep(fuzz, noteTick(node, device.now_us), frame);
  takePartnerStep(fuzz, pollEquipment(equipment, device.application.show(), device.now_us), frame);
}

/** A block of 127 segments at most, and after a reset the emergencies that stand. */
const MOST = 127 + 64;

function takeStep(fuzz: Fuzz, { send, asked }: NodeStep, cause: CanFrame): void {
  note(fuzz, send, cause);
  for (const each of asked) {
    if (each.asked.kind === "login") fuzz.counts.logins++;
    if (each.asked.kind === "ask") {
      fuzz.counts.orders += each.asked.asks.length;
      check(
        each.asked.asks.every(({ kind }) => kind !== "set"),
        "a setting was to be changed",
        cause,
      );
    }
    const { device, node } = fuzz;
    takeStep(fuzz, finish(node, each.ticket, outcomeOf(device, each.asked), device.now_us), cause);
  }
}

function takePartnerStep(fuzz: Fuzz, { send, asks }: EquipmentStep, cause: CanFrame): void {
  note(fuzz, send, cause);
  check(asks.length <= 16, "many reports for one frame", cause);
}

function note({ counts, recent }: Fuzz, send: readonly CanFrame[], cause: CanFrame): void {
  check(send.length <= MOST && send.every(isFrame), "frames that are none, or too many", cause);
  counts.sent += send.length;
  for (const frame of send) if (recent.push(frame) > 32) recent.shift();
}

function judge(fuzz: Fuzz, cause: CanFrame): void {
  const { device, node, counts } = fuzz;
  device.asked.length = 0;
  if (node.nodeId !== fuzz.nodeId) counts.renumbered++;
  fuzz.nodeId = node.nodeId;
  check(device.application.session.staged.size === 0, "a setting was staged", cause);
  check(device.application.session.until_us === 0, "somebody is logged in", cause);
  check(node.tickets.open.size <= 64, "questions pile up", cause);
  check(node.emergency.waiting.length <= 32 && node.emergency.history.length <= 32, "emergencies pile up", cause);
  check(!Number.isNaN(nextDeadline_us(node)), "no deadline", cause);
}

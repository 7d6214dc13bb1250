// Bad input for the SDO server and client, from a seed: a client of ours talks to our server through somebody who changes
// bits, cuts frames off, and throws in frames of his own. Nobody may be taken down by it or stuck, no answer be longer or
// shorter than eight bytes, nothing be written that its object does not take. Used by a test in short and by `npm run fuzz`.

import { createRandom, type Random, uniform } from "../../src/base/random.ts";
import { pollSdoClient, startDownload, startUpload, takeSdoAnswer } from "../../src/canopen/sdo-client.ts";
import {
  createSdoClient,
  isBusy,
  type SdoClient,
  type SdoClientStep,
  type SdoMode,
} from "../../src/canopen/sdo-client-state.ts";
import { pollSdoServer, takeSdoRequest } from "../../src/canopen/sdo-server.ts";
import { createSdoRig, type SdoRig, type Written } from "./sdo-rig.ts";

export type SdoFuzzCount = { frames: number; answered: number; written: number; completed: number; aborted: number };

type Fuzz = {
  readonly random: Random;
  readonly rig: SdoRig;
  readonly client: SdoClient;
  readonly toServer: Uint8Array[];
  readonly toClient: Uint8Array[];
  readonly counts: SdoFuzzCount;
  now_us: number;
};

const below = (random: Random, end: number): number => Math.floor(uniform(random) * end);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;
const bytesOf = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => below(random, 256));

const INDEXES = [
  ...[0x1000, 0x1001, 0x1008, 0x1010, 0x1011, 0x1017, 0x1018, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007],
  ...[0x2008, 0x2009, 0x200a, 0x200b, 0x200c, 0x2020, 0x2fff, 0, 0xffff],
];
/** First bytes that begin or carry on something; the others come by chance. */
const COMMANDS = [
  ...[0x20, 0x21, 0x22, 0x23, 0x27, 0x2b, 0x2f, 0x40, 0x60, 0x70, 0x00, 0x01, 0x10, 0x1d, 0x80, 0xa0, 0xa4, 0xa1, 0xa2],
  ...[0xa3, 0xc0, 0xc2, 0xc4, 0xc6, 0xc1, 0xd5, 0x81, 0x02, 0x7f, 0xff, 0x41, 0x43, 0x4f, 0x30, 0xe0],
];

/** A frame that is right in its form more often than not; some are short. */
function frameOf(random: Random): Uint8Array {
  if (below(random, 8) === 0) return bytesOf(random, below(random, 9));
  const index = pick(random, INDEXES);
  const size = below(random, 2) === 0 ? [below(random, 40), 0, 0, 0] : bytesOf(random, 4);
  return Uint8Array.from([pick(random, COMMANDS), index & 0xff, index >> 8, below(random, 6), ...size]);
}

function mutated(random: Random, frame: Uint8Array): Uint8Array {
  const at = below(random, frame.length);
  if (below(random, 4) === 0) return frame.slice(0, at);
  return frame.with(at, frame[at]! ^ (1 << below(random, 8)));
}

/** Throws where a promise breaks; `what` says which. */
function check(holds: boolean, what: string, bytes: Uint8Array): void {
  if (!holds) throw new Error(`${what}: ${Buffer.from(bytes).toString("hex")}`);
}

/** @param told hears how many frames are done */
export function fuzzSdo(seed: number, frames: number, told: (done: number) => void = () => {}): SdoFuzzCount {
  const fuzz = createFuzz(seed);
  while (fuzz.counts.frames < frames) {
    if (!takeTurn(fuzz)) continue;
    fuzz.counts.frames++;
    if (fuzz.counts.frames % 10_000 === 0) told(fuzz.counts.frames);
  }
  return fuzz.counts;
}

const createFuzz = (seed: number): Fuzz => ({
  ...{ random: createRandom(seed), rig: createSdoRig({ memory: 5000 }), client: createSdoClient({ memory: 5000 }) },
  ...{ toServer: [], toClient: [], now_us: 0 },
  counts: { frames: 0, answered: 0, written: 0, completed: 0, aborted: 0 },
});

/** Whether somebody was handed a frame. */
function takeTurn(fuzz: Fuzz): boolean {
  const { random, client, toServer, toClient } = fuzz;
  fuzz.now_us += pick(random, [100, 100, 100, 100, 1000, 1000, 10_000, below(random, 1000) === 0 ? 1_100_000 : 500]);
  if (!isBusy(client) && below(random, 4) === 0) takeClientStep(fuzz, begin(fuzz));
  if (below(random, 40) === 0) pick(random, [toServer, toClient]).unshift(frameOf(random));
  poll(fuzz);
  if (toServer.length + toClient.length === 0) return false;
  const isForServer = toServer.length > 0 && (toClient.length === 0 || below(random, 2) === 0);
  const whole = (isForServer ? toServer : toClient).shift()!;
  const frame = whole.length > 0 && below(random, 50) === 0 ? mutated(random, whole) : whole;
  if (isForServer) askServer(fuzz, frame);
  else takeClientStep(fuzz, takeSdoAnswer(client, frame, fuzz.now_us));
  return true;
}

/** Texts of any length, and whatever else there is. */
const FREE = [0x2001, 0x2002, 0x2006];

function begin({ random, client, now_us }: Fuzz): SdoClientStep {
  const mode = pick<SdoMode>(random, ["auto", "plain", "block"]);
  const isFree = below(random, 3) === 0;
  const index = pick(random, isFree ? FREE : INDEXES);
  const subIndex = isFree ? 0 : below(random, 4);
  if (below(random, 2) === 0) return startUpload(client, index, subIndex, mode, now_us);
  const data = bytesOf(random, below(random, pick(random, [4, 12, 100, 2000])));
  return startDownload(client, index, subIndex, data, mode, now_us);
}

function askServer(fuzz: Fuzz, frame: Uint8Array): void {
  const { rig, counts } = fuzz;
  const { send, ticket } = takeSdoRequest(rig.server, frame, fuzz.now_us);
  check(ticket === undefined, "something was asked of the device", frame);
  check(send.length === 0 || frame.length === 8, "an answer to a short frame", frame);
  checkFrames(send, frame);
  if (send.length > 0) counts.answered++;
  fuzz.toClient.push(...send);
  for (const written of rig.written.splice(0)) {
    check(isAllowed(written), `${written.index.toString(16)}:${written.subIndex} was written`, written.data);
    counts.written++;
  }
}

function checkFrames(send: readonly Uint8Array[], cause: Uint8Array): void {
  check(send.length <= 127, "more frames than a block has", cause);
  for (const frame of send) check(frame.length === 8, "a frame of another length", cause);
}

function takeClientStep(fuzz: Fuzz, { send, ended }: SdoClientStep): void {
  checkFrames(send, send[0] ?? new Uint8Array(0));
  fuzz.toServer.push(...send);
  if (ended !== undefined) fuzz.counts[ended.ok ? "completed" : "aborted"]++;
}

/** Time-outs come when they are due; nobody wants to be called in the past, or waits without an end. */
function poll(fuzz: Fuzz): void {
  const { rig, client, now_us } = fuzz;
  const { send } = pollSdoServer(rig.server, now_us);
  fuzz.toClient.push(...send);
  takeClientStep(fuzz, pollSdoClient(client, now_us));
  const { transfer, deadline_us } = rig.server;
  const nothing = new Uint8Array(0);
  check((transfer.kind === "idle") === (deadline_us === undefined), "the server waits without an end", nothing);
  check((deadline_us ?? Infinity) > now_us, "the server wants to be called in the past", nothing);
  check(isBusy(client) === (client.deadline_us !== undefined), "the client waits without an end", nothing);
  check((client.deadline_us ?? Infinity) > now_us, "the client wants to be called in the past", nothing);
  check(fuzz.toServer.length + fuzz.toClient.length < 2000, "frames pile up", nothing);
}

const view = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);
const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;

/** What may be written where, said again without the dictionary's own words. */
const ALLOWED: Readonly<Record<string, (data: Uint8Array) => boolean>> = {
  "1010:1": (data) => Buffer.from(data).toString() === "save",
  "1011:1": (data) => Buffer.from(data).toString() === "load",
  "1017:0": ({ length }) => length === 2,
  "2001:0": ({ length }) => length <= 5000,
  "2002:0": ({ length }) => length <= 20,
  "2003:0": (data) => data.length === 1 && within(data[0]!, 10, 20),
  "2004:0": (data) => data.length === 4 && within(view(data).getFloat32(0, true), -0.1000001, 0.1000001),
  "2005:0": (data) => data.length === 8 && view(data).getBigUint64(0, true) <= 1_000_000_000_000n,
  "2006:0": ({ length }) => length <= 64,
  "2007:1": ({ length }) => length === 1,
  "2007:3": (data) => data.length === 1 && data[0]! <= 1,
  "2008:0": (data) => data.length === 2 && within(view(data).getInt16(0, true), -100, 100),
  "2009:0": ({ length }) => length === 6,
  "200a:0": (data) => data.length === 8 && within(view(data).getFloat64(0, true), -2, 2),
  "200b:0": ({ length }) => length === 2,
};

const isAllowed = ({ index, subIndex, data }: Written): boolean =>
  ALLOWED[`${index.toString(16)}:${subIndex}`]?.(data) ?? false;

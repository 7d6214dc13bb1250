// Bad input for the Modbus server, from a seed: random and mutated frames, split, merged, cut off, with wrong checksums and
// wrong counts, on a serial line and over TCP. An oracle that shares no code with the server says which of them may be
// answered. Used by a test in short and by `npm run fuzz` at length.

import { createRandom, type Random, uniform } from "../../src/base/random.ts";
import { rtuFrame, tcpFrame } from "../../src/modbus/framing.ts";
import { takeBytes } from "../../src/modbus/serial-line.ts";
import {
  createTcpConnection,
  serveConnection,
  takeChunk,
  takeConnectionOutcome,
} from "../../src/modbus/tcp-connection.ts";
import { carryOut, createRig, type Rig, send } from "./modbus-rig.ts";

export type FuzzCount = { frames: number; answered: number; silent: number; closed: number };

const UNIT = 32;

const below = (random: Random, end: number): number => Math.floor(uniform(random) * end);
const bytesOf = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => below(random, 256));
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;

/** Checksum bit by bit, as the standard's text has it; the server's goes by a table. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** Whether a blob between two silences is a good frame for the server itself. */
function isForServer(blob: Uint8Array): boolean {
  if (blob.length < 4 || blob.length > 256 || blob[0] !== UNIT) return false;
  return slowCrc(blob.slice(0, -2)) === (blob.at(-2)! | (blob.at(-1)! << 8));
}

const BASES = [
  0x0000, 0x1fff, 0x2000, 0x2100, 0x2200, 0x4000, 0x4100, 0x5100, 0x5800, 0x5820, 0x5830, 0x6000, 0x7000, 0x8000,
  0x9000, 0x9800, 0x9c40, 0xa000, 0xb000, 0xffff,
];
const FUNCTIONS = [1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 22, 23, 43];

/** A request that is right in its form more often than not. */
function pduOf(random: Random): Uint8Array {
  const code = below(random, 8) === 0 ? below(random, 256) : pick(random, FUNCTIONS);
  const address = (pick(random, BASES) + below(random, 40)) & 0xffff;
  const count = pick(random, [0, 1, 2, 10, 64, 121, 123, 125, 126, 2000, 0xffff]);
  const head = [code, address >> 8, address & 0xff, count >> 8, count & 0xff];
  if (code === 15 || code === 16)
    return Uint8Array.from([...head, 2 * (count & 0x7f), ...bytesOf(random, Math.min(246, 2 * (count & 0x7f)))]);
  if (code === 23)
    return Uint8Array.from([
      ...head,
      ...head.slice(1),
      2 * (count & 0x7f),
      ...bytesOf(random, Math.min(240, 2 * (count & 0x7f))),
    ]);
  if (code === 43) return Uint8Array.from([code, pick(random, [0x0e, 0x0d]), below(random, 6), below(random, 256)]);
  if (code === 22) return Uint8Array.from([...head, below(random, 256), below(random, 256)]);
  return code === 8
    ? Uint8Array.from([8, 0, pick(random, [0, 2, 10, 11, 12, 18, 20, 99]), 0, below(random, 2)])
    : Uint8Array.from(head);
}

function mutate(random: Random, frame: Uint8Array): Uint8Array {
  const at = below(random, frame.length);
  switch (below(random, 5)) {
    case 0:
      return frame.map((byte, i) => (i === at ? byte ^ (1 << below(random, 8)) : byte));
    case 1:
      return frame.slice(0, at);
    case 2:
      return Uint8Array.from([...frame.slice(0, at), below(random, 256), ...frame.slice(at)]);
    case 3:
      return Uint8Array.from([...frame, ...bytesOf(random, 1 + below(random, 300))]);
    default:
      return frame.filter((_, i) => i !== at);
  }
}

function blobOf(random: Random): Uint8Array {
  const unit = pick(random, [UNIT, UNIT, UNIT, UNIT, 0, 1, 31, 33, 247, 248, 255]);
  const frame = rtuFrame(unit, pduOf(random).slice(0, 253));
  switch (below(random, 5)) {
    case 0:
      return bytesOf(random, below(random, 600));
    case 1:
      return mutate(random, frame);
    case 2:
      return Uint8Array.from([...frame, ...rtuFrame(UNIT, pduOf(random).slice(0, 253))]); // two without silence between
    default:
      return frame;
  }
}

/** Throws where a promise breaks; `what` says which. */
function check(holds: boolean, what: string, blob: Uint8Array): void {
  if (!holds) throw new Error(`${what}: ${Buffer.from(blob).toString("hex")}`);
}

function checkUnchanged(rig: Rig, settings: Rig["bms"]["settings"], blob: Uint8Array): void {
  check(rig.bms.settings === settings, "a setting changed", blob);
  check(
    rig.asked.every(({ kind }) => kind === "override" || kind === "acknowledge" || kind === "command"),
    "a setting was asked for",
    blob,
  );
  check(rig.line.session.staged.size === 0, "a setting was staged", blob);
  rig.asked.length = 0;
}

/** Frames on a serial line, each between two silences, some in pieces. */
export function fuzzSerial(seed: number, frames: number, told: (done: number) => void = () => {}): FuzzCount {
  const random = createRandom(seed);
  const rig = createRig();
  rig.login = "wrong";
  const { settings } = rig.bms;
  const counts: FuzzCount = { frames: 0, answered: 0, silent: 0, closed: 0 };
  for (; counts.frames < frames; counts.frames++) {
    const blob = blobOf(random);
    rig.line.isListeningOnly = false;
    const answers = sendInPieces(rig, random, blob);
    const mayAnswer = isForServer(blob);
    check(answers.length <= 1, "more than one answer", blob);
    check(answers.length === 0 || mayAnswer, "an answer to what is not for it", blob);
    check(answers.length === 1 || !mayAnswer || isSilentOrder(blob), "no answer to a good request", blob);
    check(
      answers.every((answer) => isForServer(answer) && answer.length <= 256),
      "an answer that is no frame",
      blob,
    );
    checkUnchanged(rig, settings, blob);
    counts[answers.length === 1 ? "answered" : "silent"]++;
    if (counts.frames % 10_000 === 0) told(counts.frames);
  }
  return counts;
}

/** Slow senders pause inside a frame, by less than what ends it. */
function sendInPieces(rig: Rig, random: Random, blob: Uint8Array): Uint8Array[] {
  const cut = below(random, 3) === 0 ? below(random, blob.length) : 0;
  rig.now_us += 100_000;
  if (cut === 0) return send(rig, blob);
  const before = carryOut(rig, takeBytes(rig.line, rig.context, blob.slice(0, cut), rig.now_us));
  const { character_us } = rig.line.timing;
  return [...before, ...send(rig, blob.slice(cut), (blob.length - cut + below(random, 3)) * character_us)];
}

/** Listening only, and a restart of it, are not answered. */
const isSilentOrder = (blob: Uint8Array): boolean => blob[1] === 8 && blob[2] === 0 && blob[3] === 4;

/** Streams over TCP, cut anywhere; a new connection whenever one is closed. */
export function fuzzTcp(seed: number, frames: number, told: (done: number) => void = () => {}): FuzzCount {
  const random = createRandom(seed);
  const rig = createRig();
  const { settings } = rig.bms;
  const counts: FuzzCount = { frames: 0, answered: 0, silent: 0, closed: 0 };
  let connection = createTcpConnection("tcp", UNIT, "10.0.0.9", false);
  for (; counts.frames < frames; counts.frames++) {
    const unit = pick(random, [UNIT, UNIT, 0, 255, 7]);
    const frame = tcpFrame(below(random, 65_536), unit, pduOf(random).slice(0, 253));
    const chunk = below(random, 3) === 0 ? mutate(random, frame) : frame;
    takeChunk(connection, chunk, counts.frames);
    const step = serveConnection(connection, rig.context, 1000, counts.frames);
    if (step.asked?.kind === "ask")
      takeConnectionOutcome(connection, rig.context, { kind: "answers", answers: [{ ok: true }] }, counts.frames);
    if (step.asked?.kind === "login")
      takeConnectionOutcome(connection, rig.context, { kind: "login", login: "wrong" }, counts.frames);
    for (const answer of step.send)
      check(answer.length <= 260 && [UNIT, 0, 255].includes(answer[6]!), "an answer in another name", chunk);
    check(connection.session.staged.size === 0, "a setting was staged", chunk);
    check(
      step.asked?.kind !== "ask" || step.asked.asks.every(({ kind }) => kind !== "set"),
      "a setting was asked for",
      chunk,
    );
    checkUnchanged(rig, settings, chunk);
    counts.answered += step.send.length;
    if (step.isBroken || connection.buffer.length > 8192) {
      counts.closed++;
      connection = createTcpConnection("tcp", UNIT, "10.0.0.9", false);
    }
    if (counts.frames % 10_000 === 0) told(counts.frames);
  }
  return counts;
}

// The server's side of a download, a write to the dictionary: expedited, in segments, in blocks (CiA 301 v4.2, 7.2.4.3.2 to 4
// and 8 to 11). What can be refused is refused at the beginning; nothing is written before all of it has come and fits.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { sizeOf } from "./data-types.ts";
import { mayWrite, writeEntry } from "./dictionary.ts";
import { DONE, type Entry } from "./object.ts";
import { acknowledgeBlock, createBlockReceiver, takeBlockEnd, takeBlockSegment } from "./sdo-block-receiver.ts";
import { createGathering, gather, gathered, type Room } from "./sdo-gathering.ts";
import {
  ABORT_COMMAND,
  BITS,
  BLOCK,
  bareFrame,
  expeditedData,
  numberIn,
  objectFrame,
  SERVER,
  segmentLength,
  sizeIn,
  type Target,
  targetOf,
} from "./sdo-protocol.ts";
import {
  end,
  fail,
  goOn,
  type SdoServer,
  type SdoServerStep,
  SILENT,
  type Transfer,
  wait,
} from "./sdo-server-state.ts";

type Download = Extract<Transfer, { kind: "download" }>;
type BlockDownload = Extract<Transfer, { kind: "blockDownload" }>;

const ACCEPTED = SERVER.download << 5;
const BLOCK_ANSWER = SERVER.blockDownload << 5;

export function startDownload(server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep {
  const target = targetOf(request);
  const accepted = objectFrame(ACCEPTED, target);
  if ((request[0] & BITS.expedited) !== 0) {
    const data = expeditedData(request, assumedSize(server, target));
    return write(server, target, data, request, accepted, now_us);
  }
  const gathering = begin(server, target, sizeIn(request));
  if (typeof gathering === "number") return fail(server, target, gathering);
  return goOn(server, { kind: "download", target, gathering, toggle: 0 }, [accepted], now_us);
}

const entryOf = (server: SdoServer, { index, subIndex }: Target): Entry | undefined =>
  server.dictionary.get(index)?.entries[subIndex];

/** Where the client does not tell how many of four bytes are data, the object knows (CANopenNode does the same). */
function assumedSize(server: SdoServer, target: Target): number {
  const entry = entryOf(server, target);
  const size = entry === undefined ? 0 : sizeOf(entry.type);
  return size === 0 ? 4 : Math.min(4, size);
}

/** A place to gather the data, or why they are refused from the start. */
function begin(
  server: SdoServer,
  target: Target,
  size: number | undefined,
): ReturnType<typeof createGathering> | AbortCode {
  const refusal = mayWrite(server.dictionary, target.index, target.subIndex);
  if (refusal !== undefined) return refusal;
  const entry = entryOf(server, target)!;
  const room = roomFor(entry, server.options.memory);
  if (size !== undefined && size > room.most) return room.refusal;
  if (size !== undefined && size < sizeOf(entry.type)) return ABORT.tooShort;
  return createGathering(size, room);
}

function roomFor(entry: Entry, memory: number): Room {
  const size = sizeOf(entry.type);
  const most = size > 0 ? size : entry.maxLength;
  return most === undefined ? { most: memory, refusal: ABORT.memory } : { most, refusal: ABORT.tooLong };
}

export function takeDownloadSegment(
  server: SdoServer,
  transfer: Download,
  request: Uint8Array,
  now_us: number,
): SdoServerStep {
  const { target, gathering } = transfer;
  const toggle = request[0] & BITS.toggle;
  if (toggle !== transfer.toggle) return fail(server, target, ABORT.toggle);
  const refusal = gather(gathering, request, segmentLength(request));
  if (refusal !== undefined) return fail(server, target, refusal);
  const taken = bareFrame((SERVER.downloadSegment << 5) | toggle);
  if ((request[0] & BITS.last) !== 0) return finish(server, target, gathered(gathering), request, taken, now_us);
  transfer.toggle ^= BITS.toggle;
  return goOn(server, transfer, [taken], now_us);
}

export function startBlockDownload(server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep {
  const target = targetOf(request);
  const isSized = (request[0] & BITS.blockSized) !== 0;
  const gathering = begin(server, target, isSized ? numberIn(request) : undefined);
  if (typeof gathering === "number") return fail(server, target, gathering);
  const { blockSize } = server.options;
  const receiver = createBlockReceiver(gathering, (request[0] & BITS.blockCrc) !== 0, blockSize);
  const accepted = objectFrame(BLOCK_ANSWER | BITS.blockCrc, target, blockSize);
  return goOn(server, { kind: "blockDownload", target, receiver, heard_us: now_us }, [accepted], now_us);
}

/** Until the last segment has come in order each frame but an abort is a segment, whatever its first bits. */
export const isSegment = ({ receiver }: BlockDownload, request: Uint8Array): boolean =>
  !receiver.isComplete && request[0] !== ABORT_COMMAND;

export function takeDownloadedBlockSegment(
  server: SdoServer,
  transfer: BlockDownload,
  request: Uint8Array,
  now_us: number,
): SdoServerStep {
  const before = transfer.receiver.received;
  const after = takeBlockSegment(transfer.receiver, request);
  if (typeof after === "number") return fail(server, transfer.target, after);
  if (after === "wait") return SILENT;
  if (after === "block") return acknowledge(server, transfer, transfer.receiver.received > before, now_us);
  hear(server, transfer, now_us);
  return SILENT;
}

/** Only what brings the transfer on gives it more time: half of it until we ask for the rest of a block, see below. */
function hear(server: SdoServer, transfer: BlockDownload, now_us: number): void {
  transfer.heard_us = now_us;
  server.deadline_us = now_us + Math.floor(server.options.timeout_us / 2);
}

function acknowledge(server: SdoServer, transfer: BlockDownload, isGood: boolean, now_us: number): SdoServerStep {
  const { blockSize } = transfer.receiver;
  const received = acknowledgeBlock(transfer.receiver);
  if (isGood) transfer.heard_us = now_us;
  server.deadline_us = transfer.heard_us + server.options.timeout_us;
  return { send: [bareFrame(BLOCK_ANSWER | BLOCK.acknowledge, received, blockSize)] };
}

/**
 * Half of the time has passed since a good segment came: the end of its block is lost, and the client is told from where to
 * repeat. That is said once. Where nothing of a block has come we cannot know whether our last word was lost or the block:
 * both sides would count differently; such a client has the whole time.
 */
export function askForRest(server: SdoServer, transfer: BlockDownload, now_us: number): SdoServerStep | undefined {
  const isOver = now_us - transfer.heard_us >= server.options.timeout_us;
  return isOver ? undefined : acknowledge(server, transfer, false, now_us);
}

export function endBlockDownload(
  server: SdoServer,
  transfer: BlockDownload,
  request: Uint8Array,
  now_us: number,
): SdoServerStep {
  const data = takeBlockEnd(transfer.receiver, request);
  return finish(server, transfer.target, data, request, bareFrame(BLOCK_ANSWER | BLOCK.end), now_us);
}

const finish = (
  server: SdoServer,
  target: Target,
  data: Uint8Array | AbortCode,
  request: Uint8Array,
  confirmation: Uint8Array,
  now_us: number,
): SdoServerStep =>
  typeof data === "number" ? fail(server, target, data) : write(server, target, data, request, confirmation, now_us);

function write(
  server: SdoServer,
  target: Target,
  data: Uint8Array,
  request: Uint8Array,
  confirmation: Uint8Array,
  now_us: number,
): SdoServerStep {
  const result = writeEntry(server.dictionary, target.index, target.subIndex, data);
  if (typeof result === "number") return fail(server, target, result);
  if (result === DONE) return end(server, confirmation);
  return wait(server, target, request, { kind: "write", awaited: result, confirmation }, now_us);
}

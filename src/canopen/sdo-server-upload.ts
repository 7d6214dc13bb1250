// The server's side of an upload, a read of the dictionary: expedited, in segments, in blocks (CiA 301 v4.2, 7.2.4.3.5 to 7
// and 12 to 15). What is read at the beginning is what the client gets, however long that takes.

import { ABORT } from "./abort-codes.ts";
import { readEntry } from "./dictionary.ts";
import type { ReadResult } from "./object.ts";
import { createBlockSender, isBlockSize, nextBlock, takeAcknowledgement } from "./sdo-block-sender.ts";
import {
  BITS,
  BLOCK,
  blockCommandOf,
  CLIENT,
  expeditedFrame,
  objectFrame,
  SEGMENT_BYTES,
  SERVER,
  segmentFrame,
  specifierOf,
  type Target,
  targetOf,
} from "./sdo-protocol.ts";
import {
  type BlockWish,
  end,
  fail,
  forgetTransfer,
  goOn,
  type SdoServer,
  type SdoServerStep,
  SILENT,
  type Transfer,
  wait,
} from "./sdo-server-state.ts";

type Upload = Extract<Transfer, { kind: "upload" }>;
type BlockUpload = Extract<Transfer, { kind: "blockUpload" }>;

export const startUpload = (server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep =>
  read(server, request, undefined, now_us);

export function startBlockUpload(server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep {
  if (!isBlockSize(request[4])) return fail(server, targetOf(request), ABORT.blockSize);
  const isChecked = (request[0] & BITS.blockCrc) !== 0;
  return read(server, request, { blockSize: request[4], threshold: request[5], isChecked }, now_us);
}

function read(server: SdoServer, request: Uint8Array, wish: BlockWish | undefined, now_us: number): SdoServerStep {
  const target = targetOf(request);
  const result: ReadResult = readEntry(server.dictionary, target.index, target.subIndex);
  if (typeof result === "number") return fail(server, target, result);
  if (result instanceof Uint8Array) return sendData(server, target, result, wish, now_us);
  return wait(server, target, request, { kind: "read", awaited: result, wish }, now_us);
}

/** The first answer: with all data where they fit, else with their size. */
export function sendData(
  server: SdoServer,
  target: Target,
  data: Uint8Array,
  wish: BlockWish | undefined,
  now_us: number,
): SdoServerStep {
  if (wish !== undefined && data.length > wish.threshold) return announceBlocks(server, target, data, wish, now_us);
  if (wish !== undefined && wish.threshold === 0) return announceBlocks(server, target, data, wish, now_us);
  if (data.length > 0 && data.length <= 4) return end(server, expeditedFrame(SERVER.upload, target, data));
  const size = objectFrame((SERVER.upload << 5) | BITS.sized, target, data.length);
  return goOn(server, { kind: "upload", target, data, at: 0, toggle: 0 }, [size], now_us);
}

export function takeUploadSegment(
  server: SdoServer,
  transfer: Upload,
  request: Uint8Array,
  now_us: number,
): SdoServerStep {
  const { target, data, at, toggle } = transfer;
  if ((request[0] & BITS.toggle) !== toggle) return fail(server, target, ABORT.toggle);
  const segment = segmentFrame(data, at, toggle);
  transfer.at += SEGMENT_BYTES;
  if (transfer.at >= data.length) return end(server, segment);
  transfer.toggle ^= BITS.toggle;
  return goOn(server, transfer, [segment], now_us);
}

function announceBlocks(
  server: SdoServer,
  target: Target,
  data: Uint8Array,
  { blockSize, isChecked }: BlockWish,
  now_us: number,
): SdoServerStep {
  const sender = createBlockSender(data, isChecked);
  const size = objectFrame((SERVER.blockUpload << 5) | BITS.blockCrc | BITS.blockSized, target, data.length);
  return goOn(server, { kind: "blockUpload", target, sender, blockSize, phase: "start" }, [size], now_us);
}

/** What a client may say while it uploads blocks: start, this has come, it is over; each in its turn. */
export function takeBlockUpload(
  server: SdoServer,
  transfer: BlockUpload,
  request: Uint8Array,
  now_us: number,
): SdoServerStep {
  const { target, sender, phase } = transfer;
  const command = specifierOf(request) === CLIENT.blockUpload ? blockCommandOf(request) : BLOCK.initiate;
  if (command === BLOCK.start && phase === "start") {
    transfer.phase = "segments";
    return goOn(server, transfer, nextBlock(sender, transfer.blockSize), now_us);
  }
  if (command === BLOCK.acknowledge && phase === "segments") {
    const after = takeAcknowledgement(sender, request[1], request[2]);
    if (typeof after === "number") return fail(server, target, after);
    transfer.phase = after.isEnd ? "end" : "segments";
    return goOn(server, transfer, after.frames, now_us);
  }
  if (command !== BLOCK.end || phase !== "end") return fail(server, target, ABORT.command);
  forgetTransfer(server);
  return SILENT;
}

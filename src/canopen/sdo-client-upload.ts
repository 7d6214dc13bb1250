// The client's side of an upload, a read of another node's dictionary (CiA 301 v4.2, 7.2.4.3.5 to 7 and 12 to 15). The server
// chooses: all data in its first answer, or segments, or blocks where they were asked for; it may keep the size to itself.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import {
  type AfterSegment,
  acknowledgeBlock,
  createBlockReceiver,
  takeBlockEnd,
  takeBlockSegment,
} from "./sdo-block-receiver.ts";
import {
  type ClientTransfer,
  conclude,
  giveUp,
  NOTHING,
  proceed,
  type SdoClient,
  type SdoClientStep,
} from "./sdo-client-state.ts";
import { createGathering, type Gathering, gather, gathered } from "./sdo-gathering.ts";
import {
  ABORT_COMMAND,
  BITS,
  BLOCK,
  bareFrame,
  CLIENT,
  expeditedData,
  numberIn,
  objectFrame,
  SERVER,
  segmentLength,
  sizeIn,
  specifierOf,
  type Target,
} from "./sdo-protocol.ts";

type Upload = Extract<ClientTransfer, { kind: "upload" }>;
type UploadSegments = Extract<ClientTransfer, { kind: "uploadSegments" }>;
type UploadBlocks = Extract<ClientTransfer, { kind: "uploadBlocks" }>;

const ASK_BLOCK = CLIENT.blockUpload << 5;

export function beginUpload(client: SdoClient, target: Target, isBlock: boolean, now_us: number): SdoClientStep {
  const { blockSize, threshold } = client.options;
  const request = isBlock
    ? objectFrame(ASK_BLOCK | BITS.blockCrc, target, blockSize | (threshold << 8))
    : objectFrame(CLIENT.upload << 5, target);
  return proceed(client, { kind: "upload", target, isBlock }, [request], now_us);
}

/** The server's first answer, about the object that was asked for. */
export function takeUploadStart(
  client: SdoClient,
  transfer: Upload,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  const { target, isBlock } = transfer;
  if (specifierOf(answer) === SERVER.upload) return takePlainStart(client, target, answer, now_us);
  if (!isBlock || specifierOf(answer) !== SERVER.blockUpload || (answer[0] & BLOCK.end) !== 0)
    return giveUp(client, target, ABORT.command);
  const isSized = (answer[0] & BITS.blockSized) !== 0;
  const gathering = begin(client, isSized ? numberIn(answer) : undefined);
  if (typeof gathering === "number") return giveUp(client, target, gathering);
  const receiver = createBlockReceiver(gathering, (answer[0] & BITS.blockCrc) !== 0, client.options.blockSize);
  const start = bareFrame(ASK_BLOCK | BLOCK.start);
  return proceed(client, { kind: "uploadBlocks", target, receiver, heard_us: now_us }, [start], now_us);
}

function takePlainStart(client: SdoClient, target: Target, answer: Uint8Array, now_us: number): SdoClientStep {
  if ((answer[0] & BITS.expedited) !== 0) return conclude(client, { ok: true, data: expeditedData(answer) });
  const gathering = begin(client, sizeIn(answer));
  if (typeof gathering === "number") return giveUp(client, target, gathering);
  const segments: UploadSegments = { kind: "uploadSegments", target, gathering, toggle: 0 };
  return proceed(client, segments, [bareFrame(CLIENT.uploadSegment << 5)], now_us);
}

function begin(client: SdoClient, size: number | undefined): Gathering | AbortCode {
  const { memory } = client.options;
  if (size !== undefined && size > memory) return ABORT.memory;
  return createGathering(size, { most: memory, refusal: ABORT.memory });
}

export function takeUploadedSegment(
  client: SdoClient,
  transfer: UploadSegments,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  const { target, gathering } = transfer;
  if (specifierOf(answer) !== SERVER.uploadSegment) return giveUp(client, target, ABORT.command);
  if ((answer[0] & BITS.toggle) !== transfer.toggle) return giveUp(client, target, ABORT.toggle);
  const refusal = gather(gathering, answer, segmentLength(answer));
  if (refusal !== undefined) return giveUp(client, target, refusal);
  if ((answer[0] & BITS.last) !== 0) return finish(client, target, gathered(gathering), []);
  transfer.toggle ^= BITS.toggle;
  return proceed(client, transfer, [bareFrame((CLIENT.uploadSegment << 5) | transfer.toggle)], now_us);
}

/** Until the last segment has come in order each frame but an abort is a segment, whatever its first bits. */
export const isSegment = ({ receiver }: UploadBlocks, answer: Uint8Array): boolean =>
  !receiver.isComplete && answer[0] !== ABORT_COMMAND;

export function takeUploadedBlockSegment(
  client: SdoClient,
  transfer: UploadBlocks,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  const before = transfer.receiver.received;
  const after: AfterSegment = takeBlockSegment(transfer.receiver, answer);
  if (typeof after === "number") return giveUp(client, transfer.target, after);
  if (after === "wait") return NOTHING;
  if (after === "block") return acknowledge(client, transfer, transfer.receiver.received > before, now_us);
  transfer.heard_us = now_us;
  client.deadline_us = now_us + Math.floor(client.options.timeout_us / 2);
  return NOTHING;
}

function acknowledge(client: SdoClient, transfer: UploadBlocks, isGood: boolean, now_us: number): SdoClientStep {
  const { blockSize } = transfer.receiver;
  const received = acknowledgeBlock(transfer.receiver);
  if (isGood) transfer.heard_us = now_us;
  client.deadline_us = transfer.heard_us + client.options.timeout_us;
  return { send: [bareFrame(ASK_BLOCK | BLOCK.acknowledge, received, blockSize)] };
}

/** As in a server's block download: the end of a block that has begun is asked for again after half of the time. */
export function askForRest(client: SdoClient, transfer: UploadBlocks, now_us: number): SdoClientStep | undefined {
  const isOver = now_us - transfer.heard_us >= client.options.timeout_us;
  return isOver ? undefined : acknowledge(client, transfer, false, now_us);
}

export function takeUploadEnd(client: SdoClient, transfer: UploadBlocks, answer: Uint8Array): SdoClientStep {
  const isEnd = specifierOf(answer) === SERVER.blockUpload && (answer[0] & BLOCK.end) !== 0;
  if (!isEnd) return giveUp(client, transfer.target, ABORT.command);
  const data = takeBlockEnd(transfer.receiver, answer);
  return finish(client, transfer.target, data, [bareFrame(ASK_BLOCK | BLOCK.end)]);
}

const finish = (
  client: SdoClient,
  target: Target,
  data: Uint8Array | AbortCode,
  thanks: readonly Uint8Array[],
): SdoClientStep =>
  typeof data === "number" ? giveUp(client, target, data) : conclude(client, { ok: true, data }, thanks);

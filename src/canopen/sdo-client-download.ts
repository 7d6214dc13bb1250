// The client's side of a download, a write to another node's dictionary (CiA 301 v4.2, 7.2.4.3.2 to 4 and 8 to 11).

import { ABORT } from "./abort-codes.ts";
import { createBlockSender, isBlockSize, nextBlock, takeAcknowledgement } from "./sdo-block-sender.ts";
import {
  type ClientTransfer,
  conclude,
  giveUp,
  proceed,
  type SdoClient,
  type SdoClientStep,
} from "./sdo-client-state.ts";
import {
  BITS,
  BLOCK,
  blockCommandOf,
  CLIENT,
  expeditedFrame,
  isFor,
  objectFrame,
  SEGMENT_BYTES,
  SERVER,
  segmentFrame,
  specifierOf,
  type Target,
} from "./sdo-protocol.ts";

type Download = Extract<ClientTransfer, { kind: "download" }>;
type DownloadSegments = Extract<ClientTransfer, { kind: "downloadSegments" }>;
type DownloadBlocks = Extract<ClientTransfer, { kind: "downloadBlocks" }>;
type DownloadEnd = Extract<ClientTransfer, { kind: "downloadEnd" }>;

const WRITTEN: Uint8Array = new Uint8Array(0);

export function beginDownload(
  client: SdoClient,
  target: Target,
  data: Uint8Array,
  isBlock: boolean,
  now_us: number,
): SdoClientStep {
  if (isBlock) return beginBlocks(client, target, data, now_us);
  const isExpedited = data.length > 0 && data.length <= 4;
  const request = isExpedited
    ? expeditedFrame(CLIENT.download, target, data)
    : objectFrame((CLIENT.download << 5) | BITS.sized, target, data.length);
  return proceed(client, { kind: "download", target, data }, [request], now_us);
}

function beginBlocks(client: SdoClient, target: Target, data: Uint8Array, now_us: number): SdoClientStep {
  const command = (CLIENT.blockDownload << 5) | BITS.blockCrc | BITS.blockSized;
  const request = objectFrame(command, target, data.length);
  return proceed(client, { kind: "downloadBlocks", target, data, sender: undefined }, [request], now_us);
}

/** The server takes the data, or has taken them already. */
export function takeDownloadStart(
  client: SdoClient,
  { target, data }: Download,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  if (specifierOf(answer) !== SERVER.download) return giveUp(client, target, ABORT.command);
  if (data.length > 0 && data.length <= 4) return conclude(client, { ok: true, data: WRITTEN });
  const segments: DownloadSegments = { kind: "downloadSegments", target, data, at: 0, toggle: 0 };
  return proceed(client, segments, [segmentFrame(data, 0, 0)], now_us);
}

export function takeSegmentAnswer(
  client: SdoClient,
  transfer: DownloadSegments,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  const { target, data } = transfer;
  if (specifierOf(answer) !== SERVER.downloadSegment) return giveUp(client, target, ABORT.command);
  if ((answer[0] & BITS.toggle) !== transfer.toggle) return giveUp(client, target, ABORT.toggle);
  transfer.at += SEGMENT_BYTES;
  if (transfer.at >= data.length) return conclude(client, { ok: true, data: WRITTEN });
  transfer.toggle ^= BITS.toggle;
  return proceed(client, transfer, [segmentFrame(data, transfer.at, transfer.toggle)], now_us);
}

/** The server takes blocks of some size, or has got some segments of one. */
export function takeBlockAnswer(
  client: SdoClient,
  transfer: DownloadBlocks,
  answer: Uint8Array,
  now_us: number,
): SdoClientStep {
  const { target, data, sender } = transfer;
  const command = specifierOf(answer) === SERVER.blockDownload ? blockCommandOf(answer) : BLOCK.end;
  if (sender === undefined && command === BLOCK.initiate) {
    if (!isFor(answer, target)) return { send: [] };
    if (!isBlockSize(answer[4])) return giveUp(client, target, ABORT.blockSize);
    transfer.sender = createBlockSender(data, (answer[0] & BITS.blockCrc) !== 0);
    return proceed(client, transfer, nextBlock(transfer.sender, answer[4]), now_us);
  }
  if (sender === undefined || command !== BLOCK.acknowledge) return giveUp(client, target, ABORT.command);
  const after = takeAcknowledgement(sender, answer[1], answer[2]);
  if (typeof after === "number") return giveUp(client, target, after);
  return proceed(client, after.isEnd ? { kind: "downloadEnd", target } : transfer, after.frames, now_us);
}

export function takeDownloadEnd(client: SdoClient, { target }: DownloadEnd, answer: Uint8Array): SdoClientStep {
  const isEnd = specifierOf(answer) === SERVER.blockDownload && blockCommandOf(answer) === BLOCK.end;
  return isEnd ? conclude(client, { ok: true, data: WRITTEN }) : giveUp(client, target, ABORT.command);
}

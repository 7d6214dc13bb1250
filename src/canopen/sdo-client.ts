// A client of the SDO protocol (CiA 301 v4.2, 7.2.4) for one server: begins a transfer, takes the answers, tells how it ended.
// For several servers there are several clients. `deadline_us` of the client tells when it wants to be polled.
//
//   step = startUpload(client, 0x1008, 0, "auto", now_us);         // send step.send
//   step = takeSdoAnswer(client, frame.data, now_us);              // until step.ended
//   step = pollSdoClient(client, now_us);                          // once client.deadline_us has come

import { assert } from "../base/assert.ts";
import { ABORT } from "./abort-codes.ts";
import {
  beginDownload,
  takeBlockAnswer,
  takeDownloadEnd,
  takeDownloadStart,
  takeSegmentAnswer,
} from "./sdo-client-download.ts";
import {
  conclude,
  giveUp,
  isBusy,
  NOTHING,
  type SdoClient,
  type SdoClientStep,
  type SdoMode,
} from "./sdo-client-state.ts";
import {
  askForRest,
  beginUpload,
  isSegment,
  takeUploadEnd,
  takeUploadedBlockSegment,
  takeUploadedSegment,
  takeUploadStart,
} from "./sdo-client-upload.ts";
import { ABORT_COMMAND, isFor, numberIn } from "./sdo-protocol.ts";

const FRAME_BYTES = 8;

/** Begins to read an object of the server, which must not be in the midst of another transfer of this client. */
export function startUpload(
  client: SdoClient,
  index: number,
  subIndex: number,
  mode: SdoMode,
  now_us: number,
): SdoClientStep {
  assert(!isBusy(client), "one transfer at a time");
  return beginUpload(client, { index, subIndex }, mode === "block", now_us);
}

/** Begins to write an object of the server; the data must not change before the end. */
export function startDownload(
  client: SdoClient,
  index: number,
  subIndex: number,
  data: Uint8Array,
  mode: SdoMode,
  now_us: number,
): SdoClientStep {
  assert(!isBusy(client), "one transfer at a time");
  const isBlock = mode === "block" || (mode === "auto" && data.length > client.options.blocksFrom);
  return beginDownload(client, { index, subIndex }, data, isBlock, now_us);
}

/** @param answer the data of a frame on the server's transmit id; fewer than eight bytes are none */
export function takeSdoAnswer(client: SdoClient, answer: Uint8Array, now_us: number): SdoClientStep {
  const { transfer } = client;
  if (answer.length < FRAME_BYTES) return NOTHING;
  if (transfer.kind === "uploadBlocks" && isSegment(transfer, answer))
    return takeUploadedBlockSegment(client, transfer, answer, now_us);
  if (answer[0] === ABORT_COMMAND) return takeAbort(client, numberIn(answer), now_us);
  switch (transfer.kind) {
    case "idle":
      return NOTHING;
    case "upload": // an answer about something else is a late one
      return isFor(answer, transfer.target) ? takeUploadStart(client, transfer, answer, now_us) : NOTHING;
    case "uploadSegments":
      return takeUploadedSegment(client, transfer, answer, now_us);
    case "uploadBlocks":
      return takeUploadEnd(client, transfer, answer);
    case "download":
      return isFor(answer, transfer.target) ? takeDownloadStart(client, transfer, answer, now_us) : NOTHING;
    case "downloadSegments":
      return takeSegmentAnswer(client, transfer, answer, now_us);
    case "downloadBlocks":
      return takeBlockAnswer(client, transfer, answer, now_us);
    case "downloadEnd":
      return takeDownloadEnd(client, transfer, answer);
  }
}

/** A server that does not know blocks says that the command is unknown: then without. */
function takeAbort(client: SdoClient, abort: number, now_us: number): SdoClientStep {
  const { transfer } = client;
  if (transfer.kind === "idle") return NOTHING;
  if (abort === ABORT.command && transfer.kind === "upload" && transfer.isBlock)
    return beginUpload(client, transfer.target, false, now_us);
  if (abort === ABORT.command && transfer.kind === "downloadBlocks" && transfer.sender === undefined)
    return beginDownload(client, transfer.target, transfer.data, false, now_us);
  return conclude(client, { ok: false, abort, by: "server" });
}

/** Gives up a server that has gone silent (0504 0000h). */
export function pollSdoClient(client: SdoClient, now_us: number): SdoClientStep {
  const { transfer, deadline_us } = client;
  if (transfer.kind === "idle" || deadline_us === undefined || now_us < deadline_us) return NOTHING;
  const rest = transfer.kind === "uploadBlocks" ? askForRest(client, transfer, now_us) : undefined;
  return rest ?? giveUp(client, transfer.target, ABORT.timeout);
}

// A server of the SDO protocol (CiA 301 v4.2, 7.2.4): one request of a client in, the answers out. It carries one transfer at a
// time; a client that begins anew ends what it had begun. `deadline_us` of the server tells when it wants to be polled.
//
//   const server = createSdoServer(dictionary);
//   step = takeSdoRequest(server, frame.data, now_us);             // send step.send; ask step.ticket.asked of the device
//   step = takeSdoOutcome(server, ticket, outcome, now_us);        // what came of it
//   step = pollSdoServer(server, now_us);                          // once server.deadline_us has come

import type { Outcome } from "../model/asking.ts";
import { ABORT } from "./abort-codes.ts";
import type { FileOutcome } from "./object.ts";
import { ABORT_COMMAND, BLOCK, blockCommandOf, CLIENT, specifierOf, type Target, targetOf } from "./sdo-protocol.ts";
import {
  askForRest,
  endBlockDownload,
  isSegment,
  startBlockDownload,
  startDownload,
  takeDownloadedBlockSegment,
  takeDownloadSegment,
} from "./sdo-server-download.ts";
import {
  end,
  fail,
  forgetTransfer,
  type SdoServer,
  type SdoServerStep,
  type SdoTicket,
  SILENT,
} from "./sdo-server-state.ts";
import { sendData, startBlockUpload, startUpload, takeBlockUpload, takeUploadSegment } from "./sdo-server-upload.ts";

const FRAME_BYTES = 8;
const NO_OBJECT: Target = { index: 0, subIndex: 0 };

/** @param request the data of a frame on the server's receive id; fewer than eight bytes are none (7.2.4.1) */
export function takeSdoRequest(server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep {
  if (request.length < FRAME_BYTES) return SILENT;
  const { transfer } = server;
  if (transfer.kind === "blockDownload" && isSegment(transfer, request))
    return takeDownloadedBlockSegment(server, transfer, request, now_us);
  if (transfer.kind === "waiting" && isSame(transfer.request, request)) return SILENT; // said twice, answered once
  switch (specifierOf(request)) {
    case CLIENT.download:
      return startDownload(server, request, now_us);
    case CLIENT.upload:
      return startUpload(server, request, now_us);
    case CLIENT.blockUpload:
      if (blockCommandOf(request) === BLOCK.initiate) return startBlockUpload(server, request, now_us);
      break;
    case CLIENT.blockDownload:
      if ((request[0] & BLOCK.end) === 0) return startBlockDownload(server, request, now_us);
      break;
    case CLIENT.abort:
      if (request[0] !== ABORT_COMMAND) break;
      forgetTransfer(server);
      return SILENT;
  }
  return continueTransfer(server, request, now_us);
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.every((byte, i) => byte === other[i]);

/** What begins nothing belongs to the transfer that runs, or to none. */
function continueTransfer(server: SdoServer, request: Uint8Array, now_us: number): SdoServerStep {
  const { transfer } = server;
  const specifier = specifierOf(request);
  switch (transfer.kind) {
    case "download":
      if (specifier === CLIENT.downloadSegment) return takeDownloadSegment(server, transfer, request, now_us);
      break;
    case "upload":
      if (specifier === CLIENT.uploadSegment) return takeUploadSegment(server, transfer, request, now_us);
      break;
    case "blockDownload":
      if (specifier === CLIENT.blockDownload) return endBlockDownload(server, transfer, request, now_us);
      break;
    case "blockUpload":
      return takeBlockUpload(server, transfer, request, now_us);
    case "idle":
      return fail(server, isStray(specifier) ? NO_OBJECT : targetOf(request), ABORT.command);
    case "waiting":
      break;
  }
  return fail(server, transfer.target, ABORT.command);
}

/** Parts of transfers name no object; an unknown command most likely does. */
const isStray = (specifier: number): boolean => specifier !== 7;

/**
 * What came of what the device was asked. Where the client has given up meanwhile, the object still hears of it, the client
 * does not.
 */
export function takeSdoOutcome(
  server: SdoServer,
  { goesOn }: SdoTicket,
  outcome: Outcome | FileOutcome,
  now_us: number,
): SdoServerStep {
  const { transfer } = server;
  const result = goesOn.awaited.finish(outcome);
  if (transfer.kind !== "waiting" || transfer.ticket.goesOn !== goesOn) return SILENT;
  if (typeof result === "number") return fail(server, transfer.target, result);
  if (goesOn.kind === "write") return end(server, goesOn.confirmation);
  return result instanceof Uint8Array ? sendData(server, transfer.target, result, goesOn.wish, now_us) : SILENT;
}

/** Gives up a client that has gone silent, or a device that does not answer (7.2.4.3.17: 0504 0000h). */
export function pollSdoServer(server: SdoServer, now_us: number): SdoServerStep {
  const { transfer, deadline_us } = server;
  if (transfer.kind === "idle" || deadline_us === undefined || now_us < deadline_us) return SILENT;
  const rest = transfer.kind === "blockDownload" ? askForRest(server, transfer, now_us) : undefined;
  return rest ?? fail(server, transfer.target, ABORT.timeout);
}

// What a server of the SDO protocol remembers of the one transfer it can carry, and what each of its steps brings.

import type { Asked } from "../model/asking.ts";
import type { AbortCode } from "./abort-codes.ts";
import type { Awaited, Dictionary, DONE, FileAsked } from "./object.ts";
import type { BlockReceiver } from "./sdo-block-receiver.ts";
import type { BlockSender } from "./sdo-block-sender.ts";
import type { Gathering } from "./sdo-gathering.ts";
import { abortFrame, BLOCK_MAX, type Target } from "./sdo-protocol.ts";

export type SdoServerOptions = {
  /** A client that says nothing for so long is given up. */
  readonly timeout_us: number;
  /** The device may take so long with its answer. */
  readonly patience_us: number;
  /** Segments in a block that a client sends, 1..127. */
  readonly blockSize: number;
  /** The most bytes for an object that does not say how many it takes. */
  readonly memory: number;
};

export const SDO_SERVER_OPTIONS: SdoServerOptions = {
  ...{ timeout_us: 1_000_000, patience_us: 10_000_000, blockSize: BLOCK_MAX, memory: 0x10_0000 },
};

export type SdoServer = {
  readonly dictionary: Dictionary;
  readonly options: SdoServerOptions;
  transfer: Transfer;
  /** When `pollSdoServer` wants to be called; undefined: not at all. */
  deadline_us: number | undefined;
};

export type Transfer =
  | { readonly kind: "idle" }
  | { readonly kind: "download"; readonly target: Target; readonly gathering: Gathering; toggle: number }
  | { readonly kind: "upload"; readonly target: Target; readonly data: Uint8Array; at: number; toggle: number }
  | {
      readonly kind: "blockDownload";
      readonly target: Target;
      readonly receiver: BlockReceiver;
      /** When the last good segment came. */
      heard_us: number;
    }
  | {
      readonly kind: "blockUpload";
      readonly target: Target;
      readonly sender: BlockSender;
      readonly blockSize: number;
      phase: "start" | "segments" | "end";
    }
  /** The device has been asked; `request` is the frame that led to it. */
  | { readonly kind: "waiting"; readonly target: Target; readonly request: Uint8Array; readonly ticket: SdoTicket };

export const IDLE: Transfer = { kind: "idle" };

/** What the client of a block upload can do: segments in a block, the size up to which it had rather have no blocks, CRC. */
export type BlockWish = { readonly blockSize: number; readonly threshold: number; readonly isChecked: boolean };

/** What to ask of the device; handed back with the outcome. */
export type SdoTicket = {
  readonly asked: Asked | FileAsked;
  readonly goesOn:
    | { readonly kind: "read"; readonly awaited: Awaited<Uint8Array>; readonly wish: BlockWish | undefined }
    | { readonly kind: "write"; readonly awaited: Awaited<typeof DONE>; readonly confirmation: Uint8Array };
};

export type SdoServerStep = {
  /** Frames of eight bytes, to be sent in this order. */
  readonly send: readonly Uint8Array[];
  readonly ticket?: SdoTicket;
};

export const SILENT: SdoServerStep = { send: [] };

/** Of one dictionary; no transfer runs. */
export const createSdoServer = (dictionary: Dictionary, options: Partial<SdoServerOptions> = {}): SdoServer => ({
  ...{ dictionary, options: { ...SDO_SERVER_OPTIONS, ...options }, transfer: IDLE, deadline_us: undefined },
});

/** Ends what runs without a word, as when the node stops or is reset. What the device still answers is not passed on. */
export function forgetTransfer(server: SdoServer): void {
  server.transfer = IDLE;
  server.deadline_us = undefined;
}

/** Answers; the client has the time-out for its next frame. */
export function goOn(
  server: SdoServer,
  transfer: Transfer,
  send: readonly Uint8Array[],
  now_us: number,
): SdoServerStep {
  server.transfer = transfer;
  server.deadline_us = now_us + server.options.timeout_us;
  return { send };
}

/** The transfer is over, with a last frame. */
export function end(server: SdoServer, frame: Uint8Array): SdoServerStep {
  forgetTransfer(server);
  return { send: [frame] };
}

/** The transfer is over, refused with this code. */
export const fail = (server: SdoServer, target: Target, code: AbortCode): SdoServerStep =>
  end(server, abortFrame(target, code));

/** The transfer waits for the device. */
export function wait(
  server: SdoServer,
  target: Target,
  request: Uint8Array,
  goesOn: SdoTicket["goesOn"],
  now_us: number,
): SdoServerStep {
  const ticket: SdoTicket = { asked: goesOn.awaited.asked, goesOn };
  server.transfer = { kind: "waiting", target, request: request.slice(), ticket };
  server.deadline_us = now_us + server.options.patience_us;
  return { send: [], ticket };
}

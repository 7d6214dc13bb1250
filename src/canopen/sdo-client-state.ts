// What a client of the SDO protocol remembers of its transfer with one server, and what each of its steps brings.

import type { AbortCode } from "./abort-codes.ts";
import type { BlockReceiver } from "./sdo-block-receiver.ts";
import type { BlockSender } from "./sdo-block-sender.ts";
import type { Gathering } from "./sdo-gathering.ts";
import { abortFrame, BLOCK_MAX, type Target } from "./sdo-protocol.ts";

export type SdoClientOptions = {
  /** A server that says nothing for so long is given up. */
  readonly timeout_us: number;
  /** Segments in a block that the server sends, 1..127. */
  readonly blockSize: number;
  /** Downloads of more bytes go in blocks, where the mode is "auto". */
  readonly blocksFrom: number;
  /** Uploads in blocks of so few bytes may come without, 0..255; 0: never. There are servers that trip over others than 0. */
  readonly threshold: number;
  /** The most bytes to be uploaded. */
  readonly memory: number;
};

export const SDO_CLIENT_OPTIONS: SdoClientOptions = {
  ...{ timeout_us: 1_000_000, blockSize: BLOCK_MAX, blocksFrom: 64, threshold: 0, memory: 0x100_0000 },
};

export type SdoClient = {
  readonly options: SdoClientOptions;
  transfer: ClientTransfer;
  /** When `pollSdoClient` wants to be called; undefined: not at all. */
  deadline_us: number | undefined;
};

/**
 * plain: expedited where it fits, else in segments; the server chooses where it is read. block: in blocks, plain where the
 * server does not know them. auto: plain reads, and writes by their size.
 */
export type SdoMode = "auto" | "plain" | "block";

export type ClientTransfer =
  | { readonly kind: "idle" }
  | { readonly kind: "upload"; readonly target: Target; readonly isBlock: boolean }
  | { readonly kind: "uploadSegments"; readonly target: Target; readonly gathering: Gathering; toggle: number }
  | {
      readonly kind: "uploadBlocks";
      readonly target: Target;
      readonly receiver: BlockReceiver;
      /** When the last good segment came. */
      heard_us: number;
    }
  | { readonly kind: "download"; readonly target: Target; readonly data: Uint8Array }
  | {
      readonly kind: "downloadSegments";
      readonly target: Target;
      readonly data: Uint8Array;
      at: number;
      toggle: number;
    }
  | {
      readonly kind: "downloadBlocks";
      readonly target: Target;
      readonly data: Uint8Array;
      sender: BlockSender | undefined;
    }
  | { readonly kind: "downloadEnd"; readonly target: Target };

/** How a transfer ended: with the bytes read (none where written), or a code, the server's own or from here. */
export type SdoResult =
  | { readonly ok: true; readonly data: Uint8Array }
  | { readonly ok: false; readonly abort: number; readonly by: "server" | "client" };

export type SdoClientStep = {
  /** Frames of eight bytes, to be sent in this order. */
  readonly send: readonly Uint8Array[];
  /** The transfer has ended; another one may begin. */
  readonly ended?: SdoResult;
};

export const NOTHING: SdoClientStep = { send: [] };

/** Of one server; no transfer runs. */
export const createSdoClient = (options: Partial<SdoClientOptions> = {}): SdoClient => ({
  ...{ options: { ...SDO_CLIENT_OPTIONS, ...options }, transfer: { kind: "idle" }, deadline_us: undefined },
});

/** A transfer runs: another would throw. */
export const isBusy = ({ transfer }: SdoClient): boolean => transfer.kind !== "idle";

/** Sends; the server has the time-out for its next frame. */
export function proceed(
  client: SdoClient,
  transfer: ClientTransfer,
  send: readonly Uint8Array[],
  now_us: number,
): SdoClientStep {
  client.transfer = transfer;
  client.deadline_us = now_us + client.options.timeout_us;
  return { send };
}

/** The transfer is over. @param send the last frames to the server */
export function conclude(client: SdoClient, ended: SdoResult, send: readonly Uint8Array[] = []): SdoClientStep {
  client.transfer = { kind: "idle" };
  client.deadline_us = undefined;
  return { send, ended };
}

/** Ends a transfer from here and tells the server. */
export const giveUp = (client: SdoClient, target: Target, abort: AbortCode): SdoClientStep =>
  conclude(client, { ok: false, abort, by: "client" }, [abortFrame(target, abort)]);

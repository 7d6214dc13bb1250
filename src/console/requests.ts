// What the console asks of whoever runs it, and what comes of it. The console knows neither bus nor device: its own node's
// dictionary, SDO clients, NMT and LSS masters are on the other side of these.

import type { LoginOutcome } from "../model/asking.ts";
import type { Datatype } from "./datatypes.ts";
import type { GatewayError } from "./errors.ts";

export const NMT_COMMANDS = ["start", "stop", "preoperational", "resetNode", "resetCommunication"] as const;
export type NmtCommand = (typeof NMT_COMMANDS)[number];

/** The four numbers of an LSS address (CiA 305): vendor, product, revision, serial number. */
export type LssAddress = readonly [number, number, number, number];

export type LssRequest =
  | { readonly service: "switchGlobal"; readonly isConfiguration: boolean }
  | { readonly service: "switchSelective"; readonly address: LssAddress }
  | { readonly service: "setNode"; readonly nodeId: number }
  | { readonly service: "setBitRate"; readonly table: number; readonly index: number }
  | { readonly service: "activateBitRate"; readonly delay_ms: number }
  | { readonly service: "store" }
  /** One part of the address, 0 to 3. */
  | { readonly service: "inquire"; readonly part: number }
  | { readonly service: "inquireNode" }
  | { readonly service: "fastscan"; readonly timeout_ms: number };

/** `node` 0: all of them, for NMT alone. */
export type ConsoleRequest =
  | { readonly kind: "read"; readonly node: number; readonly index: number; readonly subIndex: number }
  | {
      readonly kind: "write";
      readonly node: number;
      readonly index: number;
      readonly subIndex: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: "nmt"; readonly node: number; readonly command: NmtCommand }
  | { readonly kind: "lss"; readonly lss: LssRequest }
  | { readonly kind: "login"; readonly password: string };

/** How transfers over the bus are made. */
export type TransferOptions = { readonly timeout_ms: number; readonly isBlock: boolean };

export type ConsoleOutcome =
  | { readonly kind: "data"; readonly data: Uint8Array }
  /** Numbers of an LSS answer. */
  | { readonly kind: "numbers"; readonly numbers: readonly number[] }
  | { readonly kind: "done" }
  | { readonly kind: "abort"; readonly code: number; readonly text: string }
  | { readonly kind: "error"; readonly error: Exclude<GatewayError, "syntax">; readonly why?: string }
  | { readonly kind: "login"; readonly login: LoginOutcome };

/** What stands behind a name. */
export type Named = {
  readonly name: string;
  readonly index: number;
  readonly subIndex: number;
  readonly type: Datatype;
  readonly access: string;
  readonly unit: string;
  readonly help: string;
  /** Words of the values of a choice or code, from 0. */
  readonly words?: readonly string[];
};

/** The names of the device's own dictionary. */
export type Directory = {
  readonly find: (name: string) => Named | undefined;
  /** What stands at an index, for values without a type. */
  readonly at: (index: number, subIndex: number) => Named | undefined;
  readonly all: () => Iterable<Named>;
};

/** Who this device is: vendor, product, revision and serial number as in object 0x1018. */
export type ConsoleIdentity = { readonly nodeId: number; readonly identity: LssAddress };

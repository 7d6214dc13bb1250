// What a command of the gateway is, and what its rows are made of: words and what they lean on in, a command out.

import type { Datatype } from "./datatypes.ts";
import type { GatewayError } from "./errors.ts";
import type { ConsoleRequest, Directory } from "./requests.ts";

export type Setting = "network" | "node" | "sdo_timeout" | "sdo_block" | "events" | "echo";

export type Command =
  | {
      readonly kind: "request";
      readonly request: ConsoleRequest;
      readonly type?: Datatype;
      readonly words?: readonly string[];
    }
  | { readonly kind: "set"; readonly name: Setting; readonly value: number }
  | { readonly kind: "info" }
  | { readonly kind: "help"; readonly topic: string }
  | { readonly kind: "list"; readonly filter: string }
  | { readonly kind: "watch"; readonly names: readonly string[]; readonly period_ms: number }
  | { readonly kind: "unwatch" }
  | { readonly kind: "logout" }
  | { readonly kind: "nothing" }
  | { readonly kind: "error"; readonly error: GatewayError; readonly why?: string };

/** What a command may lean on. */
export type Grounds = {
  readonly directory: Directory;
  /** Undefined: none set. */
  readonly net: number | undefined;
  readonly node: number | undefined;
  /** The only net there is. */
  readonly ownNet: number;
  readonly ownNode: () => number;
};

export type Place = { readonly words: readonly string[]; readonly grounds: Grounds; readonly node: number | undefined };

/** An answer with this error of the gateway. @param why for people */
export const fail = (error: GatewayError, why?: string): Command => ({
  kind: "error",
  error,
  ...(why === undefined ? {} : { why }),
});
export const SYNTAX = fail("syntax");
/** A request without a type for its answer. */
export const ask = (request: ConsoleRequest): Command => ({ kind: "request", request });

/** A whole number from 0 to `most`, decimal or 0x; undefined where the text is none. */
export function numberOf(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^(0x[\da-f]{1,8}|\d{1,10})$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

export type Row = (place: Place) => Command;

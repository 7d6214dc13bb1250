// A number of the communication area as an entry of the dictionary: how it is read, and what judges and takes a new value.
// Length and range are judged before, in dictionary.ts.

import type { AbortCode } from "./abort-codes.ts";
import { type NumberType, numberBytes, numberOf } from "./data-types.ts";
import type { Node } from "./node-state.ts";
import { DONE, type Entry } from "./object.ts";
import type { Cell } from "./object-shapes.ts";

type Facts = Omit<Entry, "name" | "type" | "access">;
/** Why a value cannot be taken; undefined: it has been. */
type Take = (value: number) => AbortCode | undefined;

/** A number that nobody writes. */
export const fixedCell = (name: string, type: NumberType, get: () => number, facts: Facts = {}): Cell => ({
  entry: { name, type, access: "ro", ...facts },
  read: () => numberBytes(type, get()),
});

/** A number that can be written, without being part of the configuration. */
export const actionCell = (name: string, type: NumberType, get: () => number, take: Take, facts: Facts = {}): Cell => ({
  entry: { name, type, access: "rw", ...facts },
  read: () => numberBytes(type, get()),
  write: (data) => take(numberOf(type, data)) ?? DONE,
});

/** A parameter: writing it makes the configuration another than the one that was verified (1020h). */
export function parameterCell(
  node: Node,
  name: string,
  type: NumberType,
  get: () => number,
  take: Take,
  facts: Facts = {},
): Cell {
  const taken: Take = (value) => {
    const refusal = take(value);
    if (refusal === undefined) forgetVerification(node);
    return refusal;
  };
  return actionCell(name, type, get, taken, facts);
}

/** 1020h: the configuration has changed since it was verified. */
export function forgetVerification({ parameters }: Node): void {
  parameters.configuration_d = 0;
  parameters.configuration_ms = 0;
}

// What the object dictionary is made of. An object describes its entries, and reads and writes them; what is common to all
// (does it exist, may it be read, is the length right, is the value in range) is judged once, in dictionary.ts. What only the
// device can answer is asked for: the transfer goes on when the answer has come.

import type { Asked, Outcome } from "../model/asking.ts";
import type { AbortCode } from "./abort-codes.ts";
import type { StoredParameters } from "./communication-parameters.ts";
import type { DataType } from "./data-types.ts";

export type Access = "ro" | "wo" | "rw" | "const";

/** What one sub-index holds. */
export type Entry = {
  readonly name: string;
  readonly type: DataType;
  readonly access: Access;
  /** Which PDOs may carry it; none where absent. */
  readonly mapping?: "transmit" | "receive" | "both";
  /** Of numbers: the least and the largest value that may be written; the type's own range where absent. */
  readonly low?: number;
  readonly high?: number;
  /** Of texts and domains: the most bytes that may be written. */
  readonly maxLength?: number;
  /** For EDS and docs: the value after "restore defaults"; a text may hold $NODEID as in CiA 306. */
  readonly preset?: number | string;
  readonly unit?: string;
  /** The value may stand for "not known" (known.ts). */
  readonly mayBeUnknown?: true;
  /** A domain that is a curve or a table (setting-values.ts). */
  readonly form?: "curve" | "table";
  /** Of codes and choices: the word of each value from 0. */
  readonly words?: readonly string[];
  readonly help?: string;
};

export type ObjectKind = "variable" | "array" | "record" | "domain";

/** What has to be asked before a transfer can go on, and what makes its result of the outcome. */
export type Awaited<T> = {
  readonly asked: Asked | FileAsked;
  readonly finish: (outcome: Outcome | FileOutcome) => T | AbortCode;
};

/**
 * Bytes of a log file: `length` of them from `offset`, or the list of files; or to keep communication parameters (1010h), a
 * record that JSON takes, until others come; `undefined` is to forget them (1011h).
 */
export type FileAsked =
  | { readonly kind: "store"; readonly parameters: StoredParameters | undefined }
  | { readonly kind: "files" }
  | { readonly kind: "file"; readonly name: string; readonly offset: number; readonly length: number };
export type FileOutcome =
  | { readonly kind: "stored"; readonly ok: boolean }
  | { readonly kind: "files"; readonly files: readonly { readonly name: string; readonly bytes: number }[] }
  | { readonly kind: "file"; readonly data: Uint8Array }
  | { readonly kind: "noFile" };

/** The bytes, why not, or what has to be asked first. */
export type ReadResult = Uint8Array | AbortCode | Awaited<Uint8Array>;
export const DONE = "done";
export type WriteResult = typeof DONE | AbortCode | Awaited<typeof DONE>;

/** An object of the dictionary. `entries` has a hole where a sub-index does not exist; a variable has entry 0 alone. */
export type DictionaryObject = {
  readonly index: number;
  readonly name: string;
  readonly kind: ObjectKind;
  readonly entries: readonly (Entry | undefined)[];
  /** The sub-index exists and may be read. */
  readonly read: (subIndex: number) => ReadResult;
  /** The sub-index exists and may be written; length and range fit. Absent where nothing can be written. */
  readonly write?: (subIndex: number, data: Uint8Array) => WriteResult;
};

export type Dictionary = ReadonlyMap<number, DictionaryObject>;

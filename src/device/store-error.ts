// Why a store cannot be used, and what SQLite's own errors mean for us: a full or read-only disk is trouble that passes,
// anything else is damage to the file.

import { messageOf } from "../base/error-text.ts";

export type Refusal = "busy" | "unwritable" | "newer";

/** The folder cannot be used; the message says what to do. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly refusal: Refusal;
  constructor(refusal: Refusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

export const unwritable = (folder: string, error: unknown): StoreError =>
  new StoreError(
    "unwritable",
    `cannot write to the data folder ${folder}: ${messageOf(error)}; choose another with --data`,
  );

/** SQLite's primary result code (sqlite.org/rescode.html); 0 where the error is not SQLite's. */
export const codeOf = (error: unknown): number => Number((error as { errcode?: number } | null)?.errcode ?? 0) & 0xff;

export const BUSY = 5;
const CORRUPT = 11;
export const NOT_A_DATABASE = 26;

/** Busy, forbidden, read-only, input or output error, full, not to be opened: no damage, nothing is moved. */
export const isTrouble = (error: unknown): boolean => [BUSY, 3, 8, 10, 13, 14, 23].includes(codeOf(error));

/** The file itself is damaged. */
export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(codeOf(error));

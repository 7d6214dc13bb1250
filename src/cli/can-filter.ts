// Which frames a person wants to see: filters as candump has them, ID:MASK and ID~MASK, and an ID alone.

import type { CanFrame } from "../base/can-frame.ts";
import { UsageError } from "./usage-error.ts";

export type CanFilter = {
  readonly id: number;
  readonly mask: number;
  readonly extended: boolean;
  /** Frames that it matches are left out. */
  readonly isInverse: boolean;
};

/** An ID of eight digits has 29 bits. Throws UsageError. */
export function filterOf(text: string): CanFilter {
  const [, id, sign, mask] = /^([\da-f]{1,8})(?:([:~])([\da-f]{1,8}))?$/i.exec(text) ?? [];
  if (id === undefined)
    throw new UsageError(`"${text}" is no filter; it is written ID, ID:MASK or ID~MASK in hexadecimal digits`);
  const extended = id.length === 8;
  const all = extended ? 0x1fffffff : 0x7ff;
  return {
    id: Number.parseInt(id, 16) & all,
    mask: mask === undefined ? all : Number.parseInt(mask, 16) & all,
    extended,
    isInverse: sign === "~",
  };
}

/** A frame that any of the filters lets through; all frames where there is none. */
export const isWanted = (filters: readonly CanFilter[], frame: CanFrame): boolean =>
  filters.length === 0 ||
  filters.some(({ id, mask, extended, isInverse }) => {
    const matches = frame.extended === extended && (frame.id & mask) === (id & mask);
    return matches !== isInverse;
  });

// The one-time code by which the first owner proves to stand at the machine: shown in the terminal, never kept. It ends after a
// quarter of an hour, with the process, or after three wrong tries; then another is shown.

import { randomInt, timingSafeEqual } from "node:crypto";
import { hashOf } from "./sessions.ts";

const LASTS_ms = 15 * 60_000;
const TRIES = 3;
/** No letter that is read as another or as a digit: 30 signs, so 8 of them are 39 bits. */
const SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

export type FirstCode = {
  readonly show: (code: string) => void;
  code: string;
  until_ms: number;
  tries: number;
};

export const createFirstCode = (show: (code: string) => void): FirstCode => ({ show, code: "", until_ms: 0, tries: 0 });

/** Makes and shows a new code where there is none that holds. */
export function keepCodeFresh(first: FirstCode, now_ms: number): void {
  if (first.code !== "" && now_ms < first.until_ms && first.tries < TRIES) return;
  const signs = Array.from({ length: 8 }, () => SIGNS[randomInt(SIGNS.length)]).join("");
  first.code = `${signs.slice(0, 4)}-${signs.slice(4)}`;
  first.until_ms = now_ms + LASTS_ms;
  first.tries = 0;
  first.show(first.code);
}

/** "fresh": it was too late or tried too often, and a new one is shown. Case, spaces and dashes do not count. */
export function tryCode(first: FirstCode, text: string, now_ms: number): "right" | "wrong" | "fresh" {
  const before = first.code;
  keepCodeFresh(first, now_ms);
  if (first.code !== before) return "fresh";
  const bare = (code: string): Uint8Array => hashOf(code.toUpperCase().replace(/[\s-]/g, ""));
  if (timingSafeEqual(bare(text), bare(first.code))) return "right";
  first.tries++;
  keepCodeFresh(first, now_ms);
  return first.code === before ? "wrong" : "fresh";
}

/** The code has done its work. */
export function forgetCode(first: FirstCode): void {
  first.code = "";
  first.until_ms = 0;
}

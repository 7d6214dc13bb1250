// The rows of the SDO conformance suite as bytes: objects filled in, answers compared. Whoever reaches a server carries the
// exchanges out: a row is a generator that gives a request and takes the answers, so that it runs in a process and over a bus.

import { hexBytes, hexDigits } from "../base/hex.ts";
import type { ConformanceRow, Placeholder, Step } from "./conformance-rows.ts";
import type { Target } from "./sdo-protocol.ts";

export type Targets = Readonly<Partial<Record<Placeholder, Target>>>;

/** A request to be sent, and how many answers are to come: none means silence. */
export type Exchange = { readonly request: Uint8Array; readonly answers: number };

const FRAME_BYTES = 8;

/**
 * Carries a row out: send each request, hand back the answers that came in their order. Ends with what was wrong, or undefined.
 * Throws where a row's text is malformed, or names an object that the targets have not: a mistake of the caller.
 */
export function* runRow(
  row: ConformanceRow,
  targets: Targets,
): Generator<Exchange, string | undefined, readonly Uint8Array[]> {
  for (const [i, step] of row.steps.entries()) {
    const given = yield { request: requestOf(step, targets), answers: step.answers.length };
    if (step.orEnds !== undefined && given.length === 1 && isExpected(step.orEnds, given[0], targets)) return undefined;
    const wrong = judge(step, given, targets);
    if (wrong !== undefined) return `step ${i + 1}, ${step.send}: ${wrong}`;
  }
  return undefined;
}

/** Whether a node has all objects that a row needs. */
export const applies = (row: ConformanceRow, targets: Targets): boolean =>
  row.steps.every(({ send }) =>
    [...send.matchAll(/\{(\w+)\}/g)].every(([, name]) => targets[name as Placeholder] !== undefined),
  );

function judge({ answers }: Step, given: readonly Uint8Array[], targets: Targets): string | undefined {
  if (answers.length !== given.length)
    return `${given.length} answers, not ${answers.length}: ${given.map(hexOf).join(", ")}`;
  const wrong = answers.findIndex((expected, i) => !isExpected(expected, given[i], targets));
  return wrong < 0 ? undefined : `${hexOf(given[wrong])}, not ${answers[wrong]}`;
}

function requestOf({ send, isRaw }: Step, targets: Targets): Uint8Array {
  const bytes = wordsOf(send, targets).map((word) => Number.parseInt(word, 16));
  return isRaw ? Uint8Array.from(bytes) : Uint8Array.from({ length: FRAME_BYTES }, (_, i) => bytes[i] ?? 0);
}

/** Whether an answer is as the row says: "." is any digit, "..." any bytes to the end, and what is missing is zero. */
export function isExpected(expected: string, answer: Uint8Array, targets: Targets): boolean {
  const words = wordsOf(expected, targets);
  if (answer.length !== FRAME_BYTES) return false;
  const isOpen = words.at(-1) === "...";
  const wanted = isOpen ? words.slice(0, -1) : words;
  return Array.from(answer, (byte) => hexDigits(byte, 2)).every((given, i) =>
    i < wanted.length ? matches(wanted[i], given) : isOpen || given === "00",
  );
}

const matches = (wanted: string, given: string): boolean =>
  [...wanted].every((digit, i) => digit === "." || digit === given[i]);

const wordsOf = (text: string, targets: Targets): string[] =>
  text
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => objectText(targets[name as Placeholder]))
    .split(" ")
    .filter((word) => word !== "");

/** An object as in a frame: index, low byte first, and sub-index. */
export function objectText(target: Target | undefined): string {
  if (target === undefined) throw new Error("a row names an object that is not there");
  return hexOf(Uint8Array.of(target.index & 0xff, target.index >>> 8, target.subIndex));
}

export const hexOf = (bytes: Uint8Array): string => hexBytes(bytes, " ");

// Mistakes of our own in the server, told apart from the plant's trouble: each stands with its stack on the terminal, and as one line
// in the device's journal, which whoever may view reads: it says where, and not what was at hand there. The same mistake again is
// counted, and told after ten minutes: whoever finds one cannot fill a journal with it.

import { isDamage, isTrouble, StoreError } from "../device/store-error.ts";

/** @param where in words, as it goes on after "internal error in" */
export type ReportMistake = (where: string, error: unknown) => void;

const QUIET_ms = 600_000;
/** More kinds of mistakes at a time are counted as one. */
const MOST_KINDS = 32;
const OTHERS = "others";

type Counted = { readonly until_ms: number; more: number };

/**
 * @param say to the terminal
 * @param enter into the device's journal
 */
export function createMistakes(
  say: (text: string) => void,
  enter: (text: string) => void,
  now_ms: () => number = () => performance.now(),
): ReportMistake {
  const told = new Map<string, Counted>();
  return (where, error) => {
    const text = `internal error in ${where}${placeOf(error)}`;
    const key = told.has(text) || told.size < MOST_KINDS ? text : OTHERS;
    const before = told.get(key);
    if (before !== undefined && now_ms() < before.until_ms) {
      before.more++;
      return;
    }
    told.set(key, { until_ms: now_ms() + QUIET_ms, more: 0 });
    const times = before === undefined || before.more === 0 ? "" : `, and ${before.more} times since it was last told`;
    say(`${text}${times}: ${stackOf(error)}`);
    enter(`${text}${times}; the server's terminal says more, and protection goes on`);
  };
}

/** " (TypeError at told-event.ts:136)". */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const at = /([\w.-]+\.[cm]?[jt]s:\d+)/.exec(error.stack?.split("\n    at ").slice(1).join("\n") ?? "")?.[1];
  return ` (${error.name}${at === undefined ? "" : ` at ${at}`})`;
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** A disk, a file or a store that does not do what it should: everything else that is thrown is our own mistake. */
export const isPlants = (error: unknown): boolean =>
  error instanceof StoreError || isTrouble(error) || isDamage(error) || isOfSystem(error);

/** From the operating system, or out of a file that does not unpack. */
function isOfSystem(error: unknown): boolean {
  const { syscall, code } = (error ?? {}) as { readonly syscall?: unknown; readonly code?: unknown };
  return typeof syscall === "string" || (typeof code === "string" && /^Z(STD)?_/.test(code));
}

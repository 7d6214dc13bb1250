// Why something asked was not done, in one shape for all (RFC 9457, problem details): a kind that programs compare, a sentence for
// a person, and with refused settings the reason of each.

import type { Violation } from "../model/settings.ts";

/** Status of HTTP, title and explanation of each kind. */
export const PROBLEMS = {
  invalid: {
    status: 400,
    title: "The request does not fit",
    help: "A field is missing, unknown or out of its range, or the request is no HTTP. The detail names what does not fit; the description of the interface (/api/v1/openapi.json) says what does.",
  },
  unknown: {
    status: 404,
    title: "There is no such thing",
    help: "What the address or the request names is not there: never was, or is no longer kept.",
  },
  notLoggedIn: {
    status: 401,
    title: "Log in first",
    help: "Whoever asks is not known: no session, one that has ended, a token that does not hold, or a wrong name or password.",
  },
  notAllowed: {
    status: 403,
    title: "Not allowed",
    help: "Whoever asks is known and has not the role, or the request comes from where it may not: another page, another name of the machine, without the session's word.",
  },
  wrongMethod: {
    status: 405,
    title: "Not with this method",
    help: "The address is there and is asked by other methods; the header allow names them.",
  },
  conflict: {
    status: 409,
    title: "It has changed meanwhile",
    help: "Something else has happened since the asker looked. Look again, then decide.",
  },
  tooSlow: {
    status: 408,
    title: "Too slow",
    help: "The request did not come to its end within the time that one may take.",
  },
  tooLarge: { status: 413, title: "Too large", help: "The request has more bytes of body than are taken: 256 kB." },
  wrongType: { status: 415, title: "Not in this format", help: "A body must be application/json." },
  outOfRange: {
    status: 416,
    title: "Nothing in this range",
    help: "The file has no byte of the range that was asked for; the header content-range tells how many it has.",
  },
  refused: {
    status: 422,
    title: "Refused by the device",
    help: "The device understood and does not do it now: the detail says why, and with settings `violations` gives the reason of each.",
  },
  tooMany: {
    status: 429,
    title: "Too many requests",
    help: "Too much is asked at once, or a password was wrong too often. retryAfter_s and the header retry-after say when to try again.",
  },
  headersTooLarge: {
    status: 431,
    title: "Too much in the headers",
    help: "The request has more bytes of headers than are taken: 16 kB.",
  },
  failed: {
    status: 500,
    title: "Internal error",
    help: "A mistake of the program. The terminal of the server says more; please report it.",
  },
  unavailable: {
    status: 503,
    title: "Not available now",
    help: "The device or its data folder does not answer now: it may be starting again. Try again soon.",
  },
} as const satisfies Readonly<
  Record<string, { readonly status: number; readonly title: string; readonly help: string }>
>;

export type ProblemKind = keyof typeof PROBLEMS;

export type Problem = {
  readonly kind: ProblemKind;
  /** One sentence for a person: what is wrong and what to do. It begins small, has no full stop, and says more than the title. */
  readonly detail: string;
  readonly violations?: readonly Violation[];
  /** When to try again, s. */
  readonly retryAfter_s?: number;
};

/** What came of something asked. */
export type Reply<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly problem: Problem };

export const refuse = (kind: ProblemKind, detail: string): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem: { kind, detail },
});

// Requests as text and back, exactly. JSON has no word for "not a number", the infinities, -0 and "nothing": they are
// written as strings that begin with "~", and a string that begins so gets one more. Only characters of ASCII are written.

import type { Request } from "../core/requests.ts";
import { SECRET, SECRET_SETTINGS } from "../model/secrets.ts";

const SPECIAL: readonly (readonly [string, unknown])[] = [
  ["~NaN", Number.NaN],
  ["~Infinity", Number.POSITIVE_INFINITY],
  ["~-Infinity", Number.NEGATIVE_INFINITY],
  ["~-0", -0],
  ["~undefined", undefined],
];

/** Every kind there is: one that a newer program knows and this one does not cannot be replayed. */
const KINDS: Readonly<Record<Request["kind"], true>> = {
  set: true,
  override: true,
  acknowledge: true,
  command: true,
  charger: true,
  partner: true,
  transmission: true,
  log: true,
  store: true,
  ports: true,
  shunt: true,
};

/** Requests of one tick as JSON. A new password or key is not told: the core does nothing with it. */
export function requestText(requests: readonly Request[]): string {
  const text = JSON.stringify(mark(requests.map(withoutSecret)));
  return text.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The requests of such a text; undefined when it is none, or has requests of a kind this program does not know. */
export function requestsOf(text: string): readonly Request[] | undefined {
  try {
    const requests = unmark(JSON.parse(text) as unknown);
    return Array.isArray(requests) && requests.every(isKnown) ? requests : undefined;
  } catch {
    return undefined;
  }
}

const isKnown = (request: unknown): request is Request =>
  typeof request === "object" && request !== null && "kind" in request && Object.hasOwn(KINDS, String(request.kind));

/** No secret setting takes less; above it, the length decides. */
const LEAST_LENGTH = 32;

function withoutSecret(request: Request): Request {
  if (request.kind !== "set" || !SECRET_SETTINGS.some((name) => name in request.changes)) return request;
  const changes = Object.entries(request.changes).map(([name, value]) => [
    name,
    SECRET_SETTINGS.includes(name) ? hidden(value) : value,
  ]);
  return { ...request, changes: Object.fromEntries(changes) };
}

/** Accepted or refused by the core just as the value it stands for: no text, and text that is too long, are refused. */
function hidden(value: unknown): string | number {
  if (typeof value !== "string") return 0;
  return value.length <= LEAST_LENGTH ? SECRET : "*".repeat(value.length);
}

function mark(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("~") ? `~${value}` : value;
  const special = SPECIAL.find(([, meant]) => Object.is(meant, value));
  if (special !== undefined) return special[0];
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mark(item)]));
}

function unmark(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("~") ? meaning(value) : value;
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmark(item)]));
}

function meaning(text: string): unknown {
  const special = SPECIAL.find(([name]) => name === text);
  return special === undefined ? text.slice(1) : special[1];
}

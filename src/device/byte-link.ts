// A port for bytes, whatever it is: what comes is handed on, what goes out never waits. A link that fails tells why once
// and is then closed; whoever wants it again opens another.

import { messageOf } from "../base/error-text.ts";
import { PORT_TROUBLES } from "../model/signals-equipment.ts";

export type ByteLink = {
  /** For people: where it is. */
  readonly place: string;
  /** How many of the bytes it took, from the first on: a pseudo-terminal that nobody reads takes no more. */
  readonly write: (bytes: Uint8Array) => number;
  /** What comes waits, or comes again; where the link can do that. */
  readonly hold?: (isHeld: boolean) => void;
  readonly close: () => Promise<void>;
};

export type LinkEvents = {
  readonly received: (chunk: Uint8Array) => void;
  /** The link cannot be used any more. */
  readonly failed: (trouble: PortTrouble) => void;
};

export type PortTrouble = { readonly code: number; readonly message: string };

const CODES: Readonly<Record<string, (typeof PORT_TROUBLES)[number]>> = {
  ENOENT: "missing",
  ENODEV: "missing",
  ENXIO: "missing",
  EIO: "missing",
  EADDRNOTAVAIL: "missing",
  ECONNREFUSED: "missing",
  ECONNRESET: "missing",
  EHOSTUNREACH: "missing",
  ENETUNREACH: "missing",
  ENETDOWN: "missing",
  ENOTFOUND: "missing",
  ETIMEDOUT: "missing",
  EACCES: "no permission",
  EPERM: "no permission",
  EADDRINUSE: "in use",
  EBUSY: "in use",
};

/** Why a port fails, as a code of PORT_TROUBLES and in words. Serial bindings tell the system's error in their message. */
export function portTrouble(error: unknown): PortTrouble {
  const message = messageOf(error);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const word = CODES[code] ?? fromWords(message) ?? "failed";
  return { code: PORT_TROUBLES.indexOf(word), message };
}

function fromWords(message: string): (typeof PORT_TROUBLES)[number] | undefined {
  if (/No such file|No such device|not open|disconnected/i.test(message)) return "missing";
  if (/Permission denied|Operation not permitted/i.test(message)) return "no permission";
  return /busy|Cannot lock|temporarily unavailable/i.test(message) ? "in use" : undefined;
}

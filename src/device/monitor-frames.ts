// What the running device and its monitor's server say to each other over their socket: frames of u32 length (little-endian), u8
// kind and content. Most contents are JSON; the numbers of all signals come as frames of monitor/stream.ts, as they go on to pages.
// Both sides run as the same user; what does not fit is refused all the same, and closes the socket.

import type { BusRing } from "../monitor/bus-ring.ts";
import type { Who } from "../monitor/desk-host.ts";
import type { Reply } from "../monitor/problem.ts";
import type { DeviceTold, EventTold, WorldTold } from "../monitor/told.ts";

/** Who did what at the server: logins, refusals, changes of accounts; for the device's journal. */
export type Noted = {
  readonly actor: string;
  readonly address: string;
  /** Name of the operation. */
  readonly what: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly text: string;
  /** So many refusals it stands for; `text` is the whole sentence then. One where it is missing. */
  readonly count?: number;
};

/** Where the monitor is served, and the code for the first account while there is none; for the device's terminal. */
export type MonitorPlace = { readonly urls: readonly string[]; readonly code: string | undefined };

/** What the server wants to be told, all its readers together. Rate 0: nothing but answers. */
export type Watch = { readonly rate_Hz: number; readonly world: boolean; readonly bus: boolean };

export type FromServer =
  | { readonly kind: "ask"; readonly id: number; readonly name: string; readonly input: unknown; readonly who: Who }
  | ({ readonly kind: "watch" } & Watch)
  | { readonly kind: "note"; readonly noted: Noted }
  /** A mistake of the server's own, in one line for the journal. */
  | { readonly kind: "mistake"; readonly text: string }
  | ({ readonly kind: "place" } & MonitorPlace);

export type FromDevice =
  | { readonly kind: "hello"; readonly layout: string; readonly program: string; readonly model: string }
  | { readonly kind: "device"; readonly device: DeviceTold }
  | { readonly kind: "world"; readonly world: WorldTold }
  | { readonly kind: "events"; readonly events: readonly EventTold[] }
  | { readonly kind: "bus"; readonly frames: BusRing["frames"]; readonly last: number }
  | { readonly kind: "reply"; readonly id: number; readonly reply: Reply<unknown> };

export const MOST_RATE_Hz = 20;
/** Longest content of a frame to the device: reading it takes the loop's time. To the server: a whole bus or all settings. */
export const MOST_TO_DEVICE_bytes = 512 * 1024;
export const MOST_TO_SERVER_bytes = 16 * 1024 * 1024;

const JSON_KIND = 0;
const IMAGE_KIND = 1;
const HEAD_bytes = 5;

export type Taken =
  | { readonly kind: "json"; readonly text: string }
  | { readonly kind: "image"; readonly bytes: Uint8Array };

/** One message as a frame. */
export const jsonFrame = (message: FromServer | FromDevice): Buffer => textFrame(JSON.stringify(message));

/** JSON as a frame. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEAD_bytes + length);
  putHead(frame, length, JSON_KIND);
  frame.write(text, HEAD_bytes, "utf8");
  return frame;
}

/** A frame of monitor/stream.ts as one of these. */
export function imageFrame(bytes: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_bytes + bytes.length);
  putHead(frame, bytes.length, IMAGE_KIND);
  frame.set(bytes, HEAD_bytes);
  return frame;
}

function putHead(frame: Buffer, length: number, kind: number): void {
  frame.writeUInt32LE(length, 0);
  frame.writeUInt8(kind, 4);
}

/** Bytes of a peer that have not made a whole frame yet. */
export type Intake = { readonly most_bytes: number; pieces: Buffer[]; length: number };

export const createIntake = (most_bytes: number): Intake => ({ most_bytes, pieces: [], length: 0 });

/** The frames that are whole now; undefined where the peer sends none of ours: its socket is to be closed. */
export function takeBytes(intake: Intake, chunk: Buffer): Taken[] | undefined {
  intake.pieces.push(chunk);
  intake.length += chunk.length;
  const taken: Taken[] = [];
  for (;;) {
    const needed = neededBytes(intake);
    if (needed === undefined) return undefined;
    if (intake.length < needed) return taken;
    const all = joined(intake);
    const content = all.subarray(HEAD_bytes, needed);
    taken.push(
      all[4] === JSON_KIND ? { kind: "json", text: content.toString("utf8") } : { kind: "image", bytes: content },
    );
    intake.pieces = needed < all.length ? [all.subarray(needed)] : [];
    intake.length -= needed;
  }
}

/** Length of the frame that begins, with its head; undefined where it is none. */
function neededBytes(intake: Intake): number | undefined {
  if (intake.length < HEAD_bytes) return HEAD_bytes;
  const head = intake.pieces[0]!.length >= HEAD_bytes ? intake.pieces[0]! : joined(intake);
  const length = head.readUInt32LE(0);
  const kind = head[4]!;
  return length > intake.most_bytes || kind > IMAGE_KIND ? undefined : HEAD_bytes + length;
}

function joined(intake: Intake): Buffer {
  if (intake.pieces.length > 1) intake.pieces = [Buffer.concat(intake.pieces)];
  return intake.pieces[0]!;
}

/** What a text says; undefined where it is no object with a kind. */
export function parseMessage(text: string): { readonly kind: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string"
      ? { ...value, kind: value.kind }
      : undefined;
  } catch {
    return undefined;
  }
}

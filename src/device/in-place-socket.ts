// A TCP connection that is read into one small buffer again and again. For each piece that comes Node.js otherwise makes a
// buffer of 64 KiB and cuts it down, which costs a server of small requests a sixth of its time, and lets a flood in by the
// megabyte. Node.js offers this (`onread`) to sockets that connect, and not yet to those that a server accepts: so the accepted
// one hands its connection over. Where Node.js should no longer let it, the socket is read as any other.

import { Socket } from "node:net";

/** More in one piece comes as several. */
const PIECE = 4096;

type Inside = { _handle?: { readonly useUserBuffer?: unknown } | null };
type Options = {
  readonly handle: unknown;
  readonly onread: { readonly buffer: Uint8Array; readonly callback: (length: number, buffer: Uint8Array) => boolean };
};
const InPlaceSocket = Socket as unknown as new (options: Options) => Socket;

/**
 * The connection of an accepted socket, which is used up.
 * @param take gets bytes that hold only until it returns
 */
export function readInPlace(accepted: Socket, take: (chunk: Uint8Array) => void): Socket {
  const inside = accepted as unknown as Inside;
  const handle = inside._handle;
  if (typeof handle?.useUserBuffer !== "function") return accepted.on("data", take);
  inside._handle = null;
  accepted.destroy(); // for the server it has gone; whoever accepted it closes the new one
  const callback = (length: number, buffer: Uint8Array): boolean => {
    take(buffer.subarray(0, length));
    return true;
  };
  return new InPlaceSocket({ handle, onread: { buffer: new Uint8Array(PIECE), callback } }).resume();
}

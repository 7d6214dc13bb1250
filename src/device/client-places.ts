// The places of a server's clients are bounded: when all are taken, whoever has been silent longest has to go.

import type { Socket } from "node:net";

/** `heard_us`: when it said something last, in the server's steady time. */
export type Placed = { readonly socket: Socket; heard_us: number };

/** Has less than `most` clients left over; who goes is closed, and counts no more at once. */
export function makeRoom(clients: Set<Placed>, most: number): void {
  if (clients.size < most) return;
  let found: Placed | undefined;
  for (const client of clients) if (found === undefined || client.heard_us < found.heard_us) found = client;
  if (found === undefined) return;
  clients.delete(found);
  found.socket.destroy();
}

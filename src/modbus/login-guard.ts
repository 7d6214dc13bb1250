// Slows down whoever guesses passwords: after a few wrong ones, each further one locks the peer out for twice as long.
// Peers are a serial line or a host; a bounded number is remembered.

type Peer = { failures: number; until_us: number };
export type LoginGuard = { readonly peers: Map<string, Peer> };

/** Wrong passwords without consequence, the first pause and the longest. */
const FREE = 3;
const FIRST_us = 4_000_000;
const LONGEST_us = 900_000_000;
/** A peer that has been quiet for so long begins anew. */
const FORGET_us = 3_600_000_000;
const MOST_PEERS = 64;

export const createLoginGuard = (): LoginGuard => ({ peers: new Map() });

/** How long the peer has to wait before its next try; 0: not at all. */
export const lockedFor_us = ({ peers }: LoginGuard, peer: string, now_us: number): number =>
  Math.max(0, (peers.get(peer)?.until_us ?? 0) - now_us);

export function noteWrong({ peers }: LoginGuard, peer: string, now_us: number): void {
  const before = peers.get(peer);
  const isOld = before === undefined || now_us - before.until_us > FORGET_us;
  const failures = isOld ? 1 : before.failures + 1;
  const pause_us = failures < FREE ? 0 : Math.min(LONGEST_us, FIRST_us * 2 ** Math.min(20, failures - FREE));
  peers.delete(peer);
  if (peers.size >= MOST_PEERS) peers.delete(peers.keys().next().value!);
  peers.set(peer, { failures, until_us: now_us + pause_us });
}

export function noteRight({ peers }: LoginGuard, peer: string): void {
  peers.delete(peer);
}

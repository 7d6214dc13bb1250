// Slows down whoever guesses passwords: after a few wrong ones, each further one locks the peer out for twice as long. Peers are a
// serial line or a host; a bounded number is remembered. Hosts that are not this machine also count together, so that many of
// them guess no faster than one.

type Peer = { failures: number; until_us: number };
export type LoginGuard = { readonly peers: Map<string, Peer> };
/** `peer`: whose wrong passwords count together; `isLocal`: on the wire or this machine. */
export type Guesser = { readonly peer: string; readonly isLocal: boolean };

/** Wrong passwords without consequence: of one peer, and of all far away together. */
const FREE = 3;
const FREE_TOGETHER = 20;
/** The first pause and the longest. */
const FIRST_us = 4_000_000;
const LONGEST_us = 900_000_000;
/** Whoever has been quiet for so long begins anew. */
const FORGET_us = 3_600_000_000;
const MOST_PEERS = 64;
/** No host has this name. */
const FAR_AWAY = "*";

export const createLoginGuard = (): LoginGuard => ({ peers: new Map() });

/** How long the peer has to wait before its next try; 0: not at all. */
export function lockedFor_us({ peers }: LoginGuard, { peer, isLocal }: Guesser, now_us: number): number {
  const alone_us = (peers.get(peer)?.until_us ?? 0) - now_us;
  const together_us = isLocal ? 0 : (peers.get(FAR_AWAY)?.until_us ?? 0) - now_us;
  return Math.max(0, alone_us, together_us);
}

export function noteWrong(guard: LoginGuard, { peer, isLocal }: Guesser, now_us: number): void {
  note(guard, peer, FREE, now_us);
  if (!isLocal) note(guard, FAR_AWAY, FREE_TOGETHER, now_us);
}

function note({ peers }: LoginGuard, name: string, free: number, now_us: number): void {
  const before = peers.get(name);
  const isOld = before === undefined || now_us - before.until_us > FORGET_us;
  const failures = isOld ? 1 : before.failures + 1;
  const pause_us = failures <= free ? 0 : Math.min(LONGEST_us, FIRST_us * (1 << Math.min(20, failures - free - 1)));
  peers.delete(name);
  if (peers.size >= MOST_PEERS) peers.delete(oldestOf(peers));
  peers.set(name, { failures, until_us: now_us + pause_us });
}

/** The peer that has been quiet longest; what counts for all is never forgotten for one. */
function oldestOf(peers: LoginGuard["peers"]): string {
  for (const name of peers.keys()) if (name !== FAR_AWAY) return name;
  return FAR_AWAY;
}

/** The right password: this peer begins anew. */
export function noteRight({ peers }: LoginGuard, { peer }: Guesser): void {
  peers.delete(peer);
}

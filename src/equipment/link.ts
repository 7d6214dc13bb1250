// Whether a partner is there: heard, and lost after its time-out.

export type Link = { heard_us: number | undefined; isOnline: boolean };

export const createLink = (): Link => ({ heard_us: undefined, isOnline: false });

export function hear(link: Link, now_us: number): void {
  link.heard_us = now_us;
  link.isOnline = true;
}

/** Lost once it has been silent for longer than the time-out. */
export function ageLink(link: Link, timeout_us: number, now_us: number): void {
  if (link.heard_us === undefined || now_us - link.heard_us > timeout_us) link.isOnline = false;
}

/** When silence would make it lost; infinity while it is. */
export const lostAt_us = (link: Link, timeout_us: number): number =>
  link.isOnline && link.heard_us !== undefined ? link.heard_us + timeout_us + 1 : Number.POSITIVE_INFINITY;

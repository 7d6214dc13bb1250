// Noise for hot paths: one draw of 32 bits gives one near-normal number.

import { nextUint32, type Random } from "../../base/random.ts";

/** Near-normal with mean 0 and deviation 1 from the four bytes of one draw, in steps of 1/148, bounded to +-3.45. */
export function noise(random: Random): number {
  const bits = nextUint32(random);
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) * 0.006765912; // four bytes have a variance of 4 * (256^2 - 1) / 12
}

// Chance comes from a seed and is handed in, so that every run can be repeated.
// Generator: sfc32 (Chris Doty-Humphrey's PractRand), 128 bits of state, seeded by a 32-bit mix.

export type Random = { a: number; b: number; c: number; counter: number };

/** A generator started from an integer seed. */
export function createRandom(seed: number): Random {
  const random: Random = { a: 0, b: seed | 0, c: 0x9e3779b9 | 0, counter: 1 };
  for (let i = 0; i < 16; i++) nextUint32(random);
  return random;
}

/** The next 32 bits, 0..2^32-1. */
export function nextUint32(random: Random): number {
  const sum = (random.a + random.b + random.counter) | 0;
  random.counter = (random.counter + 1) | 0;
  random.a = random.b ^ (random.b >>> 9);
  random.b = (random.c + (random.c << 3)) | 0;
  random.c = ((random.c << 21) | (random.c >>> 11)) + sum;
  random.c |= 0;
  return sum >>> 0;
}

/** Uniform in 0..1, one excluded. */
export function uniform(random: Random): number {
  return nextUint32(random) / 4294967296;
}

/** Uniform between two bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * uniform(random);
}

/** Near-normal with mean 0 and deviation 1: the sum of four uniforms, bounded to +-3.46. */
export function gaussian(random: Random): number {
  const sum = uniform(random) + uniform(random) + uniform(random) + uniform(random);
  return (sum - 2) * 1.7320508075688772;
}

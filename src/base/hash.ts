// A 32-bit hash of numbers, the same on every machine: MurmurHash3_x86_32 by Austin Appleby (SMHasher, public domain), fed
// word by word. Each step is one-to-one in the word and in the hash before it, so that one changed word always shows.

const KEY_1 = 0xcc9e2d51;
const KEY_2 = 0x1b873593;
const NAN_HIGH = 0x7ff80000;

/** The hash after one more word of 32 bits. */
export function hashWord(hash: number, word: number): number {
  const scrambled = Math.imul(word, KEY_1);
  const mixed = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), KEY_2);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
number[0] = 1;
/** Which of the two words of a double comes first differs between machines; the lower one is hashed first. */
const LOW = words[0] === 0 ? 0 : 1;
const HIGH = 1 - LOW;

/** The hash after one more double: all 64 bits count, but machines differ in those of NaN, so that every NaN is the same. */
export function hashNumber(hash: number, value: number): number {
  number[0] = value;
  if (Number.isNaN(value)) return hashWord(hashWord(hash, 0), NAN_HIGH);
  return hashWord(hashWord(hash, words[LOW]!), words[HIGH]!);
}

/** The hash of what was fed, 0..2^32-1: the last steps spread every bit over all others. */
export function finishHash(hash: number, bytes: number): number {
  let spread = hash ^ bytes;
  spread = Math.imul(spread ^ (spread >>> 16), 0x85ebca6b);
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2ae35);
  return (spread ^ (spread >>> 16)) >>> 0;
}

// What the test peer `canopen` takes from the native package node-crc: a CRC of 16 bits, not reflected, bit by bit. Only for
// tests; it shares nothing with src/base/crc-ccitt.ts, so that the two check each other.

/**
 * @param {number} width 16
 * @param {boolean} isReflected false
 * @param {number} polynomial its lower 16 bits
 * @param {number[]} others upper half of the polynomial, start and final xor: zeros
 * @returns {Buffer} two bytes, the higher first
 */
export function crc(width, isReflected, polynomial, ...others) {
  const data = others.pop();
  if (width !== 16 || isReflected || others.some((other) => other !== 0)) throw new Error("only CRC-16 from 0");
  let register = 0;
  for (const byte of data)
    for (let bit = 7; bit >= 0; bit--) {
      const isOut = ((register >> 15) ^ (byte >> bit)) & 1;
      register = ((register << 1) & 0xffff) ^ (isOut ? polynomial : 0);
    }
  return Buffer.from([register >> 8, register & 0xff]);
}

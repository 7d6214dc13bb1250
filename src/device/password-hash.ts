// Passwords of people and programs: kept as salted scrypt hashes, and compared in constant time. Hashing takes some 150 ms of
// another thread, so that guessing is slow and nobody else in the process feels it.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** N = 2^15, r = 8, p = 3: 32 MB and some 150 ms. The first byte of a hash is the power of 2. */
export const COST = 15;
const SALT = 16;
const KEY = 32;

/** Cost (10 to 20), salt, key. */
export async function hashPassword(password: string, cost: number = COST): Promise<Uint8Array> {
  const salt = randomBytes(SALT);
  return Buffer.concat([Uint8Array.of(cost), salt, await derive(password, salt, cost)]);
}

/** False for another password, and for bytes that are no hash of ours. */
export async function isPassword(password: string, hash: Uint8Array): Promise<boolean> {
  if (hash.length !== 1 + SALT + KEY || hash[0]! < 10 || hash[0]! > 20) return false;
  const key = await derive(password, hash.subarray(1, 1 + SALT), hash[0]!);
  return timingSafeEqual(key, hash.subarray(1 + SALT));
}

function derive(password: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: 2 ** cost, r: 8, p: 3, maxmem: 256 * 2 ** cost * 8 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, KEY, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

// The service password: kept as a salted scrypt hash in the account "service", and compared in constant time. Hashing takes
// some 150 ms of another thread, so that guessing is slow and the loop does not feel it.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Account } from "./store-accounts.ts";

export const SERVICE_ACCOUNT = "service";
export const LEAST_LENGTH = 8;
/** What fits the login registers of Modbus, bytes of UTF-8. */
export const MOST_BYTES = 64;

/** N = 2^15, r = 8, p = 3: 32 MB and some 150 ms. The first byte of a hash is the power of 2. */
const COST = 15;
const SALT = 16;
const KEY = 32;

/** Cost, salt, key. */
export async function hashPassword(password: string): Promise<Uint8Array> {
  const salt = randomBytes(SALT);
  return Buffer.concat([Uint8Array.of(COST), salt, await derive(password, salt, COST)]);
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

export const serviceAccount = async (password: string): Promise<Account> => ({
  ...{ name: SERVICE_ACCOUNT, role: "service", state: "{}" },
  hash: await hashPassword(password),
});

/** What is wrong with a new password, or undefined. */
export function judgePassword(password: string): string | undefined {
  if ([...password].length < LEAST_LENGTH) return `must have at least ${LEAST_LENGTH} characters`;
  if (Buffer.byteLength(password) > MOST_BYTES) return `must have at most ${MOST_BYTES} bytes`;
  return /\p{Cc}/u.test(password) ? "must not have control characters" : undefined;
}

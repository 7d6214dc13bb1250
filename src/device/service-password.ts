// The service password of the field buses: kept as a hash (password-hash.ts) in the account "service", and what a new one must
// look like.

import { hashPassword } from "./password-hash.ts";
import type { Account } from "./store-accounts.ts";

export const SERVICE_ACCOUNT = "service";
export const LEAST_LENGTH = 8;
/** What fits the login registers of Modbus, bytes of UTF-8. */
export const MOST_BYTES = 64;

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

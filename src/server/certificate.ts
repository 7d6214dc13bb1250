// What the server shows by TLS: a certificate that was given, or one of its own, made once, kept in the data folder for its owner
// only, and made anew before it ends or when the machine has got other addresses. Whoever comes with a browser compares the
// fingerprint with the one in the terminal.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { messageOf } from "../base/error-text.ts";

export type Certificate = {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
};

export const CERTIFICATE_FILE = "monitor-tls.pem";
const DAY_ms = 86_400_000;
/** The longest that browsers take. */
const LASTS_ms = 397 * DAY_ms;
const RENEW_ms = 30 * DAY_ms;
/** A clock that shows less has not been set since the machine was switched on: it says nothing about a certificate. */
const CLOCK_SET_ms = Date.UTC(2025, 0, 1);

/** Names and addresses by which this machine is reached; of IPv6 none that holds on one cable only. */
export const ownNames = (names: readonly string[] = []): string[] => {
  const addresses = Object.values(networkInterfaces()).flatMap((cards) => (cards ?? []).map(({ address }) => address));
  const usable = addresses.filter((address) => !/^fe[89ab]/i.test(address));
  return [...new Set(["localhost", "127.0.0.1", "::1", hostname(), `${hostname()}.local`, ...usable, ...names])];
};

/** The kept one, or a new one where it does not hold for these names any more. Throws where the folder cannot be written. */
export async function ownCertificate(folder: string, names: readonly string[], now_ms: number): Promise<Certificate> {
  const path = join(folder, CERTIFICATE_FILE);
  const kept = readKept(path);
  if (kept !== undefined && holds(kept.cert, names, now_ms)) return kept;
  const made = await make(names, now_ms);
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, made.key + made.cert, { mode: 0o600 });
  chmodSync(unfinished, 0o600); // where it was left over from a start that was cut off
  renameSync(unfinished, path);
  return made;
}

function readKept(path: string): Certificate | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  const [key, cert] = ["PRIVATE KEY", "CERTIFICATE"].map((what) => pemOf(text, what));
  if (key === undefined || cert === undefined) return undefined;
  try {
    return checked(key, cert);
  } catch {
    return undefined; // a damaged one is replaced like one that has ended
  }
}

const pemOf = (text: string, what: string): string | undefined =>
  new RegExp(`-----BEGIN ${what}-----[^-]*-----END ${what}-----\r?\n?`).exec(text)?.[0];

/** Throws where the key is not the certificate's. */
function checked(key: string, cert: string): Certificate {
  const parsed = new X509Certificate(cert);
  if (!parsed.checkPrivateKey(createPrivateKey(key))) throw new Error("the key is not the certificate's");
  return { key, cert, fingerprint: parsed.fingerprint256 };
}

function holds(cert: string, names: readonly string[], now_ms: number): boolean {
  const parsed = new X509Certificate(cert);
  const isInTime =
    now_ms < CLOCK_SET_ms ||
    (now_ms >= parsed.validFromDate.getTime() && now_ms < parsed.validToDate.getTime() - RENEW_ms);
  const isFor = (name: string) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined;
  return isInTime && names.every(isFor);
}

async function make(names: readonly string[], now_ms: number): Promise<Certificate> {
  const altNames = names.map((name) =>
    isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  const { private: key, cert } = await generate(
    [{ name: "commonName", value: `bms-mini on ${hostname()}`.slice(0, 64) }],
    {
      ...{ keyType: "ec", curve: "P-256", algorithm: "sha256" },
      // A day back: the clock of a phone may be behind.
      ...{ notBeforeDate: new Date(now_ms - DAY_ms), notAfterDate: new Date(now_ms - DAY_ms + LASTS_ms) },
      extensions: [
        { name: "basicConstraints", cA: false, critical: true },
        { name: "keyUsage", digitalSignature: true, critical: true },
        { name: "extKeyUsage", serverAuth: true },
        { name: "subjectAltName", altNames },
      ],
    },
  );
  return checked(withEnd(key), withEnd(cert));
}

const withEnd = (pem: string): string => `${pem.trimEnd()}\n`;

/** Certificate (with the ones between it and its authority) and key from files. Throws one line that says what is wrong. */
export function givenCertificate(certFile: string, keyFile: string): Certificate {
  try {
    return checked(readFileSync(keyFile, "utf8"), readFileSync(certFile, "utf8"));
  } catch (error) {
    throw new Error(`cannot use the certificate ${certFile} with the key ${keyFile}: ${messageOf(error)}`);
  }
}

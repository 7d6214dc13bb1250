// The server's certificate: for whom it holds, how long, and who may read its key.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CERTIFICATE_FILE, givenCertificate, ownCertificate, ownNames } from "./certificate.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-certificate-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));
const NAMES = ["localhost", "127.0.0.1", "::1", "boat.local", "192.168.1.4", "2001:db8::4"];
const NOW_ms = Date.UTC(2026, 10, 29);
const DAY_ms = 86_400_000;

test("it names the machine's names and addresses, is of P-256, and holds about a year", async () => {
  const folder = newFolder();
  const { cert, key, fingerprint } = await ownCertificate(folder, NAMES, NOW_ms);
  const parsed = new X509Certificate(cert);
  for (const name of ["localhost", "boat.local"]) expect(parsed.checkHost(name)).toBe(name);
  for (const address of ["127.0.0.1", "::1", "192.168.1.4", "2001:db8::4"])
    expect(parsed.checkIP(address)).toBe(address);
  expect(parsed.checkHost("evil.example")).toBeUndefined();
  expect(parsed.ca).toBe(false);
  expect(createPrivateKey(key).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect((parsed.validToDate.getTime() - parsed.validFromDate.getTime()) / DAY_ms).toBe(397);
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect((statSync(join(folder, CERTIFICATE_FILE)).mode & 0o777).toString(8)).toBe("600");
});

test.each([
  ["at the next start", NOW_ms + DAY_ms, NAMES, true],
  ["when an address has gone", NOW_ms, NAMES.slice(0, 4), true],
  ["when there is another address", NOW_ms, [...NAMES, "192.168.1.5"], false],
  ["31 days before its end", NOW_ms + 365 * DAY_ms, NAMES, true],
  ["29 days before its end", NOW_ms + 367.1 * DAY_ms, NAMES, false],
  ["after its end", NOW_ms + 400 * DAY_ms, NAMES, false],
  ["while the clock has not been set", 3_600_000, NAMES, true],
  ["when the clock was wrong while it was made", NOW_ms - 2 * DAY_ms, NAMES, false],
])("%s it is kept: %s %s %s", async (_, now_ms, names, isKept) => {
  const folder = newFolder();
  const first = await ownCertificate(folder, NAMES, NOW_ms);
  const second = await ownCertificate(folder, names, now_ms);
  expect(second.fingerprint === first.fingerprint).toBe(isKept);
  const third = await ownCertificate(folder, names, now_ms);
  expect(third.fingerprint).toBe(second.fingerprint);
});

test.each([
  ["cut", (text: string) => text.slice(0, 300)],
  ["emptied", () => ""],
  ["of another key", (text: string) => text.replace(/^.*END PRIVATE KEY-----\n/s, OTHER_KEY)],
])("a kept one that was %s is replaced", async (_, damage) => {
  const folder = newFolder();
  const first = await ownCertificate(folder, NAMES, NOW_ms);
  const path = join(folder, CERTIFICATE_FILE);
  writeFileSync(path, damage(readFileSync(path, "utf8")));
  const second = await ownCertificate(folder, NAMES, NOW_ms);
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect(new X509Certificate(second.cert).checkPrivateKey(createPrivateKey(second.key))).toBe(true);
});

const OTHER_KEY = (await ownCertificate(newFolder(), ["localhost"], NOW_ms)).key;

test("a given one is used as it is; files that do not fit are refused in one line", async () => {
  const { key, cert } = await ownCertificate(newFolder(), NAMES, NOW_ms);
  const folder = newFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [certFile, keyFile, otherFile] = [file("c.pem", cert), file("k.pem", key), file("o.pem", OTHER_KEY)];
  expect(givenCertificate(certFile, keyFile)).toMatchObject({ key, cert });
  for (const wrong of [otherFile, certFile, join(folder, "gone.pem")])
    expect(() => givenCertificate(certFile, wrong)).toThrow(
      /^cannot use the certificate [^\n]*c\.pem with the key [^\n]*$/,
    );
});

test("this machine is known by its own names and by no address of a single cable", () => {
  expect(ownNames(["boat.example"])).toEqual(expect.arrayContaining(["localhost", "127.0.0.1", "::1", "boat.example"]));
  expect(ownNames().filter((name) => name.startsWith("fe80"))).toEqual([]);
});

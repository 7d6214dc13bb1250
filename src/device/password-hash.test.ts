// Passwords: only their hash is kept, and only the right one is let in.

import { expect, test } from "vitest";
import { hashPassword, isPassword } from "./password-hash.ts";

test("a password is known again, another is not, and no two hashes are alike", async () => {
  const [one, two] = await Promise.all([hashPassword("Köln 2026"), hashPassword("Köln 2026")]);
  expect(one).not.toEqual(two);
  expect(Buffer.from(one).includes("2026")).toBe(false);
  expect(await isPassword("Köln 2026", one)).toBe(true);
  expect(await isPassword("Ko\u0308ln 2026", one)).toBe(true); // the same letters, written otherwise
  expect(await isPassword("koln 2026", one)).toBe(false);
  expect(await isPassword("", one)).toBe(false);
});

test.each([
  ["nothing", new Uint8Array(0)],
  ["too short", new Uint8Array(48).fill(15)],
  ["a cost nobody would choose", new Uint8Array(49).fill(31)],
])("bytes that are no hash (%s) let nobody in", async (_, hash) => {
  expect(await isPassword("anything", hash)).toBe(false);
});

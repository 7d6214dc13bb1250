// The one-time code of the first owner: three tries, a quarter of an hour, never twice the same.

import { expect, test } from "vitest";
import { createFirstCode, type FirstCode, keepCodeFresh, tryCode } from "./first-code.ts";

const MINUTE_ms = 60_000;

function shown(): { readonly first: FirstCode; readonly codes: string[] } {
  const codes: string[] = [];
  const first = createFirstCode((code) => void codes.push(code));
  keepCodeFresh(first, 0);
  return { first, codes };
}

test("the code that is shown is taken, however it is typed", () => {
  const { first, codes } = shown();
  expect(codes[0]).toMatch(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
  expect(tryCode(first, codes[0]!, MINUTE_ms)).toBe("right");
  expect(tryCode(first, ` ${codes[0]!.toLowerCase().replace("-", " ")}`, MINUTE_ms)).toBe("right");
});

test("the third wrong try makes a new code; the old one does not hold any more", () => {
  const { first, codes } = shown();
  const tries = ["AAAA-AAAA", "", "0"].map((text) => tryCode(first, text, 0));
  expect(tries).toEqual(["wrong", "wrong", "fresh"]);
  expect(codes).toHaveLength(2);
  expect(tryCode(first, codes[0]!, 0)).toBe("wrong");
  expect(tryCode(first, codes[1]!, 0)).toBe("right");
});

test.each([
  [14.99, "right", 1],
  [15, "fresh", 2],
])("after %d minutes the code is %s", (minutes, came, codesShown) => {
  const { first, codes } = shown();
  expect(tryCode(first, codes[0]!, minutes * MINUTE_ms)).toBe(came);
  expect(codes).toHaveLength(codesShown);
});

test("a hundred codes are a hundred different ones", () => {
  expect(new Set(Array.from({ length: 100 }, () => shown().codes[0])).size).toBe(100);
});

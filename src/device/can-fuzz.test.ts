// Bad input for node and partners together, 20 000 frames of it; `npm run fuzz -- can` has a million.

import { expect, test } from "vitest";
import { fuzzCan } from "../../tools/fuzz/can-fuzz.ts";

test("20 000 random and mutated frames take neither node nor partners down, and change no setting (seeds 1 to 4)", {
  timeout: 60_000,
}, () => {
  const counts = [1, 2, 3, 4].map((seed) => fuzzCan(seed, 5000));
  const all = (key: keyof (typeof counts)[0]): number => counts.reduce((sum, count) => sum + count[key], 0);
  expect(all("sent")).toBeGreaterThan(4000);
  expect(all("orders")).toBeGreaterThan(100); // inputs are driven and errors acknowledged without a login
  expect(all("logins")).toBeGreaterThan(4);
  expect(all("renumbered")).toBeGreaterThan(0);
});

// Bad input for the console, 5000 lines of it; `npm run fuzz -- console` has 200 000.

import { expect, test } from "vitest";
import { fuzzConsole } from "../../tools/fuzz/console-fuzz.ts";

test.each([1, 2])(
  "2500 random and mutated lines take no console down, and change nothing without a login (seed %d)",
  { timeout: 60_000 },
  async (seed) => {
    const { answered, refused, logins } = await fuzzConsole(seed, 2500);
    expect(answered).toBeGreaterThan(100); // good ones are among them
    expect(refused).toBeGreaterThan(500);
    expect(logins).toBeGreaterThan(0);
  },
);

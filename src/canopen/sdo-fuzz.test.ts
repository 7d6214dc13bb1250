// Bad input, 20 000 frames of it; `npm run fuzz -- sdo` has a million.

import { expect, test } from "vitest";
import { fuzzSdo } from "../../tools/fuzz/sdo-fuzz.ts";

test.each([1, 2, 3, 4])(
  "5000 random and mutated frames take neither side down, and write only what an object takes (seed %d)",
  (seed) => {
    const { answered, written, completed, aborted } = fuzzSdo(seed, 5000);
    expect(answered).toBeGreaterThan(500); // good ones are among them
    expect(written).toBeGreaterThan(20);
    expect(completed).toBeGreaterThan(40);
    expect(aborted).toBeGreaterThan(50);
  },
);

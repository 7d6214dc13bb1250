// Bad input, 20 000 frames of it; `npm run fuzz -- modbus` has a million and a running device.

import { expect, test } from "vitest";
import { fuzzSerial, fuzzTcp } from "../../tools/fuzz/modbus-fuzz.ts";

test.each([1, 2])(
  "5000 bad frames on a serial line change nothing and are answered only where they are right (seed %d)",
  (seed) => {
    const counts = fuzzSerial(seed, 5000);
    expect(counts.answered).toBeGreaterThan(500); // good ones are among them
    expect(counts.silent).toBeGreaterThan(1000);
  },
);

test.each([3, 4])("5000 bad frames over TCP change nothing and never take the server down (seed %d)", (seed) => {
  const counts = fuzzTcp(seed, 5000);
  expect(counts.answered).toBeGreaterThan(1000);
  expect(counts.closed).toBeGreaterThan(100);
});

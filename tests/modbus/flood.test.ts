// A running device under floods of bad Modbus input, in short; `npm run fuzz -- modbus` does it at length.

import { expect, test } from "vitest";
import { floodDevice } from "../../tools/fuzz/modbus-flood.ts";

const SECONDS = 4;

test("floods, slow clients and rubbish on both ports leave loop, memory, settings and journal as they were", async () => {
  const flood = await floodDevice(SECONDS);
  expect(flood.trouble).toBe("");
  expect(flood.sent_MB).toBeGreaterThan(1);
  expect(flood.memory_MB).toBeLessThan(flood.memoryAtRest_MB + 40);
  // Of 400 ticks, on a shared machine: other tests run on this machine meanwhile, and the flood itself takes a core.
  expect(flood.overruns).toBeLessThanOrEqual(flood.overrunsAtRest + 80);
}, 60_000);

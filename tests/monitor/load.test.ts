// Many readers and many requests on a real monitor, in short; `npm run fuzz -- monitor-load` does it at length, with the bars of a
// machine that does nothing else.

import { expect, test } from "vitest";
import { loadMonitor, REQUESTS_PER_S } from "../../tools/fuzz/monitor-load.ts";

const SECONDS = 4;

test("50 readers and 500 requests a second, really offered, are all answered, and cost the device little against the same run at rest", async ({
  annotate,
}) => {
  const load = await loadMonitor(SECONDS);
  expect(load.failed).toBe(0);
  // How long an answer takes depends on what else the machine does: it is told, and has its bar in the long run.
  await annotate(
    `${load.offered_Hz.toFixed(0)} requests/s, p50 ${load.p50_ms.toFixed(0)} ms, p99 ${load.p99_ms.toFixed(0)} ms`,
  );
  expect(load.offered_Hz).toBeGreaterThan(0.9 * REQUESTS_PER_S);
  expect(load.requests).toBeGreaterThan(0.9 * REQUESTS_PER_S * SECONDS);
  expect(load.p99_ms).toBeGreaterThan(0);
  expect(load.lost_s).toBe(0);
  expect(load.device_MB).toBeLessThan(load.deviceAtRest_MB + 40);
  // The device's own work is the same for one reader as for fifty: a tenth of a core, whatever the machine does besides.
  expect(load.device - load.deviceAtRest).toBeLessThan(0.15);
}, 180_000);

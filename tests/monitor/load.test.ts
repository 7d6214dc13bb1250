// Many readers and many requests on a real monitor: a minute of them in the long form, some seconds in the short one. `npm run fuzz --
// monitor-load` prints more figures of the same, with the bars of a machine that does nothing else.

import { expect, test } from "vitest";
import { loadMonitor, type MonitorLoad, REQUESTS_PER_S } from "../../tools/fuzz/monitor-load.ts";
import { thorough } from "../thorough.ts";

const SECONDS = thorough(60, 4);
/**
 * What is a time on the clock is judged by the best of some tries: a machine that stands still for a while, as virtual ones do, spoils
 * one; a device that feels its server spoils all.
 */
const MOST_TRIES = thorough(3, 4);
const MOST_p99_ms = 50;
/**
 * Ticks that overran beyond those of the same device at rest, and beyond the wakes that came as late to a process which only sleeps. On
 * two cores that device, server and the asker of 500 requests a second share, the system keeps a process waiting for more than a tick
 * now and then; each of these costs one tick, and three are what such a minute has without any fault of the device's.
 */
const MORE_OVERRUNS = 3;

const mostOverruns = ({ overrunsAtRest, witness }: MonitorLoad): number =>
  Math.max(overrunsAtRest, witness) + MORE_OVERRUNS;
const isCalm = (load: MonitorLoad): boolean => load.p99_ms <= MOST_p99_ms && load.overruns <= mostOverruns(load);

test("50 readers and 500 requests a second are all answered, 99 % of them within 50 ms, and the device overruns as at rest", {
  timeout: 600_000,
}, async ({ annotate }) => {
  let load = await loadMonitor(SECONDS);
  for (let i = 1; i < MOST_TRIES && !isCalm(load); i++) load = await loadMonitor(SECONDS);
  const { offered_Hz, p50_ms, p99_ms, overruns, overrunsAtRest, witness, deviceAtRest, device } = load;
  await annotate(
    `${offered_Hz.toFixed(0)} requests/s, p50 ${p50_ms.toFixed(0)} ms, p99 ${p99_ms.toFixed(0)} ms; overruns ${overruns}, at rest ${overrunsAtRest}, a sleeper's ${witness}; device ${deviceAtRest.toFixed(3)} to ${device.toFixed(3)} of a core`,
  );
  expect(load.failed).toBe(0);
  expect(offered_Hz).toBeGreaterThan(0.9 * REQUESTS_PER_S);
  expect(load.requests).toBeGreaterThan(0.9 * REQUESTS_PER_S * SECONDS);
  expect(p99_ms).toBeLessThanOrEqual(MOST_p99_ms);
  expect(overruns).toBeLessThanOrEqual(mostOverruns(load));
  expect(load.lost_s).toBe(0);
  expect(load.device_MB).toBeLessThan(load.deviceAtRest_MB + 40);
  // The device's own work is the same for one reader as for fifty: at most 0.15 of a core more, whatever the machine does besides.
  expect(device - deviceAtRest).toBeLessThan(0.15);
});

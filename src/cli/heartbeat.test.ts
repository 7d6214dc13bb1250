// When a supervised process counts as silent: by the supervisor's own looks, so that nothing that stood still with it counts as dead.

import { expect, test } from "vitest";
import { BEAT_ms, heardBeat, isSilent, loopHealth, newPulse, type Pulse, SILENCE_ms } from "./heartbeat.ts";

/** Time of punctual looks until it counts as silent. */
function silenceOf(pulse: Pulse, look_ms = BEAT_ms): number {
  let passed_ms = 0;
  while (passed_ms < 1e6) {
    passed_ms += look_ms;
    if (isSilent(pulse, look_ms)) return passed_ms;
  }
  return Number.POSITIVE_INFINITY;
}

test.each([
  ["device", "working", SILENCE_ms.device],
  ["server", "working", SILENCE_ms.server],
  ["device", "starting", SILENCE_ms.starting],
] as const)("a %s that was %s may be silent for its time", (of, health, most_ms) => {
  const pulse = newPulse();
  heardBeat(pulse, of, health);
  const silence_ms = silenceOf(pulse);
  expect(silence_ms).toBeGreaterThan(most_ms);
  expect(silence_ms).toBeLessThanOrEqual(most_ms + BEAT_ms);
});

test("one that has never given a sign has the time of a start", () => {
  expect(silenceOf(newPulse())).toBeGreaterThan(SILENCE_ms.starting);
});

test("it is found silent once", () => {
  const pulse = newPulse();
  silenceOf(pulse);
  expect(silenceOf(pulse)).toBe(Number.POSITIVE_INFINITY);
});

test("a night in which the supervisor stood still, too, counts as two looks", () => {
  const pulse = newPulse();
  heardBeat(pulse, "device", "working");
  expect(isSilent(pulse, 8 * 3_600_000)).toBe(false);
  expect(pulse.silence_ms).toBe(2 * BEAT_ms);
  heardBeat(pulse, "device", "working");
  expect(pulse.silence_ms).toBe(0);
});

test("a supervisor that is late with every look finds nothing sooner", () => {
  const pulse = newPulse();
  heardBeat(pulse, "device", "working");
  expect(silenceOf(pulse, 4 * BEAT_ms)).toBeGreaterThan(2 * SILENCE_ms.device - 4 * BEAT_ms);
});

test("a loop is stuck when its tick is overdue and none has come since; not while ticks are seldom, or catch up", () => {
  const seen = { time_us: 0, deadline_us: 10_000 };
  let now_us = 0;
  const health = loopHealth(
    () => seen,
    () => now_us,
  );
  expect(health()).toBe("working");
  now_us = 9_000;
  expect(health()).toBe("working");
  now_us = 2_000_000;
  expect(health()).toBe("stuck");
  seen.time_us = 10_000; // it goes on, far behind
  expect(health()).toBe("working");
  Object.assign(seen, { deadline_us: 10_000_000 }); // ten seconds to the next, at a hundredth of the speed
  expect(health()).toBe("working");
});

test("a device without a loop starts, or ends", () => {
  expect(
    loopHealth(
      () => undefined,
      () => 0,
    )(),
  ).toBe("starting");
});

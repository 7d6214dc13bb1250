// When ticks are due: on a made-up clock, since real time has stalls of its own.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPace, setSpeed, settleDue, takeDue } from "./pace.ts";

const START_us = 5_000_000;
const atRealSpeed = () => createPace(10_000, 1, START_us);

test("a tick on time passes exactly its length, and the next deadline lies one tick later", () => {
  const pace = atRealSpeed();
  expect(takeDue(pace, START_us + 10_000)).toEqual({ steps: 1, dt_us: 10_000 });
  expect(pace.deadline_us).toBe(START_us + 20_000);
  expect(pace.overruns).toBe(0);
});

test.each([
  [9_999, 0, 20_000], // just not a tick late: the next deadline stays
  [10_000, 1, 30_000], // a whole tick late: one deadline was missed
  [10_001, 1, 30_000],
  [55_000, 1, 70_000],
])("%d us late count %d overruns, and deadlines stay where they were: %d", (late_us, overruns, next_us) => {
  const pace = atRealSpeed();
  takeDue(pace, START_us + 10_000 + late_us);
  expect(pace.overruns).toBe(overruns);
  expect(pace.deadline_us).toBe(START_us + next_us);
});

test.each([
  [100_000, 1, 100_000, 0],
  [99_999, 1, 99_900, 0], // in steps of 100 us; what does not divide belongs to the next tick
  [100_002, 2, 50_000, 0],
  [950_000, 10, 95_000, 0],
  [2_000_000, 20, 100_000, 0],
  [60_000_000, 20, 100_000, 58_000_000], // the machine was suspended: only two seconds are caught up
])("a gap of %d us becomes %d steps of %d us, %d us are lost", (gap_us, steps, dt_us, lost_us) => {
  const pace = atRealSpeed();
  expect(takeDue(pace, START_us + gap_us)).toEqual({ steps, dt_us });
  expect(pace.lost_us).toBe(lost_us);
  expect(pace.gaps).toBe(gap_us > 100_000 ? 1 : 0);
});

test("late ticks do not drift: the device's time is the clock's time less what was lost", () => {
  const delays = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(delays, (late) => {
      const pace = atRealSpeed();
      let passed_us = 0;
      let now_us = START_us;
      for (const late_us of late) {
        now_us = Math.max(now_us + 1, pace.deadline_us + late_us);
        const due = takeDue(pace, now_us);
        expect(due.dt_us).toBeGreaterThan(0);
        expect(due.dt_us).toBeLessThanOrEqual(100_000);
        passed_us += due.steps * due.dt_us;
        settleDue(pace, due, due.steps);
        expect(pace.deadline_us).toBeGreaterThan(now_us);
      }
      expect(Math.abs(passed_us + pace.lost_us - (now_us - START_us))).toBeLessThan(2000); // 100 us of each of 20 steps
    }),
  );
});

test("sixty times faster owes sixty ticks of the nominal length each deadline", () => {
  const pace = createPace(10_000, 60, START_us);
  expect(takeDue(pace, START_us + 10_000)).toEqual({ steps: 60, dt_us: 10_000 });
});

test("slower than real time, ticks keep their length and come less often", () => {
  const pace = createPace(10_000, 0.25, START_us);
  let steps = 0;
  for (let now_us = START_us + 10_000; now_us <= START_us + 1_000_000; now_us += 10_000) {
    const due = takeDue(pace, now_us);
    expect(due.dt_us).toBe(10_000);
    settleDue(pace, due, due.steps);
    steps += due.steps;
  }
  expect(steps).toBe(25);
});

test("what a slow machine cannot catch up is dropped and counted, not owed for ever", () => {
  const pace = createPace(10_000, 1000, START_us);
  const due = takeDue(pace, START_us + 10_000);
  settleDue(pace, due, 400);
  expect(pace).toMatchObject({ ticks: 400, overruns: 1, lost_us: 600 * 10_000 });
  expect(takeDue(pace, START_us + 20_000).steps).toBe(1000);
});

test("another speed starts without debts", () => {
  const pace = createPace(10_000, 0.5, START_us);
  settleDue(pace, takeDue(pace, START_us + 10_000), 0);
  setSpeed(pace, 2);
  expect(takeDue(pace, START_us + 20_000).steps).toBe(2);
});

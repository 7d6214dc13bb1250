// Battery state and relaxation: thresholds of 1 A and 0.5 A, relax times of an hour.
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import { BATTERY_STATES } from "./estimated.ts";
import { nextState } from "./rest.ts";

const settings = () =>
  makeSettings("LFP", 16, 100, { "battery.relaxTimeCharge_s": 100, "battery.relaxTimeDischarge_s": 50 });
const code = (name: (typeof BATTERY_STATES)[number]): number => BATTERY_STATES.indexOf(name);

test.each([
  ["unknown", 0.99, 0, 0, "unknown"],
  ["unknown", 1, 0, 0, "charging"],
  ["charging", 0.5, 0, 1, "charging"], // 0.5 A still counts once charging
  ["charging", 0.49, 0, 1, "charging off"],
  ["charging off", 0.9, 0, 1, "charging off"],
  ["charging off", 0, 1, 1, "relaxed after charging"],
  ["relaxed after charging", -0.99, 0, 1, "charging off"],
  ["relaxed after charging", -1, 0, 1, "discharging"],
  ["discharging", -0.5, 0, -1, "discharging"],
  ["discharging", -0.49, 0, -1, "discharging off"],
  ["discharging off", 0, 1, -1, "relaxed after discharging"],
  ["discharging", 5, 0, -1, "charging"],
  ["unknown", 0, 1, 0, "relaxed after discharging"], // nothing known of the past
] as const)("from %s at %f A (relaxed %i, last direction %i) follows %s", (from, current_A, relaxed, last, to) => {
  const { plan } = makeBench(settings());
  expect(BATTERY_STATES[nextState(plan.estimate, code(from), current_A, relaxed, last)]).toBe(to);
});

test.each([
  [10, 100],
  [-10, 50],
])("after %i A the battery relaxes when its relax time of %i s is over, not a tick earlier", (current_A, relax_s) => {
  const bms = makeBench(settings());
  setCells(bms, 3.3);
  setCurrent(bms, current_A);
  run(bms, 5);
  setCurrent(bms, 0);
  run(bms, relax_s - 0.1);
  expect(bms.estimate.relaxed).toBe(0);
  tick(bms, 100_000, true);
  expect(bms.estimate.relaxed).toBe(1);
  expect(bms.estimate.state).toBe(code(current_A > 0 ? "relaxed after charging" : "relaxed after discharging"));
  expect(bms.estimate.stateTime_us).toBe(0);
  run(bms, 7);
  expect(bms.estimate.stateTime_us).toBe(7_000_000);
});

test("a current that is not believed is no rest", () => {
  const bms = makeBench(settings());
  setCells(bms, 3.3);
  run(bms, 200);
  expect(bms.estimate.relaxed).toBe(1);
  bms.measure.currentValid = 0;
  run(bms, 1);
  expect(bms.estimate.relaxed).toBe(0);
  expect(bms.estimate.state).toBe(code("unknown"));
});

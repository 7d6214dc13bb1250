// The machine of one contactor, explored whole: every phase it can reach, with everything it can hear, against what must
// always hold. Timers appear as one bit, before or after.

import { describe, expect, test } from "vitest";
import {
  BREAKABLE,
  CRITICAL,
  enter,
  hasCoilOn,
  NEEDS_PRECHARGE,
  nextPhase,
  PERMITTED,
  PRECHARGE_FAILED,
  PRECHARGED,
  TIME_UP,
  TURN,
  WANTED,
} from "./contactor.ts";
import { createContactorState, PHASES, type Phase } from "./decided.ts";

const ALL = 512;
type Step = { readonly from: Phase; readonly heard: number; readonly to: Phase };

/** Every step from every phase that can be reached from open. */
function explore(): readonly Step[] {
  const steps: Step[] = [];
  const seen = new Set<Phase>(["open"]);
  for (const from of seen) {
    for (let heard = 0; heard < ALL; heard++) {
      const to = nextPhase(from, heard);
      steps.push({ from, heard, to });
      seen.add(to);
    }
  }
  return steps;
}

const STEPS = explore();
const has = ({ heard }: Step, bits: number): boolean => (heard & bits) === bits;
const closes = ({ from, to }: Step): boolean => !hasCoilOn(from) && hasCoilOn(to);
const opens = ({ from, to }: Step): boolean => hasCoilOn(from) && !hasCoilOn(to);

test("every phase can be reached, and the machine is total", () => {
  expect(new Set(STEPS.map(({ from }) => from))).toEqual(new Set(PHASES));
  expect(STEPS).toHaveLength(PHASES.length * ALL);
});

const LAWS: readonly (readonly [string, (step: Step) => boolean])[] = [
  ["the coil is switched on only while wanted", (step) => !closes(step) || has(step, WANTED)],
  ["the coil is switched on only while permitted", (step) => !closes(step) || has(step, PERMITTED)],
  ["the coil is never switched on in a critical error", (step) => !closes(step) || !has(step, CRITICAL)],
  ["a critical error leaves no coil on after one step", (step) => !has(step, CRITICAL) || !hasCoilOn(step.to)],
  [
    "where precharge is needed, the coil is switched on only at its finish",
    (step) => !closes(step) || !has(step, NEEDS_PRECHARGE) || (step.from === "precharging" && has(step, PRECHARGED)),
  ],
  [
    "a failed precharge never closes",
    (step) => !closes(step) || step.from !== "precharging" || !has(step, PRECHARGE_FAILED),
  ],
  ["the coil comes on as closing, never as closed", (step) => !closes(step) || step.to === "closing"],
  ["closing begins only in its turn", (step) => !(closes(step) && step.from === "waiting") || has(step, TURN)],
  [
    "precharging begins only from waiting, in its turn",
    (step) => step.to !== "precharging" || step.from === "precharging" || (step.from === "waiting" && has(step, TURN)),
  ],
  [
    "without a critical error only a breakable current is broken, or one that was waited for",
    (step) =>
      !opens(step) || has(step, CRITICAL) || has(step, BREAKABLE) || (step.from === "opening" && has(step, TIME_UP)),
  ],
  [
    "a closed contactor that is wanted stays closed without a critical error",
    (step) => !(step.from === "closed" && has(step, WANTED) && !has(step, CRITICAL)) || step.to === "closed",
  ],
  [
    "losing the permission alone opens nothing that is closed",
    (step) =>
      !(step.from === "closed" && has(step, WANTED) && !has(step, PERMITTED) && !has(step, CRITICAL)) ||
      step.to === "closed",
  ],
  [
    "after a failed precharge there is a pause",
    (step) => step.from !== "blocked" || step.to === "blocked" || has(step, TIME_UP),
  ],
  [
    "an opening ends when its time is up",
    (step) => !(step.from === "opening" && has(step, TIME_UP)) || step.to === "open",
  ],
  [
    "nobody who is not wanted goes on to close",
    (step) => has(step, WANTED) || !["waiting", "precharging", "closing", "closed"].includes(step.to),
  ],
];

describe("in every phase, whatever it hears:", () => {
  test.each(LAWS)("%s", (_promise, holds) => {
    expect(STEPS.filter((step) => !holds(step))).toEqual([]);
  });
});

test("from every phase there is a way to open and a way to closed", () => {
  for (const goal of ["open", "closed"] as const) {
    const reaching = new Set<Phase>([goal]);
    for (let grown = true; grown; ) {
      const more = STEPS.filter(({ from, to }) => !reaching.has(from) && reaching.has(to));
      for (const { from } of more) reaching.add(from);
      grown = more.length > 0;
    }
    expect(reaching).toEqual(new Set(PHASES));
  }
});

test("with a critical error held, every phase is open or blocked at once and open in the end", () => {
  for (const from of PHASES) {
    let phase = nextPhase(from, CRITICAL | WANTED | PERMITTED | TURN);
    expect(["open", "blocked"]).toContain(phase);
    phase = nextPhase(phase, CRITICAL | WANTED | PERMITTED | TURN | TIME_UP);
    expect(phase).toBe("open");
  }
});

test("one closing counts as one switching, an opening with current as one under load", () => {
  const contactor = createContactorState();
  for (const phase of ["waiting", "precharging", "closing", "closed", "opening", "open"] as const)
    enter(contactor, phase, true);
  for (const phase of ["waiting", "closing", "closed", "open"] as const) enter(contactor, phase, false);
  expect([contactor.switchings, contactor.switchingsUnderLoad]).toEqual([2, 1]);
});

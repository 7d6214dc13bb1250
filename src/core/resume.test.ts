// What a device makes of the time it was off, besides its estimates (estimate/correction.test.ts).

import { describe, expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { type Bms, createBms } from "./bms.ts";
import { resume } from "./resume.ts";
import { restoreKept, saveKept } from "./saved-state.ts";

/** A device whose link was connected `ago_s` before it went off, with heat in the precharge resistor. */
function resumedAfter(off_s: number, ago_s = 0): Bms {
  const before = createBms(createSettings());
  before.decide.link_us = ago_s * 1e6;
  before.decide.prechargeEnergy_J = 100;
  const bms = createBms(createSettings());
  expect(restoreKept(bms, saveKept(before)).ok).toBe(true);
  resume(bms, off_s);
  return bms;
}

describe("after a cut of the supply", () => {
  test("the link's charge is as old as the cut is long, so that a short one asks for no second charging current", () => {
    expect(resumedAfter(60, 5).decide.link_us).toBe(65e6);
  });

  test("after an unknown time nothing is known of the link, and the resistor is taken for as hot as it was", () => {
    expect(resumedAfter(-1).decide).toMatchObject({ link_us: -1, prechargeEnergy_J: 100 });
  });

  test("the resistor has cooled by its time constant: to 37 J of 100 J after 60 s", () => {
    expect(resumedAfter(60).decide.prechargeEnergy_J).toBeCloseTo(36.79, 2);
  });

  test("a link that was never connected stays so", () => {
    const bms = createBms(createSettings());
    resume(bms, 10);
    expect(bms.decide.link_us).toBe(-1);
  });
});

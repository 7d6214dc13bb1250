// Contactors: times at both edges, bounce, welding.
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { advanceContactor, type Contactor, createContactor, energise, free } from "./contactor.ts";

const random = createRandom(1);

/** Let time pass in the slices that events allow. */
function pass(contactor: Contactor, duration_us: number): void {
  let left_us = duration_us;
  while (left_us > 0) {
    const slice_us = contactor.timer_us > 0 ? Math.min(contactor.timer_us, left_us) : left_us;
    advanceContactor(contactor, random, slice_us);
    left_us -= slice_us;
  }
}

describe("times", () => {
  test("it conducts 20 ms after its coil is switched on, not a microsecond before", () => {
    const contactor = createContactor(20, 10, 0);
    energise(contactor, true);
    pass(contactor, 19_999);
    expect(contactor.contact).toBe(0);
    pass(contactor, 1);
    expect([contactor.contact, contactor.auxiliary, contactor.closings]).toEqual([1, 1, 1]);
  });

  test("it stops conducting 10 ms after its coil is switched off", () => {
    const contactor = createContactor(20, 10, 0);
    energise(contactor, true);
    pass(contactor, 30_000);
    energise(contactor, false);
    pass(contactor, 9999);
    expect(contactor.contact).toBe(1);
    pass(contactor, 1);
    expect([contactor.contact, contactor.auxiliary]).toEqual([0, 0]);
  });

  test("a coil switched off while closing lets go at once", () => {
    const contactor = createContactor(20, 10, 0);
    energise(contactor, true);
    pass(contactor, 10_000);
    energise(contactor, false);
    pass(contactor, 50_000);
    expect([contactor.contact, contactor.closings]).toEqual([0, 0]);
  });

  test("a contactor without delays follows at once", () => {
    const contactor = createContactor(0, 0, 0);
    energise(contactor, true);
    expect(contactor.contact).toBe(1);
    energise(contactor, false);
    expect(contactor.contact).toBe(0);
  });

  test("the contact bounces for at most its bounce time and reports closed only then", () => {
    const contactor = createContactor(20, 10, 3);
    energise(contactor, true);
    pass(contactor, 20_000);
    let changes = 0;
    for (let t = 0; t < 3000; t += 10) {
      const before = contactor.contact;
      if (contactor.phase === "bouncing") expect(contactor.auxiliary).toBe(0);
      pass(contactor, 10);
      if (contactor.contact !== before) changes++;
    }
    expect(changes).toBeGreaterThanOrEqual(2);
    expect([contactor.phase, contactor.contact, contactor.auxiliary]).toEqual(["closed", 1, 1]);
  });
});

describe("damage", () => {
  test("a welded contact conducts and reports so whatever the coil does", () => {
    const contactor = createContactor(20, 10, 0);
    energise(contactor, true);
    pass(contactor, 30_000);
    contactor.welded = 1;
    energise(contactor, false);
    pass(contactor, 100_000);
    expect([contactor.contact, contactor.auxiliary]).toEqual([1, 1]);
    free(contactor);
    expect([contactor.contact, contactor.auxiliary]).toEqual([0, 0]);
  });

  test("a dead coil never closes the contact and opens a closed one", () => {
    const contactor = createContactor(20, 10, 0);
    contactor.stuckOpen = 1;
    energise(contactor, true);
    pass(contactor, 100_000);
    expect([contactor.contact, contactor.auxiliary, contactor.closings]).toEqual([0, 0, 0]);
  });
});

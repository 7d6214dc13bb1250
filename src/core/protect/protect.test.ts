// Every protection of the table at both sides of every limit and delay, and what a trip leaves behind. The stage is driven
// alone: the test writes the measured quantity into the device's state and lets ticks of 10 ms pass.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import { createSettings, type Settings } from "../../model/settings.ts";
import { type Bms, createBms } from "../bms.ts";
import { type Place, resolve } from "../path.ts";
import { explain } from "./explanation.ts";
import { acknowledge, protect } from "./protect.ts";

const TICK_us = 10_000;

function rig(
  name: FaultName,
  change: (protection: Record<string, number | boolean>) => void = () => {},
): { bms: Bms; place: Place; run: (ms: number) => void; active: () => boolean } {
  const settings: Settings = createSettings();
  for (const other of FAULT_NAMES) settings.protections[other].enable = other === name;
  change(settings.protections[name] as unknown as Record<string, number | boolean>);
  const bms = createBms(settings);
  const row = FAULT_ROWS[name];
  if (row.validIf !== undefined) put(resolve(bms, row.validIf), 1);
  put(resolve(bms, row.of), edges(name).good);
  const run = (ms: number): void => {
    for (let i = 0; i < ms / 10; i++) {
      bms.time_us += TICK_us;
      protect(bms, TICK_us);
    }
  };
  return { bms, place: resolve(bms, row.of), run, active: () => bms.protect.active[name] === 1 };
}

const put = (place: Place, value: number): void => {
  place.holder[place.key] = value;
};

/** Values just beyond the limit, exactly at it, just short of the tolerant value, at it, and back beyond it. */
function edges(name: FaultName): { bad: number; limit: number; between: number; tolerant: number; good: number } {
  const row = FAULT_ROWS[name];
  if (row.limit === undefined) return { bad: 1, limit: 0, between: 1, tolerant: 1, good: 0 };
  const sign = row.when === "below" ? -1 : 1;
  const limit = row.limit.default;
  const tolerant = row.tolerant ?? limit;
  return {
    bad: limit + sign * 0.001,
    limit,
    between: tolerant + sign * 0.0005,
    tolerant,
    good: tolerant - sign * 0.001,
  };
}

describe.each(FAULT_NAMES)("%s", (name) => {
  const row = FAULT_ROWS[name];
  const value = edges(name);
  const delays = (p: Record<string, number | boolean>): void => {
    p["setDelay_ms"] = 500;
    p["clearDelay_s"] = 2;
    p["lock"] = false;
  };

  test("does not set at the limit itself, however long", () => {
    const { place, run, active } = rig(name, delays);
    put(place, value.limit);
    run(20_000);
    expect(active()).toBe(false);
  });

  test("sets exactly when the violation has lasted its set delay, not one tick earlier", () => {
    const { place, run, active } = rig(name, delays);
    run(100);
    put(place, value.bad);
    run(500); // first seen at the first of these ticks, so 490 ms have passed at the last
    expect(active()).toBe(false);
    run(10);
    expect(active()).toBe(true);
  });

  test("forgets a violation that ends one tick before its set delay", () => {
    const { place, run, active } = rig(name, delays);
    put(place, value.bad);
    run(500);
    put(place, value.good);
    run(10);
    put(place, value.bad);
    run(500);
    expect(active()).toBe(false);
  });

  test("sets at once without a delay", () => {
    const { place, run, active } = rig(name, (p) => Object.assign(p, { setDelay_ms: 0 }));
    put(place, value.bad);
    run(10);
    expect(active()).toBe(true);
  });

  test("stays while the value is not back beyond the tolerant value", () => {
    const { place, run, active } = rig(name, (p) => {
      delays(p);
      p["setDelay_ms"] = 0;
    });
    put(place, value.bad);
    run(10);
    put(place, value.tolerant === value.limit && row.limit !== undefined ? value.bad : value.between);
    run(30_000);
    expect(active()).toBe(true);
    put(place, value.tolerant);
    run(30_000);
    expect(active()).toBe(true);
  });

  test("clears exactly when it has been healthy for its clear delay, not one tick earlier", () => {
    const { place, run, active } = rig(name, (p) => {
      delays(p);
      p["setDelay_ms"] = 0;
    });
    put(place, value.bad);
    run(10);
    put(place, value.good);
    run(2000);
    expect(active()).toBe(true);
    run(10);
    expect(active()).toBe(false);
  });

  test("with its lock stays for ever, until acknowledged after its clear delay", () => {
    const { bms, place, run, active } = rig(name, (p) =>
      Object.assign(p, { setDelay_ms: 0, clearDelay_s: 2, lock: true }),
    );
    put(place, value.bad);
    run(10);
    expect(acknowledge(bms, name)).toBe(false);
    put(place, value.good);
    run(2000);
    expect(acknowledge(bms, name)).toBe(false);
    run(60_000);
    expect(active()).toBe(true);
    expect(acknowledge(bms, name)).toBe(true);
    expect(active()).toBe(false);
  });

  test("does nothing while disabled, and clears when it is disabled", () => {
    const { bms, place, run, active } = rig(name, (p) => Object.assign(p, { setDelay_ms: 0, enable: false }));
    put(place, value.bad);
    run(60_000);
    expect(active()).toBe(false);
    expect(bms.protect.anyError).toBe(0);
  });

  test("leaves value, limit, start and what it opened, and says so in one sentence", () => {
    const { bms, place, run } = rig(name, (p) => Object.assign(p, { setDelay_ms: 1000 }));
    if (row.element !== undefined) put(resolve(bms, row.element), 2);
    bms.decide.contactors.charge.on = 1;
    bms.decide.contactors.discharge.on = 1;
    bms.decide.contactors.main.on = 1;
    run(100);
    put(place, value.bad);
    run(2000);
    const state = bms.protect.faults[name];
    expect(state).toMatchObject({
      value: value.bad,
      element: row.element === undefined ? -1 : 2,
      began_us: 110_000,
      tripped_us: 1_110_000,
      trips: 1,
    });
    const opened =
      (row.opens.includes("charge") || row.critical ? 1 : 0) |
      (row.opens.includes("discharge") || row.critical ? 2 : 0) |
      (row.critical ? 8 : 0);
    expect(state.opened).toBe(opened);
    expect(explain(name, state)).toMatch(/^[A-Z].* for 1\.00 s; (opened .*|nothing was opened)\.$/);
    expect(explain(name, state)).not.toMatch(/[{}]|undefined|NaN/);
  });
});

test.each(FAULT_NAMES.filter((name) => FAULT_ROWS[name].validIf !== undefined))(
  "%s neither sets nor clears while its value is not believed, and its clock stands still",
  (name) => {
    const value = edges(name);
    const { bms, place, run, active } = rig(name, (p) =>
      Object.assign(p, { setDelay_ms: 500, clearDelay_s: 2, lock: false }),
    );
    const valid = resolve(bms, FAULT_ROWS[name].validIf ?? "");
    put(place, value.bad);
    run(300);
    put(valid, 0);
    run(60_000);
    expect(active()).toBe(false);
    put(valid, 1);
    run(200);
    expect(active()).toBe(false);
    run(10);
    expect(active()).toBe(true);
    put(place, value.good);
    put(valid, 0);
    run(60_000);
    expect(active()).toBe(true);
  },
);

describe("summary", () => {
  test("an indication is no error and opens nothing", () => {
    const { bms, place, run } = rig("voltageTooHigh", (p) => Object.assign(p, { setDelay_ms: 0 }));
    put(place, 3.7);
    run(10);
    expect(bms.protect).toMatchObject({ anyError: 0, criticalError: 0, opensCharge: 0, opensDischarge: 0 });
  });

  test("a critical error raises Critical error", () => {
    const { bms, place, run } = rig("batteryCover", (p) => Object.assign(p, { setDelay_ms: 0 }));
    put(place, 1);
    run(10);
    expect(bms.protect).toMatchObject({ anyError: 1, errorCount: 1, criticalError: 1 });
  });

  test("the shortest own delay of the errors that open a contactor counts", () => {
    const bms = createBms(createSettings());
    bms.settings.protections.overvoltage.openDelay_ms = 700;
    bms.settings.protections.lowTemperatureCharge.openDelay_ms = 300;
    const again = createBms(bms.settings);
    Object.assign(again.measure, {
      cellsValid: 1,
      maxCell_V: 4,
      minCell_V: 3.3,
      temperatureValid: 1,
      minTemperature_degC: -5,
      cellMonitorOnline: 1,
    });
    for (let i = 0; i < 500; i++) {
      again.time_us += TICK_us;
      protect(again, TICK_us);
    }
    expect([again.protect.opensCharge, again.protect.opensDischarge, again.protect.chargeDelay_us]).toEqual([
      1, 0, 300_000,
    ]);
  });

  test("a common contactor is said to be opened only by what opens it in its role", () => {
    const { bms, place, run } = rig("overvoltage", (p) => Object.assign(p, { setDelay_ms: 0 }));
    bms.decide.contactors.common.on = 1;
    put(place, 3.8);
    run(10);
    expect(bms.protect.faults.overvoltage.opened).toBe(0);
    const charging = rig("overvoltage", (p) => Object.assign(p, { setDelay_ms: 0 }));
    charging.bms.decide.contactors.common.on = 1;
    charging.bms.decide.commonOpensOnCharge = 1;
    put(charging.place, 3.8);
    charging.run(10);
    expect(charging.bms.protect.faults.overvoltage.opened).toBe(4);
  });

  test("a violation whose delay runs is pending for what it would open, until it trips or ends", () => {
    const { bms, place, run } = rig("lowTemperatureCharge");
    put(place, -5);
    run(100);
    expect([bms.protect.pendingCharge, bms.protect.pendingDischarge, bms.protect.opensCharge]).toEqual([1, 0, 0]);
    run(2000);
    expect([bms.protect.pendingCharge, bms.protect.opensCharge]).toEqual([0, 1]);
    const brief = rig("lowTemperatureCharge");
    put(brief.place, -5);
    brief.run(100);
    put(brief.place, 5);
    brief.run(10);
    expect(brief.bms.protect.pendingCharge).toBe(0);
  });

  test("a wake begins every delay anew, and releases nothing", () => {
    const { bms, place, run, active } = rig("overvoltage", (p) =>
      Object.assign(p, { setDelay_ms: 1000, clearDelay_s: 1, lock: true }),
    );
    put(place, 4);
    run(900);
    bms.decide.beginning = 1;
    run(10);
    bms.decide.beginning = 0;
    run(900);
    expect(active()).toBe(false);
    run(200);
    expect(active()).toBe(true);
    bms.decide.beginning = 1;
    run(10);
    expect(active()).toBe(true);
  });

  test("undervoltage may judge the voltage without the drop over the resistance", () => {
    const { bms, place, run, active } = rig("undervoltage", (p) =>
      Object.assign(p, { setDelay_ms: 0, judgeRest: true }),
    );
    put(place, 2.4);
    bms.estimate.minRest_V = 2.6;
    run(10);
    expect(active()).toBe(false);
    bms.estimate.minRest_V = 2.49;
    run(10);
    expect(active()).toBe(true);
  });

  test("an explained overvoltage reads like this", () => {
    const { bms, place, run } = rig("overvoltage");
    bms.measure.maxCell = 2;
    bms.decide.contactors.charge.on = 1;
    put(place, 3.812);
    run(2000);
    expect(explain("overvoltage", bms.protect.faults.overvoltage)).toBe(
      "Cell 3 was at 3.812 V, over the limit of 3.750 V for 1.00 s; opened charging contactor.",
    );
  });
});

test("at any tick length a fault sets at the first tick at or after its delay", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 3000 }), (tick_ms, delay_ms) => {
      const { bms, place, active } = rig("overvoltage", (p) => Object.assign(p, { setDelay_ms: delay_ms }));
      put(place, 4);
      let elapsed_ms = 0;
      for (; ; elapsed_ms += tick_ms) {
        bms.time_us += tick_ms * 1000;
        protect(bms, tick_ms * 1000);
        if (active()) break;
      }
      expect(elapsed_ms).toBe(Math.ceil(delay_ms / tick_ms) * tick_ms);
    }),
  );
});

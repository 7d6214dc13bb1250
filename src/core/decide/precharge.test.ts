// Precharging against the theory of a resistor and a capacitor: when it finishes, what it refuses to close onto, and what
// it lets the resistor bear. The link of the rig follows I = V/R exp(-t/RC), written here and not taken from the device.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coils,
  createRig,
  pass,
  type Rig,
  setCurrent,
  signal,
  startUp,
  untilTrue,
} from "../../../tests/rigs/decide.ts";
import type { Settings } from "../../model/settings.ts";
import { type Evidence, FINISHED, judgeTry, NO_CURRENT, RUNNING, TOO_HOT, TOO_LONG } from "./precharge.ts";

/** 47 Ohm into 5 mF: 1.12 A at first, a time constant of 235 ms. */
const RESISTOR = {
  resistor_Ohm: 47,
  capacitance_F: 0.005,
  threshold_A: 0.5,
  time_ms: 2000,
  energyLimit_J: 200,
  cooling_s: 60,
} as const;
const only = (change: (s: Settings) => void = () => {}): Rig => {
  const rig = createRig((s) => {
    s.main.enable = false;
    s.charge.enable = false;
    s.discharge.startDelay_ms = 0;
    Object.assign(s.precharge, RESISTOR);
    change(s);
  });
  startUp(rig);
  return rig;
};
const BATTERY_V = 52.8; // 16 cells at 3.3 V
/** From the closing of the precharging contactor to that of the discharging one; -1 if it never closes. */
function precharged_ms(rig: Rig): number {
  if (rig.bms.decide.precharging === 0) untilTrue(rig, () => rig.bms.decide.precharging === 1);
  const more_ms = untilTrue(rig, () => rig.bms.decide.discharging === 1, 20_000);
  return more_ms < 0 ? -1 : more_ms + 10;
}
const phase = (rig: Rig): string => rig.bms.decide.contactors.discharge.phase;

describe("enhanced", () => {
  test.each([
    [47, 0.005, 0.5],
    [47, 0.005, 0.1],
    [100, 0.002, 0.2],
    [22, 0.02, 1],
    [10, 0.01, 0.5],
  ])(
    "%d Ohm into %d F finishes when the current has fallen to %d A, and is sure of it 30 ms later",
    (resistor_Ohm, capacitance_F, threshold_A) => {
      const rig = only((s) =>
        Object.assign(s.precharge, { resistor_Ohm, capacitance_F, threshold_A, time_ms: 20_000, energyLimit_J: 1000 }),
      );
      const falls_ms = 1000 * resistor_Ohm * capacitance_F * Math.log(BATTERY_V / resistor_Ohm / threshold_A);
      const first_ms = Math.max(falls_ms, 100); // the delay before current is judged
      const took_ms = precharged_ms(rig);
      expect(took_ms).toBeGreaterThanOrEqual(first_ms + 30);
      expect(took_ms).toBeLessThanOrEqual(first_ms + 30 + 30);
      const left_V = BATTERY_V * Math.exp(-took_ms / 1000 / (resistor_Ohm * capacitance_F));
      expect(left_V).toBeLessThan(threshold_A * resistor_Ohm);
    },
  );

  test("the precharging contactor closes first, both overlap by 100 ms, then it opens", () => {
    const rig = only((s) => {
      s.precharge.overlap_ms = 100;
    });
    expect(coils(rig)).toBe("precharge");
    precharged_ms(rig);
    expect(coils(rig)).toBe("discharge precharge");
    pass(rig, 90);
    expect(coils(rig)).toBe("discharge precharge");
    pass(rig, 10);
    expect(coils(rig)).toBe("discharge");
  });

  test("a shorted link is never closed onto: too long, three tries 10 s apart, then the error, then open", () => {
    const rig = only((s) => {
      s.precharge.energyLimit_J = 1000;
    });
    rig.plant = () => {
      rig.bms.measure.current_A = rig.bms.decide.precharging === 1 ? -BATTERY_V / 47 : 0;
    };
    const { decide, protect } = rig.bms;
    expect(untilTrue(rig, () => decide.prechargeTries === 1)).toBeCloseTo(1980, -2);
    expect([decide.prechargeReason, decide.prechargeFailed, phase(rig)]).toEqual([TOO_LONG, 0, "blocked"]);
    expect(untilTrue(rig, () => decide.prechargeTries === 2)).toBeCloseTo(12_000, -2);
    expect(untilTrue(rig, () => decide.prechargeFailed !== 0)).toBeCloseTo(12_000, -2);
    expect([decide.prechargeFailed, coils(rig)]).toEqual([TOO_LONG, ""]);
    protect.opensDischarge = 1; // what the error does
    pass(rig, 60_000);
    expect([decide.contactors.discharge.switchings, decide.prechargeFailed, phase(rig)]).toEqual([0, 0, "open"]);
  });

  test("the failure stands for the whole pause, so that its error is set, and then falls, so that it can be acknowledged", () => {
    const rig = only((s) => {
      s.precharge.tries = 1;
      s.precharge.retryDelay_s = 10;
    });
    rig.plant = () => {
      rig.bms.measure.current_A = rig.bms.decide.precharging === 1 ? -1.1 : 0;
    };
    untilTrue(rig, () => rig.bms.decide.prechargeFailed !== 0);
    rig.bms.protect.opensDischarge = 1;
    expect(untilTrue(rig, () => rig.bms.decide.prechargeFailed === 0)).toBe(9990);
    expect(rig.bms.decide.prechargeTries).toBe(0);
  });

  test("an open resistor shows no current and is never closed onto", () => {
    const rig = only();
    rig.link.open = true;
    untilTrue(rig, () => rig.bms.decide.prechargeFailed !== 0);
    expect(rig.bms.decide.prechargeFailed).toBe(NO_CURRENT);
    expect(rig.bms.decide.contactors.discharge.switchings).toBe(0);
  });

  test("a precharging contactor whose feedback stays open is not believed", () => {
    const rig = only();
    rig.stuckOpen.add("precharge");
    rig.link.open = true;
    untilTrue(rig, () => rig.bms.decide.prechargeTries === 1);
    expect([rig.bms.decide.prechargeReason, rig.bms.decide.contactors.discharge.switchings]).toEqual([NO_CURRENT, 0]);
  });

  test("a link that may still be charged needs no current: within 90 s of being connected", () => {
    for (const [pause_ms, closes] of [
      [89_000, true],
      [91_000, false],
    ] as const) {
      const rig = only();
      precharged_ms(rig);
      pass(rig, 1000);
      signal(rig, "inhibitDischarging", 1);
      pass(rig, pause_ms);
      signal(rig, "inhibitDischarging", 0);
      const took_ms = precharged_ms(rig);
      expect([pause_ms, took_ms === 130]).toEqual([pause_ms, closes]);
      expect(took_ms > 0).toBe(closes);
    }
  });

  test.each<readonly [string, (s: Settings) => void, (rig: Rig) => void]>([
    ["the capacitance is not known", (s) => (s.precharge.capacitance_F = 0), () => {}],
    ["the link charges within two ticks", (s) => (s.precharge.capacitance_F = 0.0004), () => {}], // 47 Ohm: 18.8 ms
  ])("a link needs to show no current where %s", (_words, change, act) => {
    const rig = only(change);
    act(rig);
    rig.link.open = true;
    expect(precharged_ms(rig)).toBeGreaterThan(0);
  });

  test.each<readonly [string, (s: Settings) => void, (rig: Rig) => void]>([
    ["a link of 20 ms", (s) => Object.assign(s.precharge, { resistor_Ohm: 10, capacitance_F: 0.002 }), () => {}],
    ["10 Ohm into 4 mF", (s) => Object.assign(s.precharge, { resistor_Ohm: 10, capacitance_F: 0.004 }), () => {}],
    ["22 Ohm into 2 mF", (s) => Object.assign(s.precharge, { resistor_Ohm: 22, capacitance_F: 0.002 }), () => {}],
    ["a charger on the other path", () => {}, (rig) => signal(rig, "chargerConnected", 1)],
  ])("an open resistor with %s was closed onto: it is not, and a sound one is", (_words, change, act) => {
    for (const open of [false, true]) {
      const rig = only(change);
      act(rig);
      rig.link.open = open;
      expect([open, precharged_ms(rig) > 0]).toEqual([open, !open]);
    }
  });

  const charging = (s: Settings): void => {
    Object.assign(s.charge, { enable: true, precharge: true, startDelay_ms: 0, algorithm: "alwaysOn" });
    s.discharge.enable = false;
  };
  const common = (s: Settings): void => {
    Object.assign(s.common, { enable: true, startDelay_ms: 0 });
    s.mosfets.assignment1 = "common";
  };
  test.each([
    ["charge", true, true],
    ["charge", false, false],
    ["common", true, true],
    ["common", false, false],
  ] as const)(
    "a link behind the %s contactor shows no current, charger connected %s: closes %s",
    (name, charger, closes) => {
      const rig = only(name === "charge" ? charging : common);
      signal(rig, "chargerConnected", charger ? 1 : 0);
      rig.link.open = true;
      expect(untilTrue(rig, () => rig.bms.decide.contactors[name].on === 1, 20_000) > 0).toBe(closes);
    },
  );

  test("one disturbed sample is no charging of a link", () => {
    const rig = only();
    rig.link.open = true;
    let sample = 0;
    rig.plant = () => {
      if (rig.bms.decide.precharging === 1) rig.bms.measure.current_A = sample++ % 20 === 5 ? -1.1 : -0.02;
    };
    expect(precharged_ms(rig)).toBe(-1);
  });

  test("where the first current cannot be told from the threshold, time decides", () => {
    const rig = only((s) => {
      s.precharge.threshold_A = 0.8; // V/R is 1.12 A
      s.precharge.time_ms = 2000;
    });
    expect(precharged_ms(rig)).toBe(2000);
  });

  test("one disturbed sample does not finish it", () => {
    const rig = only();
    let sample = 0;
    rig.plant = () => {
      if (sample++ % 3 === 0) rig.bms.measure.current_A = 0;
    };
    rig.link.volt_V = 0;
    const quiet_ms = 1000 * 47 * 0.005 * Math.log(BATTERY_V / 47 / 0.5);
    expect(precharged_ms(rig)).toBeGreaterThan(quiet_ms);
  });

  test("until finished it waits beyond its time, and only the resistor's heat ends it", () => {
    const rig = only((s) => {
      s.precharge.untilFinished = true;
      s.precharge.energyLimit_J = 100_000;
    });
    rig.plant = () => {
      rig.bms.measure.current_A = -1.1;
    };
    pass(rig, 60_000);
    expect(phase(rig)).toBe("precharging");
    const hot = only((s) => {
      s.precharge.untilFinished = true;
      s.precharge.energyLimit_J = 300;
      s.precharge.cooling_s = 3600;
    });
    hot.plant = () => {
      hot.bms.measure.current_A = hot.bms.decide.precharging === 1 ? -1.1 : 0;
    };
    untilTrue(hot, () => phase(hot) === "blocked");
    expect(hot.bms.decide.prechargeReason).toBe(TOO_HOT);
  });

  test("finish on negative: a discharge current ends it, beyond what counts as none", () => {
    for (const [current_A, finishes] of [
      [-0.29, false],
      [-0.31, true],
    ] as const) {
      const rig = only((s) => {
        s.precharge.finishOnNegative = true;
        s.precharge.threshold_A = 0.1;
        s.precharge.capacitance_F = 0;
      });
      rig.plant = () => {
        rig.bms.measure.current_A = current_A;
      };
      expect([current_A, untilTrue(rig, () => rig.bms.decide.discharging === 1, 1000) > 0]).toEqual([
        current_A,
        finishes,
      ]);
    }
  });

  test("a wish that ends while it precharges opens everything at once", () => {
    const rig = only((s) => {
      s.discharge.stopDelay_ms = 0;
    });
    pass(rig, 100);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 10);
    expect([coils(rig), rig.bms.decide.prechargeOwner]).toEqual(["", 0]);
  });
});

describe("simple", () => {
  test.each([50, 500, 2000])("%d ms after the precharging contactor the contactor closes", (time_ms) => {
    const rig = only((s) => Object.assign(s.precharge, { mode: "simple", time_ms }));
    expect(precharged_ms(rig)).toBe(time_ms);
  });

  test("with the feedback of the precharging contactor open it does not", () => {
    const rig = only((s) => {
      s.precharge.mode = "simple";
    });
    rig.stuckOpen.add("precharge");
    untilTrue(rig, () => phase(rig) === "blocked");
    expect(rig.bms.decide.prechargeReason).toBe(NO_CURRENT);
  });
});

describe("another path that carries current hides the resistor's own", () => {
  const charging = (change: (s: Settings) => void = () => {}): Rig => {
    const rig = createRig((s) => {
      s.main.enable = false;
      s.discharge.algorithm = "onDischargeRequest";
      s.discharge.startDelay_ms = 0;
      Object.assign(s.precharge, RESISTOR);
      change(s);
    });
    startUp(rig);
    pass(rig, 2000);
    setCurrent(rig, 40);
    pass(rig, 1000);
    signal(rig, "dischargeRequest", 1);
    pass(rig, 10);
    return rig;
  };

  test("time decides, and the resistor is charged with the worst case, C V^2 / 2", () => {
    const rig = charging();
    expect(rig.bms.decide.prechargeShared).toBe(1);
    expect(rig.bms.decide.prechargeEnergy_J).toBeCloseTo((0.005 * BATTERY_V ** 2) / 2, 6);
    expect(precharged_ms(rig)).toBe(2000);
  });

  test("with an unknown capacitance the worst case is a short: V^2 / R for the whole time", () => {
    const rig = charging((s) => {
      s.precharge.capacitance_F = 0;
      s.precharge.cooling_s = 3600;
    });
    precharged_ms(rig);
    expect(rig.bms.decide.prechargeEnergy_J).toBeCloseTo((BATTERY_V ** 2 / 47) * 2, -0.5);
  });
});

describe("the heat of the resistor", () => {
  test("charging an empty link puts as much into the resistor as the link then holds", () => {
    const rig = only((s) => {
      s.precharge.cooling_s = 3600;
      s.precharge.threshold_A = 0.05;
    });
    precharged_ms(rig);
    const held_J = (0.005 * BATTERY_V ** 2) / 2;
    expect(rig.bms.decide.prechargeEnergy_J).toBeGreaterThan(0.93 * held_J); // currents are sampled at the end of each tick
    expect(rig.bms.decide.prechargeEnergy_J).toBeLessThan(held_J);
  });

  test("it cools with its time constant", () => {
    const rig = only((s) => {
      s.discharge.enable = false;
      s.precharge.cooling_s = 60;
    });
    rig.bms.decide.prechargeEnergy_J = 100;
    pass(rig, 60_000);
    expect(rig.bms.decide.prechargeEnergy_J).toBeCloseTo(100 / Math.E, 1);
  });

  test("tries in a row add up until the guard ends one", () => {
    const rig = only((s) => {
      s.precharge.tries = 10;
      s.precharge.retryDelay_s = 1;
      s.precharge.cooling_s = 600;
    });
    const drawn: number[] = [];
    rig.plant = () => {
      rig.bms.measure.current_A = rig.bms.decide.precharging === 1 ? -BATTERY_V / 47 : 0;
    };
    for (let tries = 1; tries <= 2; tries++) {
      untilTrue(rig, () => rig.bms.decide.prechargeTries === tries);
      drawn.push(rig.bms.decide.prechargeEnergy_J);
    }
    expect(drawn[0]).toBeCloseTo((BATTERY_V ** 2 / 47) * 2, -1); // 119 J in 2 s
    expect(rig.bms.decide.prechargeReason).toBe(TOO_HOT); // the second would have ended at 237 J
    expect(drawn[1]).toBeGreaterThanOrEqual(200);
    expect(drawn[1]).toBeLessThan(201);
  });

  test("a hot resistor is left to cool before another try", () => {
    const rig = only((s) => {
      s.discharge.algorithm = "onDischargeRequest";
      s.precharge.cooling_s = 60;
    });
    rig.bms.decide.prechargeEnergy_J = 210;
    signal(rig, "dischargeRequest", 1);
    const once_J = (0.005 * BATTERY_V ** 2) / 2;
    const cool_ms = 60_000 * Math.log(210 / (200 - once_J));
    expect(untilTrue(rig, () => rig.bms.decide.precharging === 1)).toBeCloseTo(cool_ms, -2);
  });

  test("a current that is not believed counts as a short", () => {
    const rig = only((s) => {
      s.precharge.cooling_s = 3600;
    });
    const before_J = rig.bms.decide.prechargeEnergy_J;
    rig.bms.measure.currentValid = 0;
    pass(rig, 1000);
    expect(rig.bms.decide.prechargeEnergy_J - before_J).toBeCloseTo(BATTERY_V ** 2 / 47, 0);
  });
});

describe("precharge request", () => {
  const asked = (): Rig => {
    const rig = only((s) => {
      s.discharge.algorithm = "onDischargeRequest";
    });
    signal(rig, "prechargeRequest", 1);
    pass(rig, 10);
    return rig;
  };

  test("closes the precharging contactor while it stands", () => {
    const rig = asked();
    expect(coils(rig)).toBe("precharge");
    signal(rig, "prechargeRequest", 0);
    pass(rig, 10);
    expect(coils(rig)).toBe("");
  });

  test("gives way to a contactor that precharges", () => {
    const rig = asked();
    signal(rig, "dischargeRequest", 1);
    expect(precharged_ms(rig)).toBeGreaterThan(0);
    expect(rig.bms.decide.prechargeOwner).toBe(2);
  });

  test.each<readonly [string, (rig: Rig) => void]>([
    ["an error that opens discharging", (rig) => (rig.bms.protect.opensDischarge = 1)],
    ["a critical error", (rig) => (rig.bms.protect.criticalError = 1)],
    ["an inhibit", (rig) => signal(rig, "inhibitDischarging", 1)],
    ["a resistor at its limit", (rig) => (rig.bms.decide.prechargeEnergy_J = 201)],
  ])("is refused by %s", (_words, act) => {
    const rig = asked();
    act(rig);
    pass(rig, 10);
    expect(coils(rig)).toBe("");
  });
});

test("whatever it sees, a try finishes in enhanced mode only with a low current and a closed precharging contactor", () => {
  const plan = only().bms.plan.decide.precharge;
  const evidence = fc.record({
    elapsed_us: fc.nat(5_000_000),
    low_us: fc.integer({ min: -1, max: 100_000 }),
    hot: fc.boolean(),
    closed: fc.boolean(),
    told: fc.boolean(),
    pulseDue: fc.boolean(),
    pulseSeen: fc.boolean(),
  });
  fc.assert(
    fc.property(evidence, fc.boolean(), fc.boolean(), (seen: Evidence, enhanced, untilFinished) => {
      const stands = judgeTry({ ...plan, enhanced, untilFinished }, seen);
      if (seen.hot) expect(stands).toBe(TOO_HOT);
      if (stands === FINISHED) {
        expect(seen.closed).toBe(true);
        if (enhanced && seen.told) expect(seen.low_us >= 30_000 && (seen.pulseSeen || !seen.pulseDue)).toBe(true);
        else expect(seen.elapsed_us).toBeGreaterThanOrEqual(2_000_000);
      }
      if (stands === RUNNING && !untilFinished) expect(seen.elapsed_us).toBeLessThan(2_000_000);
    }),
  );
});

// When a path is wanted and allowed: the algorithms with Ton and Toff at both their edges, the delays of errors, ready to
// charge and discharge, and the command to the charger.

import { describe, expect, test } from "vitest";
import {
  coils,
  createRig,
  pass,
  type Rig,
  setCells,
  setCurrent,
  signal,
  startUp,
  untilTrue,
} from "../../../tests/rigs/decide.ts";
import type { Settings } from "../../model/settings.ts";

/** Only the contactor under test, nothing else in its way. */
const bare = (path: "charge" | "discharge", change: (s: Settings) => void = () => {}): Rig => {
  const rig = createRig((s) => {
    s.main.enable = false;
    s.precharge.enable = false;
    s.charge.enable = path === "charge";
    s.discharge.enable = path === "discharge";
    change(s);
  });
  startUp(rig);
  return rig;
};
const on = (rig: Rig, path: "charge" | "discharge"): boolean => rig.bms.decide.contactors[path].on === 1;
const fail = (rig: Rig, path: "charge" | "discharge", error: 0 | 1, own_ms = 0): void => {
  const { protect } = rig.bms;
  if (path === "charge") [protect.opensCharge, protect.chargeDelay_us] = [error, own_ms * 1000];
  else [protect.opensDischarge, protect.dischargeDelay_us] = [error, own_ms * 1000];
};

type Wish = readonly ["charge" | "discharge", string, (rig: Rig, wanted: boolean) => void];
const ALGORITHMS: readonly Wish[] = [
  ["charge", "onChargerConnected", (rig, wanted) => signal(rig, "chargerConnected", wanted ? 1 : 0)],
  ["charge", "onChargeRequest", (rig, wanted) => signal(rig, "chargeRequest", wanted ? 1 : 0)],
  ["charge", "alwaysOn", (rig, wanted) => signal(rig, "inhibitCharging", wanted ? 0 : 1)],
  ["discharge", "onChargerDisconnected", (rig, wanted) => signal(rig, "chargerConnected", wanted ? 0 : 1)],
  ["discharge", "onDischargeRequest", (rig, wanted) => signal(rig, "dischargeRequest", wanted ? 1 : 0)],
  ["discharge", "alwaysOn", (rig, wanted) => signal(rig, "inhibitDischarging", wanted ? 0 : 1)],
];

describe.each(ALGORITHMS)("%s, %s:", (path, algorithm, want) => {
  const rig = (): Rig => {
    const made = bare(path, (s) => {
      (s[path] as { algorithm: string }).algorithm = algorithm;
      s[path].startDelay_ms = 700;
      s[path].stopDelay_ms = 300;
    });
    want(made, false);
    pass(made, 2000);
    return made;
  };

  test("the contactor closes exactly Ton after the wish", () => {
    const made = rig();
    expect(on(made, path)).toBe(false);
    want(made, true);
    pass(made, 700); // seen for 690 ms in the last of these ticks
    expect(on(made, path)).toBe(false);
    pass(made, 10);
    expect(on(made, path)).toBe(true);
  });

  test("a wish one tick shorter than Ton closes nothing", () => {
    const made = rig();
    want(made, true);
    pass(made, 700);
    want(made, false);
    pass(made, 2000);
    expect(made.bms.decide.contactors[path].switchings).toBe(0);
  });

  test("the contactor opens exactly Toff after the wish ended", () => {
    const made = rig();
    want(made, true);
    pass(made, 2000);
    want(made, false);
    pass(made, 300);
    expect(on(made, path)).toBe(true);
    pass(made, 10);
    expect(on(made, path)).toBe(false);
  });

  test("a wish that comes back within Toff keeps it closed", () => {
    const made = rig();
    want(made, true);
    pass(made, 2000);
    want(made, false);
    pass(made, 300);
    want(made, true);
    pass(made, 2000);
    expect(on(made, path)).toBe(true);
    expect(made.bms.decide.contactors[path].switchings).toBe(1);
  });
});

describe.each(["charge", "discharge"] as const)("errors and the %s contactor", (path) => {
  const closed = (change: (s: Settings) => void): Rig => {
    const rig = bare(path, (s) => {
      s[path].stopDelay_ms = 500;
      change(s);
    });
    pass(rig, 2000);
    expect(on(rig, path)).toBe(true);
    return rig;
  };
  const opensAfter_ms = (rig: Rig, own_ms = 0): number => {
    fail(rig, path, 1, own_ms);
    return untilTrue(rig, () => !on(rig, path), 5000);
  };

  test.each<readonly [string, boolean, boolean, number, number]>([
    ["Toff by default", false, false, 200, 500],
    ["its own delay with custom delays, shorter than Toff", true, false, 200, 200],
    ["its own delay with custom delays, longer than Toff", true, false, 1500, 1500],
    ["at once with a custom delay of 0", true, false, 0, 0],
    ["at once without delay", false, true, 200, 0],
    ["at once without delay, whatever the custom delay", true, true, 200, 0],
  ])("an error opens it after %s", (_words, customDelays, withoutDelay, own_ms, expected_ms) => {
    const rig = closed((s) => Object.assign(s[path], { customDelays, withoutDelay }));
    expect(opensAfter_ms(rig, own_ms)).toBe(expected_ms);
  });

  test("after the error it closes again after Ton", () => {
    const rig = closed((s) => {
      s[path].startDelay_ms = 800;
    });
    opensAfter_ms(rig);
    pass(rig, 5000);
    fail(rig, path, 0);
    expect(untilTrue(rig, () => on(rig, path))).toBe(800);
  });

  test("an error of the other path leaves it alone", () => {
    const rig = closed(() => {});
    fail(rig, path === "charge" ? "discharge" : "charge", 1);
    pass(rig, 5000);
    expect(on(rig, path)).toBe(true);
  });

  test("a critical error opens it in the same tick, whatever current flows", () => {
    const rig = closed(() => {});
    setCurrent(rig, -900);
    rig.bms.protect.criticalError = 1;
    pass(rig, 10);
    expect(on(rig, path)).toBe(false);
  });

  test("an open circuit breaker opens it at once and keeps it open", () => {
    const rig = closed(() => {});
    signal(rig, "circuitBreaker", 1);
    pass(rig, 10);
    expect(on(rig, path)).toBe(false);
    pass(rig, 5000);
    expect(on(rig, path)).toBe(false);
  });

  test("measurements that are no longer believed open nothing by themselves and close nothing new", () => {
    const rig = closed(() => {});
    rig.bms.measure.ready = 0;
    pass(rig, 5000);
    expect(on(rig, path)).toBe(true);
    fail(rig, path, 1);
    pass(rig, 1000);
    fail(rig, path, 0);
    pass(rig, 5000);
    expect(on(rig, path)).toBe(false);
    rig.bms.measure.ready = 1;
    expect(untilTrue(rig, () => on(rig, path))).toBe(rig.bms.settings[path].startDelay_ms);
  });
});

test("no contactor starts to close while the current is not believed, for instance during a calibration", () => {
  const rig = bare("discharge");
  rig.bms.measure.currentValid = 0;
  pass(rig, 5000);
  expect(on(rig, "discharge")).toBe(false);
  rig.bms.measure.currentValid = 1;
  expect(untilTrue(rig, () => on(rig, "discharge"))).toBe(rig.bms.settings.discharge.startDelay_ms);
});

describe("a current too large to break", () => {
  const closed = (): Rig => {
    const rig = bare("discharge", (s) => {
      s.discharge.stopDelay_ms = 100;
      s.discharge.breakCurrent_A = 250;
      s.discharge.breakWait_ms = 1000;
    });
    pass(rig, 2000);
    return rig;
  };

  test.each([
    [-250, 100], // breakable: only Toff
    [-250.1, 1100], // not breakable: Toff and the longest wait
    [251, 1100],
  ])("%d A are broken after %d ms", (current_A, expected_ms) => {
    const rig = closed();
    setCurrent(rig, current_A);
    signal(rig, "inhibitDischarging", 1);
    expect(untilTrue(rig, () => !on(rig, "discharge"))).toBe(expected_ms);
  });

  test("it opens as soon as the current has fallen", () => {
    const rig = closed();
    setCurrent(rig, -400);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 500);
    expect(rig.bms.decide.contactors.discharge.phase).toBe("opening");
    setCurrent(rig, -100);
    pass(rig, 10);
    expect(on(rig, "discharge")).toBe(false);
  });

  test("a current that is not believed is waited for just as long", () => {
    const rig = closed();
    rig.bms.measure.currentValid = 0;
    signal(rig, "inhibitDischarging", 1);
    expect(untilTrue(rig, () => !on(rig, "discharge"))).toBe(1100);
  });

  test("a wish that comes back while it waits keeps it closed", () => {
    const rig = closed();
    setCurrent(rig, -400);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 500);
    signal(rig, "inhibitDischarging", 0);
    pass(rig, 2000);
    expect(rig.bms.decide.contactors.discharge).toMatchObject({ phase: "closed", switchings: 1 });
  });
});

describe("current present", () => {
  test("charging is present above 1 A until below 0.5 A, discharging likewise, and neither moves unbelieved", () => {
    const rig = bare("charge");
    const { decide, measure } = rig.bms;
    const rows: readonly (readonly [number, number, number])[] = [
      [1, 0, 0],
      [1.01, 1, 0],
      [0.5, 1, 0],
      [0.49, 0, 0],
      [-1, 0, 0],
      [-1.01, 0, 1],
      [-0.5, 0, 1],
      [-0.49, 0, 0],
      [5, 1, 0],
    ];
    for (const [current_A, charging, discharging] of rows) {
      setCurrent(rig, current_A);
      pass(rig, 10);
      expect([current_A, decide.chargingPresent, decide.dischargingPresent]).toEqual([
        current_A,
        charging,
        discharging,
      ]);
    }
    measure.currentValid = 0;
    setCurrent(rig, 0);
    pass(rig, 10);
    expect(decide.chargingPresent).toBe(1);
  });
});

describe("ready to charge and allow charging", () => {
  const charging = (change: (s: Settings) => void = () => {}): Rig => {
    const rig = bare("charge", (s) => {
      s.chargingStatus.clearReady_V = 3.55;
      s.chargingStatus.setReady_V = 3.4;
      change(s);
    });
    pass(rig, 2000);
    expect(rig.bms.decide.allowCharging).toBe(1);
    return rig;
  };
  const at = (rig: Rig, highest_V: number): (0 | 1)[] => {
    setCells(rig.bms, 3.3, highest_V);
    pass(rig, 10);
    const { readyToCharge, allowCharging, charging: contactor } = rig.bms.decide;
    return [readyToCharge, allowCharging, contactor] as (0 | 1)[];
  };

  test("both fall above the clearing voltage and come back below the setting one; the contactor stays", () => {
    const rig = charging();
    expect(at(rig, 3.55)).toEqual([1, 1, 1]);
    expect(at(rig, 3.5501)).toEqual([0, 0, 1]);
    pass(rig, 5000);
    expect(at(rig, 3.4)).toEqual([0, 0, 1]);
    expect(at(rig, 3.3999)).toEqual([1, 1, 1]);
  });

  test("with only when ready the contactor opens too, and closes again", () => {
    const rig = charging((s) => {
      s.charge.onlyWhenReady = true;
    });
    at(rig, 3.56);
    pass(rig, 1000);
    expect(at(rig, 3.45)).toEqual([0, 0, 0]);
    at(rig, 3.39);
    pass(rig, 2000);
    expect(at(rig, 3.39)).toEqual([1, 1, 1]);
  });

  test("without a delay before recharging, time alone never allows", () => {
    const rig = charging();
    at(rig, 3.56);
    at(rig, 3.45);
    rig.bms.decide.recharge_us = 1e13;
    pass(rig, 1000);
    expect(at(rig, 3.45)).toEqual([0, 0, 1]);
  });

  test("with a delay of a minute it is allowed again exactly then, though still not ready", () => {
    const rig = charging((s) => {
      s.chargingStatus.rechargeDelay_min = 1;
    });
    at(rig, 3.56);
    setCells(rig.bms, 3.3, 3.45);
    pass(rig, 59_990);
    expect(rig.bms.decide.allowCharging).toBe(0);
    pass(rig, 10);
    expect([rig.bms.decide.allowCharging, rig.bms.decide.readyToCharge]).toEqual([1, 0]);
  });

  test("the delay does not allow charging while a cell is over the limit", () => {
    const rig = charging((s) => {
      s.chargingStatus.rechargeDelay_min = 1;
    });
    at(rig, 3.56);
    pass(rig, 70_000);
    expect(rig.bms.decide.allowCharging).toBe(0);
    expect(at(rig, 3.5)).toEqual([0, 1, 1]);
    expect(at(rig, 3.56)).toEqual([0, 0, 1]);
    setCells(rig.bms, 3.3, 3.5);
    pass(rig, 59_980);
    expect(rig.bms.decide.allowCharging).toBe(0);
  });

  test("while discharging the plain voltage is judged: the correction would raise it", () => {
    const rig = charging();
    setCurrent(rig, -50);
    rig.bms.estimate.maxRest_V = 3.6;
    pass(rig, 10);
    expect(rig.bms.decide.readyToCharge).toBe(1);
    setCurrent(rig, 50);
    pass(rig, 10);
    expect(rig.bms.decide.readyToCharge).toBe(0);
  });

  test("an error that opens charging clears ready to charge, unless told not to", () => {
    for (const errorsClearReady of [true, false]) {
      const rig = charging((s) => {
        s.chargingStatus.errorsClearReady = errorsClearReady;
      });
      setCells(rig.bms, 3.3, 3.45);
      fail(rig, "charge", 1);
      pass(rig, 10);
      expect([rig.bms.decide.readyToCharge, rig.bms.decide.allowCharging]).toEqual([errorsClearReady ? 0 : 1, 0]);
    }
  });

  test.each<readonly [string, (rig: Rig) => void]>([
    ["an inhibit", (rig) => signal(rig, "inhibitCharging", 1)],
    ["an error that opens charging", (rig) => fail(rig, "charge", 1)],
    ["a critical error", (rig) => (rig.bms.protect.criticalError = 1)],
    ["the indication Voltage too high", (rig) => (rig.bms.protect.active.voltageTooHigh = 1)],
    ["the loss of a measurement", (rig) => (rig.bms.measure.ready = 0)],
  ])("%s drops allow charging in the same tick", (_words, act) => {
    const rig = charging();
    act(rig);
    pass(rig, 10);
    expect(rig.bms.decide.allowCharging).toBe(0);
  });

  test("charging is allowed only when the contactors of its path are closed", () => {
    const rig = createRig((s) => {
      s.charge.startDelay_ms = 1000;
    });
    startUp(rig);
    const allowed_ms = untilTrue(rig, () => rig.bms.decide.allowCharging === 1);
    expect(allowed_ms).toBeGreaterThanOrEqual(1000);
    expect(rig.bms.decide.contactors.charge.closed & rig.bms.decide.contactors.main.closed).toBe(1);
  });

  test("charging current without permission is told at once", () => {
    const rig = charging();
    setCurrent(rig, 10);
    pass(rig, 10);
    expect(rig.bms.decide.unallowedCharging).toBe(0);
    signal(rig, "inhibitCharging", 1);
    pass(rig, 10);
    expect(rig.bms.decide.unallowedCharging).toBe(1);
    setCurrent(rig, 0);
    pass(rig, 10);
    expect(rig.bms.decide.unallowedCharging).toBe(0);
  });
});

test("ready to discharge falls below its clearing voltage and comes back above the setting one", () => {
  const rig = bare("discharge", (s) => {
    s.discharge.onlyWhenReady = true;
  });
  pass(rig, 2000);
  const ready = (lowest_V: number): number[] => {
    setCells(rig.bms, 3.3, lowest_V);
    pass(rig, 1000);
    return [rig.bms.decide.readyToDischarge, rig.bms.decide.discharging];
  };
  expect([2.9, 2.899, 3.1, 3.101].map(ready)).toEqual([
    [1, 1],
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});

describe.each([
  ["charge", "pendingCharge"],
  ["discharge", "pendingDischarge"],
] as const)("a limit already violated was closed onto until its error was set: %s path", (path, pending) => {
  test("it neither closes nor precharges, and a closed one stays closed", () => {
    const rig = createRig((s) => {
      s[path].precharge = true;
    });
    startUp(rig);
    rig.bms.protect[pending] = 1;
    pass(rig, 5000);
    expect([on(rig, path), rig.bms.decide.precharging]).toEqual([false, 0]);
    rig.bms.protect[pending] = 0;
    pass(rig, 5000);
    expect(on(rig, path)).toBe(true);
    rig.bms.protect[pending] = 1;
    pass(rig, 5000);
    expect([on(rig, path), rig.bms.decide.contactors[path].switchings]).toEqual([true, 1]);
  });

  test("a try under way ends at once", () => {
    const rig = createRig((s) => {
      s[path].precharge = true;
      s[path === "charge" ? "discharge" : "charge"].enable = false;
    });
    untilTrue(rig, () => rig.bms.decide.precharging === 1);
    rig.bms.protect[pending] = 1;
    pass(rig, 10);
    expect(coils(rig)).toBe("main");
  });
});

test("a load that feeds back before the charging contactor has closed is no unallowed charging; without a wish it is", () => {
  const rig = createRig((s) => {
    s.charge.algorithm = "onChargeRequest";
  });
  pass(rig, 3000);
  setCurrent(rig, 30);
  pass(rig, 100);
  expect([coils(rig), rig.bms.decide.unallowedCharging]).toEqual(["discharge main", 1]);
  signal(rig, "chargeRequest", 1);
  pass(rig, 10);
  expect([coils(rig), rig.bms.decide.unallowedCharging]).toEqual(["discharge main", 0]);
  pass(rig, 2000);
  expect([coils(rig), rig.bms.decide.allowCharging]).toEqual(["charge discharge main", 1]);
});

test("a vehicle that orders a shutdown opens the discharging contactor as an inhibit does", () => {
  const rig = createRig();
  pass(rig, 5000);
  expect(coils(rig)).toBe("charge discharge main");
  rig.bms.measure.partnerShutdown = 1;
  pass(rig, 500);
  expect(coils(rig)).toBe("charge discharge main");
  pass(rig, 30);
  expect(coils(rig)).toBe("charge main");
  rig.bms.measure.partnerShutdown = 0;
  pass(rig, 5000);
  expect(coils(rig)).toBe("charge discharge main");
});

describe("from the trip to the coil", () => {
  const tripped = (breakWait_ms: number): Rig => {
    const rig = createRig((s) => {
      s.discharge.breakWait_ms = breakWait_ms;
      s.discharge.customDelays = true;
    });
    pass(rig, 5000);
    setCurrent(rig, -500); // the contactor breaks 250 A
    pass(rig, 100);
    fail(rig, "discharge", 1, 50);
    return rig;
  };

  test.each([0, 50, 300, 5000])("a current that stays too large is waited for %d ms and no longer", (breakWait_ms) => {
    const rig = tripped(breakWait_ms);
    expect(untilTrue(rig, () => !on(rig, "discharge"), 10_000)).toBe(50 + breakWait_ms);
  });

  test("the coil goes off in the tick in which the current becomes breakable", () => {
    const rig = tripped(5000);
    pass(rig, 400);
    expect(on(rig, "discharge")).toBe(true);
    setCurrent(rig, -rig.bms.settings.discharge.breakCurrent_A);
    pass(rig, 10);
    expect(on(rig, "discharge")).toBe(false);
  });

  test("a critical error waits for nothing", () => {
    const rig = tripped(5000);
    rig.bms.protect.criticalError = 1;
    pass(rig, 10);
    expect(coils(rig)).toBe("");
  });
});

describe("one contactor for both", () => {
  const shared = (algorithm: Settings["common"]["algorithm"], change: (s: Settings) => void = () => {}): Rig => {
    const rig = createRig((s) => {
      s.common.enable = true;
      s.common.algorithm = algorithm;
      s.precharge.enable = false;
      s.mosfets.assignment1 = "common";
      s.feedback.assignment1 = "commonFeedback";
      change(s);
    });
    startUp(rig);
    pass(rig, 2000);
    return rig;
  };

  test("combined: without a charger only discharge errors open it, with one only charge errors", () => {
    const rig = shared("combined");
    expect(coils(rig)).toBe("common main");
    fail(rig, "charge", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("common main");
    signal(rig, "chargerConnected", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("");
    fail(rig, "charge", 0);
    fail(rig, "discharge", 1);
    pass(rig, 2000);
    expect(coils(rig)).toBe("common main");
    signal(rig, "chargerConnected", 0);
    pass(rig, 1000);
    expect(coils(rig)).toBe("");
  });

  /** Closed, with an error against the role: undervoltage at a plugged charger, or overvoltage without one. */
  type Against = readonly [string, "charge" | "discharge", 0 | 1, number];
  const AGAINST: readonly Against[] = [
    ["undervoltage while a charger is plugged in", "discharge", 1, -8],
    ["overvoltage while no charger is announced", "charge", 0, 40],
  ];
  const against = ([, path, charger]: Against): Rig => {
    const rig = shared("combined", (s) => {
      s.common.stopDelay_ms = 500;
      for (const side of [s.charge, s.discharge]) Object.assign(side, { customDelays: false, withoutDelay: false });
    });
    signal(rig, "chargerConnected", charger);
    pass(rig, 2000);
    fail(rig, path, 1);
    pass(rig, 2000);
    expect(coils(rig)).toBe("common main");
    return rig;
  };
  const flags = ({ bms: { decide } }: Rig): number[] => [decide.commonOpensOnCharge, decide.commonOpensOnDischarge];

  describe.each(AGAINST)("combined: %s was ignored", (...row) => {
    const [, path, charger, current_A] = row;

    test("it opens exactly Toff after the forbidden current began, and stays open without cycling", () => {
      const rig = against(row);
      expect(flags(rig)).toEqual([charger, 1 - charger]);
      rig.plant = () => {
        if (rig.bms.decide.common === 0) setCurrent(rig, 0);
      };
      setCurrent(rig, current_A);
      pass(rig, 500);
      expect([coils(rig), flags(rig)]).toEqual(["common main", [1, 1]]);
      pass(rig, 10);
      expect(coils(rig)).toBe("main");
      pass(rig, 60_000);
      expect([coils(rig), rig.bms.decide.contactors.common.switchings]).toEqual(["", 1]);
    });

    test("pulses of current add up, and current in the allowed direction begins anew", () => {
      const rig = against(row);
      for (let pulse = 0; pulse < 2; pulse++) {
        for (const part of [current_A, 0]) {
          setCurrent(rig, part);
          pass(rig, 200);
        }
      }
      expect(coils(rig)).toContain("common");
      setCurrent(rig, -current_A);
      pass(rig, 50);
      setCurrent(rig, current_A);
      pass(rig, 500);
      expect(coils(rig)).toContain("common");
      pass(rig, 10);
      expect(coils(rig)).toBe("main");
    });

    test("it closes again once the error has cleared", () => {
      const rig = against(row);
      setCurrent(rig, current_A);
      pass(rig, 600);
      setCurrent(rig, 0);
      fail(rig, path, 0);
      pass(rig, 3000);
      expect(coils(rig)).toBe("common main");
    });

    test("it closes again for a new edge of the charger, if the new role allows it", () => {
      const rig = against(row);
      setCurrent(rig, current_A);
      pass(rig, 600);
      setCurrent(rig, 0);
      signal(rig, "chargerConnected", charger === 1 ? 0 : 1);
      pass(rig, 3000);
      expect(coils(rig)).toBe(""); // in this role the error itself holds it open
      signal(rig, "chargerConnected", charger);
      pass(rig, 3000);
      expect(coils(rig)).toBe("common main");
    });

    test("at once after the delay of the error's own where delays are custom", () => {
      const rig = against(row);
      Object.assign(rig.bms.plan.decide[path], { customDelays: true });
      fail(rig, path, 1, 100);
      setCurrent(rig, current_A);
      pass(rig, 100);
      expect(coils(rig)).toContain("common");
      pass(rig, 10);
      expect(coils(rig)).toBe("main");
    });
  });
  test.each([
    ["combined", 1, "pendingCharge", false],
    ["combined", 1, "pendingDischarge", true],
    ["combined", 0, "pendingCharge", true],
    ["combined", 0, "pendingDischarge", false],
    ["independentAlways", 0, "pendingCharge", false],
    ["independentAlways", 0, "pendingDischarge", false],
  ] as const)(
    "%s, charger %d, with %s: an open one closes %s, a closed one stays",
    (algorithm, charger, pending, closes) => {
      const rig = createRig((s) => {
        Object.assign(s.common, { enable: true, algorithm });
        s.mosfets.assignment1 = "common";
        s.precharge.enable = false;
      });
      signal(rig, "chargerConnected", charger);
      rig.bms.protect[pending] = 1;
      pass(rig, 5000);
      expect(coils(rig).includes("common")).toBe(closes);
      rig.bms.protect[pending] = 0;
      pass(rig, 5000);
      rig.bms.protect[pending] = 1;
      pass(rig, 5000);
      expect(coils(rig)).toBe("common main");
    },
  );

  test("combined: a charge request makes it the charging contactor", () => {
    const rig = shared("combined");
    fail(rig, "charge", 1);
    signal(rig, "chargeRequest", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("");
  });

  test.each(["charge", "discharge"] as const)("independent: an error of the %s path opens it", (path) => {
    const rig = shared("independentAlways");
    expect(coils(rig)).toBe("common main");
    fail(rig, path, 1);
    pass(rig, 510);
    expect(coils(rig)).not.toContain("common");
  });

  test("independent on request: either request closes it", () => {
    const rig = shared("independentOnRequest");
    expect(coils(rig)).toBe("");
    for (const request of ["chargeRequest", "dischargeRequest"] as const) {
      signal(rig, request, 1);
      pass(rig, 1500);
      expect(coils(rig)).toBe("common main");
      signal(rig, request, 0);
      pass(rig, 1500);
      expect(coils(rig)).toBe("");
    }
  });

  test("charging is allowed through it", () => {
    expect(shared("independentAlways").bms.decide.allowCharging).toBe(1);
    expect(shared("combined").bms.decide.allowCharging).toBe(1);
  });
});

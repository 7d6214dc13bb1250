// Welded, stuck open or a broken feedback wire, told apart; and what the main contactor does about a weld.

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
import { makePlan } from "../plan.ts";
import { FEEDBACK_FAULTS } from "./decided.ts";
import { nameFault } from "./feedback.ts";
import { releaseMain, requestMode } from "./requested.ts";

const TRUTH: readonly (readonly [0 | 1, 0 | 1, boolean, (typeof FEEDBACK_FAULTS)[number]])[] = [
  // commanded, reported, conducts
  [0, 0, false, "none"],
  [0, 0, true, "welded"],
  [0, 1, false, "welded"],
  [0, 1, true, "welded"],
  [1, 1, false, "none"],
  [1, 1, true, "none"],
  [1, 0, false, "stuck open"],
  [1, 0, true, "broken feedback wire"],
];

test.each(TRUTH)("commanded %d, reported %d, conducting %s: %s", (commanded, reported, conducts, expected) => {
  expect(FEEDBACK_FAULTS[nameFault(commanded, reported, conducts)]).toBe(expected);
});

const running = (change: (s: Settings) => void = () => {}): Rig => {
  const rig = createRig((s) => {
    s.feedback.delay_ms = 200;
    s.main.openDelay_s = 2;
    change(s);
  });
  startUp(rig);
  pass(rig, 3000);
  return rig;
};
const fault = (rig: Rig, name: "charge" | "discharge" | "precharge" | "common" | "main"): string =>
  FEEDBACK_FAULTS[rig.bms.decide.contactors[name].feedbackFault];

describe("with feedback", () => {
  test("nothing is wrong with contactors that follow", () => {
    const rig = running();
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 5000);
    expect((["charge", "discharge", "precharge", "common", "main"] as const).map((name) => fault(rig, name))).toEqual(
      Array(5).fill("none"),
    );
  });

  test("a contactor that stays closed is welded 200 ms after it should have opened", () => {
    const rig = running();
    rig.welded.add("discharge");
    signal(rig, "inhibitDischarging", 1);
    untilTrue(rig, () => rig.bms.decide.discharging === 0);
    pass(rig, 200);
    expect(fault(rig, "discharge")).toBe("none");
    pass(rig, 10);
    expect(fault(rig, "discharge")).toBe("welded");
    expect(rig.bms.decide.contactors.discharge.closed).toBe(1);
  });

  test("a contactor that stays open without current is stuck open 200 ms after it should have closed", () => {
    const rig = createRig();
    rig.stuckOpen.add("charge");
    startUp(rig);
    untilTrue(rig, () => rig.bms.decide.charging === 1);
    pass(rig, 200);
    expect(fault(rig, "charge")).toBe("none");
    pass(rig, 10);
    expect(fault(rig, "charge")).toBe("stuck open");
  });

  test.each<readonly ["charge" | "discharge" | "main", number, string]>([
    ["charge", 20, "broken feedback wire"],
    ["charge", 0, "stuck open"],
    ["charge", -20, "stuck open"], // a discharge flows through the other
    ["discharge", -20, "broken feedback wire"],
    ["discharge", 20, "stuck open"],
    ["main", 20, "broken feedback wire"],
    ["main", -20, "broken feedback wire"],
    ["main", 0, "stuck open"],
  ])("%s contactor, feedback lost while closed, %d A: %s", (name, current_A, expected) => {
    const rig = running();
    setCurrent(rig, current_A);
    pass(rig, 100);
    rig.wireBroken.add(name);
    pass(rig, 210);
    expect(fault(rig, name)).toBe(expected);
  });

  test("through a single closed path either direction is proof", () => {
    const rig = running((s) => {
      s.charge.algorithm = "onChargeRequest";
    });
    setCurrent(rig, 20); // a load that feeds back
    rig.wireBroken.add("discharge");
    pass(rig, 300);
    expect(fault(rig, "discharge")).toBe("broken feedback wire");
  });

  test("the precharging contactor is known by the current of its resistor", () => {
    const rig = createRig();
    rig.wireBroken.add("precharge");
    startUp(rig);
    untilTrue(rig, () => rig.bms.decide.precharging === 1);
    rig.plant = () => {
      rig.bms.measure.current_A = -1.1;
    };
    pass(rig, 300);
    expect(fault(rig, "precharge")).toBe("broken feedback wire");
  });

  test("a disagreement shorter than the delay is nothing", () => {
    const rig = running();
    rig.wireBroken.add("main");
    pass(rig, 200);
    rig.wireBroken.delete("main");
    pass(rig, 1000);
    rig.wireBroken.add("main");
    pass(rig, 200);
    expect(fault(rig, "main")).toBe("none");
  });

  test("an inverted feedback of a dark board in standby is no weld", () => {
    const rig = createRig((s) => {
      s.powerDown.startAtPower = false;
    });
    for (const name of ["charge", "discharge", "main"] as const) rig.welded.add(name);
    pass(rig, 5000);
    expect(rig.bms.decide.mode).toBe("standby");
    expect((["charge", "discharge", "main"] as const).map((name) => fault(rig, name))).toEqual([
      "none",
      "none",
      "none",
    ]);
  });
});

describe("without feedback", () => {
  const blind = (s: Settings): void => {
    for (const n of [1, 2, 3, 4] as const) s.feedback[`assignment${n}`] = "none";
  };

  test("the position follows the command after the 100 ms a contactor takes to move", () => {
    const rig = createRig(blind);
    startUp(rig);
    untilTrue(rig, () => rig.bms.decide.main === 1);
    pass(rig, 90);
    expect(rig.bms.decide.contactors.main.closed).toBe(0);
    pass(rig, 10);
    expect(rig.bms.decide.contactors.main.closed).toBe(1);
  });

  test.each<readonly [number, number, string]>([
    [20, 1, "charging"],
    [-20, 2, "discharging"],
  ])("%d A with every path commanded open for 200 ms: code %d, the %s contactor has welded", (current_A, code) => {
    const rig = running(blind);
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("");
    setCurrent(rig, current_A);
    pass(rig, 200);
    expect(rig.bms.decide.stuckContactor).toBe(0);
    pass(rig, 10);
    expect(rig.bms.decide.stuckContactor).toBe(code);
  });

  test("the common contactor is told by any current", () => {
    const rig = running((s) => {
      blind(s);
      s.common.enable = true;
      s.mosfets.assignment1 = "common";
    });
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    setCurrent(rig, 20);
    pass(rig, 300);
    expect(rig.bms.decide.stuckContactor).toBe(3);
  });

  test("a heater the device itself feeds is no weld", () => {
    const rig = running((s) => {
      blind(s);
      s.heater.enable = true;
      s.heater.startDelay_ms = 0;
    });
    rig.bms.measure.minTemperature_degC = -5;
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    setCurrent(rig, -8);
    pass(rig, 5000);
    expect([rig.bms.decide.heater, rig.bms.decide.stuckContactor, fault(rig, "main")]).toEqual([1, 0, "none"]);
  });

  test("current with the main contactor commanded open: it has welded too", () => {
    const rig = running(blind);
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    setCurrent(rig, -20);
    pass(rig, 300);
    expect(fault(rig, "main")).toBe("welded");
  });

  test("a current that is not believed proves nothing", () => {
    const rig = running(blind);
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    rig.bms.measure.currentValid = 0;
    setCurrent(rig, -20);
    pass(rig, 1000);
    expect(rig.bms.decide.stuckContactor).toBe(0);
  });
});

describe("a weld is told by a current the sensor's wandering zero cannot explain", () => {
  const blind = (s: Settings): void => {
    for (const n of [1, 2, 3, 4] as const) s.feedback[`assignment${n}`] = "none";
  };
  const open = (change: (s: Settings) => void): Rig => {
    const rig = running((s) => {
      s.main.mode = "alwaysOn";
      change(s);
    });
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("main");
    return rig;
  };

  // Sheets: HASS 200-S 0.525 mV/K at 0.625 V per 200 A; HTFS 200-P 0.3 mV/K at 1.25 V; DHAB S/24 75 A over 2 V.
  test.each([
    ["HASS 200-S", 6.72],
    ["HASS 50-S", 1.68],
    ["HTFS 200-P", 4], // 1.92 A by drift, yet 2 % of nominal at least
    ["DHAB S/24", 1.5],
  ] as const)("%s: beyond %d A, and three times that against feedback that reads open", (type, least_A) => {
    for (const [change, factor] of [
      [blind, 1],
      [() => {}, 3],
    ] as const)
      for (const [part, welded] of [
        [0.99, 0],
        [1.01, 1],
      ] as const) {
        const rig = open((s) => {
          s.currentSensor.type = type;
          change(s);
        });
        setCurrent(rig, factor * part * least_A);
        pass(rig, 300);
        const { stuckContactor, unallowedCharging } = rig.bms.decide;
        expect([factor, part, stuckContactor, unallowedCharging]).toEqual([factor, part, welded, welded]);
        pass(rig, 2000);
        expect([coils(rig), rig.bms.decide.mainHeld]).toEqual(welded === 1 ? ["", 1] : ["main", 0]);
      }
  });

  test("a battery of 10 000 Ah, whose currents count from 100 A, hid a weld of 90 A", () => {
    const rig = open((s) => {
      blind(s);
      s.battery.capacity_Ah = 10_000;
      Object.assign(s.chargingStatus, { present_A: 100, absent_A: 80 });
    });
    setCurrent(rig, 90);
    pass(rig, 300);
    expect([rig.bms.decide.stuckContactor, rig.bms.decide.unallowedCharging]).toEqual([1, 1]);
  });

  test("a battery of 1 Ah, whose currents count from 10 mA, took two kelvins of drift for a weld", () => {
    const rig = open((s) => {
      s.battery.capacity_Ah = 1;
      for (const status of [s.chargingStatus, s.dischargingStatus])
        Object.assign(status, { present_A: 0.01, absent_A: 0.005 });
    });
    setCurrent(rig, 0.34);
    pass(rig, 60_000);
    expect([coils(rig), rig.bms.decide.stuckContactor, rig.bms.decide.unallowedCharging]).toEqual(["main", 0, 0]);
  });

  test.each(["charge", "main"] as const)(
    "a %s contactor whose feedback reads open was called welded for 10 A",
    (name) => {
      const rig = running();
      signal(rig, "inhibitCharging", 1);
      signal(rig, "inhibitDischarging", 1);
      pass(rig, 1000);
      expect(coils(rig)).toBe("");
      setCurrent(rig, 10);
      pass(rig, 5000);
      expect([fault(rig, name), rig.bms.decide.stuckContactor, rig.bms.decide.mainHeld]).toEqual(["none", 0, 0]);
    },
  );

  test.each([
    [100, -19, 0],
    [100, -25, 2],
    [1000, -29, 0],
    [1000, -31, 2],
  ])("with External 1 fed by %d Ah and %d A: code %d; any discharge was excused", (capacity_Ah, current_A, code) => {
    const rig = open((s) => {
      blind(s);
      s.battery.capacity_Ah = capacity_Ah;
    });
    signal(rig, "closeExternal1", 1);
    pass(rig, 20);
    setCurrent(rig, current_A);
    pass(rig, 300);
    expect(rig.bms.decide.stuckContactor).toBe(code);
  });
});

test.each(["charge", "discharge", "common", "precharge", "main"] as const)(
  "a %s contactor that is no longer fitted opens, settles, and lets a power down be acknowledged",
  (name) => {
    const rig = running((s) => {
      if (name === "common") s.common.enable = true;
    });
    if (name === "precharge") signal(rig, "prechargeRequest", 1);
    pass(rig, 100);
    const { decide, settings } = rig.bms;
    expect(decide.contactors[name].on).toBe(1);
    settings[name].enable = false;
    rig.bms.plan = makePlan(settings);
    let acknowledged = 0;
    pass(rig, 1000);
    expect([decide.contactors[name].on, decide.contactors[name].closed]).toEqual([0, 0]);
    requestMode(rig.bms, "powerDown");
    untilTrue(rig, () => {
      acknowledged |= decide.powerDownAcknowledge;
      return decide.mode === "standby";
    });
    expect(acknowledged).toBe(1);
  },
);

describe("the main contactor", () => {
  test("closes before the others and opens after them", () => {
    const rig = createRig();
    const order: string[] = [];
    rig.plant = () => {
      const now = coils(rig);
      if (order.at(-1) !== now) order.push(now);
    };
    startUp(rig);
    pass(rig, 3000);
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 3000);
    expect(order[0]).toBe("");
    expect(order[1]).toBe("main");
    for (const closed of order.slice(2, -1)) expect(closed).toContain("main");
    expect(order.slice(-2)).toEqual(["main", ""]);
  });

  test("never closes onto a path that is believed closed", () => {
    const rig = createRig();
    rig.welded.add("discharge");
    startUp(rig);
    pass(rig, 10_000);
    expect(coils(rig)).toBe("");
  });

  test.each<readonly [string, (rig: Rig) => void, number]>([
    ["current flows", (rig) => setCurrent(rig, -40), 1],
    ["a cell is under its limit", (rig) => (rig.bms.protect.active.undervoltage = 1), 0],
    ["a cell is over its limit", (rig) => (rig.bms.protect.active.overvoltage = 1), 0],
    ["a cell is too hot", (rig) => (rig.bms.protect.active.highTemperatureDischarge = 1), 0],
  ])("always on: with the others commanded open it opens 2 s after %s", (_words, act, held) => {
    const rig = running((s) => {
      s.main.mode = "alwaysOn";
    });
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    expect(coils(rig)).toBe("main");
    act(rig);
    pass(rig, 2000);
    expect(coils(rig)).toBe("main");
    pass(rig, 10);
    expect([coils(rig), rig.bms.decide.mainHeld]).toEqual(["", held]);
  });

  test("always on: an empty battery may still be charged", () => {
    const rig = running((s) => {
      s.main.mode = "alwaysOn";
      s.charge.algorithm = "onChargerConnected";
    });
    rig.bms.protect.active.undervoltage = 1;
    rig.bms.protect.opensDischarge = 1;
    pass(rig, 5000);
    expect(coils(rig)).toBe("");
    signal(rig, "chargerConnected", 1);
    pass(rig, 2000);
    expect(coils(rig)).toBe("charge main");
  });

  test("opened for a weld it stays open, though the current has stopped, until it is released", () => {
    const rig = running((s) => {
      s.main.mode = "alwaysOn";
    });
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 1000);
    setCurrent(rig, -40);
    untilTrue(rig, () => rig.bms.decide.main === 0);
    setCurrent(rig, 0);
    signal(rig, "inhibitDischarging", 0);
    pass(rig, 10_000);
    expect(coils(rig)).toBe("");
    releaseMain(rig.bms);
    pass(rig, 10);
    expect(coils(rig)).toBe("main");
  });

  test.each([false, true])("keep open %s: whether it stays open after a critical error has gone", (keepOpen) => {
    const rig = running((s) => {
      s.main.keepOpen = keepOpen;
    });
    rig.bms.protect.criticalError = 1;
    pass(rig, 10);
    expect(coils(rig)).toBe("");
    rig.bms.protect.criticalError = 0;
    pass(rig, 5000);
    expect(coils(rig)).toBe(keepOpen ? "" : "charge discharge main");
  });

  test("a known weld keeps it open even with no error configured to do so", () => {
    const rig = running();
    rig.welded.add("charge");
    signal(rig, "inhibitCharging", 1);
    signal(rig, "inhibitDischarging", 1);
    pass(rig, 5000);
    expect(coils(rig)).toBe("");
    signal(rig, "inhibitDischarging", 0);
    pass(rig, 5000);
    expect(coils(rig)).toBe("");
  });

  test("on demand: it and the paths wait for the signal, and the paths open before it", () => {
    const rig = running((s) => {
      s.main.mode = "onDemand";
    });
    expect(coils(rig)).toBe("");
    signal(rig, "closeMain", 1);
    pass(rig, 3000);
    expect(coils(rig)).toBe("charge discharge main");
    signal(rig, "closeMain", 0);
    pass(rig, 500);
    expect(coils(rig)).toBe("charge discharge main");
    pass(rig, 10);
    expect(coils(rig)).toBe("main");
    pass(rig, 20);
    expect(coils(rig)).toBe("");
  });
});

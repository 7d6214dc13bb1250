// Balancing, rule by rule, with a decision at each conversion of the front end; heater and cooler at their edges.

import { describe, expect, test } from "vitest";
import {
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
import { startCellDischarge, stopCellDischarge } from "./requested.ts";

const RULES = {
  start_V: 3.4,
  startDeviation_V: 0.01,
  stopDeviation_V: 0.005,
  forced_V: 3.65,
  heatSinkLimit_degC: 80,
} as const;

const balancing = (change: (s: Settings) => void = () => {}): Rig => {
  const rig = createRig((s) => {
    Object.assign(s.balancing, RULES, { rule: "always", condition: "automatic" });
    change(s);
  });
  startUp(rig);
  return rig;
};
/** Cells whose resistors are on after a conversion, counted from 1. */
const upon = (rig: Rig, act: () => void): number[] => {
  act();
  pass(rig, 100);
  return [...rig.bms.commands.balance].flatMap((on, i) => (on === 1 ? [i + 1] : []));
};
const spread = (rig: Rig, low_V: number, high_V: number): number[] => upon(rig, () => setCells(rig.bms, low_V, high_V));

describe("deviation", () => {
  test("starts above the start deviation, goes on above the stop deviation, stops under it", () => {
    const rig = balancing();
    expect(spread(rig, 3.42, 3.4299)).toEqual([]);
    expect(spread(rig, 3.42, 3.4302)).toEqual([1]);
    expect(spread(rig, 3.42, 3.4252)).toEqual([1]);
    expect(spread(rig, 3.42, 3.4249)).toEqual([]);
    expect(spread(rig, 3.42, 3.4299)).toEqual([]);
  });

  test("never a cell at or under the start voltage", () => {
    const rig = balancing();
    expect(spread(rig, 3.3, 3.4)).toEqual([]);
    expect(spread(rig, 3.3, 3.4001)).toEqual([1]);
    expect(spread(rig, 3.3, 3.4)).toEqual([]);
  });

  test("the lowest cell is never chosen, all that are far enough above it are", () => {
    const rig = balancing();
    const { cells_V } = rig.bms.measure;
    const chosen = upon(rig, () => {
      for (let i = 0; i < 16; i++) cells_V[i] = 3.42 + 0.002 * i;
      rig.bms.measure.minCell_V = 3.42;
    });
    expect(chosen).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]); // from 12 mV on
    expect(rig.bms.decide.balancing).toBe(1);
  });

  test("the configured stop deviation may exceed the start deviation without chatter: it then stops at once", () => {
    const rig = balancing((s) => {
      s.balancing.stopDeviation_V = 0.02;
    });
    expect(spread(rig, 3.42, 3.4302)).toEqual([1]);
  });
});

describe("rule", () => {
  const under = (rule: Settings["balancing"]["rule"]) => {
    const rig = balancing((s) => {
      s.balancing.rule = rule;
    });
    setCells(rig.bms, 3.42, 3.45);
    return (current_A: number, lastDirection: number, relaxed: number): boolean => {
      setCurrent(rig, current_A);
      Object.assign(rig.bms.estimate, { lastDirection, relaxed });
      return upon(rig, () => {}).length > 0;
    };
  };
  const CASES: readonly (readonly [string, number, number, number])[] = [
    ["charging", 10, 1, 0],
    ["after charging, not yet relaxed", 0, 1, 0],
    ["relaxed after charging", 0, 1, 1],
    ["discharging", -10, -1, 0],
    ["after discharging, not yet relaxed", 0, -1, 0],
    ["relaxed after discharging", 0, -1, 1],
    ["discharging after charging", -10, 1, 0],
  ];
  test.each<readonly [Settings["balancing"]["rule"], readonly boolean[]]>([
    ["onCharge", [true, true, false, false, false, false, false]],
    ["onChargeOrRelaxed", [true, true, true, false, false, true, false]],
    ["always", [true, true, true, true, true, true, true]],
  ])("%s", (rule, expected) => {
    const balances = under(rule);
    expect(CASES.map(([words, ...state]) => [words, balances(...state)])).toEqual(
      CASES.map(([words], i) => [words, expected[i]]),
    );
  });
});

describe("on request", () => {
  const requested = (): Rig =>
    balancing((s) => {
      s.balancing.condition = "onRequest";
    });

  test("nothing without the request, and with it down to the stop deviation", () => {
    const rig = requested();
    expect(spread(rig, 3.42, 3.45)).toEqual([]);
    signal(rig, "balancingRequest", 1);
    expect(spread(rig, 3.42, 3.4252)).toEqual([1]); // under the start deviation
    expect(spread(rig, 3.42, 3.425)).toEqual([]);
  });

  test("the rule still holds: a request does not balance while the rule forbids it", () => {
    const rig = balancing((s) => {
      s.balancing.condition = "onRequest";
      s.balancing.rule = "onCharge";
    });
    signal(rig, "balancingRequest", 1);
    rig.bms.estimate.relaxed = 1;
    expect(spread(rig, 3.42, 3.45)).toEqual([]);
  });
});

describe("forced", () => {
  test("a cell above the forced voltage is discharged whatever the rule, the request and the spread", () => {
    const rig = balancing((s) => {
      s.balancing.rule = "onCharge";
      s.balancing.condition = "onRequest";
    });
    expect(spread(rig, 3.65, 3.65)).toEqual([]);
    expect(spread(rig, 3.65, 3.6501)).toEqual([1]);
    expect(spread(rig, 3.66, 3.66)).toHaveLength(16);
  });

  test("not with balancing disabled", () => {
    const rig = balancing((s) => {
      s.balancing.enable = false;
    });
    expect(spread(rig, 3.66, 3.7)).toEqual([]);
  });
});

describe("cell discharging by command", () => {
  test("one cell or all, whatever the rule, until told to stop", () => {
    const rig = balancing((s) => {
      s.balancing.rule = "onCharge";
    });
    expect(upon(rig, () => startCellDischarge(rig.bms, 4))).toEqual([5]);
    expect(upon(rig, () => startCellDischarge(rig.bms, -1))).toHaveLength(16);
    expect(upon(rig, () => stopCellDischarge(rig.bms))).toEqual([]);
  });

  test("it ends for good at the voltage at which the battery is no longer ready to discharge", () => {
    const rig = balancing();
    startCellDischarge(rig.bms, 0);
    expect(spread(rig, 2.91, 2.91)).toEqual([1]);
    expect(spread(rig, 2.9, 2.9)).toEqual([]);
    expect(spread(rig, 3.3, 3.3)).toEqual([]);
  });

  test("a cell that is not configured is our own mistake", () => {
    const rig = balancing();
    expect(() => startCellDischarge(rig.bms, 16)).toThrow("configured cells");
  });
});

describe("never", () => {
  const busy = (): Rig => {
    const rig = balancing();
    startCellDischarge(rig.bms, 2);
    expect(spread(rig, 3.42, 3.7)).toEqual([1, 3]);
    return rig;
  };
  const next = (rig: Rig): number[] => {
    pass(rig, 10);
    return [...rig.bms.commands.balance].flatMap((on, i) => (on === 1 ? [i + 1] : []));
  };

  test("a cell whose measurement is not believed, from the tick in which the belief is lost", () => {
    const rig = busy();
    rig.bms.measure.cellValid[0] = 0;
    rig.bms.measure.cellsValid = 0;
    expect(next(rig)).toEqual([3]);
    expect(upon(rig, () => {})).toEqual([3]);
  });

  test("by deviation while any cell is not believed: the lowest may be the one", () => {
    const rig = balancing();
    expect(spread(rig, 3.42, 3.45)).toEqual([1]);
    rig.bms.measure.cellValid[7] = 0;
    rig.bms.measure.cellsValid = 0;
    expect(upon(rig, () => {})).toEqual([]);
  });

  test.each<readonly [string, (rig: Rig) => void]>([
    ["with the front end silent", (rig) => (rig.bms.measure.cellMonitorOnline = 0)],
    ["at the limit of the heat sink", (rig) => (rig.bms.measure.heatSink_degC = 80)],
    ["with the heat sink's temperature not believed", (rig) => (rig.bms.measure.heatSinkValid = 0)],
    ["while powering down", (rig) => signal(rig, "powerDown", 1)],
  ])("%s", (_words, act) => {
    const rig = busy();
    act(rig);
    expect(next(rig)).toEqual([]);
  });

  test("by deviation while a cell analysis is recorded", () => {
    const rig = balancing();
    rig.bms.estimate.analysis.running = 1;
    expect(spread(rig, 3.42, 3.45)).toEqual([]);
  });

  test("again after the heat sink was hot until it has cooled by 10 degC", () => {
    const rig = busy();
    const at = (heatSink_degC: number): number =>
      upon(rig, () => (rig.bms.measure.heatSink_degC = heatSink_degC)).length;
    expect([79.9, 80, 79, 70.1, 70].map(at)).toEqual([2, 0, 0, 0, 2]);
  });
});

describe.each<readonly ["heater" | "cooler", number, number, number, number]>([
  // beyond the limit, at it, at the tolerant value, beyond that
  ["heater", 2.9, 3, 8, 8.1],
  ["cooler", 38.1, 38, 33, 32.9],
])("%s", (name, bad_degC, limit_degC, tolerant_degC, good_degC) => {
  const fitted = (change: (s: Settings) => void = () => {}): Rig => {
    const rig = createRig((s) => {
      Object.assign(s.heater, {
        enable: name === "heater",
        minimum_degC: 3,
        tolerant_degC: 8,
        startDelay_ms: 5000,
        stopDelay_ms: 3000,
      });
      Object.assign(s.cooler, {
        enable: name === "cooler",
        maximum_degC: 38,
        tolerant_degC: 33,
        startDelay_ms: 5000,
        stopDelay_ms: 3000,
      });
      change(s);
    });
    startUp(rig);
    return rig;
  };
  const set = (rig: Rig, temperature_degC: number): void => {
    rig.bms.measure[name === "heater" ? "minTemperature_degC" : "maxTemperature_degC"] = temperature_degC;
  };
  const on = (rig: Rig): boolean => rig.bms.decide[name] === 1;
  const working = (change: (s: Settings) => void = () => {}): Rig => {
    const rig = fitted(change);
    set(rig, bad_degC);
    pass(rig, 6000);
    expect(on(rig)).toBe(true);
    return rig;
  };

  test("starts exactly its start delay after the limit was passed, and not at the limit", () => {
    const rig = fitted();
    set(rig, limit_degC);
    pass(rig, 10_000);
    expect(on(rig)).toBe(false);
    set(rig, bad_degC);
    expect(untilTrue(rig, () => on(rig))).toBe(5000);
  });

  test("stops exactly its stop delay after the tolerant value was passed, and not at that value", () => {
    const rig = working();
    set(rig, tolerant_degC);
    pass(rig, 10_000);
    expect(on(rig)).toBe(true);
    set(rig, good_degC);
    expect(untilTrue(rig, () => !on(rig))).toBe(3000);
  });

  test("an excursion shorter than the delay starts nothing", () => {
    const rig = fitted();
    set(rig, bad_degC);
    pass(rig, 5000);
    set(rig, limit_degC);
    pass(rig, 10);
    set(rig, bad_degC);
    pass(rig, 5000);
    expect(on(rig)).toBe(false);
  });

  test("is off at once while the temperature is not believed", () => {
    const rig = working();
    rig.bms.measure.temperatureValid = 0;
    pass(rig, 10);
    expect(on(rig)).toBe(false);
  });

  const ERRORS = [
    "undervoltage",
    "shortCircuit",
    "overcurrentCharge",
    "overcurrentDischarge",
    "highTemperatureCharge",
    "highTemperatureDischarge",
  ] as const;
  test.each(ERRORS)("%s switches it off if it should", (error) => {
    const ends = name === "heater" || error === "undervoltage" || error === "shortCircuit";
    for (const offOnErrors of [true, false]) {
      const rig = working((s) => {
        s[name].offOnErrors = offOnErrors;
      });
      rig.bms.protect.active[error] = 1;
      rig.bms.protect.anyError = 1;
      pass(rig, 10);
      expect([offOnErrors, on(rig)]).toEqual([offOnErrors, !(ends && offOnErrors)]);
    }
  });

  test("is off when not fitted", () => {
    const rig = fitted((s) => {
      s[name].enable = false;
    });
    set(rig, bad_degC);
    pass(rig, 10_000);
    expect(on(rig)).toBe(false);
  });
});

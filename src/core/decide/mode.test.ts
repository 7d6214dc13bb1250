// The mode machine, explored whole, and what button, signals, commands and low voltage do to a running device.

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
import { MODES, type Mode, POWER_DOWN_REASONS } from "./decided.ts";
import { CANCEL, DONE, nextMode, OVERDUE, READY, RESTART, START, STOP, WAKE } from "./mode.ts";
import { releaseMain, requestMode, startCellDischarge } from "./requested.ts";

const ALL = 256;
type Step = { readonly from: Mode; readonly heard: number; readonly to: Mode };
const STEPS: readonly Step[] = MODES.flatMap((from) =>
  Array.from({ length: ALL }, (_, heard) => ({ from, heard, to: nextMode(from, heard) })),
);
const has = ({ heard }: Step, bit: number): boolean => (heard & bit) !== 0;

const LAWS: readonly (readonly [string, (step: Step) => boolean])[] = [
  [
    "running is entered only with believed measurements",
    (step) => step.to !== "running" || step.from === "running" || has(step, READY),
  ],
  [
    "running is left only through poweringDown",
    (step) => step.from !== "running" || step.to === "running" || step.to === "poweringDown",
  ],
  [
    "who asks to stop is heard while starting and running",
    (step) => !(has(step, STOP) && (step.from === "starting" || step.from === "running")) || step.to === "poweringDown",
  ],
  [
    "poweringDown ends when its time is over",
    (step) => !(step.from === "poweringDown" && has(step, OVERDUE)) || step.to !== "poweringDown",
  ],
  [
    "poweringDown ends when all is open and acknowledged",
    (step) => !(step.from === "poweringDown" && has(step, DONE)) || step.to !== "poweringDown",
  ],
  [
    "poweringDown without a reason to end or to be cancelled goes on",
    (step) =>
      step.from !== "poweringDown" ||
      has(step, DONE) ||
      has(step, OVERDUE) ||
      has(step, CANCEL) ||
      step.to === "poweringDown",
  ],
  [
    "standby wakes through off, so that every start begins anew",
    (step) => step.from !== "standby" || step.to === "standby" || step.to === "off",
  ],
  [
    "standby does not wake while it is asked to stop",
    (step) => !(step.from === "standby" && has(step, STOP)) || step.to === "standby",
  ],
  ["off lasts one tick", (step) => step.from !== "off" || step.to !== "off"],
  ["off starts only when asked", (step) => !(step.from === "off" && !has(step, START)) || step.to === "standby"],
  [
    "only a restart goes back through off by itself",
    (step) => !(step.from === "poweringDown" && step.to === "off") || has(step, RESTART),
  ],
];

describe("in every mode, whatever it hears:", () => {
  test.each(LAWS)("%s", (_promise, holds) => {
    expect(STEPS.filter((step) => !holds(step))).toEqual([]);
  });
});

test("from every mode there is a way to running and a way to standby", () => {
  for (const goal of ["running", "standby"] as const) {
    const reaching = new Set<Mode>([goal]);
    for (let round = 0; round < MODES.length; round++)
      for (const { from, to } of STEPS) if (reaching.has(to)) reaching.add(from);
    expect(reaching).toEqual(new Set(MODES));
  }
  expect(STEPS.some(({ from, heard, to }) => from === "standby" && (heard & WAKE) !== 0 && to === "off")).toBe(true);
});

const mode = (rig: Rig): string => rig.bms.decide.mode;
const reason = (rig: Rig): string => POWER_DOWN_REASONS[rig.bms.decide.powerDownReason];
const button = (rig: Rig, pressed: 0 | 1, duration_ms: number): void => {
  rig.bms.measure.button = pressed;
  pass(rig, duration_ms);
};
const running = (): Rig => {
  const rig = createRig();
  startUp(rig);
  pass(rig, 3000);
  expect([mode(rig), coils(rig)]).toEqual(["running", "charge discharge main"]);
  return rig;
};

describe("start", () => {
  test("with the supply a device starts by itself and keeps its supply", () => {
    const rig = createRig();
    pass(rig, 10);
    expect([mode(rig), rig.bms.decide.powerUp, rig.bms.commands.power]).toEqual(["starting", 1, 1]);
    pass(rig, 10);
    expect(mode(rig)).toBe("running");
  });

  test("without start at power it waits in standby, dark, for a press of 50 ms", () => {
    const rig = createRig((s) => {
      s.powerDown.startAtPower = false;
    });
    pass(rig, 1000);
    expect([mode(rig), rig.bms.decide.powerUp, rig.bms.commands.power]).toEqual(["standby", 0, 0]);
    button(rig, 1, 40);
    button(rig, 0, 20);
    expect(mode(rig)).toBe("standby");
    button(rig, 1, 60);
    expect(mode(rig)).toBe("off");
    button(rig, 0, 20);
    expect(mode(rig)).toBe("running");
  });

  test("it stays starting, with open contactors, until everything has been measured", () => {
    const rig = createRig();
    rig.bms.measure.ready = 0;
    pass(rig, 10_000);
    expect([mode(rig), coils(rig)]).toEqual(["starting", ""]);
    rig.bms.measure.ready = 1;
    pass(rig, 10);
    expect(mode(rig)).toBe("running");
  });

  test("a charger that is plugged in wakes it, one that was there all along does not", () => {
    const rig = running();
    signal(rig, "chargerConnected", 1);
    requestMode(rig.bms, "powerDown");
    expect(untilTrue(rig, () => mode(rig) === "standby")).toBeGreaterThan(0);
    pass(rig, 5000);
    expect(mode(rig)).toBe("standby");
    signal(rig, "chargerConnected", 0);
    pass(rig, 100);
    signal(rig, "chargerConnected", 1);
    pass(rig, 30);
    expect(mode(rig)).toBe("running");
  });

  test("a command wakes it", () => {
    const rig = running();
    requestMode(rig.bms, "powerDown");
    untilTrue(rig, () => mode(rig) === "standby");
    requestMode(rig.bms, "powerUp");
    pass(rig, 30);
    expect(mode(rig)).toBe("running");
  });
});

describe("button", () => {
  test("held for 2 s it powers down, released 10 ms earlier it does not", () => {
    const rig = running();
    button(rig, 1, 2000);
    expect(mode(rig)).toBe("running");
    button(rig, 0, 100);
    button(rig, 1, 2010); // seen for 2000 ms in its 201st tick
    expect([mode(rig), reason(rig)]).toEqual(["poweringDown", "button"]);
  });

  test("one press does one thing: the press that starts does not power down, the one that powers down does not start", () => {
    const rig = createRig((s) => {
      s.powerDown.startAtPower = false;
    });
    pass(rig, 100);
    button(rig, 1, 10_000);
    expect(mode(rig)).toBe("running");
    button(rig, 0, 100);
    button(rig, 1, 30_000);
    expect(mode(rig)).toBe("standby");
  });

  test("the command is a short press: it toggles", () => {
    const rig = running();
    requestMode(rig.bms, "button");
    pass(rig, 10);
    expect([mode(rig), reason(rig)]).toEqual(["poweringDown", "command"]);
    untilTrue(rig, () => mode(rig) === "standby");
    requestMode(rig.bms, "button");
    pass(rig, 30);
    expect(mode(rig)).toBe("running");
  });
});

describe("power down", () => {
  test("allow charging drops at once, contactors open after Toff, then it acknowledges for a second, then the board goes dark", () => {
    const rig = running();
    const { decide, commands } = rig.bms;
    expect(decide.allowCharging).toBe(1);
    signal(rig, "powerDown", 1);
    pass(rig, 10);
    expect([mode(rig), reason(rig), decide.allowCharging, coils(rig)]).toEqual([
      "poweringDown",
      "signal",
      0,
      "charge discharge main",
    ]);
    pass(rig, 490);
    expect(coils(rig)).toBe("charge discharge main");
    pass(rig, 10); // Toff 500 ms for both
    expect(coils(rig)).toBe("main");
    expect(decide.powerDownAcknowledge).toBe(0);
    pass(rig, 10); // the feedback of both reads open
    expect([coils(rig), decide.powerDownAcknowledge]).toEqual(["", 0]);
    pass(rig, 10);
    expect([decide.powerDownAcknowledge, commands.power]).toEqual([1, 1]);
    pass(rig, 990);
    expect([mode(rig), decide.powerDownAcknowledge]).toEqual(["poweringDown", 1]);
    pass(rig, 10);
    expect([mode(rig), decide.powerDownAcknowledge, decide.powerUp, commands.power]).toEqual(["standby", 0, 0, 0]);
    expect([...commands.outputs, ...commands.discreteOutputs]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("a request that ends while it powers down lets the contactors close again", () => {
    const rig = running();
    signal(rig, "powerDown", 1);
    pass(rig, 300);
    signal(rig, "powerDown", 0);
    pass(rig, 10);
    expect([mode(rig), coils(rig)]).toEqual(["running", "charge discharge main"]);
    pass(rig, 3000);
    expect(rig.bms.decide.allowCharging).toBe(1);
  });

  test("the end of the request wakes a device that had been sent to standby by it", () => {
    const rig = running();
    signal(rig, "powerDown", 1);
    untilTrue(rig, () => mode(rig) === "standby");
    pass(rig, 5000);
    requestMode(rig.bms, "powerUp");
    pass(rig, 100);
    expect(mode(rig)).toBe("standby"); // while the request stands, nothing wakes it
    signal(rig, "powerDown", 0);
    pass(rig, 30);
    expect(mode(rig)).toBe("running");
  });

  test("a power down by command is not taken back by the end of a request", () => {
    const rig = running();
    signal(rig, "powerDown", 1);
    pass(rig, 100);
    requestMode(rig.bms, "powerDown");
    pass(rig, 10);
    signal(rig, "powerDown", 0);
    pass(rig, 5000);
    expect([mode(rig), reason(rig)]).toEqual(["standby", "command"]);
  });

  test("it waits for a breakable current no longer than its own limit, whatever the contactor may wait", () => {
    const rig = createRig((s) => {
      s.discharge.breakWait_ms = 600_000;
      s.powerDown.forceOpenAfter_s = 10;
    });
    startUp(rig);
    pass(rig, 3000);
    setCurrent(rig, -300); // the contactor breaks 250 A
    requestMode(rig.bms, "powerDown");
    pass(rig, 10_000);
    expect(coils(rig)).toContain("discharge");
    pass(rig, 10);
    expect(coils(rig)).toBe("");
  });

  test("it ends within 12 s though a contactor has welded, without an acknowledgement", () => {
    const rig = running();
    rig.welded.add("discharge");
    requestMode(rig.bms, "powerDown");
    let acknowledged = 0;
    const took_ms = untilTrue(rig, () => {
      acknowledged |= rig.bms.decide.powerDownAcknowledge;
      return mode(rig) === "standby";
    });
    expect([took_ms, acknowledged]).toEqual([12_000, 0]);
  });

  test("a restart opens the contactors, passes off for one tick, and runs again", () => {
    const rig = running();
    rig.bms.decide.mainHeld = 1;
    requestMode(rig.bms, "restart");
    const off_ms = untilTrue(rig, () => mode(rig) === "off");
    expect(off_ms).toBeGreaterThan(500);
    expect(coils(rig)).toBe("");
    expect(rig.bms.decide.mainHeld).toBe(0);
    pass(rig, 20);
    expect([mode(rig), reason(rig)]).toEqual(["running", "restart"]);
  });
});

describe("power down by itself", () => {
  const low = (change: (rig: Rig) => void = () => {}): Rig => {
    const rig = running();
    setCells(rig.bms, 2.49); // 39.84 V, under the 40 V of the preset
    change(rig);
    return rig;
  };

  test("at a battery voltage under the minimum without a charger for 60 s", () => {
    const rig = low();
    expect(untilTrue(rig, () => mode(rig) === "poweringDown", 100_000)).toBe(60_000);
    expect(reason(rig)).toBe("low voltage");
  });

  test("not while a charger is connected", () => {
    const rig = low((rig) => signal(rig, "chargerConnected", 1));
    pass(rig, 100_000);
    expect(mode(rig)).toBe("running");
  });

  test("not while the voltage is not believed", () => {
    const rig = low((rig) => {
      rig.bms.measure.batteryValid = 0;
    });
    pass(rig, 100_000);
    expect(mode(rig)).toBe("running");
  });

  test("not when it may not", () => {
    const rig = createRig((s) => {
      s.powerDown.enable = false;
    });
    setCells(rig.bms, 2.49);
    pass(rig, 100_000);
    expect(mode(rig)).toBe("running");
  });

  test("after the idle time without current, which any current starts anew", () => {
    const rig = createRig((s) => {
      s.powerDown.idleTime_h = 0.01; // 36 s
    });
    pass(rig, 30_000);
    setCurrent(rig, -5);
    pass(rig, 1000);
    setCurrent(rig, 0);
    expect(untilTrue(rig, () => mode(rig) === "poweringDown", 100_000)).toBe(36_000);
    expect(reason(rig)).toBe("idle");
  });

  test("for a periodic restart, once no current has flowed for 10 s", () => {
    const rig = createRig((s) => {
      s.reset.enable = true;
      s.reset.period_h = 24;
    });
    startUp(rig);
    pass(rig, 3000);
    setCurrent(rig, -5);
    pass(rig, 1000);
    rig.bms.decide.serviceAge_us = 24 * 3600e6;
    pass(rig, 20_000);
    expect([mode(rig), rig.bms.decide.serviceReset]).toEqual(["running", 0]);
    setCurrent(rig, 0);
    expect(untilTrue(rig, () => rig.bms.decide.serviceReset === 1)).toBe(10_000);
    expect(rig.bms.decide.allowCharging).toBe(0);
    untilTrue(rig, () => mode(rig) === "running");
    expect([rig.bms.decide.serviceReset, reason(rig)]).toEqual([0, "service reset"]);
    expect(rig.bms.decide.serviceAge_us).toBeLessThan(1e6);
  });
});

describe("periodic restarts", () => {
  const HOUR_us = 3600e6;
  const due = (maximumPerDay: number): Rig => {
    const rig = createRig((s) => {
      Object.assign(s.reset, { enable: true, period_h: 1, maximumPerDay });
    });
    startUp(rig);
    pass(rig, 20_000);
    rig.bms.decide.operation_us = 100 * HOUR_us;
    return rig;
  };
  /** Lets operation go on, in one leap, and waits a minute for what follows. */
  const operate = (rig: Rig, time_h: number): number => {
    rig.bms.decide.operation_us += time_h * HOUR_us;
    rig.bms.decide.serviceAge_us += time_h * HOUR_us;
    pass(rig, 60_000);
    return rig.bms.decide.resets;
  };

  test.each([1, 3, 24])("at most %d in any 24 hours of operation", (maximumPerDay) => {
    const rig = due(maximumPerDay);
    const times_h: number[] = [];
    for (let hour = 0; hour < 80; hour++) if (operate(rig, 1) > times_h.length) times_h.push(hour);
    expect(times_h.length).toBeGreaterThanOrEqual(3 * maximumPerDay);
    for (const from of times_h)
      expect(times_h.filter((hour) => hour >= from && hour < from + 24).length).toBeLessThanOrEqual(maximumPerDay);
  });

  test("at most one an hour, however long the last start seems ago", () => {
    const rig = due(24);
    expect(operate(rig, 1)).toBe(1);
    rig.bms.decide.serviceAge_us = HOUR_us;
    pass(rig, 30_000);
    expect(rig.bms.decide.resets).toBe(1);
  });

  test("none while an error is set: a restart would hide it", () => {
    const rig = due(1);
    rig.bms.protect.anyError = 1;
    expect(operate(rig, 5)).toBe(0);
    rig.bms.protect.anyError = 0;
    expect(operate(rig, 0)).toBe(1);
  });
});

describe("only a deliberate restart releases: named after locked errors that a plug or a service reset had released", () => {
  type Way = readonly [string, (rig: Rig) => void, number];
  const ways: readonly Way[] = [
    ["a restart by command", (rig) => requestMode(rig.bms, "restart"), 1],
    [
      "a pulse of the power-down input",
      (rig) => {
        signal(rig, "powerDown", 1);
        pass(rig, 15_000);
        signal(rig, "powerDown", 0);
      },
      0,
    ],
    [
      "standby and a charger that is plugged in",
      (rig) => {
        requestMode(rig.bms, "powerDown");
        pass(rig, 15_000);
        signal(rig, "chargerConnected", 1);
      },
      0,
    ],
    [
      "standby and the button",
      (rig) => {
        requestMode(rig.bms, "powerDown");
        pass(rig, 15_000);
        requestMode(rig.bms, "button");
      },
      0,
    ],
    [
      "standby and a restart by command",
      (rig) => {
        requestMode(rig.bms, "powerDown");
        pass(rig, 15_000);
        requestMode(rig.bms, "restart");
      },
      1,
    ],
    [
      "a periodic restart",
      (rig) => {
        rig.bms.settings.reset.enable = true;
        Object.assign(rig.bms.plan.decide.power, { serviceReset_us: 1, resetsPerDay: 1 });
        pass(rig, 15_000);
      },
      0,
    ],
  ];
  test.each(ways)("%s", (_words, act, released) => {
    const rig = running();
    rig.bms.decide.mainHeld = 1;
    let [begun, restarted] = [0, 0];
    rig.plant = () => {
      begun |= rig.bms.decide.beginning;
      restarted |= rig.bms.decide.restarting;
    };
    act(rig);
    pass(rig, 5000);
    expect([mode(rig), begun, restarted, rig.bms.decide.mainHeld]).toEqual(["running", 1, released, 1 - released]);
  });
});

test("cell discharge by command does not survive a restart", () => {
  const rig = running();
  startCellDischarge(rig.bms, -1);
  requestMode(rig.bms, "restart");
  pass(rig, 5000);
  expect([mode(rig), rig.bms.decide.running, Math.max(...rig.bms.decide.cellDischarge)]).toEqual(["running", 1, 0]);
});

test("releasing the main contactor forgets why it was held", () => {
  const rig = running();
  rig.bms.decide.mainHeld = 1;
  releaseMain(rig.bms);
  expect(rig.bms.decide.mainHeld).toBe(0);
});

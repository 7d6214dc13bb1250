// Assignment and inversion: every internal signal on every output, and a dark board that drives nothing.

import { describe, expect, test } from "vitest";
import { createRig, pass, setCells, signal, startUp } from "../../../tests/rigs/decide.ts";
import { INTERNAL_SIGNALS, OUTPUT_CHOICES } from "../../model/internal-signals.ts";
import { createSettings } from "../../model/settings.ts";
import { DECIDE_SIGNALS } from "../../model/signals-decide.ts";
import { createBms } from "../bms.ts";
import { type Place, resolve } from "../path.ts";
import { FEEDBACK_FAULTS, MODES, PHASES, POWER_DOWN_REASONS, PRECHARGE_OWNERS } from "./decided.ts";
import { driveOutputs } from "./outputs.ts";

const put = ({ holder, key }: Place, value: number): void => {
  holder[key] = value;
};

describe.each([1, 2, 3, 4] as const)("output %d", (n) => {
  test.each(OUTPUT_CHOICES)("carries %s, straight and inverted, on MOSFET and discrete output", (choice) => {
    for (const inverted of [false, true]) {
      const settings = createSettings();
      for (const k of [1, 2, 3, 4] as const)
        Object.assign(settings.mosfets, { [`assignment${k}`]: "none" }) &&
          Object.assign(settings.outputs, { [`assignment${k}`]: "none" });
      settings.mosfets[`assignment${n}`] = choice;
      settings.outputs[`assignment${n}`] = choice;
      settings.mosfets[`inversion${n}`] = inverted;
      settings.outputs[`inversion${n}`] = inverted;
      const bms = createBms(settings);
      bms.decide.mode = "running";
      const contactor = ["charging", "discharging", "precharging", "common", "main", "dischargingAux"].includes(choice);
      for (const value of [0, 1]) {
        if (choice !== "none") put(resolve(bms, INTERNAL_SIGNALS[choice].from), value);
        driveOutputs(bms);
        const wanted = (mosfet: boolean): number =>
          choice === "none" ? 0 : inverted && !(mosfet && contactor) ? 1 - value : value;
        const alone = (on: number): number[] => [1, 2, 3, 4].map((k) => (k === n ? on : 0));
        expect([...bms.commands.outputs]).toEqual(alone(wanted(true)));
        expect([...bms.commands.discreteOutputs]).toEqual(alone(wanted(false)));
      }
    }
  });
});

test.each(["off", "standby"] as const)("a device in %s drives nothing, inverted or not", (mode) => {
  const settings = createSettings();
  Object.assign(settings.mosfets, { assignment1: "heater", inversion1: true });
  Object.assign(settings.outputs, { assignment1: "anyError", inversion1: true });
  const bms = createBms(settings);
  bms.decide.mode = "running";
  driveOutputs(bms);
  expect([bms.commands.outputs[0], bms.commands.discreteOutputs[0]]).toEqual([1, 1]);
  bms.decide.mode = mode;
  driveOutputs(bms);
  expect([...bms.commands.outputs, ...bms.commands.discreteOutputs]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test("the commands of the running device reach the board: contactors by their default outputs", () => {
  const rig = createRig();
  startUp(rig);
  pass(rig, 3000);
  expect([...rig.bms.commands.outputs]).toEqual([1, 0, 1, 1]); // charging, precharging, discharging, main
  expect(rig.bms.commands.discreteOutputs[0]).toBe(1); // allow charging
});

test("External 1 follows its signal while the device is on", () => {
  const rig = createRig();
  startUp(rig);
  signal(rig, "closeExternal1", 1);
  pass(rig, 10);
  expect(rig.bms.decide.external1).toBe(1);
  signal(rig, "closeExternal1", 0);
  pass(rig, 10);
  expect(rig.bms.decide.external1).toBe(0);
});

test("the wire test that is due is asked of the board", () => {
  const rig = createRig();
  startUp(rig);
  rig.bms.measure.wireTestDue = 1;
  pass(rig, 10);
  expect(rig.bms.commands.openWireTest).toBe(1);
  rig.bms.measure.wireTestDue = 0;
  pass(rig, 10);
  expect(rig.bms.commands.openWireTest).toBe(0);
});

describe("the auxiliary load", () => {
  const auxiliary = (change: (aux: ReturnType<typeof createSettings>["dischargingAux"]) => void = () => {}) => {
    const rig = createRig((s) => {
      Object.assign(s.dischargingAux, {
        enable: true,
        minimumSoc: 0.15,
        tolerantSoc: 0.25,
        minimumCell_V: 2.9,
        tolerantCell_V: 3.15,
        minimumBattery_V: 44,
        maximumBattery_V: 59,
      });
      change(s.dischargingAux);
    });
    startUp(rig);
    pass(rig, 100);
    return rig;
  };
  const upon = (rig: ReturnType<typeof createRig>, act: () => void): number => {
    act();
    pass(rig, 10);
    return rig.bms.decide.dischargingAux;
  };

  test("goes off under the lowest state of charge and comes back over the tolerant one", () => {
    const rig = auxiliary();
    const at = (soc: number) => upon(rig, () => (rig.bms.estimate.soc = soc));
    expect([0.5, 0.15, 0.149, 0.25, 0.251].map(at)).toEqual([1, 1, 0, 0, 1]);
  });

  test("goes off at a low cell and comes back over the tolerant voltage", () => {
    const rig = auxiliary();
    const at = (cell_V: number) => upon(rig, () => setCells(rig.bms, cell_V));
    expect([2.9, 2.899, 3.15, 3.151].map(at)).toEqual([1, 0, 0, 1]);
  });

  test("works only inside the window of the battery voltage", () => {
    const rig = auxiliary((aux) => {
      aux.byBatteryVoltage = true;
      aux.byCellVoltage = false;
    });
    const at = (battery_V: number) => upon(rig, () => (rig.bms.measure.battery_V = battery_V));
    expect([44, 43.99, 59, 59.01].map(at)).toEqual([1, 0, 1, 0]);
  });

  test.each(["undervoltage", "overcurrentDischarge", "highTemperatureDischarge", "shortCircuit"] as const)(
    "goes off on %s",
    (name) => {
      const rig = auxiliary();
      rig.bms.protect.anyError = 1;
      expect(upon(rig, () => (rig.bms.protect.active[name] = 1))).toBe(0);
    },
  );
});

test("the words of the signal rows are those of the stage", () => {
  expect(DECIDE_SIGNALS.mode.codes).toEqual(MODES);
  expect(DECIDE_SIGNALS.powerDownReason.codes).toEqual(POWER_DOWN_REASONS);
  expect(DECIDE_SIGNALS.mainContactor.codes).toEqual(PHASES);
  expect(DECIDE_SIGNALS.mainFeedbackFault.codes).toEqual(FEEDBACK_FAULTS);
  expect(DECIDE_SIGNALS.prechargeOwner.codes).toEqual(PRECHARGE_OWNERS);
  const bms = createBms(createSettings());
  for (const { from } of Object.values(DECIDE_SIGNALS)) expect(resolve(bms, from)).toBeDefined();
});

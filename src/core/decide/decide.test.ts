// The whole stage under anything that may happen: random stories of signals, errors, currents, welds and requests, with
// what must hold in every tick of every story.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRig, isClosed, pass, type Rig, setCells, signal } from "../../../tests/rigs/decide.ts";
import { INPUT_SIGNAL_NAMES } from "../../model/input-signals.ts";
import type { Settings } from "../../model/settings.ts";
import { hasCoilOn } from "./contactor.ts";
import { CONTACTORS, DECIDE_KEPT, MODES, PHASES } from "./decided.ts";
import { requestMode } from "./requested.ts";

const bit = fc.constantFrom(0 as const, 1 as const);
const FEEDBACK = /Feedback$/;
const SIGNALS = INPUT_SIGNAL_NAMES.filter((name) => !FEEDBACK.test(name));

/** What may happen, as data, so that a story that breaks a rule can be read. */
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ signal: fc.constantFrom(...SIGNALS), on: bit }) },
  {
    weight: 3,
    arbitrary: fc.record({
      protect: fc.constantFrom("opensCharge" as const, "opensDischarge" as const, "criticalError" as const),
      on: bit,
    }),
  },
  { weight: 3, arbitrary: fc.record({ flow_A: fc.constantFrom(0, 0, 5, -5, 40, -40, 300, -300) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      measure: fc.constantFrom("ready" as const, "currentValid" as const, "cellsValid" as const, "button" as const),
      on: bit,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      wish: fc.constantFrom("button" as const, "powerUp" as const, "powerDown" as const, "restart" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      contactor: fc.constantFrom(...CONTACTORS),
      how: fc.constantFrom("welded" as const, "stuckOpen" as const, "wireBroken" as const),
      on: bit,
    }),
  },
  { weight: 1, arbitrary: fc.record({ cell_V: fc.constantFrom(2.4, 2.95, 3.3, 3.45, 3.7) }) },
  { weight: 1, arbitrary: fc.record({ linkOpen: bit }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function happen(rig: Rig, event: Act): void {
  const { bms } = rig;
  if ("signal" in event) signal(rig, event.signal, event.on);
  else if ("protect" in event) bms.protect[event.protect] = event.on;
  else if ("flow_A" in event) rig.flow_A = event.flow_A;
  else if ("measure" in event) bms.measure[event.measure] = event.on;
  else if ("wish" in event) requestMode(bms, event.wish);
  else if ("contactor" in event)
    event.on === 1 ? rig[event.how].add(event.contactor) : rig[event.how].delete(event.contactor);
  else if ("cell_V" in event) setCells(bms, event.cell_V);
  else rig.link.open = event.linkOpen === 1;
}

const story = fc.array(fc.tuple(act, fc.constantFrom(10, 30, 200, 700, 2500)), { minLength: 5, maxLength: 60 });

const SETUPS: readonly (readonly [string, (s: Settings) => void])[] = [
  ["as delivered", () => {}],
  [
    "precharging both paths, main always on",
    (s) => {
      s.main.mode = "alwaysOn";
      s.charge.precharge = true;
    },
  ],
  ["main on demand, held open", (s) => Object.assign(s.main, { mode: "onDemand", keepOpen: true })],
  ["a common contactor", (s) => (s.common.enable = true)],
  [
    "a common contactor on request, simple precharge",
    (s) => {
      Object.assign(s.common, { enable: true, algorithm: "independentOnRequest" });
      s.precharge.mode = "simple";
    },
  ],
  [
    "no main contactor, by charger",
    (s) => {
      s.main.enable = false;
      s.charge.algorithm = "onChargerConnected";
    },
  ],
  [
    "no delays, no feedback",
    (s) => {
      Object.assign(s.charge, { startDelay_ms: 0, stopDelay_ms: 0 });
      Object.assign(s.discharge, { startDelay_ms: 0, stopDelay_ms: 0 });
      for (const n of [1, 2, 3, 4] as const) s.feedback[`assignment${n}`] = "none";
    },
  ],
];

type Before = { readonly on: number; readonly mode: string; readonly mainPhase: string; readonly othersOpen: boolean };

/** What a tick has broken, in words; nothing is good. @param before what stood before the tick */
function broken(rig: Rig, before: Record<string, Before>): string[] {
  const { decide, measure, protect, commands, settings } = rig.bms;
  const { contactors, mode } = decide;
  const found: string[] = [];
  const must = (holds: boolean, promise: string): void => {
    if (!holds) found.push(promise);
  };
  const precharged = {
    charge: settings.charge.precharge,
    discharge: settings.discharge.precharge,
    common: settings.common.precharge,
    precharge: false,
    main: false,
  };
  for (const name of CONTACTORS) {
    const contactor = contactors[name];
    const closes = contactor.on === 1 && before[name].on === 0;
    const phaseSays = name === "precharge" ? contactor.phase === "closed" : hasCoilOn(contactor.phase);
    must((contactor.on === 1) === phaseSays, `${name}: coil and phase agree`);
    must(contactor.phaseCode === PHASES.indexOf(contactor.phase), `${name}: the code is that of the phase`);
    must(
      contactor.on === 0 || mode === "running" || mode === "poweringDown",
      `${name}: closed only in a device that runs`,
    );
    must(contactor.on === 0 || protect.criticalError === 0, `${name}: open in a critical error`);
    must(!closes || (measure.ready === 1 && mode === "running"), `${name}: closes only when measured and running`);
    if (closes && settings.main.enable && name !== "main")
      must(contactors.main.phase === "closed", `${name}: closes only behind a closed main`);
    must(
      !(closes && precharged[name] && settings.precharge.enable) || before.precharge.on === 1,
      `${name}: closes only out of precharging`,
    );
  }
  must(
    contactors.main.on === 0 || before.main.on === 1 || before.main.othersOpen,
    "main closes only onto open contactors",
  );
  must(
    decide.prechargeOwner !== 0 || contactors.precharge.on === 0,
    "without an owner the precharging contactor is open",
  );
  if (decide.allowCharging === 1) {
    must(
      mode === "running" && measure.ready === 1 && protect.opensCharge === 0,
      "charging is allowed only when nothing speaks against it",
    );
    must(!settings.main.enable || contactors.main.on === 1, "charging is allowed only through a closed main");
  }
  if (settings.common.enable)
    must(contactors.charge.on + contactors.discharge.on === 0, "a common contactor replaces the two");
  must(decide.modeCode === MODES.indexOf(mode), "the code is that of the mode");
  if (mode === "standby" || mode === "off")
    must(
      commands.outputs.every((on) => on === 0) && commands.discreteOutputs.every((on) => on === 0),
      "a dark board drives nothing",
    );
  must(commands.power === (mode === "standby" ? 0 : 1), "only standby gives up the supply");
  must(
    ["charge", "discharge", "common"].filter((name) => contactors[name as "charge"].phase === "precharging").length <=
      1,
    "one path at a time precharges",
  );
  return found;
}

const look = (rig: Rig): Record<string, Before> => {
  const { contactors, mode } = rig.bms.decide;
  const othersOpen = (["charge", "discharge", "common", "precharge"] as const).every(
    (name) => contactors[name].on === 0,
  );
  return Object.fromEntries(
    CONTACTORS.map((name) => [name, { on: contactors[name].on, mode, mainPhase: contactors.main.phase, othersOpen }]),
  );
};

describe.each(SETUPS)("%s:", (_words, change) => {
  test("no story makes the contactors break their rules", () => {
    fc.assert(
      fc.property(story, (acts) => {
        const rig = createRig(change);
        for (const [event, for_ms] of acts) {
          happen(rig, event);
          for (let elapsed_ms = 0; elapsed_ms < for_ms; elapsed_ms += 10) {
            const before = look(rig);
            pass(rig, 10);
            const found = broken(rig, before);
            if (found.length > 0) expect(found).toEqual([]);
          }
        }
      }),
      { numRuns: 40, seed: 21 },
    );
  });

  test("after any story, a healthy device that is asked for both paths closes them again, or says why not", () => {
    fc.assert(
      fc.property(story, (acts) => {
        const rig = createRig(change);
        for (const [event, for_ms] of acts) {
          happen(rig, event);
          pass(rig, for_ms);
        }
        heal(rig);
        pass(rig, 60_000);
        const { decide, settings } = rig.bms;
        expect(decide.mode).toBe("running");
        const closed = settings.common.enable
          ? isClosed(rig, "common")
          : isClosed(rig, "charge") && isClosed(rig, "discharge");
        if (decide.mainHeld === 0) expect(closed).toBe(true);
      }),
      { numRuns: 25, seed: 22 },
    );
  });

  test("after any story, a power down ends within 12 s with every coil off", () => {
    fc.assert(
      fc.property(story, (acts) => {
        const rig = createRig(change);
        for (const [event, for_ms] of acts) {
          happen(rig, event);
          pass(rig, for_ms);
        }
        rig.bms.measure.button = 0;
        signal(rig, "powerDown", 1);
        pass(rig, 12_030);
        expect(rig.bms.decide.mode).toBe("standby");
        expect([...rig.bms.commands.outputs]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 25, seed: 23 },
    );
  });
});

/** Takes away whatever a story left: errors, welds, doubts; asks for both paths, and switches on. */
function heal(rig: Rig): void {
  const { measure, protect } = rig.bms;
  for (const name of SIGNALS) signal(rig, name, 0);
  for (const name of ["chargeRequest", "dischargeRequest", "closeMain"] as const) signal(rig, name, 1);
  if (rig.bms.settings.charge.algorithm === "onChargerConnected") signal(rig, "chargerConnected", 1);
  for (const broken of [rig.welded, rig.stuckOpen, rig.wireBroken]) broken.clear();
  Object.assign(protect, { opensCharge: 0, opensDischarge: 0, criticalError: 0 });
  Object.assign(measure, { ready: 1, currentValid: 1, cellsValid: 1, button: 0 });
  rig.flow_A = 0;
  rig.link.open = false;
  rig.link.volt_V = 0;
  setCells(rig.bms, 3.3);
  pass(rig, 15_000); // a power down under way ends
  requestMode(rig.bms, "powerUp");
}

test("what survives a power cycle are the counters, the periodic restarts, the heat of the resistor and how long ago the link was connected", () => {
  const rig = createRig();
  for (const name of DECIDE_KEPT) {
    const value = name.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], rig.bms.decide);
    expect([name, ArrayBuffer.isView(value) ? "numbers" : typeof value]).toEqual([
      name,
      name === "resetTimes_us" ? "numbers" : "number",
    ]);
  }
  expect(DECIDE_KEPT).toHaveLength(CONTACTORS.length * 2 + 5);
});

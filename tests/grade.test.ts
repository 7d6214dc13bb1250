// The grader against partners whose manners are known: a good one passes, a bad one fails what it does badly, and what nobody
// can tell is not judged. The partners are written by the makers' documents.

import { describe, expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../src/base/can-frame.ts";
import {
  createGrade,
  type Grade,
  type GradeOptions,
  gradeFrame,
  gradePoll,
  type Verdict,
} from "../src/equipment/grade.ts";
import { gradeSettings, gradeTimes } from "../src/equipment/grade-settings.ts";
import { VIRTUOUS, type Vices } from "../src/sim/partners/bus-partner.ts";
import { createElconCharger, ELCON } from "../src/sim/partners/elcon-charger.ts";
import { gradeModel } from "../src/sim/partners/graded-model.ts";
import { createHybridInverter, HYBRID, type InverterKind } from "../src/sim/partners/hybrid-inverter.ts";

const NORMAL = {
  charge_V: 56.8,
  charge_A: 20,
  discharge_A: 30,
  mayCharge: true,
  mayDischarge: true,
  soc: 0.5,
  hasOvervoltage: false,
  speaks: true,
};

function optionsOf(of: "inverter" | "charger", profile: string): GradeOptions {
  const made = gradeSettings(of, profile, {});
  if (!made.ok) throw new Error(made.violations.map(({ reason }) => reason).join());
  return {
    of,
    settings: made.settings,
    normal: NORMAL,
    battery_V: 52.8,
    times: gradeTimes(of, profile),
    patience_ms: 60_000,
    settle_ms: 25_000,
    hold_ms: 3000,
  };
}

const gradeCharger = (vices: Partial<Vices> = {}, hasMeter = true): Grade =>
  gradeModel(
    optionsOf("charger", "elcon"),
    createElconCharger({ ...ELCON, vices: { ...VIRTUOUS, ...vices } }),
    hasMeter,
  );

function gradeInverter(
  kind: InverterKind,
  vices: Partial<Vices> = {},
  hasMeter = true,
  silence_s = kind === "victron" ? 3 : 55,
): Grade {
  return gradeModel(
    optionsOf("inverter", kind),
    createHybridInverter({ ...HYBRID, kind, silence_s, vices: { ...VIRTUOUS, ...vices } }),
    hasMeter,
  );
}

const of = ({ verdicts }: Grade, verdict: Verdict["verdict"]): string[] =>
  verdicts.filter((each) => each.verdict === verdict).map(({ situation }) => situation);
const outcome = (grade: Grade) => ({ failed: of(grade, "failed"), unknown: of(grade, "not judged") });

const CHARGER_SITUATIONS = [
  "answers",
  "chargeLimit",
  "chargeLimitZero",
  "chargePrevented",
  "voltageDrop",
  "socFull",
  "framesStop",
  "framesReturn",
];
const STOPS = [
  "chargeLimitZero",
  "chargePrevented",
  "voltageDrop",
  "dischargeLimitZero",
  "dischargePrevented",
  "alarm",
];

describe("a charger", () => {
  test.each([
    ["by a meter", true],
    ["by its own frames", false],
  ])("that obeys passes all, judged %s", (_, hasMeter) => {
    const grade = gradeCharger({}, hasMeter);
    expect(of(grade, "passed")).toEqual(CHARGER_SITUATIONS);
    for (const { took_ms, within_ms } of grade.verdicts) expect(took_ms).toBeLessThanOrEqual(within_ms);
  });

  test("stops 5 s after the last command, as the maker says", () => {
    const verdict = gradeCharger().verdicts.find(({ situation }) => situation === "framesStop")!;
    expect(verdict.took_ms).toBeGreaterThan(3900);
    expect(verdict.took_ms).toBeLessThanOrEqual(5200);
  });

  test.each([
    ["a second late passes", { delay_us: 1_000_000 }, []],
    [
      "eight seconds late fails where it has five",
      { delay_us: 8_000_000 },
      ["chargeLimit", "chargeLimitZero", "chargePrevented", "voltageDrop"],
    ],
    ["ignores the stop, and would obey a limit of 0", { ignoresStop: true }, ["chargePrevented", "voltageDrop"]],
    ["goes on without commands", { ignoresSilence: true }, ["framesStop"]],
    ["ignores its limit", { ignoresLimits: true }, ["chargeLimit", "chargeLimitZero", "voltageDrop", "socFull"]],
  ] as [string, Partial<Vices>, string[]][])("%s", (_, vices, failed) => {
    expect(of(gradeCharger(vices), "failed")).toEqual(failed);
  });

  test("that never speaks fails to answer, and nothing else can be judged", () => {
    expect(outcome(gradeCharger({ isMute: true }, false))).toEqual({
      failed: ["answers"],
      unknown: CHARGER_SITUATIONS.slice(1),
    });
  });
});

describe("an inverter", () => {
  test.each(["pylontech", "sma", "victron", "growatt"] as const)("that obeys passes all: %s", (kind) => {
    expect(outcome(gradeInverter(kind))).toEqual({ failed: [], unknown: [] });
  });

  test("SMA's own frames tell the current", () => {
    expect(outcome(gradeInverter("sma", {}, false))).toEqual({ failed: [], unknown: [] });
  });

  test("Pylontech's sign of life tells none: without a meter only the answer can be judged", () => {
    const grade = gradeInverter("pylontech", {}, false);
    expect(of(grade, "passed")).toEqual(["answers"]);
    expect(of(grade, "failed")).toEqual([]);
  });

  test("of Pylontech's kind without a meter is told so once and at once: nothing waits for a current that cannot come", () => {
    const options = optionsOf("inverter", "pylontech");
    const grade = createGrade(options);
    gradePoll(grade, 0);
    gradeFrame(grade, standardFrame(0x305, new Uint8Array(8)), 50_000);
    gradePoll(grade, 100_000);
    expect(of(grade, "passed")).toEqual(["answers"]);
    expect(of(grade, "not judged")).toHaveLength(13);
    const said = grade.verdicts.map(({ detail }) => detail);
    expect(said.filter((detail) => /^nobody can say what current flows/.test(detail))).toHaveLength(1);
    expect(said[1]).toMatch(/no shunt \(--set shunt\.enable=true\)$/);
    expect(said.slice(2, -1).every((detail) => detail === "as above")).toBe(true);
  });

  test.each([
    ["a shunt on the bus", "pylontech", { "shunt.enable": true }],
    ["SMA's own frames", "sma", {}],
  ])("waits for a current where it may come: %s", (_, profile, changes) => {
    const made = gradeSettings("inverter", profile, changes);
    if (!made.ok) throw new Error("settings are refused");
    const grade = createGrade({ ...optionsOf("inverter", profile), settings: made.settings });
    gradePoll(grade, 0);
    gradeFrame(grade, standardFrame(0x305, new Uint8Array(8)), 50_000);
    gradePoll(grade, 100_000);
    gradePoll(grade, 59_000_000);
    expect(grade.verdicts).toHaveLength(1);
  });

  test.each([
    ["nine seconds late passes", { delay_us: 9_000_000 }, []],
    [
      "twenty seconds late",
      { delay_us: 20_000_000 },
      [
        "chargeLimit",
        "chargeLimitZero",
        "chargePrevented",
        "voltageDrop",
        "dischargeLimit",
        "dischargeLimitZero",
        "dischargePrevented",
        "alarm",
      ],
    ],
    ["ignores stops, that of silence too", { ignoresStop: true }, [...STOPS, "framesStop", "framesStopDischarging"]],
    ["goes on without frames", { ignoresSilence: true }, ["framesStop", "framesStopDischarging"]],
  ] as [string, Partial<Vices>, string[]][])("%s", (_, vices, failed) => {
    expect(of(gradeInverter("pylontech", vices), "failed")).toEqual(failed);
  });

  test("that has neither sun nor load cannot be judged, and is not blamed", () => {
    const idle = createHybridInverter({ ...HYBRID, sun_A: 0, load_A: 0 });
    const grade = gradeModel(optionsOf("inverter", "pylontech"), idle, true);
    expect(of(grade, "passed")).toEqual(["answers"]);
    expect(of(grade, "failed")).toEqual([]);
  });

  test("that never stopped when the frames did is not praised for coming back with them", () => {
    const { verdicts } = gradeInverter("pylontech", { ignoresSilence: true });
    expect(verdicts.at(-1)).toMatchObject({
      situation: "framesReturn",
      verdict: "not judged",
      detail: "it was not seen to stop when the frames did",
    });
  });

  test("whose load ends before the frames stop a second time is not praised for coming back, though it stopped before", () => {
    const inverter = createHybridInverter({ ...HYBRID, silence_s: 55 });
    const options = optionsOf("inverter", "pylontech");
    let hasStopped = false;
    let heard_us = 0;
    const partner = {
      ...inverter,
      hear: (frame: CanFrame, now_us: number) => {
        if (now_us - heard_us > 30e6) hasStopped = true;
        heard_us = now_us;
        inverter.hear(frame, now_us);
      },
      discharge_A: () => (hasStopped ? 0 : inverter.discharge_A()),
    };
    const { verdicts } = gradeModel(options, partner, true);
    expect(verdicts.slice(-3).map(({ situation, verdict }) => [situation, verdict])).toEqual([
      ["framesStop", "passed"],
      ["framesStopDischarging", "not judged"],
      ["framesReturn", "not judged"],
    ]);
  });

  test("of Goodwe's kind has no frames by which it could answer, and is not blamed for it", () => {
    const silent = createHybridInverter({
      ...HYBRID,
      kind: "sma",
      silence_s: 55,
      vices: { ...VIRTUOUS, isMute: true },
    });
    expect(outcome(gradeModel(optionsOf("inverter", "goodwe"), silent, true))).toEqual({
      failed: [],
      unknown: ["answers"],
    });
  });

  test("of Victron's kind that waits a minute fails, because its document says 3 s", () => {
    expect(of(gradeInverter("victron", {}, true, 55), "failed")).toEqual(["framesStop", "framesStopDischarging"]);
  });
});

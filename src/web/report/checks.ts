// What the device can say of its own commissioning: each check passed, failed, or not tested yet. Nothing is called passed that has not
// been seen; what the device cannot see is left to the checks by hand.

import { INPUT_SIGNALS } from "../../model/input-signals.ts";
import type { Settings } from "../../model/settings.ts";
import type { DeviceTold } from "../../monitor/told.ts";
import type { Finding, Look } from "../../monitor/wiring-findings.ts";
import { number, quantity, withUnit } from "../parts/format.ts";
import { findingText } from "../tables/findings.ts";
import { choiceText } from "../tables/settings.ts";
import { SIGNALS } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";

export type CheckResult = "passed" | "failed" | "untested" | "note";
export type Check = { readonly name: string; readonly result: CheckResult; readonly text: string };

const T = texts.report.checks;
const NUMBERS = [1, 2, 3, 4] as const;
const THERMISTORS = [1, 2, 3, 4, 5, 6] as const;

export function commissioningChecks(
  look: Look,
  settings: Settings,
  device: DeviceTold,
  findings: readonly Finding[],
): readonly Check[] {
  return [
    ...cellChecks(look, settings, findings),
    ...thermistorChecks(look, settings),
    sensorCheck(look, settings),
    insulationCheck(look, settings),
    ...contactorChecks(look, settings, device, findings),
    ...prechargeCheck(look, settings),
    readyCheck(look),
  ];
}

const judged = (name: string, isWell: boolean, text: string): Check => ({
  name,
  result: isWell ? "passed" : "failed",
  text,
});
const wordOf = (name: string, code: number): string => SIGNALS[name]?.codes?.[code] ?? String(code);
const whatOf = (findings: readonly Finding[]): string => findings.map((finding) => findingText(finding).what).join(" ");

function cellChecks(look: Look, { battery }: Settings, findings: readonly Finding[]): Check[] {
  const of = (...kinds: readonly Finding["kind"][]): readonly Finding[] =>
    findings.filter(({ kind }) => kinds.includes(kind));
  const count = look.raw("cellsFound");
  const open = of("openWire", "openWireSuspected", "frontEndSilent");
  const order = of("reversedCell", "swappedWires");
  const sum = of("sumDiffers", "supply");
  const isTested = look.raw("wiresTested") === 1 && look.raw("cellMonitorOnline") === 1;
  const wires: Check =
    isTested || open.length > 0
      ? judged(T.wires, open.length === 0, open.length === 0 ? T.wiresWell : whatOf(open))
      : { name: T.wires, result: "untested", text: T.wiresUntested };
  const untested = (name: string, check: Check): Check =>
    look.raw("cellMonitorOnline") === 1 ? check : { name, result: "untested", text: texts.shell.noValue };
  return [
    untested(T.count, judged(T.count, count === battery.cells, T.countFound(count, battery.cells))),
    wires,
    untested(T.order, judged(T.order, order.length === 0, order.length === 0 ? T.orderWell : whatOf(order))),
    untested(T.sum, judged(T.sum, sum.length === 0, `${sumWords(look, battery.cells)} ${whatOf(sum)}`.trim())),
    spreadCheck(look),
  ];
}

function sumWords(look: Look, cells: number): string {
  const all = Array.from({ length: cells }, (_, cell) => look.value("cells_V", cell));
  const sum_V = all.some((cell_V) => cell_V === undefined)
    ? undefined
    : all.reduce<number>((sum, cell_V) => sum + cell_V!, 0);
  return T.sumWords(quantity(sum_V, "V", 2), quantity(look.value("supply_V"), "V", 2));
}

/** A figure to be judged by the reader: what is much depends on the chemistry and the charge. */
function spreadCheck(look: Look): Check {
  const spread_V = look.value("spread_V");
  const milli = withUnit(number(spread_V === undefined ? undefined : 1000 * spread_V, 1), "mV");
  const [low, high] = [quantity(look.value("minCell_V"), "V", 3), quantity(look.value("maxCell_V"), "V", 3)];
  return {
    name: T.spread,
    result: spread_V === undefined ? "untested" : "note",
    text: T.spreadWords(milli, low, high),
  };
}

function thermistorChecks(look: Look, { thermistors }: Settings): Check[] {
  return THERMISTORS.filter((each) => thermistors[`use${each}`] !== "none").map((each) => {
    const state = look.raw("thermistorState", each - 1);
    const text =
      state === 0 ? quantity(look.value("temperatures_degC", each - 1), "degC", 1) : wordOf("thermistorState", state);
    return judged(
      T.thermistor(each, choiceText(`thermistors.use${each}`, thermistors[`use${each}`])),
      state === 0,
      text,
    );
  });
}

function sensorCheck(look: Look, { shunt }: Settings): Check {
  const fault = look.raw("currentFault");
  if (fault > 0) return judged(T.sensor, false, wordOf("currentFault", fault));
  if (shunt.enable) return judged(T.sensor, look.raw("currentValid") === 1, T.shuntWords);
  if (look.raw("calibrated") !== 1) return { name: T.sensor, result: "untested", text: T.sensorUncalibrated };
  const zero_V = look.value("zero_V");
  const zero = withUnit(number(zero_V === undefined ? undefined : 1000 * zero_V, 1), "mV");
  return judged(T.sensor, look.raw("currentValid") === 1, T.sensorWords(zero));
}

function insulationCheck(look: Look, { inputs }: Settings): Check {
  const isAssigned = NUMBERS.some((each) => inputs[`assignment${each}`] === "insulation");
  if (!isAssigned) return { name: T.insulation, result: "untested", text: T.insulationNone };
  const isFaulty = look.raw("inputSignals", INPUT_SIGNALS.insulation.number) === 1;
  return judged(T.insulation, !isFaulty, isFaulty ? T.insulationBad : T.insulationWell);
}

function contactorChecks(
  look: Look,
  { feedback }: Settings,
  { contactors }: DeviceTold,
  findings: readonly Finding[],
): Check[] {
  return contactors.map(({ name }) => {
    const title = T.contactor(texts.report.contactors[name]);
    const bad = findings.filter(
      ({ kind, subject }) => CONTACTOR_KINDS.includes(kind) && subject.startsWith(SUBJECTS[name]),
    );
    if (bad.length > 0) return judged(title, false, T.contactorBad(whatOf(bad)));
    const times = look.raw(`${name}Switchings`);
    if (!(times > 0)) return { name: title, result: "untested", text: T.contactorUnmoved };
    const hasFeedback = NUMBERS.some((each) => feedback[`assignment${each}`] === `${name}Feedback`);
    return hasFeedback
      ? judged(title, true, T.contactorWell(times))
      : { name: title, result: "note", text: T.contactorNoFeedback(times) };
  });
}

const CONTACTOR_KINDS: readonly Finding["kind"][] = ["contactorWelded", "contactorStuckOpen", "feedbackBroken"];
/** How findings begin to name them. */
const SUBJECTS = {
  charge: "charging",
  discharge: "discharging",
  precharge: "precharging",
  common: "common",
  main: "main",
} as const;

function prechargeCheck(look: Look, { precharge }: Settings): Check[] {
  if (!precharge.enable) return [];
  const reason = look.raw("prechargeReason") || look.raw("prechargeFailed");
  const times = look.raw("prechargeSwitchings");
  if (reason > 0) return [judged(T.precharge, false, wordOf("prechargeReason", reason))];
  if (!(times > 0)) return [{ name: T.precharge, result: "untested", text: T.prechargeNever }];
  return [judged(T.precharge, true, T.prechargeWell(times))];
}

function readyCheck(look: Look): Check {
  const isReady = look.raw("ready") === 1;
  return judged(T.ready, isReady, isReady ? T.readyWell : wordOf("notReady", look.raw("notReady")));
}

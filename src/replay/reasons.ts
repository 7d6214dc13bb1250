// What stands against a contactor being closed, read from the device's state at one tick: the same conditions the stage
// "decide" judges, in words. Nothing is inferred: a reason is given only while its condition holds.

import type { Bms } from "../core/bms.ts";
import { type ContactorName, POWER_DOWN_REASONS } from "../core/decide/decided.ts";
import { ALWAYS, BY_CHARGER, type PathPlan, SIGNAL } from "../core/decide/plan.ts";
import { NOT_READY } from "../core/measure/measured.ts";
import { explain } from "../core/protect/explanation.ts";
import type { Rule } from "../core/protect/plan.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";

export const CONTACTOR_WORDS: Readonly<Record<ContactorName, string>> = {
  charge: "charging contactor",
  discharge: "discharging contactor",
  precharge: "precharge contactor",
  common: "charge/discharge contactor",
  main: "main contactor",
};

/** `fault`: set where the reason is an error. */
export type Reason = { readonly text: string; readonly fault?: FaultName };

export const isFitted = ({ plan: { decide: plan } }: Bms, name: ContactorName): boolean =>
  name === "precharge" ? plan.precharge.enabled : plan[name].fitted;

/** Everything that stands against this contactor at this tick; none where nothing does. */
export function reasonsAgainst(bms: Bms, name: ContactorName): Reason[] {
  const ofMode = modeReasons(bms);
  if (name === "main") return [...ofMode, ...errorReasons(bms, "critical"), ...mainReasons(bms)];
  if (name === "precharge")
    return [...ofMode, ...errorReasons(bms, "discharge"), ...readyReasons(bms), ...prechargeReasons(bms)];
  const sides = name === "common" ? (["charge", "discharge"] as const) : ([name] as const);
  return [
    ...ofMode,
    ...breakerReasons(bms),
    ...unique(sides.flatMap((side) => errorReasons(bms, side))),
    ...readyReasons(bms),
    ...unique(sides.flatMap((side) => wishReasons(bms, side))),
    ...closingReasons(bms, name),
  ];
}

const unique = (reasons: readonly Reason[]): Reason[] =>
  reasons.filter(({ text }, i) => reasons.findIndex((other) => other.text === text) === i);

function modeReasons({ decide: { mode, powerDownReason, serviceReset } }: Bms): Reason[] {
  const why = POWER_DOWN_REASONS[powerDownReason] ?? "none";
  if (serviceReset === 1) return [{ text: "the device prepares its periodic restart" }];
  if (mode === "running") return [];
  if (mode === "poweringDown") return [{ text: `the device powers down (${REASON_WORDS[why] ?? why})` }];
  if (mode === "starting") return [{ text: "the device starts: it has not measured everything it needs" }];
  return [
    {
      text: `the device is in ${mode === "off" ? "its first tick" : "standby"}${why === "none" ? "" : ` (${REASON_WORDS[why] ?? why})`}`,
    },
  ];
}

const REASON_WORDS: Readonly<Record<string, string>> = {
  button: "its button was held",
  signal: "the input signal Power up/down request is on",
  command: "a command asked for it",
  "low voltage": "the battery voltage was too low for too long",
  idle: "no current has flowed for the idle time",
  restart: "a restart was asked for",
  "service reset": "a periodic restart was due",
};

const breakerReasons = ({ measure: { signals } }: Bms): Reason[] =>
  signals[SIGNAL.circuitBreaker] === 1 ? [{ text: "the circuit breaker is open" }] : [];

/** Errors that are set and open this side, then limits that are broken and whose delay still runs. */
function errorReasons(bms: Bms, side: "charge" | "discharge" | "critical"): Reason[] {
  const { rules } = bms.plan.protect;
  const opens = (rule: Rule): boolean =>
    rule.error &&
    (rule.critical || (side === "charge" && rule.opensCharge) || (side === "discharge" && rule.opensDischarge));
  const set = rules.filter((rule) => opens(rule) && bms.protect.active[rule.name] === 1);
  const pending = rules.filter(
    (rule) =>
      opens(rule) &&
      rule.holdsOpen &&
      bms.protect.active[rule.name] === 0 &&
      bms.protect.faults[rule.name].since_us >= 0,
  );
  return [
    ...set.map(({ name }) => ({
      text: `the error ${FAULT_ROWS[name].title} is set: ${explain(name, bms.protect.faults[name])}`,
      fault: name,
    })),
    ...pending.map(({ name }) => ({
      text: `a limit of ${FAULT_ROWS[name].title} is broken, and its delay runs`,
      fault: name,
    })),
  ];
}

function readyReasons({ measure: { ready, notReady, currentValid } }: Bms): Reason[] {
  if (ready === 0)
    return [{ text: `not everything needed is measured and believed: ${NOT_READY[notReady] ?? notReady}` }];
  return currentValid === 0 ? [{ text: "the current is not believed" }] : [];
}

function wishReasons(bms: Bms, side: "charge" | "discharge"): Reason[] {
  const { decide: decided, measure, estimate, plan } = bms;
  const { signals } = measure;
  const path: PathPlan = plan.decide[side];
  const charging = side === "charge";
  const reasons: Reason[] = [];
  if (charging && signals[SIGNAL.inhibitCharging] === 1)
    reasons.push({ text: "the input signal Inhibit charging is on" });
  if (!charging && signals[SIGNAL.inhibitDischarging] === 1)
    reasons.push({ text: "the input signal Inhibit discharging is on" });
  if (!charging && measure.partnerShutdown === 1) reasons.push({ text: "the vehicle orders it open on its bus" });
  if (path.onlyWhenReady && (charging ? decided.chargeRoom : decided.readyToDischarge) === 0)
    reasons.push({
      text: charging
        ? `the battery has no room for charge (highest cell ${estimate.maxRest_V.toFixed(3)} V, limit ${plan.decide.charging.clearReady_V} V)`
        : `the battery is not ready to discharge (lowest cell ${estimate.minRest_V.toFixed(3)} V, limit ${plan.decide.discharging.clearReady_V} V)`,
    });
  if (path.algorithm === ALWAYS) return reasons;
  const isThere = signals[SIGNAL.chargerConnected] === 1;
  if (path.algorithm === BY_CHARGER && isThere !== charging)
    reasons.push({ text: charging ? "no charger is connected" : "a charger is connected" });
  const request = charging ? SIGNAL.chargeRequest : SIGNAL.dischargeRequest;
  if (path.algorithm !== BY_CHARGER && signals[request] === 0)
    reasons.push({ text: `the input signal ${charging ? "Charge" : "Discharge"} request is off` });
  return reasons;
}

/** What a contactor waits for that is wanted: the main contactor, precharge, its delay. */
function closingReasons(
  { decide: decided, plan: { decide: plan } }: Bms,
  name: "charge" | "discharge" | "common",
): Reason[] {
  const { phase } = decided.contactors[name];
  const path = decided.paths[name];
  const reasons: Reason[] = [];
  if (plan.main.fitted && decided.contactors.main.phase !== "closed")
    reasons.push({ text: "the main contactor is not closed" });
  if (phase === "blocked")
    reasons.push({ text: `precharge did not succeed: it ${PRECHARGE_WORDS[decided.prechargeReason] ?? "failed"}` });
  if (phase === "precharging") reasons.push({ text: "precharge runs" });
  if (path.close === 0 && path.wish_us >= 0) reasons.push({ text: "it is wanted, and its start delay runs" });
  return reasons;
}

const PRECHARGE_WORDS = FAULT_ROWS.precharge.codes ?? [];

function prechargeReasons({ decide: { contactors, prechargeOwner } }: Bms): Reason[] {
  if (prechargeOwner !== 0) return [];
  const served = (["charge", "discharge", "common"] as const).filter((name) => contactors[name].phase === "closed");
  if (served.length === 0) return [{ text: "nothing asks for precharge" }];
  return [
    { text: `precharge is over: the ${served.map((name) => CONTACTOR_WORDS[name]).join(" and the ")} is closed` },
  ];
}

function mainReasons({ decide: decided, measure: { signals }, plan: { decide: plan } }: Bms): Reason[] {
  if (decided.mainHeld === 1) return [{ text: "it opened for a fault and is held open until it is released" }];
  if (plan.main.algorithm === 2 && signals[SIGNAL.closeMain] === 0)
    return [{ text: "the input signal Close Main contactor is off" }];
  const { charge, discharge, common } = decided.paths;
  const unwanted = charge.close + discharge.close + common.close === 0;
  return plan.main.algorithm === 1 && unwanted ? [{ text: "no path wants to conduct" }] : [];
}

/** Errors that are set at this tick. */
export const activeFaults = ({ protect }: Bms): FaultName[] => FAULT_NAMES.filter((name) => protect.active[name] === 1);

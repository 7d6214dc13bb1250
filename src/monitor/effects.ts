// What changed settings would do to the device as it stands now, in sentences: protections that would trip or clear, contactors that
// would open or close, limits of current before and after, balancing. Judged by the present measurement; what they would have done
// to the past, a what-if job says.

import type { Bms } from "../core/bms.ts";
import type { ContactorName } from "../core/decide/decided.ts";
import { errorDelay_us } from "../core/decide/delays.ts";
import { type DecidePlan, planDecide } from "../core/decide/plan.ts";
import { LIMIT_REASONS } from "../core/estimate/estimated.ts";
import { numberAt, resolve } from "../core/path.ts";
import { quantity } from "../core/protect/explanation.ts";
import { planProtect, type Rule } from "../core/protect/plan.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import type { FaultRow } from "../model/rows.ts";
import type { Settings } from "../model/settings.ts";
import { contactorsOf } from "../virtual/status.ts";
import { tryOut } from "./effect-trial.ts";

export type Effect = {
  readonly kind: "trips" | "clears" | "opens" | "closes" | "limit" | "note";
  readonly text: string;
};

const TITLES = {
  charge: "charging contactor",
  discharge: "discharging contactor",
  common: "charge/discharge contactor",
  precharge: "precharge contactor",
  main: "main contactor",
} as const satisfies Readonly<Record<ContactorName, string>>;

/** Effects of going from the settings in force to others. The device is only looked at. */
export function effectsOf(bms: Bms, settings: Settings): Effect[] {
  const now = new Map(planProtect(bms.settings).rules.map((rule) => [rule.name, rule]));
  const trips = planProtect(settings).rules.flatMap((rule) => effectOf(bms, settings, now.get(rule.name)!, rule));
  const before = tryOut(bms, bms.settings);
  const after = tryOut(bms, settings);
  return [...trips, ...wishEffects(before, after), ...limitEffects(before, after), ...balancingEffects(before, after)];
}

function effectOf(bms: Bms, settings: Settings, now: Rule, then: Rule): Effect[] {
  const row: FaultRow = FAULT_ROWS[then.name];
  if (!isKnown(bms, row)) return [];
  const isActive = bms.protect.active[then.name] === 1;
  const value = (rule: Rule): number => numberAt(resolve(bms, rule.rest ? (row.ofRest ?? row.of) : row.of));
  const isOver = (rule: Rule): boolean => rule.enable && rule.sign * value(rule) > rule.limit;
  if (!isActive && isOver(then) && !isOver(now))
    return [{ kind: "trips", text: tripWords(row, then, value(then), bms, settings) }];
  if (isActive && !then.enable) return [{ kind: "clears", text: `${row.title} is set now and would be switched off.` }];
  if (isActive && isOver(now) && then.sign * value(then) <= then.tolerant) {
    const lock = then.lock ? ", once acknowledged" : "";
    return [
      { kind: "clears", text: `${row.title} is set now and would clear after ${seconds(then.clear_us)}${lock}.` },
    ];
  }
  return [];
}

const isKnown = (bms: Bms, { validIf }: FaultRow): boolean =>
  validIf === undefined || numberAt(resolve(bms, validIf)) !== 0;

/** "Overvoltage would trip after 1.00 s and open the charging contactor 0.50 s later: now cell 3 at 3.412 V, over 3.400 V." */
function tripWords(row: FaultRow, rule: Rule, value: number, bms: Bms, settings: Settings): string {
  const side = row.when === "below" ? "under" : "over";
  const what =
    row.limit === undefined
      ? ""
      : ` at ${quantity(value, row.unit)}, ${side} ${quantity(rule.sign * rule.limit, row.unit)}`;
  const now = `${element(row, bms)}${what}`;
  return `${row.title} would trip after ${seconds(rule.set_us)}${openWords(rule, bms, settings)}${now === "" ? "" : `: now${now}`}.`;
}

/** What the trip would do to the contactors there are, as they stand now. */
function openWords(rule: Rule, bms: Bms, settings: Settings): string {
  const there = opened(rule, settings);
  if (there.length === 0) return "";
  const closed = there.filter((name) => bms.decide.contactors[name].on === 1);
  if (closed.length === 0) return ` and keep the ${joined(there)} open`;
  const plan = planDecide(settings);
  const delays_us = closed.map((name) => (rule.critical ? 0 : openDelay_us(name, rule, plan)));
  const delay_us = Math.max(...delays_us);
  return ` and open the ${joined(closed)}${delay_us === 0 ? " at once" : ` ${seconds(delay_us)} later`}`;
}

function opened(rule: Rule, settings: Settings): ContactorName[] {
  if (!rule.error) return [];
  return contactorsOf(settings).filter((name) => {
    if (rule.critical) return true;
    if (name === "common") return rule.opensCharge || rule.opensDischarge;
    return (name === "charge" && rule.opensCharge) || (name === "discharge" && rule.opensDischarge);
  });
}

function openDelay_us(name: ContactorName, rule: Rule, plan: DecidePlan): number {
  if (name === "common")
    return errorDelay_us(rule.opensCharge ? plan.charge : plan.discharge, plan.common.stop_us, rule.openDelay_us);
  const path = name === "charge" ? plan.charge : plan.discharge;
  return errorDelay_us(path, path.stop_us, rule.openDelay_us);
}

const joined = (names: readonly ContactorName[]): string => names.map((name) => TITLES[name]).join(" and ");

function element(row: FaultRow, bms: Bms): string {
  if (row.element === undefined || row.elementName === undefined) return "";
  const index = numberAt(resolve(bms, row.element));
  return index < 0 ? "" : ` ${row.elementName} ${row.elementName === "wire" ? `C${index}` : index + 1}`;
}

/** Contactors that nothing would want closed any more, or that would be wanted now. */
function wishEffects(before: Bms, after: Bms): Effect[] {
  return contactorsOf(after.settings).flatMap((name): Effect[] => {
    if (name !== "charge" && name !== "discharge") return [];
    const wish = name === "charge" ? "wantCharge" : "wantDischarge";
    const { start_us, stop_us } = after.plan.decide[name];
    const was = before.decide[wish] === 1;
    const is = after.decide[wish] === 1;
    const isOn = before.decide.contactors[name].on === 1;
    if (was && !is && isOn)
      return [
        {
          kind: "opens",
          text: `The ${TITLES[name]} would open after ${seconds(stop_us)}: nothing asks for it any more.`,
        },
      ];
    if (!was && is && !isOn)
      return [
        {
          kind: "closes",
          text: `The ${TITLES[name]} would close after ${seconds(start_us)}, unless an error keeps it open.`,
        },
      ];
    return [];
  });
}

/** Smaller changes of a limit are not worth a sentence, A. */
const LEAST_A = 0.05;

function limitEffects(before: Bms, after: Bms): Effect[] {
  return (["charge", "discharge"] as const).flatMap((way): Effect[] => {
    const was_A = before.estimate[`${way}Limit_A`];
    const is_A = after.estimate[`${way}Limit_A`];
    if (Math.abs(is_A - was_A) < LEAST_A) return [];
    const reason = LIMIT_REASONS[after.estimate[`${way}LimitReason`]] ?? "unknown";
    const name = way === "charge" ? "Charge" : "Discharge";
    return [
      {
        kind: "limit",
        text: `${name} limit now: ${quantity(was_A, "A")} → ${quantity(is_A, "A")}, limited by ${reason}.`,
      },
    ];
  });
}

function balancingEffects(before: Bms, after: Bms): Effect[] {
  const cells = after.settings.battery.cells;
  const changed = (from: Bms, to: Bms): number[] =>
    Array.from({ length: cells }, (_, cell) => cell).filter(
      (cell) => from.decide.balanceMask[cell] === 0 && to.decide.balanceMask[cell] === 1,
    );
  const words = (list: readonly number[], verb: string): Effect[] =>
    list.length === 0 ? [] : [{ kind: "note", text: `Balancing would ${verb}: ${cellWords(list, cells)}.` }];
  return [...words(changed(before, after), "start"), ...words(changed(after, before), "stop")];
}

const cellWords = (list: readonly number[], cells: number): string =>
  list.length === cells
    ? `all ${cells} cells`
    : `${list.length === 1 ? "cell" : "cells"} ${list.map((cell) => cell + 1).join(", ")}`;

const seconds = (time_us: number): string => `${(time_us / 1e6).toFixed(2)} s`;

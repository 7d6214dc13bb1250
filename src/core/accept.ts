// Requests of people and partners, taken in order at the start of a tick; each gets one answer. A request changes
// settings, an override or a counter, or asks the mode machine for something; it never moves a contactor by itself.

import { unreachable } from "../base/assert.ts";
import type { Answer } from "../model/asking.ts";
import type { CommandName } from "../model/commands.ts";
import { FAULT_NAMES, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS, type InputSignalName } from "../model/input-signals.ts";
import { settingChanges } from "../model/kept-settings.ts";
import { needsOpenContactors } from "../model/settings.ts";
import { type Changed, changeSettings } from "../model/validation.ts";
import type { Bms } from "./bms.ts";
import { releaseMain, requestMode, startCellDischarge, stopCellDischarge } from "./decide/requested.ts";
import { takeReport } from "./equipment.ts";
import { resetCounters, resetCycles, resetParameters, startAnalysis, stopAnalysis } from "./estimate/estimate.ts";
import { startCalibration } from "./measure/measure.ts";
import { makePlan } from "./plan.ts";
import { acknowledge } from "./protect/protect.ts";
import type { Request } from "./requests.ts";

const DONE: Answer = { ok: true };
const refuse = (reason: string): Answer => ({ ok: false, reason });

export function acceptRequests(bms: Bms, requests: readonly Request[]): void {
  if (bms.answers.length > 0) bms.answers = [];
  for (let i = 0; i < requests.length; i++) bms.answers.push(accept(bms, requests[i]));
}

function accept(bms: Bms, request: Request): Answer {
  switch (request.kind) {
    case "set":
      return set(bms, request.changes);
    case "override":
      return override(bms, request.signal, request.value);
    case "acknowledge":
      return acknowledgeAll(bms, request.faults === "all" ? FAULT_NAMES : request.faults);
    case "command":
      return command(bms, request.command, request.argument ?? -1);
    case "charger":
      bms.measure.chargerOnline = request.online ? 1 : 0;
      bms.measure.chargerFaulty = request.faulty === true ? 1 : 0;
      bms.measure.chargerConnects = request.connects === false ? 0 : 1;
      bms.measure.chargerAge_us = 0;
      return report(bms.equipment.charger, request.report ?? {});
    case "partner":
      bms.measure.partnerOnline = request.online ? 1 : 0;
      bms.measure.partnerShutdown = request.shutdown === true ? 1 : 0;
      bms.measure.partnerAge_us = 0;
      return DONE;
    case "transmission":
      return report(bms.equipment.transmission, request.report);
    case "log":
      return report(bms.equipment.log, request.report);
    case "store":
      return report(bms.equipment.store, request.report);
    case "ports":
      return report(bms.equipment.ports, request.report);
    case "shunt":
      if (!Number.isFinite(request.current_A)) return refuse("the current is not a number");
      bms.measure.shunt_A = request.current_A;
      bms.measure.shuntAge_us = 0;
      return DONE;
    default:
      return unreachable(request);
  }
}

const report = (record: Record<string, number>, values: Readonly<Record<string, number | undefined>>): Answer =>
  takeReport(record, values) ? DONE : refuse("a reported value is unknown or not a number");

function set(bms: Bms, changes: Extract<Request, { kind: "set" }>["changes"]): Answer {
  const changed = changeSettings(bms.settings, changes);
  const structural = anyClosed(bms) ? named(bms, changes, changed).filter(needsOpenContactors) : [];
  if (structural.length > 0) return onlyOpen(structural);
  if (!changed.ok) return { ok: false, reason: "no setting was changed", violations: changed.violations };
  bms.settings = changed.settings;
  bms.plan = makePlan(changed.settings);
  return DONE;
}

/** What was asked for by name, and what comes along: another capacity may take another current sensor for granted. */
const named = (
  { settings }: Bms,
  changes: Extract<Request, { kind: "set" }>["changes"],
  changed: Changed,
): string[] => [
  ...new Set([
    ...Object.keys(changes),
    ...(changed.ok ? settingChanges(settings, changed.settings).map(({ name }) => name) : []),
  ]),
];

const ONLY_OPEN = "only while all contactors are open";
const onlyOpen = (settings: readonly string[]): Answer => ({
  ok: false,
  reason: `${ONLY_OPEN}: ${settings.join(", ")}`,
  violations: settings.map((setting) => ({ setting, kind: "closed", reason: `can be changed ${ONLY_OPEN}` })),
});

function override(bms: Bms, signal: InputSignalName, value: number): Answer {
  if (!Object.hasOwn(INPUT_SIGNALS, signal)) return refuse("there is no such input signal");
  const row = INPUT_SIGNALS[signal];
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    return refuse("an override is 0, 1, or 2 to 65535 for the physical input");
  bms.measure.overrides[row.number] = value > 2 ? 2 : value;
  return DONE;
}

function acknowledgeAll(bms: Bms, faults: readonly FaultName[]): Answer {
  if (faults.some((name) => !FAULT_NAMES.includes(name))) return refuse("there is no such error");
  const still = faults.filter((name) => !acknowledge(bms, name));
  return still.length === 0 ? DONE : refuse(`not healthy for long enough yet: ${still.join(", ")}`);
}

function command(bms: Bms, name: CommandName, argument: number): Answer {
  switch (name) {
    case "button":
    case "powerUp":
    case "powerDown":
    case "restart":
      requestMode(bms, name);
      return DONE;
    case "recalibrateCurrent":
      return recalibrate(bms);
    case "resetParameters":
      resetParameters(bms);
      return DONE;
    case "resetCycles":
      resetCycles(bms);
      return DONE;
    case "resetCounters":
      resetCounters(bms);
      return DONE;
    case "startCellDischarge":
      return withCell(bms, argument, (cell) => startCellDischarge(bms, cell));
    case "stopCellDischarge":
      stopCellDischarge(bms);
      return DONE;
    case "startCellAnalysis":
      return withCell(bms, argument, (cell) => startAnalysis(bms, cell));
    case "stopCellAnalysis":
      stopAnalysis(bms);
      return DONE;
    case "openMainRelease":
      releaseMain(bms);
      return DONE;
    default:
      return unreachable(name);
  }
}

function anyClosed(bms: Bms): boolean {
  const { charge, discharge, common, precharge, main } = bms.decide.contactors;
  return charge.on + discharge.on + common.on + precharge.on + main.on > 0;
}

function recalibrate(bms: Bms): Answer {
  if (anyClosed(bms)) return refuse("current may flow: open the contactors first");
  startCalibration(bms.measure);
  return DONE;
}

/** Cells count from 1 for people, from 0 inside; without an argument -1, meaning all or the default. */
function withCell(bms: Bms, argument: number, act: (cell: number) => void): Answer {
  if (argument !== -1 && !(Number.isInteger(argument) && argument >= 1 && argument <= bms.settings.battery.cells))
    return refuse(`cells are 1 to ${bms.settings.battery.cells}`);
  act(argument === -1 ? -1 : argument - 1);
  return DONE;
}

// The stage "protect": one interpreter over the fault table. An error is set when its value is beyond the limit for the
// whole set delay, and cleared when it is back beyond the tolerant value for the whole clear delay (the vendor's manual).
// While the value is not believed the condition is unknown: nothing sets, nothing clears.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { FaultRow } from "../../model/rows.ts";
import type { Bms } from "../bms.ts";
import { numberAt, type Place, resolve } from "../path.ts";
import type { Readings } from "../readings.ts";
import { createJudged, readJudged } from "./judged.ts";
import type { ProtectPlan, Rule } from "./plan.ts";
import type { FaultState, Protection } from "./protection.ts";

/** Where the rules find what they judge in the device's state. Made with the device, and again when a state is restored. */
export type FaultProbes = {
  readonly judged: Readings;
  readonly faults: readonly Probe[];
  /** 0 while an error is surely neither set nor about to be: then only its value is looked at. */
  readonly busy: Uint8Array;
  /** How many are not 0. */
  busyCount: number;
};

export type Probe = {
  readonly state: FaultState;
  readonly valid: Place | undefined;
  readonly element: Place | undefined;
};

export function makeFaultProbes(bms: Bms): FaultProbes {
  const faults = FAULT_NAMES.map((name): Probe => {
    const row: FaultRow = FAULT_ROWS[name];
    return {
      state: bms.protect.faults[name],
      valid: row.validIf === undefined ? undefined : resolve(bms, row.validIf),
      element: row.element === undefined ? undefined : resolve(bms, row.element),
    };
  });
  return { judged: createJudged(bms), faults, busy: new Uint8Array(faults.length).fill(1), busyCount: faults.length };
}

export function protect(bms: Bms, dt_us: number): void {
  if (bms.decide.mode === "standby") return; // a dark board measures nothing
  if (bms.decide.restarting === 1) releaseAll(bms);
  if (bms.decide.beginning === 1) forget(bms);
  const plan = bms.plan.protect;
  const probes = bms.probes.protect;
  const { faults, busy } = probes;
  const values = readJudged(bms, probes.judged);
  beginSummary(bms.protect);
  if (probes.busyCount === 0 && areWithin(plan, values)) return; // as in most ticks
  for (let i = nextToJudge(plan, values, busy, 0); i < faults.length; i = nextToJudge(plan, values, busy, i + 1)) {
    const rule = plan.rules[i];
    judge(bms, rule, faults[i], rule.sign * values[plan.sources[i]], dt_us);
    const before = busy[i];
    busy[i] = summarise(bms.protect, rule, faults[i].state);
    probes.busyCount += busy[i] - before;
  }
  bms.protect.anyError = bms.protect.errorCount > 0 ? 1 : 0;
}

function areWithin({ least, most }: ProtectPlan, values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] > most[i] || values[i] < least[i]) return false;
  return true;
}

/** The next rule from here that is not healthy and quiet, believed or not. In most ticks there is none. */
function nextToJudge(
  { sources, signs, limits }: ProtectPlan,
  values: Float64Array,
  busy: Uint8Array,
  from: number,
): number {
  for (let i = from; i < limits.length; i++) if (busy[i] !== 0 || signs[i] * values[sources[i]] > limits[i]) return i;
  return limits.length;
}

/** A wake is a new beginning for every delay: what lasted before the dark does not count. */
function forget(bms: Bms): void {
  for (const { state } of bms.probes.protect.faults) state.since_us = -1;
}

function judge(bms: Bms, rule: Rule, probe: Probe, value: number, dt_us: number): void {
  const state = probe.state;
  if (!rule.enable) {
    if (state.active !== 0) clear(bms, rule, state);
    state.since_us = -1;
    return;
  }
  if (state.active === 0 && state.since_us < 0 && !(value > rule.limit)) return;
  if (probe.valid !== undefined && numberAt(probe.valid) !== 1) {
    if (state.since_us >= 0) state.since_us += dt_us; // unknown: the clock stands still
    return;
  }
  if (state.active !== 0) recover(bms, rule, state, value < rule.tolerant);
  else if (value > rule.limit) violate(bms, rule, probe, value);
  else state.since_us = -1;
}

function violate(bms: Bms, rule: Rule, probe: Probe, value: number): void {
  const state = probe.state;
  if (state.since_us < 0) state.since_us = bms.time_us;
  if (bms.time_us - state.since_us >= rule.set_us) trip(bms, rule, probe, value);
}

function trip(bms: Bms, rule: Rule, probe: Probe, value: number): void {
  const state = probe.state;
  state.active = 1;
  bms.protect.active[rule.name] = 1;
  state.began_us = state.since_us;
  state.since_us = -1;
  state.tripped_us = bms.time_us;
  state.value = rule.sign * value;
  state.limit = rule.sign * rule.limit;
  state.element = probe.element === undefined ? -1 : numberAt(probe.element);
  state.opened = openedBy(bms, rule);
  state.trips++;
  bms.protect.sequence++;
}

/** Bits of the contactors that are closed now and that this rule opens. */
function openedBy({ decide: decided }: Bms, { opensCharge, opensDischarge, critical }: Rule): number {
  const { charge, discharge, common, main } = decided.contactors;
  const opensCommon =
    critical ||
    (opensCharge && decided.commonOpensOnCharge === 1) ||
    (opensDischarge && decided.commonOpensOnDischarge === 1);
  return (
    ((opensCharge || critical) && charge.on !== 0 ? 1 : 0) |
    ((opensDischarge || critical) && discharge.on !== 0 ? 2 : 0) |
    (opensCommon && common.on !== 0 ? 4 : 0) |
    (critical && main.on !== 0 ? 8 : 0)
  );
}

function recover(bms: Bms, rule: Rule, state: FaultState, healthy: boolean): void {
  if (!healthy) state.since_us = -1;
  else if (state.since_us < 0) state.since_us = bms.time_us;
  if (!rule.lock && hasCleared(bms, rule, state)) clear(bms, rule, state);
}

/** Healthy for the whole clear delay. */
const hasCleared = (bms: Bms, rule: Rule, state: FaultState): boolean =>
  state.since_us >= 0 && bms.time_us - state.since_us >= rule.clear_us;

function clear(bms: Bms, rule: Rule, state: FaultState): void {
  state.active = 0;
  bms.protect.active[rule.name] = 0;
  state.since_us = -1;
  state.cleared_us = bms.time_us;
  bms.protect.sequence++;
}

/** Releases a locked error by hand. False while it has not been healthy for its whole clear delay. */
export function acknowledge(bms: Bms, name: FaultName): boolean {
  const state = bms.protect.faults[name];
  const rule = bms.plan.protect.rules[FAULT_NAMES.indexOf(name)];
  if (state.active === 0) return true;
  if (!hasCleared(bms, rule, state)) return false;
  clear(bms, rule, state);
  return true;
}

/** A restart releases every error, locked or not, as a power cycle does. */
function releaseAll(bms: Bms): void {
  for (const rule of bms.plan.protect.rules) {
    const state = bms.protect.faults[rule.name];
    if (state.active !== 0) clear(bms, rule, state);
    state.since_us = -1;
  }
}

function beginSummary(protection: Protection): void {
  protection.anyError = 0;
  protection.errorCount = 0;
  protection.criticalError = 0;
  protection.opensCharge = 0;
  protection.opensDischarge = 0;
  protection.pendingCharge = 0;
  protection.pendingDischarge = 0;
  protection.chargeDelay_us = 0;
  protection.dischargeDelay_us = 0;
}

/** What an error that is set, or whose delay runs, adds. @returns 0 if it is neither */
function summarise(protection: Protection, rule: Rule, { active, since_us }: FaultState): number {
  if (active === 0 && since_us < 0) return 0;
  if (rule.error && active !== 0) count(protection, rule);
  else if (rule.error && rule.holdsOpen) expect(protection, rule);
  return 1;
}

/** An error that is set, in what it opens and how soon. */
function count(protection: Protection, rule: Rule): void {
  protection.errorCount++;
  if (rule.critical) protection.criticalError = 1;
  if (rule.opensCharge) {
    const first = protection.opensCharge === 0;
    protection.opensCharge = 1;
    if (first || rule.openDelay_us < protection.chargeDelay_us) protection.chargeDelay_us = rule.openDelay_us;
  }
  if (rule.opensDischarge) {
    const first = protection.opensDischarge === 0;
    protection.opensDischarge = 1;
    if (first || rule.openDelay_us < protection.dischargeDelay_us) protection.dischargeDelay_us = rule.openDelay_us;
  }
}

/** A violation whose set delay still runs: what it would open may not close meanwhile. */
function expect(protection: Protection, rule: Rule): void {
  if (rule.opensCharge || rule.critical) protection.pendingCharge = 1;
  if (rule.opensDischarge || rule.critical) protection.pendingDischarge = 1;
}

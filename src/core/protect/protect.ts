// The stage "protect": one interpreter over the fault table. An error is set when its value is beyond the limit for the
// whole set delay, and cleared when it is back beyond the tolerant value for the whole clear delay (the vendor's manual).
// While the value is not believed the condition is unknown: nothing sets, nothing clears.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { Bms } from "../bms.ts";
import { type Reader, readerOf } from "../readers.ts";
import type { Rule } from "./plan.ts";
import type { FaultState, Protection } from "./protection.ts";

/** Where a rule finds its value in the device's state. */
export type Probe = {
  readonly state: FaultState;
  readonly value: Reader;
  /** The voltage without the drop over the resistance, where the row has one; else the value. */
  readonly rest: Reader;
  readonly valid: Reader | undefined;
  readonly element: Reader | undefined;
};

export function makeProbes(bms: Bms): Probe[] {
  return bms.plan.protect.rules.map((rule) => {
    const row = FAULT_ROWS[rule.name];
    return {
      state: bms.protect.faults[rule.name],
      value: readerOf(bms, row.of),
      rest: readerOf(bms, row.ofRest ?? row.of),
      valid: row.validIf === undefined ? undefined : readerOf(bms, row.validIf),
      element: row.element === undefined ? undefined : readerOf(bms, row.element),
    };
  });
}

export function protect(bms: Bms, dt_us: number): void {
  if (bms.decide.mode === "standby") return; // a dark board measures nothing
  const { rules } = bms.plan.protect;
  if (bms.decide.restarting === 1) releaseAll(bms);
  if (bms.decide.beginning === 1) forget(bms);
  for (let i = 0; i < rules.length; i++) judge(bms, rules[i], bms.probes[i], dt_us);
  summarise(bms);
}

/** A wake is a new beginning for every delay: what lasted before the dark does not count. */
function forget(bms: Bms): void {
  for (let i = 0; i < bms.probes.length; i++) bms.probes[i].state.since_us = -1;
}

function judge(bms: Bms, rule: Rule, probe: Probe, dt_us: number): void {
  const state = probe.state;
  if (!rule.enable) {
    if (state.active !== 0) clear(bms, rule, state);
    state.since_us = -1;
    return;
  }
  const value = rule.sign * (rule.rest ? probe.rest(bms) : probe.value(bms));
  if (state.active === 0 && state.since_us < 0 && !(value > rule.limit)) return; // healthy and quiet, believed or not
  if (probe.valid !== undefined && probe.valid(bms) !== 1) {
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
  state.element = probe.element === undefined ? -1 : probe.element(bms);
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

function summarise(bms: Bms): void {
  const protection = bms.protect;
  const { rules } = bms.plan.protect;
  protection.errorCount = 0;
  protection.criticalError = 0;
  protection.opensCharge = 0;
  protection.opensDischarge = 0;
  protection.pendingCharge = 0;
  protection.pendingDischarge = 0;
  protection.chargeDelay_us = Number.MAX_SAFE_INTEGER;
  protection.dischargeDelay_us = Number.MAX_SAFE_INTEGER;
  for (let i = 0; i < rules.length; i++) {
    if (!rules[i].error) continue;
    const { active, since_us } = bms.probes[i].state;
    if (active !== 0) count(protection, rules[i]);
    else if (since_us >= 0 && rules[i].holdsOpen) expect(protection, rules[i]);
  }
  protection.anyError = protection.errorCount > 0 ? 1 : 0;
  if (protection.opensCharge === 0) protection.chargeDelay_us = 0;
  if (protection.opensDischarge === 0) protection.dischargeDelay_us = 0;
}

/** An error that is set, in what it opens and how soon. */
function count(protection: Protection, rule: Rule): void {
  protection.errorCount++;
  if (rule.critical) protection.criticalError = 1;
  if (rule.opensCharge) {
    protection.opensCharge = 1;
    if (rule.openDelay_us < protection.chargeDelay_us) protection.chargeDelay_us = rule.openDelay_us;
  }
  if (rule.opensDischarge) {
    protection.opensDischarge = 1;
    if (rule.openDelay_us < protection.dischargeDelay_us) protection.dischargeDelay_us = rule.openDelay_us;
  }
}

/** A violation whose set delay still runs: what it would open may not close meanwhile. */
function expect(protection: Protection, rule: Rule): void {
  if (rule.opensCharge || rule.critical) protection.pendingCharge = 1;
  if (rule.opensDischarge || rule.critical) protection.pendingDischarge = 1;
}

// What must hold in every tick of every run, whatever the world does to the device. Each finding is one sentence.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../src/model/faults.ts";
import { INPUT_SIGNALS } from "../src/model/input-signals.ts";
import type { Run } from "../src/sim/scenario/run.ts";

export type Watch = {
  readonly findings: string[];
  /** When an error that opens began, by contactor; -1: none is set. */
  chargeSince_us: number;
  dischargeSince_us: number;
  /** The delay that counted then; a shorter one of another error counts from when it appeared. */
  chargeDelay_us: number;
  dischargeDelay_us: number;
  criticalSince_us: number;
  commonSince_us: number;
  commonRole: number;
  frozenSince_us: number;
  readonly activeBefore: Uint8Array;
  readonly contactsBefore: Uint8Array;
  linkBefore_V: number;
  closedBefore_us: number;
  boundedTime_us: number;
  scoredTime_us: number;
};

export const createWatch = (): Watch => ({
  findings: [],
  chargeSince_us: -1,
  dischargeSince_us: -1,
  chargeDelay_us: 0,
  dischargeDelay_us: 0,
  criticalSince_us: -1,
  commonSince_us: -1,
  commonRole: 0,
  frozenSince_us: -1,
  activeBefore: new Uint8Array(FAULT_NAMES.length),
  contactsBefore: new Uint8Array(4),
  linkBefore_V: 0,
  closedBefore_us: 0,
  boundedTime_us: 0,
  scoredTime_us: 0,
});

const MOST_FINDINGS = 5;

/** Look at the run after a tick of dt_us. */
export function lookAt(watch: Watch, run: Run, dt_us: number): void {
  if (run.awake === 1) {
    openInTime(watch, run, dt_us);
    clearedInTime(watch, run);
    scoreBound(watch, run, dt_us);
    isNumber(watch, run);
  }
  neverOntoEmptyLink(watch, run);
  neverChargeFrozen(watch, run, dt_us);
}

/** What the device states is a number, and a fraction where it is one. */
function isNumber(watch: Watch, run: Run): void {
  const { soc, socBound, internalSoc, chargeLimit_A, dischargeLimit_A, resistance_Ohm, soh } = run.bms.estimate;
  const fractions = soc >= 0 && soc <= 1 && internalSoc >= 0 && internalSoc <= 1 && socBound >= 0;
  if (!fractions) find(watch, run, `state of charge ${soc} (${internalSoc}) with bound ${socBound}`);
  if (!(chargeLimit_A >= 0 && dischargeLimit_A >= 0))
    find(watch, run, `limits ${chargeLimit_A} A and ${dischargeLimit_A} A`);
  if (!(resistance_Ohm >= 0 && soh >= 0)) find(watch, run, `resistance ${resistance_Ohm} Ohm, health ${soh}`);
}

function find(watch: Watch, run: Run, sentence: string): void {
  if (watch.findings.length < MOST_FINDINGS) watch.findings.push(`${(run.time_us / 1e6).toFixed(3)} s: ${sentence}`);
}

/** An error that opens a contactor has its coil off after the configured delays and two ticks. */
function openInTime(watch: Watch, run: Run, dt_us: number): void {
  const { protect, settings, decide } = run.bms;
  const { charge, discharge, common, main } = decide.contactors;
  const chargeDelay_us = openDelay_us(settings.charge, protect.chargeDelay_us);
  const dischargeDelay_us = openDelay_us(settings.discharge, protect.dischargeDelay_us);
  if (chargeDelay_us !== watch.chargeDelay_us) watch.chargeSince_us = -1;
  if (dischargeDelay_us !== watch.dischargeDelay_us) watch.dischargeSince_us = -1;
  watch.chargeDelay_us = chargeDelay_us;
  watch.dischargeDelay_us = dischargeDelay_us;
  watch.chargeSince_us = since(watch.chargeSince_us, protect.opensCharge === 1, run.time_us);
  watch.dischargeSince_us = since(watch.dischargeSince_us, protect.opensDischarge === 1, run.time_us);
  watch.criticalSince_us = since(watch.criticalSince_us, protect.criticalError === 1, run.time_us);
  const allowed_us = (delay_us: number, breakWait_ms: number): number => delay_us + breakWait_ms * 1000 + 2 * dt_us;
  const late = (from_us: number, most_us: number): boolean => from_us >= 0 && run.time_us - from_us > most_us;
  if (charge.on === 1 && late(watch.chargeSince_us, allowed_us(chargeDelay_us, settings.charge.breakWait_ms)))
    find(watch, run, "the charging contactor is still commanded closed");
  if (
    discharge.on === 1 &&
    late(watch.dischargeSince_us, allowed_us(dischargeDelay_us, settings.discharge.breakWait_ms))
  )
    find(watch, run, "the discharging contactor is still commanded closed");
  followCommon(watch, run);
  if (
    common.on === 1 &&
    late(watch.commonSince_us, allowed_us(settings.common.stopDelay_ms * 1000, settings.common.breakWait_ms))
  )
    find(watch, run, "the common contactor is still commanded closed");
  if (charge.on + discharge.on + common.on + main.on > 0 && late(watch.criticalSince_us, 2 * dt_us))
    find(watch, run, "a contactor is commanded closed during a critical error");
}

/** What the settings promise between an error and the opening. */
function openDelay_us(
  side: { readonly withoutDelay: boolean; readonly customDelays: boolean; readonly stopDelay_ms: number },
  own_us: number,
): number {
  if (side.withoutDelay) return 0;
  return side.customDelays ? own_us : side.stopDelay_ms * 1000;
}

/**
 * An error of the kind that opens the common contactor in its role, or whose current flows against the role: written from
 * inputs and current, not from what the device makes of them.
 */
function followCommon(watch: Watch, run: Run): void {
  const { protect, settings, measure } = run.bms;
  const charging = measure.signals[CHARGER_CONNECTED] === 1 || measure.signals[CHARGE_REQUEST] === 1;
  const independent = settings.common.algorithm !== "combined";
  const known = measure.currentValid === 1;
  const byCharge = independent || charging || (known && measure.current_A > settings.chargingStatus.present_A);
  const byDischarge = independent || !charging || (known && -measure.current_A > settings.dischargingStatus.present_A);
  const forbidden = (protect.opensCharge === 1 && byCharge) || (protect.opensDischarge === 1 && byDischarge);
  const turned = Number(charging) !== watch.commonRole; // a new role has its delay anew
  watch.commonRole = Number(charging);
  watch.commonSince_us = since(turned ? -1 : watch.commonSince_us, forbidden, run.time_us);
}

const CHARGER_CONNECTED = INPUT_SIGNALS.chargerConnected.number;
const CHARGE_REQUEST = INPUT_SIGNALS.chargeRequest.number;

const since = (before_us: number, is: boolean, now_us: number): number =>
  is ? (before_us < 0 ? now_us : before_us) : -1;

/** An error is cleared only after it has been set for its clear delay at least, and a locked one only by a person. */
function clearedInTime(watch: Watch, run: Run): void {
  const { protect, settings } = run.bms;
  for (let i = 0; i < FAULT_NAMES.length; i++) {
    const name = FAULT_NAMES[i]!;
    const active = protect.active[name];
    if (watch.activeBefore[i] === 1 && active === 0) judgeClear(watch, run, name, settings.protections[name]);
    watch.activeBefore[i] = active;
  }
}

function judgeClear(watch: Watch, run: Run, name: FaultName, row: { lock: boolean; clearDelay_s: number }): void {
  const state = run.bms.protect.faults[name];
  const lasted_s = (state.cleared_us - state.tripped_us) / 1e6;
  if (row.lock) find(watch, run, `${FAULT_ROWS[name].title} is locked and was released by itself`);
  else if (lasted_s < row.clearDelay_s - 1e-6)
    find(watch, run, `${FAULT_ROWS[name].title} was cleared after ${lasted_s} s, before its ${row.clearDelay_s} s`);
  else if (!isBack(run, name))
    find(watch, run, `${FAULT_ROWS[name].title} was cleared while its limit was still broken`);
}

/** The quantity itself, at the moment of the release: back beyond the tolerant value, or healthy. */
function isBack(run: Run, name: FaultName): boolean {
  const row = FAULT_ROWS[name];
  const values = run.bms.settings.protections[name] as unknown as Readonly<Record<string, number | boolean>>;
  if (values["enable"] === false) return true;
  const at = row.of.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], run.bms);
  const value = Number(at);
  if (row.when === "true") return value === 0;
  const tolerant = Number(values[`tolerant_${row.unit}`]);
  return row.when === "above" ? value < tolerant : value > tolerant;
}

/** The path to the link closes only when the link is charged to nearly the pack's voltage. */
function neverOntoEmptyLink(watch: Watch, run: Run): void {
  const { truth, config, faults } = run.world;
  for (let k = 0; k < 4; k++) {
    const { role } = config.outputs[k]!;
    const closes =
      truth.contacts[k] === 1 && watch.contactsBefore[k] === 0 && (role === "discharge" || role === "common");
    const healthy =
      run.bms.settings.precharge.enable &&
      truth.welded[k] === 0 &&
      faults.loadShort_S + faults.linkShort_S === 0 &&
      pathCloses(run);
    if (closes && healthy && watch.linkBefore_V < 0.8 * truth.pack_V) {
      find(
        watch,
        run,
        `the ${role} contactor closed onto a link at ${watch.linkBefore_V.toFixed(1)} V of ${truth.pack_V.toFixed(1)} V`,
      );
    }
    watch.contactsBefore[k] = truth.contacts[k]!;
  }
  watch.linkBefore_V = truth.link_V;
}

/** The main contactor conducts and the fuse is whole: closing would really connect the link. */
function pathCloses(run: Run): boolean {
  const { truth, config } = run.world;
  const main = config.outputs.findIndex(({ role }) => role === "main");
  return truth.fuseBlown === 0 && (main < 0 || truth.contacts[main] === 1);
}

/**
 * A cell under the lower charge temperature is not charged for longer than trip and opening take: by a charger through
 * the charging contactor; by a load that feeds back, for as long as "Unallowable charging" lets it.
 */
function neverChargeFrozen(watch: Watch, run: Run, dt_us: number): void {
  const { truth } = run.world;
  const { settings } = run.bms;
  const { lowTemperatureCharge, unallowableCharging } = settings.protections;
  const shared = settings.common.enable; // it opens for any charging, whoever charges
  const byCharger = truth.chargerCurrent_A > truth.current_A / 2 || shared;
  const least_A = byCharger ? settings.chargingStatus.present_A : run.bms.plan.decide.conducts_A;
  const frozen =
    coldest_degC(run) < lowTemperatureCharge.limit_degC - TOLERANCE_K && truth.current_A > least_A + SENSOR_ERROR_A;
  const honest =
    truth.welded.every((welded) => welded === 0) &&
    run.world.activeFaults.every(({ kind }) => !BLINDING.includes(kind));
  watch.frozenSince_us = since(watch.frozenSince_us, frozen && honest, run.time_us);
  const delay_ms = byCharger ? lowTemperatureCharge.setDelay_ms : unallowableCharging.setDelay_ms;
  const side = shared ? settings.common : settings.charge;
  const opening_ms = side.stopDelay_ms + side.breakWait_ms;
  const allowed_us = (delay_ms + opening_ms) * 1000 + SMOOTHING_us + 3 * dt_us;
  if (watch.frozenSince_us >= 0 && run.time_us - watch.frozenSince_us > allowed_us)
    find(
      watch,
      run,
      `cells at ${coldest_degC(run).toFixed(1)} °C are being charged with ${truth.current_A.toFixed(1)} A`,
    );
}

/** By so much a healthy sensor may read under the truth. */
const SENSOR_ERROR_A = 1;
/** Until a smoothed thermistor and a contactor have followed. */
const SMOOTHING_us = 4_000_000;
/** Thermistors err by some tenths, and sit at three of the cells. */
const TOLERANCE_K = 1.5;
/** Faults after which the device cannot know the temperature, or cannot end the current. */
const BLINDING: readonly string[] = ["thermistorOffset", "contactorWelded", "feedbackShorted"];

function coldest_degC(run: Run): number {
  const { truth } = run.world;
  let coldest = truth.temperature_degC[0]!;
  for (let k = 1; k < truth.cells; k++) coldest = Math.min(coldest, truth.temperature_degC[k]!);
  return coldest;
}

/** Faults that make a device err as a matter of course: a wrong reading that looks healthy, a cell that changes. */
const MISLEADING: readonly string[] = [
  "cellLeak",
  "cellCapacityLoss",
  "cellReversed",
  "cellReadingOffset",
  "cellReadingStuck",
  "cellResistance",
  "hallOffset",
  "hallGain",
  "hallFrozen",
  "senseWiresSwapped",
  "thermistorOffset",
  "frontEndNoise",
  "senseWireOpen",
];

function scoreBound(watch: Watch, run: Run, dt_us: number): void {
  const { estimate } = run.bms;
  if (estimate.started !== 1 || run.world.activeFaults.some(({ kind }) => MISLEADING.includes(kind))) return;
  watch.scoredTime_us += dt_us;
  if (Math.abs(estimate.internalSoc - run.scene.soc) <= estimate.socBound) watch.boundedTime_us += dt_us;
}

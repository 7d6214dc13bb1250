// Counters of the battery's life (vendor's state page "Service", and Annex VII of the battery regulation (EU) 2023/1542),
// each second: times, charges, extremes, and what was measured of health. Commands that reset anything do not reach them.

import { INPUT_SIGNALS } from "../../model/input-signals.ts";
import { classOf, SOC_BORDERS, TEMPERATURE_BORDERS_degC } from "../../model/life-classes.ts";
import type { Bms } from "../bms.ts";
import { type Estimated, STATE } from "./estimated.ts";
import { followRoundTrip } from "./round-trip.ts";
import { followSelfDischarge } from "./self-discharge.ts";

/** Less than this part of the capacity is no charge but a braking vehicle. */
const LEAST_CHARGE = 0.01;
const CHARGER = INPUT_SIGNALS.chargerConnected.number;

export function countLife(bms: Bms, elapsed_s: number): void {
  const { estimate, measure } = bms;
  estimate.uptime_s += elapsed_s;
  estimate.operating_s += elapsed_s;
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) estimate.correctionAge_s[cell] += elapsed_s;
  if (measure.signals[CHARGER] === 1 || estimate.state === STATE.charging) estimate.chargeMode_s += elapsed_s;
  meanCurrents(estimate, measure.current_A, elapsed_s);
  if (measure.temperatureValid === 1) countHeat(bms, elapsed_s);
  if (measure.cellsValid === 1) {
    if (measure.minCell_V < estimate.minEverCell_V) estimate.minEverCell_V = measure.minCell_V;
    if (measure.maxCell_V > estimate.maxEverCell_V) estimate.maxEverCell_V = measure.maxCell_V;
  }
  if (measure.chargerFaulty === 1 && estimate.observer.chargerWasFaulty === 0) estimate.chargerFaults++;
  estimate.observer.chargerWasFaulty = measure.chargerFaulty;
  if (hasChargeEnded(estimate.state)) endCharge(bms);
  if (estimate.started === 1) estimate.life.soc_s[classOf(SOC_BORDERS, estimate.internalSoc)] += elapsed_s;
  countFullCycles(bms);
  rememberHealth(bms);
  followRoundTrip(bms, elapsed_s);
  followSelfDischarge(bms, elapsed_s);
}

function meanCurrents(estimate: Estimated, current_A: number, elapsed_s: number): void {
  if (estimate.state === STATE.charging) {
    estimate.receiving_s += elapsed_s;
    estimate.meanCharge_A += ((current_A - estimate.meanCharge_A) * elapsed_s) / estimate.receiving_s;
  } else if (estimate.state === STATE.discharging) {
    estimate.supplying_s += elapsed_s;
    estimate.meanDischarge_A += ((-current_A - estimate.meanDischarge_A) * elapsed_s) / estimate.supplying_s;
  }
}

function countHeat(bms: Bms, elapsed_s: number): void {
  const { estimate, measure } = bms;
  const { minTemperature_degC: coldest, maxTemperature_degC: hottest } = measure;
  estimate.meanTemperature_degC +=
    (((coldest + hottest) / 2 - estimate.meanTemperature_degC) * elapsed_s) / estimate.operating_s;
  if (coldest < estimate.minEver_degC) estimate.minEver_degC = coldest;
  if (hottest > estimate.maxEver_degC) estimate.maxEver_degC = hottest;
  if (hottest > bms.plan.estimate.hot_degC) estimate.hot_s += elapsed_s;
  if (coldest < bms.plan.estimate.cold_degC) estimate.cold_s += elapsed_s;
  const { life } = estimate;
  life.temperature_s[classOf(TEMPERATURE_BORDERS_degC, (coldest + hottest) / 2)] += elapsed_s;
  if (estimate.state !== STATE.charging) return;
  if (hottest > bms.plan.estimate.hot_degC) life.chargingHot_s += elapsed_s;
  if (coldest < bms.plan.estimate.cold_degC) life.chargingCold_s += elapsed_s;
}

/** A full cycle is a charge and a discharge of the capacity, in one go or in parts. */
function countFullCycles(bms: Bms): void {
  const { life, lifetimeCharged_Ah, lifetimeDischarged_Ah } = bms.estimate;
  const through_Ah = lifetimeCharged_Ah + lifetimeDischarged_Ah;
  if (through_Ah > life.counted_Ah)
    life.fullCycles += (through_Ah - life.counted_Ah) / (2 * bms.plan.estimate.capacity_Ah);
  life.counted_Ah = through_Ah;
}

/** What has been measured, apart from the estimates, which a command or another nominal value sets back. */
function rememberHealth(bms: Bms): void {
  const { estimate } = bms;
  const { life } = estimate;
  const { cells, capacity_Ah } = bms.plan.estimate;
  if (estimate.effectiveCapacity_Ah !== 0 && estimate.effectiveCapacity_Ah !== capacity_Ah)
    life.capacity_Ah = estimate.effectiveCapacity_Ah;
  for (let cell = 0; cell < cells; cell++) if (estimate.observer.steps[cell] === 0) return;
  if (estimate.resistance_Ohm > 0) life.resistance_Ohm = estimate.resistance_Ohm;
}

const hasChargeEnded = (state: number): boolean =>
  state === STATE.discharging || state === STATE.relaxedCharged || state === STATE.relaxedDischarged;

/** A charge ends when the battery is discharged again or has relaxed; balancing during it and until then counts. */
function endCharge(bms: Bms): void {
  const { estimate } = bms;
  const o = estimate.observer;
  if (o.chargeCarried_Ah >= LEAST_CHARGE * bms.plan.estimate.capacity_Ah) {
    estimate.charges++;
    if (o.chargeBalanced === 1) {
      estimate.chargesWithBalancing++;
      estimate.lastChargeWithBalancing_s = estimate.operating_s;
    } else {
      estimate.chargesWithoutBalancing++;
      estimate.lastChargeWithoutBalancing_s = estimate.operating_s;
    }
  }
  o.chargeCarried_Ah = 0;
  o.chargeBalanced = 0;
}

// Round-trip efficiency: energy that came out over energy that went in, from one full battery to the next, once at least
// four fifths of the capacity have come out in between. It is the ratio of the mean voltages (which an offset of the current
// sensor leaves alone) times the ratio of the charges (which it does not: there the count and what is known of the chemistry
// are weighed by their doubts). How and why: docs/battery-record.md.

import type { Bms } from "../bms.ts";
import type { EstimatePlan } from "./plan.ts";
import type { ServiceLife } from "./service-life.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** Charge that must have come out in between, as a part of the capacity. */
const LEAST_DEPTH = 0.8;
/** A round trip that takes longer tells of storage, not of efficiency. */
const LONGEST_s = 30 * 86_400;
const FULL_ANCHOR = 1;
const FULL = 0.9995;
/** A battery below this has left the state of being full. */
const LEFT = 0.98;
/** How alike two full batteries are, one standard deviation, as a part of the capacity. */
const FULL_DOUBT = 0.01;
/** Doubts, one standard deviation: of the charge that the chemistry returns, and of the ratio of the mean voltages. */
const RETURN_DOUBT = 0.01;
const RATIO_DOUBT = 0.003;

/** Each second. */
export function followRoundTrip(bms: Bms, elapsed_s: number): void {
  const { estimate } = bms;
  const { life } = estimate;
  life.trip_s += elapsed_s;
  if (estimate.countedFromFull === 0 || life.trip_s > LONGEST_s) life.trip = 0;
  if (estimate.started === 0) return;
  if (estimate.internalSoc < LEFT) life.full = 0;
  if (life.full === 1 || estimate.internalSoc < FULL || !isAnchored(bms)) return;
  life.full = 1;
  if (life.trip === 1) endTrip(bms);
  beginTrip(bms);
}

/** The voltage says it, not the count alone. */
function isAnchored(bms: Bms): boolean {
  const { anchor } = bms.estimate.observer;
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) if (anchor[cell] === FULL_ANCHOR) return true;
  return false;
}

function beginTrip(bms: Bms): void {
  const { estimate } = bms;
  const { life } = estimate;
  life.trip = 1;
  life.trip_s = 0;
  life.tripIn_Ah = estimate.lifetimeCharged_Ah;
  life.tripOut_Ah = estimate.lifetimeDischarged_Ah;
  life.tripIn_Wh = estimate.lifetimeReceived_Wh;
  life.tripOut_Wh = estimate.lifetimeDelivered_Wh;
  life.tripBalanced_Wh = estimate.lifetimeBalanced_Wh;
}

function endTrip(bms: Bms): void {
  const { estimate } = bms;
  const { life } = estimate;
  const plan = bms.plan.estimate;
  const in_Ah = estimate.lifetimeCharged_Ah - life.tripIn_Ah;
  const out_Ah = estimate.lifetimeDischarged_Ah - life.tripOut_Ah;
  const in_Wh = estimate.lifetimeReceived_Wh - life.tripIn_Wh;
  const out_Wh = estimate.lifetimeDelivered_Wh - life.tripOut_Wh;
  const balanced_Wh = estimate.lifetimeBalanced_Wh - life.tripBalanced_Wh;
  if (out_Ah < LEAST_DEPTH * plan.capacity_Ah || in_Ah <= 0 || in_Wh <= 0) return;
  const voltageRatio = out_Wh / out_Ah / (in_Wh / in_Ah);
  const leaked_Ah = (plan.leakPerSecond * plan.capacity_Ah + plan.board_A / 3600) * life.trip_s;
  const lost_Ah = leaked_Ah + (balanced_Wh / in_Wh) * in_Ah;
  judgeTrip(life, plan, voltageRatio, in_Ah, out_Ah, plan.efficiency - lost_Ah / in_Ah);
}

/** @param expected part of the charge that the chemistry returns, less what self-discharge, the board and balancing took */
function judgeTrip(
  life: ServiceLife,
  plan: EstimatePlan,
  voltageRatio: number,
  in_Ah: number,
  out_Ah: number,
  expected: number,
): void {
  const counted = out_Ah / in_Ah;
  const byOffset = (plan.offset_A * (life.trip_s / 3600) * (1 + counted)) / in_Ah;
  const byEnds = (FULL_DOUBT * plan.capacity_Ah) / in_Ah;
  const countWeight = 1 / (byOffset * byOffset + 2 * byEnds * byEnds);
  const weight = countWeight + 1 / (RETURN_DOUBT * RETURN_DOUBT);
  const returned = (counted * countWeight + expected / (RETURN_DOUBT * RETURN_DOUBT)) / weight;
  const efficiency = voltageRatio * returned;
  if (!(efficiency > 0.2 && efficiency < 1.05)) return; // a miscount, not an efficiency
  const doubt = Math.sqrt(1 / weight + returned * returned * RATIO_DOUBT * RATIO_DOUBT);
  life.roundTrip = efficiency < 1 ? efficiency : 1;
  life.roundTripBound = NINETY_FIVE * voltageRatio * doubt;
  if (life.roundTrips === 0) life.firstRoundTrip = life.roundTrip;
  life.roundTrips++;
}

/** Time without power belongs to the round trip. @param off_s negative: not known */
export function tripThroughOff(life: ServiceLife, off_s: number): void {
  if (off_s < 0) life.trip = 0;
  else life.trip_s += off_s;
}

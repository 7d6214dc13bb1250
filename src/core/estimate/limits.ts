// How much current the battery may take and give: the maximum times the factors of the maps, rising no faster than asked,
// and why it is not more. Zero whenever there is a reason not to charge or discharge at all.

import { interpolate, interpolateGrid } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import { LIMIT } from "./estimated.ts";
import type { LimitMap } from "./plan.ts";

/** With each set of cell voltages. @param elapsed_us since the last one */
export function limitCurrents(bms: Bms, elapsed_us: number): void {
  const { estimate, measure } = bms;
  const { charge, discharge } = bms.plan.estimate;
  estimate.maximumCharge_V = bms.plan.estimate.maximumCharge_V;
  estimate.minimumDischarge_V = bms.plan.estimate.minimumDischarge_V;
  estimate.maximumCharge_A = charge.maximum_A;
  estimate.maximumDischarge_A = discharge.maximum_A;
  const before_A = estimate.chargeLimit_A;
  const refused = refusal(bms, bms.protect.opensCharge, bms.decide.readyToCharge, isChargeOpen(bms));
  if (refused !== 0) setCharge(bms, 0, refused, -1);
  else {
    chargeByMap(bms, charge);
    holdRise(bms, charge, before_A, elapsed_us, true);
  }
  const gave_A = estimate.dischargeLimit_A;
  const denied = refusal(bms, bms.protect.opensDischarge, bms.decide.readyToDischarge, isDischargeOpen(bms));
  if (denied !== 0) setDischarge(bms, 0, denied, -1);
  else {
    dischargeByMap(bms, discharge);
    holdRise(bms, discharge, gave_A, elapsed_us, false);
  }
  estimate.chargeExcess_A = excess(charge, measure.chargeCurrent_A, estimate.chargeLimit_A);
  estimate.dischargeExcess_A = excess(discharge, measure.dischargeCurrent_A, estimate.dischargeLimit_A);
}

/**
 * What flows above the limit. In region 2, above the threshold, a part of the limit is allowed instead of amperes: the
 * excess is given as if in region 1, so that one limit of the error judges both.
 */
function excess(map: LimitMap, current_A: number, limit_A: number): number {
  if (!map.enable || current_A <= limit_A) return 0;
  const over_A = current_A - limit_A;
  if (limit_A <= map.regionThreshold_A) return over_A;
  const shifted_A = over_A - map.regionRelative * limit_A + map.allowed_A;
  return shifted_A > 0 ? shifted_A : 0;
}

/** Why there is no current at all, a code of LIMIT_REASONS; 0: nothing stands against it. */
function refusal(bms: Bms, error: number, ready: number, open: boolean): number {
  const { measure } = bms;
  if (measure.cellsValid === 0 || measure.temperatureValid === 0 || measure.currentValid === 0)
    return LIMIT.notBelieved;
  if (error === 1 || bms.protect.criticalError === 1) return LIMIT.error;
  if (measure.ready === 0 || ready === 0 || bms.estimate.started === 0) return LIMIT.notReady;
  return open ? LIMIT.open : 0;
}

function isChargeOpen(bms: Bms): boolean {
  const { hasChargeContactor, hasCommonContactor } = bms.plan.estimate;
  const { charge, common } = bms.decide.contactors;
  return (hasChargeContactor && charge.closed === 0) || (hasCommonContactor && common.closed === 0);
}

function isDischargeOpen(bms: Bms): boolean {
  const { hasDischargeContactor, hasCommonContactor } = bms.plan.estimate;
  const { discharge, common } = bms.decide.contactors;
  return (hasDischargeContactor && discharge.closed === 0) || (hasCommonContactor && common.closed === 0);
}

function setCharge(bms: Bms, limit_A: number, reason: number, cell: number): void {
  bms.estimate.chargeLimit_A = limit_A;
  bms.estimate.chargeLimitReason = reason;
  bms.estimate.chargeLimitCell = cell;
}

function setDischarge(bms: Bms, limit_A: number, reason: number, cell: number): void {
  bms.estimate.dischargeLimit_A = limit_A;
  bms.estimate.dischargeLimitReason = reason;
  bms.estimate.dischargeLimitCell = cell;
}

function chargeByMap(bms: Bms, map: LimitMap): void {
  const { measure } = bms;
  const bySoc = map.enable && map.bySoc ? factorBySoc(bms, map) : 1;
  const byContactor = map.enable && map.byContactor ? factorByContactor(bms, map) : 1;
  const byVoltage =
    map.enable && map.byVoltage ? interpolate(map.voltageFactor.x, map.voltageFactor.y, measure.maxCell_V) : 1;
  const reason = strongest(bySoc, byContactor, byVoltage);
  const cell = reason === LIMIT.voltage ? measure.maxCell : reason === LIMIT.soc ? fullestCell(bms) : -1;
  setCharge(bms, map.maximum_A * bySoc * byContactor * byVoltage, reason, cell);
}

function dischargeByMap(bms: Bms, map: LimitMap): void {
  const { measure, estimate } = bms;
  const bySoc = map.enable && map.bySoc ? factorBySoc(bms, map) : 1;
  const byContactor = map.enable && map.byContactor ? factorByContactor(bms, map) : 1;
  const byVoltage =
    map.enable && map.byVoltage ? interpolate(map.voltageFactor.x, map.voltageFactor.y, measure.minCell_V) : 1;
  const reason = strongest(bySoc, byContactor, byVoltage);
  const cell = reason === LIMIT.voltage ? measure.minCell : reason === LIMIT.soc ? estimate.mostDischargedCell : -1;
  setDischarge(bms, map.maximum_A * bySoc * byContactor * byVoltage, reason, cell);
}

/** The coldest and the hottest cell both count. */
function factorBySoc(bms: Bms, map: LimitMap): number {
  const { x, y, z } = map.socFactor;
  const soc = bms.estimate.internalSoc;
  const cold = interpolateGrid(x, y, z, soc, bms.measure.minTemperature_degC);
  const hot = interpolateGrid(x, y, z, soc, bms.measure.maxTemperature_degC);
  return cold < hot ? cold : hot;
}

/** Without a believed thermistor on the contactor the factor is the one at the hot end. */
function factorByContactor(bms: Bms, map: LimitMap): number {
  const { x, y } = map.contactorFactor;
  if (bms.measure.contactorTemperatureValid === 0) return y[y.length - 1];
  return interpolate(x, y, bms.measure.contactorTemperature_degC);
}

function strongest(bySoc: number, byContactor: number, byVoltage: number): number {
  if (bySoc >= 1 && byContactor >= 1 && byVoltage >= 1) return LIMIT.maximum;
  if (byVoltage <= bySoc && byVoltage <= byContactor) return LIMIT.voltage;
  return bySoc <= byContactor ? LIMIT.soc : LIMIT.contactor;
}

function fullestCell(bms: Bms): number {
  const { cellSoc } = bms.estimate;
  let fullest = 0;
  for (let cell = 1; cell < bms.plan.estimate.cells; cell++) if (cellSoc[cell] > cellSoc[fullest]) fullest = cell;
  return fullest;
}

/** A limit falls at once and rises by its rate; a rate of 0 lets it rise at once too. */
function holdRise(bms: Bms, map: LimitMap, before_A: number, elapsed_us: number, charging: boolean): void {
  const limit_A = charging ? bms.estimate.chargeLimit_A : bms.estimate.dischargeLimit_A;
  const most_A = before_A + map.rate_A_per_s * elapsed_us * 1e-6;
  if (map.rate_A_per_s === 0 || limit_A <= most_A) return;
  if (charging) setCharge(bms, most_A, LIMIT.rate, -1);
  else setDischarge(bms, most_A, LIMIT.rate, -1);
}

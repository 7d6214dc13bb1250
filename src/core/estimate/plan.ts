// What the stage "estimate" needs of the settings, in the units of the tick: tables drawn out on even grids, rates per
// second, thresholds in amperes.

import {
  CURRENT_SENSOR_FAMILIES,
  CURRENT_SENSORS,
  isCurrentSensorName,
  sensitivity_V_per_A,
} from "../../model/current-sensors.ts";
import type { Curve, Grid } from "../../model/rows.ts";
import type { Settings } from "../../model/settings.ts";
import { throughOf } from "./power-state.ts";
import { basisOf } from "./response.ts";
import {
  curveOverTemperature,
  makeSurface,
  productSurface,
  rowTemperature_degC,
  type Surface,
  surfaceAt,
  surfaceOfCurve,
} from "./surface.ts";

export type LimitMap = {
  readonly enable: boolean;
  readonly maximum_A: number;
  readonly rate_A_per_s: number;
  readonly bySoc: boolean;
  readonly socFactor: Grid;
  readonly byContactor: boolean;
  readonly contactorFactor: Curve;
  readonly byVoltage: boolean;
  readonly voltageFactor: Curve;
  readonly regionThreshold_A: number;
  readonly regionRelative: number;
  /** What the error allows above the limit in region 1. */
  readonly allowed_A: number;
};

export type EstimatePlan = {
  readonly cells: number;
  readonly cellsPerTurn: number;
  /** Turns from one forecast of power to the next: small packs have time for it, and each is anew within 3.6 s as in the largest. */
  readonly turnsPerForecast: number;
  readonly method: "voltage" | "simplified" | "enhanced";
  readonly merge: "minimal" | "average" | "minMax" | "maxMin";
  readonly scaleLow: number;
  readonly scaleSpan: number;
  readonly capacity_Ah: number;
  readonly resistance_Ohm: number;
  // The cell model.
  readonly ocv_V: Surface;
  /** Integral of the rest voltage at 25 degC over state of charge, from 0: Wh per Ah. */
  readonly energy_V: Float64Array;
  readonly hysteresis_V: Surface;
  readonly hysteresisReach: number;
  readonly resistanceRatio: Surface;
  /** Resistance of the pairs, relative to the nominal ohmic one. */
  readonly fastResistance: Surface;
  readonly slowResistance: Surface;
  /** Over temperature (surface.ts, curveAt): current at which charge transfer bends, lag of diffusion. */
  readonly exchange_A: Float64Array;
  readonly diffusionLag_h: Float64Array;
  readonly diffusionTime_s: number;
  readonly capacityRatio: Curve;
  readonly fastRatio: number;
  readonly slowRatio: number;
  readonly fastTime_s: number;
  readonly slowTime_s: number;
  /** What the pairs and diffusion let through of a step, for the times of power-state.ts. */
  readonly fastThrough: Float64Array;
  readonly slowThrough: Float64Array;
  readonly lagThrough: Float64Array;
  /** The model's answer to a step of the current on the basis of response.ts. */
  readonly responseBasis: readonly [number, number, number];
  readonly efficiency: number;
  readonly leakPerSecond: number;
  /** What the model misses over temperature, what it may miss along the axis of charge, and in resistance. */
  readonly voltageError_V: Float64Array;
  readonly axisError: number;
  /** Share of the drop of late that the model misses for minutes. */
  readonly loadError: number;
  /** Over temperature: the resistance's own doubt, and that of the temperature it follows. */
  readonly dropVariance: Float64Array;
  readonly offset_A: number;
  readonly offsetVariance_A2: number;
  /** What temperature does to the zero of the current sensor, one standard deviation. */
  readonly zeroDrift_A_per_K: number;
  /** Share of the offset that still counts while every contactor is open: the device's own unmeasured draw. */
  readonly idleShare: number;
  readonly gainVariance: number;
  /** What the count may be off, as a share: the sensor's gain and the cell's capacity. */
  readonly countVariance: number;
  // Rest and anchors.
  readonly plateauLow: number;
  readonly plateauHigh: number;
  readonly presentCharge_A: number;
  readonly absentCharge_A: number;
  readonly presentDischarge_A: number;
  readonly absentDischarge_A: number;
  readonly relaxCharge_us: number;
  readonly relaxDischarge_us: number;
  readonly full_V: number;
  readonly full_A: number;
  readonly empty_V: number;
  // Corrections.
  readonly correct: boolean;
  readonly shutdown_s: number;
  readonly correction_s: number;
  // Resistance, health, limits.
  readonly measureResistance: boolean;
  readonly stabilisation_us: number;
  readonly step_A: number;
  readonly healthByCharge: boolean;
  readonly lifeCycles: number;
  readonly endOfLife: number;
  readonly balance_Ohm: number;
  /** What chargers and loads are told: battery voltages. */
  readonly maximumCharge_V: number;
  readonly minimumDischarge_V: number;
  /** The cell voltages between which the battery is used. */
  readonly dischargeEnd_V: number;
  readonly chargeEnd_V: number;
  readonly charge: LimitMap;
  readonly discharge: LimitMap;
  readonly hasChargeContactor: boolean;
  readonly hasDischargeContactor: boolean;
  readonly hasCommonContactor: boolean;
  readonly hot_degC: number;
  readonly cold_degC: number;
  /** What the board itself draws from the battery. */
  readonly board_A: number;
  readonly analyseMostDischarged: boolean;
  readonly analyseCell: number;
};

/** Unmeasured draw of the device itself that may flow with open contactors. */
const OWN_DRAW_A = 0.05;
/** A zero that warms, ages and is magnetised drifts beyond its data sheet: C/100 is what boards are measured with. */
const DRIFT_RATE = 0.01;
/** How far the learned capacity of a cell may be off, one standard deviation. */
const CAPACITY_DOUBT = 0.015;
const MONTH_s = 30 * 86_400;

/** The two maps of current alone, for whoever only asks what they would allow. */
export const planLimits = ({
  chargeMap,
  dischargeMap,
  protections,
}: Settings): Pick<EstimatePlan, "charge" | "discharge"> => ({
  charge: { ...chargeMap, allowed_A: protections.chargeCurrentLimit.limit_A },
  discharge: { ...dischargeMap, allowed_A: protections.dischargeCurrentLimit.limit_A },
});

export function planEstimate(settings: Settings): EstimatePlan {
  const { battery, socEstimation: soc, cellModel, cellAnalysis, common } = settings;
  const ocv_V = makeSurface(soc.ocv, true);
  const drift_A = Math.max(cellModel.currentOffset_A, DRIFT_RATE * battery.capacity_Ah);
  const resistanceRatio = makeSurface(cellModel.resistanceRatio, false);
  const { scaleLow, scaleHigh } = soc;
  const cellsPerTurn = battery.cells > 9 ? 2 : 1;
  return {
    cells: battery.cells,
    cellsPerTurn,
    turnsPerForecast: 2 / cellsPerTurn,
    method: soc.method,
    merge: soc.merge,
    scaleLow: soc.scale ? scaleLow : 0,
    scaleSpan: soc.scale ? Math.max(scaleHigh - scaleLow, 0.01) : 1,
    capacity_Ah: battery.capacity_Ah,
    resistance_Ohm: battery.resistance_Ohm,
    ocv_V,
    energy_V: energyOf(ocv_V),
    hysteresis_V: surfaceOfCurve(soc.hysteresis_V, soc.hysteresisRatio),
    hysteresisReach: soc.hysteresisReach,
    resistanceRatio,
    fastResistance: productSurface(cellModel.fastProfile, resistanceRatio, cellModel.fastRatio),
    slowResistance: productSurface(cellModel.slowProfile, resistanceRatio, cellModel.slowRatio),
    exchange_A: curveOverTemperature(cellModel.exchangeRate).map((rate) => rate * battery.capacity_Ah),
    diffusionLag_h: curveOverTemperature(cellModel.diffusionLag_h),
    diffusionTime_s: cellModel.diffusionTime_s,
    capacityRatio: cellModel.capacityRatio,
    fastRatio: cellModel.fastRatio,
    slowRatio: cellModel.slowRatio,
    fastTime_s: cellModel.fastTime_s,
    slowTime_s: cellModel.slowTime_s,
    fastThrough: throughOf(cellModel.fastTime_s),
    slowThrough: throughOf(cellModel.slowTime_s),
    lagThrough: throughOf(cellModel.diffusionTime_s),
    responseBasis: basisOf({ resistance_Ohm: battery.resistance_Ohm, ...cellModel }),
    efficiency: soc.coulombicEfficiency,
    leakPerSecond: cellModel.selfDischargePerMonth / MONTH_s,
    voltageError_V: curveOverTemperature(cellModel.voltageErrorRatio).map((ratio) => ratio * cellModel.voltageError_V),
    axisError: cellModel.axisError,
    loadError: cellModel.loadError,
    dropVariance: dropVarianceOf(resistanceRatio, cellModel.resistanceError),
    offset_A: cellModel.currentOffset_A,
    offsetVariance_A2: drift_A * drift_A,
    zeroDrift_A_per_K: zeroDriftOf(settings),
    idleShare: drift_A > OWN_DRAW_A ? OWN_DRAW_A / drift_A : 1,
    gainVariance: cellModel.currentGain * cellModel.currentGain + CAPACITY_DOUBT * CAPACITY_DOUBT,
    countVariance: cellModel.currentGain * cellModel.currentGain + cellModel.capacityError * cellModel.capacityError,
    ...planRest(settings),
    ...planLearning(settings),
    maximumCharge_V: settings.battery.chargeVoltage_V * settings.battery.cells,
    minimumDischarge_V: settings.battery.dischargeVoltage_V * settings.battery.cells,
    dischargeEnd_V: settings.battery.dischargeVoltage_V,
    chargeEnd_V: settings.battery.chargeVoltage_V,
    ...planLimits(settings),
    hasChargeContactor: settings.charge.enable && !common.enable,
    hasDischargeContactor: settings.discharge.enable && !common.enable,
    hasCommonContactor: common.enable,
    analyseMostDischarged: cellAnalysis.mostDischarged,
    analyseCell: cellAnalysis.cell - 1,
  };
}

function planRest(settings: Settings) {
  const { battery, socEstimation: soc, chargingStatus, dischargingStatus, socCorrection } = settings;
  return {
    plateauLow: soc.plateauLow,
    plateauHigh: soc.plateauHigh,
    presentCharge_A: chargingStatus.present_A,
    absentCharge_A: chargingStatus.absent_A,
    presentDischarge_A: dischargingStatus.present_A,
    absentDischarge_A: dischargingStatus.absent_A,
    relaxCharge_us: battery.relaxTimeCharge_s * 1e6,
    relaxDischarge_us: battery.relaxTimeDischarge_s * 1e6,
    full_V: soc.fullVoltage_V,
    full_A: soc.fullCurrentRatio * battery.capacity_Ah,
    empty_V: soc.emptyVoltage_V,
    correct: socCorrection.enable,
    shutdown_s: socCorrection.shutdownPeriod_day * 86_400,
    correction_s: socCorrection.correctionPeriod_day * 86_400,
  };
}

function planLearning(settings: Settings) {
  const { battery, resistanceEstimation, soh, balancing, protections } = settings;
  return {
    measureResistance: resistanceEstimation.enable,
    stabilisation_us: resistanceEstimation.stabilisation_s * 1e6,
    step_A: resistanceEstimation.minimumStepRatio * battery.capacity_Ah,
    healthByCharge: soh.method === "totalCharge",
    lifeCycles: soh.lifeCycles,
    endOfLife: soh.endOfLife,
    balance_Ohm: balancing.resistor_Ohm,
    hot_degC: protections.highTemperatureCharge.limit_degC,
    cold_degC: protections.lowTemperatureCharge.limit_degC,
    board_A: settings.wires.boardCurrent_A,
  };
}

/** A maker states the most of it, as three deviations. A shunt has next to none. */
function zeroDriftOf({ currentSensor, shunt }: Settings): number {
  if (shunt.enable) return 0;
  const { type, family, nominal_A, sensitivity_V } = currentSensor;
  const known = isCurrentSensorName(type) ? CURRENT_SENSORS[type] : undefined;
  const V_per_A = known === undefined ? sensitivity_V / nominal_A : sensitivity_V_per_A(known);
  return CURRENT_SENSOR_FAMILIES[known?.family ?? family].offsetDrift_V_per_kelvin / 3 / V_per_A;
}

/** How far inside and outside of a cell, and its sensor, may be apart, one standard deviation. */
const WARMTH_K = 3;

/** Resistance falls by 2 % per kelvin when warm and by 6 % in the cold. */
const dropVarianceOf = (ratio: Surface, error: number): Float64Array =>
  curveOverTemperature({ x: [25], y: [0] }).map((_, row) => {
    const degC = rowTemperature_degC(row);
    const warm = surfaceAt(ratio, 0.5, degC + WARMTH_K);
    const cold = surfaceAt(ratio, 0.5, degC - WARMTH_K);
    const byWarmth = (cold - warm) / (cold + warm);
    return error * error + byWarmth * byWarmth;
  });

/** Trapezoids over 200 steps from empty to full. */
function energyOf(ocv_V: Surface): Float64Array {
  const energy_V = new Float64Array(201);
  for (let i = 1; i <= 200; i++)
    energy_V[i] = energy_V[i - 1] + (surfaceAt(ocv_V, (i - 1) / 200, 25) + surfaceAt(ocv_V, i / 200, 25)) / 400;
  return energy_V;
}

/** Where the rest voltage is too flat to tell the charge. */
export const onPlateau = (plan: EstimatePlan, soc: number): boolean => soc > plan.plateauLow && soc < plan.plateauHigh;

/** Energy of a cell down to empty, per Ah of capacity: the integral of the rest voltage. */
export function energyAt(plan: EstimatePlan, soc: number): number {
  const at = soc <= 0 ? 0 : soc >= 1 ? 199.999999 : soc * 200;
  const index = at | 0;
  return plan.energy_V[index] + (plan.energy_V[index + 1] - plan.energy_V[index]) * (at - index);
}

// What the stage "decide" needs of the settings, in the units of the tick: microseconds, and choices as their index.

import {
  CURRENT_SENSOR_FAMILIES,
  CURRENT_SENSORS,
  isCurrentSensorName,
  sensitivity_V_per_A,
} from "../../model/current-sensors.ts";
import { INPUT_SIGNALS } from "../../model/input-signals.ts";
import type { Settings } from "../../model/settings.ts";
import { CONTROL_SETTINGS } from "../../model/settings-control.ts";
import { type OutputLine, planOutputs } from "./outputs.ts";

/** Places of the input signals in `measure.signals`. */
export const SIGNAL = {
  chargerConnected: INPUT_SIGNALS.chargerConnected.number,
  powerDown: INPUT_SIGNALS.powerDown.number,
  inhibitCharging: INPUT_SIGNALS.inhibitCharging.number,
  inhibitDischarging: INPUT_SIGNALS.inhibitDischarging.number,
  chargeFeedback: INPUT_SIGNALS.chargeFeedback.number,
  dischargeFeedback: INPUT_SIGNALS.dischargeFeedback.number,
  chargeRequest: INPUT_SIGNALS.chargeRequest.number,
  prechargeRequest: INPUT_SIGNALS.prechargeRequest.number,
  dischargeRequest: INPUT_SIGNALS.dischargeRequest.number,
  prechargeFeedback: INPUT_SIGNALS.prechargeFeedback.number,
  commonFeedback: INPUT_SIGNALS.commonFeedback.number,
  mainFeedback: INPUT_SIGNALS.mainFeedback.number,
  circuitBreaker: INPUT_SIGNALS.circuitBreaker.number,
  balancingRequest: INPUT_SIGNALS.balancingRequest.number,
  closeMain: INPUT_SIGNALS.closeMain.number,
  closeExternal1: INPUT_SIGNALS.closeExternal1.number,
} as const;

/** When a path is wanted: always, by the charger being there (or not), or by request. */
export type Algorithm = 0 | 1 | 2;
export const ALWAYS = 0,
  BY_CHARGER = 1,
  ON_REQUEST = 2;

export type PathPlan = {
  readonly fitted: boolean;
  readonly algorithm: number;
  readonly onlyWhenReady: boolean;
  readonly start_us: number;
  readonly stop_us: number;
  readonly precharge: boolean;
  readonly customDelays: boolean;
  readonly withoutDelay: boolean;
  readonly break_A: number;
  readonly breakWait_us: number;
};

/** Thresholds of a current that counts as flowing, and of a voltage with room for charge or with charge left. */
export type StatusPlan = {
  readonly present_A: number;
  readonly absent_A: number;
  readonly clearReady_V: number;
  readonly setReady_V: number;
  readonly errorsClearReady: boolean;
};

export type DecidePlan = {
  readonly cells: number;
  readonly charge: PathPlan;
  readonly discharge: PathPlan;
  readonly common: PathPlan;
  readonly charging: StatusPlan;
  readonly discharging: StatusPlan;
  /** A current above this flows for certain: more than the sensor may err. It follows the sensor, not the battery. */
  readonly conducts_A: number;
  /** What the device itself may feed (heater, cooler, auxiliary loads) without accusing a contactor. */
  readonly selfFed_A: number;
  readonly recharge_us: number;
  readonly ignoreDischarge: boolean;
  readonly feedback: {
    readonly delay_us: number;
    readonly charge: boolean;
    readonly discharge: boolean;
    readonly precharge: boolean;
    readonly common: boolean;
    readonly main: boolean;
  };
  readonly precharge: PrechargePlan;
  readonly main: {
    readonly fitted: boolean;
    readonly algorithm: number;
    readonly openDelay_us: number;
    readonly keepOpen: boolean;
  };
  readonly power: PowerPlan;
  readonly balancing: BalancingPlan;
  readonly heater: HeatPlan;
  readonly cooler: HeatPlan;
  readonly auxiliary: Settings["dischargingAux"];
  readonly outputs: readonly OutputLine[];
};

export type PrechargePlan = {
  readonly enabled: boolean;
  readonly enhanced: boolean;
  readonly time_us: number;
  readonly overlap_us: number;
  readonly threshold_A: number;
  readonly measureDelay_us: number;
  readonly untilFinished: boolean;
  readonly finishOnNegative: boolean;
  /** A discharge current smaller than this is taken for none. */
  readonly negative_A: number;
  readonly resistor_Ohm: number;
  readonly capacitance_F: number;
  readonly energyLimit_J: number;
  readonly cooling_us: number;
  readonly tries: number;
  readonly retry_us: number;
};

export type PowerPlan = {
  readonly automatic: boolean;
  readonly minimum_V: number;
  readonly lowVoltage_us: number;
  /** 0: never. */
  readonly idle_us: number;
  readonly buttonHold_us: number;
  readonly buttonOff_us: number;
  readonly startAtPower: boolean;
  readonly forceOpen_us: number;
  /** 0: never. */
  readonly serviceReset_us: number;
  readonly resetsPerDay: number;
};

export type BalancingPlan = {
  readonly enabled: boolean;
  /** Index of the rule: 0 on charge, 1 on charge or relaxed, 2 always. */
  readonly rule: number;
  readonly onRequest: boolean;
  readonly start_V: number;
  readonly startDeviation_V: number;
  readonly stopDeviation_V: number;
  readonly forced_V: number;
  /** Cell discharging by command ends here: the cell holds no charge to give away. */
  readonly floor_V: number;
  readonly heatSinkLimit_degC: number;
};

/** `on_degC` starts it, `off_degC` ends it; `sign` is -1 for the heater, which works below its limit. */
export type HeatPlan = {
  readonly fitted: boolean;
  readonly on_degC: number;
  readonly off_degC: number;
  readonly start_us: number;
  readonly stop_us: number;
  readonly offOnErrors: boolean;
};

const HOUR_us = 3_600_000_000;
const us = (value_ms: number): number => Math.round(value_ms * 1000);
const indexIn = (choices: readonly string[], choice: string): number => choices.indexOf(choice);

export function planDecide(settings: Settings): DecidePlan {
  const { charge, discharge, common } = settings;
  const rows = CONTROL_SETTINGS;
  return {
    cells: settings.battery.cells,
    charge: {
      ...planPath(charge),
      fitted: charge.enable && !common.enable,
      algorithm: indexIn(rows.charge.rows.algorithm.choices, charge.algorithm),
      onlyWhenReady: charge.onlyWhenReady,
      customDelays: charge.customDelays,
      withoutDelay: charge.withoutDelay,
    },
    discharge: {
      ...planPath(discharge),
      fitted: discharge.enable && !common.enable,
      algorithm: indexIn(rows.discharge.rows.algorithm.choices, discharge.algorithm),
      onlyWhenReady: discharge.onlyWhenReady,
      customDelays: discharge.customDelays,
      withoutDelay: discharge.withoutDelay,
    },
    common: {
      ...planPath(common),
      fitted: common.enable,
      algorithm: indexIn(rows.common.rows.algorithm.choices, common.algorithm),
      onlyWhenReady: false,
      customDelays: false,
      withoutDelay: false,
    },
    charging: planStatus(settings.chargingStatus),
    discharging: planStatus(settings.dischargingStatus),
    conducts_A: conduction_A(settings),
    selfFed_A: Math.min(SELF_FED_C * settings.battery.capacity_Ah, SELF_FED_MOST_A),
    recharge_us: Math.round(settings.chargingStatus.rechargeDelay_min * 60e6),
    ignoreDischarge: settings.chargingStatus.ignoreDischarge,
    feedback: planFeedback(settings.feedback),
    precharge: planPrecharge(settings),
    main: {
      fitted: settings.main.enable,
      algorithm: indexIn(rows.main.rows.mode.choices, settings.main.mode),
      openDelay_us: Math.round(settings.main.openDelay_s * 1e6),
      keepOpen: settings.main.keepOpen,
    },
    power: planPower(settings),
    balancing: planBalancing(settings),
    heater: { ...planHeat(settings.heater), on_degC: settings.heater.minimum_degC },
    cooler: { ...planHeat(settings.cooler), on_degC: settings.cooler.maximum_degC },
    auxiliary: { ...settings.dischargingAux },
    outputs: planOutputs(settings),
  };
}

/** From the calibration of its zero a sensor may warm or cool by so much. */
const WARMING_K = 40;
/** Less than this part of its nominal current no sensor is trusted to tell from none. */
const LEAST_PART = 0.02;
/** A shunt on the bus has no zero that wanders; yet less than this is no proof. */
const LEAST_SHUNT_A = 0.5;
const SELF_FED_C = 0.2;
const SELF_FED_MOST_A = 30;

/** What a current must exceed to prove that a contactor conducts, A: the drift of the sensor's zero by its sheet. */
function conduction_A({ currentSensor, shunt }: Settings): number {
  if (shunt.enable) return Math.max(LEAST_SHUNT_A, shunt.zeroThreshold_A);
  const { type } = currentSensor;
  if (!isCurrentSensorName(type)) return LEAST_PART * currentSensor.nominal_A;
  const sensor = CURRENT_SENSORS[type];
  const drift_V = WARMING_K * CURRENT_SENSOR_FAMILIES[sensor.family].offsetDrift_V_per_kelvin;
  return Math.max(drift_V / sensitivity_V_per_A(sensor), LEAST_PART * sensor.nominal_A);
}

type PathSettings = {
  readonly precharge: boolean;
  readonly startDelay_ms: number;
  readonly stopDelay_ms: number;
  readonly breakCurrent_A: number;
  readonly breakWait_ms: number;
};
const planPath = (
  path: PathSettings,
): Pick<PathPlan, "start_us" | "stop_us" | "precharge" | "break_A" | "breakWait_us"> => ({
  start_us: us(path.startDelay_ms),
  stop_us: us(path.stopDelay_ms),
  precharge: path.precharge,
  break_A: path.breakCurrent_A,
  breakWait_us: us(path.breakWait_ms),
});

const planStatus = ({ present_A, absent_A, clearReady_V, setReady_V, errorsClearReady }: StatusPlan): StatusPlan => ({
  present_A,
  absent_A,
  clearReady_V,
  setReady_V,
  errorsClearReady,
});

function planFeedback(feedback: Settings["feedback"]): DecidePlan["feedback"] {
  const assigned: readonly string[] = [
    feedback.assignment1,
    feedback.assignment2,
    feedback.assignment3,
    feedback.assignment4,
  ];
  return {
    delay_us: us(feedback.delay_ms),
    charge: assigned.includes("chargeFeedback"),
    discharge: assigned.includes("dischargeFeedback"),
    precharge: assigned.includes("prechargeFeedback"),
    common: assigned.includes("commonFeedback"),
    main: assigned.includes("mainFeedback"),
  };
}

function planPrecharge({ precharge, currentSensor }: Settings): PrechargePlan {
  return {
    enabled: precharge.enable,
    enhanced: precharge.mode === "enhanced",
    time_us: us(precharge.time_ms),
    overlap_us: us(precharge.overlap_ms),
    threshold_A: precharge.threshold_A,
    measureDelay_us: us(precharge.measureDelay_ms),
    untilFinished: precharge.untilFinished,
    finishOnNegative: precharge.finishOnNegative,
    negative_A: currentSensor.zeroThreshold_A,
    resistor_Ohm: precharge.resistor_Ohm,
    capacitance_F: precharge.capacitance_F,
    energyLimit_J: precharge.energyLimit_J,
    cooling_us: precharge.cooling_s * 1e6,
    tries: precharge.tries,
    retry_us: Math.round(precharge.retryDelay_s * 1e6),
  };
}

function planPower({ powerDown, reset }: Settings): PowerPlan {
  return {
    automatic: powerDown.enable,
    minimum_V: powerDown.minimum_V,
    lowVoltage_us: Math.round(powerDown.lowVoltageTime_s * 1e6),
    idle_us: Math.round(powerDown.idleTime_h * HOUR_us),
    buttonHold_us: us(powerDown.buttonHold_ms),
    buttonOff_us: us(powerDown.buttonOff_ms),
    startAtPower: powerDown.startAtPower,
    forceOpen_us: Math.round(powerDown.forceOpenAfter_s * 1e6),
    serviceReset_us: reset.enable ? reset.period_h * HOUR_us : 0,
    resetsPerDay: reset.maximumPerDay,
  };
}

function planBalancing({ balancing, dischargingStatus }: Settings): BalancingPlan {
  return {
    enabled: balancing.enable,
    rule: indexIn(CONTROL_SETTINGS.balancing.rows.rule.choices, balancing.rule),
    onRequest: balancing.condition === "onRequest",
    start_V: balancing.start_V,
    startDeviation_V: balancing.startDeviation_V,
    stopDeviation_V: balancing.stopDeviation_V,
    forced_V: balancing.forced_V,
    floor_V: dischargingStatus.clearReady_V,
    heatSinkLimit_degC: balancing.heatSinkLimit_degC,
  };
}

const planHeat = (heat: Settings["heater"] | Settings["cooler"]): Omit<HeatPlan, "on_degC"> => ({
  fitted: heat.enable,
  off_degC: heat.tolerant_degC,
  start_us: us(heat.startDelay_ms),
  stop_us: us(heat.stopDelay_ms),
  offOnErrors: heat.offOnErrors,
});

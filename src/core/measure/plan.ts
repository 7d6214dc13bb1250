// What the stage "measure" needs of the settings, in the units of the tick: tables, factors, limits, assignments.

import {
  CHANNEL_AGREEMENT,
  CURRENT_MAX_A,
  CURRENT_SENSOR_FAMILIES,
  CURRENT_SENSOR_NAMES,
  CURRENT_SENSORS,
  type CurrentSensor,
  type CurrentSensorFamily,
  customSensor,
  FINE_CHANNEL_LEAVE,
  FINE_CHANNEL_RETURN,
  isCurrentSensorName,
} from "../../model/current-sensors.ts";
import { INPUT_SIGNALS, type InputSignalName } from "../../model/input-signals.ts";
import type { Settings } from "../../model/settings.ts";
import { dividerRatio, OPEN_ABOVE_RATIO, temperatureTable } from "../../model/thermistors.ts";
import { CELL_INPUTS, THERMISTOR_INPUTS } from "../sensors.ts";

export type CellsPlan = {
  readonly cells: number;
  readonly stale_us: number;
  /** What the board's own current drops over the wires of the first and last cell. */
  readonly firstDrop_V: number;
  readonly lastDrop_V: number;
  readonly missing_V: number;
  readonly jump_V: number;
  readonly bySupply: boolean;
  readonly wireTestPeriod_us: number;
  readonly wireThreshold_V: number;
};

/** What a thermistor is for; the index is the code in `uses`. */
export const USES = ["none", "cells", "contactor", "ambient"] as const;

export type TemperaturePlan = {
  readonly cells: number;
  readonly table: Float64Array;
  readonly openRatio: number;
  readonly shortRatio: number;
  readonly timeConstant_us: number;
  readonly uses: Uint8Array;
  /** Number of thermistors on cells; for each cell their inputs, the nearest first. */
  readonly onCells: number;
  readonly nearest: Uint8Array;
};

export type CurrentPlan = {
  /** 1 + index of the type; a zero belongs to one type only. */
  readonly sensor: number;
  /** Outputs that scale with the supply, and no reference; with a coarse channel on the second pin, or without one. */
  readonly scaled: boolean;
  readonly dual: boolean;
  /** The reference follows half the supply. */
  readonly ratiometric: boolean;
  /** Signed: an inverted sensor has negative ones. The second belongs to the coarse channel. */
  readonly factor_A_per_V: number;
  readonly coarseFactor_A_per_V: number;
  readonly range_A: number;
  readonly fineRange_A: number;
  readonly leave_A: number;
  readonly return_A: number;
  readonly difference_A: number;
  readonly outputMin_V: number;
  readonly outputMax_V: number;
  readonly reference_V: number;
  readonly referenceTolerance_V: number;
  readonly calibrate: boolean;
  readonly calibrationTime_us: number;
  readonly zeroLimit_V: number;
  /** A zero off by this is drift to follow; off by the limit it is no drift but a current. */
  readonly driftNoticed_V: number;
  readonly driftLimit_V: number;
  /** Every contactor of a path has a feedback, so that their silence proves that no current flows. */
  readonly vouched: boolean;
  readonly frozenAfter_us: number;
};

export type ShuntPlan = {
  readonly enable: boolean;
  readonly sign: number;
  readonly timeout_us: number;
  readonly meanThreshold_A: number;
  readonly zeroThreshold_A: number;
};

export type InputsPlan = {
  /** Number of the signal on each input, -1 for none; 1 where an open contact counts as on. */
  readonly inputSignal: Int8Array;
  readonly inputInverted: Uint8Array;
  readonly feedbackSignal: Int8Array;
  readonly feedbackInverted: Uint8Array;
  readonly chargerConnects: boolean;
  readonly chargerTimeout_us: number;
  readonly partnerTimeout_us: number;
  readonly partnerExpected: boolean;
  readonly chargerExpected: boolean;
};

export type MeasurePlan = {
  readonly cells: CellsPlan;
  readonly temperature: TemperaturePlan;
  readonly current: CurrentPlan;
  readonly shunt: ShuntPlan;
  readonly inputs: InputsPlan;
};

export const planMeasure = (settings: Settings): MeasurePlan => ({
  cells: planCells(settings),
  temperature: planTemperature(settings),
  current: planCurrent(settings),
  shunt: planShunt(settings),
  inputs: planInputs(settings),
});

function planCells({ battery, wires, cellWiring }: Settings): CellsPlan {
  return {
    cells: battery.cells,
    stale_us: cellWiring.staleAfter_ms * 1000,
    firstDrop_V: wires.first_Ohm * wires.boardCurrent_A,
    lastDrop_V: wires.last_Ohm * wires.boardCurrent_A,
    missing_V: cellWiring.missing_V,
    jump_V: cellWiring.jump_V,
    bySupply: battery.voltageMethod === "supply",
    wireTestPeriod_us: Math.round(cellWiring.openWirePeriod_s * 1e6),
    wireThreshold_V: cellWiring.openWireThreshold_V,
  };
}

function planTemperature({ battery, thermistors }: Settings): TemperaturePlan {
  const { use1, use2, use3, use4, use5, use6 } = thermistors;
  const uses = Uint8Array.from([use1, use2, use3, use4, use5, use6], (use) => USES.indexOf(use));
  const inputs = Array.from(uses.keys()).filter((input) => uses[input] === USES.indexOf("cells"));
  return {
    cells: battery.cells,
    table: temperatureTable(thermistors.type),
    openRatio: Math.min(dividerRatio(thermistors.openAbove_Ohm), OPEN_ABOVE_RATIO),
    shortRatio: dividerRatio(thermistors.shortBelow_Ohm),
    timeConstant_us: thermistors.timeConstant_s * 1e6,
    uses,
    onCells: inputs.length,
    nearest: nearestThermistors(battery.cells, inputs),
  };
}

/** For each cell all thermistors on cells, nearest first; n of them sit in the middles of n equal parts of the stack. */
function nearestThermistors(cells: number, inputs: readonly number[]): Uint8Array {
  const nearest = new Uint8Array(CELL_INPUTS * THERMISTOR_INPUTS);
  for (let cell = 0; cell < cells; cell++) {
    const distance = (order: number): number => Math.abs((2 * cell + 1) * inputs.length - (2 * order + 1) * cells);
    const order = inputs.map((_, i) => i).sort((a, b) => distance(a) - distance(b) || a - b);
    for (let i = 0; i < order.length; i++) nearest[cell * inputs.length + i] = inputs[order[i]];
  }
  return nearest;
}

const CUSTOM_REFERENCE_TOLERANCE_V = 1; // references of 1.65 V and 2.5 V are both common; 0 V is a lost wire
const REFERENCE_MARGIN = 4; // times the sensor's tolerance: drift and our own converter; beyond, the wire is off
const DRIFT_kelvin = 40; // as much as a sensor beside a busbar warms between two rests
const CLAMP_MARGIN_V = 0.02; // noise on a saturated output must not look like a broken one

const PATHS = [
  ["charging", "chargeFeedback"],
  ["discharging", "dischargeFeedback"],
  ["precharging", "prechargeFeedback"],
  ["common", "commonFeedback"],
] as const;

/** Whether each contactor that can let current through tells where it stands. */
function isVouched({ mosfets, feedback }: Settings): boolean {
  const outputs: readonly string[] = [
    mosfets.assignment1,
    mosfets.assignment2,
    mosfets.assignment3,
    mosfets.assignment4,
  ];
  const { assignment1, assignment2, assignment3, assignment4 } = feedback;
  const told: readonly string[] = [assignment1, assignment2, assignment3, assignment4];
  const paths = PATHS.filter(([output]) => outputs.includes(output));
  return paths.length > 0 && paths.every(([, signal]) => told.includes(signal));
}

/** Swing the output surely has before it saturates: a range beyond would never be seen to be left. */
const reach_V = (family: CurrentSensorFamily, zeroLimit_V: number): number =>
  family.outputMax_V - family.reference_V - family.referenceTolerance_V - zeroLimit_V;

function sensorCode({ type, family }: Settings["currentSensor"]): number {
  if (isCurrentSensorName(type)) return 1 + CURRENT_SENSOR_NAMES.indexOf(type);
  return 1 + CURRENT_SENSOR_NAMES.length + Object.keys(CURRENT_SENSOR_FAMILIES).indexOf(family);
}

function planCurrent(settings: Settings): CurrentPlan {
  const { currentSensor } = settings;
  const { type } = currentSensor;
  const known: CurrentSensor | undefined = isCurrentSensorName(type) ? CURRENT_SENSORS[type] : undefined;
  const sensor = known ?? customSensor(currentSensor.family, currentSensor.nominal_A, currentSensor.coarseRange_A);
  const family: CurrentSensorFamily = CURRENT_SENSOR_FAMILIES[sensor.family];
  const sign = currentSensor.invert ? -1 : 1;
  const fine_A = sensor.nominal_A;
  const scaled = family.reference === "dual";
  const dual = scaled && sensor.coarseRange_A > 0;
  const factor_A_per_V = (sign * fine_A) / (known ? family.gain_V : currentSensor.sensitivity_V);
  const reach_A = dual ? sensor.coarseRange_A : Math.abs(factor_A_per_V) * reach_V(family, currentSensor.zeroLimit_V);
  const customRange_A = Math.min(currentSensor.range_A, reach_A, CURRENT_MAX_A);
  const anyReference = known === undefined && family.reference === "internal";
  return {
    sensor: sensorCode(currentSensor),
    scaled,
    dual,
    ratiometric: family.reference === "ratiometric",
    factor_A_per_V,
    coarseFactor_A_per_V: dual ? (sign * sensor.coarseRange_A) / family.gain_V : 0,
    range_A: known ? (dual ? known.coarseRange_A : known.range_A) : customRange_A,
    fineRange_A: fine_A,
    leave_A: fine_A * FINE_CHANNEL_LEAVE,
    return_A: fine_A * FINE_CHANNEL_RETURN,
    difference_A: fine_A * CHANNEL_AGREEMENT,
    outputMin_V: family.outputMin_V - CLAMP_MARGIN_V,
    outputMax_V: family.outputMax_V + CLAMP_MARGIN_V,
    reference_V: family.reference_V,
    referenceTolerance_V: anyReference ? CUSTOM_REFERENCE_TOLERANCE_V : family.referenceTolerance_V * REFERENCE_MARGIN,
    calibrate: currentSensor.calibrate,
    calibrationTime_us: currentSensor.calibrationTime_ms * 1000,
    zeroLimit_V: currentSensor.zeroLimit_V,
    driftNoticed_V: currentSensor.zeroThreshold_A / 2 / Math.abs(factor_A_per_V),
    driftLimit_V: family.offsetDrift_V_per_kelvin * DRIFT_kelvin,
    vouched: isVouched(settings),
    frozenAfter_us: Math.round(currentSensor.frozenAfter_s * 1e6),
  };
}

const planShunt = ({ shunt }: Settings): ShuntPlan => ({
  enable: shunt.enable,
  sign: shunt.invert ? -1 : 1,
  timeout_us: shunt.receiveTimeout_ms * 1000,
  meanThreshold_A: shunt.meanThreshold_A,
  zeroThreshold_A: shunt.zeroThreshold_A,
});

const signalNumber = (name: InputSignalName | "none"): number => (name === "none" ? -1 : INPUT_SIGNALS[name].number);
const flag = (on: boolean): number => (on ? 1 : 0);

function planInputs({ inputs, feedback, equipment }: Settings): InputsPlan {
  const { assignment1, assignment2, assignment3, assignment4 } = inputs;
  const { inversion1, inversion2, inversion3, inversion4 } = inputs;
  return {
    inputSignal: Int8Array.from([assignment1, assignment2, assignment3, assignment4], signalNumber),
    inputInverted: Uint8Array.from([inversion1, inversion2, inversion3, inversion4], flag),
    feedbackSignal: Int8Array.from(
      [feedback.assignment1, feedback.assignment2, feedback.assignment3, feedback.assignment4],
      signalNumber,
    ),
    feedbackInverted: Uint8Array.from(
      [feedback.inversion1, feedback.inversion2, feedback.inversion3, feedback.inversion4],
      flag,
    ),
    chargerConnects: equipment.chargerConnects,
    chargerTimeout_us: equipment.chargerTimeout_ms * 1000,
    partnerTimeout_us: equipment.partnerTimeout_ms * 1000,
    partnerExpected: equipment.partnerExpected,
    chargerExpected: equipment.chargerExpected,
  };
}

// Shows a recorded cell at the headers of the board: the same cell at every cell input, its current through the Hall
// sensor's voltage, its temperature through the thermistor divider. Contactor feedback mirrors the outputs: a recording
// cannot react, so a contactor that opens changes nothing of what is measured.
//
// Between two rows that are near each other the values of a row hold, and change to those of the next row at the instant
// that makes the charge moved equal to the recorded mean current: each voltage then stands with the current it was
// measured with. Rows further apart than 2 s are joined by straight lines.

import { createRandom, type Random } from "../../base/random.ts";
import type { Commands } from "../../core/commands.ts";
import { CELL_INPUTS, createSensors, OUTPUTS, type Sensors, THERMISTOR_INPUTS } from "../../core/sensors.ts";
import type { Settings } from "../../model/settings.ts";
import { noise } from "../plant/chance.ts";
import { divider_V, type ThermistorType, thermistor_Ohm } from "../plant/thermistor.ts";
import type { Recording } from "./recording.ts";

/** What the sensors of the board get wrong; all 0: only the converter's own noise. */
export type SensorErrors = {
  readonly currentOffset_A: number;
  readonly currentGain: number;
  readonly cellOffset_V: number;
  readonly cellNoise_V: number;
  readonly temperatureOffset_K: number;
};
/** What the board's converters add of their own. */
export type Converter = {
  /** Standard deviation of the noise at the Hall sensor's inputs. */
  readonly analogNoise_V: number;
  /** Steps of the Hall sensor's converter; 0: none. */
  readonly analogStep_V: number;
  /** Whether one draw of the cells' noise counts for all of them: n inputs then know no more than one. */
  readonly commonCellNoise: boolean;
};
export const NO_ERRORS: SensorErrors = {
  currentOffset_A: 0,
  currentGain: 0,
  cellOffset_V: 0,
  cellNoise_V: 0,
  temperatureOffset_K: 0,
};

export type RecordedBoard = {
  readonly sensors: Sensors;
  readonly cells: number;
  readonly errors: SensorErrors;
  readonly converter: Converter;
  readonly random: Random;
  readonly thermistor: ThermistorType;
  readonly thermistorUsed: readonly boolean[];
  readonly swing_V: number;
  readonly nominal_A: number;
  readonly sign: 1 | -1;
  readonly dual: boolean;
  /** Present values at the headers, before sensor errors. */
  cell_V: number;
  /** Of a pack whose cells differ: each cell's voltage. Not a number: as `cell_V`. */
  readonly cells_V: Float64Array;
  current_A: number;
  temperature_degC: number;
  sinceConversion_us: number;
  /** 1 once the device has taken the zero of its current sensor: the sensor's error appears after that. */
  zeroTaken: number;
};

/** The board converts every 100 ms; ticks between rows last a little more or less, and a row of a 10 Hz file is a conversion. */
const CONVERSION_us = 55_000;
/** 0.5 mV of noise and 16 bits over 5.12 V, as on the modelled board. */
export const MODELLED_CONVERTER: Converter = {
  analogNoise_V: 0.0005,
  analogStep_V: 1 / 12_800,
  commonCellNoise: false,
};
/** Shows what was recorded and nothing else; without any noise a resting sensor would look frozen. */
export const IDEAL_CONVERTER: Converter = { analogNoise_V: 0.00002, analogStep_V: 0, commonCellNoise: true };

const TYPES: Readonly<Record<string, ThermistorType>> = {
  "TDK NTCG104LH104": "NTCG104LH104",
  "EPCOS B57560G104F": "B57560G104F",
  "Semitec 104GT-2": "104GT-2",
  "Murata NCPxxWF104": "beta4250",
  "Honeywell 135-104LAG": "beta3974",
};

/** A board whose sensors are those the settings name. */
export function createRecordedBoard(
  settings: Settings,
  errors: SensorErrors,
  seed: number,
  converter = MODELLED_CONVERTER,
): RecordedBoard {
  const { currentSensor, thermistors } = settings;
  const uses = [
    thermistors.use1,
    thermistors.use2,
    thermistors.use3,
    thermistors.use4,
    thermistors.use5,
    thermistors.use6,
  ];
  return {
    sensors: createSensors(),
    cells: settings.battery.cells,
    errors,
    converter,
    random: createRandom(seed),
    thermistor: TYPES[thermistors.type] ?? "beta3950",
    thermistorUsed: uses.map((use) => use !== "none"),
    swing_V: currentSensor.sensitivity_V,
    nominal_A: currentSensor.nominal_A,
    sign: currentSensor.invert ? -1 : 1,
    dual: currentSensor.type.startsWith("DHAB"),
    cell_V: 0,
    cells_V: new Float64Array(CELL_INPUTS).fill(Number.NaN),
    current_A: 0,
    temperature_degC: 25,
    sinceConversion_us: 0,
    zeroTaken: 0,
  };
}

/** Fill the sensors with the present values after dt_us under the commands of the last tick. */
export function showRecorded(board: RecordedBoard, commands: Commands, dt_us: number): void {
  const { sensors, random, errors } = board;
  const { analogNoise_V, analogStep_V } = board.converter;
  sensors.supply_V = supplyOf(board);
  sensors.hallSupply_V = 5 + analogNoise_V * noise(random);
  sensors.hallReference_V = 2.5;
  const felt_A = board.current_A * (1 + errors.currentGain) + board.zeroTaken * errors.currentOffset_A;
  const hall_V = 2.5 + (board.sign * board.swing_V * felt_A) / board.nominal_A + analogNoise_V * noise(random);
  sensors.hall_V = analogStep_V > 0 ? Math.round(hall_V / analogStep_V) * analogStep_V : hall_V;
  for (let k = 0; k < OUTPUTS; k++) sensors.feedback[k] = commands.outputs[k];
  board.sinceConversion_us += dt_us;
  if (board.sinceConversion_us < CONVERSION_us) return;
  board.sinceConversion_us = 0;
  convert(board, commands);
}

function supplyOf(board: RecordedBoard): number {
  let sum_V = 0;
  for (let k = 0; k < board.cells; k++) {
    const own_V = board.cells_V[k];
    sum_V += own_V > 0.5 && own_V < 6 ? own_V : board.cell_V; // what a sense line claims feeds nothing
  }
  return sum_V;
}

function convert(board: RecordedBoard, commands: Commands): void {
  const { sensors, errors, random, converter } = board;
  let error_V = 0;
  for (let k = 0; k < board.cells; k++) {
    if (k === 0 || !converter.commonCellNoise)
      error_V = errors.cellOffset_V + (errors.cellNoise_V > 0 ? errors.cellNoise_V * noise(random) : 0);
    const own_V = board.cells_V[k];
    sensors.cells_V[k] = Math.round((Number.isNaN(own_V) ? board.cell_V + error_V : own_V + error_V) * 10_000) / 10_000;
  }
  sensors.cellSequence++;
  showTemperatures(board);
  if (commands.openWireTest !== 1) return;
  sensors.pullUp_V.set(sensors.cells_V);
  sensors.pullDown_V.set(sensors.cells_V);
  sensors.openWireSequence++;
}

function showTemperatures(board: RecordedBoard): void {
  const { sensors } = board;
  const degC = board.temperature_degC + board.errors.temperatureOffset_K;
  const read_V = divider_V(thermistor_Ohm(board.thermistor, degC), 5);
  sensors.thermistorSupply_V = 5;
  for (let k = 0; k < THERMISTOR_INPUTS; k++) sensors.thermistors_V[k] = board.thermistorUsed[k] ? read_V : 5;
  sensors.board_degC = degC;
  sensors.heatSink_degC = degC;
}

/** Rows further apart than this are joined by straight lines. */
const NEAR_s = 2.05;

/** Put a recording's values `part` (0..1) of the way from row `row - 1` to `row` at the headers, over `width` of the way. */
export function placeBetween(
  board: RecordedBoard,
  recording: Recording,
  row: number,
  part: number,
  width: number,
): void {
  const { time_s, voltage_V, current_A, temperature_degC, mean_A } = recording;
  if (temperature_degC.length > 0)
    board.temperature_degC = temperature_degC[row - 1] + (temperature_degC[row] - temperature_degC[row - 1]) * part;
  const before_A = current_A[row - 1];
  const after_A = current_A[row];
  if (time_s[row] - time_s[row - 1] > NEAR_s) {
    board.cell_V = voltage_V[row - 1] + (voltage_V[row] - voltage_V[row - 1]) * part;
    board.current_A = before_A + (after_A - before_A) * part;
    return;
  }
  if (width === 1 && mean_A.length === 0) {
    board.cell_V = voltage_V[row];
    board.current_A = after_A;
    return;
  }
  const mean = mean_A.length > 0 ? mean_A[row] : 0.5 * (before_A + after_A);
  const share = changeShare(before_A, after_A, mean); // of the time that belongs to the row before
  const changed = part > share + 1e-9;
  board.cell_V = changed ? voltage_V[row] : voltage_V[row - 1];
  const own = share <= part - width ? 1 : share >= part ? 0 : (part - share) / width; // of this tick that belongs to the next row
  const rest_A = mean - (before_A * share + after_A * (1 - share));
  board.current_A = before_A * (1 - own) + after_A * own + rest_A;
}

/**
 * The cells of a pack between two rows: straight lines. What a row claims and no cell can do is shown at the row's own instant
 * only: a log that is slow does not say that it lasted.
 */
export function placePack(board: RecordedBoard, pack_V: readonly Float64Array[], row: number, part: number): void {
  for (let k = 0; k < pack_V.length; k++) {
    const before_V = pack_V[k][row - 1];
    const after_V = pack_V[k][row];
    if (Math.abs(after_V - before_V) <= JUMP_V) board.cells_V[k] = before_V + (after_V - before_V) * part;
    else if (part >= 1) board.cells_V[k] = after_V;
    else {
      const nearer = Math.abs(before_V - board.cell_V) < Math.abs(after_V - board.cell_V);
      board.cells_V[k] = nearer ? before_V : after_V;
    }
  }
}

/** No cell changes by so much between two rows of a log. */
const JUMP_V = 0.8;

function changeShare(before_A: number, after_A: number, mean_A: number): number {
  const step_A = before_A - after_A;
  if (Math.abs(step_A) < 1e-6) return 0;
  const share = (mean_A - after_A) / step_A;
  return share < 0 ? 0 : share > 1 ? 1 : share;
}

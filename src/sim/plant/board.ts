// The board between the world and the core: supply, current sensor, thermistors, feedback, inputs, button, temperatures.
// In standby and in a brown-out it switches nothing and measures nothing; button, inputs and supply are always there.

import { gaussian, type Random } from "../../base/random.ts";
import type { Commands } from "../../core/commands.ts";
import { INPUTS, OUTPUTS, type Sensors, THERMISTOR_INPUTS } from "../../core/sensors.ts";
import type { Faults } from "../faults.ts";
import type { Truth } from "../truth.ts";
import type { WorldConfig } from "../world-config.ts";
import type { Cells } from "./cell.ts";
import { noise } from "./chance.ts";
import type { Circuit } from "./circuit.ts";
import type { Contactor } from "./contactor.ts";
import { believed_A, createHall, type HallState, sense } from "./hall.ts";
import type { Thermal } from "./thermal.ts";
import { divider_V, thermistor_Ohm } from "./thermistor.ts";

export type Board = {
  powered: number;
  /** What it draws itself with its coils; what its balancing resistors give to the heat sink. */
  own_W: number;
  heatSink_W: number;
  /** This board's own 5 V. */
  hallSupply_V: number;
  thermistorSupply_V: number;
  thermistorError_K: Float64Array;
  /** Divider voltages of the second. */
  dividers_V: Float64Array;
  hall: HallState;
};

export function createBoard(config: WorldConfig, random: Random): Board {
  const board: Board = {
    powered: 1,
    own_W: config.board.working_W,
    heatSink_W: 0,
    hallSupply_V: 5 * (1 + 0.003 * gaussian(random)),
    thermistorSupply_V: 5 * (1 + 0.002 * gaussian(random)),
    thermistorError_K: new Float64Array(THERMISTOR_INPUTS),
    dividers_V: new Float64Array(THERMISTOR_INPUTS),
    hall: createHall(),
  };
  for (let k = 0; k < THERMISTOR_INPUTS; k++) board.thermistorError_K[k] = config.thermistorSpread_K * gaussian(random);
  return board;
}

/** The parts of the world the board sees. */
export type Seen = {
  readonly config: WorldConfig;
  cells: Cells;
  circuit: Circuit;
  contactors: Contactor[];
  thermal: Thermal;
  faults: Faults;
  sensors: Sensors;
  truth: Truth;
  inputs: Uint8Array;
  button_us: number;
  ambient_degC: number;
  random: Random;
  charger: { config: { plugged: boolean } };
};

const BROWN_OUT_V = 9;

/** Voltage at the supply terminals, and whether the board works on it. */
export function powerBoard(board: Board, world: Seen, commands: Commands): void {
  board.powered = commands.power === 1 && supply_V(world) >= BROWN_OUT_V ? 1 : 0;
}

function supply_V(world: Seen): number {
  const { faults, circuit, config, cells } = world;
  if (faults.brownOut > 0) return faults.brownOut - 1;
  const wires_Ohm = config.wiring.boardFedBy === "X8" ? config.wiring.firstWire_Ohm + config.wiring.lastWire_Ohm : 0;
  return cells.stack_V + cells.stack_Ohm * circuit.stack_A - circuit.own_A * wires_Ohm;
}

/** Every tick: supply, current, feedback, inputs, button. */
export function senseElectric(board: Board, world: Seen, dt_us: number): void {
  const { sensors, faults, config, contactors } = world;
  sensors.button = world.button_us > 0 || faults.buttonStuck === 1 ? 1 : 0;
  for (let k = 0; k < INPUTS; k++) sensors.inputs[k] = input(world, k);
  const noise_V = config.board.analogNoise_V;
  const supply = supply_V(world);
  sensors.supply_V = supply > 0 ? dividedSupply_V(supply + 20 * noise_V * noise(world.random)) : 0;
  if (board.powered === 0) return;
  for (let k = 0; k < OUTPUTS; k++) {
    const wired = config.outputs[k].feedback && faults.feedbackBroken[k] === 0;
    sensors.feedback[k] = faults.feedbackShorted[k] === 1 || (wired && contactors[k].auxiliary === 1) ? 1 : 0;
  }
  senseCurrent(board, world, dt_us);
}

function input(world: Seen, k: number): number {
  const { faults, config } = world;
  if (faults.inputStuck[k] > 0) return faults.inputStuck[k] - 1;
  if (world.inputs[k] === 1) return 1;
  switch (config.inputs[k]) {
    case "chargerPlugged":
      return world.charger.config.plugged ? 1 : 0;
    case "fuseBlown":
      return world.truth.fuseBlown;
    case "insulationFault":
      return faults.insulation;
    default:
      return 0;
  }
}

function senseCurrent(board: Board, world: Seen, dt_us: number): void {
  const { sensors, faults, config, circuit } = world;
  if (faults.hallSupplyLost === 1) {
    sensors.hallSupply_V = 0;
    sensors.hall_V = 0;
    sensors.hallReference_V = 0;
    return;
  }
  const sensor = config.currentSensor;
  const noise_V = config.board.analogNoise_V;
  const true_A = config.wiring.boardThroughHall ? circuit.stack_A : circuit.current_A;
  const averaged = dt_us > 10_000 ? Math.sqrt(10_000 / dt_us) : 1;
  const added_A = faults.hallOffset_A + sensor.noise_A * averaged * noise(world.random);
  const felt_A = true_A * (1 + faults.hallGain);
  sense(board.hall, sensor, believed_A(sensor, felt_A, world.ambient_degC, added_A), board.hallSupply_V);
  sensors.hallSupply_V = digital_V(board.hallSupply_V + noise_V * noise(world.random));
  sensors.hallReference_V = faults.hallReferenceLost === 1 ? 0 : digital_V(board.hall.reference_V);
  if (faults.hallRailed !== 0) sensors.hall_V = digital_V(faults.hallRailed > 0 ? board.hallSupply_V - 0.02 : 0.02);
  else if (faults.hallFrozen === 0) sensors.hall_V = digital_V(board.hall.hall_V);
}

/** 16 bits over 5.12 V; a converter knows no -0. */
const digital_V = (value_V: number): number => (Math.round(value_V * 12_800) + 0) / 12_800;

/** The same converter behind a divider of 20 to 1: to 102.4 V. */
const dividedSupply_V = (value_V: number): number => (Math.round(value_V * 640) + 0) / 640;

/** With each conversion: thermistors and temperatures of the board. */
export function senseParts(board: Board, world: Seen): void {
  board.heatSink_W = balancing_W(world);
  if (board.powered === 0) return;
  const { sensors, faults, config, thermal } = world;
  const noise_V = config.board.analogNoise_V;
  sensors.thermistorSupply_V = digital_V(board.thermistorSupply_V + noise_V * noise(world.random));
  for (let k = 0; k < THERMISTOR_INPUTS; k++) {
    let true_V = board.dividers_V[k];
    if (faults.thermistorShort[k] === 1) true_V = 0;
    else if (faults.thermistorOpen[k] === 1) true_V = board.thermistorSupply_V;
    const read_V = true_V + noise_V * noise(world.random);
    sensors.thermistors_V[k] = read_V > 0 ? digital_V(read_V) : 0;
  }
  sensors.board_degC = (Math.round(thermal.board_degC * 4) + 0) / 4;
  sensors.heatSink_degC = (Math.round(thermal.heatSink_degC * 4) + 0) / 4;
}

/** Once a second: the dividers at the temperatures of their places; a place without thermistor reads the supply. */
export function refreshDividers(board: Board, world: Seen): void {
  for (let k = 0; k < THERMISTOR_INPUTS; k++) {
    const fitted = world.config.thermistors[k].at !== "none";
    board.dividers_V[k] = fitted ? thermistor_V(board, world, k) : board.thermistorSupply_V;
  }
}

function balancing_W(world: Seen): number {
  const { cells } = world;
  let power_W = 0;
  for (let k = 0; k < cells.count; k++) power_W += cells.balancing_A[k] * cells.terminal_V[k];
  return power_W;
}

function thermistor_V(board: Board, world: Seen, k: number): number {
  const added_K = board.thermistorError_K[k] + world.faults.thermistorOffset_K[k];
  const ohm = thermistor_Ohm(world.config.thermistorType, place_degC(world, k) + added_K);
  return divider_V(ohm, board.thermistorSupply_V);
}

function place_degC(world: Seen, k: number): number {
  const place = world.config.thermistors[k];
  switch (place.at) {
    case "cell":
      return world.cells.temperature_degC[place.cell - 1];
    case "contactor":
      return world.thermal.contactors_degC[place.output - 1];
    case "heatSink":
      return world.thermal.heatSink_degC;
    case "ambient":
    case "none":
      return world.ambient_degC;
  }
}

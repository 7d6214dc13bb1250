// The cell front end behind header X8: 18 differential readings of 100 uV, taken group after group, and the open-wire
// test. Readings are differences of the potentials at C0..C18, so that open and swapped wires do what they do in life.
// Open-wire behaviour after the LTC6813 data sheet: a pull-up and a pull-down current at each input, about 100 uA.

import { gaussian, type Random } from "../../base/random.ts";
import type { Commands } from "../../core/commands.ts";
import { CELL_INPUTS, type Sensors } from "../../core/sensors.ts";
import type { Faults } from "../faults.ts";
import type { WorldConfig } from "../world-config.ts";
import type { Cells } from "./cell.ts";
import { noise } from "./chance.ts";
import type { Circuit } from "./circuit.ts";

export type FrontEnd = {
  offset_V: Float64Array;
  gain: Float64Array;
  /** True potentials of C0..C18 at the moment of sampling; what open inputs float at. */
  potential_V: Float64Array;
  float_V: Float64Array;
  input_V: Float64Array;
  /** Cells as the wires of X8 would show them if they were all sound. */
  sampled_V: Float64Array;
};

export function createFrontEnd(config: WorldConfig, random: Random): FrontEnd {
  const frontEnd = {
    offset_V: new Float64Array(CELL_INPUTS),
    gain: new Float64Array(CELL_INPUTS),
    potential_V: new Float64Array(CELL_INPUTS + 1),
    float_V: new Float64Array(CELL_INPUTS + 1),
    input_V: new Float64Array(CELL_INPUTS + 1),
    sampled_V: new Float64Array(CELL_INPUTS),
  };
  for (let k = 0; k < CELL_INPUTS; k++) {
    frontEnd.offset_V[k] = config.board.cellOffset_V * gaussian(random);
    frontEnd.gain[k] = 1 + config.board.cellGain * gaussian(random);
  }
  return frontEnd;
}

/** The parts of the world the front end reads. */
export type Read = {
  readonly config: WorldConfig;
  cells: Cells;
  circuit: Circuit;
  faults: Faults;
  board: { powered: number };
  sensors: Sensors;
  random: Random;
};

const GROUP_s = 0.0004; // six groups of three inputs in 2.3 ms

/** One conversion of all inputs, and the open-wire test when asked for. Nothing when stalled or without power. */
export function readCells(frontEnd: FrontEnd, world: Read, commands: Commands): void {
  if (world.faults.frontEndStalled === 1 || world.board.powered === 0) return;
  sampleCells(frontEnd, world);
  if (world.faults.wiring === 0 && world.config.wiring.unusedInputs === "tied") copyReadings(frontEnd, world);
  else {
    placeInputs(frontEnd, world, commands.balance);
    readInputs(frontEnd, world, world.sensors.cells_V, 0);
  }
  world.sensors.cellSequence++;
  if (commands.openWireTest === 1) testOpenWires(frontEnd, world);
}

/** Group g is taken 0.4 ms after group g - 1; between two ticks the current went from the one value to the other. */
function sampleCells(frontEnd: FrontEnd, world: Read): void {
  const { cells, circuit, config } = world;
  const now_A = circuit.stack_A;
  const step_A = circuit.before_A - circuit.current_A;
  const perGroup = circuit.tick_s > GROUP_s * 5 ? GROUP_s / circuit.tick_s : 0.2;
  const last = cells.count - 1;
  for (let k = 0; k <= last; k++) {
    const current_A = now_A + step_A * perGroup * (5 - (k % 6));
    const polarity = cells.polarity[k];
    frontEnd.sampled_V[k] = polarity * (cells.inner_V[k] + cells.r0_Ohm[k] * polarity * current_A) * cells.share[k];
  }
  if (config.wiring.boardFedBy === "X9") return;
  frontEnd.sampled_V[0] -= circuit.own_A * config.wiring.firstWire_Ohm;
  frontEnd.sampled_V[last] -= circuit.own_A * config.wiring.lastWire_Ohm;
}

function copyReadings(frontEnd: FrontEnd, world: Read): void {
  const { cells, sensors } = world;
  for (let k = 0; k < cells.count; k++) sensors.cells_V[k] = convert(frontEnd, world, k, frontEnd.sampled_V[k]);
  for (let k = cells.count; k < CELL_INPUTS; k++) sensors.cells_V[k] = convert(frontEnd, world, k, 0);
}

/** One conversion: errors of this input, noise, range and resolution. */
function convert(frontEnd: FrontEnd, world: Read, k: number, true_V: number): number {
  const board = world.config.board;
  const sigma_V = world.faults.frontEndNoise_V > 0 ? world.faults.frontEndNoise_V : board.cellNoise_V;
  const read_V = true_V * frontEnd.gain[k] + frontEnd.offset_V[k] + sigma_V * noise(world.random);
  const bounded_V = read_V < -5 ? -5 : read_V > 6.5 ? 6.5 : read_V;
  if (board.resolution_V <= 0) return bounded_V;
  const perVolt = 1 / board.resolution_V;
  return (Math.round(bounded_V * perVolt) + 0) / perVolt; // + 0: a converter knows no -0
}

/** Potentials at the inputs: through sound wires those of the cells, at open ones what leakage has made of them. */
function placeInputs(frontEnd: FrontEnd, world: Read, balance: Uint8Array): void {
  const { cells, faults } = world;
  const { potential_V, float_V, input_V } = frontEnd;
  potential_V[0] = 0;
  for (let k = 0; k < CELL_INPUTS; k++)
    potential_V[k + 1] = potential_V[k] + (k < cells.count ? frontEnd.sampled_V[k] : 0);
  for (let wire = 0; wire <= CELL_INPUTS; wire++) {
    input_V[wire] = potential_V[wire];
    if (!isOpen(world, wire)) float_V[wire] = potential_V[wire];
  }
  for (let wire = 0; wire <= CELL_INPUTS; wire++) {
    if (!isOpen(world, wire)) continue;
    drift(frontEnd, world, wire, balance);
    input_V[wire] = float_V[wire];
  }
  for (let wire = 0; wire < CELL_INPUTS; wire++) {
    if (faults.wireSwapped[wire] === 0) continue;
    const other = input_V[wire + 1];
    input_V[wire + 1] = input_V[wire];
    input_V[wire] = other;
  }
}

/** Wires of unused inputs are bridged at the header: they share the fate of the top cell's wire. */
function isOpen(world: Read, wire: number): boolean {
  const top = world.cells.count;
  if (wire <= top) return world.faults.wireOpen[wire] === 1;
  return world.config.wiring.unusedInputs === "open" || world.faults.wireOpen[top] === 1;
}

/** An open input settles between its neighbours in seconds and wanders; a balancing resistor beside it pulls it hard. */
function drift(frontEnd: FrontEnd, world: Read, wire: number, balance: Uint8Array): void {
  const { potential_V, float_V } = frontEnd;
  const lower_V = wire > 0 ? potential_V[wire - 1] : -1;
  const upper_V = wire < CELL_INPUTS ? potential_V[wire + 1] : potential_V[wire] - 1;
  const pulledDown = wire > 0 && balance[wire - 1] === 1;
  const pulledUp = wire < CELL_INPUTS && balance[wire] === 1;
  if (pulledDown !== pulledUp) {
    float_V[wire] = pulledDown ? lower_V : upper_V;
    return;
  }
  if (float_V[wire] === 0) float_V[wire] = potential_V[wire]; // open from the start
  const middle_V = 0.5 * (lower_V + upper_V) + 0.15;
  float_V[wire] += (middle_V - float_V[wire]) * 0.02 + 0.004 * noise(world.random);
}

/** Readings from the input potentials. A mode of 1 is the pull-up, -1 the pull-down of the open-wire test. */
function readInputs(frontEnd: FrontEnd, world: Read, values_V: Float64Array, mode: number): void {
  const { input_V } = frontEnd;
  const { faults } = world;
  for (let k = 0; k < CELL_INPUTS; k++) {
    if (mode === 0 && faults.readingStuck[k] === 1) continue;
    values_V[k] = convert(frontEnd, world, k, input_V[k + 1] - input_V[k] + faults.readingOffset_V[k]);
  }
}

/** Both readings of the test. An open input follows the current to its neighbour and 0.1 V of the protecting diode. */
function testOpenWires(frontEnd: FrontEnd, world: Read): void {
  const { sensors } = world;
  const none = NO_BALANCING;
  placeInputs(frontEnd, world, none);
  for (let wire = CELL_INPUTS; wire >= 0; wire--) pull(frontEnd, world, wire, 1);
  readInputs(frontEnd, world, sensors.pullUp_V, 1);
  placeInputs(frontEnd, world, none);
  for (let wire = 0; wire <= CELL_INPUTS; wire++) pull(frontEnd, world, wire, -1);
  readInputs(frontEnd, world, sensors.pullDown_V, -1);
  zeroEnds(frontEnd, world);
  sensors.openWireSequence++;
}

const NO_BALANCING = new Uint8Array(CELL_INPUTS);

function pull(frontEnd: FrontEnd, world: Read, wire: number, direction: 1 | -1): void {
  if (!isOpen(world, wire)) return;
  const { input_V } = frontEnd;
  const neighbour = wire + direction;
  if (neighbour < 0) input_V[wire] = input_V[wire] - 0.3;
  else if (neighbour > CELL_INPUTS) input_V[wire] = input_V[wire] + 0.3;
  else input_V[wire] = input_V[neighbour];
}

/** The chip reports exactly 0 where the current drives an end input against its neighbour. */
function zeroEnds(frontEnd: FrontEnd, world: Read): void {
  const top = world.cells.count;
  if (isOpen(world, 0)) world.sensors.pullUp_V[0] = 0;
  if (!isOpen(world, top)) return;
  for (let k = top; k <= CELL_INPUTS; k++) world.sensors.pullDown_V[k - 1] = 0;
  if (top < CELL_INPUTS) frontEnd.float_V[top] = frontEnd.input_V[top];
}

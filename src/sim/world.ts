// The modelled world: board, pack and surroundings of one device. stepWorld acts on the commands of the last core tick,
// lets time pass and fills the sensors of the next. Fast things (contactors, link, currents) go every call, cells and
// their readings with each conversion of the front end (100 ms), heat each second, ageing each minute.
// Written apart from the estimators in core and richer than their model: never share a formula with them.

import { assert } from "../base/assert.ts";
import { createRandom, type Random } from "../base/random.ts";
import type { Commands } from "../core/commands.ts";
import type { Request } from "../core/requests.ts";
import { createSensors, OUTPUTS, type Sensors } from "../core/sensors.ts";
import type { WorldFault, WorldFaultKind } from "./fault-catalogue.ts";
import { createFaults, type Faults, removeFault, setFault } from "./faults.ts";
import { age, refreshLimits } from "./plant/ageing.ts";
import { type Board, createBoard, powerBoard, refreshDividers, senseElectric, senseParts } from "./plant/board.ts";
import { type Cells, type Flow, moveCharge, rest_V } from "./plant/cell.ts";
import { type Charger, type ChargerConfig, createCharger, type Permissions } from "./plant/charger.ts";
import { type Circuit, createCircuit, replaceFuse, runCircuit } from "./plant/circuit.ts";
import { type Contactor, createContactor, free } from "./plant/contactor.ts";
import { createFrontEnd, type FrontEnd, readCells } from "./plant/front-end.ts";
import { createLoad, type Load, type LoadConfig } from "./plant/load.ts";
import { createPack } from "./plant/pack.ts";
import { createThermal, type Thermal, warm } from "./plant/thermal.ts";
import { createTruth, type Truth } from "./truth.ts";
import { checkWorld, type WorldConfig } from "./world-config.ts";

export type World = {
  readonly config: WorldConfig;
  readonly seed: number;
  time_us: number;
  /** What the board measures: hand it to the core. */
  sensors: Sensors;
  /** What is really so: for scoring only. */
  truth: Truth;
  /** What charger and partners tell the device over their bus; the runner takes them all out each tick. */
  requests: Request[];
  permissions: Permissions;
  ambient_degC: number;
  cells: Cells;
  thermal: Thermal;
  contactors: Contactor[];
  circuit: Circuit;
  flow: Flow;
  charger: Charger;
  load: Load;
  board: Board;
  frontEnd: FrontEnd;
  faults: Faults;
  activeFaults: WorldFault[];
  button_us: number;
  inputs: Uint8Array;
  random: Random;
  sinceConversion_us: number;
  sinceHeat_us: number;
  sinceAgeing_us: number;
};

/** A world at rest: contactors open, link empty, nothing measured yet. The same config and seed give the same bits. */
export function createWorld(config: WorldConfig, seed: number): World {
  const problems = checkWorld(config);
  assert(problems.length === 0, "the world's configuration is valid: ask checkWorld before");
  const random = createRandom(seed);
  const cells = createPack(config.pack, random);
  const world: World = {
    config,
    seed,
    time_us: 0,
    sensors: createSensors(),
    truth: createTruth(config.pack.cells),
    requests: [],
    permissions: { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 0 },
    ambient_degC: config.ambient_degC,
    cells,
    thermal: createThermal(config),
    contactors: config.outputs.map((output) => createContactor(output.closing_ms, output.opening_ms, output.bounce_ms)),
    circuit: createCircuit(config),
    flow: { mean_A: 0, square_A2: 0, now_A: 0, balance_S: 0 },
    charger: createCharger(config.charger),
    load: createLoad(config.load, (seed ^ 0x5bd1e995) | 0),
    board: createBoard(config, random),
    frontEnd: createFrontEnd(config, random),
    faults: createFaults(),
    activeFaults: [],
    button_us: 0,
    inputs: new Uint8Array(4),
    random,
    sinceConversion_us: 0,
    sinceHeat_us: 0,
    sinceAgeing_us: 0,
  };
  announceCharger(world);
  copyCells(world);
  refreshTruth(world);
  return world;
}

/** Let dt_us of the world pass under the commands of the last tick, and fill world.sensors. */
export function stepWorld(world: World, commands: Commands, dt_us: number): void {
  assert(dt_us > 0, "time moves forward");
  world.time_us += dt_us;
  world.button_us = world.button_us > dt_us ? world.button_us - dt_us : 0;
  powerBoard(world.board, world, commands);
  runCircuit(world, commands, dt_us);
  world.sinceConversion_us += dt_us;
  if (world.sinceConversion_us >= world.config.board.conversion_us) convert(world, commands);
  senseElectric(world.board, world, dt_us);
}

function convert(world: World, commands: Commands): void {
  const dt_us = world.sinceConversion_us;
  world.sinceConversion_us = 0;
  moveCharge(world.cells, flowSince(world, dt_us * 1e-6), commands.balance, dt_us);
  readCells(world.frontEnd, world, commands);
  senseParts(world.board, world);
  copyCells(world);
  world.sinceHeat_us += dt_us;
  if (world.sinceHeat_us < 1_000_000) return;
  warm(world, world.sinceHeat_us * 1e-6);
  world.sinceAgeing_us += world.sinceHeat_us;
  world.sinceHeat_us = 0;
  if (world.sinceAgeing_us >= 60_000_000) {
    age(world.cells, world.sinceAgeing_us * 1e-6);
    world.sinceAgeing_us = 0;
  }
  refreshTruth(world);
}

/** Mean and mean square of what went through the stack since the last conversion. */
function flowSince(world: World, dt_s: number): Flow {
  const { circuit, flow, board, config } = world;
  flow.mean_A = circuit.stack_As / dt_s;
  flow.square_A2 = circuit.stack_A2s / dt_s;
  flow.now_A = circuit.stack_A;
  flow.balance_S = board.powered === 1 ? (1 - config.board.balancePause) / config.board.balance_Ohm : 0;
  circuit.stack_As = 0;
  circuit.stack_A2s = 0;
  return flow;
}

function copyCells(world: World): void {
  const { cells, truth } = world;
  truth.cells_V.set(cells.terminal_V);
  truth.soc.set(cells.soc);
  truth.balancing_A.set(cells.balancing_A);
  for (let k = 0; k < cells.count; k++) truth.openCircuit_V[k] = rest_V(cells, k);
}

function refreshTruth(world: World): void {
  refreshLimits(world.cells, world.truth, world.config.pack.capacity_Ah);
  refreshDividers(world.board, world);
  world.truth.temperature_degC.set(world.cells.temperature_degC);
  world.truth.precharge_degC = world.thermal.precharge_degC;
  world.truth.ambient_degC = world.ambient_degC;
  for (let k = 0; k < OUTPUTS; k++) world.truth.contactor_degC[k] = world.thermal.contactors_degC[k];
}

/** What the device allows chargers and loads, after each core tick. */
export function setPermissions(world: World, permissions: Readonly<Permissions>): void {
  world.permissions.allowCharging = permissions.allowCharging;
  world.permissions.chargeLimit_A = permissions.chargeLimit_A;
  world.permissions.dischargeLimit_A = permissions.dischargeLimit_A;
}

/** Connect another load; it starts anew. */
export function setLoad(world: World, load: LoadConfig): void {
  world.load = createLoad(load, (world.seed ^ world.time_us) | 0);
}

/** Plug, unplug or change the charger. */
export function setCharger(world: World, charger: ChargerConfig): void {
  const announced = world.charger.announced;
  world.charger = createCharger(charger);
  world.charger.announced = announced;
  announceCharger(world);
}

function announceCharger(world: World): void {
  const config = world.charger.config;
  const online = config.plugged && config.announces ? 1 : 0;
  if (online !== world.charger.announced) world.requests.push({ kind: "charger", online: online === 1 });
  world.charger.announced = online;
}

/** Temperature of the surroundings, degC. */
export function setAmbient(world: World, ambient_degC: number): void {
  world.ambient_degC = ambient_degC;
  world.truth.ambient_degC = ambient_degC;
}

/** Hold the ON/OFF button for a time. */
export function pressButton(world: World, duration_us: number): void {
  world.button_us = duration_us;
}

/** Close or open the contact at discrete input 1..4. */
export function setInput(world: World, input: number, closed: boolean): void {
  assert(input >= 1 && input <= world.inputs.length, "input is 1..4");
  world.inputs[input - 1] = closed ? 1 : 0;
}

/** Make something go wrong, in addition to what already is. The same fault of the same element replaces itself. */
export function applyFault(world: World, fault: WorldFault): void {
  clearSame(world, fault);
  world.activeFaults.push(fault);
  setFault(world, fault);
  refreshDividers(world.board, world);
}

/** Repair all faults of a kind, or only that of one element (as counted on the headers). Damage to cells stays. */
export function clearFault(world: World, kind: WorldFaultKind, element?: number): void {
  world.activeFaults = world.activeFaults.filter((fault) => {
    const gone = fault.kind === kind && (element === undefined || elementOf(fault) === element);
    if (gone) removeFault(world, fault);
    return !gone;
  });
  refreshDividers(world.board, world);
  if (kind === "fuseBlown") replaceFuse(world.circuit);
  if (kind === "contactorWelded") freeContactors(world, element);
}

function freeContactors(world: World, output: number | undefined): void {
  for (let k = 0; k < OUTPUTS; k++) if (output === undefined || output === k + 1) free(world.contactors[k]);
}

function clearSame(world: World, fault: WorldFault): void {
  clearFault(world, fault.kind, elementOf(fault));
}

/** The element a fault names (cell, wire, thermistor, output, input), -1 when there is only one of the thing. */
export function elementOf(fault: WorldFault): number {
  if ("cell" in fault) return fault.cell;
  if ("wire" in fault) return fault.wire;
  if ("thermistor" in fault) return fault.thermistor;
  if ("output" in fault) return fault.output;
  return "input" in fault ? fault.input : -1;
}

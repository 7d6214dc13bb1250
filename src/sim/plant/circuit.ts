// The main circuit, every tick: contactors, charger, link capacitor and load, solved exactly between switching events.
// Charger and load have ports of their own (charge and discharge contactor), or share a bus behind a common contactor;
// the main contactor sits in the minus line, the fuse beside it. Currents: charging positive at the pack.
//
//   cells - R - fuse - Hall - main -+- charge contactor ----------------- charger
//                                   +- discharge contactor --------+----- link capacitor, load
//                                   +- precharge contactor - R ----+

import type { Random } from "../../base/random.ts";
import type { Commands } from "../../core/commands.ts";
import { OUTPUTS } from "../../core/sensors.ts";
import type { Faults } from "../faults.ts";
import type { Truth } from "../truth.ts";
import type { OutputRole, WorldConfig } from "../world-config.ts";
import type { Cells } from "./cell.ts";
import { type Charger, type Permissions, prepareCharger, settleCharger } from "./charger.ts";
import { advanceContactor, type Contactor, energise } from "./contactor.ts";
import { type Load, prepareLoad } from "./load.ts";
import type { Thermal } from "./thermal.ts";

export type Circuit = {
  /** Output that has a role, -1 when none. */
  charge: number;
  precharge: number;
  discharge: number;
  common: number;
  main: number;
  heater: number;
  cooler: number;
  link_F: number;
  link_V: number;
  /** At the end of the last slice: into the link, from the charger. */
  link_A: number;
  charger_A: number;
  port_V: number;
  /** Through the Hall sensor: mean of this tick and of the one before, and mean of the stack with the board's own draw. */
  current_A: number;
  before_A: number;
  stack_A: number;
  own_A: number;
  tick_s: number;
  heater_W: number;
  cooler_W: number;
  fuse_A2s: number;
  fuseMelted: number;
  /** Conducting way into the link at the last slice, to notice closing. */
  way_S: number;
  // Integrals over the tick.
  moved_As: number;
  square_A2s: number;
  charger_As: number;
  link_As: number;
  link_A2s: number;
  // Integrals since the last update of the cells.
  stack_As: number;
  stack_A2s: number;
};

export function createCircuit(config: WorldConfig): Circuit {
  const role = (name: OutputRole): number => config.outputs.findIndex((output) => output.role === name);
  return {
    charge: role("charge"),
    precharge: role("precharge"),
    discharge: role("discharge"),
    common: role("common"),
    main: role("main"),
    heater: role("heater"),
    cooler: role("cooler"),
    link_F: Math.max(config.link_F, 1e-6),
    link_V: 0,
    link_A: 0,
    charger_A: 0,
    port_V: 0,
    current_A: 0,
    before_A: 0,
    stack_A: 0,
    own_A: 0,
    tick_s: 0.01,
    heater_W: 0,
    cooler_W: 0,
    fuse_A2s: 0,
    fuseMelted: 0,
    way_S: 0,
    moved_As: 0,
    square_A2s: 0,
    charger_As: 0,
    link_As: 0,
    link_A2s: 0,
    stack_As: 0,
    stack_A2s: 0,
  };
}

/** The parts of the world in or around the main circuit. */
export type Wired = {
  readonly config: WorldConfig;
  permissions: Permissions;
  cells: Cells;
  contactors: Contactor[];
  circuit: Circuit;
  charger: Charger;
  load: Load;
  thermal: Thermal;
  faults: Faults;
  board: { powered: number; own_W: number };
  truth: Truth;
  random: Random;
};

/** Run the circuit for dt_us under the outputs commanded. */
export function runCircuit(world: Wired, commands: Commands, dt_us: number): void {
  const { circuit, contactors, cells } = world;
  for (let k = 0; k < OUTPUTS; k++) energise(contactors[k], world.board.powered === 1 && commands.outputs[k] === 1);
  prepareOwn(world, cells.stack_V > 1 ? cells.stack_V : 1);
  prepareCharger(world.charger, world.permissions, world.faults, circuit.port_V, dt_us);
  prepareLoad(world.load, circuit.link_V, world.permissions, dt_us);
  circuit.moved_As = 0;
  circuit.square_A2s = 0;
  circuit.charger_As = 0;
  circuit.link_As = 0;
  circuit.link_A2s = 0;
  let left_us = dt_us;
  while (left_us > 0) {
    let slice_us = left_us;
    for (let k = 0; k < OUTPUTS; k++) {
      const timer_us = contactors[k].timer_us;
      if (timer_us > 0 && timer_us < slice_us) slice_us = timer_us;
    }
    solve(world, slice_us * 1e-6);
    for (let k = 0; k < OUTPUTS; k++) advanceContactor(contactors[k], world.random, slice_us);
    left_us -= slice_us;
  }
  account(world, dt_us);
}

/** Below this the converter of the board does not run at all. */
const LOWEST_SUPPLY_V = 5;

/** What board, coils, heater and cooler draw from the stack at its voltage. */
function prepareOwn(world: Wired, stack_V: number): void {
  const { circuit, config, board, contactors } = world;
  let own_W = board.powered === 1 ? config.board.working_W : config.board.standby_W;
  for (let k = 0; k < OUTPUTS; k++) {
    const phase = contactors[k].phase;
    if (phase === "closed" || phase === "closing" || phase === "bouncing") own_W += config.outputs[k].coil_W / 0.85;
  }
  board.own_W = own_W;
  circuit.own_A = stack_V > LOWEST_SUPPLY_V ? own_W / stack_V : 0;
  const heating = (circuit.heater >= 0 && contactors[circuit.heater].contact === 1) || world.faults.heaterStuckOn === 1;
  circuit.heater_W = heating ? config.heater_W : 0;
  circuit.cooler_W = circuit.cooler >= 0 && contactors[circuit.cooler].contact === 1 ? config.cooler_W : 0;
}

const conducts = (contactors: Contactor[], output: number): boolean => output >= 0 && contactors[output].contact === 1;

function solve(world: Wired, dt_s: number): void {
  const { circuit, contactors, cells, config } = world;
  const whole = circuit.fuseMelted === 0 && world.faults.fuseBlown === 0;
  const path = whole && (circuit.main < 0 || contactors[circuit.main].contact === 1);
  const inner_Ohm = cells.stack_Ohm + config.pack.linkage_Ohm;
  const auxiliary_A =
    config.heaterFedBy === "pack" ? (circuit.heater_W + circuit.cooler_W / 3) / Math.max(cells.stack_V, 6) : 0;
  const open_V = cells.stack_V - inner_Ohm * (auxiliary_A + circuit.own_A);
  const shared = circuit.common >= 0;
  circuit.charger_A = 0;
  if (!shared) solveCharger(world, path, open_V, inner_Ohm);
  const source_V = open_V + inner_Ohm * circuit.charger_A;
  const way_S = path ? linkWay_S(world) : 0;
  solveLink(world, source_V, way_S > 0 ? inner_Ohm + 1 / way_S : 0, shared, dt_s);
  if (shared) circuit.port_V = circuit.link_V;
  const charger_A = shared ? 0 : circuit.charger_A;
  const moved_As = (charger_A - auxiliary_A) * dt_s - circuit.link_As;
  circuit.moved_As += moved_As;
  const rest_A = charger_A - auxiliary_A;
  circuit.square_A2s += rest_A * rest_A * dt_s - 2 * rest_A * circuit.link_As + circuit.link_A2s;
  circuit.charger_As += circuit.charger_A * dt_s;
  if (way_S > 0 && way_S <= 1.001 / config.precharge_Ohm) {
    world.truth.prechargeEnergy_J += circuit.link_A2s * config.precharge_Ohm;
    world.thermal.precharge_J += circuit.link_A2s * config.precharge_Ohm;
  }
}

/** Charger at its own port: current until the port is at its voltage, then what holds it there. */
function solveCharger(world: Wired, path: boolean, open_V: number, inner_Ohm: number): void {
  const { circuit, charger, contactors, config } = world;
  if (!path || !conducts(contactors, circuit.charge)) {
    circuit.port_V = charger.config.wakesDeadBus && charger.ready_A > 0 ? charger.set_V : 0;
    return;
  }
  const ohm = inner_Ohm + config.outputs[circuit.charge].contact_Ohm;
  const behind_V = open_V - inner_Ohm * circuit.link_A;
  const most_A = (charger.set_V - behind_V) / ohm;
  const current_A = most_A < charger.ready_A ? most_A : charger.ready_A;
  circuit.charger_A = current_A > 0 ? current_A : 0;
  circuit.port_V = behind_V + ohm * circuit.charger_A;
}

/** Conductance between the pack and the link through closed contactors. */
function linkWay_S(world: Wired): number {
  const { circuit, contactors, config } = world;
  let way_S = 0;
  if (conducts(contactors, circuit.discharge)) way_S += 1 / (config.outputs[circuit.discharge].contact_Ohm + 0.0005);
  if (conducts(contactors, circuit.common)) way_S += 1 / (config.outputs[circuit.common].contact_Ohm + 0.0005);
  if (conducts(contactors, circuit.precharge) && world.faults.prechargeOpen === 0) way_S += 1 / config.precharge_Ohm;
  return way_S;
}

/** Link capacitor over dt_s: an exact exponential between a source, a conductance and a constant current. */
function solveLink(world: Wired, source_V: number, ohm: number, shared: boolean, dt_s: number): void {
  const { circuit, load, faults, config } = world;
  const before_V = circuit.link_V;
  const source_S = ohm > 0 ? 1 / ohm : 0;
  const bleeder_S = config.bleeder_Ohm > 0 ? 1 / config.bleeder_Ohm : 0;
  const total_S = source_S + load.conductance_S + bleeder_S + faults.linkShort_S + faults.loadShort_S;
  if (source_S > 0 && circuit.way_S === 0) noteInrush(world, Math.abs(source_V - before_V) * source_S);
  circuit.way_S = source_S;
  let draw_A = load.current_A;
  const fed_A = source_V * source_S;
  if (draw_A < 0)
    draw_A = -feeding(-draw_A, load.charge_V, before_V, fed_A, 0, total_S, source_S, circuit.link_F, dt_s);
  if (shared) {
    const { ready_A, set_V } = world.charger;
    circuit.charger_A = feeding(ready_A, set_V, before_V, fed_A, draw_A, total_S, source_S, circuit.link_F, dt_s);
    draw_A -= circuit.charger_A;
  }
  step(circuit, total_S, fed_A - draw_A, source_V, source_S, dt_s);
  if (circuit.link_V >= 0) return;
  circuit.link_V = 0; // the load collapses with its supply
  circuit.link_As = source_S > 0 ? source_V * source_S * dt_s : 0;
  circuit.link_A = source_S > 0 ? source_V * source_S : 0;
  circuit.link_A2s = circuit.link_A * circuit.link_A * dt_s;
}

/** What a source of at most ready_A may give so that the link ends no higher than its set voltage. */
function feeding(
  ready_A: number,
  set_V: number,
  link_V: number,
  fed_A: number,
  draw_A: number,
  total_S: number,
  source_S: number,
  link_F: number,
  dt_s: number,
): number {
  if (ready_A <= 0) return 0;
  const hold_A = set_V * total_S - fed_A + draw_A;
  const most_A = source_S > 0 ? hold_A : hold_A + ((set_V - link_V) * link_F) / dt_s;
  const given_A = most_A < ready_A ? most_A : ready_A;
  return given_A > 0 ? given_A : 0;
}

/** C dV/dt = drive - total_S V. Leaves the link voltage and the integrals of the current into the link. */
function step(
  circuit: Circuit,
  total_S: number,
  drive_A: number,
  source_V: number,
  source_S: number,
  dt_s: number,
): void {
  const before_V = circuit.link_V;
  let mean_V: number;
  let square_V2 = 0; // mean square of the swing about the end value
  let end_V: number;
  if (total_S <= 0) {
    end_V = before_V + (drive_A / circuit.link_F) * dt_s;
    mean_V = 0.5 * (before_V + end_V);
  } else {
    const tau_s = circuit.link_F / total_S;
    const final_V = drive_A / total_S;
    const swing_V = before_V - final_V;
    const ratio = dt_s / tau_s;
    const left = ratio < 40 ? Math.exp(-ratio) : 0;
    end_V = final_V + swing_V * left;
    mean_V = final_V + (swing_V * (1 - left)) / ratio;
    square_V2 = (swing_V * swing_V * (1 - left * left)) / (2 * ratio) - (mean_V - final_V) * (mean_V - final_V);
  }
  circuit.link_V = end_V;
  const current_A = (source_V - mean_V) * source_S;
  circuit.link_A = (source_V - end_V) * source_S;
  circuit.link_As = current_A * dt_s;
  circuit.link_A2s = (current_A * current_A + square_V2 * source_S * source_S) * dt_s;
}

/** A contact closed onto the link: the peak may weld it. */
function noteInrush(world: Wired, peak_A: number): void {
  const { circuit, contactors, config, truth } = world;
  if (peak_A > truth.inrush_A) truth.inrush_A = peak_A;
  for (let k = 0; k < OUTPUTS; k++) {
    const role = k === circuit.discharge || k === circuit.common || k === circuit.main;
    const weld_A = config.outputs[k].weld_A;
    if (role && weld_A > 0 && peak_A > weld_A && contactors[k].contact === 1) contactors[k].welded = 1;
  }
}

function account(world: Wired, dt_us: number): void {
  const { circuit, cells, truth, config, thermal, faults } = world;
  const dt_s = dt_us * 1e-6;
  circuit.tick_s = dt_s;
  circuit.before_A = circuit.current_A;
  circuit.current_A = circuit.moved_As / dt_s;
  circuit.stack_A = circuit.current_A - circuit.own_A;
  circuit.stack_As += circuit.stack_A * dt_s;
  circuit.stack_A2s += circuit.square_A2s - (2 * circuit.current_A - circuit.own_A) * circuit.own_A * dt_s;
  settleCharger(world.charger, circuit.charger_As / dt_s, dt_us);
  meltFuse(circuit, config.fuse, dt_s);
  heatContacts(world, thermal, dt_s);
  const pack_V = cells.stack_V + cells.stack_Ohm * circuit.stack_A + config.pack.linkage_Ohm * circuit.current_A;
  truth.pack_V = pack_V;
  truth.current_A = circuit.current_A;
  truth.link_V = circuit.link_V;
  truth.linkCurrent_A = circuit.link_A;
  truth.chargerPort_V = circuit.port_V;
  truth.chargerCurrent_A = circuit.charger_As / dt_s;
  truth.boardCurrent_A = circuit.own_A;
  truth.fuseBlown = circuit.fuseMelted === 1 || faults.fuseBlown === 1 ? 1 : 0;
  truth.heater_W = circuit.heater_W;
  truth.cooler_W = circuit.cooler_W;
  truth.board_Wh += (circuit.own_A * cells.stack_V * dt_s) / 3600;
  countEnergy(world);
}

/** Charge and energy at the pack terminals; the square keeps the energy right within a tick of changing current. */
function countEnergy(world: Wired): void {
  const { circuit, cells, truth, config } = world;
  const still_V = cells.stack_V - cells.stack_Ohm * circuit.own_A;
  const energy_J = still_V * circuit.moved_As + (cells.stack_Ohm + config.pack.linkage_Ohm) * circuit.square_A2s;
  if (circuit.moved_As >= 0) {
    truth.charged_Ah += circuit.moved_As / 3600;
    truth.charged_Wh += energy_J / 3600;
  } else {
    truth.discharged_Ah -= circuit.moved_As / 3600;
    truth.discharged_Wh -= energy_J / 3600;
  }
  truth.balanced_Wh = cells.balanced_J / 3600;
  truth.cellHeat_Wh = cells.totalHeat_J / 3600;
  for (let k = 0; k < OUTPUTS; k++) {
    const contactor = world.contactors[k];
    truth.contacts[k] = contactor.contact;
    truth.welded[k] = contactor.welded;
    truth.closings[k] = contactor.closings;
  }
  truth.powered = world.board.powered;
}

/** A new fuse in the holder. */
export function replaceFuse(circuit: Circuit): void {
  circuit.fuseMelted = 0;
  circuit.fuse_A2s = 0;
}

function meltFuse(circuit: Circuit, fuse: { rating_A: number; melt_A2s: number }, dt_s: number): void {
  if (fuse.rating_A <= 0) return;
  const above_A2s = circuit.square_A2s - fuse.rating_A * fuse.rating_A * dt_s;
  circuit.fuse_A2s = Math.max(0, circuit.fuse_A2s + above_A2s);
  if (circuit.fuse_A2s > fuse.melt_A2s) circuit.fuseMelted = 1;
}

function heatContacts(world: Wired, thermal: Thermal, dt_s: number): void {
  const { circuit, contactors, config } = world;
  for (let k = 0; k < OUTPUTS; k++) {
    if (contactors[k].contact === 0) continue;
    const coil_W = contactors[k].phase === "closed" ? config.outputs[k].coil_W : 0;
    const carries = k === circuit.precharge || k === circuit.heater || k === circuit.cooler ? 0 : 1;
    thermal.coils_J[k] += coil_W * dt_s + carries * circuit.square_A2s * config.outputs[k].contact_Ohm;
  }
}

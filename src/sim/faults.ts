// The faults that are present, as quantities the physics reads, and how a row of the catalogue sets and clears them.
// Counted from 0 here; a value of 0 means "nothing wrong" throughout.

import { CELL_INPUTS, INPUTS, OUTPUTS, THERMISTOR_INPUTS } from "../core/sensors.ts";
import type { WorldFault } from "./fault-catalogue.ts";
import { type Cells, refreshParameters } from "./plant/cell.ts";
import { type Contactor, free, overrule } from "./plant/contactor.ts";

export type Faults = {
  cellLeak_S: Float64Array;
  cellAdded_Ohm: Float64Array;
  cellReversed: Uint8Array;
  wireOpen: Uint8Array;
  wireSwapped: Uint8Array;
  readingOffset_V: Float64Array;
  readingStuck: Uint8Array;
  /** Any of the four above: readings take the long way. */
  wiring: number;
  frontEndStalled: number;
  frontEndNoise_V: number;
  thermistorOpen: Uint8Array;
  thermistorShort: Uint8Array;
  thermistorOffset_K: Float64Array;
  hallOffset_A: number;
  /** Factor minus one. */
  hallGain: number;
  hallFrozen: number;
  hallReferenceLost: number;
  hallSupplyLost: number;
  /** -1 at the lower rail, 1 at the upper. */
  hallRailed: number;
  feedbackBroken: Uint8Array;
  feedbackShorted: Uint8Array;
  linkShort_S: number;
  prechargeOpen: number;
  ignoresLimits: number;
  ignoresPermission: number;
  runaway: number;
  loadShort_S: number;
  fuseBlown: number;
  heaterStuckOn: number;
  buttonStuck: number;
  insulation: number;
  /** 1 stuck open, 2 stuck closed. */
  inputStuck: Uint8Array;
  /** 1 + the voltage left, 0 when the supply is sound. */
  brownOut: number;
  ambientBefore_degC: number;
};

export const createFaults = (): Faults => ({
  cellLeak_S: new Float64Array(CELL_INPUTS),
  cellAdded_Ohm: new Float64Array(CELL_INPUTS),
  cellReversed: new Uint8Array(CELL_INPUTS),
  wireOpen: new Uint8Array(CELL_INPUTS + 1),
  wireSwapped: new Uint8Array(CELL_INPUTS + 1),
  readingOffset_V: new Float64Array(CELL_INPUTS),
  readingStuck: new Uint8Array(CELL_INPUTS),
  wiring: 0,
  frontEndStalled: 0,
  frontEndNoise_V: 0,
  thermistorOpen: new Uint8Array(THERMISTOR_INPUTS),
  thermistorShort: new Uint8Array(THERMISTOR_INPUTS),
  thermistorOffset_K: new Float64Array(THERMISTOR_INPUTS),
  hallOffset_A: 0,
  hallGain: 0,
  hallFrozen: 0,
  hallReferenceLost: 0,
  hallSupplyLost: 0,
  hallRailed: 0,
  feedbackBroken: new Uint8Array(OUTPUTS),
  feedbackShorted: new Uint8Array(OUTPUTS),
  linkShort_S: 0,
  prechargeOpen: 0,
  ignoresLimits: 0,
  ignoresPermission: 0,
  runaway: 0,
  loadShort_S: 0,
  fuseBlown: 0,
  heaterStuckOn: 0,
  buttonStuck: 0,
  insulation: 0,
  inputStuck: new Uint8Array(INPUTS),
  brownOut: 0,
  ambientBefore_degC: 0,
});

/** The parts of the world a fault can touch. */
export type Faulty = { faults: Faults; cells: Cells; contactors: Contactor[]; ambient_degC: number };

/** Make a fault present. Elements beyond what the pack has are accepted and change nothing that conducts. */
export function setFault(world: Faulty, fault: WorldFault): void {
  change(world, fault, 1);
}

/** Repair it. Lost capacity is not repaired; a blown fuse is replaced; a welded contact is freed. */
export function removeFault(world: Faulty, fault: WorldFault): void {
  change(world, fault, 0);
}

function change(world: Faulty, fault: WorldFault, on: 0 | 1): void {
  const faults = world.faults;
  switch (fault.kind) {
    case "ambientJump":
      if (on === 1) faults.ambientBefore_degC = world.ambient_degC;
      world.ambient_degC = on === 1 ? fault.ambient_degC : faults.ambientBefore_degC;
      return;
    case "contactorWelded":
    case "contactorStuckOpen":
      changeContactor(world.contactors[fault.output - 1], fault.kind, on);
      return;
    case "feedbackBroken":
      faults.feedbackBroken[fault.output - 1] = on;
      return;
    case "feedbackShorted":
      faults.feedbackShorted[fault.output - 1] = on;
      return;
    case "thermistorOpen":
      faults.thermistorOpen[fault.thermistor - 1] = on;
      return;
    case "thermistorShort":
      faults.thermistorShort[fault.thermistor - 1] = on;
      return;
    case "thermistorOffset":
      faults.thermistorOffset_K[fault.thermistor - 1] = on * fault.offset_K;
      return;
    case "inputStuck":
      faults.inputStuck[fault.input - 1] = on * (fault.closed === 1 ? 2 : 1);
      return;
    case "cellLeak":
    case "cellCapacityLoss":
    case "cellResistance":
    case "cellReversed":
      changeCell(world, fault, on);
      return;
    case "senseWireOpen":
    case "senseWiresSwapped":
    case "cellReadingOffset":
    case "cellReadingStuck":
      changeReading(faults, fault, on);
      return;
    default:
      changeRest(faults, fault, on);
  }
}

function changeContactor(contactor: Contactor, kind: "contactorWelded" | "contactorStuckOpen", on: 0 | 1): void {
  if (kind === "contactorStuckOpen") contactor.stuckOpen = on;
  free(contactor);
  if (kind === "contactorWelded") contactor.welded = on;
  overrule(contactor);
}

type CellFault = Extract<WorldFault, { kind: "cellLeak" | "cellCapacityLoss" | "cellResistance" | "cellReversed" }>;

function changeCell(world: Faulty, fault: CellFault, on: 0 | 1): void {
  const index = fault.cell - 1;
  if (fault.kind === "cellLeak") world.faults.cellLeak_S[index] = on / fault.resistance_Ohm;
  else if (fault.kind === "cellResistance") world.faults.cellAdded_Ohm[index] = on * fault.added_Ohm;
  else if (fault.kind === "cellReversed") world.faults.cellReversed[index] = on;
  else if (on === 1) world.cells.capacity25_Ah[index] *= 1 - fault.loss;
  refreshParameters(world.cells, world.faults.cellLeak_S, world.faults.cellAdded_Ohm, world.faults.cellReversed);
}

type ReadingFault = Extract<
  WorldFault,
  { kind: "senseWireOpen" | "senseWiresSwapped" | "cellReadingOffset" | "cellReadingStuck" }
>;

function changeReading(faults: Faults, fault: ReadingFault, on: 0 | 1): void {
  if (fault.kind === "senseWireOpen") faults.wireOpen[fault.wire] = on;
  else if (fault.kind === "senseWiresSwapped") faults.wireSwapped[fault.wire] = on;
  else if (fault.kind === "cellReadingOffset") faults.readingOffset_V[fault.cell - 1] = on * fault.offset_V;
  else faults.readingStuck[fault.cell - 1] = on;
  faults.wiring = 0;
  for (let k = 0; k <= CELL_INPUTS; k++) if (faults.wireOpen[k] + faults.wireSwapped[k] > 0) faults.wiring = 1;
  for (let k = 0; k < CELL_INPUTS; k++)
    if (faults.readingOffset_V[k] !== 0 || faults.readingStuck[k] > 0) faults.wiring = 1;
}

/** Faults of which there is only one, by the quantity they set while present. */
function changeRest(faults: Faults, fault: WorldFault, on: 0 | 1): void {
  switch (fault.kind) {
    case "hallOffset":
      faults.hallOffset_A = on * fault.offset_A;
      return;
    case "hallGain":
      faults.hallGain = on * (fault.factor - 1);
      return;
    case "hallFrozen":
      faults.hallFrozen = on;
      return;
    case "hallReferenceLost":
      faults.hallReferenceLost = on;
      return;
    case "hallSupplyLost":
      faults.hallSupplyLost = on;
      return;
    case "hallRailed":
      faults.hallRailed = on * (fault.high === 1 ? 1 : -1);
      return;
    case "linkShorted":
      faults.linkShort_S = on / fault.resistance_Ohm;
      return;
    case "prechargeResistorOpen":
      faults.prechargeOpen = on;
      return;
    case "chargerIgnoresLimits":
      faults.ignoresLimits = on;
      return;
    case "chargerIgnoresPermission":
      faults.ignoresPermission = on;
      return;
    case "chargerRunaway":
      faults.runaway = on * fault.factor;
      return;
    case "loadShort":
      faults.loadShort_S = on / fault.resistance_Ohm;
      return;
    case "fuseBlown":
      faults.fuseBlown = on;
      return;
    case "heaterStuckOn":
      faults.heaterStuckOn = on;
      return;
    case "frontEndStalled":
      faults.frontEndStalled = on;
      return;
    case "frontEndNoise":
      faults.frontEndNoise_V = on * fault.noise_V;
      return;
    case "buttonStuck":
      faults.buttonStuck = on;
      return;
    case "insulationFault":
      faults.insulation = on;
      return;
    case "supplyBrownOut":
      faults.brownOut = on * (1 + fault.supply_V);
      return;
  }
}

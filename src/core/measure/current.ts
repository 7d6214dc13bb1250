// Battery current, charging positive, from the Hall sensor of X7 (LEM HASS and HTFS with a reference, DHAB with two
// channels) or from a shunt on the bus; and every reason not to believe it. Formulas follow the makers' sheets:
// I = (Vcs - Vref) nominal / gain; DHAB: I = (5 V / supply Vcs - 2.5 V) range / 2 V.

import { SENSOR_SUPPLY_MAX_V, SENSOR_SUPPLY_MIN_V } from "../../model/current-sensors.ts";
import type { Sensors } from "../sensors.ts";
import { calibrate, followDrift } from "./calibration.ts";
import type { Measured } from "./measured.ts";
import type { CurrentPlan, MeasurePlan } from "./plan.ts";
import { hearShunt, shuntCurrent_A } from "./shunt.ts";

const NONE = 0;
const OUTPUT = 1;
const REFERENCE = 2;
const SUPPLY = 3;
const FROZEN = 4;
const CHANNELS = 5;
const ZERO = 6;
const SILENT = 7;

/** One step of a 16-bit converter over 5 V. */
const ADC_STEP_V = 5 / 65_535;
/** The cells are sampled every 100 ms: only what they do after this much stillness tells of a current that has changed. */
const SETTLED_us = 300_000;
/** Three turning points of the mean cell voltage, 5 mV or more apart: 20 mV up and down. */
const TURNS = 3;
const TURN_V = 0.005;
/** Share of a new reading in the mean that may turn: noise of a few millivolts on every cell is no turn. */
const SMOOTH = 0.2;
/**
 * A short circuit drives a sensor beyond its range. For so long the end of the range counts as the current, so that the
 * protections can judge it; a longer stay is a broken sensor.
 */
const OVER_RANGE_us = 100_000;

/**
 * Current and its validity. Not believed while calibrating, without calibration, with any fault, or with a silent shunt.
 * @param off no coil is driven and no feedback says that a contactor is closed
 * @param stuck current flows although no coil is driven: a contactor may have welded
 */
export function measureCurrent(
  measured: Measured,
  plan: MeasurePlan,
  sensors: Sensors,
  off: boolean,
  stuck: boolean,
  dt_us: number,
): void {
  measured.hall_V = sensors.hall_V;
  measured.hallReference_V = sensors.hallReference_V;
  measured.hallSupply_V = sensors.hallSupply_V;
  hearShunt(measured, plan.shunt, dt_us);
  if (plan.shunt.enable) readShunt(measured, plan);
  else readHall(measured, plan.current, off, stuck, dt_us);
  measured.currentBroken = measured.currentFault === NONE ? 0 : 1;
}

function readShunt(measured: Measured, plan: MeasurePlan): void {
  measured.calibrated = 1;
  measured.calibratedSensor = 0; // back on the Hall sensor, its zero is taken anew
  measured.currentFault = measured.shuntOffline === 1 ? SILENT : NONE;
  measured.currentValid = measured.shuntHeard === 1 && measured.currentFault === NONE ? 1 : 0;
  if (measured.currentValid === 1) publish(measured, shuntCurrent_A(measured, plan.shunt));
}

function readHall(measured: Measured, plan: CurrentPlan, off: boolean, stuck: boolean, dt_us: number): void {
  const electric = electricFault(measured, plan);
  const sound = electric === NONE;
  const scale = plan.scaled && sound ? 5 / measured.hallSupply_V : 1;
  const rest_V = plan.scaled ? 2.5 : measured.hallReference_V;
  const swing_V = measured.hall_V * scale - rest_V;
  const coarse_V = plan.dual ? measured.hallReference_V * scale - 2.5 : 0;
  calibrate(measured, plan, swing_V, coarse_V, sound && off, dt_us);
  const resting = sound && off && measured.currentFault === NONE && (plan.vouched || !stuck);
  followDrift(measured, plan, swing_V, coarse_V, resting, dt_us);
  if (sound) measured.calibratedReference_V = (rest_V + measured.zero_V) / scale;
  const frozen = isFrozen(measured, plan, dt_us);
  let fault = electric;
  let current_A = 0;
  if (sound) {
    current_A = chooseChannel(measured, plan, swing_V, coarse_V);
    if (measured.calibrated === 1 && channelsDiffer(measured, plan, swing_V, coarse_V)) fault = CHANNELS;
    else if (beyondRange(measured, plan, current_A, dt_us)) fault = OUTPUT;
    else if (frozen) fault = FROZEN;
    else if (measured.zeroRejected === 1) fault = ZERO;
  }
  measured.currentFault = fault;
  measured.currentValid = fault === NONE && measured.calibrated === 1 ? 1 : 0;
  if (measured.currentValid === 0) return;
  publish(measured, Math.min(Math.max(current_A, -plan.range_A), plan.range_A));
}

function publish(measured: Measured, current_A: number): void {
  measured.current_A = current_A;
  measured.chargeCurrent_A = current_A > 0 ? current_A : 0;
  measured.dischargeCurrent_A = current_A < 0 ? -current_A : 0;
}

/** What the voltages at the header say: supply first, because without it nothing else can be right. */
function electricFault({ hall_V, hallReference_V, hallSupply_V }: Measured, plan: CurrentPlan): number {
  if (!(hallSupply_V >= SENSOR_SUPPLY_MIN_V && hallSupply_V <= SENSOR_SUPPLY_MAX_V)) return SUPPLY;
  if (plan.scaled) {
    if (plan.dual && !isOutput(plan, hallReference_V, hallSupply_V)) return REFERENCE;
  } else {
    const expected_V = plan.ratiometric ? hallSupply_V / 2 : plan.reference_V;
    if (!(Math.abs(hallReference_V - expected_V) <= plan.referenceTolerance_V)) return REFERENCE;
  }
  return isOutput(plan, hall_V, hallSupply_V) ? NONE : OUTPUT;
}

/** Between the clamps of the output stage; sheets leave open whether those of a DHAB follow its supply, so either will do. */
function isOutput(plan: CurrentPlan, output_V: number, supply_V: number): boolean {
  const part = plan.scaled ? supply_V / 5 : 1;
  return output_V >= plan.outputMin_V * Math.min(part, 1) && output_V <= plan.outputMax_V * Math.max(part, 1);
}

/** The current of the channel in use; a DHAB leaves its fine channel at 85 % of its range and returns at 80 %. */
function chooseChannel(measured: Measured, plan: CurrentPlan, swing_V: number, coarse_V: number): number {
  const fine_A = (swing_V - measured.zero_V) * plan.factor_A_per_V;
  if (!plan.dual) return fine_A;
  const coarse_A = (coarse_V - measured.coarseZero_V) * plan.coarseFactor_A_per_V;
  if (measured.coarseChannel === 0 && Math.abs(fine_A) > plan.leave_A) measured.coarseChannel = 1;
  else if (measured.coarseChannel === 1 && Math.abs(coarse_A) < plan.return_A) measured.coarseChannel = 0;
  return measured.coarseChannel === 1 ? coarse_A : fine_A;
}

/** While either channel says that the current is in the fine range, both must say the same. */
function channelsDiffer(measured: Measured, plan: CurrentPlan, swing_V: number, coarse_V: number): boolean {
  if (!plan.dual) return false;
  const fine_A = (swing_V - measured.zero_V) * plan.factor_A_per_V;
  const coarse_A = (coarse_V - measured.coarseZero_V) * plan.coarseFactor_A_per_V;
  const inRange = Math.abs(fine_A) <= plan.fineRange_A || Math.abs(coarse_A) <= plan.fineRange_A;
  return inRange && Math.abs(fine_A - coarse_A) > plan.difference_A;
}

function beyondRange(measured: Measured, plan: CurrentPlan, current_A: number, dt_us: number): boolean {
  measured.overRange_us = Math.abs(current_A) > plan.range_A ? measured.overRange_us + dt_us : 0;
  return measured.overRange_us > OVER_RANGE_us;
}

/**
 * An output that has stood still for the set time although the pack has moved as only a changing current moves it. Real
 * outputs always move by noise; an ideal one may stand still for ever at rest or under a steady load: the pack then
 * relaxes, empties, and turns round twice at most.
 */
function isFrozen(measured: Measured, plan: CurrentPlan, dt_us: number): boolean {
  const still = Math.abs(measured.hall_V - measured.lastHall_V) <= ADC_STEP_V;
  if (!still) {
    measured.lastHall_V = measured.hall_V;
    measured.frozen_us = 0;
    measured.frozenMoved = 0;
    measured.packTurns = 0;
    measured.packDirection = 0;
    measured.packMean_V = measured.averageCell_V;
    measured.packExtreme_V = measured.averageCell_V;
    return false;
  }
  measured.frozen_us += dt_us;
  if (measured.fresh === 1 && measured.cellsValid === 1) watchPack(measured);
  return measured.frozenMoved === 1 && measured.frozen_us >= plan.frozenAfter_us;
}

function watchPack(measured: Measured): void {
  measured.packMean_V += SMOOTH * (measured.averageCell_V - measured.packMean_V);
  const away_V = measured.packMean_V - measured.packExtreme_V;
  if (Math.abs(away_V) > TURN_V || away_V * measured.packDirection > 0) {
    const direction = away_V > 0 ? 1 : -1;
    if (direction === -measured.packDirection) measured.packTurns++;
    measured.packDirection = direction;
    measured.packExtreme_V = measured.packMean_V;
  }
  const stepped = measured.packMoved === 1 && measured.frozen_us >= SETTLED_us;
  if (stepped || measured.packTurns >= TURNS) measured.frozenMoved = 1;
}

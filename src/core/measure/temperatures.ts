// Thermistors of X6: from the divider's part of its supply to degC by the table of the type, open and shorted ones told
// apart (100 kOhm to the supply: open reads the supply, shorted reads nothing), smoothed, and shared out to the cells.

import { tableTemperature_degC } from "../../model/thermistors.ts";
import { type Sensors, THERMISTOR_INPUTS } from "../sensors.ts";
import { type Measured, TEMPERATURE_PERIOD_us } from "./measured.ts";
import type { TemperaturePlan } from "./plan.ts";

/** Without this supply (3.3 or 5 V) a divider says nothing. */
const SUPPLY_MIN_V = 1;
/** What a board and its heat sink can be at; the table of the thermistors ends there too. */
const COLDEST_degC = -60;
const HOTTEST_degC = 200;

const GOOD = 0;
const OPEN = 1;
const SHORTED = 2;
const UNUSED = 3;
const ON_CELLS = 1;
const ON_CONTACTOR = 2;

/** Temperatures of cells, contactors, surroundings and board. A value that is not believed stays at its last number. */
export function measureTemperatures(measured: Measured, plan: TemperaturePlan, sensors: Sensors, dt_us: number): void {
  measured.temperature_us += dt_us;
  if (measured.temperature_us < TEMPERATURE_PERIOD_us) return;
  const part = measured.temperature_us / (measured.temperature_us + plan.timeConstant_us);
  measured.temperature_us = 0;
  readThermistors(measured, plan, sensors, part);
  summarise(measured, plan.uses);
  shareOut(measured, plan);
  readBoard(measured, sensors);
}

/** @param part how much of the way to the new value the smoothing goes, 0..1 */
function readThermistors(measured: Measured, plan: TemperaturePlan, sensors: Sensors, part: number): void {
  const { temperatures_degC, thermistorState } = measured;
  const supplied = sensors.thermistorSupply_V >= SUPPLY_MIN_V;
  for (let input = 0; input < THERMISTOR_INPUTS; input++) {
    const ratio = supplied ? sensors.thermistors_V[input] / sensors.thermistorSupply_V : 0;
    const before = thermistorState[input];
    const state =
      plan.uses[input] === 0 ? UNUSED : !(ratio <= plan.openRatio) ? OPEN : ratio < plan.shortRatio ? SHORTED : GOOD;
    thermistorState[input] = state;
    measured.thermistorPresent[input] = state === GOOD ? 1 : 0;
    measured.thermistorShorted[input] = state === SHORTED ? 1 : 0;
    if (state !== GOOD) continue;
    const now_degC = tableTemperature_degC(plan.table, ratio);
    const last_degC = temperatures_degC[input];
    temperatures_degC[input] = before === GOOD ? last_degC + (now_degC - last_degC) * part : now_degC;
  }
}

/** Extremes over the cells, the hottest contactor, the first in the surroundings, the first that is broken. */
function summarise(measured: Measured, uses: Uint8Array): void {
  const { temperatures_degC, thermistorState } = measured;
  let coldest = -1;
  let hottest = -1;
  let contactor = -1;
  let ambient = -1;
  let broken = -1;
  for (let input = 0; input < THERMISTOR_INPUTS; input++) {
    const state = thermistorState[input];
    if ((state === OPEN || state === SHORTED) && broken < 0) broken = input;
    if (state !== GOOD) continue;
    const here_degC = temperatures_degC[input];
    if (uses[input] === ON_CELLS) {
      if (coldest < 0 || here_degC < temperatures_degC[coldest]) coldest = input;
      if (hottest < 0 || here_degC > temperatures_degC[hottest]) hottest = input;
    } else if (uses[input] === ON_CONTACTOR) {
      if (contactor < 0 || here_degC > temperatures_degC[contactor]) contactor = input;
    } else if (ambient < 0) ambient = input;
  }
  measured.thermistorFault = broken < 0 ? 0 : thermistorState[broken];
  measured.thermistorFaultIndex = broken;
  measured.temperatureValid = coldest < 0 ? 0 : 1;
  measured.minTemperatureIndex = coldest;
  measured.maxTemperatureIndex = hottest;
  measured.contactorTemperatureValid = contactor < 0 ? 0 : 1;
  measured.ambientTemperatureValid = ambient < 0 ? 0 : 1;
  if (coldest >= 0) measured.minTemperature_degC = temperatures_degC[coldest];
  if (hottest >= 0) measured.maxTemperature_degC = temperatures_degC[hottest];
  if (contactor >= 0) measured.contactorTemperature_degC = temperatures_degC[contactor];
  if (ambient >= 0) measured.ambientTemperature_degC = temperatures_degC[ambient];
}

/** Each cell has the temperature of the nearest believed thermistor. */
function shareOut(measured: Measured, plan: TemperaturePlan): void {
  if (measured.temperatureValid === 0) return;
  const { thermistorState, temperatures_degC, cellThermistor, cellTemperatures_degC } = measured;
  for (let cell = 0; cell < plan.cells; cell++) {
    let choice = cell * plan.onCells;
    while (thermistorState[plan.nearest[choice]] !== GOOD) choice++; // one is good, or the flag above would be 0
    const input = plan.nearest[choice];
    cellThermistor[cell] = input;
    cellTemperatures_degC[cell] = temperatures_degC[input];
  }
}

function readBoard(measured: Measured, sensors: Sensors): void {
  measured.boardValid = plausible(sensors.board_degC) ? 1 : 0;
  measured.heatSinkValid = plausible(sensors.heatSink_degC) ? 1 : 0;
  if (measured.boardValid === 1) measured.board_degC = sensors.board_degC;
  if (measured.heatSinkValid === 1) measured.heatSink_degC = sensors.heatSink_degC;
}

const plausible = (here_degC: number): boolean => here_degC >= COLDEST_degC && here_degC <= HOTTEST_degC;

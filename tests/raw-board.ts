// A board for tests of the stage "measure": raw volts at the headers as a healthy pack would give them, and the stage on
// its own. Voltages of sensors are worked out here from the makers' sheets, not from the code under test.
import type { Bms } from "../src/core/bms.ts";
import { createDecided, type Decided } from "../src/core/decide/decided.ts";
import { measure } from "../src/core/measure/measure.ts";
import { createMeasured, type Measured } from "../src/core/measure/measured.ts";
import { planMeasure } from "../src/core/measure/plan.ts";
import { createSensors, type Sensors } from "../src/core/sensors.ts";
import { createSettings, type Settings } from "../src/model/settings.ts";

export type RawBoard = {
  readonly settings: Settings;
  readonly sensors: Sensors;
  readonly measured: Measured;
  readonly decided: Decided;
  /** Takes the settings as they now stand. */
  plan(): void;
  /** One tick; no new conversion. */
  tick(dt_us?: number): void;
  /** One tick that brings a conversion, and the wire test if one was asked for, as the board does. */
  convert(dt_us?: number): void;
  /** Ten ticks of 10 ms, the first with a conversion, so often. */
  run(conversions: number): void;
};

/** All cells at 3.3 V, all thermistors at 25 degC, no current; open-wire readings of sound wires. */
export function createRawBoard(cells = 16): RawBoard {
  const settings = createSettings();
  settings.battery.cells = cells;
  const sensors = createSensors();
  const measured = createMeasured();
  const decided = createDecided();
  let bms = {} as Bms;
  const plan = (): void => {
    bms = { measure: measured, decide: decided, plan: { measure: planMeasure(settings) } } as unknown as Bms;
  };
  const tick = (dt_us = 10_000): void => measure(bms, sensors, dt_us);
  const convert = (dt_us = 10_000): void => {
    sensors.cellSequence++;
    if (measured.wireTestDue === 1) sensors.openWireSequence++;
    tick(dt_us);
  };
  const run = (conversions: number): void => {
    for (let i = 0; i < conversions; i++) {
      convert();
      for (let k = 0; k < 9; k++) tick();
    }
  };
  makeHealthy(sensors, cells);
  plan();
  return { settings, sensors, measured, decided, plan, tick, convert, run };
}

function makeHealthy(sensors: Sensors, cells: number): void {
  for (let cell = 0; cell < cells; cell++) setCell(sensors, cell, 3.3);
  sensors.supply_V = 3.3 * cells;
  sensors.thermistorSupply_V = 5;
  sensors.thermistors_V.fill(2.5); // 100 kOhm under 100 kOhm
  sensors.hallSupply_V = 5;
  sensors.hall_V = 2.5;
  sensors.hallReference_V = 2.5;
  sensors.board_degC = 30;
  sensors.heatSink_degC = 35;
}

/** The cell reads so, and its wires test sound. */
export function setCell(sensors: Sensors, cell: number, cell_V: number): void {
  sensors.cells_V[cell] = cell_V;
  sensors.pullUp_V[cell] = cell_V;
  sensors.pullDown_V[cell] = cell_V;
}

/** Every cell reads so, and the supply their sum. */
export function setCells(sensors: Sensors, cells: number, cell_V: number): void {
  for (let cell = 0; cell < cells; cell++) setCell(sensors, cell, cell_V);
  sensors.supply_V = cells * cell_V;
}

/**
 * Wire Ck is off, by the LTC6813-1 data sheet: pulled up it follows C(k+1), pulled down C(k-1), so that cell k+1 reads
 * nothing with the pull-up and both cells with the pull-down; C0 and the top wire give an exact zero instead.
 */
export function openWire(sensors: Sensors, cells: number, wire: number): void {
  if (wire === 0) sensors.pullUp_V[0] = 0;
  else if (wire === cells) sensors.pullDown_V[cells - 1] = 0;
  else {
    sensors.pullUp_V[wire] = 0;
    sensors.pullDown_V[wire] = 6.5;
    sensors.pullUp_V[wire - 1] = 6.5;
    sensors.pullDown_V[wire - 1] = 0;
  }
}

/** Voltage over a thermistor of so many ohms under 100 kOhm. */
export const divider_V = (thermistor_Ohm: number, supply_V = 5): number =>
  (supply_V * thermistor_Ohm) / (thermistor_Ohm + 100_000);

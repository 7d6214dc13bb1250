// A device whose stage "decide" runs alone: the test fills what the earlier stages would know, a few ideal contactors
// follow the commands, and ticks of 10 ms pass. Contactors move within one tick, unless told to weld or to stay open.
import type { Bms } from "../../src/core/bms.ts";
import { createBms } from "../../src/core/bms.ts";
import { decide } from "../../src/core/decide/decide.ts";
import type { ContactorName } from "../../src/core/decide/decided.ts";
import { CONTACTORS } from "../../src/core/decide/decided.ts";
import { INPUT_SIGNALS, type InputSignalName } from "../../src/model/input-signals.ts";
import { createSettings, type Settings } from "../../src/model/settings.ts";

export const TICK_us = 10_000;

export type Rig = {
  readonly bms: Bms;
  /** What a contactor does instead of following its coil. */
  readonly welded: Set<ContactorName>;
  readonly stuckOpen: Set<ContactorName>;
  /** Contactors whose feedback always reads open. */
  readonly wireBroken: Set<ContactorName>;
  /** The link behind discharging or common contactor: charged through the resistor, at once through a contactor. */
  readonly link: { volt_V: number; farad_F: number; ohm_Ohm: number; open: boolean };
  /** What flows besides the charging of the link. */
  flow_A: number;
  /** Called before each tick, after feedback was read: the plant's answer. */
  plant: () => void;
};

/** A running, measured, healthy device of 16 cells at 3.3 V with its contactors still open; `change` sets it up first. */
export function createRig(change: (settings: Settings) => void = () => {}): Rig {
  const settings = createSettings();
  change(settings);
  const bms = createBms(settings);
  const { measure, estimate } = bms;
  measure.cellsValid = 1;
  measure.cellMonitorOnline = 1;
  measure.cellValid.fill(1, 0, settings.battery.cells);
  measure.temperatureValid = 1;
  measure.currentValid = 1;
  measure.batteryValid = 1;
  measure.heatSinkValid = 1;
  measure.ready = 1;
  estimate.started = 1;
  estimate.soc = 0.5;
  setCells(bms, 3.3);
  const link = {
    volt_V: 0,
    farad_F: settings.precharge.capacitance_F,
    ohm_Ohm: settings.precharge.resistor_Ohm,
    open: false,
  };
  return { bms, welded: new Set(), stuckOpen: new Set(), wireBroken: new Set(), link, flow_A: 0, plant: () => {} };
}

export function setCells(bms: Bms, cell_V: number, highest_V: number = cell_V): void {
  const { measure, estimate } = bms;
  const cells = bms.settings.battery.cells;
  measure.cells_V.fill(cell_V, 0, cells);
  measure.cells_V[0] = highest_V;
  measure.battery_V = cell_V * (cells - 1) + highest_V;
  measure.minCell_V = Math.min(cell_V, highest_V);
  measure.maxCell_V = Math.max(cell_V, highest_V);
  measure.averageCell_V = measure.battery_V / cells;
  estimate.minRest_V = measure.minCell_V;
  estimate.maxRest_V = measure.maxCell_V;
}

export function setCurrent(rig: Rig, current_A: number): void {
  rig.flow_A = current_A;
}

function senseCurrent(bms: Bms, current_A: number): void {
  bms.measure.current_A = current_A;
  bms.measure.chargeCurrent_A = Math.max(0, current_A);
  bms.measure.dischargeCurrent_A = Math.max(0, -current_A);
}

export const signal = (rig: Rig, name: InputSignalName, on: 0 | 1): void => {
  rig.bms.measure.signals[INPUT_SIGNALS[name].number] = on;
};

const FEEDBACK = {
  charge: "chargeFeedback",
  discharge: "dischargeFeedback",
  precharge: "prechargeFeedback",
  common: "commonFeedback",
  main: "mainFeedback",
} as const satisfies Record<ContactorName, InputSignalName>;

export const isClosed = (rig: Rig, name: ContactorName): boolean =>
  rig.welded.has(name) || (rig.bms.decide.contactors[name].on === 1 && !rig.stuckOpen.has(name));

/** Lets the link charge for a tick. @returns the current it takes at the end of it, as the battery sees it */
function chargeLink(rig: Rig): number {
  const { bms, link } = rig;
  if (bms.settings.main.enable && !isClosed(rig, "main")) return 0;
  if (isClosed(rig, "discharge") || isClosed(rig, "common")) link.volt_V = bms.measure.battery_V;
  if (link.open || link.farad_F === 0 || !isClosed(rig, "precharge")) return 0;
  const gap_V = (bms.measure.battery_V - link.volt_V) * Math.exp(-TICK_us / 1e6 / (link.ohm_Ohm * link.farad_F));
  link.volt_V = bms.measure.battery_V - gap_V;
  return -gap_V / link.ohm_Ohm;
}

/** Lets time pass, tick by tick. */
export function pass(rig: Rig, duration_ms: number): void {
  const { bms } = rig;
  for (let elapsed_ms = 0; elapsed_ms < duration_ms; elapsed_ms += 10) {
    for (const name of CONTACTORS)
      signal(rig, FEEDBACK[name], isClosed(rig, name) && !rig.wireBroken.has(name) ? 1 : 0);
    senseCurrent(bms, rig.flow_A + chargeLink(rig));
    rig.plant();
    bms.measure.fresh = (bms.time_us / TICK_us) % 10 === 0 ? 1 : 0;
    bms.time_us += TICK_us;
    decide(bms, TICK_us);
  }
}

/** Ticks until something holds. @returns milliseconds from the first tick to the one that saw it; -1 after `most_ms` */
export function untilTrue(rig: Rig, holds: () => boolean, most_ms = 60_000): number {
  for (let elapsed_ms = 0; elapsed_ms <= most_ms; elapsed_ms += 10) {
    pass(rig, 10);
    if (holds()) return elapsed_ms;
  }
  return -1;
}

export const coils = ({ bms }: Rig): string =>
  CONTACTORS.filter((name) => bms.decide.contactors[name].on === 1).join(" ");

/** Up to running, with every contactor still open: the first tick leaves "off", the second "starting". */
export function startUp(rig: Rig): void {
  pass(rig, 20);
}

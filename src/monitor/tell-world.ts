// The modelled world around the device, for a monitor: what is connected, what is broken, and the truth that the device does not know.

import { FAULT_CATALOGUE, type WorldFault } from "../sim/fault-catalogue.ts";
import { elementOf } from "../sim/world.ts";
import type { WorldConfig } from "../sim/world-config.ts";
import { benchLoads, loadName } from "../virtual/bench.ts";
import { isEndless } from "../virtual/device.ts";
import type { DeskHost } from "./desk-host.ts";
import type { WorldTold } from "./told.ts";

export function tellWorld({ device, speed }: DeskHost): WorldTold {
  const { world, bms, run } = device;
  const { charger, truth } = world;
  const loads = benchLoads(bms.settings);
  const { wanted, reached } = speed();
  return {
    scenario: run.scenario.name,
    scenarioTime_s: run.time_us / 1e6,
    scenarioDuration_s: isEndless(run.scenario) ? 0 : run.scenario.duration_s,
    expectations: run.judged.map(({ expectation, verdict, detail }) => ({ name: expectation.name, verdict, detail })),
    speed: wanted,
    reachedSpeed: reached,
    load: loadName(loads, world.load.config),
    loads: loads.map(({ name }) => name),
    charger: {
      plugged: charger.config.plugged,
      voltage_V: charger.config.voltage_V,
      current_A: charger.config.current_A,
    },
    ambient_degC: world.ambient_degC,
    thermistors: fittedThermistors(world.config),
    broken: world.activeFaults.map((fault) => ({
      kind: fault.kind,
      words: faultWords(fault),
      element: elementOf(fault),
    })),
    truth: {
      soc: truth.packSoc,
      current_A: truth.current_A,
      cellSoc: Array.from(truth.soc.subarray(0, truth.cells)),
    },
  };
}

/** Numbers as on header X6 of those that are there. */
export const fittedThermistors = ({ thermistors }: WorldConfig): number[] =>
  thermistors.flatMap(({ at }, i) => (at === "none" ? [] : [i + 1]));

/** "Thermistor open (thermistor 3)". */
export function faultWords(fault: WorldFault): string {
  const { title, element } = FAULT_CATALOGUE[fault.kind];
  return element === "none" ? title : `${title} (${element} ${element === "wire" ? "C" : ""}${elementOf(fault)})`;
}

// Cost of the core alone and of core and plant together, on 18 cells with everything enabled.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Bms, createBms, step } from "../../src/core/bms.ts";
import { createSensors, type Sensors } from "../../src/core/sensors.ts";
import { FAULT_NAMES } from "../../src/model/faults.ts";
import { createSettings, type Settings, type SettingValue } from "../../src/model/settings.ts";
import { changeSettings } from "../../src/model/validation.ts";
import { createWorld, setPermissions, stepWorld, type World } from "../../src/sim/world.ts";
import { worldConfig } from "../../src/sim/world-config.ts";
import { atLeast, atMost, type Figure, median, referenceLoop_ns } from "./measurement.ts";

/** Every protection, both maps, balancing, heater, cooler and the observers on. */
function settingsFor(cells: number): Settings {
  const changes: Record<string, SettingValue> = {
    "battery.chemistry": "LFP",
    "battery.cells": cells,
    "heater.enable": true,
    "cooler.enable": true,
    "socEstimation.method": "enhanced",
  };
  for (const name of FAULT_NAMES) changes[`protections.${name}.enable`] = true;
  const changed = changeSettings(createSettings(), changes);
  if (!changed.ok) throw new Error(changed.violations.map(({ setting, reason }) => `${setting}: ${reason}`).join("; "));
  return changed.settings;
}

type Rig = { readonly bms: Bms; readonly world: World };

function rigOf(cells: number): Rig {
  const config = worldConfig({
    pack: { cells, startSoc: 0.6 },
    thermistors: [1, 3, 4, 6, 0, 0].map((cell) => (cell === 0 ? { at: "none" } : { at: "cell", cell })),
    load: {
      kind: "drive",
      peak_A: 90,
      regeneration: 0.3,
      charge_V: 60,
      cutoff_V: 40,
      startDelay_ms: 500,
      obeysLimits: false,
    },
  });
  return { bms: createBms(settingsFor(cells)), world: createWorld(config, 7) };
}

const PERMISSIONS = { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 0 };

function advance({ bms, world }: Rig, tick_us: number): void {
  stepWorld(world, bms.commands, tick_us);
  step(bms, world.sensors, world.requests, tick_us);
  world.requests.length = 0;
  PERMISSIONS.allowCharging = bms.decide.allowCharging === 1;
  PERMISSIONS.chargeLimit_A = bms.estimate.chargeLimit_A;
  PERMISSIONS.dischargeLimit_A = bms.estimate.dischargeLimit_A;
  setPermissions(world, PERMISSIONS);
}

function copyOf(sensors: Sensors): Sensors {
  const copy = createSensors();
  for (const key of Object.keys(copy) as (keyof Sensors)[]) {
    const value = sensors[key];
    if (typeof value === "number") (copy as Record<string, unknown>)[key] = value;
    else (copy[key] as Float64Array).set(value as Float64Array);
  }
  return copy;
}

/** A minute of sensors of a driving pack, and the device as it was at its end, to run on with. */
function recordMinute(): { bms: Bms; minute: Sensors[] } {
  const rig = rigOf(18);
  for (let tick = 0; tick < 3000; tick++) advance(rig, 10_000);
  const minute: Sensors[] = [];
  for (let tick = 0; tick < 6000; tick++) {
    advance(rig, 10_000);
    minute.push(copyOf(rig.world.sensors));
  }
  return { bms: rig.bms, minute };
}

/** Front-end sequences must go on rising when the minute is played again. */
function play(bms: Bms, minute: readonly Sensors[], index: number, round: { cells: number; wires: number }): void {
  const sensors = minute[index]!;
  const cellSequence = sensors.cellSequence;
  const openWireSequence = sensors.openWireSequence;
  sensors.cellSequence = cellSequence + round.cells;
  sensors.openWireSequence = openWireSequence + round.wires;
  step(bms, sensors, NONE, 10_000);
  sensors.cellSequence = cellSequence;
  sensors.openWireSequence = openWireSequence;
}
const NONE = [] as const;

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Median over spans of 100 ms (10 ticks, one of them with new cell values), and heap growth over a million ticks. */
export function benchCore(): Figure[] {
  const { bms, minute } = recordMinute();
  const spans_us = new Float64Array(100_000); // made beforehand and outside the heap: what grows is the core's
  const single_us: number[] = [];
  let before = 0,
    spans = 0;
  const round = { cells: 0, wires: 0 };
  for (let tick = 0; tick < 1_100_000; tick++) {
    const index = tick % minute.length;
    if (index === 0 && tick > 0) {
      round.cells += minute[minute.length - 1]!.cellSequence - minute[0]!.cellSequence + 1;
      round.wires += minute[minute.length - 1]!.openWireSequence - minute[0]!.openWireSequence + 1;
    }
    if (tick === 100_000) before = heapAfterCollection();
    if (tick >= 1_000_000 || tick % 10 !== 0) {
      play(bms, minute, index, round);
      continue;
    }
    const began = process.hrtime.bigint();
    for (let i = 0; i < 10; i++, tick++) play(bms, minute, (index + i) % minute.length, round);
    spans_us[spans++] = Number(process.hrtime.bigint() - began) / 10_000;
    tick--;
  }
  const growth_MB = (heapAfterCollection() - before) / 1e6;
  for (let i = 0; i < 60_000; i++) {
    const began = process.hrtime.bigint();
    play(
      bms,
      minute,
      i % minute.length,
      i % minute.length === 0 ? Object.assign(round, { cells: round.cells + 6000, wires: round.wires + 6000 }) : round,
    );
    single_us.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  const reference_us = referenceLoop_ns() / 1000;
  const tick_us = median([...spans_us.subarray(1000, spans)]);
  single_us.sort((a, b) => a - b);
  return [
    atMost("reference.loop", reference_us, "us"),
    atMost("core.tick.median", tick_us, "us", 5),
    atMost("core.tick.p99", single_us[Math.floor(single_us.length * 0.99)]!, "us"),
    atMost("core.tick.ratio", tick_us / reference_us, "loops"),
    atMost("core.heapGrowth", growth_MB, "MB", 1),
  ];
}

/** Seconds of pack life for each second of computing, beside the plain loop timed between the rounds; cost over cells. */
export function benchSimulation(): Figure[] {
  const fine = simulate(18, 10_000);
  const coarse = simulate(18, 100_000);
  return [
    atLeast("sim.factor.10ms", 10_000 / fine.tick_us, "x", 1500),
    atLeast("sim.factor.100ms", 100_000 / coarse.tick_us, "x", 15_000),
    atMost("sim.ratio.10ms", fine.tick_us / fine.reference_us, "loops"),
    atMost("sim.ratio.100ms", coarse.tick_us / coarse.reference_us, "loops"),
    ...[6, 12, 18].map((cells) => atMost(`sim.cost.${cells}cells`, simulate(cells, 10_000).tick_us, "us/tick")),
  ];
}

const WARM_TICKS = 60_000;
const ROUND_TICKS = 12_000;
const ROUNDS = 40;

/** Time of one tick of plant and core: the best of many short rounds, because on a shared machine others only ever add. */
function simulate(cells: number, tick_us: number): { tick_us: number; reference_us: number } {
  const rig = rigOf(cells);
  for (let tick = 0; tick < WARM_TICKS; tick++) advance(rig, tick_us);
  let best_us = Infinity;
  let reference_us = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.hrtime.bigint();
    for (let tick = 0; tick < ROUND_TICKS; tick++) advance(rig, tick_us);
    best_us = Math.min(best_us, Number(process.hrtime.bigint() - began) / 1000 / ROUND_TICKS);
    reference_us = Math.min(reference_us, referenceLoop_ns() / 1000);
  }
  return { tick_us: best_us, reference_us };
}

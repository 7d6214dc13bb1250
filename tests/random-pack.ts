// Makes a scenario out of a seed for the simulation test: pack, chemistry, age, load, charger, sensor errors, weather, and
// faults at random times, over a few minutes. The same seed makes the same scenario.

import { between, createRandom, type Random, uniform } from "../src/base/random.ts";
import { FAULT_CATALOGUE, type WorldFaultKind } from "../src/sim/fault-catalogue.ts";
import { CELL_MODELS } from "../src/sim/plant/cell-models.ts";
import { readScenario, type Scenario } from "../src/sim/scenario/scenario.ts";

type Data = { readonly [key: string]: unknown };

/** What each chemistry is charged to, V per cell. */
const FULL_V: Readonly<Record<string, number>> = {
  LFP: 3.55,
  LiFeYPO4: 3.55,
  NMC: 4.15,
  NCA: 4.15,
  LCO: 4.15,
  LMO: 4.15,
  LTO: 2.65,
};

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(uniform(random) * list.length)]!;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The scenario of a seed; throws with every problem when it does not read. */
export function randomScenario(seed: number): Scenario {
  const random = createRandom(seed);
  for (let i = 0; i < 4; i++) uniform(random);
  const read = readScenario(randomData(seed, random));
  if (read.ok) return read.scenario;
  throw new Error(
    `seed ${seed}: ${read.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
  );
}

function randomData(seed: number, random: Random): Data {
  const model = pick(random, Object.keys(CELL_MODELS));
  const most = Math.min(18, Math.floor(79 / (FULL_V[model]! + 0.5)));
  const least = model === "LTO" ? 8 : 6;
  const cells = least + Math.floor(uniform(random) * (most - least + 1));
  const capacity_Ah = round(between(random, 10, 300), 0);
  const degC = round(between(random, -12, 42), 1);
  return {
    name: `seed ${seed}`,
    hours: round(between(random, 2, 5) / 60, 4),
    tick_ms: pick(random, [10, 20, 20, 50]),
    seed,
    ambient: degC,
    world: {
      pack: {
        model,
        cells,
        capacity_Ah,
        startSoc: round(between(random, 0.04, 0.98), 3),
        temperature_degC: degC,
        spread: { capacity: 0.02, resistance: 0.1, soc: round(between(random, 0, 0.03), 3) },
        age: { cycles: Math.floor(between(random, 0, 800)), years: round(between(random, 0, 4), 1) },
      },
      thermistors: ["cell 1", `cell ${cells}`, `cell ${Math.ceil(cells / 2)}`],
      wiring: { boardThroughHall: uniform(random) < 0.2 },
      outputs: pick(random, [
        ["charge", "precharge", "discharge", "main"],
        ["common", "precharge", "heater", "main"],
        ["charge", "precharge", "discharge", "none"],
      ]),
      load: randomLoad(random, capacity_Ah, cells * FULL_V[model]!),
      charger: uniform(random) < 0.5 ? randomCharger(random, capacity_Ah, cells * FULL_V[model]!) : "none",
    },
    events: randomEvents(random, cells),
  };
}

function randomLoad(random: Random, capacity_Ah: number, full_V: number): unknown {
  const obeysLimits = uniform(random) < 0.5;
  switch (pick(random, ["none", "current", "power", "drive", "profile"])) {
    case "current":
      return { kind: "current", current_A: round(between(random, 0.05, 1.2) * capacity_Ah, 1), obeysLimits };
    case "power":
      return { kind: "power", power_W: round(between(random, 0.05, 0.8) * capacity_Ah * full_V, 0), obeysLimits };
    case "drive":
      return {
        kind: "drive",
        peak_A: round(between(random, 0.5, 2) * capacity_Ah, 1),
        regeneration: round(between(random, 0, 0.4), 2),
        charge_V: round(full_V, 1),
        obeysLimits,
      };
    case "profile":
      return {
        kind: "profile",
        time_s: [0, 10, 11, 20, 21, 30],
        current_A: [0.1, 0.1, 0.9, 0.9, 0, 0].map((rate) => round(rate * capacity_Ah, 1)),
        obeysLimits,
      };
    default:
      return "none";
  }
}

const randomCharger = (random: Random, capacity_Ah: number, full_V: number): Data => ({
  voltage_V: round(full_V * between(random, 0.99, 1.01), 2),
  current_A: round(between(random, 0.1, 0.6) * capacity_Ah, 1),
  obeysPermission: uniform(random) < 0.85,
  obeysLimits: uniform(random) < 0.7,
  announces: uniform(random) < 0.7,
});

/** Faults that a few minutes can show. Those that say what the world is for good (damage) are as welcome as passing ones. */
const KINDS = (Object.keys(FAULT_CATALOGUE) as WorldFaultKind[]).filter(
  (kind) => kind !== "inputStuck" && kind !== "ambientJump",
);

function randomEvents(random: Random, cells: number): readonly Data[] {
  const count = Math.floor(uniform(random) * 3.2);
  const events: Data[] = [];
  for (let i = 0; i < count; i++) {
    const kind = pick(random, KINDS);
    const at_s = between(random, 0, 200);
    events.push({ at: `${round(at_s, 2)} s`, do: { fault: { kind, ...randomParameters(random, kind, cells) } } });
    if (uniform(random) < 0.5) events.push({ at: `${round(at_s + between(random, 1, 60), 2)} s`, do: { clear: kind } });
  }
  return events;
}

function randomParameters(random: Random, kind: WorldFaultKind, cells: number): Data {
  const { element, parameters } = FAULT_CATALOGUE[kind];
  const most =
    element === "cell"
      ? cells
      : element === "wire"
        ? cells - 1
        : element === "thermistor"
          ? 3
          : element === "output"
            ? 4
            : 0;
  const own = element === "none" ? {} : { [element]: 1 + Math.floor(uniform(random) * most) };
  const given: { [name: string]: number } = {};
  for (const [name, { default: usual, min, max }] of Object.entries(parameters) as [
    string,
    { default: number; min: number; max: number },
  ][]) {
    if (name !== element) given[name] = Math.min(max, Math.max(min, round(usual * between(random, 0.5, 1.5), 5)));
  }
  if ("high" in given) given["high"] = uniform(random) < 0.5 ? 1 : 0;
  return { ...given, ...own };
}

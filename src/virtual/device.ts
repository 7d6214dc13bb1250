// The running device on its modelled board: world and core take one step together (sim/run.ts), with what a scenario does
// to them and with what people ask. Whatever happens, contactors can be opened here without the core.

import type { Bms } from "../core/bms.ts";
import { createCommands } from "../core/commands.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import type { Request } from "../core/requests.ts";
import type { Answer } from "../model/asking.ts";
import type { Settings } from "../model/settings.ts";
import { advance, createRun, finish, type Run } from "../sim/scenario/run.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import { stepWorld, type World } from "../sim/world.ts";
import type { WorldConfig } from "../sim/world-config.ts";

export type Device = {
  readonly run: Run;
  readonly world: World;
  /** The core; another one after the device slept in standby and woke. */
  readonly bms: Bms;
  /** What people asked since the last tick, with who wants the answer. */
  inbox: Asked[];
  /** The scenario is over and what it demands is judged. */
  isJudged: boolean;
  /** How many of the requests of the tick under way people asked; they stand first. */
  asking: number;
  /** Called with each request that people or programs asked, after the tick that took it. */
  onDone: (done: Done) => void;
};

type Asked = { readonly request: Request; readonly answered: (answer: Answer) => void; readonly actor: string };

/** What was asked, what came of it, and the settings before: for the journal. */
export type Done = {
  readonly request: Request;
  readonly answer: Answer;
  readonly actor: string;
  readonly before: Settings;
};

const FOREVER_s = 1e9;
const IGNORE = (): void => {};

/** A device that has just got its supply. Events of the scenario go on to its end, the device goes on after it. */
export function createDevice(scenario: Scenario, settings: Settings, seed: number): Device {
  const run = createRun({ scenario, seed, settings, duration_s: FOREVER_s, stride_us: 0 });
  return {
    run,
    world: run.world,
    get bms() {
      return run.bms;
    },
    inbox: [],
    isJudged: isEndless(scenario),
    asking: 0,
    onDone: IGNORE,
  };
}

/** A world in which nothing happens but what people do. */
export const plainScenario = (world: WorldConfig, settings: Settings): Scenario => ({
  name: "bench",
  description: "",
  duration_s: FOREVER_s,
  tick_us: 10_000,
  seed: 1,
  world,
  settings,
  ambient: { kind: "constant", degC: world.ambient_degC },
  events: [],
  expectations: [],
});

/** Whether nothing but people ends what happens in it. */
export const isEndless = ({ duration_s }: Scenario): boolean => duration_s >= FOREVER_s;

/** Leaves a request for the next tick. `actor`: who asks, for the journal; "" for the device itself. */
export function ask(device: Device, request: Request, answered: (answer: Answer) => void = IGNORE, actor = ""): void {
  device.inbox.push({ request, answered, actor });
}

/** One step of the whole: dt_us of the world under the last commands, then one tick of the core. 1 us to 1 s. */
export function tickDevice(device: Device, dt_us: number): void {
  const { run } = device;
  run.tick_us = dt_us;
  if (device.inbox.length === 0) advance(run);
  else tickWithRequests(device);
  if (!device.isJudged && run.time_us >= run.scenario.duration_s * 1e6) judge(device);
}

/** What the scenario demands gets its verdict when it is over; the device goes on. */
function judge(device: Device): void {
  device.isJudged = true;
  finish(device.run);
}

/** Ours stand before those of the scenario and of the bus, so that the first answers are ours. */
function tickWithRequests(device: Device): void {
  const { run } = device;
  const asked = device.inbox.splice(0);
  const before = run.bms.settings;
  const wasAwake = run.awake === 1;
  if (wasAwake) run.requests.unshift(...asked.map(({ request }) => request));
  device.asking = wasAwake ? asked.length : 0;
  advance(run);
  device.asking = 0;
  for (const [i, { request, answered, actor }] of asked.entries()) {
    const answer = (wasAwake ? run.bms.answers[i] : ASLEEP) ?? { ok: false, reason: "no answer was given" };
    answered(answer);
    device.onDone({ request, answer, actor, before });
  }
}

const ASLEEP: Answer = { ok: false, reason: "the device sleeps" };

/** True while no contactor coil is commanded and no main contact conducts (a welded one may go on). */
export function isOpen({ bms, world }: Device): boolean {
  const { contactors } = bms.decide;
  return CONTACTORS.every((name) => contactors[name].on === 0) && world.truth.contacts.every((closed) => closed === 0);
}

/**
 * Opens every contactor without the core, at the end or after our own mistake, and waits until they have moved.
 * @returns true when all main contacts are open
 */
export function forceOpen({ world }: Device): boolean {
  const off = createCommands();
  for (let tick = 0; tick < 20; tick++) stepWorld(world, off, 10_000);
  return world.truth.contacts.every((closed) => closed === 0);
}

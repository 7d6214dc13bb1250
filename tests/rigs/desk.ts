// A whole virtual pack with its desk for monitors, for tests: time passes only when the test lets it.

import { differences } from "../../src/model/kept-settings.ts";
import { copySettings, createSettings, type Settings } from "../../src/model/settings.ts";
import { createBusRing } from "../../src/monitor/bus-ring.ts";
import { askDesk, createDesk, type Desk } from "../../src/monitor/desk.ts";
import type { DeskHost, Who } from "../../src/monitor/desk-host.ts";
import type { Reply } from "../../src/monitor/problem.ts";
import type { AnswerTo, Input } from "../../src/monitor/schemas.ts";
import { benchWorld } from "../../src/virtual/bench.ts";
import { ask, plainScenario } from "../../src/virtual/device.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "../../src/virtual/virtual-pack.ts";

const TICK_us = 10_000;
const START_ms = 1_700_000_000_000;

export const OWNER: Who = { actor: "olga", role: "owner" };
export const SERVICE: Who = { actor: "sven", role: "service" };
export const OPERATOR: Who = { actor: "otto", role: "operator" };
export const VIEWER: Who = { actor: "vera", role: "viewer" };
export const NOBODY: Who = { actor: "", role: undefined };

export type DeskRig = { readonly pack: VirtualPack; readonly desk: Desk; speed: number };

/** The bench of `bms run` with the settings it is made with, running for `run_s` already: contactors are closed then. */
export function createDeskRig(run_s = 15, base = createSettings()): DeskRig {
  const settings = copySettings(base);
  const scenario = plainScenario(benchWorld(settings), settings);
  const pack = createVirtualPack({ scenario, settings, seed: 1, program: "bms-mini", began_ms: START_ms });
  const rig: DeskRig = { pack, desk: createDesk(hostOf(pack, base, (speed) => setSpeed(rig, speed))), speed: 1 };
  run(rig, run_s);
  return rig;
}

const setSpeed = (rig: DeskRig, speed: number): void => {
  rig.speed = speed;
};

const hostOf = (pack: VirtualPack, base: Settings, speed: (speed: number) => void): DeskHost => ({
  ...{ device: pack.device, journal: pack.journal, bus: createBusRing() },
  ...{ model: "BMS Mini 2.1", program: "bms-mini", setup: "test", made: differences(createSettings(), base) },
  base_us: () => pack.base_us,
  service: () => ({ firstUsed_ms: START_ms }),
  hand: (asking, actor, answered) => {
    ask(pack.device, asking, answered, actor);
    return true;
  },
  speed: () => ({ wanted: 1, reached: 1 }),
  setSpeed: speed,
  scenarios: () => [],
  startScenario: () => false,
});

/** Lets time pass. */
export function run({ pack }: DeskRig, time_s: number): void {
  for (let time_us = 0; time_us < time_s * 1e6; time_us += TICK_us) tickPack(pack, TICK_us);
}

type Asked = Parameters<typeof askDesk>[1];

/** Asks, lets the next tick pass, and gives what came back. */
export function askAt<K extends Asked>(rig: DeskRig, name: K, input: Input<K>, who: Who = OWNER): Reply<AnswerTo<K>> {
  let got: Reply<AnswerTo<K>> | undefined;
  askDesk(rig.desk, name, input, who, (reply) => {
    got = reply;
  });
  if (got === undefined) run(rig, TICK_us / 1e6);
  if (got === undefined) throw new Error("the desk did not answer within a tick");
  return got;
}

/** What came back, where nothing else is right. */
export function answerTo<K extends Asked>(rig: DeskRig, name: K, input: Input<K>, who: Who = OWNER): AnswerTo<K> {
  const reply = askAt(rig, name, input, who);
  if (!reply.ok) throw new Error(`${name}: ${reply.problem.detail} ${JSON.stringify(reply.problem.violations ?? [])}`);
  return reply.answer;
}

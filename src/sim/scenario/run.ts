// Plays a scenario: world and device in virtual time, one tick after the other, with its events, its expectations and
// its score. A device in standby really sleeps: its core stands still, the world strides on, and what wakes it (button,
// charger, input, supply) finds a fresh device with what the old one kept.

import { type Bms, createBms, step } from "../../core/bms.ts";
import { type Commands, createCommands } from "../../core/commands.ts";
import type { Request } from "../../core/requests.ts";
import { resume } from "../../core/resume.ts";
import { restoreKept, saveKept } from "../../core/saved-state.ts";
import { INPUTS, type Sensors } from "../../core/sensors.ts";
import { copySettings, type Settings } from "../../model/settings.ts";
import {
  applyFault,
  clearFault,
  createWorld,
  pressButton,
  setAmbient,
  setCharger,
  setInput,
  setLoad,
  setPermissions,
  stepWorld,
  type World,
} from "../world.ts";
import { ambientAt_degC } from "./ambient.ts";
import { createTimers, holds } from "./conditions.ts";
import { close, createJudged, type Judged, type Witness, watch } from "./expectations.ts";
import { createRunTrace, record } from "./run-trace.ts";
import type { Scenario } from "./scenario.ts";
import { type Action, actionText, type ScenarioEvent } from "./scenario-events.ts";
import { createScore, finishScore, mergedSoc, noteSoc, noteTrips, resetTripCounts, type Score } from "./score.ts";
import type { Trace } from "./trace.ts";

type EventState = { readonly event: ScenarioEvent; readonly timers: Float64Array; next_us: number; held: number };
type MutableScene = { truth: World["truth"]; bms: Bms; time_us: number; soc: number };

/** Looks on at each tick of the core: `before` with exactly what it is about to get, which must be copied, and `after`. */
export type Tap = {
  readonly before: (bms: Bms, sensors: Sensors, requests: readonly Request[], dt_us: number) => void;
  readonly after: (bms: Bms, dt_us: number) => void;
};

export type Run = {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: World;
  bms: Bms;
  time_us: number;
  tick_us: number;
  readonly end_us: number;
  /** 0 while the device sleeps in standby or has no supply. */
  awake: number;
  supplied: number;
  slept_us: number;
  alert_us: number;
  kept: Uint8Array;
  inputsBefore: number;
  /** Longest step while the device sleeps. */
  readonly stride_us: number;
  readonly offCommands: Commands;
  readonly requests: Request[];
  readonly events: EventState[];
  readonly judged: Judged[];
  readonly fired: Map<string, number>;
  readonly score: Score;
  readonly scene: MutableScene;
  readonly witness: Witness;
  readonly trace: Trace | undefined;
  tap: Tap | undefined;
  cellSequence: number;
  ambientFixed: number;
  ambient_us: number;
  charger_us: number;
  ticks: number;
};

export type RunOptions = {
  readonly scenario: Scenario;
  readonly seed?: number;
  readonly settings?: Settings;
  readonly duration_s?: number;
  readonly tick_us?: number;
  /** Longest step while the device sleeps; usually a minute. 0: the tick, where time is real. */
  readonly stride_us?: number;
  /** Record columns for a plot or a golden trace, in at most this many bins; 0: none. */
  readonly traceBins?: number;
  /** A recorder of what the core gets. */
  readonly tap?: Tap;
};

/** A run at its first instant: a pack at rest and a device that has just got its supply. */
export function createRun(options: RunOptions): Run {
  const { scenario } = options;
  const seed = options.seed ?? scenario.seed;
  const duration_s = options.duration_s ?? scenario.duration_s;
  const world = createWorld(scenario.world, seed);
  const bms = createBms(copySettings(options.settings ?? scenario.settings));
  const scene: MutableScene = { truth: world.truth, bms, time_us: 0, soc: 0 };
  const score = createScore();
  const fired = new Map<string, number>();
  const cut_s = duration_s < scenario.duration_s ? duration_s : Number.POSITIVE_INFINITY;
  const run: Run = {
    scenario,
    seed,
    world,
    bms,
    time_us: 0,
    tick_us: options.tick_us ?? scenario.tick_us,
    end_us: Math.round(duration_s * 1e6),
    awake: 1,
    supplied: 1,
    slept_us: 0,
    alert_us: 0,
    kept: new Uint8Array(0),
    inputsBefore: 0,
    stride_us: options.stride_us ?? STRIDE_us,
    offCommands: { ...createCommands(), power: 0 },
    requests: [],
    events: scenario.events.map((event) => ({
      event,
      timers: event.when === undefined ? new Float64Array(0) : createTimers(event.when),
      next_us: event.at_s >= 0 ? Math.round(event.at_s * 1e6) : 0,
      held: 0,
    })),
    judged: scenario.expectations.map(createJudged),
    fired,
    score,
    scene,
    witness: { scene, trips: score.trips, fired, soc: score.soc, cut_s },
    trace: (options.traceBins ?? 0) > 0 ? createRunTrace(world, duration_s, options.traceBins!) : undefined,
    tap: options.tap,
    cellSequence: -1,
    ambientFixed: 0,
    ambient_us: -1,
    charger_us: 0,
    ticks: 0,
  };
  refreshScene(run);
  setWeather(run);
  return run;
}

/** One tick (or one stride of a sleeping device). False when the run is over. */
export function advance(run: Run): boolean {
  if (run.time_us >= run.end_us) return false;
  fireEvents(run);
  const dt_us = nextStep_us(run);
  setWeather(run);
  run.time_us += dt_us;
  run.ticks++;
  stepWorld(run.world, run.awake === 1 ? run.bms.commands : run.offCommands, dt_us);
  if (run.awake === 1) stepDevice(run, dt_us);
  else if (wakes(run)) wake(run);
  refreshScene(run);
  if (run.awake === 1) noteSoc(run.score, run.bms, run.scene.soc, run.time_us, dt_us);
  for (let i = 0; i < run.judged.length; i++) if (run.judged[i].verdict === "open") watch(run.judged[i], run.witness);
  if (run.trace !== undefined) record(run.trace, run);
  return run.time_us < run.end_us;
}

/** Judge what is still open. Call once, after the last tick. */
export function finish(run: Run): void {
  finishScore(run.score);
  for (const judged of run.judged) close(judged, run.witness);
  run.trace?.marks.push(
    ...run.score.trips.map(({ at_s, sentence, level }) => ({
      at_s,
      text: sentence,
      kind: level === "error" ? ("trip" as const) : ("indication" as const),
    })),
  );
}

function stepDevice(run: Run, dt_us: number): void {
  const { world, bms } = run;
  for (let i = 0; i < world.requests.length; i++) run.requests.push(world.requests[i]);
  world.requests.length = 0;
  repeatCharger(run);
  if (run.tap !== undefined) run.tap.before(bms, world.sensors, run.requests, dt_us);
  step(bms, world.sensors, run.requests, dt_us);
  if (run.tap !== undefined) run.tap.after(bms, dt_us);
  if (run.requests.length > 0) run.requests.length = 0;
  permit(run);
  noteTrips(run.score, bms, run.time_us);
  if (bms.decide.mode === "standby" && world.sensors.button === 0) fallAsleep(run);
}

/** A charger on a bus repeats itself each second: what it says once is taken for lost after a while. */
function repeatCharger(run: Run): void {
  if (run.world.charger.announced !== 1 || run.time_us < run.charger_us) return;
  run.charger_us = run.time_us + 1_000_000;
  run.requests.push(CHARGER_ONLINE);
}

const CHARGER_ONLINE: Request = { kind: "charger", online: true };

const permissions = { allowCharging: false, chargeLimit_A: 0, dischargeLimit_A: 0 };

function permit(run: Run): void {
  const { decide, estimate } = run.bms;
  setPermissions(
    run.world,
    run.awake === 0
      ? permissions
      : {
          allowCharging: decide.allowCharging === 1,
          chargeLimit_A: estimate.chargeLimit_A,
          dischargeLimit_A: estimate.dischargeLimit_A,
        },
  );
}

function fallAsleep(run: Run): void {
  run.awake = 0;
  run.slept_us = run.time_us;
  run.kept = saveKept(run.bms);
  run.inputsBefore = inputBits(run);
  permit(run);
}

/** A press, a change at an input, a word from a charger or a partner, or the supply that comes back. */
function wakes(run: Run): boolean {
  if (run.supplied === 0) {
    run.world.requests.length = 0;
    return false;
  }
  const { sensors, requests } = run.world;
  return sensors.button === 1 || requests.length > 0 || run.requests.length > 0 || inputBits(run) !== run.inputsBefore;
}

/** The front end was dark too: what it measured before the sleep is no measurement of now. */
function wake(run: Run): void {
  run.world.sensors.cellSequence = 0;
  run.world.sensors.openWireSequence = 0;
  const bms = createBms(run.bms.settings);
  restoreKept(bms, run.kept);
  resume(bms, (run.time_us - run.slept_us) * 1e-6);
  resetTripCounts(run.score, bms);
  run.bms = bms;
  run.scene.bms = bms;
  run.awake = 1;
}

function inputBits(run: Run): number {
  let bits = 0;
  for (let k = 0; k < INPUTS; k++) bits |= run.world.sensors.inputs[k] << k;
  return bits;
}

const STRIDE_us = 300_000_000;
/** After an event a sleeper looks around at each tick for this long. */
const ALERT_us = 2_000_000;

/** What a coarse tick becomes while contactors move: a precharge inside one tick would look like a broken resistor. */
const MOVING_us = 50_000;

function isMoving({ bms }: Run): boolean {
  const { charge, discharge, precharge, common, main } = bms.decide.contactors;
  const { mode } = bms.decide;
  if (mode !== "running") return mode !== "standby";
  return (
    isBetween(charge.phase) ||
    isBetween(discharge.phase) ||
    isBetween(common.phase) ||
    isBetween(main.phase) ||
    precharge.on === 1
  );
}

const isBetween = (phase: string): boolean =>
  phase === "waiting" || phase === "precharging" || phase === "closing" || phase === "opening";

/** The tick; a sleeper's stride ends at the next timed event, and is short while something may wake it. */
function nextStep_us(run: Run): number {
  let step_us = run.tick_us;
  if (run.awake === 1 && step_us > MOVING_us && isMoving(run)) step_us = MOVING_us;
  if (run.awake === 0 && run.time_us >= run.alert_us) {
    step_us = Math.max(run.stride_us, run.tick_us);
    for (const { event, next_us } of run.events) {
      if (event.at_s >= 0 && next_us > run.time_us && next_us - run.time_us < step_us) step_us = next_us - run.time_us;
    }
  }
  return Math.min(step_us, run.end_us - run.time_us);
}

function setWeather(run: Run): void {
  if (run.ambientFixed === 1 || run.time_us < run.ambient_us) return;
  const { ambient } = run.scenario;
  setAmbient(run.world, ambientAt_degC(ambient, run.time_us * 1e-6));
  run.ambient_us = ambient.kind === "constant" ? Number.MAX_SAFE_INTEGER : run.time_us + 10_000_000;
}

function refreshScene(run: Run): void {
  run.scene.time_us = run.time_us;
  if (run.world.sensors.cellSequence === run.cellSequence) return;
  run.cellSequence = run.world.sensors.cellSequence;
  run.scene.soc = mergedSoc(run.world.truth, run.bms.settings.socEstimation.merge);
}

function fireEvents(run: Run): void {
  for (let i = 0; i < run.events.length; i++) {
    const state = run.events[i];
    if (isDue(run, state)) fire(run, state.event);
  }
}

function isDue(run: Run, state: EventState): boolean {
  const { event } = state;
  const holding = event.when === undefined || holds(event.when, state.timers, run.scene);
  const rises = holding && state.held === 0;
  if (event.when !== undefined) state.held = holding ? 1 : 0;
  if (run.time_us < state.next_us) return false;
  if (event.when !== undefined && !rises) return false;
  state.next_us = event.every_s > 0 ? run.time_us + Math.round(event.every_s * 1e6) : Number.MAX_SAFE_INTEGER;
  return true;
}

function fire(run: Run, event: ScenarioEvent): void {
  const at_s = run.time_us * 1e-6;
  run.alert_us = run.time_us + ALERT_us;
  if (!run.fired.has(event.name)) run.fired.set(event.name, at_s);
  for (const action of event.actions) act(run, action);
  const text = event.actions.every((action) => action.kind === "tick") ? "" : event.name;
  if (text !== "")
    run.trace?.marks.push({ at_s, text: event.name || event.actions.map(actionText).join(", "), kind: "event" });
}

function act(run: Run, action: Action): void {
  const { world } = run;
  switch (action.kind) {
    case "fault":
      applyFault(world, action.fault);
      return;
    case "clear":
      clearFault(world, action.fault, action.element < 0 ? undefined : action.element);
      return;
    case "load":
      setLoad(world, action.load);
      return;
    case "charger":
      setCharger(world, action.charger);
      return;
    case "ambient":
      run.ambientFixed = 1;
      setAmbient(world, action.ambient_degC);
      return;
    case "input":
      setInput(world, action.number, action.closed);
      return;
    case "button":
      pressButton(world, action.duration_us);
      return;
    case "request":
      run.requests.push(action.request);
      return;
    case "supply":
      switchSupply(run, action.on);
      return;
    case "tick":
      run.tick_us = action.tick_us;
  }
}

/** A cut supply stops the device where it is; what it has kept comes back with the supply. */
function switchSupply(run: Run, on: boolean): void {
  if (!on && run.supplied === 1 && run.awake === 1) fallAsleep(run);
  if (on && run.supplied === 0) wake(run);
  run.supplied = on ? 1 : 0;
}

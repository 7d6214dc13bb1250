// The process that the kill test kills: a real session on a real folder, whose settings, contactors, journal and log are
// always on the move. First it tells what it found, then what it is about to ask for and what has been acknowledged, as lines
// of JSON at a descriptor of its own: one that blocks, so that what it did after a line it never did before that was out.
// Usage: node tests/power-cut/victim.ts FOLDER, with a pipe as descriptor 3

import { writeFileSync } from "node:fs";
import { CONTACTORS } from "../../src/core/decide/decided.ts";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
import { Session } from "../../src/device/session.ts";
import { createSettings } from "../../src/model/settings.ts";
import { pressButton } from "../../src/sim/world.ts";
import { benchWorld } from "../../src/virtual/bench.ts";
import { ask, plainScenario } from "../../src/virtual/device.ts";
import type { Acknowledged, Found } from "./witness.ts";

const [folder = ""] = process.argv.slice(2);
const SPEED = 4;
/** Wall time runs as fast as the device, so that the logs of two lives do not overlap. */
const SHIFT_ms = Date.UTC(2026, 0, 1) * (SPEED - 1);
const CHANGE_ms = 35;
const BUTTON_ms = 900;
const TELL_ms = 5;
/** Not that of the standard output: threads write there too, and so it keeps lines back that a full pipe does not take. */
const TOLD = 3;

const base = createSettings();
base.sdCard.period_s = 0.1;
base.sdCard.sync_s = 0.1;

const session = await Session.open({
  ...{ folder, setup: "default", base, changes: undefined, seed: 1, tick_us: 10_000, speed: SPEED },
  scenario: (settings) => plainScenario(benchWorld(settings), settings),
  ...{ duration_s: 1e9, clock: MACHINE_CLOCK, wall_ms: () => Date.now() * SPEED - SHIFT_ms },
});
const { device, writing } = session;

function counters(): number[] {
  const { estimate, decide, protect } = device.bms;
  const switchings = CONTACTORS.map((name) => decide.contactors[name].switchings);
  const trips = Object.values(protect.faults).reduce((sum, { trips }) => sum + trips, 0);
  const { lifetimeDischarged_Ah, lifetimeDelivered_Wh, operating_s, cycles } = estimate;
  return [...switchings, trips, lifetimeDischarged_Ah, lifetimeDelivered_Wh, operating_s, cycles];
}

const say = (what: Found | Acknowledged): void => writeFileSync(TOLD, `${JSON.stringify(what)}\n`);
const { user } = device.bms.settings;
say({
  found: {
    ...{ version: Number(user.configurationVersion), twin: Number(user.softwareId) },
    ...{ counters: counters(), journal: writing.store.written, resumed: session.resumed, remarks: session.remarks },
  },
});

let version = Number(user.configurationVersion);
let asked = version;
let last = "";
/** Counters at the look before each save was handed over, by its device time: what was saved is not less. */
const handed = new Map<number, number[]>();
let before = counters();

/** What is asked for is told before: no more than that can be on the disk. */
function change(): void {
  asked = ++version;
  tell();
  const changes = { "user.configurationVersion": String(version), "user.softwareId": String(version) };
  ask(device, { kind: "set", changes }, undefined, "kill test");
}

/** A short press switches on, a long one off. */
function button(): void {
  const isOn = device.run.awake === 1 && device.bms.decide.mode === "running";
  pressButton(device.world, isOn ? (device.bms.settings.powerDown.buttonOff_ms + 200) * 1000 : 300_000);
}

function tell(): void {
  const { keeper, store, log } = writing;
  if (!handed.has(keeper.handed_us)) handed.set(keeper.handed_us, before);
  before = counters();
  const acknowledged = {
    ...{ version: Number(keeper.kept.user.configurationVersion), asked, counters: handed.get(keeper.saved_us) ?? [] },
    ...{ journal: store.written, log_us: log?.acknowledged() ?? 0 },
  };
  const line = JSON.stringify(acknowledged);
  if (line !== last) say({ acknowledged });
  last = line;
}

session.start();
setInterval(change, CHANGE_ms);
setInterval(button, BUTTON_ms);
setInterval(tell, TELL_ms);

// The device's desk for monitors: answers what they ask of the device (the rows of operations.ts that are by the device), at once
// or after the next tick. It judges roles itself, whoever has judged them before, and it is the same in a process and in a page.

import { batteryRecord } from "../core/battery-record.ts";
import { copyImage, createImageReader, type ImageReader } from "../core/signal-image.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import type { Answer, Asking } from "../model/asking.ts";
import { COMMANDS } from "../model/commands.ts";
import { cellWiring, type Wiring } from "../model/headers.ts";
import type { Settings } from "../model/settings.ts";
import { IMAGE_SIZE } from "../model/signal-image.ts";
import { framesAfter, watchBus } from "./bus-ring.ts";
import type { DeskHost, Who } from "./desk-host.ts";
import { allSettings, applySettings, checkSettings } from "./desk-settings.ts";
import { breakThing, repair, setWorld } from "./desk-world.ts";
import { isAllowed, OPERATIONS, type OperationName } from "./operations.ts";
import { type Reply, refuse } from "./problem.ts";
import type { AnswerTo, Input } from "./schemas.ts";
import { createTeller, settingsKey, type Teller, tellDevice } from "./tell-device.ts";
import { tellSnapshot } from "./tell-snapshot.ts";
import { tellWorld } from "./tell-world.ts";

/** Operations that the device answers. */
export type ByDevice = {
  [K in OperationName]: (typeof OPERATIONS)[K]["by"] extends "device" ? K : never;
}[OperationName];
type Done<K extends OperationName> = (reply: Reply<AnswerTo<K>>) => void;
type Handler<K extends OperationName> = (desk: Desk, input: Input<K>, who: Who, done: Done<K>) => void;

export type Desk = {
  readonly host: DeskHost;
  readonly teller: Teller;
  readonly image: Float64Array;
  reader: ImageReader;
  copied_us: number;
};

export const createDesk = (host: DeskHost): Desk => ({
  host,
  teller: createTeller(host),
  image: new Float64Array(IMAGE_SIZE),
  reader: createImageReader(host.device.bms),
  copied_us: -1,
});

/** All signals as they stand after the last tick. The array is the desk's own: read it before the next call. */
export function deskImage(desk: Desk): Float64Array {
  const { bms, run } = desk.host.device;
  if (bms !== desk.reader.bms) desk.reader = createImageReader(bms);
  if (desk.copied_us !== run.time_us) copyImage(desk.reader, desk.image);
  desk.copied_us = run.time_us;
  return desk.image;
}

/** Answers a request once, now or after the next tick. The input fits its schema (schemas.ts): whoever took it has checked. */
export function askDesk<K extends ByDevice>(desk: Desk, name: K, input: Input<K>, who: Who, done: Done<K>): void {
  if (!isAllowed(who.role, OPERATIONS[name].role))
    done(refuse("notAllowed", `needs the role ${OPERATIONS[name].role}`));
  else (HANDLERS[name] as unknown as Handler<K>)(desk, input, who, done);
}

export const isByDevice = (name: OperationName): name is ByDevice => OPERATIONS[name].by === "device";

const HANDLERS: { readonly [K in ByDevice]: Handler<K> } = {
  device: ({ teller }, _, __, done) => done({ ok: true, answer: tellDevice(teller) }),
  snapshot: (desk, _, __, done) => done({ ok: true, answer: tellSnapshot(deskImage(desk), timeOf(desk)) }),
  settings: ({ teller, host }, _, __, done) =>
    done({
      ok: true,
      answer: { settingsKey: settingsKey(teller), values: allSettings(host.device.bms.settings), made: host.made },
    }),
  checkSettings: ({ host }, { changes }, _, done) =>
    done({ ok: true, answer: checkSettings(host.device.bms, changes, host.device.run.awake === 1) }),
  applySettings,
  command: (desk, { command, argument }, who, done) =>
    isAllowed(who.role, COMMANDS[command].role)
      ? hand(desk, { kind: "command", command, ...(argument === undefined ? {} : { argument }) }, who, done)
      : done(refuse("notAllowed", `"${COMMANDS[command].title}" needs the role ${COMMANDS[command].role}`)),
  acknowledge: (desk, { faults }, who, done) => hand(desk, { kind: "acknowledge", faults: faults ?? "all" }, who, done),
  override: (desk, { signal, value }, who, done) => hand(desk, { kind: "override", signal, value }, who, done),
  wiring: ({ host }, input, _, done) => {
    const { settings } = host.device.bms;
    const { cells = settings.battery.cells, thermistors = cellThermistors(settings) } = input;
    done({ ok: true, answer: plain(cellWiring(cells, thermistors)) });
  },
  record: ({ host }, _, __, done) => {
    const { bms } = host.device;
    const record = batteryRecord(takeSnapshot(createSnapshotReader(bms)), bms.settings, host.service());
    done({ ok: true, answer: { record } });
  },
  bus: ({ host }, { after = 0 }, _, done) => {
    watchBus(host.bus, host.device.run.time_us);
    done({ ok: true, answer: { frames: [...framesAfter(host.bus, after)], last: host.bus.last } });
  },
  world: ({ host }, _, __, done) => done({ ok: true, answer: tellWorld(host) }),
  setWorld: ({ host }, input, who, done) => done(setWorld(host, input, who)),
  breakThing: ({ host }, input, who, done) => done(breakThing(host, input, who)),
  repair: ({ host }, input, who, done) => done(repair(host, input, who)),
  scenarios: ({ host }, _, __, done) => done({ ok: true, answer: { scenarios: [...host.scenarios()] } }),
  startScenario: ({ host }, { name }, _, done) =>
    done(
      host.startScenario(name)
        ? { ok: true, answer: { done: true } }
        : refuse("unknown", `there is no scenario "${name}"`),
    ),
};

const plain = ({ cells, x8, x6, x9 }: Wiring): AnswerTo<"wiring"> => ({ cells, x8: [...x8], x6: [...x6], x9: [...x9] });

/** Of the six, those that measure cells: one at least, as the settings are judged. */
const cellThermistors = ({ thermistors }: Settings): number =>
  THERMISTOR_USES.filter((use) => thermistors[use] === "cells").length;
const THERMISTOR_USES = ["use1", "use2", "use3", "use4", "use5", "use6"] as const;

const timeOf = ({ host }: Desk): number => host.base_us() + host.device.run.time_us;

type Plain = { readonly done: true };

/** Hands one request to the next tick, and tells what came of it. */
function hand(desk: Desk, asking: Asking, who: Who, done: (reply: Reply<Plain>) => void): void {
  const answered = (answer: Answer): void =>
    done(answer.ok ? { ok: true, answer: { done: true } } : refuse("refused", answer.reason));
  if (!desk.host.hand(asking, who.actor, answered))
    done(refuse("tooMany", "too many requests wait already: try again"));
}

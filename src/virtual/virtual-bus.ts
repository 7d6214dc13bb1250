// The buses of a virtual pack, in memory: the device's CANopen node and its partners' protocols on a CAN bus that carries every frame at
// once, its Modbus server, and somebody to talk to. What a process has in can-node, can-equipment and the Modbus ports is here one step
// after each tick. It stands still while nobody looks on and the settings speak to nobody.

import type { CanFrame } from "../base/can-frame.ts";
import { createLoginGuard } from "../base/login-guard.ts";
import { type Application, createApplication, createChargerReports, createSession } from "../canopen/application.ts";
import { deviceNodeOptions } from "../canopen/device-node.ts";
import { createFaultsTold, noteFaults } from "../canopen/fault-news.ts";
import { changeSettings, createNode, finish, nextDeadline_us, noteTick, poll, takeFrame } from "../canopen/node.ts";
import { nodePresets } from "../canopen/node-presets.ts";
import type { Node } from "../canopen/node-state.ts";
import type { NodeAsked, NodeStep } from "../canopen/node-step.ts";
import type { FileOutcome } from "../canopen/object.ts";
import { copyImage, createImageReader, type ImageReader } from "../core/signal-image.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  noteTick as noteEquipmentTick,
  poll as pollEquipment,
  takeFrame as takeEquipmentFrame,
} from "../equipment/equipment.ts";
import { createCounters } from "../modbus/counters.ts";
import { type Context, serve } from "../modbus/server.ts";
import { createServerState } from "../modbus/server-state.ts";
import { createSession as createModbusSession, type Session } from "../modbus/session.ts";
import type { Answer, Asking, Outcome } from "../model/asking.ts";
import type { Settings } from "../model/settings.ts";
import type { Identity, Shown } from "../model/shown.ts";
import { IMAGE_SIZE } from "../model/signal-image.ts";
import type { ElconCharger } from "../sim/partners/elcon-charger.ts";
import {
  type ControlRoom,
  createControlRoom,
  createDisplay,
  createPartners,
  expectsPartners,
  type Partner,
} from "./bus-partners.ts";
import { ask, type Device } from "./device.ts";
import type { Journal } from "./journal.ts";

/** Looks on at what passes. Times are those of the device. */
export type BusLooker = {
  readonly frame: (frame: CanFrame, isOwn: boolean, time_us: number) => void;
  readonly exchange: (request: Uint8Array, answer: Uint8Array, actor: string, time_us: number) => void;
};

type Sender = "node" | "equipment" | Partner;

export type VirtualBus = {
  readonly device: Device;
  readonly journal: Journal;
  readonly application: Application;
  readonly modbus: Context;
  readonly session: Session;
  readonly image: Float64Array;
  readonly room: ControlRoom;
  readonly display: Partner;
  readonly faultsTold: Uint8Array;
  /** Frames on their way, and who sent each. */
  readonly wire: { readonly frame: CanFrame; readonly from: Sender }[];
  reader: ImageReader;
  copied_us: number;
  looker: BusLooker | undefined;
  node: Node | undefined;
  equipment: Equipment | undefined;
  partners: readonly Partner[];
  charger: ElconCharger | undefined;
  /** Which settings node and partners follow. */
  settings: Settings | undefined;
  stored: unknown;
};

const IDENTITY: Identity = {
  ...{ vendor: "bms-mini", product: "bms-mini", model: "BMS Mini 2.1", url: "https://www.npmjs.com/package/bms-mini" },
  ...{ hardware: [2, 1], firmware: [0, 0, 0], address: [0, 0, 0, 0], netmask: [0, 0, 0, 0], gateway: [0, 0, 0, 0] },
};
const ACTOR = "CANopen";
const ROOM = "Modbus control room";
/** Frames that answer each other within one step: more is our own endless talk, and waits for the next one. */
const MOST_IN_STEP = 400;

/** @param firmware version of this program: major, minor, patch */
export function createVirtualBus(
  device: Device,
  journal: Journal,
  firmware: Identity["firmware"] = IDENTITY.firmware,
): VirtualBus {
  const identity = { ...IDENTITY, firmware };
  const show = (): Shown => shownBy(bus, identity);
  const bus: VirtualBus = {
    ...{ device, journal, image: new Float64Array(IMAGE_SIZE), reader: createImageReader(device.bms), copied_us: -1 },
    application: createApplication({
      ...{ show, guard: createLoginGuard(), charger: createChargerReports() },
      session: createSession({ actor: ACTOR, peer: ACTOR, isLocal: true }),
    }),
    modbus: { state: createServerState(), counters: { serial: createCounters(), tcp: createCounters() }, show },
    session: createModbusSession({ link: "serial", actor: ROOM, peer: ROOM, isLocal: true }),
    ...{ room: createControlRoom(), faultsTold: createFaultsTold(), wire: [] },
    display: createDisplay(() => bus.node?.nodeId ?? device.bms.settings.can.nodeId),
    ...{ looker: undefined, node: undefined, equipment: undefined, partners: [], charger: undefined },
    ...{ settings: undefined, stored: undefined },
  };
  return bus;
}

/** The device as it stands after its last tick. */
function shownBy(bus: VirtualBus, identity: Identity): Shown {
  const { bms, run } = bus.device;
  if (bms !== bus.reader.bms) bus.reader = createImageReader(bms);
  if (bus.copied_us !== run.time_us) copyImage(bus.reader, bus.image);
  bus.copied_us = run.time_us;
  return { image: bus.image, settings: bms.settings, journal: bus.journal.ring, identity };
}

/** After each tick of the device. Costs nothing while nobody looks on and nobody is spoken to. */
export function stepBus(bus: VirtualBus): void {
  const { run, bms } = bus.device;
  const now_us = run.time_us;
  if (bus.looker === undefined && !expectsPartners(bms.settings)) return;
  if (run.awake !== 1) {
    bus.node = undefined;
    bus.equipment = undefined;
    bus.wire.length = 0;
    return;
  }
  if (bus.settings !== bms.settings) follow(bus, bms.settings, now_us);
  stepNode(bus, now_us);
  stepEquipment(bus, now_us);
  stepPartners(bus, now_us);
  carry(bus, now_us);
  if (bus.looker !== undefined) stepModbus(bus, bus.looker, now_us);
}

/** Other settings: the node takes them, partners are those they speak to. */
function follow(bus: VirtualBus, settings: Settings, now_us: number): void {
  const before = bus.settings;
  bus.settings = settings;
  const isOther =
    before === undefined ||
    before.inverter.profile !== settings.inverter.profile ||
    before.j1939Charger.enable !== settings.j1939Charger.enable;
  if (isOther) Object.assign(bus, createPartners(settings));
  if (bus.node === undefined) return;
  const changed = { nodeId: settings.can.nodeId, ...nodePresets(settings) };
  takeNode(bus, changeSettings(bus.node, changed, now_us));
}

function stepNode(bus: VirtualBus, now_us: number): void {
  const node = bus.node ?? boot(bus, now_us);
  const { faults } = bus.device.bms.protect;
  const { image } = bus.application.show();
  for (const step of noteFaults(node, bus.faultsTold, image, (fault) => faults[fault].element + 1, now_us))
    takeNode(bus, step);
  takeNode(bus, noteTick(node, now_us));
  if (now_us >= nextDeadline_us(node)) takeNode(bus, poll(node, now_us));
}

function boot(bus: VirtualBus, now_us: number): Node {
  const dictionary = () => node.dictionary;
  const node: Node = createNode(deviceNodeOptions(bus.application, { stored: bus.stored, dictionary }));
  bus.node = node;
  bus.faultsTold.fill(0);
  takeNode(bus, poll(node, now_us));
  return node;
}

function takeNode(bus: VirtualBus, { send, asked }: NodeStep): void {
  for (const frame of send) bus.wire.push({ frame, from: "node" });
  for (const each of asked) askFor(bus, each);
}

/** What the node has to ask of the device; there is no service password here, and no file. */
function askFor(bus: VirtualBus, { asked, ticket }: NodeAsked): void {
  const node = bus.node;
  const done = (outcome: Outcome | FileOutcome): void => {
    if (node !== undefined && node === bus.node) takeNode(bus, finish(node, ticket, outcome, bus.device.run.time_us));
  };
  if (asked.kind === "ask") order(bus, asked.asks, done);
  else done(answerTo(bus, asked));
}

function order({ device }: VirtualBus, asks: readonly Asking[], done: (outcome: Outcome) => void): void {
  const answers: Answer[] = [];
  const answered = (answer: Answer): void => {
    if (answers.push(answer) === asks.length) done({ kind: "answers", answers });
  };
  for (const each of asks) ask(device, each, answered, ACTOR);
}

function answerTo(bus: VirtualBus, asked: Exclude<NodeAsked["asked"], { kind: "ask" }>): Outcome | FileOutcome {
  switch (asked.kind) {
    case "login":
      return { kind: "login", login: "unset" };
    case "store":
      bus.stored = asked.parameters;
      return { kind: "stored", ok: true };
    case "files":
      return { kind: "files", files: [] };
    case "file":
      return { kind: "noFile" };
  }
}

function stepEquipment(bus: VirtualBus, now_us: number): void {
  const shown = bus.application.show();
  bus.equipment ??= createEquipment(shown.settings);
  noteEquipmentTick(bus.equipment, now_us);
  takeEquipment(bus, pollEquipment(bus.equipment, shown, now_us));
}

function takeEquipment(bus: VirtualBus, { send, asks }: EquipmentStep): void {
  for (const frame of send) bus.wire.push({ frame, from: "equipment" });
  for (const report of asks) ask(bus.device, report);
}

function stepPartners(bus: VirtualBus, now_us: number): void {
  const { bms, world } = bus.device;
  bus.charger?.plug(world.charger.config.plugged);
  for (const partner of [bus.display, ...bus.partners])
    for (const frame of partner.live(now_us, bms.measure.battery_V, bms.measure.current_A))
      bus.wire.push({ frame, from: partner });
}

/** Every frame goes to everybody but its sender; what they answer goes out behind it. */
function carry(bus: VirtualBus, now_us: number): void {
  for (let count = 0; count < MOST_IN_STEP; count++) {
    const next = bus.wire.shift();
    if (next === undefined) return;
    const { frame, from } = next;
    bus.looker?.frame(frame, from === "node" || from === "equipment", now_us);
    if (from !== "node" && bus.node !== undefined) takeNode(bus, takeFrame(bus.node, frame, now_us));
    if (from !== "equipment" && bus.equipment !== undefined)
      takeEquipment(bus, takeEquipmentFrame(bus.equipment, frame, bus.application.show(), now_us));
    for (const partner of [bus.display, ...bus.partners]) if (partner !== from) partner.hear(frame, now_us);
  }
}

/** The control room only reads, so every answer is there at once. */
function stepModbus(bus: VirtualBus, looker: BusLooker, now_us: number): void {
  const request = bus.room.ask(now_us);
  if (request === undefined) return;
  const reply = serve(bus.modbus, bus.session, request, now_us);
  if (reply.kind === "answer") looker.exchange(request, reply.pdu, ROOM, now_us);
}

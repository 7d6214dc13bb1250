// The device's own CANopen node on its bus: frames of the hub in, frames out, its timers, and what it asks of the device. In standby
// the device has no processor running, so the node is gone; it boots when the device wakes.

import type { CanFrame } from "../base/can-frame.ts";
import type { LoginGuard } from "../base/login-guard.ts";
import { type Application, type ChargerReports, createApplication, createSession } from "../canopen/application.ts";
import { hasBit30 } from "../canopen/cob-id.ts";
import type { ControllerState } from "../canopen/controller.ts";
import { deviceNodeOptions } from "../canopen/device-node.ts";
import { createFaultsTold, noteFaults } from "../canopen/fault-news.ts";
import {
  changeSettings,
  createNode,
  finish,
  nextDeadline_us,
  noteController,
  noteTick,
  poll,
  produceTime,
  takeFrame,
} from "../canopen/node.ts";
import { nodePresets } from "../canopen/node-presets.ts";
import type { Node } from "../canopen/node-state.ts";
import type { NodeAsked, NodeEvent, NodeStep } from "../canopen/node-step.ts";
import type { Dictionary, FileAsked, FileOutcome } from "../canopen/object.ts";
import { timeOfDay } from "../canopen/time-stamp.ts";
import type { Outcome } from "../model/asking.ts";
import type { FaultName } from "../model/faults.ts";
import type { Settings } from "../model/settings.ts";
import type { WallClock } from "../virtual/wall-clock.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import { CanOutbox } from "./can-outbox.ts";
import { isOpenToNetwork } from "./can-port.ts";
import { readLogs } from "./log-part.ts";

/** What the node needs of the device around it. */
export type NodeSurroundings = {
  readonly desk: BusDesk;
  readonly hub: CanHub;
  readonly now_us: () => number;
  /** What time TIME tells. */
  readonly clock: WallClock;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
  readonly logFolder: string;
  /** Keeps parameters of communication, or forgets them. Whether they are on the disk. */
  readonly keep: (parameters: unknown) => Promise<boolean>;
  /** What was kept; undefined: nothing. */
  readonly kept: () => Promise<unknown>;
  readonly onEvent: (event: NodeEvent) => void;
  /** Cell, thermistor or the like of a fault, from 1; 0: it has none. */
  readonly elementOf: (fault: FaultName) => number;
  readonly logins: LoginGuard;
  readonly charger: ChargerReports;
};

const ACTOR = "CANopen";
/** Frames that wait for room on the bus: some blocks of SDO block transfer. */
const OUTBOX = 1024;

export class CanNode {
  readonly #around: NodeSurroundings;
  readonly #application: Application;
  readonly #outbox = new CanOutbox(OUTBOX);
  #node: Node | undefined;
  #place: CanPlace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settings: Settings | undefined;
  #stored: unknown;
  #controller: ControllerState = "active";
  /** Frames that had found no room when that was last looked at. */
  #toldLost = 0;
  #wasOverrun = false;
  /** The second that TIME told last, since 1970. */
  #toldSecond_s = 0;
  #isClosed = false;
  /** Which faults the node knows of. */
  readonly #told = createFaultsTold();

  constructor(around: NodeSurroundings) {
    this.#around = around;
    this.#application = createApplication({
      ...{ show: () => around.desk.show(), guard: around.logins, charger: around.charger },
      session: createSession({ actor: ACTOR, peer: ACTOR, isLocal: true }),
    });
  }

  /** Joins the bus once it is known what was stored. */
  async open(): Promise<void> {
    this.#stored = await this.#around.kept();
    if (this.#isClosed) return;
    this.#around.guard(() => {
      this.#place = this.#around.hub.attach({
        receive: (frame, time_us) => this.#around.guard(() => this.#take(frame, time_us)),
        ready: () => this.#outbox.flush(),
        isOwn: true,
      });
      this.#outbox.place = this.#place;
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#place?.detach();
    this.#place = undefined;
    this.#outbox.place = undefined;
    this.#node = undefined;
  }

  /** Frames that found no room. */
  get lost(): number {
    return this.#outbox.lost;
  }

  /** The node as it is; undefined while the device sleeps. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** After each tick: boots with the device, follows its settings, and has new values sent. */
  afterTick(controller: ControllerState): void {
    if (this.#place === undefined) return;
    if (this.#around.desk.isAwake) this.#goOn(controller);
    else this.#sleep();
  }

  #goOn(controller: ControllerState): void {
    const { settings } = this.#around.desk.show();
    const node = this.#node ?? this.#boot(settings);
    if (settings !== this.#settings) this.#follow(node, settings);
    this.#noteController(node, controller);
    this.#noteFaults(node);
    this.#tellTime(node);
    this.#carryOut(noteTick(node, this.#now_us()));
  }

  #noteController(node: Node, controller: ControllerState): void {
    const isOverrun = this.lost > this.#toldLost;
    this.#toldLost = this.lost;
    if (controller === this.#controller && isOverrun === this.#wasOverrun) return;
    this.#controller = controller;
    this.#wasOverrun = isOverrun;
    this.#carryOut(noteController(node, controller, isOverrun, this.#now_us()));
  }

  /** Faults that came and went since the last tick, as emergencies. */
  #noteFaults(node: Node): void {
    const { desk, elementOf } = this.#around;
    for (const step of noteFaults(node, this.#told, desk.show().image, elementOf, this.#now_us())) this.#carryOut(step);
  }

  /** TIME, each second of a clock that has been set, where 1012h wants it. */
  #tellTime(node: Node): void {
    const { clock } = this.#around;
    const wall_ms = clock.wall_ms();
    const second_s = Math.floor(wall_ms / 1000);
    if (second_s === this.#toldSecond_s || !hasBit30(node.parameters.timeCobId)) return;
    this.#toldSecond_s = second_s;
    if (clock.quality() !== "unset") this.#carryOut(produceTime(node, timeOfDay(wall_ms), this.#now_us()));
  }

  #now_us(): number {
    return this.#around.now_us();
  }

  /** Nothing is said any more, not even what still waits for the bus. */
  #sleep(): void {
    clearTimeout(this.#timer);
    this.#node = undefined;
    this.#outbox.clear();
  }

  #boot(settings: Settings): Node {
    const dictionary = (): Dictionary => node.dictionary;
    const node: Node = createNode(deviceNodeOptions(this.#application, { stored: this.#stored, dictionary }));
    this.#node = node;
    this.#settings = settings;
    this.#controller = "active";
    this.#told.fill(0);
    this.#carryOut(poll(node, this.#now_us()));
    return node;
  }

  #follow(node: Node, settings: Settings): void {
    this.#settings = settings;
    const changed = { nodeId: settings.can.nodeId, ...nodePresets(settings) };
    this.#carryOut(changeSettings(node, changed, this.#now_us()));
  }

  #take(frame: CanFrame, time_us: number): void {
    if (this.#node === undefined) return;
    this.#application.session.isLocal = !isOpenToNetwork(this.#around.desk.show().settings);
    this.#carryOut(takeFrame(this.#node, frame, time_us));
  }

  #carryOut({ send, asked, events }: NodeStep): void {
    this.#outbox.sendAll(send);
    for (const each of asked) this.#ask(each);
    for (const event of events) this.#around.onEvent(event);
    this.#arm();
  }

  #ask({ asked, ticket }: NodeAsked): void {
    const node = this.#node;
    const done = (outcome: Outcome | FileOutcome): void =>
      this.#around.guard(() => {
        if (node !== undefined && node === this.#node) this.#carryOut(finish(node, ticket, outcome, this.#now_us()));
      });
    if (asked.kind === "ask" || asked.kind === "login")
      this.#around.desk.hand(asked, { actor: ACTOR, source: "canopen" }, done);
    else this.handFile(asked, done);
  }

  /** Reads of logs, and what is to be kept; `done` may not throw. */
  handFile(asked: FileAsked, done: (outcome: FileOutcome) => void): void {
    if (asked.kind === "store") void this.#keep(asked.parameters).then((ok) => done({ kind: "stored", ok }));
    else void readLogs(this.#around.logFolder, asked).then(done);
  }

  /** Objects were written past the bus: what follows from it is sent. */
  poke(): void {
    if (this.#node !== undefined) this.#carryOut(poll(this.#node, this.#now_us()));
  }

  async #keep(parameters: unknown): Promise<boolean> {
    const ok = await this.#around.keep(parameters);
    if (ok) this.#stored = parameters;
    return ok;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#node === undefined) return;
    const deadline_us = nextDeadline_us(this.#node);
    if (!Number.isFinite(deadline_us)) return;
    const wait_ms = Math.max(0, Math.ceil((deadline_us - this.#now_us()) / 1000));
    this.#timer = setTimeout(() => this.#around.guard(() => this.#poll()), wait_ms).unref();
  }

  #poll(): void {
    if (this.#node !== undefined) this.#carryOut(poll(this.#node, this.#now_us()));
  }
}

// Inverter, chargers and shunt on the bus of a running device: frames of the hub in, frames out; what they report is handed to the
// core. Before the device stands by or leaves the bus, chargers that charge are stopped; an inverter hears nothing more, which
// stops it after its own time.

import type { CanFrame } from "../base/can-frame.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  farewell,
  nextDeadline_us,
  noteTick,
  poll,
  takeFrame,
} from "../equipment/equipment.ts";
import type { PartnerReport } from "../model/partner-reports.ts";
import { ask, type Device } from "../virtual/device.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import { CanOutbox } from "./can-outbox.ts";

/** Frames that wait for room on the bus. */
const OUTBOX = 256;

export type EquipmentSurroundings = {
  readonly device: Device;
  readonly desk: BusDesk;
  readonly hub: CanHub;
  readonly now_us: () => number;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
};

export class CanEquipment {
  readonly #around: EquipmentSurroundings;
  readonly #outbox = new CanOutbox(OUTBOX);
  #equipment: Equipment | undefined;
  #place: CanPlace | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The last report of each kind. */
  readonly #told = new Map<PartnerReport["kind"], PartnerReport>();

  constructor(around: EquipmentSurroundings) {
    this.#around = around;
  }

  open(): void {
    this.#place = this.#around.hub.attach({
      receive: (frame) => this.#around.guard(() => this.#take(frame)),
      ready: () => this.#outbox.flush(),
      isOwn: true,
    });
    this.#outbox.place = this.#place;
  }

  close(): void {
    this.#leave();
    this.#place?.detach();
    this.#place = undefined;
    this.#outbox.place = undefined;
  }

  /** Frames that found no room. */
  get lost(): number {
    return this.#outbox.lost;
  }

  #take(frame: CanFrame): void {
    this.#step((equipment, now_us) => takeFrame(equipment, frame, this.#around.desk.show(), now_us));
  }

  /** After each tick, so that no stop waits. */
  afterTick(): void {
    const { desk } = this.#around;
    if (this.#place === undefined) return;
    if (desk.isAwake) this.#equipment ??= createEquipment(desk.show().settings);
    else this.#leave();
    if (this.#equipment !== undefined) noteTick(this.#equipment, this.#around.now_us());
    this.#poll();
  }

  /** The last stop stands before what still waits for the bus, and nothing is said after it. */
  #leave(): void {
    clearTimeout(this.#timer);
    const equipment = this.#equipment;
    if (equipment === undefined) return;
    const { desk, now_us, guard } = this.#around;
    this.#equipment = undefined;
    this.#outbox.clear();
    guard(() => this.#outbox.sendAll(farewell(equipment, desk.show(), now_us()))); // after a mistake of ours: silence
  }

  #poll(): void {
    this.#step((equipment, now_us) => poll(equipment, this.#around.desk.show(), now_us));
  }

  #step(act: (equipment: Equipment, now_us: number) => EquipmentStep): void {
    if (this.#equipment === undefined) return;
    const { send, asks } = act(this.#equipment, this.#around.now_us());
    this.#outbox.sendAll(send);
    for (const each of asks) this.#tell(each);
    this.#arm(this.#equipment);
  }

  /** The core looks once in a tick: the newest of each kind takes the place of what still waits, however many frames come. */
  #tell(report: PartnerReport): void {
    const { device } = this.#around;
    const before = this.#told.get(report.kind);
    const at = device.inbox.findIndex(({ request }) => request === before);
    if (at >= 0) device.inbox.splice(at, 1);
    this.#told.set(report.kind, report);
    ask(device, report);
  }

  /** Ticks come far more often than deadlines; a timer is for a loop that stands still. */
  #arm(equipment: Equipment): void {
    clearTimeout(this.#timer);
    const wait_us = nextDeadline_us(equipment) - this.#around.now_us();
    if (!Number.isFinite(wait_us)) return;
    this.#timer = setTimeout(
      () => this.#around.guard(() => this.#poll()),
      Math.max(1, Math.ceil(wait_us / 1000)),
    ).unref();
  }
}

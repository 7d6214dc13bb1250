// Inverter, chargers and shunt on the bus of a running device: frames of the hub in, frames out; what they report is handed to the
// core. In standby they hear nothing from this device, which is what stops them.

import type { CanFrame } from "../base/can-frame.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  nextDeadline_us,
  poll,
  takeFrame,
} from "../equipment/equipment.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import { CanOutbox } from "./can-outbox.ts";
import { ask, type Device } from "./device.ts";

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
    clearTimeout(this.#timer);
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
    else this.#sleep();
    this.#poll();
  }

  /** Nothing is said any more, not even what still waits for the bus. */
  #sleep(): void {
    clearTimeout(this.#timer);
    this.#equipment = undefined;
    this.#outbox.clear();
  }

  #poll(): void {
    this.#step((equipment, now_us) => poll(equipment, this.#around.desk.show(), now_us));
  }

  #step(act: (equipment: Equipment, now_us: number) => EquipmentStep): void {
    if (this.#equipment === undefined) return;
    const { send, asks } = act(this.#equipment, this.#around.now_us());
    this.#outbox.sendAll(send);
    for (const each of asks) ask(this.#around.device, each);
    this.#arm(this.#equipment);
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

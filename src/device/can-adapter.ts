// The adapter of the CAN port: opens what the settings choose and joins it to the hub. One that is missing, unplugged or taken,
// or whose controller has gone off the bus, is told and tried again with growing pauses.

import type { CanFrame } from "../base/can-frame.ts";
import { type BusStatus, QUIET_BUS } from "../can/bus-status.ts";
import { BackOff } from "./back-off.ts";
import { type PortTrouble, portTrouble } from "./byte-link.ts";
import type { CanHub, CanPlace } from "./can-hub.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";
import { type CanTarget, nameOfTarget } from "./can-target.ts";
import { openCanLink } from "./open-can-link.ts";
import type { PortEvents } from "./port-board.ts";

/** A second and more of a bus of 250 kbit/s. */
const HEARD_MOST = 4096;

export class CanAdapter {
  status: BusStatus = QUIET_BUS;
  /** Frames that found no room or no bus. */
  lost = 0;
  readonly #hub: CanHub;
  readonly #events: PortEvents;
  readonly #now_us: () => number;
  readonly #backOff = new BackOff();
  #target: CanTarget;
  #link: CanLink | undefined;
  #place: CanPlace | undefined;
  #heard: CanFrame[] = [];
  /** Rises with each opening: what an older link still says is not heard. */
  #generation = 0;
  #isClosed = false;

  constructor(hub: CanHub, target: CanTarget, now_us: () => number, events: PortEvents) {
    this.#hub = hub;
    this.#target = target;
    this.#now_us = now_us;
    this.#events = events;
  }

  /** Opens the link, or goes on trying. */
  async open(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const link = await openCanLink(this.#target, this.#now_us, this.#linkEvents(generation));
      if (generation !== this.#generation || this.#isClosed) return await closeQuietly(link);
      this.#join(link);
    } catch (error) {
      if (generation === this.#generation && !this.#isClosed) this.#failed(portTrouble(error));
    }
  }

  #join(link: CanLink): void {
    this.#link = link;
    this.status = QUIET_BUS;
    this.#place = this.#hub.attach({
      receive: (frame) => {
        if (this.status.state === "off" || !link.send(frame)) this.lost++;
      },
      mayTake: () => this.status.state === "off" || link.hasRoom(),
      ready: () => this.#handOn(link),
    });
    this.#backOff.opened(performance.now());
    this.#events.opened(`CAN: ${link.place}`);
  }

  /** What comes in one piece after a pause of the loop waits here until the hub has room. */
  #hear(frame: CanFrame): boolean {
    if (this.#heard.length === 0 && this.#place?.send(frame) !== false) return true;
    if (this.#heard.length >= HEARD_MOST) return false;
    this.#heard.push(frame);
    return true;
  }

  #handOn(link: CanLink): void {
    let done = 0;
    while (done < this.#heard.length && this.#place?.send(this.#heard[done]!) === true) done++;
    this.#heard.splice(0, done);
    if (this.#heard.length === 0) link.resume?.();
  }

  #linkEvents(generation: number): CanLinkEvents {
    const heard = (act: () => void): void => {
      if (generation === this.#generation) this.#events.guard(act);
    };
    return {
      received: (frame) => {
        let isTaken = true;
        heard(() => {
          isTaken = this.#hear(frame);
        });
        return isTaken;
      },
      ready: () => heard(() => this.#hub.go()),
      bus: (status) => heard(() => this.#takeStatus(status)),
      lost: () => heard(() => this.lost++),
      failed: (trouble) => heard(() => this.#failed(trouble)),
    };
  }

  #takeStatus(status: BusStatus): void {
    const wasOff = this.status.state === "off";
    const isOff = status.state === "off";
    this.status = status;
    if (wasOff === isOff) return;
    const name = nameOfTarget(this.#target);
    this.#events.noticed(
      isOff ? `CAN: ${name}: the controller has gone off the bus` : `CAN: ${name}: on the bus again`,
    );
    this.#hub.go();
  }

  /** Settings that concern the link open it anew. */
  take(target: CanTarget): void {
    if (nameOfTarget(target) === nameOfTarget(this.#target)) return;
    this.#target = target;
    void this.#reopen();
  }

  async #reopen(): Promise<void> {
    if (this.#isClosed) return;
    this.#backOff.stop();
    await this.#drop();
    if (!this.#isClosed) await this.open();
  }

  async #drop(): Promise<void> {
    this.#generation++;
    const link = this.#link;
    this.#link = undefined;
    this.#place?.detach();
    this.#place = undefined;
    this.#heard = [];
    if (link !== undefined) await closeQuietly(link);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backOff.stop();
    await this.#drop();
  }

  #failed(trouble: PortTrouble): void {
    void this.#drop();
    this.#events.failed(trouble, `CAN: ${nameOfTarget(this.#target)}: ${trouble.message}; trying again`);
    this.#backOff.again(performance.now(), () => void this.open());
  }
}

/** A link that cannot be closed in order is given up all the same. */
const closeQuietly = (link: CanLink): Promise<void> => link.close().catch(() => {});

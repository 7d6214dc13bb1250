// Where Modbus meets the device: what its server needs beside the desk that all buses share.

import { createCounters } from "../modbus/counters.ts";
import type { Context } from "../modbus/server.ts";
import { createServerState } from "../modbus/server-state.ts";
import type { Asked, Outcome } from "../model/asking.ts";
import type { BusDesk } from "./bus-desk.ts";

export class ModbusDesk {
  readonly context: Context;
  readonly #desk: BusDesk;

  constructor(desk: BusDesk) {
    this.#desk = desk;
    this.context = {
      state: createServerState(),
      counters: { serial: createCounters(), tcp: createCounters() },
      show: () => desk.show(),
    };
  }

  get isAwake(): boolean {
    return this.#desk.isAwake;
  }

  /** Hands over what a client asks; `done` gets what came of it. */
  hand(asked: Asked, actor: string, done: (outcome: Outcome) => void): void {
    this.#desk.hand(asked, { actor, source: "modbus" }, done);
  }
}

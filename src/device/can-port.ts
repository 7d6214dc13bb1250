// The CAN port of a running device: the hub of its bus, and what the settings join to it: the adapter, the server that
// programs reach over TCP, the pseudo-terminal that stands for an adapter. The device's own node joins the hub by itself.

import type { CanFrame } from "../base/can-frame.ts";
import type { PortsReport } from "../core/equipment.ts";
import type { Settings } from "../model/settings.ts";
import { CAN_BUS_STATES } from "../model/signals-equipment.ts";
import { CanAdapter } from "./can-adapter.ts";
import { CanHub } from "./can-hub.ts";
import type { CanTarget } from "./can-target.ts";
import type { PortEvents } from "./ports.ts";

/** A part of the port that has a state of its own. */
export type CanPart = "can" | "canServer" | "canTerminal";

/** Numbers of the port for the core's report. */
export type CanCounts = Pick<
  PortsReport,
  "canBusState" | "canClients" | "canTransmitErrors" | "canReceiveErrors" | "canSent" | "canReceived" | "canLost"
>;

export class CanPort {
  readonly hub: CanHub;
  readonly #adapter: CanAdapter;

  constructor(settings: Settings, now_us: () => number, events: (part: CanPart) => PortEvents) {
    const ofBus = events("can");
    this.hub = new CanHub(now_us, ofBus.guard);
    this.#adapter = new CanAdapter(this.hub, targetOf(settings), now_us, ofBus);
  }

  open(): void {
    void this.#adapter.open();
  }

  take(settings: Settings): void {
    this.#adapter.take(targetOf(settings));
  }

  async close(): Promise<void> {
    await this.#adapter.close();
  }

  /** Looks on at each frame of the bus. */
  set onFrame(look: ((frame: CanFrame, isOwn: boolean, time_us: number) => void) | undefined) {
    this.hub.onFrame = look;
  }

  get counts(): CanCounts {
    const { state, transmitErrors, receiveErrors } = this.#adapter.status;
    return {
      ...{ canBusState: CAN_BUS_STATES.indexOf(state), canTransmitErrors: transmitErrors },
      ...{ canReceiveErrors: receiveErrors, canClients: 0 },
      ...{ canSent: this.hub.sent, canReceived: this.hub.received, canLost: this.#adapter.lost },
    };
  }
}

const SLCAN_BAUD = 115_200;

/** The adapter that the settings choose. */
export function targetOf({ canPort, can }: Settings): CanTarget {
  const rate_kbit_s = Number(can.bitRate);
  const { channel, host, port } = canPort;
  switch (canPort.adapter) {
    case "simulated":
      return { kind: "simulated", rate_kbit_s };
    case "socketcan":
      return { kind: "socketcan", channel, rate_kbit_s };
    case "socketcand":
      return { kind: "socketcand", host, port, channel };
    case "slcan": {
      const [, path = "", baud] = /^(.*?)(?:@(\d+))?$/.exec(canPort.device) ?? [];
      return { kind: "slcan", path, baud: baud === undefined ? SLCAN_BAUD : Number(baud), rate_kbit_s };
    }
  }
}

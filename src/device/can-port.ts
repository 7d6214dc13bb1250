// The CAN port of a running device: the hub of its bus, and what the settings join to it: the adapter, the server that
// programs reach over TCP, the pseudo-terminal that stands for an adapter. The device's own node joins the hub by itself.

import type { BusState } from "../can/bus-status.ts";
import type { PortsReport } from "../core/equipment.ts";
import type { Settings } from "../model/settings.ts";
import { CAN_BUS_STATES } from "../model/signals-equipment.ts";
import { CanAdapter } from "./can-adapter.ts";
import { CanHub } from "./can-hub.ts";
import { type CanTarget, serialPlace } from "./can-target.ts";
import type { PortEvents } from "./port-board.ts";
import { SlcanTerminal } from "./slcan-terminal.ts";
import { SocketcandServer } from "./socketcand-server.ts";
import type { ListenAt } from "./tcp-listener.ts";

/** A part of the port that has a state of its own. */
export type CanPart = "can" | "canServer" | "canTerminal";

export type CanPortEvents = {
  readonly events: (part: CanPart) => PortEvents;
  /** A part is about to be opened, or has been closed by the settings. */
  readonly wanted: (part: CanPart, isWanted: boolean) => void;
};

/** Numbers of the port for the core's report. */
export type CanCounts = Pick<
  PortsReport,
  "canBusState" | "canClients" | "canTransmitErrors" | "canReceiveErrors" | "canSent" | "canReceived" | "canLost"
>;

export class CanPort {
  readonly hub: CanHub;
  readonly #adapter: CanAdapter;
  /** Where the pseudo-terminal gets its name. */
  readonly #name: string;
  readonly #events: CanPortEvents;
  #server: SocketcandServer | undefined;
  #terminal: SlcanTerminal | undefined;
  #settings: Settings;
  /** In force: that of the settings, or what LSS has chosen since. */
  #rate_kbit_s: number;
  /** Lost by servers and terminals that have been closed. */
  #lost = 0;

  constructor(settings: Settings, name: string, now_us: () => number, events: CanPortEvents) {
    const ofBus = events.events("can");
    this.#settings = settings;
    this.#rate_kbit_s = Number(settings.can.bitRate);
    this.#name = name;
    this.#events = events;
    this.hub = new CanHub(now_us, ofBus.guard);
    this.#adapter = new CanAdapter(this.hub, this.#target, now_us, ofBus);
  }

  open(): void {
    this.#events.wanted("can", true);
    void this.#adapter.open();
    this.#follow();
  }

  /**
   * Other settings. A bit rate that LSS has chosen holds until they choose another.
   * @param isRateStored the bit rate in them is one that LSS has stored: it waits until LSS activates it, or for the next start
   */
  take(settings: Settings, isRateStored = false): void {
    const { bitRate } = this.#settings.can;
    this.#settings = settings;
    if (settings.can.bitRate !== bitRate && !isRateStored) this.#rate_kbit_s = Number(settings.can.bitRate);
    this.#adapter.take(this.#target);
    this.#follow();
  }

  get #target(): CanTarget {
    return targetOf(this.#settings, this.#rate_kbit_s);
  }

  async close(): Promise<void> {
    await Promise.all([this.#adapter.close(), this.#server?.close(), this.#terminal?.close()]);
  }

  /** One part alone, after a mistake of ours in it; "can" is all of them. */
  async closePart(part: CanPart): Promise<void> {
    if (part === "can") await this.close();
    else await (part === "canServer" ? this.#server : this.#terminal)?.close();
  }

  /** TCP port of the server that is open; 0 while there is none. */
  get serverPort(): number {
    return this.#server?.port ?? 0;
  }

  /** Opens and closes server and pseudo-terminal until they are as the settings say. */
  #follow(): void {
    const { canPort } = this.#settings;
    const at = { port: canPort.serverPort, isPublic: canPort.listen === "any" };
    this.#serve(isOn(canPort, "server") ? at : undefined);
    this.#present(isOn(canPort, "terminal"));
  }

  #serve(wanted: ListenAt | undefined): void {
    const server = this.#server;
    const bus = this.#settings.canPort.channel;
    const isSame = server?.at.port === wanted?.port && server?.at.isPublic === wanted?.isPublic && server?.bus === bus;
    if (isSame || (server === undefined && wanted === undefined)) return;
    this.#lost += server?.lost ?? 0;
    void server?.close();
    this.#server = undefined;
    this.#events.wanted("canServer", wanted !== undefined);
    if (wanted === undefined) return;
    this.#server = new SocketcandServer(this.hub, bus, wanted, this.#events.events("canServer"));
    this.#server.open();
  }

  #present(isWanted: boolean): void {
    if (isWanted === (this.#terminal !== undefined)) return;
    this.#lost += this.#terminal?.lost ?? 0;
    void this.#terminal?.close();
    this.#terminal = undefined;
    this.#events.wanted("canTerminal", isWanted);
    if (!isWanted) return;
    const bus = () => ({ rate_kbit_s: this.#rate_kbit_s, status: this.#adapter.status });
    this.#terminal = new SlcanTerminal(this.hub, this.#name, bus, this.#events.events("canTerminal"));
    void this.#terminal.open();
  }

  /** What the controller thinks of the bus. */
  get busState(): BusState {
    return this.#adapter.status.state;
  }

  /** Another bit rate, as LSS has it, until settings choose one. kbit/s. */
  setRate(rate_kbit_s: number): void {
    this.#rate_kbit_s = rate_kbit_s;
    this.#adapter.take(this.#target);
  }

  /** The bit rate of the settings, as after power-on. */
  followRate(): void {
    const rate_kbit_s = Number(this.#settings.can.bitRate);
    if (rate_kbit_s !== this.#rate_kbit_s) this.setRate(rate_kbit_s);
  }

  get counts(): CanCounts {
    const { state, transmitErrors, receiveErrors } = this.#adapter.status;
    const { sent, received } = this.hub;
    const lost = this.#lost + this.#adapter.lost + (this.#server?.lost ?? 0) + (this.#terminal?.lost ?? 0);
    return {
      ...{ canBusState: CAN_BUS_STATES.indexOf(state), canTransmitErrors: transmitErrors },
      ...{ canReceiveErrors: receiveErrors, canClients: this.#server?.clients ?? 0 },
      ...{ canSent: sent, canReceived: received, canLost: lost },
    };
  }
}

const isOn = (canPort: Settings["canPort"], part: "server" | "terminal"): boolean =>
  canPort[part] === "on" || (canPort[part] === "simulated" && canPort.adapter === "simulated");

/** Whoever reaches this machine reaches the bus, through its server. */
export const isOpenToNetwork = ({ canPort }: Settings): boolean => isOn(canPort, "server") && canPort.listen === "any";

/** The adapter that the settings choose, at a bit rate. */
export function targetOf({ canPort, can }: Settings, rate_kbit_s = Number(can.bitRate)): CanTarget {
  const { channel, host, port } = canPort;
  switch (canPort.adapter) {
    case "simulated":
      return { kind: "simulated", rate_kbit_s };
    case "socketcan":
      return { kind: "socketcan", channel, rate_kbit_s };
    case "socketcand":
      return { kind: "socketcand", host, port, channel };
    case "slcan":
      return { kind: "slcan", ...serialPlace(canPort.device), rate_kbit_s };
  }
}

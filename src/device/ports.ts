// The ports of a running device: field buses, CAN with what lives on it, consoles. Opens what the settings ask for and follows
// their changes; how each fares is the board's (port-board.ts).

import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { PortsReport } from "../core/equipment.ts";
import type { Settings } from "../model/settings.ts";
import type { Device } from "../virtual/device.ts";
import type { FlightRecorder } from "../virtual/flight-recorder.ts";
import type { Journal } from "../virtual/journal.ts";
import type { BusDesk } from "./bus-desk.ts";
import type { Buses } from "./bus-watch.ts";
import { CanLog } from "./can-log.ts";
import { CanPort } from "./can-port.ts";
import { CanSide } from "./can-side.ts";
import { Consoles } from "./consoles.ts";
import { MACHINE_CLOCK } from "./machine-clock.ts";
import { ModbusDesk } from "./modbus-desk.ts";
import { ModbusServers } from "./modbus-servers.ts";
import { PortBoard, type PortName } from "./port-board.ts";
import { Rs485 } from "./rs485.ts";
import type { StoreThread } from "./store-thread.ts";

/** The modelled board's own ports get their names inside the data folder. */
const PORTS_FOLDER = "ports";
const NAMES = { rs485: "rs485", can: "can", usb: "usb" } as const;

/** Clients come and go, frames are counted; the core hears of their numbers so often at most. */
const CLIENTS_us = 1_000_000;
const FRAMES_us = 10_000_000;
/** Half a tick of the loop. */
const BUS_us = 5_000;

export class Ports {
  readonly board: PortBoard;
  /** The CAN port, and what of the device lives on its bus. */
  readonly can: CanPort;
  readonly side: CanSide;
  readonly consoles: Consoles;
  readonly #device: Device;
  /** Where ports of the modelled board get their names. */
  readonly #folder: string;
  readonly #now_us = MACHINE_CLOCK.now_us;
  readonly #rs485: Rs485;
  readonly #servers: ModbusServers;
  readonly #modbus: ModbusDesk;
  #settings: Settings;
  #followed_us = 0;
  #counted_us = 0;
  #framesCounted_us = 0;

  #canLog: CanLog | undefined;

  constructor(device: Device, journal: Journal, store: StoreThread, desk: BusDesk, folder: string) {
    const settings = device.bms.settings;
    const [now_us, at] = [this.#now_us, join(folder, PORTS_FOLDER)];
    const board = new PortBoard(device, journal);
    const modbus = new ModbusDesk(desk);
    this.#modbus = modbus;
    this.#device = device;
    this.#settings = settings;
    this.#folder = at;
    this.board = board;
    this.#rs485 = new Rs485(modbus, settings, join(at, NAMES.rs485), now_us, board.events("rs485"));
    this.#servers = new ModbusServers(modbus, now_us, board);
    this.can = new CanPort(settings, join(at, NAMES.can), now_us, board);
    const guard = (act: () => void): void => board.guard("canSide", act);
    this.side = new CanSide({ device, desk, port: this.can, store, folder, now_us, clock: journal.clock, guard });
    this.consoles = new Consoles(desk, this.side, settings, join(at, NAMES.usb), now_us, board);
    board.onBroken = (name) => void this.#closePart(name);
  }

  /** Frames of the bus go into the log while the settings ask for it. */
  recordTo(recorder: FlightRecorder): void {
    this.#canLog = new CanLog(this.can.hub, recorder, this.#now_us);
  }

  /** For whoever looks on. `logTime_us`: that of a steady time a moment ago. */
  buses(logTime_us: (steady_us: number) => number): Buses {
    return {
      ...{ hub: this.can.hub, modbus: this.#modbus.context, node: () => this.side.node.node },
      ...{ settings: () => this.#device.bms.settings, logTime_us, now_us: this.#now_us },
    };
  }

  /** Called with a line for a person when a port opens, and when it fails for the first time. */
  set onTold(tell: (text: string) => void) {
    this.board.onTold = tell;
  }

  open(): void {
    this.board.wanted("rs485", true);
    void this.#rs485.open();
    this.#servers.take(this.#settings);
    this.can.open();
    this.side.open();
    this.consoles.open();
  }

  async close(): Promise<void> {
    this.side.close();
    await Promise.all([this.#rs485.close(), this.#servers.close(), this.can.close(), this.consoles.close()]);
    this.board.guard("all", () => {
      if (existsSync(this.#folder) && readdirSync(this.#folder).length === 0) rmdirSync(this.#folder);
    });
  }

  /** Port of Modbus TCP that is open; 0 while there is none. */
  get tcpPort(): number {
    return this.#servers.port;
  }

  /** After each tick. Cheap while nothing changes. */
  afterTick(): void {
    this.board.guard("all", () => this.#followTick());
  }

  #followTick(): void {
    const { settings } = this.#device.bms;
    if (settings !== this.#settings) this.#follow(settings);
    this.#followBus();
    this.board.guard("can", () => this.#canLog?.afterTick(settings.canPort));
    if (this.#device.run.awake !== 1) return;
    this.#noteState();
    this.#countClients();
    this.#countFrames();
    this.board.tell();
  }

  /** What lives on the bus lives in the machine's time: a device that runs faster is looked at as often as one that does not. */
  #followBus(): void {
    const now_us = this.#now_us();
    if (now_us - this.#followed_us < BUS_us) return;
    this.#followed_us = now_us;
    this.board.guard("canSide", () => this.side.afterTick());
  }

  #follow(settings: Settings): void {
    this.#settings = settings;
    this.#rs485.take(settings);
    this.#servers.take(settings);
    this.can.take(settings, this.side.hasStored(Number(settings.can.bitRate)));
    this.consoles.take(settings);
  }

  /** What is told as soon as it changes. */
  #noteState(): void {
    this.#put({ ...this.side.state, canBusState: this.can.counts.canBusState, canClients: this.can.counts.canClients });
  }

  #countClients(): void {
    const now_us = this.#now_us();
    if (now_us - this.#counted_us < CLIENTS_us) return;
    this.#counted_us = now_us;
    this.#put({ tcpClients: this.#servers.clients, consoleClients: this.consoles.clients });
  }

  /** What the bus counts is told with other news, and every ten seconds. */
  #countFrames(): void {
    const now_us = this.#now_us();
    const isDue = now_us - this.#framesCounted_us >= FRAMES_us;
    if (!isDue && !this.board.isNews) return;
    this.#framesCounted_us = now_us;
    const { counts } = this.can;
    this.#put({ ...counts, canLost: counts.canLost + this.side.lost });
  }

  #put(values: Partial<PortsReport>): void {
    const { report } = this.board;
    for (const [name, value] of Object.entries(values) as [keyof PortsReport, number][]) {
      if (report[name] === value) continue;
      report[name] = value;
      this.board.isNews = true;
    }
  }

  /** After a mistake of ours in it. */
  async #closePart(name: PortName): Promise<void> {
    if (name === "rs485") await this.#rs485.close();
    else if (name === "tcp" || name === "rtuTcp") await this.#servers.closePart(name);
    else if (name === "canSide") this.side.close();
    else if (name === "usb" || name === "console") await this.consoles.closePart(name);
    else if (name !== "all") await this.can.closePart(name);
  }
}

// The ports of field buses of a running device: opens what the settings ask for, follows their changes, tells the core and
// the journal how they fare. A mistake of ours in a port ends that port and never the loop.

import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/error-text.ts";
import type { Bms } from "../core/bms.ts";
import { createPortsReport, type PortsReport } from "../core/equipment.ts";
import type { Settings } from "../model/settings.ts";
import { PORT_STATES, PORT_TROUBLES } from "../model/signals-equipment.ts";
import { BusDesk } from "./bus-desk.ts";
import type { PortTrouble } from "./byte-link.ts";
import { type CanPart, CanPort } from "./can-port.ts";
import { CanSide } from "./can-side.ts";
import { ask, type Device } from "./device.ts";
import { happening } from "./happenings.ts";
import { enter, type Journal, note } from "./journal.ts";
import { MACHINE_CLOCK } from "./loop.ts";
import { ModbusDesk } from "./modbus-desk.ts";
import { type Listening, ModbusTcp } from "./modbus-tcp.ts";
import { Rs485 } from "./rs485.ts";
import type { StoreThread } from "./store-thread.ts";

/** What a port tells, and how it runs what could be our mistake. */
export type PortEvents = {
  readonly opened: (text: string) => void;
  readonly failed: (trouble: PortTrouble, text: string) => void;
  /** Anything else worth an entry in the journal. */
  readonly noticed: (text: string) => void;
  readonly guard: (act: () => void) => void;
};

/** "all": what concerns no single port. */
type PortName = "rs485" | "tcp" | "rtuTcp" | CanPart | "canSide" | "all";

/** The modelled board's own ports get their names inside the data folder. */
const PORTS_FOLDER = "ports";
const RS485_NAME = "rs485";
const CAN_NAME = "can";

const [OFF, OPEN, WAITING] = PORT_STATES.map((_, code) => code);
const NONE = PORT_TROUBLES.indexOf("none");
const FAILED = PORT_TROUBLES.indexOf("failed");
/** Of Modbus TCP where no other is set: for programs of this machine, which need no administrator, and for the network. */
const LOCAL_PORT = 1502;
const STANDARD_PORT = 502;
/** Clients come and go; the core hears of their number so often at most. */
const COUNT_us = 1_000_000;
const FRAMES_us = 10_000_000;

type PortState = { readonly state: number; readonly trouble: number };
const CLOSED: PortState = { state: OFF!, trouble: NONE };

/** Both framings over TCP share a signal: it tells of the one that is worse off. */
const worse = (a: PortState, b: PortState): PortState =>
  b.trouble !== NONE || (a.trouble === NONE && b.state > a.state) ? b : a;

export class Ports {
  /** Called with a line for a person when a port opens, and when it fails for the first time. */
  onTold: (text: string) => void = () => {};
  readonly #device: Device;
  readonly #journal: Journal;
  readonly #desk: ModbusDesk;
  /** Where ports of the modelled board get their names. */
  readonly #folder: string;
  readonly #now_us = MACHINE_CLOCK.now_us;
  readonly #report: PortsReport = createPortsReport();
  readonly #rs485: Rs485;
  readonly #servers = new Map<"tcp" | "rtuTcp", ModbusTcp>();
  readonly #states = new Map<PortName, PortState>();
  readonly #broken = new Set<PortName>();
  #settings: Settings;
  #isNews = true;
  /** The device that was told. */
  #toldTo: Bms | undefined;
  #counted_us = 0;
  #canCounted_us = 0;
  /** The CAN port; the device's node joins its hub. */
  readonly can: CanPort;
  readonly side: CanSide;

  constructor(device: Device, journal: Journal, store: StoreThread, folder: string) {
    this.#device = device;
    this.#journal = journal;
    this.#settings = device.bms.settings;
    const desk = new BusDesk(device, journal, store);
    this.#desk = new ModbusDesk(desk);
    this.#folder = join(folder, PORTS_FOLDER);
    this.#rs485 = new Rs485(
      this.#desk,
      this.#settings,
      join(this.#folder, RS485_NAME),
      this.#now_us,
      this.#events("rs485"),
    );
    this.can = new CanPort(this.#settings, join(this.#folder, CAN_NAME), this.#now_us, {
      of: (part) => this.#events(part),
      wanted: (part, isWanted) => this.#note(part, isWanted ? WAITING! : OFF!, NONE),
    });
    this.side = new CanSide({
      ...{ desk, port: this.can, store, folder, now_us: this.#now_us },
      guard: (act) => this.#guard("canSide", act),
    });
  }

  open(): void {
    this.#note("rs485", WAITING!, NONE);
    void this.#rs485.open();
    this.#listen();
    this.can.open();
    this.side.open();
  }

  async close(): Promise<void> {
    this.side.close();
    const servers = [...this.#servers.values()].map((server) => server.close());
    await Promise.all([this.#rs485.close(), this.can.close(), ...servers]);
    this.#guard("all", () => {
      if (existsSync(this.#folder) && readdirSync(this.#folder).length === 0) rmdirSync(this.#folder);
    });
  }

  /** Port of Modbus TCP that is open; 0 while there is none. */
  get tcpPort(): number {
    return this.#servers.get("tcp")?.port ?? 0;
  }

  /** After each tick. Cheap while nothing changes. */
  afterTick(): void {
    this.#guard("all", () => this.#followTick());
  }

  #followTick(): void {
    const { bms } = this.#device;
    if (bms.settings !== this.#settings) this.#follow(bms.settings);
    this.#guard("canSide", () => this.side.afterTick());
    if (this.#device.run.awake !== 1) return;
    this.#countClients();
    this.#countFrames();
    if (this.#isNews || this.#toldTo !== bms) this.#tell(bms);
  }

  #countClients(): void {
    const now_us = this.#now_us();
    if (now_us - this.#counted_us < COUNT_us) return;
    this.#counted_us = now_us;
    let clients = 0;
    for (const server of this.#servers.values()) clients += server.clients;
    if (clients !== this.#report.tcpClients) this.#isNews = true;
    this.#report.tcpClients = clients;
  }

  /** What the bus counts is told with other news, and every ten seconds; its state at once. */
  #countFrames(): void {
    const now_us = this.#now_us();
    const { counts } = this.can;
    const { canBusState, canClients } = this.#report;
    const isDue = now_us - this.#canCounted_us >= FRAMES_us && counts.canSent + counts.canReceived > this.#frames;
    if (!isDue && counts.canBusState === canBusState && counts.canClients === canClients) return;
    this.#canCounted_us = now_us;
    this.#isNews = true;
  }

  get #frames(): number {
    return this.#report.canSent + this.#report.canReceived;
  }

  #tell(bms: Bms): void {
    Object.assign(this.#report, this.can.counts);
    this.#isNews = false;
    this.#toldTo = bms;
    ask(this.#device, { kind: "ports", report: { ...this.#report } });
  }

  #follow(settings: Settings): void {
    this.#settings = settings;
    this.#rs485.take(settings);
    this.can.take(settings);
    this.#listen();
  }

  /** Opens and closes listening ports until they are as the settings say. */
  #listen(): void {
    const { modbus, rs485 } = this.#settings;
    const isPublic = modbus.listen === "any";
    const unit = rs485.address;
    const port = modbus.tcpPort === 0 ? (isPublic ? STANDARD_PORT : LOCAL_PORT) : modbus.tcpPort;
    this.#serve("tcp", modbus.tcp ? { framing: "tcp", port, isPublic, unit } : undefined);
    this.#serve(
      "rtuTcp",
      modbus.rtuTcpPort > 0 ? { framing: "rtu", port: modbus.rtuTcpPort, isPublic, unit } : undefined,
    );
  }

  #serve(name: "tcp" | "rtuTcp", wanted: Listening | undefined): void {
    const server = this.#servers.get(name);
    const before = server?.listening;
    if (before?.port === wanted?.port && before?.isPublic === wanted?.isPublic) {
      if (wanted !== undefined && server !== undefined) this.#setUnit(server, wanted);
      return;
    }
    void server?.close();
    this.#servers.delete(name);
    this.#note(name, wanted === undefined ? OFF! : WAITING!, NONE);
    if (wanted === undefined) return;
    const opened = new ModbusTcp(this.#desk, wanted, this.#now_us, this.#events(name));
    this.#servers.set(name, opened);
    opened.open();
  }

  #setUnit(server: ModbusTcp, listening: Listening): void {
    server.listening = listening;
    server.setUnit(listening.unit);
  }

  #events(name: PortName): PortEvents {
    let isFailing = false;
    return {
      opened: (text) => {
        this.#note(name, OPEN!, NONE);
        this.#tellOpened(name, isFailing, text);
        isFailing = false;
      },
      failed: ({ code }, text) => {
        this.#note(name, WAITING!, code);
        if (!isFailing) this.#tellFailed(name, text);
        isFailing = true;
      },
      noticed: (text) => this.#tellFailed(name, text),
      guard: (act) => this.#guard(name, act),
    };
  }

  #tellFailed(name: PortName, text: string): void {
    this.#enter("busTrouble", name, text);
    this.onTold(text);
  }

  #tellOpened(name: PortName, wasFailing: boolean, text: string): void {
    if (wasFailing) this.#enter("busTrouble", name, `${text} again`);
    else note(this.#journal, this.#time_s, "fine", text);
    this.onTold(text);
  }

  #note(name: PortName, state: number, trouble: number): void {
    this.#states.set(name, { state, trouble });
    const { state: rs485State, trouble: rs485Trouble } = this.#states.get("rs485") ?? CLOSED;
    const tcp = worse(this.#states.get("tcp") ?? CLOSED, this.#states.get("rtuTcp") ?? CLOSED);
    const { state: canState, trouble: canTrouble } = this.#states.get("can") ?? CLOSED;
    const server = this.#states.get("canServer") ?? CLOSED;
    const terminal = this.#states.get("canTerminal") ?? CLOSED;
    Object.assign(this.#report, {
      ...{ rs485State, rs485Trouble, tcpState: tcp.state, tcpTrouble: tcp.trouble, canState, canTrouble },
      ...{ canServerState: server.state, canServerTrouble: server.trouble },
      ...{ canTerminalState: terminal.state, canTerminalTrouble: terminal.trouble },
    });
    this.#isNews = true;
  }

  #portOf(name: PortName): { readonly close: () => unknown } | undefined {
    if (name === "rs485") return this.#rs485;
    if (name === "can" || name === "canServer" || name === "canTerminal")
      return { close: () => this.can.closePart(name) };
    if (name === "canSide") return this.side;
    return name === "all" ? undefined : this.#servers.get(name);
  }

  #guard(name: PortName, act: () => void): void {
    if (this.#broken.has(name)) return;
    try {
      act();
    } catch (error) {
      this.#broken.add(name);
      this.#note(name, OFF!, FAILED);
      void this.#portOf(name)?.close();
      const text = `internal error in the port ${name}: ${messageOf(error)}; it stops until the next start, protection goes on`;
      this.#enter("failed", name, text);
    }
  }

  get #time_s(): number {
    return this.#device.run.time_us / 1e6;
  }

  #enter(code: "busTrouble" | "failed", name: PortName, text: string): void {
    const source = name.startsWith("can") ? "can" : "modbus";
    enter(this.#journal, this.#time_s, happening(code, text, { source }));
  }
}

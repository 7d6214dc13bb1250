// The ports of field buses of a running device: opens what the settings ask for, follows their changes, tells the core and
// the journal how they fare. A mistake of ours in a port ends that port and never the loop.

import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/error-text.ts";
import type { Bms } from "../core/bms.ts";
import type { PortsReport } from "../core/equipment.ts";
import type { Settings } from "../model/settings.ts";
import { PORT_STATES, PORT_TROUBLES } from "../model/signals-equipment.ts";
import type { PortTrouble } from "./byte-link.ts";
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
  readonly guard: (act: () => void) => void;
};

/** "all": what concerns no single port. */
type PortName = "rs485" | "tcp" | "rtuTcp" | "all";

/** The modelled board's own ports get their names inside the data folder. */
const PORTS_FOLDER = "ports";
const RS485_NAME = "rs485";

const [OFF, OPEN, WAITING] = PORT_STATES.map((_, code) => code);
const NONE = PORT_TROUBLES.indexOf("none");
const FAILED = PORT_TROUBLES.indexOf("failed");
/** Of Modbus TCP where no other is set: for programs of this machine, which need no administrator, and for the network. */
const LOCAL_PORT = 1502;
const STANDARD_PORT = 502;
/** Clients come and go; the core hears of their number so often at most. */
const COUNT_us = 1_000_000;

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
  readonly #report: PortsReport = {
    rs485State: OFF!,
    rs485Trouble: NONE,
    tcpState: OFF!,
    tcpTrouble: NONE,
    tcpClients: 0,
  };
  readonly #rs485: Rs485;
  readonly #servers = new Map<"tcp" | "rtuTcp", ModbusTcp>();
  readonly #states = new Map<PortName, PortState>();
  readonly #broken = new Set<PortName>();
  #settings: Settings;
  #isNews = true;
  /** The device that was told. */
  #toldTo: Bms | undefined;
  #counted_us = 0;

  constructor(device: Device, journal: Journal, store: StoreThread, folder: string) {
    this.#device = device;
    this.#journal = journal;
    this.#settings = device.bms.settings;
    this.#desk = new ModbusDesk(device, journal, store);
    this.#folder = join(folder, PORTS_FOLDER);
    this.#rs485 = new Rs485(
      this.#desk,
      this.#settings,
      join(this.#folder, RS485_NAME),
      this.#now_us,
      this.#events("rs485"),
    );
  }

  open(): void {
    this.#note("rs485", WAITING!, NONE);
    void this.#rs485.open();
    this.#listen();
  }

  async close(): Promise<void> {
    await Promise.all([this.#rs485.close(), ...[...this.#servers.values()].map((server) => server.close())]);
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
    if (this.#device.run.awake !== 1) return;
    this.#countClients();
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

  #tell(bms: Bms): void {
    this.#isNews = false;
    this.#toldTo = bms;
    ask(this.#device, { kind: "ports", report: { ...this.#report } });
  }

  #follow(settings: Settings): void {
    this.#settings = settings;
    this.#rs485.take(settings);
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
        this.#tellOpened(isFailing, text);
        isFailing = false;
      },
      failed: ({ code }, text) => {
        this.#note(name, WAITING!, code);
        if (!isFailing) this.#tellFailed(text);
        isFailing = true;
      },
      guard: (act) => this.#guard(name, act),
    };
  }

  #tellFailed(text: string): void {
    this.#enter("busTrouble", text);
    this.onTold(text);
  }

  #tellOpened(wasFailing: boolean, text: string): void {
    if (wasFailing) this.#enter("busTrouble", `${text} again`);
    else note(this.#journal, this.#time_s, "fine", text);
    this.onTold(text);
  }

  #note(name: PortName, state: number, trouble: number): void {
    this.#states.set(name, { state, trouble });
    const { state: rs485State, trouble: rs485Trouble } = this.#states.get("rs485") ?? CLOSED;
    const tcp = worse(this.#states.get("tcp") ?? CLOSED, this.#states.get("rtuTcp") ?? CLOSED);
    Object.assign(this.#report, { rs485State, rs485Trouble, tcpState: tcp.state, tcpTrouble: tcp.trouble });
    this.#isNews = true;
  }

  #portOf(name: PortName): Rs485 | ModbusTcp | undefined {
    if (name === "rs485") return this.#rs485;
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
      this.#enter("failed", text);
    }
  }

  get #time_s(): number {
    return this.#device.run.time_us / 1e6;
  }

  #enter(code: "busTrouble" | "failed", text: string): void {
    enter(this.#journal, this.#time_s, happening(code, text, { source: "modbus" }));
  }
}

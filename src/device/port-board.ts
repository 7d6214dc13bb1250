// How the ports of a running device fare: the state of each, told to the core, the journal and a person; and what runs a port's code
// so that a mistake of ours in it ends that port and never the loop.

import { messageOf } from "../base/error-text.ts";
import type { Bms } from "../core/bms.ts";
import { createPortsReport, type PortsReport } from "../core/equipment.ts";
import { PORT_STATES, PORT_TROUBLES } from "../model/signals-equipment.ts";
import { ask, type Device } from "../virtual/device.ts";
import { happening } from "../virtual/happenings.ts";
import { enter, type Journal, note } from "../virtual/journal.ts";
import type { PortTrouble } from "./byte-link.ts";

/** What a port tells, and how it runs what could be our mistake. */
export type PortEvents = {
  readonly opened: (text: string) => void;
  readonly failed: (trouble: PortTrouble, text: string) => void;
  /** Something a person should know, while the port goes on. */
  readonly noticed: (text: string) => void;
  readonly guard: (act: () => void) => void;
};

type PortState = { readonly state: number; readonly trouble: number };

const [OFF, OPEN, WAITING] = PORT_STATES.map((_, code) => code);
const NONE = PORT_TROUBLES.indexOf("none");
const FAILED = PORT_TROUBLES.indexOf("failed");
const CLOSED: PortState = { state: OFF!, trouble: NONE };

/** Every port, by whose field of the report it has and where in the journal it stands; "all": what concerns no single one. */
const PORTS = {
  rs485: { field: "rs485", source: "modbus" },
  tcp: { field: "tcp", source: "modbus" },
  rtuTcp: { field: "tcp", source: "modbus" },
  can: { field: "can", source: "can" },
  canServer: { field: "canServer", source: "can" },
  canTerminal: { field: "canTerminal", source: "can" },
  canSide: { field: undefined, source: "can" },
  usb: { field: "usb", source: "console" },
  console: { field: "console", source: "console" },
  all: { field: undefined, source: "device" },
} as const;
export type PortName = keyof typeof PORTS;
const NAMES = Object.keys(PORTS) as readonly PortName[];

/** Ports that share a signal: it tells of the one that is worse off. */
const worse = (a: PortState, b: PortState): PortState =>
  b.trouble !== NONE || (a.trouble === NONE && b.state > a.state) ? b : a;

export class PortBoard {
  /** Called with a line for a person when a port opens, and when it fails for the first time. */
  onTold: (text: string) => void = () => {};
  /** Closes a port for good, after a mistake of ours in it. */
  onBroken: (name: PortName) => void = () => {};
  /** What the core is told; counts may be put into it. */
  readonly report: PortsReport = createPortsReport();
  /** The report has something new. */
  isNews = true;
  readonly #device: Device;
  readonly #journal: Journal;
  readonly #states = new Map<PortName, PortState>();
  readonly #broken = new Set<PortName>();
  /** The device that was told. */
  #toldTo: Bms | undefined;

  constructor(device: Device, journal: Journal) {
    this.#device = device;
    this.#journal = journal;
  }

  /** Tells the core where anything is new. */
  tell(): void {
    const { bms } = this.#device;
    if (!this.isNews && this.#toldTo === bms) return;
    this.isNews = false;
    this.#toldTo = bms;
    ask(this.#device, { kind: "ports", report: { ...this.report } });
  }

  /** A port that is wanted is not open yet; one that is not is off. */
  wanted(name: PortName, isWanted: boolean): void {
    this.#note(name, isWanted ? WAITING! : OFF!, NONE);
  }

  events(name: PortName): PortEvents {
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
      guard: (act) => this.guard(name, act),
    };
  }

  guard(name: PortName, act: () => void): void {
    if (this.#broken.has(name)) return;
    try {
      act();
    } catch (error) {
      this.#broken.add(name);
      this.#note(name, OFF!, FAILED);
      this.onBroken(name);
      const text = `internal error in the port ${name}: ${messageOf(error)}; it stops until the next start, protection goes on`;
      this.#enter("failed", name, text);
    }
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
    this.isNews = true;
    const { field } = PORTS[name];
    if (field === undefined) return;
    const shared = NAMES.filter((each) => PORTS[each].field === field).map((each) => this.#states.get(each) ?? CLOSED);
    const worst = shared.reduce(worse);
    this.report[`${field}State`] = worst.state;
    this.report[`${field}Trouble`] = worst.trouble;
  }

  get #time_s(): number {
    return this.#device.run.time_us / 1e6;
  }

  #enter(code: "busTrouble" | "failed", name: PortName, text: string): void {
    enter(this.#journal, this.#time_s, happening(code, text, { source: PORTS[name].source }));
  }
}

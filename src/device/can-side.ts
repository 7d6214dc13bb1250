// All of the device that lives on its CAN bus: its CANopen node, and what other rooms use of the bus (the console, as a master).
// The port itself, with adapter, server and pseudo-terminal, is can-port.ts.

import { createLoginGuard } from "../base/login-guard.ts";
import { createChargerReports } from "../canopen/application.ts";
import { chargerReport, createChargerTold } from "../canopen/charger-report.ts";
import type { ControllerState } from "../canopen/controller.ts";
import { LAMP_PATTERNS, type LampPattern, type Lamps, lamps } from "../canopen/lamps.ts";
import type { NodeEvent } from "../canopen/node-step.ts";
import type { PortsReport } from "../core/equipment.ts";
import { ask, type Device } from "../virtual/device.ts";
import type { WallClock } from "../virtual/wall-clock.ts";
import type { BusDesk } from "./bus-desk.ts";
import { CanEquipment } from "./can-equipment.ts";
import { CanNode } from "./can-node.ts";
import type { CanPort } from "./can-port.ts";
import { CanopenMaster } from "./canopen-master.ts";
import { logFolderOf } from "./log-names.ts";
import type { StoreThread } from "./store-thread.ts";

/** Under which the store keeps the node's parameters of communication. */
const MEMO = "canopen";

type CanopenReport = Pick<PortsReport, "canopenState" | "canopenRunLamp" | "canopenErrorLamp">;
const DARK: Lamps = { run: "off", error: "off" };
const LOOK_us = 100_000;

export type CanSideOptions = {
  readonly device: Device;
  readonly desk: BusDesk;
  readonly port: CanPort;
  readonly store: StoreThread;
  /** The data folder. */
  readonly folder: string;
  readonly now_us: () => number;
  readonly clock: WallClock;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
};

export class CanSide {
  /** What happened on the bus, for consoles. */
  onEvent: (event: NodeEvent) => void = () => {};
  readonly node: CanNode;
  readonly #equipment: CanEquipment;
  readonly logins = createLoginGuard();
  readonly charger = createChargerReports();
  readonly #told = createChargerTold();
  readonly #options: CanSideOptions;
  #master: CanopenMaster | undefined;
  #state: CanopenReport = { canopenState: 0, canopenRunLamp: 0, canopenErrorLamp: 0 };
  #looked_us = Number.NEGATIVE_INFINITY;

  constructor(options: CanSideOptions) {
    this.#options = options;
    const { device, desk, port, store, folder, now_us, clock, guard } = options;
    this.#equipment = new CanEquipment({ device, desk, hub: port.hub, now_us, guard });
    this.node = new CanNode({
      ...{ desk, hub: port.hub, now_us, clock, guard, logins: this.logins, charger: this.charger },
      elementOf: (fault) => device.bms.protect.faults[fault].element + 1,
      logFolder: logFolderOf(folder),
      keep: (parameters) => store.putMemo(MEMO, parameters === undefined ? undefined : JSON.stringify(parameters)),
      kept: async () => parsed(await store.memo(MEMO)),
      onEvent: (event) => this.#take(event),
    });
  }

  open(): void {
    void this.node.open();
    this.#equipment.open();
  }

  close(): void {
    this.node.close();
    this.#equipment.close();
    this.#master?.close();
  }

  /** Joins the bus when it is first needed. */
  get master(): CanopenMaster {
    const { port, now_us, guard } = this.#options;
    this.#master ??= new CanopenMaster(port.hub, now_us, guard);
    return this.#master;
  }

  /** Frames of node and equipment that found no room. */
  get lost(): number {
    return this.node.lost + this.#equipment.lost;
  }

  /** LSS has had this bit rate stored and has not activated it yet (CiA 305): the bus still has the old one. kbit/s. */
  hasStored(rate_kbit_s: number): boolean {
    const lss = this.node.node?.lss;
    return lss?.mode === "configuration" && lss.bitRate_kbit === rate_kbit_s;
  }

  afterTick(): void {
    const { device, desk, port, now_us } = this.#options;
    this.node.afterTick(controllerOf(port.busState));
    this.#equipment.afterTick();
    if (!desk.isAwake) port.followRate(); // after the last word to chargers
    const report = chargerReport(this.charger, this.#told, desk.show().settings, now_us());
    if (report !== undefined) ask(device, report);
  }

  /** What signals tell of the node; looked at a few times a second. */
  get state(): CanopenReport {
    const now_us = this.#options.now_us();
    if (now_us - this.#looked_us < LOOK_us) return this.#state;
    this.#looked_us = now_us;
    const { node } = this.node;
    const { run, error } = node === undefined ? DARK : lamps(node);
    const canopenState = node === undefined ? 0 : STATE_CODES[node.state];
    this.#state = { canopenState, canopenRunLamp: lampCode(run), canopenErrorLamp: lampCode(error) };
    return this.#state;
  }

  #take(event: NodeEvent): void {
    if (event.kind === "bitRate") this.#options.port.setRate(event.bitRate_kbit);
    this.onEvent(event);
  }
}

/** Every state's place in CANOPEN_STATES; 0 while there is no node. */
const STATE_CODES = { initialising: 1, preOperational: 2, operational: 3, stopped: 4 } as const;
const lampCode = (pattern: LampPattern): number => LAMP_PATTERNS.indexOf(pattern);

const controllerOf = (state: CanPort["busState"]): ControllerState => (state === "off" ? "busOff" : state);

/** What cannot be read is nothing. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

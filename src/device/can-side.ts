// All of the device that lives on its CAN bus: its CANopen node, and what other rooms use of the bus (the console, as a master).
// The port itself, with adapter, server and pseudo-terminal, is can-port.ts.

import { createLoginGuard } from "../base/login-guard.ts";
import { createChargerReports } from "../canopen/application.ts";
import type { ControllerState } from "../canopen/controller.ts";
import type { NodeEvent } from "../canopen/node-step.ts";
import type { BusDesk } from "./bus-desk.ts";
import { CanNode } from "./can-node.ts";
import type { CanPort } from "./can-port.ts";
import { CanopenMaster } from "./canopen-master.ts";
import { logFolderOf } from "./log-names.ts";
import type { StoreThread } from "./store-thread.ts";

/** Under which the store keeps the node's parameters of communication. */
const MEMO = "canopen";

export type CanSideOptions = {
  readonly desk: BusDesk;
  readonly port: CanPort;
  readonly store: StoreThread;
  /** The data folder. */
  readonly folder: string;
  readonly now_us: () => number;
  /** Runs what could be a mistake of ours. */
  readonly guard: (act: () => void) => void;
};

export class CanSide {
  /** What happened on the bus, for consoles. */
  onEvent: (event: NodeEvent) => void = () => {};
  readonly node: CanNode;
  readonly logins = createLoginGuard();
  readonly #options: CanSideOptions;
  #master: CanopenMaster | undefined;

  constructor(options: CanSideOptions) {
    this.#options = options;
    const { desk, port, store, folder, now_us, guard } = options;
    this.node = new CanNode({
      ...{ desk, hub: port.hub, now_us, guard, logins: this.logins, charger: createChargerReports() },
      logFolder: logFolderOf(folder),
      keep: (parameters) => store.putMemo(MEMO, parameters === undefined ? undefined : JSON.stringify(parameters)),
      kept: async () => parsed(await store.memo(MEMO)),
      onEvent: (event) => this.#take(event),
    });
  }

  open(): void {
    void this.node.open();
  }

  close(): void {
    this.node.close();
    this.#master?.close();
  }

  /** Joins the bus when it is first needed. */
  get master(): CanopenMaster {
    const { port, now_us } = this.#options;
    this.#master ??= new CanopenMaster(port.hub, now_us);
    return this.#master;
  }

  afterTick(): void {
    this.node.afterTick(controllerOf(this.#options.port.busState));
  }

  #take(event: NodeEvent): void {
    if (event.kind === "bitRate") this.#options.port.setRate(event.bitRate_kbit);
    this.onEvent(event);
  }
}

const controllerOf = (state: CanPort["busState"]): ControllerState => (state === "off" ? "busOff" : state);

/** What cannot be read is nothing. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

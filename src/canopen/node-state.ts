// What a node remembers between two steps: the options it was made with, the parameters in force, and the state of each
// service. Services are functions over it; node.ts calls them.

import type { CommunicationParameters, Presets, StoredParameters } from "./communication-parameters.ts";
import type { ControllerState } from "./controller.ts";
import type { EmergencyState } from "./emergency.ts";
import type { GuardingState } from "./guarding.ts";
import type { Consumer } from "./heartbeat.ts";
import type { LssSlaveState } from "./lss-slave.ts";
import type { NmtState } from "./nmt-state.ts";
import type { Outbox } from "./node-step.ts";
import type { Dictionary, DictionaryObject } from "./object.ts";
import type { ReceivePdo } from "./receive-pdo.ts";
import type { SdoServer } from "./sdo-server-state.ts";
import type { SyncState } from "./sync.ts";
import type { Tickets } from "./tickets.ts";
import type { TransmitPdo } from "./transmit-pdo.ts";

/** 1018h: who the node is; the four numbers together are its LSS address. */
export type NodeIdentity = {
  readonly vendorId: number;
  readonly productCode: number;
  /** High word: behaviour, low word: version. */
  readonly revision: number;
  readonly serial: number;
};

export type NodeOptions = {
  /** 1..127, or UNCONFIGURED: waits for a node-ID by LSS. */
  readonly nodeId: number;
  readonly identity: NodeIdentity;
  /** 1000h: profile in the low word, 0x0001_01A2 and the like. */
  readonly deviceType: number;
  /** 1008h, 1009h, 100Ah. */
  readonly deviceName: string;
  readonly hardwareVersion: string;
  readonly softwareVersion: string;
  readonly presets: Presets;
  /** Application and manufacturer objects, 2000h and above; 1021h and 1022h too where the device has its EDS. */
  readonly objects: readonly DictionaryObject[];
  /** What a `store` asked to keep, as it was handed out; whatever else is ignored. */
  readonly stored?: unknown;
  /** Whether LSS may store node-ID and bit rate, which are settings; absent: it may. */
  readonly mayStoreSettings?: () => boolean;
  /** kbit/s that LSS may choose; 125, 250, 500 and 1000 where absent. */
  readonly bitRates_kbit?: readonly number[];
  /** 1002h. */
  readonly status?: () => number;
  /** Called before objects are read or written, with the time. */
  readonly turn?: (now_us: number) => void;
};

/** The node-ID of a node that has none (CiA 305). */
export const UNCONFIGURED = 0xff;

export type Node = {
  readonly options: NodeOptions;
  /** Presets as the settings have them now. */
  presets: Presets;
  readonly dictionary: Dictionary;
  readonly sdo: SdoServer;
  /** In force. */
  nodeId: number;
  /** In force after the next reset of communication. */
  nextNodeId: number;
  /** As the settings have it. */
  settingNodeId: number;
  /** A node-ID from the settings comes into force at this time. */
  renumber_us: number;
  state: NmtState;
  isBooted: boolean;
  parameters: CommunicationParameters;
  stored: StoredParameters | undefined;
  /** What was handed in as stored is no record of this node. */
  isStoredRefused: boolean;
  /** The time of the step under way. */
  now_us: number;
  /** Nothing is sent before: the bit rate changes. */
  silentUntil_us: number;
  controller: ControllerState;
  /** The routes no longer fit the parameters. */
  isRerouted: boolean;
  /** A PDO that exists carries what cannot be carried. */
  isUnmapped: boolean;
  readonly routes: Uint8Array;
  readonly out: Outbox;
  readonly tickets: Tickets;
  heartbeat_us: number;
  readonly consumers: Consumer[];
  readonly guarding: GuardingState;
  readonly sync: SyncState;
  readonly emergency: EmergencyState;
  readonly transmit: readonly TransmitPdo[];
  readonly receive: readonly ReceivePdo[];
  readonly lss: LssSlaveState;
};

/** Nothing can be sent: the bit rate changes, or the controller is off the bus. */
export const isMute = ({ now_us, silentUntil_us, controller }: Node): boolean =>
  now_us < silentUntil_us || controller === "busOff";

/** A deadline that never comes. */
export const NEVER_us: number = Number.POSITIVE_INFINITY;

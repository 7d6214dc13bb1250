// What can be written in the communication area of the dictionary (1000h-1FFFh), as one plain record: presets from the
// device's settings, in force from a reset of communication, stored with 1010h and put back with the next reset.

import { BIT_30, BIT_31, COB } from "./cob-id.ts";

export type PdoParameters = {
  /** 1400h/1800h sub 1, with bits 31 and 30. */
  cobId: number;
  /** Transmission type. */
  type: number;
  /** Sub 3, in 100 us. */
  inhibit_100us: number;
  event_ms: number;
  /** Of a TPDO: sub 6. */
  syncStart: number;
  /** 1600h/1A00h sub 0. */
  mapped: number;
  /** Sub 1 and on: index, sub-index, bits. */
  readonly mapping: number[];
};

export type CommunicationParameters = {
  readonly sync: { cobId: number; period_us: number; window_us: number; overflow: number };
  guard_ms: number;
  lifeFactor: number;
  heartbeat_ms: number;
  readonly heartbeatConsumers: number[];
  timeCobId: number;
  emergencyCobId: number;
  emergencyInhibit_100us: number;
  readonly emergencyConsumers: number[];
  /** 1029h sub 1. */
  errorBehaviour: number;
  /** 1F80h. */
  startup: number;
  /** 1020h: days since 1984-01-01, and ms since midnight. */
  configuration_d: number;
  configuration_ms: number;
  readonly transmit: readonly PdoParameters[];
  readonly receive: readonly PdoParameters[];
};

/** What 1010h keeps: COB-IDs that were those of the node-ID move with it. JSON takes it. */
export type StoredParameters = { readonly nodeId: number; readonly parameters: CommunicationParameters };

/** A PDO as the device is delivered. */
export type PdoPreset = {
  /** The node-ID goes on top; none: the PDO does not exist until it is configured. */
  readonly base: number | undefined;
  readonly type: number;
  readonly inhibit_100us?: number;
  readonly event_ms?: number;
  readonly mapping: readonly number[];
};

/** What the device's settings and wiring say of these parameters. */
export type Presets = {
  readonly heartbeat_ms: number;
  /** Period of the SYNC this node produces; 0: it does not. */
  readonly sync_ms: number;
  /** 1F80h: 0 to enter Operational by itself, 4 to wait for the master (CiA 302-2). */
  readonly startup: number;
  readonly transmit: readonly PdoPreset[];
  readonly receive: readonly PdoPreset[];
};

export const TRANSMIT_PDOS = 12;
export const RECEIVE_PDOS = 4;
/** Objects in a PDO at most: eight bytes, or fewer bytes and some single bits. */
export const MAPPED_MAX = 16;
export const HEARTBEAT_CONSUMERS = 16;
/** 1028h: a sub-index for each node-ID. */
export const EMERGENCY_CONSUMERS = 127;
const ABSENT: PdoPreset = { base: undefined, type: 255, mapping: [] };

/** The parameters of a node that nobody has configured. */
export function presetParameters(presets: Presets, nodeId: number): CommunicationParameters {
  const { heartbeat_ms, startup } = presets;
  return {
    sync: syncPreset(presets.sync_ms),
    ...{ guard_ms: 0, lifeFactor: 0, heartbeat_ms, heartbeatConsumers: zeros(HEARTBEAT_CONSUMERS) },
    timeCobId: COB.time + BIT_31,
    ...{ emergencyCobId: COB.emergency + nodeId, emergencyInhibit_100us: 0 },
    emergencyConsumers: new Array<number>(EMERGENCY_CONSUMERS).fill(BIT_31),
    ...{ errorBehaviour: 0, startup, configuration_d: 0, configuration_ms: 0 },
    transmit: pdoPresets(presets.transmit, TRANSMIT_PDOS, nodeId, BIT_30),
    receive: pdoPresets(presets.receive, RECEIVE_PDOS, nodeId, 0),
  };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

export const syncPreset = (sync_ms: number): CommunicationParameters["sync"] => ({
  cobId: COB.sync + (sync_ms > 0 ? BIT_30 : 0),
  ...{ period_us: sync_ms * 1000, window_us: 0, overflow: 0 },
});

function pdoPresets(rows: readonly PdoPreset[], count: number, nodeId: number, flags: number): PdoParameters[] {
  return Array.from({ length: count }, (_, n) => pdoPreset(rows[n] ?? ABSENT, nodeId, flags));
}

function pdoPreset(row: PdoPreset, nodeId: number, flags: number): PdoParameters {
  const { base, type, inhibit_100us = 0, event_ms = 0 } = row;
  const mapping = Array.from({ length: MAPPED_MAX }, (_, n) => row.mapping[n] ?? 0);
  const cobId = flags + (base === undefined ? BIT_31 : base + nodeId);
  return { cobId, type, inhibit_100us, event_ms, syncStart: 0, mapped: row.mapping.length, mapping };
}

/** A copy that shares nothing. */
export const copyParameters = (parameters: CommunicationParameters): CommunicationParameters => ({
  ...parameters,
  sync: { ...parameters.sync },
  heartbeatConsumers: [...parameters.heartbeatConsumers],
  emergencyConsumers: [...parameters.emergencyConsumers],
  transmit: parameters.transmit.map((pdo) => ({ ...pdo, mapping: [...pdo.mapping] })),
  receive: parameters.receive.map((pdo) => ({ ...pdo, mapping: [...pdo.mapping] })),
});

/** Stored parameters as they are in force for a node-ID: a COB-ID that was the preset one moves with the node-ID. */
export function restoredParameters(
  { nodeId: before, parameters }: StoredParameters,
  presets: Presets,
  nodeId: number,
): CommunicationParameters {
  const restored = copyParameters(parameters);
  moveCobIds(restored, presetParameters(presets, before), presetParameters(presets, nodeId));
  return restored;
}

/** Whether a record is one that this node has stored: not so after damage, or from a version with other parameters. */
export function isStored(value: unknown, presets: Presets): value is StoredParameters {
  return hasShape<StoredParameters>(value, { nodeId: 1, parameters: presetParameters(presets, 1) });
}

function hasShape<T>(value: unknown, like: T): value is T {
  if (typeof like === "number") return Number.isInteger(value) && isUnsigned32(value as number);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(like)) return false;
  const parts = Object.entries(like as object);
  const given: Readonly<Record<string, unknown>> = { ...value };
  return Object.keys(given).length === parts.length && parts.every(([key, part]) => hasShape(given[key], part));
}

const isUnsigned32 = (value: number): boolean => value >= 0 && value <= 0xffff_ffff;

function moveCobIds(
  parameters: CommunicationParameters,
  from: CommunicationParameters,
  to: CommunicationParameters,
): void {
  if (parameters.emergencyCobId === from.emergencyCobId) parameters.emergencyCobId = to.emergencyCobId;
  for (const side of ["transmit", "receive"] as const) {
    parameters[side].forEach((pdo, n) => {
      const [was, is] = [from[side][n].cobId % BIT_30, to[side][n].cobId % BIT_30];
      if (pdo.cobId % BIT_30 === was) pdo.cobId += is - was;
    });
  }
}

// Objects of errors and error control (CiA 301, 7.5.2): 1001h, 1003h, 100Ch, 100Dh, 1014h-1017h, 1028h, 1029h, with their write rules.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { BIT_31, COB, canIdOf, hasBit31, isUsable } from "./cob-id.ts";
import { EMERGENCY_CONSUMERS, HEARTBEAT_CONSUMERS } from "./communication-parameters.ts";
import { numberBytes } from "./data-types.ts";
import { errorRegister, HISTORY_MAX, sendEmergencies } from "./emergency.ts";
import { restartGuarding } from "./guarding.ts";
import { consumedHeartbeat, restartHeartbeat, watchHeartbeats } from "./heartbeat.ts";
import type { Node } from "./node-state.ts";
import { type DictionaryObject, DONE } from "./object.ts";
import { array, type Cell, record, variable } from "./object-shapes.ts";
import { fixedCell, parameterCell } from "./parameter-cell.ts";

export const errorObjects = (node: Node): readonly DictionaryObject[] => [
  variable(
    0x1001,
    "Error register",
    fixedCell("Error register", "u8", () => errorRegister(node.emergency), { mapping: "transmit" }),
  ),
  errorField(node),
  variable(0x100c, "Guard time", guardTime(node)),
  variable(0x100d, "Life time factor", lifeFactor(node)),
  variable(0x1014, "COB-ID EMCY", emergencyCobId(node)),
  variable(0x1015, "Inhibit time EMCY", emergencyInhibit(node)),
  array(
    0x1016,
    "Consumer heartbeat time",
    numbered(HEARTBEAT_CONSUMERS, (n) => heartbeatConsumer(node, n)),
  ),
  variable(0x1017, "Producer heartbeat time", heartbeat(node)),
  array(
    0x1028,
    "Emergency consumer object",
    numbered(EMERGENCY_CONSUMERS, (n) => emergencyConsumer(node, n)),
  ),
  record(0x1029, "Error behaviour object", [errorBehaviour(node)]),
];

const numbered = (count: number, cell: (n: number) => Cell): readonly Cell[] =>
  Array.from({ length: count }, (_, n) => cell(n));

/** Sub 0 tells how many there are, and takes 0 to forget them; sub 1 is the newest. */
function errorField({ emergency }: Node): DictionaryObject {
  const { history } = emergency;
  const field = (n: number) => ({ name: `Standard error field ${n}`, type: "u32", access: "ro" }) as const;
  const count = { name: "Number of errors", type: "u8", access: "rw", preset: 0 } as const;
  return {
    ...{ index: 0x1003, name: "Pre-defined error field", kind: "array" },
    entries: [count, ...Array.from({ length: HISTORY_MAX }, (_, n) => field(n + 1))],
    read: (n) => {
      if (n === 0) return numberBytes("u8", history.length);
      return n > history.length ? ABORT.noData : numberBytes("u32", history[n - 1]);
    },
    write: (_, data) => {
      if (data[0] !== 0) return ABORT.value;
      history.length = 0;
      return DONE;
    },
  };
}

function guardTime(node: Node): Cell {
  const take = (value: number): undefined => {
    node.parameters.guard_ms = value;
    restartGuarding(node);
  };
  const facts = { preset: 0, unit: "ms" };
  return parameterCell(node, "Guard time", "u16", () => node.parameters.guard_ms, take, facts);
}

function lifeFactor(node: Node): Cell {
  const take = (value: number): undefined => {
    node.parameters.lifeFactor = value;
    restartGuarding(node);
  };
  return parameterCell(node, "Life time factor", "u8", () => node.parameters.lifeFactor, take, { preset: 0 });
}

/** While it exists its id stays: switch it off first, with bit 31 (7.5.2.17). */
function emergencyCobId(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    const before = node.parameters.emergencyCobId;
    if (!hasBit31(before) && value % BIT_31 !== before) return ABORT.value;
    if (value % BIT_31 > 0x7ff || (!hasBit31(value) && !isUsable(value))) return ABORT.value;
    node.parameters.emergencyCobId = value;
    sendEmergencies(node);
    return undefined;
  };
  const get = (): number => node.parameters.emergencyCobId;
  return parameterCell(node, "COB-ID EMCY", "u32", get, take, { preset: "$NODEID+0x80" });
}

function emergencyInhibit(node: Node): Cell {
  const take = (value: number): undefined => {
    node.parameters.emergencyInhibit_100us = value;
  };
  const facts = { preset: 0, unit: "0.1 ms" };
  const get = (): number => node.parameters.emergencyInhibit_100us;
  return parameterCell(node, "Inhibit time EMCY", "u16", get, take, facts);
}

/** A node that is watched already cannot be watched twice (7.5.2.19). */
function heartbeatConsumer(node: Node, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    const { heartbeatConsumers } = node.parameters;
    const wanted = consumedHeartbeat(value);
    const isTwice = heartbeatConsumers.some((other, i) => i !== n && consumedHeartbeat(other)?.node === wanted?.node);
    if (value > 0xff_ffff) return ABORT.value;
    if (wanted !== undefined && isTwice) return ABORT.incompatible;
    heartbeatConsumers[n] = value;
    watchHeartbeats(node);
    return undefined;
  };
  const facts = { preset: 0, help: "Bits 16-23: node-ID, bits 0-15: time in ms; 0: none." };
  const get = (): number => node.parameters.heartbeatConsumers[n];
  return parameterCell(node, `Consumer heartbeat time ${n + 1}`, "u32", get, take, facts);
}

function heartbeat(node: Node): Cell {
  const take = (value: number): undefined => {
    node.parameters.heartbeat_ms = value;
    restartHeartbeat(node);
    restartGuarding(node);
  };
  const facts = { preset: node.options.presets.heartbeat_ms, unit: "ms" };
  return parameterCell(node, "Producer heartbeat time", "u16", () => node.parameters.heartbeat_ms, take, facts);
}

/** As 1014h: the id of one that is heard stays. */
function emergencyConsumer(node: Node, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    const { emergencyConsumers } = node.parameters;
    const before = emergencyConsumers[n];
    if (!hasBit31(before) && value % BIT_31 !== before) return ABORT.value;
    if (value % BIT_31 > 0x7ff || (!hasBit31(value) && !isEmergencyId(canIdOf(value)))) return ABORT.value;
    emergencyConsumers[n] = value;
    node.isRerouted = true;
    return undefined;
  };
  const get = (): number => node.parameters.emergencyConsumers[n];
  return parameterCell(node, `Emergency consumer ${n + 1}`, "u32", get, take, { preset: BIT_31 });
}

const isEmergencyId = (canId: number): boolean => canId !== COB.sync && isUsable(canId);

function errorBehaviour(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    if (value > 2) return ABORT.value;
    node.parameters.errorBehaviour = value;
    return undefined;
  };
  const facts = { preset: 0, help: "0: to Pre-operational, from Operational only. 1: nothing. 2: to Stopped." };
  const get = (): number => node.parameters.errorBehaviour;
  return parameterCell(node, "Communication error", "u8", get, take, facts);
}

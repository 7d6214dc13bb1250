// Objects of PDOs (CiA 301, 7.5.2.35-.38): 1400h ff. and 1800h ff. say how one is sent, 1600h ff. and 1A00h ff. what it carries.
// What may be written when: a PDO is switched off with bit 31, its mapping with sub 0, entries are written, then both back on.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { BIT_30, BIT_31, hasBit30, hasBit31, isUsable } from "./cob-id.ts";
import {
  MAPPED_MAX,
  type PdoParameters,
  type PdoPreset,
  RECEIVE_PDOS,
  TRANSMIT_PDOS,
} from "./communication-parameters.ts";
import { numberBytes, numberOf } from "./data-types.ts";
import type { Node } from "./node-state.ts";
import { type DictionaryObject, DONE, type Entry } from "./object.ts";
import { type Cell, record } from "./object-shapes.ts";
import { forgetVerification, parameterCell } from "./parameter-cell.ts";
import { type Direction, mappedObject, mappingOf } from "./pdo-mapping.ts";
import { restartReceive } from "./receive-pdo.ts";
import { pollTransmits, restartEventTimer, restartTransmit } from "./transmit-pdo.ts";

export const pdoObjects = (node: Node): readonly DictionaryObject[] => [
  ...numbered(RECEIVE_PDOS, (n) => communicationObject(node, "receive", n)),
  ...numbered(RECEIVE_PDOS, (n) => mappingObject(node, "receive", n)),
  ...numbered(TRANSMIT_PDOS, (n) => communicationObject(node, "transmit", n)),
  ...numbered(TRANSMIT_PDOS, (n) => mappingObject(node, "transmit", n)),
];

const numbered = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const parametersOf = ({ parameters }: Node, direction: Direction, n: number): PdoParameters => parameters[direction][n];
const presetOf = ({ options }: Node, direction: Direction, n: number): PdoPreset | undefined =>
  options.presets[direction][n];

function restart(node: Node, direction: Direction, n: number): undefined {
  node.isRerouted = true;
  if (node.state !== "operational") return;
  if (direction === "receive") restartReceive(node, n);
  else restartTransmit(node, n);
  pollTransmits(node);
}

function communicationObject(node: Node, direction: Direction, n: number): DictionaryObject {
  const isSent = direction === "transmit";
  const cells = [cobId, type, inhibitTime, undefined, eventTimer, ...(isSent ? [syncStart] : [])];
  const name = `${isSent ? "TPDO" : "RPDO"} communication parameter ${n + 1}`;
  return record(
    (isSent ? 0x1800 : 0x1400) + n,
    name,
    cells.map((cell) => cell?.(node, direction, n)),
  );
}

/** While the PDO exists only bit 31 may change. Remote frames are not answered: bit 30 of a TPDO stays. */
function cobId(node: Node, direction: Direction, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    const pdo = parametersOf(node, direction, n);
    if (!hasBit31(pdo.cobId) && value % BIT_31 !== pdo.cobId % BIT_31) return ABORT.value;
    if (value % BIT_30 > 0x7ff || (!hasBit31(value) && !isUsable(value))) return ABORT.value;
    if (direction === "transmit" && !hasBit30(value)) return ABORT.value;
    pdo.cobId = value;
    return restart(node, direction, n);
  };
  const get = (): number => parametersOf(node, direction, n).cobId;
  return parameterCell(node, "COB-ID used by PDO", "u32", get, take, { preset: cobIdPreset(node, direction, n) });
}

function cobIdPreset(node: Node, direction: Direction, n: number): number | string {
  const base = presetOf(node, direction, n)?.base;
  const flags = direction === "transmit" ? BIT_30 : 0;
  return base === undefined ? flags + BIT_31 : `$NODEID+0x${(flags + base).toString(16).toUpperCase()}`;
}

/** Reserved are 241-253; 252 and 253 are those of remote frames. */
const isType = (value: number): boolean => value <= 240 || value >= 254;

function type(node: Node, direction: Direction, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    if (!isType(value)) return ABORT.value;
    parametersOf(node, direction, n).type = value;
    return restart(node, direction, n);
  };
  const get = (): number => parametersOf(node, direction, n).type;
  const preset = presetOf(node, direction, n)?.type ?? 255;
  return parameterCell(node, "Transmission type", "u8", get, take, { preset });
}

/** Not while the PDO exists. */
function inhibitTime(node: Node, direction: Direction, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    const pdo = parametersOf(node, direction, n);
    if (!hasBit31(pdo.cobId)) return ABORT.value;
    pdo.inhibit_100us = value;
    return undefined;
  };
  const get = (): number => parametersOf(node, direction, n).inhibit_100us;
  const preset = presetOf(node, direction, n)?.inhibit_100us ?? 0;
  return parameterCell(node, "Inhibit time", "u16", get, take, { preset, unit: "0.1 ms" });
}

function eventTimer(node: Node, direction: Direction, n: number): Cell {
  const take = (value: number): undefined => {
    parametersOf(node, direction, n).event_ms = value;
    if (direction === "transmit" && node.state === "operational") restartEventTimer(node, n);
  };
  const get = (): number => parametersOf(node, direction, n).event_ms;
  const preset = presetOf(node, direction, n)?.event_ms ?? 0;
  return parameterCell(node, "Event timer", "u16", get, take, { preset, unit: "ms" });
}

/** Not while the PDO exists. */
function syncStart(node: Node, direction: Direction, n: number): Cell {
  const take = (value: number): AbortCode | undefined => {
    const pdo = parametersOf(node, direction, n);
    if (!hasBit31(pdo.cobId) || value > 240) return ABORT.value;
    pdo.syncStart = value;
    return undefined;
  };
  const get = (): number => parametersOf(node, direction, n).syncStart;
  return parameterCell(node, "SYNC start value", "u8", get, take, { preset: 0 });
}

function mappingObject(node: Node, direction: Direction, n: number): DictionaryObject {
  const isSent = direction === "transmit";
  const preset = presetOf(node, direction, n)?.mapping ?? [];
  const count: Entry = { name: "Number of mapped objects", type: "u8", access: "rw", preset: preset.length };
  const entry = (i: number): Entry => ({
    ...{ name: `Mapped object ${i + 1}`, type: "u32", access: "rw", preset: preset[i] ?? 0 },
  });
  return {
    ...{ index: (isSent ? 0x1a00 : 0x1600) + n, kind: "record" },
    name: `${isSent ? "TPDO" : "RPDO"} mapping parameter ${n + 1}`,
    entries: [count, ...numbered(MAPPED_MAX, entry)],
    read: (subIndex) => readMapping(parametersOf(node, direction, n), subIndex),
    write: (subIndex, data) => {
      const refusal =
        subIndex === 0
          ? setCount(node, direction, n, data[0])
          : setEntry(node, direction, n, subIndex, numberOf("u32", data));
      if (refusal !== undefined) return refusal;
      forgetVerification(node);
      return DONE;
    },
  };
}

const readMapping = ({ mapped, mapping }: PdoParameters, subIndex: number): Uint8Array =>
  subIndex === 0 ? numberBytes("u8", mapped) : numberBytes("u32", mapping[subIndex - 1]);

/** Not while the PDO exists; not more than fits. */
function setCount(node: Node, direction: Direction, n: number, count: number): AbortCode | undefined {
  const pdo = parametersOf(node, direction, n);
  if (!hasBit31(pdo.cobId)) return ABORT.access;
  if (count > MAPPED_MAX) return ABORT.pdoLength;
  const judged = mappingOf(node.dictionary, direction, pdo.mapping, count);
  if (typeof judged === "number") return judged;
  pdo.mapped = count;
  return undefined;
}

/** Not while the PDO exists or its mapping is on; 0 takes an entry away. */
function setEntry(node: Node, direction: Direction, n: number, subIndex: number, value: number): AbortCode | undefined {
  const pdo = parametersOf(node, direction, n);
  if (!hasBit31(pdo.cobId) || pdo.mapped !== 0) return ABORT.access;
  const judged = value === 0 ? undefined : mappedObject(node.dictionary, direction, value);
  if (typeof judged === "number") return judged;
  pdo.mapping[subIndex - 1] = value;
  return undefined;
}

// Objects of SYNC and TIME (CiA 301, 7.5.2.5-.7, .15, .22): 1005h, 1006h, 1007h, 1012h, 1019h, with their write rules.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { BIT_31, COB, canIdOf, hasBit30, hasBit31, idBits, isUsable } from "./cob-id.ts";
import type { Node } from "./node-state.ts";
import type { DictionaryObject } from "./object.ts";
import { type Cell, variable } from "./object-shapes.ts";
import { parameterCell } from "./parameter-cell.ts";
import { restartSync } from "./sync.ts";

/** The shortest cycle this node produces: the clock behind it ticks in milliseconds. */
export const SHORTEST_CYCLE_us = 1000;

export const syncObjects = (node: Node): readonly DictionaryObject[] => [
  variable(0x1005, "COB-ID SYNC", syncCobId(node)),
  variable(0x1006, "Communication cycle period", cyclePeriod(node)),
  variable(0x1007, "Synchronous window length", windowLength(node)),
  variable(0x1012, "COB-ID time stamp object", timeCobId(node)),
  variable(0x1019, "Synchronous counter overflow value", counterOverflow(node)),
];

/** While it is produced its id stays; bit 31 means nothing and is 0. */
function syncCobId(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    const { sync } = node.parameters;
    if (hasBit31(value) || !isUsable(value)) return ABORT.value;
    if (hasBit30(sync.cobId) && canIdOf(value) !== canIdOf(sync.cobId)) return ABORT.value;
    sync.cobId = value;
    return begin(node);
  };
  const get = (): number => node.parameters.sync.cobId;
  return parameterCell(node, "COB-ID SYNC", "u32", get, take, { preset: COB.sync });
}

function begin(node: Node): undefined {
  node.isRerouted = true;
  restartSync(node);
}

function cyclePeriod(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    if (value > 0 && value < SHORTEST_CYCLE_us) return ABORT.value;
    node.parameters.sync.period_us = value;
    return begin(node);
  };
  const facts = { preset: 0, unit: "us", help: `0: none. Not below ${SHORTEST_CYCLE_us}.` };
  return parameterCell(node, "Communication cycle period", "u32", () => node.parameters.sync.period_us, take, facts);
}

function windowLength(node: Node): Cell {
  const take = (value: number): undefined => {
    node.parameters.sync.window_us = value;
  };
  const facts = { preset: 0, unit: "us" };
  return parameterCell(node, "Synchronous window length", "u32", () => node.parameters.sync.window_us, take, facts);
}

function counterOverflow(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    const { sync } = node.parameters;
    if (value === 1 || value > 240) return ABORT.value;
    if (sync.period_us !== 0) return ABORT.deviceState;
    sync.overflow = value;
    return begin(node);
  };
  const get = (): number => node.parameters.sync.overflow;
  return parameterCell(node, "Synchronous counter overflow value", "u8", get, take, { preset: 0 });
}

/** While it is produced or consumed its id stays. */
function timeCobId(node: Node): Cell {
  const take = (value: number): AbortCode | undefined => {
    const { timeCobId: before } = node.parameters;
    const isUsed = hasBit31(before) || hasBit30(before);
    if (!isUsable(value) || (isUsed && idBits(value) !== idBits(before))) return ABORT.value;
    node.parameters.timeCobId = value;
    node.isRerouted = true;
    return undefined;
  };
  const get = (): number => node.parameters.timeCobId;
  return parameterCell(node, "COB-ID time stamp object", "u32", get, take, { preset: BIT_31 + COB.time });
}

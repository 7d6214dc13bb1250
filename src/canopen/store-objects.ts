// Store and restore (CiA 301, 7.5.2.13 and .14): 1010h and 1011h. Settings of the device are stored when they change; parameters
// of communication when "save" is written. "load" puts presets into force with the next reset, not before.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { copyParameters, type StoredParameters } from "./communication-parameters.ts";
import { numberBytes, numberOf } from "./data-types.ts";
import { clearError } from "./emergency.ts";
import type { Node } from "./node-state.ts";
import { type Awaited, type DictionaryObject, DONE, type WriteResult } from "./object.ts";
import { array, type Cell } from "./object-shapes.ts";

/** "save" and "load" as the bytes of a number. */
export const SAVE = 0x6576_6173;
export const LOAD = 0x6461_6f6c;

const ON_COMMAND = 1;
const BY_ITSELF = 2;

type Part = { readonly name: string; readonly hasCommunication: boolean; readonly hasSettings: boolean };
const PARTS: readonly Part[] = [
  { name: "all", hasCommunication: true, hasSettings: true },
  { name: "communication", hasCommunication: true, hasSettings: false },
  { name: "application", hasCommunication: false, hasSettings: true },
  { name: "manufacturer defined", hasCommunication: false, hasSettings: true },
];

export const storeObjects = (node: Node): readonly DictionaryObject[] => [
  array(
    0x1010,
    "Store parameter field",
    PARTS.map((part) => storeCell(node, part)),
  ),
  array(
    0x1011,
    "Restore default parameters",
    PARTS.map((part) => restoreCell(node, part)),
  ),
];

function storeCell(node: Node, { name, hasCommunication }: Part): Cell {
  const ability = hasCommunication ? ON_COMMAND : BY_ITSELF;
  return {
    entry: { name: `Save ${name} parameters`, type: "u32", access: "rw", preset: ability },
    read: () => numberBytes("u32", ability),
    write: (data) => {
      if (numberOf("u32", data) !== SAVE) return ABORT.store;
      return hasCommunication ? keep(node, { nodeId: node.nodeId, parameters: copyParameters(node.parameters) }) : DONE;
    },
  };
}

/** Has the device keep them, or forget them; in force with the next reset. */
function keep(node: Node, parameters: StoredParameters | undefined): Awaited<typeof DONE> {
  return {
    asked: { kind: "store", parameters },
    finish: (outcome) => {
      if (outcome.kind === "busy") return ABORT.store;
      if (outcome.kind !== "stored" || !outcome.ok) return ABORT.hardware;
      node.stored = parameters;
      node.isStoredRefused = false;
      clearError(node, "stored");
      return DONE;
    },
  };
}

function restoreCell(node: Node, part: Part): Cell {
  const canRestore = part.hasCommunication || node.options.mayRestoreSettings !== undefined;
  const ability = canRestore ? 1 : 0;
  return {
    entry: { name: `Restore ${part.name} default parameters`, type: "u32", access: "rw", preset: ability },
    read: () => numberBytes("u32", ability),
    write: (data) => (canRestore && numberOf("u32", data) === LOAD ? restore(node, part) : ABORT.store),
  };
}

function restore(node: Node, { hasCommunication, hasSettings }: Part): WriteResult {
  const refusal: AbortCode | undefined = hasSettings ? node.options.mayRestoreSettings?.() : undefined;
  if (refusal !== undefined) return refusal;
  if (hasSettings) node.restoresSettings = node.options.mayRestoreSettings !== undefined;
  return hasCommunication ? keep(node, undefined) : DONE;
}
